"""The words of a text that need not be a rule: found one after the other, in time linear in the text."""

from __future__ import annotations

import re

from msgspec import Struct

_TOKEN = re.compile(
    r"""
      (?P<string>'(?:[^'\\]|\\[\s\S]?+|'')*+(?P<single>')?|"(?:[^"\\]|\\[\s\S]?+|"")*+(?P<double>")?)
    | (?P<comment>\#[^\n]*+)
    | (?P<regex>/(?:[^/\\]|\\[\s\S]?+)*+(?P<slash>/)?[A-Za-z]*)
    | (?P<number>-?[0-9][A-Za-z0-9_.]*)
    | (?P<word>[A-Za-z_][A-Za-z0-9_:.-]*)
    | (?P<dotted>\.(?:[A-Za-z_][A-Za-z0-9_:.-]*)?)
    | (?P<list>\$[A-Za-z_][A-Za-z0-9_]*)
    | (?P<sign>[$~^])
    | (?P<comparator>==|!=|<>|<=|>=|=|<|>)
    | (?P<open>[(\[])
    | (?P<close>[)\]])
    | (?P<comma>,)
    """,
    re.VERBOSE | re.ASCII,
)
_NAMES = tuple(name for name in _TOKEN.groupindex if name not in ("single", "double", "slash"))


class Word(Struct, frozen=True):
    """A piece of the text: what it is, how it is spelled, where it begins; `whole` unless its quote is open."""

    kind: str
    text: str
    start: int
    whole: bool = True

    @property
    def end(self) -> int:
        """The offset behind it."""
        return self.start + len(self.text)


def words_of(text: str) -> list[Word]:
    """The words of a text, comments too; what is no word of the language is left out."""
    words: list[Word] = []
    for match in _TOKEN.finditer(text):
        kind = next(name for name in _NAMES if match[name] is not None)
        closed = match["single"] or match["double"] or match["slash"]
        words.append(Word(kind, match.group(), match.start(), kind not in ("string", "regex") or closed is not None))
    return words


def is_open_regex(word: Word) -> bool:
    """Whether a word is a regular expression that nothing closes."""
    return word.kind == "regex" and not word.whole


def is_partial(word: Word, cursor: int) -> bool:
    """Whether a word may still go on at the cursor."""
    if word.kind == "string":
        return not word.whole
    return word.end == cursor and (word.kind in ("word", "dotted", "list") or word.text == "$")
