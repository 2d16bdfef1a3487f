"""From what Python programs hold (dates, tuples, decimals) to plain JSON, within bounds."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gsl.errors import InputError
from gsl.semantics import values

if TYPE_CHECKING:
    import decimal

MAX_DEPTH = 128
"""Levels of lists and objects in an entity; real ones have a few dozen at most."""

_MOST_DIGITS = 4300


def depth_exceeds(value: Any, limit: int = MAX_DEPTH) -> bool:
    """Whether lists and objects are nested more than `limit` deep; takes no recursion."""
    pending = [(value, 1)]
    while pending:
        current, depth = pending.pop()
        inside = current.values() if isinstance(current, dict) else current if isinstance(current, list) else None
        if inside is None:
            continue
        if depth > limit:
            return True
        pending.extend((child, depth + 1) for child in inside if isinstance(child, (list, dict)))
    return False


def plain(value: Any, lost: list[float] | None = None, depth: int = 0) -> Any:
    """The value as JSON: dates as ISO text, tuples and sets as lists, decimals as numbers.

    NaN and the infinities become missing, and are added to `lost`.
    Raises `InputError` for what has no JSON form and for data nested more than 128 deep.
    """
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, int):
        return value if abs(value) < values.LARGEST else None
    if isinstance(value, float):
        return value if math.isfinite(value) else _missing(value, lost)
    if depth >= MAX_DEPTH:
        raise InputError("too-deep", f"the entity is nested more than {MAX_DEPTH} deep, or holds itself")
    if isinstance(value, Mapping):
        return {str(key): plain(member, lost, depth + 1) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(element, lost, depth + 1) for element in value]
    return _other(value, lost, depth)


def _missing(value: float, lost: list[float] | None) -> None:
    if lost is not None:
        lost.append(value)


def _other(value: Any, lost: list[float] | None, depth: int) -> Any:
    if isinstance(value, datetime.datetime):
        return _date_text(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, (set, frozenset)):
        return [plain(element, lost, depth + 1) for element in sorted(value, key=str)]
    import decimal

    if isinstance(value, decimal.Decimal):
        return _number(value)
    raise InputError(
        "not-json", f"a value of type {type(value).__name__} has no JSON form; give text, numbers, lists or objects"
    )


def _date_text(value: datetime.datetime) -> str:
    """ISO text in UTC; at the ends of time, where there is none, with the zone as it is."""
    aware = value if value.tzinfo is not None else value.replace(tzinfo=datetime.UTC)
    try:
        aware = aware.astimezone(datetime.UTC)
    except OverflowError:
        return aware.isoformat()
    return aware.isoformat().replace("+00:00", "Z")


def _number(value: decimal.Decimal) -> int | float | None:
    """A decimal as a JSON number; `None` for what is none or has thousands of digits."""
    if not value.is_finite() or value.adjusted() >= _MOST_DIGITS:
        return None
    if value.adjusted() < -_MOST_DIGITS:
        return 0
    return int(value) if value == value.to_integral_value() else float(value)
