"""What can be written at a place of a rule: types, properties, keywords, functions and values, by context.

All of it comes from the tables of the language and the schemas of entity types; nothing is listed
here a second time. Which place it is, `situations.py` finds out, for rules that do not parse too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import attrs

from gsl.authoring import situations
from gsl.authoring.checking.shapes import Shapes, element_of, in_words, is_date, types_of
from gsl.authoring.situations import Frame, Situation
from gsl.errors import printable
from gsl.inventory.schemas import Schema
from gsl.language.formatter import literal_text
from gsl.language.vocabulary import ARRAY_OPERATORS, MEANINGS, RESERVED
from gsl.semantics.functions import function_table
from gsl.semantics.functions.dates import UNIT, UNITS
from gsl.semantics.functions.table import NOTHING, Function, Parameter
from gsl.semantics.operators import OPERATORS
from gsl.semantics.scopes import SCOPES

MOST = 300
"""Candidates that are given at one place."""

_LONGEST_MEANING = 200
_LONGEST_VALUE = 100
_KEY = re.compile(r"[A-Za-z_](?:[A-Za-z0-9_:-]*[A-Za-z0-9_])?", re.ASCII)
_ORDERED = {"number", "integer", "string"}
_SUBJECTS = {"string": "text", "array": "list", "object": "object"}
"""Types of JSON Schema, in the words by which functions say what they take."""


@attrs.frozen
class Candidate:
    """Something that can stand at the cursor.

    `text` goes in the place of what is written from `start` up to the cursor. `label` shows it in
    full (a function with its parameters), `meaning` says in a line what it is.
    """

    kind: str
    text: str
    start: int
    label: str
    meaning: str


@attrs.frozen
class Known:
    """What the author has at hand: shapes of entities, names of lists (without `$`), functions by lower-case name."""

    shapes: Shapes = attrs.Factory(Shapes)
    lists: tuple[str, ...] = ()
    functions: Mapping[str, Function] = attrs.Factory(function_table)


_Offer = tuple[str, str, str, str]
"""A kind, a text, a label and a meaning."""


def complete(text: str, cursor: int, known: Known, current: str | None = None) -> list[Candidate]:
    """What can stand at the cursor, an offset in `text`, likeliest first and at most `MOST`.

    With a `current` type the text may be a condition on that type, without `T should have`.
    It begins as written, ignoring case; where nothing does, what merely holds it is given.
    """
    place = situations.situation(text, cursor, known.shapes, known.functions, current)
    closing = "" if place.quote and text[cursor : cursor + 1] == place.quote else place.quote
    offers = _quoted(place, known, closing) if place.quote else _offers(place, known)
    prefix = place.prefix.casefold()
    begun: dict[str, Candidate] = {}
    holding: dict[str, Candidate] = {}
    for kind, written, label, meaning in offers:
        folded = written.casefold()
        chosen = begun if folded.startswith(prefix) else holding if len(prefix) > 1 and prefix in folded else None
        if chosen is not None:
            chosen.setdefault(written, Candidate(kind, written, place.start, printable(label), _line(meaning)))
        if len(begun) >= MOST:
            break
    return list((begun or holding).values())[:MOST]


def _line(meaning: str) -> str:
    text = printable(meaning)
    return text if len(text) <= _LONGEST_MEANING else f"{text[: _LONGEST_MEANING - 3]}..."


def _offers(place: Situation, known: Known) -> Iterator[_Offer]:
    make = _BY_WANT.get(place.wants)
    if make is not None:
        yield from make(place, known)


# --- names ---------------------------------------------------------------------------------------


def _types(place: Situation, known: Known) -> Iterator[_Offer]:
    for name in known.shapes.names():
        yield "type", name, name, str((known.shapes.of(name) or {}).get("description", ""))
    if place.wants != situations.START and not place.section:
        yield "keyword", "List", "List<T>", MEANINGS["List"]


def _start(place: Situation, known: Known) -> Iterator[_Offer]:
    yield from _operands(place, known)
    yield from _types(place, known)


def _properties(schema: Schema | None, first: bool) -> Iterator[_Offer]:
    """The keys below an object that can be written; `first` ones of a path cannot be reserved words."""
    for key, inner in (schema or {}).get("properties", {}).items():
        if _KEY.fullmatch(key) is not None and not (first and key.lower() in RESERVED):
            yield "property", key, key, _described(inner)


def _described(schema: Schema) -> str:
    said = [in_words(schema), str(schema.get("description", ""))]
    if not said[1] and schema.get("examples"):
        said[1] = f"such as {_literal(schema['examples'][0])}"
    return ": ".join([each for each in said if each])


def _lists(place: Situation, known: Known) -> Iterator[_Offer]:
    for name in known.lists:
        yield "list", f"${name.removeprefix('$')}", f"${name.removeprefix('$')}", "a named list"


# --- operands ------------------------------------------------------------------------------------


def _operands(place: Situation, known: Known) -> Iterator[_Offer]:
    if place.inner:
        yield from _properties(place.place, False)
        return
    frame = place.frame
    if frame is not None and frame.function is not None:
        yield from _arguments(frame, place, known)
    if place.comparing:
        yield from _values(place.compared)
    if place.comparing and frame is not None and frame.kind == "items":
        yield from _lists(place, known)
    yield from _demand(place)
    yield from _properties(place.place, True)
    if len(place.contexts) > 1 or place.prefix in ("$", "~", "^"):
        yield from [("scope", sign, sign, scope.doc) for sign, scope in SCOPES.items() if sign]
    if frame is None or frame.function is None:
        yield from [_call(each) for each in known.functions.values() if each.reads == NOTHING]
    if place.comparing:
        yield from _keywords("true", "false", "null")
    if not place.comparing and (frame is None or frame.function is None):
        yield from _keywords("not")


def _demand(place: Situation) -> Iterator[_Offer]:
    """What may follow `should`, up to the condition."""
    if place.section == "should" and place.fresh:
        yield from () if place.have else _keywords("have")
        yield from () if place.negated else _keywords("not")
        yield from () if place.have or place.negated else _keywords("fail")


def _values(schema: Schema | None) -> Iterator[_Offer]:
    """Values that a property has, as literals."""
    for value, meaning in _known_values(schema):
        text = _literal(value)
        if len(text) <= _LONGEST_VALUE:
            yield "value", text, text, meaning


def _known_values(schema: Schema | None) -> Iterator[tuple[Any, str]]:
    if schema is None:
        return
    if "boolean" in types_of(schema):
        yield from ((True, MEANINGS["true"]), (False, MEANINGS["false"]))
    yield from [(each, "a value it can have") for each in schema.get("enum", ())]
    for each in schema.get("examples", ()):
        if isinstance(each, (str, int, float)) and not isinstance(each, bool):
            yield each, "an example"


def _literal(value: Any) -> str:
    return literal_text(value) if value is None or isinstance(value, (str, int, float, bool)) else ""


# --- functions -----------------------------------------------------------------------------------


def _call(function: Function) -> _Offer:
    bare = all([not form for form in function.forms])
    label = " | ".join([function.signature(form) for form in function.forms]) or f"{function.name}()"
    return "function", f"{function.name}{'()' if bare else '('}", label, function.doc


def _parameters(frame: Frame) -> list[Parameter]:
    """What the argument that is written may be, by the forms of the function."""
    forms = frame.function.forms if frame.function is not None else ()
    found = [form[frame.index] for form in forms if len(form) > frame.index]
    return list({parameter.name: parameter for parameter in found}.values())


def _arguments(frame: Frame, place: Situation, known: Known) -> Iterator[_Offer]:
    for parameter in _parameters(frame):
        for kind, text, meaning in _texts_for(parameter, frame, place, known):
            yield kind, literal_text(text), literal_text(text), meaning


def _texts_for(parameter: Parameter, frame: Frame, place: Situation, known: Known) -> Iterator[tuple[str, str, str]]:
    """The texts that an argument can be: a kind, the text and its meaning."""
    if parameter is UNIT:
        yield from [("unit", f"{unit}s", parameter.doc) for unit in UNITS]
    elif parameter.name == "'Type'":
        yield from [("type", name, meaning) for _, name, _, meaning in _types(Situation("start"), known)]
    elif parameter.name == "'key'":
        looked_up = known.shapes.of(frame.arguments[0][1:-1]) if frame.arguments else None
        yield from [("property", key, meaning) for _, key, _, meaning in _properties(looked_up, False)]
    elif parameter.name == "'path'":
        subject = element_of(frame.place or (frame.contexts[-1] if frame.contexts else None))
        yield from [("property", key, meaning) for _, key, _, meaning in _properties(subject, False)]


def _quoted(place: Situation, known: Known, closing: str) -> Iterator[_Offer]:
    """What can stand inside the quotes that are open."""
    frame = place.frame
    if frame is not None and frame.function is not None:
        for parameter in _parameters(frame):
            for kind, text, meaning in _texts_for(parameter, frame, place, known):
                yield kind, text + closing, text, meaning
    elif place.comparing:
        for value, meaning in _known_values(place.compared):
            inside = literal_text(value)[1:-1] if isinstance(value, str) else ""
            if inside and len(inside) <= _LONGEST_VALUE and place.quote not in inside:
                yield "value", inside + closing, inside, meaning


# --- operators -----------------------------------------------------------------------------------


def _keywords(*words: str) -> Iterator[_Offer]:
    for word in words:
        yield "keyword", word, word, MEANINGS[word]


def _targeted(place: Situation, known: Known) -> Iterator[_Offer]:
    yield from _keywords("should", "where")


def _operators(place: Situation, known: Known) -> Iterator[_Offer]:
    """What may follow a value; what suits its kind comes first."""
    if place.frame is not None and place.frame.function is not None:
        return
    if place.comparing:
        yield from _connectives(place)
    elif types_of(place.place) == {"array"}:
        yield from _array_operators()
        yield from _functions(place, known)
    if not place.settled:
        yield from [] if place.comparing else _comparisons()
        yield from _functions(place, known)
        yield from [] if place.comparing else _array_operators()
    yield from _connectives(place)


def _comparisons() -> Iterator[_Offer]:
    yield from [("operator", name, name, operator.doc) for name, operator in OPERATORS.items()]
    yield from _keywords("in", "not in", "like", "unlike", "regexMatch")


def _array_operators() -> Iterator[_Offer]:
    yield from [("operator", f"{name} [", f"{name} [...]", MEANINGS[name]) for name in (*ARRAY_OPERATORS, "groupBy")]


def _functions(place: Situation, known: Known) -> Iterator[_Offer]:
    offered = [each for each in known.functions.values() if each.reads != NOTHING]
    yield from [_call(each) for each in sorted(offered, key=lambda each: not _suits(each, place.place))]


def _suits(function: Function, schema: Schema | None) -> bool:
    """Whether a function takes what a value is, as far as that is known."""
    kinds = types_of(schema)
    words = [_SUBJECTS[kind] for kind in kinds if kind in _SUBJECTS]
    if schema is not None and is_date(schema):
        words.append("an instant")
    return function.takes == "anything" or any([word in function.takes for word in words])


def _connectives(place: Situation) -> Iterator[_Offer]:
    yield from _keywords("and", "or")
    if place.frame is None:
        following: dict[str, Iterable[str]] = {"where": ("should",), "should": ("exclude",)}
        yield from _keywords(*following.get(place.section, ()))


def _only(*words: str) -> Callable[[Situation, Known], Iterator[_Offer]]:
    return lambda place, known: _keywords(*words)


_BY_WANT: dict[str, Callable[[Situation, Known], Iterator[_Offer]]] = {
    situations.START: _start,
    situations.TYPE: _types,
    situations.TARGETED: _targeted,
    situations.OPERAND: _operands,
    situations.OPERATOR: _operators,
    situations.LIST: _only("in"),
    situations.IN: _lists,
}
