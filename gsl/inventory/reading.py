"""Entity files to entities, in constant memory: every shape people have, each problem reported, the rest kept."""

from __future__ import annotations

import io
from collections.abc import Iterator

from gsl.errors import InputError
from gsl.inventory.batches import Batch, Decoder
from gsl.inventory.documents import DocumentsReader
from gsl.inventory.entity import Entity
from gsl.inventory.feeds import Feed
from gsl.inventory.files import STDIN, SUFFIXES, files_of, total_size
from gsl.inventory.foreign import source_of
from gsl.inventory.lines import LinesReader
from gsl.inventory.opening import are_lines, opened
from gsl.inventory.parts import ARRAY, Part, parts_of
from gsl.inventory.shapes import BadSplit, Note, Shapes, Target, envelope_account
from gsl.inventory.streams import Progress, Raw, Stream
from gsl.inventory.window import Window

__all__ = [
    "STDIN",
    "SUFFIXES",
    "BadSplit",
    "Batch",
    "Decoder",
    "EntityReader",
    "Part",
    "Target",
    "envelope_account",
    "files_of",
    "parts_of",
    "total_size",
]

Found = Entity | InputError | Batch


def _ignore(code: str, message: str, file: str, count: int) -> None:
    return None


class EntityReader:
    """Reads entity files one after the other.

    `note(code, message, file, count)` hears of what is worth a warning. Findings that carry the
    same entity count once. With a `decoder`, which may be replaced at any time, entities come as
    batches of what it makes of them wherever it can. `progress(n)` hears how many bytes were read
    since the last time.
    """

    def __init__(
        self,
        target: Target,
        note: Note = _ignore,
        decoder: Decoder | None = None,
        progress: Progress | None = None,
    ) -> None:
        self.target = target
        self.note = note
        self.decoder = decoder
        self.progress = progress
        self._shapes = Shapes(target, self._noted)

    def _noted(self, code: str, message: str, file: str, count: int) -> None:
        self.note(code, message, file, count)

    def read(self, source: str) -> Iterator[Found]:
        """The entities of a file, a folder, a pattern or `-` for standard input, and the errors met on the way."""
        self._shapes.is_part = self._shapes.is_far = False
        for path in files_of(source):
            if isinstance(path, InputError):
                yield path
            else:
                yield from self._file(path)

    def read_part(self, part: Part) -> Iterator[Found]:
        """The entities of a part of the input. Raises `BadSplit` when it cannot be read on its own."""
        self._shapes.is_part = not part.is_all
        self._shapes.is_far = part.start > 0
        if part.error is not None:
            yield part.error
        elif part.kind is None:
            yield from self._file(part.path)
        else:
            yield from self._range(part)

    def parse(self, data: bytes, name: str) -> Iterator[Found]:
        """The entities in the bytes of a file; the name's suffix tells JSON lines."""
        yield from self._stream(Stream(Raw(io.BytesIO(data))), name)

    def _file(self, path: str) -> Iterator[Found]:
        name = "<stdin>" if path == STDIN else path
        try:
            with opened(path) as (file, size):
                yield from self._stream(Stream(Raw(file, self.progress, size), file if size else None), name)
        except InputError as error:
            yield error

    def _feed(self, stream: Stream, name: str, start: int = 0, open_end: bool = False) -> Feed:
        return Feed(name, Window(stream, start), self._shapes, lambda: self.decoder, open_end)

    def _stream(self, stream: Stream, name: str) -> Iterator[Found]:
        if stream.is_parquet:
            from gsl.inventory.parquet import ParquetReader

            yield from ParquetReader(self._shapes, name).read(stream, lambda: self.decoder, self.progress)
            return
        feed = self._feed(stream, name)
        try:
            yield from _results(feed)
        except InputError as error:
            yield error
        else:
            if feed.damage is not None:
                yield feed.damage

    def _range(self, part: Part) -> Iterator[Found]:
        with opened(part.path) as (file, size):
            if size != part.size:
                raise BadSplit(part.path)
            stream = Stream(Raw(file, self.progress, size, part.start, part.end), file, part.start)
            feed = self._feed(stream, part.path, part.start, part.end is not None)
            try:
                yield from _range_results(feed, part)
            except InputError as error:
                if feed.open_end:
                    raise BadSplit(part.path) from None
                yield error
                return
            if feed.damage is not None and feed.open_end:
                raise BadSplit(part.path)
            if feed.damage is not None:
                yield feed.damage


def _results(feed: Feed) -> Iterator[Found]:
    source = source_of(feed)
    if source is not None:
        from gsl.inventory.retelling import ForeignReader

        yield from ForeignReader(feed, source).read(LinesReader)
    elif are_lines(feed):
        yield from LinesReader(feed).read()
    elif feed.window.data.strip(b" \t\r\n") or feed.window.stream.damage is not None:
        yield from DocumentsReader(feed).read()
    else:
        message = "the file is empty; an export with no entities is `[]`, so this one may have failed"
        raise InputError("empty-file", message, feed.name)


def _range_results(feed: Feed, part: Part) -> Iterator[Found]:
    if part.kind != ARRAY:
        yield from LinesReader(feed).read()
        return
    reader = DocumentsReader(feed)
    yield from reader.read_elements() if part.start else reader.read()
    if feed.open_end and not reader.at_open_end:
        raise BadSplit(feed.name)
