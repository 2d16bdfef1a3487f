"""Cutting a list into parts between its elements: the place is guessed, and proven by decoding the part."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from gsl.errors import InputError
from gsl.inventory.batches import Decoder
from gsl.inventory.jsontext import JsonText
from gsl.inventory.window import Window

_SEPARATOR = re.compile(r'\}[ \t\r\n]*,[ \t\r\n]*\{[ \t\r\n]*"(?:[^"\\]|\\.)*"[ \t\r\n]*:')
_TRAILING = re.compile(r"trailing characters \(byte (\d+)\)")


class Cut(Struct, frozen=True, eq=False):
    """Where a list may be cut: after an element that ends at `end`, to go on at `following`.

    `closes` says that the list ends there.
    """

    end: int
    following: int
    closes: bool = False


class Cutter:
    """Finds the cuts of a list in a window that begins with one of its elements.

    If `[`, the part and `]` decode as one list, both ends of the part stand between elements of the
    same list: an end inside a string or inside something nested would leave it open.
    """

    def __init__(self, window: Window, open_end: bool) -> None:
        self._window = window
        self._open_end = open_end
        self._separator: bytes | None = None
        self._closing: int | None = None

    def cut(self, decoder: Decoder) -> tuple[Cut, bytes, list[Any]] | None:
        """A cut that holds, with the list up to it as bytes and decoded; `None` when none was found."""
        self._closing = None
        tried: set[int] = set()
        for cut in self._candidates():
            if cut.end <= 0 or cut.end in tried:
                continue
            tried.add(cut.end)
            part = self._window.part(cut.end, b"[", b"]")
            try:
                items = decoder.array(part)
            except Exception as error:
                self._closing = _end_of_list(part, error)
                continue
            if items:
                return cut, part, items
        return None

    def _candidates(self) -> Iterator[Cut]:
        window = self._window
        if window.ended:
            yield self._last()
        separator = self._found_separator()
        if separator is not None:
            yield from self._before(separator, None, 1)
        if self._closing is not None:
            yield Cut(self._closing, self._closing + 1, closes=True)
        if separator is not None:
            yield from self._before(separator, None, 3)
            short = separator[: separator.index(b"{") + 1]
            yield from self._before(short, None, 3)
            for share in (2, 4, 8):
                yield from self._before(separator, len(window) // share, 1)

    def _last(self) -> Cut:
        """The cut at the end of the file."""
        if not self._open_end:
            end = self._window.rfind(b"]")
            return Cut(end, end + 1, closes=True)
        end = len(self._window.data.rstrip(b" \t\r\n"))
        return Cut(end - 1, len(self._window)) if self._window.data[end - 1 : end] == b"," else Cut(0, 0)

    def _before(self, separator: bytes, end: int | None, most: int) -> Iterator[Cut]:
        """The last places of a separator before an offset."""
        for _ in range(most):
            found = self._window.rfind(separator, end)
            if found < 0:
                return
            yield Cut(found + 1, found + separator.index(b"{"))
            end = found + len(separator) - 1

    def _found_separator(self) -> bytes | None:
        """What stands between the elements: as before, or as between the first two that are here."""
        if self._separator is None or self._window.rfind(self._separator) < 0:
            self._separator = separator_of(self._window.data)
        return self._separator


def separator_of(data: bytes) -> bytes | None:
    """What stands between the first two objects of a list, up to the first key of the second."""
    document = JsonText(data.decode("utf-8", "ignore"), "")
    try:
        _, end = document.value(0)
    except InputError:
        return None
    found = _SEPARATOR.match(document.text, end - 1)
    return None if found is None else found.group().encode()


def _end_of_list(part: bytes, error: Exception) -> int | None:
    """Where the list ends, in the window, if the decoder says that it goes on after its end."""
    found = _TRAILING.search(str(error))
    if found is None:
        return None
    end = part.rfind(b"]", 0, int(found.group(1)) + 1)
    return end - 1 if end > 1 else None
