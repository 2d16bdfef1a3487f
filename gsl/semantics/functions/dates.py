"""Functions on instants: before, after, and how far apart."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from gsl.language.vocabulary import did_you_mean
from gsl.semantics import values
from gsl.semantics.functions.table import Function, Parameter
from gsl.semantics.values import SECOND, Value

EXACT_UNITS = {
    "second": SECOND,
    "minute": 60 * SECOND,
    "hour": 3600 * SECOND,
    "day": 86400 * SECOND,
    "week": 7 * 86400 * SECOND,
}
CALENDAR_UNITS = {"month": 1, "year": 12}
UNITS = (*EXACT_UNITS, *CALENDAR_UNITS)


def unit_of(value: Value) -> str | None:
    """The unit that a word names, singular or plural in any case; `None` when it names none."""
    word = value.lower() if isinstance(value, str) else ""
    singular = word[:-1] if word.endswith("s") else word
    return singular if singular in UNITS else None


def _add_months(instant: int, months: int) -> int | None:
    """The instant some calendar months on; the day clips to the month's end."""
    from dateutil.relativedelta import relativedelta

    try:
        moved = values.moment(instant) + relativedelta(months=months)
    except (ValueError, OverflowError):
        return None
    return (moved - values.moment(0)) // timedelta(microseconds=1)


def shifted(now: int, amount: Value, unit: str) -> int | None:
    """`now` moved by an amount of units; `None` when the amount is no number or leads out of time."""
    count = values.number(amount)
    if count is None:
        return None
    if unit in CALENDAR_UNITS:
        whole = int(count)
        if whole != count or abs(whole) > 12 * 10000:
            return None
        return _add_months(now, whole * CALENDAR_UNITS[unit])
    if abs(count) * EXACT_UNITS[unit] > 10**18:
        return None
    moved = now + round(count * EXACT_UNITS[unit])
    return values.within_time(moved)


def reference_of(run: Any, arguments: tuple[Value, ...]) -> int | None:
    """The instant that `before` and `after` compare with: a date, or now moved by an amount of units."""
    if len(arguments) == 1:
        return values.instant(arguments[0])
    return shifted(run.now, arguments[0], unit_of(arguments[1]) or "")


def _before(run: Any, subject: Value, *arguments: Value) -> bool:
    instant, reference = values.instant(subject), reference_of(run, arguments)
    return instant is not None and reference is not None and instant < reference


def _after(run: Any, subject: Value, *arguments: Value) -> bool:
    instant, reference = values.instant(subject), reference_of(run, arguments)
    return instant is not None and reference is not None and instant > reference


def _known_instant(value: Value) -> int | None:
    """The instant of a value, `None` also for never."""
    instant = values.instant(value)
    return None if instant in values.NEVER else instant


def _date_difference(run: Any, subject: Value, other: Value, unit_word: str) -> int | float | None:
    return difference(subject, other, unit_of(unit_word) or "")


def difference(subject: Value, other: Value, unit: str) -> int | float | None:
    """How far two instants are apart, in a unit; `None` when either is missing or never."""
    first, second = _known_instant(subject), _known_instant(other)
    if first is None or second is None:
        return None
    if unit in CALENDAR_UNITS:
        return _whole_months(min(first, second), max(first, second)) // CALENDAR_UNITS[unit]
    difference = abs(first - second)
    whole, rest = divmod(difference, EXACT_UNITS[unit])
    return whole if rest == 0 else difference / EXACT_UNITS[unit]


def _whole_months(earlier: int, later: int) -> int:
    """The calendar months that have passed since the earlier instant."""
    from dateutil.relativedelta import relativedelta

    start, end = (values.moment(instant).replace(tzinfo=None) for instant in (earlier, later))
    passed = relativedelta(end, start)
    return passed.years * 12 + passed.months


def _unit_fault(value: Value) -> str | None:
    if unit_of(value) is not None:
        return None
    plurals = [f"{unit}s" for unit in UNITS]
    near = did_you_mean(value, plurals) if isinstance(value, str) else ""
    return f"one of {', '.join(plurals)}{near}"


def _amount_fault(value: Value) -> str | None:
    return "a number, positive or negative" if values.number(value) is None else None


def _date_fault(value: Value) -> str | None:
    return "a date such as '2024-05-01', or a number and a unit" if values.date(value) is None else None


def _instant_fault(value: Value) -> str | None:
    return "a date such as '2024-05-01' or a Unix time" if values.instant(value) is None else None


UNIT = Parameter(
    "'unit'", "seconds, minutes, hours, days, weeks, months or years; singular too", _unit_fault, literal=True
)
_AMOUNT = Parameter("n", "a number, or a path to one; whole for months and years", _amount_fault)
_DATE = Parameter("date", "a date text, or a path to one", _date_fault)
_OTHER = Parameter("other", "the other instant, usually a path", _instant_fault)
_FORMS = ((_AMOUNT, UNIT), (_DATE,))


def _fraction_fault(arguments: tuple[Value, ...]) -> tuple[int, str] | None:
    """Months and years are counted by the calendar, so only whole ones make sense."""
    if len(arguments) != 2 or unit_of(arguments[1]) not in CALENDAR_UNITS:
        return None
    amount = values.number(arguments[0])
    return (0, "a whole number of months or years") if amount is not None and amount != int(amount) else None


def _no_instant(value: Value) -> bool:
    return values.instant(value) is None


FUNCTIONS = (
    Function(
        "before",
        "Whether the instant lies before now plus `n` units, or before a date; false when it has no instant.",
        _before,
        _FORMS,
        "an instant",
        missing=_no_instant,
        fault=_fraction_fault,
    ),
    Function(
        "after",
        "Whether the instant lies after now plus `n` units, or after a date; false when it has no instant.",
        _after,
        _FORMS,
        "an instant",
        missing=_no_instant,
        fault=_fraction_fault,
    ),
    Function(
        "dateDifference",
        "How far two instants are apart, never negative: exact up to weeks, whole calendar months and years; "
        "missing when either is missing or never.",
        _date_difference,
        ((_OTHER, UNIT),),
        "an instant",
        "number",
    ),
)
