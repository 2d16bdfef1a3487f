"""A rule's text cut into pieces for colouring: any text, finished or not, in one pass and without the parser."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from gsl.language import vocabulary
from gsl.semantics.functions import function_table

KINDS = {
    "blank": "blanks and line breaks",
    "comment": "from `#` to the end of the line",
    "clause": "a word that begins a part of the rule: `where`, `should`, `have`, `exclude`, `fail`, `List`",
    "connective": "`not`, `and`, `or`",
    "test": "a comparison that is a word: `in`, `like`, `unlike`, `regexMatch`",
    "array": "an array operator, or `groupBy`",
    "constant": "`true`, `false`, `null`",
    "type": "the type of entity that the rule is about",
    "function": "a function of the language",
    "call": "any other name before `(`: a function of the caller's own, or a mistake",
    "path": "a property",
    "scope": "a sign before a path: `~`, `^`, `$`",
    "list": "a named list",
    "string": "a text in quotes",
    "regex": "a regular expression with its flags",
    "number": "a number",
    "comparator": "a comparison that is a sign",
    "punctuation": "brackets, commas, and the dot between two `^`",
    "error": "what the language has no use for here: an open quote, a malformed number, a stray sign",
}
"""What a piece may be, and what that means."""

BLANKS = r" \t\r\n\f\v\u00a0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
KEY = r"[A-Za-z_](?:[A-Za-z0-9_:-]*[A-Za-z0-9_])?"
NUMBER = r"-?[0-9]++(?:\.[0-9]++)?(?![A-Za-z0-9_.])"
COMPARATOR = r"==|!=|<>|<=|>=|=|<|>"

_SHAPE = re.compile(
    rf"""
      (?P<blank>[{BLANKS}]++)
    | (?P<comment>\#[^\n]*+)
    | (?P<word>{KEY}(?:\.{KEY})*+)
    | (?P<string>'(?:[^'\\]++|\\[\s\S]|'')*+'|"(?:[^"\\]++|\\[\s\S]|"")*+")
    | (?P<number>{NUMBER})
    | (?P<comparator>{COMPARATOR})
    | (?P<punctuation>[()\[\],])
    | (?P<list>\$[A-Za-z_][A-Za-z0-9_]*+)
    | (?P<scope>[~^$])
    | (?P<dotted>(?:\.{KEY})++)
    | (?P<dot>\.)
    | (?P<error>['"][\s\S]*+|-?[0-9][A-Za-z0-9_.]*+|[\s\S])
    """,
    re.VERBOSE,
)
_REGEX = re.compile(r"(?P<regex>/(?:[^/\\]++|\\[\s\S])*+/[A-Za-z]*+)|(?P<error>/[\s\S]*+)")
_RESERVED = {
    word.lower(): kind
    for kind, words in (
        ("clause", vocabulary.CLAUSES),
        ("connective", vocabulary.CONNECTIVES),
        ("test", vocabulary.TESTS),
        ("constant", vocabulary.CONSTANTS),
    )
    for word in words
}
_BEFORE_BRACKETS = frozenset([each.lower() for each in (*vocabulary.ARRAY_OPERATORS, vocabulary.GROUP_BY)])
_UNSEEN = ("blank", "comment")


class Piece(Struct, frozen=True):
    """A stretch of text, and which of `KINDS` it is."""

    kind: str
    text: str


_END = Piece("end", "")


def pieces_of(text: str) -> Iterator[Piece]:
    """The pieces of a rule without its front matter; joined they are the text. Takes time linear in it."""
    shapes = list(_shapes(text))
    seen = [number for number, shape in enumerate(shapes) if shape.kind not in _UNSEEN]
    before = [_END, _END, _END]
    place = 0
    for number, shape in enumerate(shapes):
        if shape.kind in _UNSEEN:
            yield shape
            continue
        place += 1
        following = shapes[seen[place]] if place < len(seen) else _END
        touching = shapes[number + 1].text[0] if number + 1 < len(shapes) else ""
        piece = Piece(_kind(shape, before, following, touching), shape.text)
        before = [*before[1:], piece]
        yield piece


def _shapes(text: str) -> Iterator[Piece]:
    """The text cut by its characters alone; only a slash needs to know what stands before it."""
    place, word = 0, ""
    while place < len(text):
        pattern = _REGEX if text[place] == "/" and word == "regexmatch" else _SHAPE
        match = pattern.match(text, place)
        assert match is not None
        assert match.lastgroup is not None
        yield Piece(match.lastgroup, match.group())
        place = match.end()
        if match.lastgroup not in _UNSEEN:
            word = match.group().lower()


def _kind(shape: Piece, before: list[Piece], following: Piece, touching: str) -> str:
    """What a shape is, told by the three pieces before it, the one after it and the next character."""
    if shape.kind == "word":
        return _word_kind(shape.text.lower(), before, following, touching)
    if shape.kind == "dotted":
        scoped = before[-1].kind == "scope"
        return _named(shape.text[1:].lower(), following) if scoped else "error"
    if shape.kind == "dot":
        return "punctuation" if before[-1].text == following.text == "^" else "error"
    return shape.kind


def _word_kind(word: str, before: list[Piece], following: Piece, touching: str) -> str:
    if word in _RESERVED and touching not in (".", ":", "-"):
        return _RESERVED[word]
    if before[-1] is _END:
        return _first_kind(word, following)
    if before[-1].text == "<" and before[-2].kind == "clause" and before[-3] is _END:
        return "type"
    if word == vocabulary.FAIL and _after_should(before):
        return "clause"
    if word in _BEFORE_BRACKETS and following.text == "[":
        return "array"
    return _named(word, following)


def _first_kind(word: str, following: Piece) -> str:
    """The kind of the first word, which in a part of a rule need not be a type."""
    if word == vocabulary.LIST.lower() and following.text == "<":
        return "clause"
    if following is _END or following.text.lower() in vocabulary.CLAUSES:
        return "type"
    return _named(word, following)


def _after_should(before: list[Piece]) -> bool:
    last = [piece.text.lower() for piece in before]
    return last[-1] == "should" or last[-2:] == ["should", "not"]


def _named(word: str, following: Piece) -> str:
    if following.text != "(":
        return "path"
    return "function" if word in function_table() else "call"
