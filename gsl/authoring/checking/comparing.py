"""A literal against the schema of what it is compared with: can the comparison ever hold?"""

from __future__ import annotations

from typing import Any

from gsl.authoring.checking.shapes import in_words, is_date, types_of
from gsl.inventory.schemas import Schema
from gsl.language.formatter import literal_text
from gsl.language.vocabulary import did_you_mean
from gsl.semantics import values

Told = tuple[str, str]
"""A code, and what the message says of the subject."""

_NUMBERS = frozenset(("number", "integer"))
_ORDERS = ("<", "<=", ">", ">=")


def order_finding(literal: Any) -> Told | None:
    """What is wrong with an order beside a literal, whatever stands on the other side."""
    if literal is None or isinstance(literal, bool):
        return "GSL107", f"is put in order with {literal_text(literal)}, which has none: the outcome is always false"
    return None


def value_finding(schema: Schema, operator: str, literal: Any) -> Told | None:
    """What is wrong with comparing a value of a schema with a literal."""
    types = types_of(schema)
    if literal is None:
        return None
    if operator in _ORDERS:
        return _ordered(schema, types, literal)
    if "enum" in schema:
        return _listed(schema["enum"], literal)
    shown = f"{in_words(schema)} by its schema, and never equal to {literal_text(literal)}"
    if types == {"array"}:
        return "GSL106", f"is {shown}: use `contain`"
    never = types == {"object"} or (types == {"boolean"} and not _is_boolean(literal))
    if never or (types and types <= _NUMBERS and values.number(literal) is None):
        return "GSL104", f"is {shown}"
    return None


def _ordered(schema: Schema, types: frozenset[str], literal: Any) -> Told | None:
    if types and types <= {"boolean", "array", "object"}:
        return "GSL107", f"is {in_words(schema)} by its schema, which has no order"
    if not isinstance(literal, str) or values.instant(literal) is not None:
        return None
    word = literal_text(literal)
    if types and types <= _NUMBERS:
        return "GSL104", f"is a number by its schema, and has no order with the text {word}"
    if is_date(schema):
        return "GSL104", f"is a date by its schema, and has no order with {word}, which is none"
    return None


def _is_boolean(literal: Any) -> bool:
    return isinstance(literal, bool) or (isinstance(literal, str) and literal.lower() in ("true", "false"))


def _listed(allowed: list[Any], literal: Any) -> Told | None:
    if any([values.equal(each, literal) for each in allowed]):
        return None
    texts = [each for each in allowed if isinstance(each, str)]
    near = did_you_mean(literal, texts) if isinstance(literal, str) else ""
    return "GSL104", f"is never {literal_text(literal)} by its schema, which lists the values{near}"
