"""JSON texts, value by value, each with its place: whole documents, broken ones, JSON lines."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from msgspec import Struct

from gsl.errors import InputError
from gsl.inventory.plain import MAX_DEPTH, depth_exceeds

_BLANK = re.compile(r"[ \t\r\n]*")
_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
_LARGEST_DIGITS = 4300
_LONGEST_WORD = 16
"""Characters that a number, a literal or an escape can need to be told from a broken one."""


class Piece(Struct, frozen=True, eq=False):
    """One value of a text: the value, the offset of its first character, the key it stands under.

    An entity made of it knows its place when it is `placed`.
    """

    value: Any
    start: int
    key: str | None = None
    placed: bool = True


def position(text: str, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of an offset."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


class JsonText:
    """A text to be read value by value; `non_finite` counts the numbers that had to become missing.

    A text that is a part of a file begins at its `origin`, a line and a column. `cut` says of the
    last error whether it may come from nothing but the end of the text.
    """

    def __init__(self, text: str, name: str, origin: Callable[[], tuple[int, int]] | None = None) -> None:
        self.text = text
        self.name = name
        self.non_finite = 0
        self.cut = False
        self._origin = origin
        self._first = (1, 1)
        self._counted = (0, 0, 0)

    @cached_property
    def _decoder(self) -> json.JSONDecoder:
        return json.JSONDecoder(parse_constant=self._constant, parse_float=self._float, parse_int=self._integer)

    def _constant(self, word: str) -> None:
        self.non_finite += 1

    def _float(self, digits: str) -> float | None:
        number = float(digits)
        if math.isfinite(number):
            return number
        self.non_finite += 1
        return None

    def _integer(self, digits: str) -> int | None:
        if len(digits) <= _LARGEST_DIGITS:
            return int(digits)
        self.non_finite += 1
        return None

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset in the file; cheap for offsets that come in order."""
        if self._origin is not None:
            self._first, self._origin = self._origin(), None
        counted, lines, line_start = self._counted
        if offset < counted:
            counted, lines, line_start = 0, 0, 0
        lines += self.text.count("\n", counted, offset)
        line_start = max(line_start, self.text.rfind("\n", counted, offset) + 1)
        self._counted = (offset, lines, line_start)
        line, column = self._first
        return line + lines, offset - line_start + (1 if lines else column)

    def error(self, code: str, message: str, offset: int) -> InputError:
        """An error at an offset of the text."""
        line, column = self.place(offset)
        return InputError(code, message, self.name, line, column)

    def skip(self, offset: int) -> int:
        """The offset of the next character that is no blank."""
        return _BLANK.match(self.text, offset).end()  # type: ignore[union-attr]

    def character(self, offset: int) -> str:
        """The character at an offset; empty at the end."""
        return self.text[offset : offset + 1]

    def value(self, offset: int) -> tuple[Any, int]:
        """The value that begins at an offset, and the offset after it. Raises `InputError`."""
        try:
            value, end = self._decoder.raw_decode(self.text, offset)
        except json.JSONDecodeError as error:
            raise self._broken(error) from None
        except RecursionError:
            raise self._too_deep(offset) from None
        return self._not_too_deep(value, offset, end), end

    def only_value(self, offset: int) -> Any:
        """The value that the text is from an offset on, several times as fast as `value`. Raises `InputError`."""
        import msgspec

        try:
            value = msgspec.json.decode(self.text[offset:])
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            return self.value(offset)[0]
        return self._not_too_deep(value, offset, len(self.text))

    def _not_too_deep(self, value: Any, offset: int, end: int) -> Any:
        deep = self.text.count("[", offset, end) + self.text.count("{", offset, end) > MAX_DEPTH
        if deep and depth_exceeds(value):
            raise self._too_deep(offset)
        return value

    def end_of_value(self, offset: int) -> int | None:
        """The offset after a list or object, found by its brackets alone; `None` when it never ends."""
        depth = 0
        for match in _BRACKET.finditer(self.text, offset):
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(match.group(), 0)
            if depth == 0:
                return match.end()
        return None

    def _too_deep(self, offset: int) -> InputError:
        self.cut = False
        return self.error("too-deep", f"the value that begins here is nested more than {MAX_DEPTH} deep", offset)

    def _broken(self, error: json.JSONDecodeError) -> InputError:
        unterminated = error.msg.startswith("Unterminated string")
        at_end = self.skip(min(error.pos, len(self.text))) >= len(self.text)
        self.cut = at_end or unterminated or error.pos >= len(self.text) - _LONGEST_WORD
        if at_end or unterminated:
            message = "the JSON ends in the middle; is the file truncated?"
            return self.error("truncated-json", message, error.pos)
        return self.error("invalid-json", f"this is no valid JSON: {error.msg[:1].lower()}{error.msg[1:]}", error.pos)

    def elements(self, offset: int, key: str | None = None) -> Iterator[Piece | int]:
        """The elements of the list whose `[` stands at an offset; at last, the offset after its `]`."""
        offset = self.skip(offset + 1)
        if self.character(offset) == "]":
            yield offset + 1
            return
        while True:
            end: int | None
            try:
                value, end = self.value(offset)
            except InputError as error:
                if error.code != "too-deep":
                    raise
                value, end = error, self.end_of_value(offset)
            yield Piece(value, offset, key)
            if end is None:
                yield len(self.text)
                return
            offset = self.skip(end)
            mark = self.character(offset)
            if mark not in (",", "]"):
                raise self.separator(offset, "`,` or `]`")
            if mark == "]":
                yield offset + 1
                return
            offset = self.skip(offset + 1)

    def members(self, offset: int) -> Iterator[Piece | int]:
        """The members of the object whose `{` stands at an offset; at last, the offset after its `}`.

        A member that is a list comes as an opening `Piece` whose value is `list`, then its elements.
        """
        offset = self.skip(offset + 1)
        if self.character(offset) == "}":
            yield offset + 1
            return
        while True:
            key, end = self.value(offset)
            if not isinstance(key, str):
                self.cut = end >= len(self.text) - _LONGEST_WORD
                raise self.error("invalid-json", "this is no valid JSON: a key in quotes was expected", offset)
            offset = self.skip(end)
            if self.character(offset) != ":":
                raise self.separator(offset, "`:`")
            offset = self.skip(offset + 1)
            if self.character(offset) == "[":
                yield Piece(list, offset, key)
                for piece in self.elements(offset, key):
                    if isinstance(piece, int):
                        offset = piece
                    else:
                        yield piece
            else:
                value, end = self.value(offset)
                yield Piece(value, offset, key)
                offset = end
            offset = self.skip(offset)
            mark = self.character(offset)
            if mark not in (",", "}"):
                raise self.separator(offset, "`,` or `}`")
            if mark == "}":
                yield offset + 1
                return
            offset = self.skip(offset + 1)

    def separator(self, offset: int, wanted: str) -> InputError:
        """The error that another character should stand at an offset."""
        self.cut = offset >= len(self.text) - _LONGEST_WORD
        if offset >= len(self.text):
            message = "the JSON ends in the middle; is the file truncated?"
            return self.error("truncated-json", message, offset)
        return self.error("invalid-json", f"this is no valid JSON: {wanted} was expected", offset)
