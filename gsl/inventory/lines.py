"""JSON lines: whole chunks of them at once where a decoder takes them, else line by line."""

from __future__ import annotations

from collections.abc import Iterator

from gsl.errors import InputError
from gsl.inventory.batches import Batch, Decoder, LinePlaces, taken
from gsl.inventory.entity import Entity
from gsl.inventory.feeds import BROKEN_JSON, Feed
from gsl.inventory.jsontext import JsonText, Piece
from gsl.inventory.shapes import Result

_OPENING = ord("{")
_LONG = 300
"""Bytes of lines from which on it is faster to go from one end of a line to the next than to count all."""


class LinesReader:
    """Reads a file of JSON lines; a broken line does not lose the others."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._window = feed.window
        self._late: list[Entity | InputError] = []

    def read(self) -> Iterator[Entity | InputError | Batch]:
        """All lines. Raises `InputError` for a line that never ends."""
        several = None
        while part := self._part():
            if several is None and part.strip():
                several = self._holds_several(part)
            decoder = None if several else self._feed.decoder()
            items = None if decoder is None else taken(decoder.lines, part)
            if items is not None and _has_lines(part, len(items)):
                yield from self._batch(items, part)
            else:
                yield from self._one_by_one(part, decoder)
            self._window.drop(len(part))

    def _holds_several(self, part: bytes) -> bool:
        """Whether the first line holds several entities; the others probably do, and are read in order then."""
        line = part.strip().split(b"\n", 1)[0]
        try:
            value, _ = _value(JsonText(line.decode(), self._feed.name))
        except InputError:
            return False
        return isinstance(value, list) or self._feed.shapes.is_keyed(value)

    def _part(self) -> bytes:
        """The next whole lines; the rest at the end."""
        window = self._window
        while True:
            end = window.rfind(b"\n") + 1
            if end:
                return window.part(end)
            if window.ended or not self._feed.fill():
                return window.data

    def _batch(self, items: list[object], part: bytes) -> Iterator[Entity | InputError | Batch]:
        locate = LinePlaces(part, self._window, self._feed.name)
        if items:
            yield Batch(items, None, self._feed.name, locate, self._of_line, self._feed.shapes, self._taken_late)
        yield from self._taken_late()

    def _of_line(self, document: JsonText, piece: Piece) -> Result:
        """The entity of a line; those of a line that holds several come late."""
        shapes = self._feed.shapes
        if not isinstance(piece.value, list) and not shapes.is_keyed(piece.value):
            return shapes.entity(document, piece)
        self._late += [each for each in shapes.of_line(document, piece.value, piece.start) if each is not None]
        return None

    def _taken_late(self) -> list[Entity | InputError]:
        late, self._late = self._late, []
        return late

    def _one_by_one(self, part: bytes, decoder: Decoder | None) -> Iterator[Entity | InputError | Batch]:
        feed = self._feed
        singles = feed.singles()
        first = self._window.place(0)[0]
        lines = part.decode().split("\n")
        for number, line in enumerate(lines):
            if not line.strip():
                continue
            document = self._document(line, first + number)
            if singles.take(decoder, document, (document.skip(0), len(document.text))):
                continue
            for batch in singles.batches(self._of_line, None, self._taken_late):
                yield batch
                yield from self._taken_late()
            cut_short = number == len(lines) - 1 and self._window.stream.damage is not None
            for result in self._line(document):
                if not cut_short or not isinstance(result, InputError) or result.code not in BROKEN_JSON:
                    yield result
        yield from singles.batches(self._of_line, None, self._taken_late)
        yield from self._taken_late()

    def _document(self, line: str, number: int) -> JsonText:
        return JsonText(line.rstrip("\r"), self._feed.name, lambda: (number, 1))

    def _line(self, document: JsonText) -> Iterator[Entity | InputError]:
        try:
            for result in self._feed.shapes.of_line(document, *_value(document)):
                if result is not None:
                    yield result
        except InputError as error:
            yield error
        self._feed.shapes.noted(document)


def _value(document: JsonText) -> tuple[object, int]:
    """The one value of a line, and its offset. Raises `InputError`."""
    start = document.skip(0)
    value, end = document.value(start)
    end = document.skip(end)
    if end < len(document.text):
        raise document.error("invalid-json", "one JSON value a line was expected: there is more after it", end)
    return value, start


def _has_lines(part: bytes, count: int) -> bool:
    """Whether there are so many lines, each of which begins with an object.

    If there are as many as items, each line is one value; blank lines and lines with two could
    make up for one another.
    """
    if not part.startswith(b"{"):
        return False
    if not part.endswith(b"\n"):
        count -= 1
    if count * _LONG > len(part):
        lines = len(part) - len(part.replace(b"\n", b""))  # faster than `count`
        return lines == count and part.count(b"\n{") == count - part.endswith(b"\n")
    find = part.find
    last = len(part) - 1
    place = -1
    for _ in range(count):
        place = find(b"\n", place + 1)
        if place < 0 or (place < last and part[place + 1] != _OPENING):
            return False
    return find(b"\n", place + 1) < 0
