"""Byte sources: files, pipes and memory, unpacked, as UTF-8 that is whole; what damages them ends them."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import Any

from gsl.inventory.unpacking import Damaged, Reader, Unpacked, packing_of

UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_PARQUET_MARK = b"PAR1"
Progress = Callable[[int], None]


class Raw:
    """The bytes of an open file as they are stored, from `start` to `end`, counted as they are read."""

    def __init__(
        self,
        file: Any,
        progress: Progress | None = None,
        size: int | None = None,
        start: int = 0,
        end: int | None = None,
    ) -> None:
        self._file = file
        self._progress = progress
        self._expected = size if end is None else end
        self._end = end
        self.position = start
        if start:
            file.seek(start)

    def read(self, size: int, /) -> bytes:
        """The next `size` bytes, fewer at the end. Raises `Damaged` when the file ends too soon."""
        if self._end is not None:
            size = min(size, self._end - self.position)
        try:
            data = self._pull(size)
        except (OSError, ValueError) as error:
            what = getattr(error, "strerror", None) or error
            raise Damaged("unreadable-file", f"the file cannot be read: {what}") from None
        self.position += len(data)
        if data and self._progress is not None:
            self._progress(len(data))
        if not data and self._expected is not None and self.position < self._expected:
            raise Damaged("file-changed", "the file became shorter while it was read; what came before is used")
        return data

    def _pull(self, size: int) -> bytes:
        data: bytes = self._file.read(size) if size > 0 else b""
        if not data or len(data) == size:
            return data
        pieces = [data]
        size -= len(data)
        while size > 0 and (data := self._file.read(size)):
            pieces.append(data)
            size -= len(data)
        return b"".join(pieces)


class Peeked:
    """A reader whose first bytes are known before they are read."""

    def __init__(self, reader: Reader, size: int) -> None:
        self._reader = reader
        self._damage: Damaged | None = None
        self.head = b""
        try:
            while len(self.head) < size and (data := reader.read(size - len(self.head))):
                self.head += data
        except Damaged as damage:
            self._damage = damage

    def read(self, size: int, /) -> bytes:
        """The next bytes."""
        if self.head:
            head, self.head = self.head, b""
            return head + self.read(size - len(head)) if size > len(head) and self._damage is None else head
        if self._damage is not None:
            raise self._damage
        return self._reader.read(size)


class Stream:
    """The UTF-8 text of a source, chunk by chunk; it ends before the first damage.

    `damage` says what ended it. `first` is the offset of its first byte. `file` can be read again:
    its bytes are those of the stream, at the same offsets.
    """

    def __init__(self, reader: Reader, file: Any = None, first: int = 0) -> None:
        self.file = file
        self.first = first
        self.packing: str | None = None
        self.is_parquet = False
        self.ended = False
        self.damage: Damaged | None = None
        self._held = b""
        self._decoder: codecs.IncrementalDecoder | None = None
        self.reader = reader
        if first == 0:
            self._open(Peeked(reader, 4))

    def _open(self, peeked: Peeked) -> None:
        self.is_parquet = peeked.head == _PARQUET_MARK
        self.packing = packing_of(peeked.head)
        if self.packing is not None:
            peeked = Peeked(Unpacked(peeked, self.packing), 3)
            self.file = None
        if peeked.head.startswith(UTF8_MARK):
            peeked.head = peeked.head[len(UTF8_MARK) :]
            self.first = len(UTF8_MARK)
        elif peeked.head.startswith(_UTF16_MARKS):
            self._decoder = codecs.getincrementaldecoder("utf-16")()
            self.file = None
        self.reader = peeked

    def read(self, size: int) -> bytes:
        """The next bytes: about `size`, whole characters; none at the end. At the last bytes it may have ended."""
        while not self.ended:
            data = self._next(size)
            if self._held:
                data = self._held + data
                self._held = b""
            if not data.isascii():
                data = self._whole(data)
            if data:
                return data
        return b""

    def _next(self, size: int) -> bytes:
        data = b""
        try:
            data = self.reader.read(size)
            if len(data) < size:  # only the end is short; it may be damaged
                more = self.reader.read(1)
                data += more
                self.ended = not more
        except Damaged as damage:
            self.ended, self.damage = True, damage
        return data if self._decoder is None else self._translated(data, self._decoder)

    def _translated(self, data: bytes, decoder: codecs.IncrementalDecoder) -> bytes:
        """UTF-16 as UTF-8."""
        before = decoder.getstate()
        try:
            return decoder.decode(data, self.ended).encode()
        except UnicodeDecodeError as error:
            self._no_text(error.object[error.start], "UTF-16")
            decoder.setstate(before)
            return decoder.decode(data[: max(0, error.start - len(before[0]))]).encode()

    def _whole(self, data: bytes) -> bytes:
        """What of the bytes is UTF-8; a character that the end cuts in two is held back."""
        try:
            data.decode()
        except UnicodeDecodeError as error:
            is_cut = error.reason == "unexpected end of data"
            if is_cut and not self.ended:
                self._held = data[error.start :]
            elif self.damage is None or not is_cut:
                self._no_text(data[error.start], "UTF-8")
            return data[: error.start]
        return data

    def _no_text(self, byte: int, encoding: str) -> None:
        message = f"the byte 0x{byte:02x} is no {encoding}; what came before is used"
        self.ended, self.damage = True, Damaged("invalid-encoding", message)
