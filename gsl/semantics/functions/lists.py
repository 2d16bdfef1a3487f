"""Functions on lists: without repeats, first and last, sum, smallest and largest."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from gsl.semantics import values
from gsl.semantics.functions.table import Function
from gsl.semantics.values import Value


def _unique(run: Any, subject: Value) -> list[Value] | None:
    if not isinstance(subject, list):
        return None
    first_seen: dict[Hashable, Value] = {}
    for element in subject:
        first_seen.setdefault(values.identity(element, run.fold), element)
    return list(first_seen.values())


def _first(run: Any, subject: Value) -> Value:
    return subject[0] if isinstance(subject, list) and subject else None


def _last(run: Any, subject: Value) -> Value:
    return subject[-1] if isinstance(subject, list) and subject else None


def _numbers(subject: Value) -> list[int | float] | None:
    """The elements as numbers; `None` when it is no list or holds anything else."""
    if not isinstance(subject, list):
        return None
    numbers = [found for element in subject if (found := values.number(element)) is not None]
    return numbers if len(numbers) == len(subject) else None


def _sum(run: Any, subject: Value) -> int | float | None:
    numbers = _numbers(subject)
    if numbers is None:
        return None
    try:
        total = values.number(sum(numbers))
        return total if total is None or abs(total) < values.LARGEST else None
    except OverflowError:
        return None


def _min(run: Any, subject: Value) -> int | float | None:
    return min(_numbers(subject) or [], default=None)


def _max(run: Any, subject: Value) -> int | float | None:
    return max(_numbers(subject) or [], default=None)


_NUMBERS = "list of numbers and numeric texts"

FUNCTIONS = (
    Function(
        "unique", "The elements without repeats, in order of first appearance.", _unique, takes="list", gives="list"
    ),
    Function("first", "The first element; missing for an empty list.", _first, takes="list", gives="anything"),
    Function("last", "The last element; missing for an empty list.", _last, takes="list", gives="anything"),
    Function("sum", "The sum; 0 for an empty list.", _sum, takes=_NUMBERS, gives="number"),
    Function("min", "The smallest; missing for an empty list.", _min, takes=_NUMBERS, gives="number"),
    Function("max", "The largest; missing for an empty list.", _max, takes=_NUMBERS, gives="number"),
)
