"""The part of a stream that is in memory: it moves on as it is read, and grows only for what is larger than a chunk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from gsl.inventory.streams import UTF8_MARK, Stream

CHUNK = 256 * 1024
"""Bytes that are read and decoded at once; about what the second cache of a processor holds beside the rest."""

LARGEST = 64 * 1024 * 1024
"""Bytes of one entity, or of one line; what is larger is an error."""

DECISION = 128 * 1024
"""Characters after which it is decided what an object or a first line is that has not ended yet."""

_AGAIN = 1 << 20
_INSIDE = bytes(range(0x80, 0xC0))
"""The bytes that continue a character."""


class Mark(Struct, frozen=True, eq=False):
    """A place whose line and column (from 1) are known."""

    offset: int
    line: int
    column: int

    def moved(self, data: bytes) -> Mark:
        """The place after some more bytes."""
        lines = data.count(b"\n")
        rest = data[data.rfind(b"\n") + 1 :] if lines else data
        width = len(rest) if rest.isascii() else len(rest.translate(None, _INSIDE))
        return Mark(self.offset + len(data), self.line + lines, width + (1 if lines else self.column))


class Places:
    """Lines and columns of offsets. Of a file they are counted only when asked for, by reading it again."""

    def __init__(self, file: Any, first: int) -> None:
        self._file = file
        self._first = first
        self._before = self._last = Mark(first, 1, 1)

    def at(self, offset: int, data: bytes, start: int) -> tuple[int, int]:
        """The place of an offset in `data`, which stands at `start`; cheap for offsets that come in order."""
        mark = self._last if self._last.offset <= offset else self._before
        if mark.offset < start:
            mark = self._before = self._recounted(mark, start)
        self._last = mark = mark.moved(data[mark.offset - start : offset - start])
        return mark.line, mark.column

    def _recounted(self, mark: Mark, offset: int) -> Mark:
        position = self._file.tell()
        self._file.seek(mark.offset)
        while mark.offset < offset and (data := self._file.read(min(_AGAIN, offset - mark.offset))):
            marked = mark.offset == 0 and data.startswith(UTF8_MARK)
            mark = replace(mark, offset=len(UTF8_MARK)).moved(data[len(UTF8_MARK) :]) if marked else mark.moved(data)
        self._file.seek(position)
        return replace(mark, offset=offset)

    def later(self, offset: int) -> Callable[[], tuple[int, int]]:
        """The place of an offset of a file, counted from its beginning when it is asked for."""

        def place() -> tuple[int, int]:
            mark = self._recounted(Mark(self._first, 1, 1), offset)
            return mark.line, mark.column

        return place

    def counts(self, start: int) -> bool:
        """Whether bytes that stand at `start` must be counted before they leave memory."""
        return self._file is None or self._last.offset > start

    def passed(self, data: bytes, start: int) -> None:
        """Count bytes that leave memory."""
        mark = self._last if start <= self._last.offset <= start + len(data) else self._before
        if mark.offset < start:
            mark = self._recounted(mark, start)
        self._before = self._last = mark.moved(data[mark.offset - start :])


class Window:
    """Bytes of a stream that are read and not yet done with.

    They are held as those left over (`head`) and the newest chunk (`tail`), so that the latter is
    not copied.
    """

    def __init__(self, stream: Stream, start: int) -> None:
        self.stream = stream
        self.head = b""
        self.tail = b""
        self.start = start or stream.first
        self.places = Places(stream.file, stream.first if start == 0 else 0)

    def __len__(self) -> int:
        return len(self.head) + len(self.tail)

    @property
    def ended(self) -> bool:
        """Whether there is no more to come."""
        return self.stream.ended

    @property
    def data(self) -> bytes:
        """All bytes."""
        if self.head:
            self.tail = self.head + self.tail
            self.head = b""
        return self.tail

    def fill(self) -> bool:
        """Take the next chunk in, a larger one if the last did not do. Whether there was any."""
        self.head = self.data
        self.tail = b""
        self.tail = self.stream.read(max(CHUNK, len(self.head)))
        return bool(self.tail)

    def rfind(self, wanted: bytes, end: int | None = None) -> int:
        """The offset of the last occurrence that ends at `end` or before; -1 when there is none."""
        before = len(self.head)
        if end is None or end > before:
            found = self.tail.rfind(wanted, 0, None if end is None else end - before)
            if found >= 0 or not before:
                return found + before if found >= 0 else -1
        return self.data.rfind(wanted, 0, end)

    def part(self, end: int, first: bytes = b"", last: bytes = b"") -> bytes:
        """The bytes up to `end`, between two others."""
        before = len(self.head)
        if end < before:
            return b"".join((first, memoryview(self.head)[:end], last))
        return b"".join((first, self.head, memoryview(self.tail)[: end - before], last))

    def drop(self, end: int) -> None:
        """Be done with the bytes up to `end`."""
        if self.places.counts(self.start):
            self.places.passed(self.part(end), self.start)
        self.start += end
        before = len(self.head)
        if end < before:
            self.head = self.head[end:]
        else:
            self.head, self.tail = self.tail[end - before :], b""

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset."""
        return self.places.at(self.start + offset, self.data, self.start)
