"""Compressed bytes unpacked piece by piece, in bounded memory: gzip and zstd, several members one after the other."""

from __future__ import annotations

import zlib
from typing import Any, Protocol

GZIP = "gzip"
ZSTD = "zstd"
_MAGIC = ((b"\x1f\x8b", GZIP), (b"\x28\xb5\x2f\xfd", ZSTD))
_PIECE = 1 << 16
"""Bytes of content that gzip data is unpacked to at once."""

_BITE = 2048
"""Bytes of zstd data that are unpacked at once: the worst that they can become is some 64 MiB."""


class Damaged(Exception):
    """What ends the bytes of a source too soon; `before` are those that came before and were not given yet."""

    def __init__(self, code: str, message: str, before: bytes = b"") -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.before = before


class Reader(Protocol):
    """What gives bytes: at most as many as asked for, fewer only at the end."""

    def read(self, size: int, /) -> bytes: ...  # noqa: D102


def packing_of(head: bytes) -> str | None:
    """What bytes that begin so are compressed with."""
    return next((kind for magic, kind in _MAGIC if head.startswith(magic)), None)


class Unpacked:
    """The content of compressed data, member after member."""

    def __init__(self, reader: Reader, kind: str) -> None:
        self._reader = reader
        self._kind = kind
        self._member: Any = None
        self._input = b""
        self._ready = b""
        self._damage: Damaged | None = None

    def read(self, size: int, /) -> bytes:
        """The next bytes of the content. Raises `Damaged` once what comes before the damage was given."""
        pieces = [self._ready]
        length = len(self._ready)
        while length < size and self._damage is None:
            try:
                piece = self._more()
            except Damaged as damage:
                self._damage = damage
                piece = damage.before
            if piece is None:
                break
            pieces.append(piece)
            length += len(piece)
        data = b"".join(pieces)
        self._ready = data[size:]
        if not data and self._damage is not None:
            raise self._damage
        return data[:size]

    def _more(self) -> bytes | None:
        """Some bytes, maybe none; `None` at the end."""
        if not self._input:
            self._input = self._reader.read(1 << 16)
            if not self._input and self._member is None:
                return None
            if not self._input:
                raise Damaged(
                    f"truncated-{self._kind}", f"the {self._kind} data ends in the middle; what came before is used"
                )
        try:
            return self._gzip() if self._kind == GZIP else self._zstd()
        except Exception as error:
            before, what = (error.before, error.message) if isinstance(error, Damaged) else (b"", str(error))
            message = f"the {self._kind} data is damaged: {what.removesuffix('.')}; what came before is used"
            raise Damaged(f"damaged-{self._kind}", message, before) from None

    def _gzip(self) -> bytes:
        if self._member is None:
            self._member = zlib.decompressobj(wbits=31)
        before = self._member.copy()
        try:
            data: bytes = self._member.decompress(self._input, _PIECE)
        except zlib.error as error:
            raise Damaged("", str(error), _up_to_damage(before, self._input)) from None
        self._input = self._member.unconsumed_tail
        if self._member.eof:
            self._input = self._member.unused_data
            self._member = None
        return data

    def _zstd(self) -> bytes:
        if self._member is None:
            import zstandard

            self._member = zstandard.ZstdDecompressor().decompressobj()
        data: bytes = self._member.decompress(self._input[:_BITE])
        self._input = self._input[_BITE:]
        if self._member.eof:
            self._input = self._member.unused_data + self._input
            self._member = None
        return data


def _up_to_damage(member: Any, data: bytes) -> bytes:
    """What comes before the damage, byte by byte."""
    pieces = []
    try:
        while piece := member.decompress(data, 1):
            pieces.append(piece)
            data = member.unconsumed_tail
    except zlib.error:
        pass
    return b"".join(pieces)
