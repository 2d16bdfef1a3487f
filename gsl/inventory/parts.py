"""An input in parts that several processes can read, each on its own: whole files, and ranges of large ones."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from gsl.errors import InputError
from gsl.inventory import window as bounds
from gsl.inventory.batches import Decoder
from gsl.inventory.cutting import separator_of
from gsl.inventory.feeds import Feed
from gsl.inventory.files import STDIN, files_of
from gsl.inventory.foreign import source_of
from gsl.inventory.opening import are_lines, opened
from gsl.inventory.shapes import Shapes, Target
from gsl.inventory.streams import Raw, Stream
from gsl.inventory.window import Window

LINES = "lines"
ARRAY = "array"
LEAST = 8 * 1024 * 1024
"""Bytes that a part has at least; a smaller one is not worth its trouble."""

_PARTS_A_JOB = 4
_NEAR = 1024 * 1024
"""Bytes after the place where a part should end, in which its end is looked for."""


class Part(Struct, frozen=True, eq=False):
    """A part of an input: a whole file, a range of one (`kind` says of what), or an error met on the way.

    `end` is `None` for a range to the end of the file, `size` that of the file when it was split.
    `is_all` says that the input has no other part.
    """

    path: str
    start: int = 0
    end: int | None = None
    kind: str | None = None
    size: int | None = None
    error: InputError | None = None
    is_all: bool = False


def parts_of(sources: Iterable[str], jobs: int) -> list[Part]:
    """The parts of an input for so many processes, in the order of the input."""
    parts: list[Part] = []
    paths = [path for source in sources for path in files_of(source)]
    least = max(LEAST, sum(_size(path) for path in paths) // max(1, jobs * _PARTS_A_JOB))
    for path in paths:
        if isinstance(path, InputError):
            parts.append(Part(path.file or "", error=path))
        else:
            parts += _ranges(path, least) if jobs > 1 and _size(path) >= 2 * LEAST else [Part(path)]
    return [replace(part, is_all=True) for part in parts] if len(parts) == 1 else parts


def _size(path: str | InputError) -> int:
    if isinstance(path, InputError) or path == STDIN:
        return 0
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return 0
    return status.st_size if stat.S_ISREG(status.st_mode) else 0


def _ranges(path: str, least: int) -> list[Part]:
    try:
        with opened(path) as (file, size):
            kind, separator = _kind(path, file)
            if kind is None or separator is None or size is None:
                return [Part(path)]
            starts = [0, *_starts(file, separator, size, least)]
    except (InputError, OSError):
        return [Part(path)]
    if len(starts) == 1:
        return [Part(path)]
    return [Part(path, start, end, kind, size) for start, end in zip(starts, [*starts[1:], None], strict=True)]


def _starts(file: Any, separator: bytes, size: int, least: int) -> Iterable[int]:
    """Where the parts but the first begin: after a separator, as far apart as they should be."""
    following = separator.index(b"{") if b"{" in separator else len(separator)
    place = least
    while place + LEAST <= size:
        file.seek(place)
        found = _read(file, _NEAR).find(separator)
        if found >= 0:
            yield place + found + following
            place += found
        place += least


def _read(file: Any, size: int) -> bytes:
    data: bytes = file.read(size)
    return data


def _kind(path: str, file: Any) -> tuple[str | None, bytes | None]:
    """What a file holds, if it can be split, and what stands between its entities."""
    stream = Stream(Raw(file), file)
    window = Window(stream, 0)
    shapes = Shapes(Target(), lambda *_: None)
    feed = Feed(path, window, shapes, _no_decoder)
    if stream.file is None or stream.is_parquet or source_of(feed) is not None:
        return None, None
    if are_lines(feed):
        return LINES, b"\n"
    if not window.data.lstrip(b" \t\r\n").startswith(b"["):
        return None, None
    while len(window) < bounds.DECISION and window.fill():
        pass
    text = window.data.lstrip(b" \t\r\n")[1:].lstrip(b" \t\r\n")
    return ARRAY, separator_of(text)


def _no_decoder() -> Decoder | None:
    return None
