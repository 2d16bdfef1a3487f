"""What a condition asks of one value: tests against literals, with the literals that set them apart."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from gsl.semantics import operators, values
from gsl.semantics.values import Fold, Value


class Equal(Struct, frozen=True, tag=True):
    """Equal to one of some literals: `=`, and `in` with literals."""

    literals: tuple[Any, ...]


class Order(Struct, frozen=True, tag=True):
    """`<`, `<=`, `>` or `>=` with a literal."""

    operator: str
    literal: Any


class LikeText(Struct, frozen=True, tag=True):
    """`like` a pattern."""

    pattern: str


class Regex(Struct, frozen=True, tag=True):
    """`regexMatch`."""

    pattern: str
    ignore_case: bool


class Truth(Struct, frozen=True, tag=True):
    """True as a bare value."""


class Empty(Struct, frozen=True, tag=True):
    """`isEmpty()`."""


Test = Equal | Order | LikeText | Regex | Truth | Empty


def passes(test: Test, value: Value, fold: Fold) -> bool:
    """Whether a value passes a test, by the language's own operators."""
    if isinstance(test, Equal):
        return any([values.equal(value, each, fold) for each in test.literals])
    if isinstance(test, Order):
        return operators.OPERATORS[test.operator].apply(value, test.literal, fold)
    if isinstance(test, LikeText):
        return operators.like(value, test.pattern, fold)
    if isinstance(test, Regex):
        return operators.regex_match(value, test.pattern, test.ignore_case)
    if isinstance(test, Truth):
        return values.truth(value)
    return value is None or value in ("", [], {})


def literals_of(test: Test) -> tuple[Any, ...]:
    """The literals that a test compares with."""
    if isinstance(test, Equal):
        return test.literals
    return (test.literal,) if isinstance(test, Order) else ()
