"""What a value is: its kind, its number, its instant, its text, and when two are equal.

A value is JSON: `None`, `bool`, `int`, `float`, `str`, `list` or `dict`. `None` is missing.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Hashable
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeAlias

Value: TypeAlias = Any
Fold: TypeAlias = Callable[[str], str]
"""Text to the form in which texts are compared: `str.casefold`, or itself when case counts."""


class Unknown:
    """The type of `UNKNOWN`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        raise TypeError("an unknown value is neither true nor false: compare with `is`")


UNKNOWN: Final = Unknown()
"""What stands for anything that was not collected."""

_NUMERIC = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)
_DATE = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]+))?)?(?:(Z)|([+-])([0-9]{2})(?::?([0-9]{2}))?)?)?",
    re.ASCII,
)
_DIGITS = frozenset("0123456789")
_FIRST_OF_NUMBERS = _DIGITS | {"-"}
_LONGEST_INTEGER = 4300
LARGEST = 10**_LONGEST_INTEGER
"""Digits of the longest whole number; what is longer is no number."""

SECOND = 1_000_000
"""Instants are whole microseconds since 1970-01-01T00:00:00Z."""

_MILLISECONDS_FROM = 100_000_000_000
_BEYOND_TIME = 10**15
_FIRST_INSTANT = -62135596800 * SECOND
_LAST_INSTANT = 253402300800 * SECOND - 1
NEVER = frozenset((0, _FIRST_INSTANT))
_EPOCH = datetime(1970, 1, 1)
_MICROSECOND = timedelta(microseconds=1)


def same_text(text: str) -> str:
    """The fold that tells upper from lower case."""
    return text


_KINDS: dict[type, str] = {
    type(None): "missing",
    bool: "boolean",
    int: "number",
    str: "text",
    list: "list",
    dict: "object",
}


def kind(value: Value) -> str:
    """`missing`, `boolean`, `number`, `text`, `list` or `object`."""
    known = _KINDS.get(value.__class__)
    if known is not None:
        return known
    if isinstance(value, (int, float)):
        return "number" if isinstance(value, int) or math.isfinite(value) else "missing"
    if isinstance(value, str):
        return "text"
    if isinstance(value, list):
        return "list"
    if isinstance(value, dict):
        return "object"
    raise TypeError(f"{type(value).__name__} is no JSON value")


def number(value: Value) -> int | float | None:
    """The number that a number or a numeric text is; `None` for everything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return value if isinstance(value, int) or math.isfinite(value) else None
    if not isinstance(value, str) or value[:1] not in _FIRST_OF_NUMBERS or len(value) > _LONGEST_INTEGER:
        return None
    if not _NUMERIC.fullmatch(value):
        return None
    if "." not in value:
        return int(value)
    result = float(value)
    return result if math.isfinite(result) else None


def truth(value: Value) -> bool:
    """Whether a bare value counts as true."""
    if isinstance(value, str):
        return value != "" and value.lower() != "false"
    if isinstance(value, float) and not math.isfinite(value):
        return False
    return bool(value)


def is_usual_date(text: str) -> bool:
    """Whether a text is spelled like `2024-05-01T12:30:00Z`, as nearly all dates are."""
    return len(text) == 20 and text[4::3] == "--T::Z" and text[11:13] != "24"


def _usual_date(text: str) -> int | None:
    try:
        return (datetime.fromisoformat(text[:19]) - _EPOCH) // _MICROSECOND
    except ValueError:
        return None


def date(value: Value) -> int | None:
    """The instant of a date text, in microseconds; `None` for everything else."""
    if not isinstance(value, str) or value[:1] not in _DIGITS or value[4:5] != "-":
        return None
    if is_usual_date(value):
        return _usual_date(value)
    match = _DATE.fullmatch(value)
    if match is None:
        return None
    year, month, day, hour, minute, second, digits, _utc, sign, zone_hour, zone_minute = match.groups()
    if zone_hour is not None and (int(zone_hour) > 23 or int(zone_minute or 0) > 59):
        return None
    microsecond = int(((digits or "") + "000000")[:6])
    try:
        moment = datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), microsecond
        )
    except ValueError:
        return None
    offset = int(zone_hour or 0) * 3600 + int(zone_minute or 0) * 60
    result = (moment - _EPOCH) // _MICROSECOND - (-offset if sign == "-" else offset) * SECOND
    return within_time(result)


def instant(value: Value) -> int | None:
    """The instant of a value, in microseconds since 1970: of a number of seconds or milliseconds,
    of numeric text, of date text; `None` for everything else and outside the years 1 to 9999."""
    if value.__class__ is str and is_usual_date(value):
        return _usual_date(value)
    seconds = number(value)
    if seconds is None:
        return date(value)
    if abs(seconds) >= _BEYOND_TIME:
        return None
    result = round(seconds * 1000) if abs(seconds) >= _MILLISECONDS_FROM else round(seconds * SECOND)
    return within_time(result)


def within_time(microseconds: int) -> int | None:
    """The instant, when it lies in the years 1 to 9999."""
    return microseconds if _FIRST_INSTANT <= microseconds <= _LAST_INSTANT else None


def moment(microseconds: int) -> datetime:
    """The instant as an aware date and time in UTC."""
    return (_EPOCH + timedelta(microseconds=microseconds)).replace(tzinfo=UTC)


def _plain(value: Value) -> Value:
    """The value with whole numbers free of a fraction, as its text shows them."""
    if isinstance(value, float):
        return None if not math.isfinite(value) else int(value) if value.is_integer() else value
    if isinstance(value, list):
        return [_plain(element) for element in value]
    if isinstance(value, dict):
        return {key: _plain(member) for key, member in value.items()}
    return value


def text(value: Value) -> str | None:
    """The text of a value: texts as they are, the rest as compact JSON; `None` for missing."""
    if isinstance(value, str):
        return value
    value = _plain(value)
    if value is None:
        return None
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def equal(left: Value, right: Value, fold: Fold = str.casefold) -> bool:
    """Whether two values are equal, converting between numbers, booleans and their texts."""
    if left.__class__ is str and right.__class__ is str:
        return _equal_texts(left, right, fold)
    left_kind, right_kind = kind(left), kind(right)
    if left_kind == right_kind:
        return _EQUAL[left_kind](left, right, fold)
    if left_kind == "text":
        left, right, left_kind, right_kind = right, left, right_kind, left_kind
    if right_kind != "text":
        return False
    if left_kind == "boolean":
        return bool(right.lower() == ("true" if left else "false"))
    return left_kind == "number" and left == number(right)


def _equal_plain(left: Value, right: Value, fold: Fold) -> bool:
    return bool(left == right) or kind(left) == "missing"


def _equal_texts(left: str, right: str, fold: Fold) -> bool:
    """Texts by their fold; `true` and `false` in any case, also where case counts."""
    return fold(left) == fold(right) or (left.lower() == right.lower() and left.lower() in ("true", "false"))


def _equal_lists(left: list[Value], right: list[Value], fold: Fold) -> bool:
    return len(left) == len(right) and all([equal(a, b, fold) for a, b in zip(left, right)])


def _equal_objects(left: dict[str, Value], right: dict[str, Value], fold: Fold) -> bool:
    return all([equal(left.get(key), right.get(key), fold) for key in left.keys() | right.keys()])


_EQUAL: dict[str, Callable[[Value, Value, Fold], bool]] = {
    "missing": _equal_plain,
    "boolean": _equal_plain,
    "number": _equal_plain,
    "text": _equal_texts,
    "list": _equal_lists,
    "object": _equal_objects,
}


def identity(value: Value, fold: Fold = str.casefold) -> Hashable:
    """A key that is the same for values of one kind that are equal; nothing is converted."""
    what = kind(value)
    if what == "text":
        return what, fold(value)
    if what == "list":
        return what, tuple([identity(element, fold) for element in value])
    if what == "object":
        members = [(key, identity(member, fold)) for key, member in value.items() if kind(member) != "missing"]
        return what, frozenset(members)
    return (what,) if what == "missing" else (what, value)


def order(left: Value, right: Value, fold: Fold = str.casefold) -> int | None:
    """-1, 0 or 1 as `left` is below, equal to or above `right`; `None` when they have no order."""
    first: Any = left if left.__class__ is int else number(left)
    second: Any = right if right.__class__ is int else number(right)
    if first is None or second is None:
        if date(left) is not None or date(right) is not None:
            first, second = instant(left), instant(right)
        elif isinstance(left, str) and isinstance(right, str):
            first, second = fold(left), fold(right)
        if first is None or second is None:
            return None
    return int(first > second) - int(first < second)
