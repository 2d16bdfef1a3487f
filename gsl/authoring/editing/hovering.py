"""What stands at a place of a rule, told in Markdown: properties, types, functions, words, lists, findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from gsl.authoring import situations
from gsl.authoring.checking.shapes import Shapes
from gsl.authoring.checking.table import CHECKS
from gsl.authoring.editing.looking import Notice
from gsl.authoring.editing.marking import block, code, plain, value
from gsl.authoring.editing.meanings import calls_of, meaning_of
from gsl.authoring.editing.words import rule_part, word_at, words_in
from gsl.authoring.properties import kind_of
from gsl.authoring.unfinished import Word
from gsl.inventory.schemas import Schema
from gsl.results.secret_keys import is_secret_path
from gsl.semantics.functions import function_table

_MOST_VALUES = 8
_MOST_KEYS = 40


class Hover(Struct, frozen=True):
    """A stretch of the text, and Markdown about it."""

    start: int
    end: int
    text: str


def hover_at(
    text: str,
    offset: int,
    shapes: Shapes,
    lists: Mapping[str, list[Any]] | None = None,
    notices: Iterable[Notice] = (),
) -> Hover | None:
    """What there is to tell of an offset in a rule file that need not parse; `None` when there is nothing."""
    word = word_at(words_in(text), offset)
    found = None if word is None else _of_word(word, text, offset, shapes, lists or {})
    notices = [each for each in notices if each.is_check and each.start <= offset < each.end]
    if found is None and not notices:
        return None
    start, end, parts = found or (notices[0].start, notices[0].end, [])
    for notice in notices:
        parts += _check(notice.code)
    return Hover(start, end, "\n\n".join(parts))


_Told = tuple[int, int, list[str]]


def _of_word(word: Word, text: str, offset: int, shapes: Shapes, lists: Mapping[str, list[Any]]) -> _Told | None:
    if word.kind == "list":
        return word.start, word.end, list(_named_list(word.text[1:], lists))
    if word.kind in ("sign", "comparator"):
        return _meaning(word)
    return _of_name(word, rule_part(text), offset, shapes) if word.kind in ("word", "dotted") else None


def _of_name(word: Word, rule: str, offset: int, shapes: Shapes) -> _Told | None:
    """A type, a function, a property or a keyword, as the place wants it."""
    end = _end_of_key(word, offset)
    here = situations.situation(rule[:end], end, shapes)
    if here.wants == situations.TYPE and word.text.lower() != "list":
        return word.start, word.end, list(_type(word.text, shapes))
    if rule[word.end :].lstrip()[:1] == "(" and end == word.end:
        return _function(word)
    if here.inner or (here.wants == situations.OPERAND and meaning_of(word.text) is None):
        path = word.text[: end - word.start].removeprefix(".")
        schema = (here.place or {}).get("properties", {}).get(here.prefix)
        return min(here.start, offset), end, list(_property(path, schema))
    return _meaning(word)


def _end_of_key(word: Word, offset: int) -> int:
    """Where the key of a path ends that an offset is in."""
    dot = word.text.find(".", max(0, offset - word.start))
    if dot == 0:
        dot = word.text.find(".", 1)
    return word.end if dot < 0 else word.start + dot


def _meaning(word: Word) -> _Told | None:
    found = meaning_of(word.text)
    return None if found is None else (word.start, word.end, [block([found[0]]), plain(found[1])])


def _function(word: Word) -> _Told | None:
    function = function_table().get(word.text.lower())
    if function is None:
        return _meaning(word)
    parts = [block(calls_of(function)), function.doc]
    parameters = {each.name: each for form in function.forms for each in form}
    if parameters:
        parts.append("\n".join([f"- `{each.name}`: {each.doc}" for each in parameters.values()]))
    return word.start, word.end, [*parts, f"Subject: {function.takes}. Gives: {function.gives}."]


def _property(path: str, schema: Schema | None) -> Iterator[str]:
    if schema is None:
        yield f"{code(path)}: no schema tells of this property."
        return
    yield f"**{plain(path)}**: {code(kind_of(schema))}"
    if schema.get("description"):
        yield plain(str(schema["description"]))
    met = [each for each in schema.get("met", ()) if each is not None]
    yield from _values("One of", schema.get("enum", ()), path)
    yield from _values("In your entities", met, path)
    yield from _values("For example", [each for each in schema.get("examples", ()) if each not in met], path)


def _values(title: str, given: Any, path: str) -> Iterator[str]:
    found = [each for each in given if each is not None]
    if found and any([is_secret_path(path, each) for each in found]):
        yield f"{title}: masked, as the name is that of a secret."
    elif found:
        yield f"{title}: {_listed(found)}"


def _listed(found: list[Any]) -> str:
    more = ", ..." if len(found) > _MOST_VALUES else ""
    return ", ".join([value(each) for each in found[:_MOST_VALUES]]) + more


def _named_list(name: str, lists: Mapping[str, list[Any]]) -> Iterator[str]:
    if name not in lists:
        yield f"The named list {code('$' + name)} is not given here."
        return
    found = lists[name]
    yield f"**${plain(name)}**: {len(found):,} value{'' if len(found) == 1 else 's'}"
    if found:
        yield from _values("Values", found, name)


def _type(name: str, shapes: Shapes) -> Iterator[str]:
    schema = shapes.of(name)
    if schema is None:
        yield f"{code(name)}: no schema tells of this entity type."
        return
    yield f"**{plain(name)}**: entity type"
    if schema.get("description"):
        yield plain(str(schema["description"]))
    keys = list(schema.get("properties", {}))
    if keys:
        shown = ", ".join([code(each) for each in keys[:_MOST_KEYS]])
        yield f"Properties: {shown}{', ...' if len(keys) > _MOST_KEYS else ''}"


def _check(name: str) -> list[str]:
    """A check in words, for those who look at what it found."""
    check = CHECKS[name]
    bad, good = block(check.bad.split("\n")), block(check.good.split("\n"))
    return [f"**{name}** {check.summary} {check.why}", "Instead of", bad, "write", good]
