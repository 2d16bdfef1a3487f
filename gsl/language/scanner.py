"""A first look at a rule's text, in one pass: the limits, and what is wrong with its characters.

The limits are kept before anything is parsed, so that a hostile text costs bounded time.
"""

from __future__ import annotations

import math
import re

from msgspec import Struct

from gsl.errors import Problem, Span

MAX_BYTES = 256 * 1024
MAX_DEPTH = 200
MAX_NUMBER = 400

CLOSERS = {")": "(", "]": "["}
TYPOGRAPHIC_QUOTES = "\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}" + (
    "\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}"
    "\N{SINGLE LOW-9 QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}"
    "\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}"
    "\N{PRIME}\N{DOUBLE PRIME}\N{ACUTE ACCENT}`"
)

_PIECE = re.compile(
    rf"""
      (?P<string>'(?:[^'\\]|\\[\s\S]|'')*'(?!')|"(?:[^"\\]|\\[\s\S]|"")*"(?!"))
    | (?P<regex>/(?:[^/\\]|\\[\s\S])*/)
    | (?P<comment>\#[^\n]*)
    | (?P<number>(?<![A-Za-z0-9_:.-])-?[0-9][A-Za-z0-9_.]*)
    | (?P<word>[A-Za-z_][A-Za-z0-9_:.-]*)
    | (?P<open>[(\[])
    | (?P<close>[)\]])
    | (?P<comma>,)
    | (?P<quote>['"])
    | (?P<slash>/)
    | (?P<typographic>[{re.escape(TYPOGRAPHIC_QUOTES)}])
    """,
    re.VERBOSE | re.ASCII,
)
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)


def check_limits(text: str) -> Problem | None:
    """The problem of a text that is too long to be looked at, before anything else reads it."""
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        message = f"the rule is longer than {MAX_BYTES // 1024} KB; split it into several rules"
        return Problem("rule-too-long", message, Span(0, 1, 1, 1))
    return None


class _Open(Struct, eq=False):
    """A bracket that is open: its character, its place, and the `not`s pending before it."""

    character: str
    start: int
    nots: int


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.problem: Problem | None = None
        self.stack: list[_Open] = []
        self.nots = 0
        self.depth = 0

    def run(self) -> Problem | None:
        for match in _PIECE.finditer(self.text):
            handler = getattr(self, f"_{match.lastgroup}", None)
            if handler is not None:
                handler(match)
            if self.problem is not None:
                return self.problem
        if self.stack:
            opener = self.stack[-1]
            message = f"`{opener.character}` is never closed; add the matching bracket"
            self._report("unclosed-bracket", message, opener.start)
        return self.problem

    def _report(self, code: str, message: str, start: int, end: int | None = None) -> None:
        self.problem = Problem(code, message, Span.at(self.text, start, end))

    def _deeper(self, match: re.Match[str]) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            message = f"brackets and `not` are nested more than {MAX_DEPTH} deep; simplify the rule"
            self._report("too-deep", message, match.start(), match.end())

    def _word(self, match: re.Match[str]) -> None:
        word = match.group().lower()
        if word == "not":
            self.nots += 1
            self._deeper(match)
        elif word in ("and", "or", "in"):
            self._settle_nots()

    def _comma(self, match: re.Match[str]) -> None:
        self._settle_nots()

    def _settle_nots(self) -> None:
        self.depth -= self.nots
        self.nots = 0

    def _open(self, match: re.Match[str]) -> None:
        self.stack.append(_Open(match.group(), match.start(), self.nots))
        self.nots = 0
        self._deeper(match)

    def _close(self, match: re.Match[str]) -> None:
        self._settle_nots()
        closer = match.group()
        if not self.stack:
            message = f"one bracket too many: no `{CLOSERS[closer]}` is open for this `{closer}`; remove it"
            self._report("extra-bracket", message, match.start())
            return
        opener = self.stack[-1]
        if opener.character == CLOSERS[closer]:
            self._pop()
            return
        place = Span.at(self.text, opener.start)
        message = f"`{closer}` does not close `{opener.character}` of line {place.line}, column {place.column}"
        self._report("mismatched-bracket", message, match.start())

    def _pop(self) -> None:
        opener = self.stack.pop()
        self.depth -= 1 + opener.nots

    def _number(self, match: re.Match[str]) -> None:
        number = match.group()
        if len(number) > MAX_NUMBER:
            message = f"a number has at most {MAX_NUMBER} characters"
            self._report("number-too-long", message, match.start(), match.end())
        elif not _NUMBER.fullmatch(number) or ("." in number and math.isinf(float(number))):
            message = f"`{number}` is no number: digits, then optionally a dot and digits; put text in quotes"
            self._report("number-form", message, match.start(), match.end())

    def _quote(self, match: re.Match[str]) -> None:
        message = f"the text that begins here has no closing {match.group()}"
        self._report("unterminated-string", message, match.start())

    def _slash(self, match: re.Match[str]) -> None:
        self._report("unterminated-regex", "the regular expression that begins here has no closing /", match.start())

    def _typographic(self, match: re.Match[str]) -> None:
        message = f"`{match.group()}` is a typographic quote; use a straight one: ' or \""
        self._report("typographic-quote", message, match.start())


def scan(text: str) -> Problem | None:
    """The first thing wrong with the brackets, quotes and numbers of a text."""
    return _Scanner(text).run()
