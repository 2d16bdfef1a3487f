"""JSON reports in the layout that gsl writes: members and records told apart by their indentation, in one pass."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

_CHUNK = 1 << 20
_LARGEST = 64 * 1024 * 1024
_MEMBER = re.compile(rb'  "([A-Za-z]{1,40})": ')


class OtherLayout(Exception):
    """The text is laid out in another way, or is no JSON; what was given of it so far counts for nothing."""


def members(file: BinaryIO) -> Iterator[tuple[str, bytes]]:
    """The names of the report's members and their JSON; a long list comes as several shorter ones.

    A line break never stands inside a JSON text, so that a line's indentation tells what it ends.
    Raises `OtherLayout`.
    """
    text = _Text(file)
    if text.until(b"{\n") != b"{\n":
        raise OtherLayout
    more = True
    while more:
        found = text.until(b": ")
        member = _MEMBER.fullmatch(found)
        if member is None:
            raise OtherLayout
        name, value = member[1].decode(), text.until(b"\n")
        if value == b"[\n":
            for part in text.records():
                yield name, b"[" + part + b"]"
            more = text.until(b"\n") == b",\n"
            continue
        if value == b"{\n":
            value += text.until(b"\n  }") + text.until(b"\n")
        more = value.endswith(b",\n")
        yield name, value.rstrip(b",\n")
    if text.rest() not in (b"}\n", b"}"):
        raise OtherLayout


class _Text:
    """The text of a file, taken from its beginning."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._held = b""
        self._at = 0

    def _more(self) -> None:
        read = self._file.read(_CHUNK)
        if not read or len(self._held) - self._at > _LARGEST:
            raise OtherLayout
        self._held = self._held[self._at :] + read
        self._at = 0

    def until(self, mark: bytes) -> bytes:
        """What comes next, up to a mark and with it."""
        while (found := self._held.find(mark, self._at)) < 0:
            self._more()
        start, self._at = self._at, found + len(mark)
        return self._held[start : self._at]

    def records(self) -> Iterator[bytes]:
        """The objects of a list whose `[` was read, as many at once as are in memory; takes the `]` too."""
        while True:
            end = self._held.find(b"\n  ]", self._at)
            last = self._held.rfind(b"\n    }", self._at, len(self._held) if end < 0 else end)
            if last < 0 or (end < 0 and len(self._held) < last + 16):
                self._more()
                continue
            start, self._at = self._at, last + 6
            yield self._held[start : self._at]
            after = self.until(b"\n")
            if after == b",\n":
                continue
            if after != b"\n" or self.until(b"]") != b"  ]":
                raise OtherLayout
            return

    def rest(self) -> bytes:
        """A little of what is left."""
        return self._held[self._at :] + self._file.read(_CHUNK)
