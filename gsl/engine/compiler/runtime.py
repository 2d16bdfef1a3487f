"""What generated code calls when its fast paths do not fit: the tables of the language, on checked values."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from gsl.semantics import operators, values
from gsl.semantics.functions import dates
from gsl.semantics.functions.table import Function
from gsl.semantics.run import Run
from gsl.semantics.values import Fold, Value


class Undecided(Exception):
    """A value that the generated code cannot judge; the reference evaluator does."""


GIVING_UP = (Undecided, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError, LookupError)
"""What may come out of generated code: the reference evaluator then judges the entity."""


def _takes_hour_24() -> bool:
    try:
        datetime.fromisoformat("2024-01-01T24:00:00Z")
    except ValueError:
        return False
    return True


TAKES_HOUR_24 = _takes_hour_24()
"""Whether Python takes an hour that the language does not."""

_SCALARS = frozenset((str, int, bool, type(None)))
MOST_DERIVED = 1000
"""Elements of a list made by a function that generated code goes through; more are counted by the reference."""


def checked(value: Value) -> Value:
    """The value, when it is JSON; missing for NaN and the infinities. Raises `Undecided`."""
    what = value.__class__
    if what in _SCALARS:
        return value
    if what is float:
        return value if math.isfinite(value) else None
    if what is list:
        for element in value:
            if element.__class__ not in _SCALARS:
                _check_inside(element)
        return value
    if what is dict:
        for member in value.values():
            if member.__class__ not in _SCALARS:
                _check_inside(member)
        return value
    raise Undecided


def _check_inside(value: Value) -> None:
    if value.__class__ is float:
        if not math.isfinite(value):
            raise Undecided
    else:
        checked(value)


def under(value: Value, key: str) -> Value:
    """The value under a key of what is no exact dict: missing, unless it is no JSON."""
    what = value.__class__
    if what is dict:
        return value.get(key)
    if what in _SCALARS or what is list or what is float:
        return None
    raise Undecided


def gone() -> None:
    """A value is missing where strict code cannot have it. Raises `Undecided`."""
    raise Undecided


def few(elements: list[Value]) -> list[Value]:
    """The elements of a list that a function made, when they are few enough not to be counted."""
    if len(elements) > MOST_DERIVED:
        raise Undecided
    return elements


def alone(value: Value) -> tuple[Value, ...]:
    """The one element that stands where a list could; none for NaN and the infinities. Raises `Undecided`."""
    what = value.__class__
    if what is float:
        return (value,) if math.isfinite(value) else ()
    if what in _SCALARS or what is dict:
        return (value,)
    raise Undecided


def equal_to(literal: Value, fold: Fold) -> Callable[[Value], bool]:
    """The test whether a value equals a literal."""
    return lambda value: values.equal(checked(value), literal, fold)


def both_equal(fold: Fold) -> Callable[[Value, Value], bool]:
    """The test whether two values are equal."""

    def equal(left: Value, right: Value) -> bool:
        if left.__class__ is str and right.__class__ is str and left == right:
            return True
        return values.equal(checked(left), checked(right), fold)

    return equal


def compared(operator: str, fold: Fold) -> Callable[[Value, Value], bool]:
    """An operator of the table on two values."""
    apply = operators.OPERATORS[operator].apply
    return lambda left, right: apply(checked(left), checked(right), fold)


def compared_to(operator: str, literal: Value, fold: Fold) -> Callable[[Value], bool]:
    """An operator of the table on a value and a literal."""
    apply = operators.OPERATORS[operator].apply
    if not isinstance(literal, (int, float)) or isinstance(literal, bool):
        return lambda value: apply(checked(value), literal, fold)

    def against_number(value: Value) -> bool:
        return not _is_word(value) and apply(checked(value), literal, fold)

    return against_number


def among(candidates: list[Value], fold: Fold) -> Callable[[Value], bool]:
    """The test whether a value equals one of several."""
    usual = [each for each in candidates if isinstance(each, str) and each.lower() not in ("true", "false")]
    texts = frozenset([fold(each) for each in usual]) if len(usual) == len(candidates) else None

    def test(value: Value) -> bool:
        if texts is not None and value.__class__ is str:
            return fold(value) in texts
        value = checked(value)
        return any([values.equal(value, candidate, fold) for candidate in candidates])

    return test


def is_item(fold: Fold) -> Callable[[Value, Value], bool]:
    """The test whether a value is an item; an item that is a list stands for its elements."""

    def test(value: Value, item: Value) -> bool:
        value, item = checked(value), checked(item)
        candidates = item if isinstance(item, list) else [item]
        return any([values.equal(value, candidate, fold) for candidate in candidates])

    return test


def alike(pattern: str, fold: Fold) -> Callable[[Value], bool]:
    """The test whether a value is like a pattern."""
    return lambda value: operators.like(checked(value), pattern, fold)


def literal_test(literals: tuple[Value, ...], fold: Fold) -> Callable[[Value], bool]:
    """The test of a bracket of literals."""

    def test(value: Value) -> bool:
        value = checked(value)
        for literal in literals:
            if isinstance(literal, str):
                if operators.like(value, literal, fold):
                    return True
            elif values.equal(value, literal, fold):
                return True
        return False

    return test


def matches(pattern: str, ignore_case: bool) -> Callable[[Value], bool]:
    """The test whether a regular expression is found in a value."""
    return lambda value: operators.regex_match(checked(value), pattern, ignore_case)


def truth(value: Value) -> bool:
    """Whether a bare value counts as true."""
    return values.truth(checked(value))


def applied(function: Function, run: Run) -> Callable[..., Value]:
    """A function of the table; results that are no number are missing."""
    apply = function.apply

    def call(subject: Value, *arguments: Value) -> Value:
        result = apply(run, checked(subject), *[checked(argument) for argument in arguments])
        return None if result.__class__ is float and not math.isfinite(result) else result

    return call


def _is_word(value: Value) -> bool:
    """Whether a value is a text such as `N/A`, which is no instant by its first character."""
    return value.__class__ is str and not value[:1].isdigit() and value[:1] != "-"


def difference(unit: str) -> Callable[[Value, Value], int | float | None]:
    """`dateDifference` in a unit."""

    def apart(first: Value, second: Value) -> int | float | None:
        if first is None or second is None or _is_word(first) or _is_word(second):
            return None
        return dates.difference(checked(first), checked(second), unit)

    return apart


def counts_as_missing(function: Function) -> Callable[[Value], bool]:
    """Whether a subject counts as missing for a function, beyond being missing."""
    missing = function.missing
    assert missing is not None
    return lambda value: missing(checked(value))


def size(value: Value) -> int | None:
    """`length()` of a value; a decoded object whose other keys were left out cannot tell."""
    if value is None:
        return 0
    if value.__class__ in (str, list, dict):
        return len(value)
    return 0 if checked(value) is None else None


def is_empty(value: Value) -> bool:
    """`isEmpty()` of a value."""
    return checked(value) in (None, "", [], {})


def is_missing(value: Value) -> bool:
    """Whether a value is missing."""
    return checked(value) is None


def property_of(value: Value, keys: tuple[str, ...]) -> Value:
    """`getValue`: the value under some keys, or of a list the list of them."""
    value = checked(value)
    if value.__class__ is list:
        return [_member(element, keys) for element in value]
    return _member(value, keys)


def _member(value: Value, keys: tuple[str, ...]) -> Value:
    for key in keys:
        value = value.get(key) if value.__class__ is dict else None
    return value


def reference_instant(run: Run, arguments: tuple[Value, ...]) -> int | None:
    """The instant that `before` and `after` compare with, from literal arguments."""
    return dates.reference_of(run, arguments)


def reference_moment(run: Run, name: str, arguments: tuple[Value, ...]) -> datetime:
    """The same instant as a date and time; when there is none, one that nothing is before or after."""
    instant = reference_instant(run, arguments)
    if instant is None:
        return (datetime.min if name == "before" else datetime.max).replace(tzinfo=UTC)
    return values.moment(instant)


def before(instant: int | None) -> Callable[[Value], bool | None]:
    """Whether a value's instant lies before a given one; `None` when it has none."""

    def test(value: Value) -> bool | None:
        found = values.instant(checked(value))
        return None if found is None else instant is not None and found < instant

    return test


def after(instant: int | None) -> Callable[[Value], bool | None]:
    """Whether a value's instant lies after a given one; `None` when it has none."""

    def test(value: Value) -> bool | None:
        found = values.instant(checked(value))
        return None if found is None else instant is not None and found > instant

    return test


def gathered(fold: Fold) -> Callable[[Value, tuple[str, ...]], list[Value]]:
    """`groupBy` on a path of the elements, without places."""

    def group(subject: Value, keys_of_element: list[Value], elements: list[Value]) -> list[Value]:
        groups: dict[Any, tuple[Value, list[Value]]] = {}
        for element, key in zip(elements, keys_of_element):
            own = key if isinstance(key, list) and key else [None if key in ("", [], {}) else key]
            distinct: dict[Any, Value] = {}
            for each in own:
                distinct.setdefault(values.identity(each, fold), each)
            for identity, each in distinct.items():
                groups.setdefault(identity, (each, []))[1].append(element)
        return [{"key": key, "values": kept} for key, kept in groups.values()]

    return group  # type: ignore[return-value]


class Binding(Struct, frozen=True, eq=False):
    """What a compiled rule set is bound to: the run, with its clock, fold and lists."""

    run: Run
    functions: Mapping[str, Function] = {}
