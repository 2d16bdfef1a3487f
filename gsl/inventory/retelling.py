"""Entities out of files that AWS wrote, given to the reader of JSON lines as if they had been lines of a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from gsl.errors import InputError
from gsl.inventory.batches import Batch
from gsl.inventory.entity import Entity
from gsl.inventory.feeds import BROKEN_JSON, Feed
from gsl.inventory.foreign import Source, report
from gsl.inventory.streams import Stream
from gsl.inventory.window import Window


class ForeignReader:
    """Reads a file that AWS wrote, with the reader of JSON lines that it is given.

    Of a CSV, entities keep the number of their line; of others the number is that of the entity.
    """

    def __init__(self, feed: Feed, source: Source) -> None:
        self._feed = feed
        self._source = source
        self._errors: list[InputError] = []

    def read(self, reader: Callable[[Feed], Any]) -> Iterator[Entity | InputError | Batch]:
        """The entities, and the errors met on the way. Raises `InputError`."""
        feed = self._feed
        lines = Feed(feed.name, Window(Stream(_Pulled(self._written())), 0), feed.shapes, feed.decoder)
        for found in reader(lines).read():
            yield found
            yield from self._drained()
        yield from self._drained()

    def _drained(self) -> list[InputError]:
        errors, self._errors = self._errors, []
        return errors

    def _written(self) -> Iterator[bytes]:
        """The entities as JSON lines. What fails becomes an error, so that what came before is used."""
        from gsl.collectors.sources.telling import Fault, Remark

        if self._source is report:
            yield b"\n"  # stands for the line of columns
        try:
            for given in self._source(self._feed):
                if isinstance(given, Fault):
                    self._take(given)
                    yield b"\n"
                elif isinstance(given, Remark):
                    self._feed.shapes.note(given.code, given.message, self._feed.name, given.count)
                else:
                    yield _encoded(given) + b"\n"
        except InputError as error:
            self._errors.append(error)

    def _take(self, fault: Any) -> None:
        """Take an error down, but not that the end is missing when it is known what cut it off."""
        if fault.code in (*BROKEN_JSON, "truncated-csv") and self._feed.window.stream.damage is not None:
            return
        self._errors.append(
            InputError(fault.code, fault.message, self._feed.name, fault.line, 1 if fault.line else None)
        )


def _encoded(entity: Any) -> bytes:
    """An entity as JSON; numbers and texts that msgspec does not take are left to Python."""
    import msgspec

    try:
        return msgspec.json.encode(entity)
    except (OverflowError, UnicodeEncodeError):
        return json.dumps(entity).encode()


class _Pulled:
    """Bytes that are made as they are read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._ready = b""

    def read(self, size: int, /) -> bytes:
        """The next bytes, fewer than `size` only at the end."""
        found, length = [self._ready], len(self._ready)
        while length < size and (piece := next(self._pieces, None)) is not None:
            found.append(piece)
            length += len(piece)
        data = b"".join(found)
        self._ready = data[size:]
        return data[:size]
