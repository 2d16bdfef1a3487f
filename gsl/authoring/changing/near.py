"""Values near a given one: the same, just beside it, another; spelled as the one that they replace."""

from __future__ import annotations

import re

from gsl.semantics import values
from gsl.semantics.values import SECOND, Value

DAY = 86400 * SECOND
_MILLISECONDS_FROM = 100_000_000_000
_LONGEST = 1000
MADE_UP = "x"
"""What texts that were made up end with."""

_ADDRESS = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){3}(/[0-9]{1,2})?|[0-9a-f]{0,4}(:[0-9a-f]{0,4}){2,7}(/[0-9]{1,3})?")
_ADDRESSES = ("10.0.0.1", "10.0.0.0/8", "8.8.8.8", "0.0.0.0/0")

_PAIRS = (("Allow", "Deny"), ("Enabled", "Disabled"), ("Active", "Inactive"), ("Public", "Private"), ("yes", "no"))
_OPPOSITES = {one.lower(): other for pair in _PAIRS for one, other in (pair, pair[::-1])}


def around(value: Value) -> list[Value]:
    """A value and those beside it: with one of them most comparisons with it come out true, with another false."""
    kind = values.kind(value)
    if kind == "missing":
        return [None, "x"]
    if kind == "boolean":
        return [value, not value]
    if kind == "number":
        return [value, *_beside(value)]
    if kind == "text":
        return _around_text(value)
    return [value, []] if kind == "list" else [value, {}]


def _around_text(text: str) -> list[Value]:
    instant = values.date(text)
    if instant is not None:
        near = [text, *[dated(instant + step, text) for step in (SECOND, -SECOND, DAY, -DAY)]]
        return [each for each in near if each is not None]
    number = values.number(text)
    if number is not None:
        return [text, *[values.text(each) for each in _beside(number)]]
    if text.lower() in ("true", "false"):
        return [text, text.lower() == "true", text.lower() == "false"]
    if len(text) < 50 and _ADDRESS.fullmatch(text.lower()):
        return [text, *_ADDRESSES]
    opposite = _OPPOSITES.get(text.lower())
    return [text, *([] if opposite is None else [opposite]), other_than(text), ""]


def other_than(text: str) -> str:
    """Another text, made up."""
    return text[:_LONGEST] + MADE_UP


def _beside(number: int | float) -> list[int | float]:
    return [] if abs(number) > values.LARGEST // 10 else [number + 1, number - 1]


def usual(value: Value) -> list[Value]:
    """What might stand in the place of a value whatever a rule says: its opposite, something empty, nothing."""
    kind = values.kind(value)
    if kind == "missing":
        return [True, "x", 1, False]
    opposite: dict[str, list[Value]] = {"boolean": [value is False], "text": [""], "number": [0], "list": [[]]}
    return [*opposite.get(kind, []), None]


def spelled_like(goal: Value, before: Value) -> list[Value]:
    """A value, spelled as the one that it replaces where that is possible, and as it is."""
    found = [goal]
    if isinstance(before, str) and isinstance(goal, bool):
        if before.lower() in ("true", "false"):
            found.insert(0, values.text(goal))
    elif isinstance(before, str) and isinstance(goal, (int, float)):
        found.insert(0, values.text(goal))
    elif isinstance(before, bool) and isinstance(goal, str) and goal.lower() in ("true", "false"):
        found.insert(0, goal.lower() == "true")
    elif isinstance(before, (int, float)) and isinstance(goal, str) and values.number(goal) is not None:
        found.insert(0, values.number(goal))
    return found


def dated(instant: int, like: Value) -> Value:
    """An instant, spelled like another value: in seconds, milliseconds, as a day or as date and time."""
    if values.within_time(instant) is None:
        return None
    number = values.number(like)
    if number is not None:
        spelled = instant // 1000 if abs(number) >= _MILLISECONDS_FROM else instant // SECOND
        return str(spelled) if isinstance(like, str) else spelled
    text = values.moment(instant).isoformat().replace("+00:00", "Z")
    return text[:10] if isinstance(like, str) and len(like) == 10 and instant % DAY == 0 else text
