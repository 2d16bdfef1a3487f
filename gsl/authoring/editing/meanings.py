"""What the words and signs of the language mean, out of its tables."""

from __future__ import annotations

from gsl.language.vocabulary import ARRAY_OPERATORS, MEANINGS
from gsl.semantics.functions.table import Function
from gsl.semantics.operators import OPERATORS
from gsl.semantics.scopes import SCOPES

_BY_LOWER = {word.lower(): word for word in MEANINGS}
_SAME = {"==": "=", "<>": "!="}
_WRITTEN = {
    "where": "Type where E should have E",
    "should": "Type should [not] have E",
    "have": "Type should have E",
    "exclude": "Type should have E exclude E",
    "fail": "Type should fail",
    "not": "not E",
    "and": "E and E",
    "or": "E or E",
    "in": "x in (a, b, $List)",
    "like": "x like 'a%'",
    "unlike": "x unlike 'a%'",
    "regexMatch": "x regexMatch /pattern/i",
    "groupBy": "list groupBy [path]",
    "List": "List<Type> should have E",
    **{word: f"list {word} [E]" for word in ARRAY_OPERATORS},
}
"""How words are written; the others stand alone."""


def meaning_of(word: str) -> tuple[str, str] | None:
    """How a word or sign of the language is written, and what it means; `None` when it is none."""
    known = _BY_LOWER.get(word.lower())
    if known is not None:
        meaning = MEANINGS[known]
        return _WRITTEN.get(known, known), f"{meaning[0].upper()}{meaning[1:]}."
    sign = _SAME.get(word, word)
    if sign in OPERATORS:
        return f"x {sign} y", OPERATORS[sign].doc
    return (f"{sign}.key" if sign == "^" else f"{sign}key", SCOPES[sign].doc) if sign and sign in SCOPES else None


def calls_of(function: Function) -> list[str]:
    """A function as it is written, in each of its forms."""
    return [f"x {function.signature(form)}" for form in function.forms]
