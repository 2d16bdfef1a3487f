"""Files that AWS itself wrote: recognised by their first bytes, and read as JSON lines of the entities they tell of."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from gsl.errors import InputError
from gsl.inventory import window as bounds
from gsl.inventory import window as bounds
from gsl.inventory.entity import Entity
from gsl.inventory.feeds import BROKEN_JSON, Feed
from gsl.inventory.jsontext import JsonText
from gsl.inventory.streams import Stream
from gsl.inventory.window import Window

if TYPE_CHECKING:
    from gsl.collectors.sources.telling import Given
    from gsl.inventory.batches import Batch

_BLANKS = b" \t\r\n"
_HEAD = 4096
"""Bytes that are looked at to say whether AWS wrote a file."""

_FIRST_KEY = re.compile(rb'\{\s*"(\w+)"\s*:')
_FIRST_MEMBER = re.compile(rb'\s*\[?\s*\{\s*"(\w)')
_ITEMS = re.compile(
    rb'\{\s*(?:"(?:fileVersion|configSnapshotId|configurationRecorder)"\s*:\s*"[^"]*"\s*,\s*)*"configurationItems"\s*:\s*\['
)
_PACKED_SUFFIXES = (".gz", ".zst", ".zstd")

Source = Callable[[Feed], "Iterator[Given]"]
"""Reads a file that it knows."""


def source_of(feed: Feed) -> Source | None:
    """What reads a file that AWS wrote; `None` of all others, of whose text nothing was taken."""
    head = _head(feed)
    if head.startswith((b"[", b"{")):
        return _of_json(feed, head)
    return _report if _is_report(head) or (head and is_csv(feed.name)) else None


def _of_json(feed: Feed, head: bytes) -> Source | None:
    match = _FIRST_KEY.match(head)
    if match is None or feed.shapes.target.names(match[1].decode()):
        return None
    if _ITEMS.match(head):
        return _config
    from gsl.collectors.sources.replies import FIRST, is_reply

    if match[1].decode() not in FIRST or _is_of_others(head[match.end() :]):
        return None
    documents = _documents(feed)
    if documents is None:
        return _too_large
    return _replies(documents) if documents and all([is_reply(each) for each in documents]) else None


def _is_of_others(value: bytes) -> bool:
    """Whether the first member of a reply is such that AWS never wrote it: its keys begin with capitals."""
    match = _FIRST_MEMBER.match(value)
    return match is not None and not match[1].isupper()


def _documents(feed: Feed) -> list[Any] | None:
    """All documents of a file, which stays in the window; none when one is broken, `None` when the file is too large."""
    window = feed.window
    while not window.ended and len(window) <= bounds.LARGEST:
        window.fill()
    if len(window) > bounds.LARGEST:
        return None
    text = JsonText(window.data.decode(), feed.name)
    found, end = [], text.skip(0)
    try:
        while end < len(text.text):
            value, end = text.value(end)
            found.append(value)
            end = text.skip(end)
    except InputError:
        return []
    feed.shapes.noted(text)
    return found


def _replies(documents: list[Any]) -> Source:
    def source(feed: Feed) -> Iterator[Given]:
        from gsl.collectors.sources import cli_json

        feed.window.drop(len(feed.window))
        return cli_json.entities(documents)

    return source


def _config(feed: Feed) -> Iterator[Given]:
    """The items of AWS Config, one by one: the file is one object, maybe of a gigabyte."""
    import ijson

    from gsl.collectors.sources import config_items
    from gsl.collectors.sources.telling import Fault

    def items() -> Iterator[Any]:
        try:
            yield from ijson.items(_Flowing(feed.window), "configurationItems.item", use_float=True)
        except ijson.IncompleteJSONError:
            broken.append(Fault("truncated-json", "this is no valid JSON: it ends in the middle; what came before is used"))
        except ijson.JSONError as error:
            what = str(error).splitlines()[0]
            broken.append(Fault("invalid-json", f"this is no valid JSON: {what}; what came before is used"))

    broken: list[Fault] = []
    yield from config_items.entities(items())
    yield from broken


class _Flowing:
    """The bytes of a window and of what follows, as a file."""

    def __init__(self, window: Window) -> None:
        self._window = window

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        window = self._window
        if size == 0:
            return b""
        if not len(window) and not window.ended:
            window.fill()
        data = window.data if size < 0 else window.data[:size]
        window.drop(len(data))
        return data


def _too_large(feed: Feed) -> Iterator[Given]:
    from gsl.collectors.sources.telling import Fault

    size = f"{bounds.LARGEST >> 20} MiB" if bounds.LARGEST >> 20 else f"{bounds.LARGEST} bytes"
    yield Fault("too-large", f"replies of AWS are read as a whole, and these have more than {size}", 1)


def is_csv(name: str) -> bool:
    """Whether the name of a file is that of a CSV, packed or not."""
    name = name.lower()
    return next((name.removesuffix(suffix) for suffix in _PACKED_SUFFIXES if name.endswith(suffix)), name).endswith(
        ".csv"
    )


def _head(feed: Feed) -> bytes:
    while True:
        head = feed.window.data[: 2 * _HEAD].lstrip(_BLANKS)[:_HEAD]
        if head or feed.window.ended:
            return head
        feed.fill()


def _is_report(head: bytes) -> bool:
    columns = [column.strip(b' \t\r"') for column in head.split(b"\n", 1)[0].split(b",")]
    return b"user" in columns and b"arn" in columns


def looks_like_report(path: str) -> bool:
    """Whether a CSV in a folder is meant to be a credential report: its first line speaks of users and ARNs."""
    from gsl.inventory.opening import opened
    from gsl.inventory.streams import Raw

    try:
        with opened(path) as (file, size):
            head = Stream(Raw(file, None, size), file).read(_HEAD)
    except InputError:
        return True  # the error is told when it is read
    first = head.split(b"\n", 1)[0].lower()
    return b"user" in first and b"arn" in first


def _report(feed: Feed) -> Iterator[Given]:
    from gsl.collectors.sources import report_csv

    return report_csv.users(_lines(feed))


def _lines(feed: Feed) -> Iterator[str]:
    """The lines of a file, as they are."""
    window = feed.window
    while True:
        data = window.data
        end = data.rfind(b"\n") + 1
        if not end and not window.ended:
            feed.fill()
            continue
        yield from io.StringIO(data[: end or None].decode(), newline="\n")
        window.drop(end or len(data))
        if window.ended and not len(window):
            return


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
        import msgspec

        from gsl.collectors.sources.telling import Fault, Remark

        encode = msgspec.json.Encoder().encode
        if self._source is _report:
            yield b"\n"  # stands for the line of columns
        try:
            for given in self._source(self._feed):
                if isinstance(given, Fault):
                    self._take(given)
                    yield b"\n"
                elif isinstance(given, Remark):
                    self._feed.shapes.note(given.code, given.message, self._feed.name, given.count)
                else:
                    yield encode(given) + b"\n"
        except InputError as error:
            self._errors.append(error)

    def _take(self, fault: Any) -> None:
        """Take an error down, but not that the end is missing when it is known what cut it off."""
        if fault.code in (*BROKEN_JSON, "truncated-csv") and self._feed.window.stream.damage is not None:
            return
        self._errors.append(
            InputError(fault.code, fault.message, self._feed.name, fault.line, 1 if fault.line else None)
        )


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


__all__ = ["ForeignReader", "is_csv", "looks_like_report", "source_of"]
