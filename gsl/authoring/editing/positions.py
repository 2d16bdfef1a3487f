"""From offsets in a text to lines and characters as editors count them, and back."""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Mapping

UTF_16 = "utf-16"

_LINE_END = re.compile(r"\r\n|\n|\r")


def _utf_16(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _utf_8(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


_UNITS: Mapping[str, Callable[[str], int]] = {UTF_16: _utf_16, "utf-8": _utf_8, "utf-32": len}


class Positions:
    """The lines of one text. Lines and characters count from 0; `encoding` says in which units characters do."""

    def __init__(self, text: str, encoding: str = UTF_16) -> None:
        self.text = text
        self._length = _UNITS[encoding]
        matches = list(_LINE_END.finditer(text))
        self._starts = [0, *[match.end() for match in matches]]
        self._ends = [*[match.start() for match in matches], len(text)]

    def place(self, offset: int) -> tuple[int, int]:
        """The line and character of an offset; one outside the text is taken for the nearest inside."""
        offset = max(0, min(offset, len(self.text)))
        line = bisect.bisect_right(self._starts, offset) - 1
        return line, self._length(self.text[self._starts[line] : min(offset, self._ends[line])])

    def offset(self, line: int, character: int) -> int:
        """The offset of a line and character; what is beyond a line's end is its end."""
        if line >= len(self._starts):
            return len(self.text)
        start, end = self._starts[max(line, 0)], self._ends[max(line, 0)]
        within = self.text[start:end]
        if within.isascii():
            return start + max(0, min(character, len(within)))
        units = 0
        for place, letter in enumerate(within):
            if units >= character:
                return start + place
            units += self._length(letter)
        return end

    def end(self) -> tuple[int, int]:
        """Where the text ends."""
        return self.place(len(self.text))
