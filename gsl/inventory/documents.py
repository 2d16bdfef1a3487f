"""JSON documents, one or several: lists, entity lists by type and single objects, in constant memory."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

from gsl.errors import InputError
from gsl.inventory import window as bounds
from gsl.inventory.batches import Batch, ElementPlaces, Singles
from gsl.inventory.cursor import Cursor
from gsl.inventory.cutting import Cutter
from gsl.inventory.entity import Entity
from gsl.inventory.feeds import BROKEN_JSON, Feed
from gsl.inventory.jsontext import JsonText, Piece
from gsl.inventory.shapes import assembled, described

_SHORT = 64
"""The part of a chunk that the elements of a list must fill before they are decoded together."""

Found = Entity | InputError | Batch
Steps = Generator[Found, None, bool]


class DocumentsReader:
    """Reads a file of JSON documents; `at_open_end` says that it came to the open end of a part."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._window = feed.window
        self._shapes = feed.shapes
        self._cursor = Cursor(feed)
        self._cutter = Cutter(feed.window, feed.open_end)
        self._singles = feed.singles()
        self.at_open_end = False

    def read(self) -> Iterator[Found]:
        """All documents. Raises `InputError` for what ends the reading."""
        try:
            yield from self._documents()
        except InputError as error:
            yield from self._flushed()
            cut_short = self._cursor.ended and self._cursor.document.cut and self._window.stream.damage is not None
            if not cut_short or error.code not in BROKEN_JSON:
                raise
        self._cursor.release()

    def read_elements(self) -> Iterator[Found]:
        """The rest of a list whose next element begins here, and what follows it."""
        yield from self._elements(None)
        if not self._feed.open_end:
            yield from self.read()
        self._cursor.release()

    def _documents(self) -> Iterator[Found]:
        while mark := self._cursor.mark():
            if mark == "{":
                yield from self._object()
                continue
            yield from self._flushed()
            if mark != "[":
                value, start = self._cursor.value()
                message = f"entities were expected: an object or a list, not {described(value)}"
                raise self._cursor.document.error("not-an-object", message, start)
            self._cursor.offset += 1
            yield from self._list(None)
        yield from self._flushed()

    def _flushed(self) -> list[Batch]:
        return self._singles.batches(self._shapes.lone)

    def _object(self) -> Iterator[Found]:
        """An object; all of it is looked at before it is said what it is, unless it is large."""
        cursor = self._cursor
        document, start = cursor.document, cursor.offset
        before = document.non_finite
        value, end = self._single(document, start)
        if end is None:
            document.non_finite = before
            yield from self._flushed()
            yield from self._parted_object()
            return
        cursor.offset = end
        if self._singles.take(self._feed.decoder(), document, (start, end)):
            document.non_finite = before
            cursor.is_kept = True
            if self._singles.is_full:
                yield from self._flushed()
            return
        yield from self._flushed()
        result = self._shapes.lone(document, Piece(value, start))
        if result is not None:
            yield result

    def _single(self, document: JsonText, start: int) -> tuple[Any, int | None]:
        """A single entity or finding and the offset after it, if the object is that, sound and not large."""
        try:
            value, end = document.value(start)
        except InputError:
            return None, None
        if end - start > bounds.DECISION or self._shapes.is_keyed(value):
            return None, None
        return value, end

    def _parted_object(self) -> Iterator[Found]:
        """An object that is looked at member by member; nothing when more of the file had to be taken in."""
        cursor = self._cursor
        document, start = cursor.document, cursor.offset
        before = document.non_finite
        pieces, end, failure = _members(document, start)
        is_large = len(document.text) - start > bounds.DECISION
        is_whole = end is not None and end - start <= bounds.DECISION
        if is_whole or (not is_large and (cursor.ended or not document.cut)):
            cursor.offset = len(document.text) if end is None else end
            yield from self._small_object(document, pieces, start, failure)
            return
        document.non_finite = before
        if is_large:
            yield from self._large_object()
        else:
            cursor.more()

    def _small_object(
        self, document: JsonText, pieces: list[Piece], start: int, failure: InputError | None
    ) -> Iterator[Found]:
        for result in self._shapes.of_object(document, pieces, start, failure is None):
            if result is not None:
                yield result
        if failure is not None:
            raise failure

    def _large_object(self) -> Iterator[Found]:
        """An object of which only the beginning is looked at to say whether it is entity lists by type."""
        cursor = self._cursor
        document, start = cursor.document, cursor.offset
        place = document.place(start)
        head = JsonText(document.text[start : start + bounds.DECISION], self._feed.name, lambda: place)
        pieces, _, failure = _members(head, 0)
        if not head.cut:
            yield from self._small_object(head, pieces, 0, failure)
        elif self._shapes.is_keyed(assembled(pieces)):
            pieces.clear()
            yield from self._keyed()
        else:
            value, start = cursor.value()
            result = self._shapes.lone(cursor.document, Piece(value, start))
            if result is not None:
                yield result

    def _keyed(self) -> Iterator[Found]:
        cursor = self._cursor
        cursor.offset += 1
        mark = ","
        while mark == ",":
            cursor.mark()
            key, start = cursor.value()
            if not isinstance(key, str):
                message = "this is no valid JSON: a key in quotes was expected"
                raise cursor.document.error("invalid-json", message, start)
            if cursor.mark() != ":":
                raise cursor.document.separator(cursor.offset, "`:`")
            cursor.offset += 1
            if cursor.mark() == "[":
                cursor.offset += 1
                yield from self._list(key)
            else:
                value, start = cursor.value()
                yield self._shapes.no_list(cursor.document, Piece(value, start, key))
            mark = cursor.separator("}")

    def _list(self, key: str | None) -> Iterator[Found]:
        """The elements of a list whose `[` was read."""
        if self._cursor.mark() == "]":
            self._cursor.offset += 1
        else:
            yield from self._elements(key)

    def _elements(self, key: str | None) -> Iterator[Found]:
        """The first elements one by one, as it does not pay to move the window for a short list."""
        ended = yield from self._some(key, bounds.CHUNK // _SHORT)
        while not ended:
            ended = (yield from self._many(key)) or (yield from self._some(key))

    def _many(self, key: str | None) -> Steps:
        """Elements as the decoder takes them, chunk by chunk. Whether that was the end of the list."""
        window = self._window
        self._cursor.release()
        while (decoder := self._feed.decoder()) is not None:
            if len(window) < bounds.CHUNK and not window.ended:
                self._feed.fill()
            found = self._cutter.cut(decoder)
            if found is None:
                break
            cut, array, items = found
            name = self._feed.name
            locate = ElementPlaces(array, window, name)
            yield Batch(items, key, name, locate, self._shapes.element, self._shapes)
            window.drop(cut.following)
            self.at_open_end = self._feed.open_end and window.ended and not len(window)
            if cut.closes or self.at_open_end:
                return True
        return False

    def _some(self, key: str | None, most: int | None = None) -> Steps:
        """Elements one by one; with a decoder, until the window has moved on, or so far. Whether the list ended."""
        cursor = self._cursor
        singles = self._feed.singles()
        document = cursor.document
        end = len(document.text) if most is None else cursor.offset + most
        ended = None
        try:
            while ended is None:
                yield from self._element(key, singles)
                ended = self._after_element(document, end)
        except InputError:
            yield from singles.batches(self._shapes.element, key)
            raise
        yield from singles.batches(self._shapes.element, key)
        return ended

    def _element(self, key: str | None, singles: Singles) -> Iterator[Found]:
        cursor = self._cursor
        error = None
        try:
            value, start = cursor.value()
        except InputError as failure:
            if failure.code != "too-deep":
                raise
            value = error = failure
            start = cursor.after()
        document, end = cursor.document, cursor.offset
        if singles.take(self._feed.decoder(), document, (start, end)):
            document.non_finite = cursor.non_finite if error is None else document.non_finite
            cursor.is_kept = True
            return
        yield from singles.batches(self._shapes.element, key)
        result = self._shapes.element(document, Piece(value, start, key))
        if result is not None:
            yield result

    def _after_element(self, document: JsonText, end: int) -> bool | None:
        """Whether the list ended; `None` when the next element is to be read in the same way."""
        cursor = self._cursor
        if cursor.at_end_of_deep:
            return True
        if cursor.separator("]") == "]":
            return True
        self.at_open_end = not cursor.mark() and self._feed.open_end
        if self.at_open_end:
            return True
        moved = cursor.document is not document or cursor.offset >= end
        return False if moved and self._feed.decoder() is not None else None


def _members(document: JsonText, start: int) -> tuple[list[Piece], int | None, InputError | None]:
    """The members of an object, the offset after it, and the error that ends it instead."""
    pieces: list[Piece] = []
    try:
        for piece in document.members(start):
            if isinstance(piece, int):
                return pieces, piece, None
            pieces.append(piece)
    except InputError as error:
        return pieces, None, error
    raise AssertionError("an object ends or fails")
