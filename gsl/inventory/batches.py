"""Many entities at once: decoded by what the rules read, and each in full when it is asked for."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Protocol

from msgspec import Struct, field

from gsl.errors import InputError
from gsl.inventory.entity import Entity
from gsl.inventory.jsontext import JsonText, Piece
from gsl.inventory.shapes import Result, Shapes
from gsl.inventory.window import Window

_BETWEEN = re.compile(rb"[ \t\r\n,]*")


class Decoder(Protocol):
    """Decodes, of many entities at once, only what the rules read.

    It raises anything when it cannot take something.
    """

    def lines(self, data: bytes) -> list[Any]:
        """JSON lines to one item per line that is not blank."""

    def array(self, data: bytes) -> list[Any]:
        """A JSON array to one item per element."""


Make = Callable[[JsonText, Piece], Result]
Late = Callable[[], list[Entity | InputError]]
Locate = Callable[[int], tuple[JsonText, int]]


class Batch(Struct, eq=False):
    """Entities that a decoder has read, in order; valid until the next one is asked for.

    `items` are what the decoder gave, each for one JSON object of the input. `type_name` is the key
    they stand under in entity lists by type.
    """

    items: list[Any]
    type_name: str | None
    file: str
    _locate: Locate
    _make: Make
    _shapes: Shapes
    _late: Late = list
    _known: dict[int, Result] = field(default_factory=dict)

    def whole(self, index: int) -> Result:
        """An entity in full, as it is read without a decoder; `None` for one that a finding carried before.

        A JSON line that holds several entities gives `None`; they come after the batch unless `all`
        gave them. Lines and columns are left out: they would have to be counted.
        """
        if index not in self._known:
            self._known[index] = self._read(*self._locate(index))
        return self._known[index]

    def all(self, index: int) -> list[Entity | InputError]:
        """The entities that an item stands for: one, or those of a JSON line that holds several."""
        found = self.whole(index)
        return self._late() if found is None else [found]

    def _read(self, document: JsonText, offset: int) -> Result:
        before = document.non_finite
        try:
            value = document.only_value(offset)
            result = self._make(document, Piece(value, offset, self.type_name, placed=False))
        except InputError as error:
            result = error
        self._shapes.noted(document, before)
        document.non_finite = before
        return result


class LinePlaces:
    """Where the lines of some JSON lines are, none of them blank; they begin at the start of a window."""

    def __init__(self, part: bytes, window: Window, name: str) -> None:
        self._part = part
        self._window = window
        self._name = name
        self._last = (0, 0)
        """The line that was asked for last, and its offset: mostly a later one is asked for next."""

    def __call__(self, index: int) -> tuple[JsonText, int]:
        """The line of an item, and the offset in it."""
        find = self._part.find
        line, start = self._last if self._last[0] <= index else (0, 0)
        for _ in range(index - line):
            start = find(b"\n", start) + 1
        self._last = index, start
        end = find(b"\n", start)
        text = self._part[start : end if end >= 0 else None].rstrip(b"\r").decode()
        return JsonText(text, self._name, lambda: (self._window.place(0)[0] + index, 1)), 0


class ElementPlaces:
    """Where the elements of an array are, whose first stands at the start of a window."""

    def __init__(self, array: bytes, window: Window, name: str) -> None:
        self._array = array
        self._window = window
        self._name = name
        self._spans: list[tuple[int, int]] | None = None

    def __call__(self, index: int) -> tuple[JsonText, int]:
        """The element of an item, and the offset in it."""
        if self._spans is None:
            self._spans = self._found()
        start, end = self._spans[index]
        window = self._window
        text = self._array[start:end].decode()
        return JsonText(text, self._name, lambda: window.place(start - 1)), 0

    def _found(self) -> list[tuple[int, int]]:
        import msgspec

        spans = []
        end = 1
        for raw in msgspec.json.decode(self._array, type=list[msgspec.Raw]):
            start = _BETWEEN.match(self._array, end).end()  # type: ignore[union-attr]
            end = start + len(memoryview(raw))
            spans.append((start, end))
        return spans


class Singles:
    """Entities that a decoder took one by one, collected."""

    MOST = 200

    def __init__(self, shapes: Shapes, name: str) -> None:
        self._shapes = shapes
        self._name = name
        self._items: list[Any] = []
        self._places: list[tuple[JsonText, int]] = []

    def take(self, decoder: Decoder | None, document: JsonText, span: tuple[int, int]) -> bool:
        """Whether the decoder takes a value of a text."""
        if decoder is None:
            return False
        start, end = span
        items = taken(decoder.array, f"[{document.text[start:end]}]".encode())
        if items is None or len(items) != 1:
            return False
        self._items += items
        self._places.append((document, start))
        return True

    @property
    def is_full(self) -> bool:
        """Whether there are enough of them for a batch."""
        return len(self._items) >= self.MOST

    def batches(self, make: Make, type_name: str | None = None, late: Late = list) -> list[Batch]:
        """What was collected, as one batch or none."""
        if not self._items:
            return []
        items, places = self._items, self._places
        self._items, self._places = [], []
        return [Batch(items, type_name, self._name, places.__getitem__, make, self._shapes, late)]


def taken(decode: Callable[[bytes], list[Any]], data: bytes) -> list[Any] | None:
    """What a decoder makes of some bytes; `None` when it cannot take them."""
    try:
        return decode(data)
    except Exception:
        return None
