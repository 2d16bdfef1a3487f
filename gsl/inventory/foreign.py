"""Files that AWS itself wrote: recognised by their first bytes, and read as JSON lines of the entities they tell of."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from gsl.errors import InputError
from gsl.inventory import window as bounds
from gsl.inventory.feeds import Feed
from gsl.inventory.jsontext import JsonText
from gsl.inventory.nesting import Nesting, TooDeep
from gsl.inventory.streams import Stream
from gsl.inventory.window import Window

if TYPE_CHECKING:
    from gsl.collectors.sources.telling import Given

_BLANKS = b" \t\r\n"
_HEAD = 4096
"""Bytes that are looked at to say whether AWS wrote a file."""

_SMALL = ("configSnapshotId", "configurationItems", "fileVersion", "nextToken", "trailList")
"""First keys of what AWS writes that begin small."""

_FIRST_MEMBER = rb'\s*:\s*\[?\s*\{\s*"(\w)'
_ITEMS = rb'\{\s*(?:"(?:fileVersion|configSnapshotId)"\s*:\s*"[^"]*"\s*,\s*)*"configurationItems"\s*:\s*\['
"""Patterns are compiled when they are needed: most files need none."""

_CSV_SUFFIXES = (".csv", ".csv.gz", ".csv.zst", ".csv.zstd")

Source = Callable[[Feed], "Iterator[Given]"]
"""Reads a file that it knows."""


def source_of(feed: Feed) -> Source | None:
    """What reads a file that AWS wrote; `None` of all others, of whose text nothing was taken."""
    head = _head(feed)
    if head.startswith(b"{"):
        return _of_json(feed, head)
    if head.startswith(b"["):
        return None
    return report if _is_report(head) or (head and is_csv(feed.name)) else None


def _of_json(feed: Feed, head: bytes) -> Source | None:
    text, _, rest = head[1:].lstrip(_BLANKS).removeprefix(b'"').partition(b'"')
    key = text.decode("utf-8", "replace")  # the head of a file may end inside a character
    if not _may_be_first(key, feed):
        return None
    if re.match(_ITEMS, head):
        return _config
    from gsl.collectors.sources.replies import FIRST

    return None if key not in FIRST or _is_of_others(rest) else _of_replies(feed)


def _may_be_first(key: str, feed: Feed) -> bool:
    """Whether a key can be the first of what AWS writes; most keys of others are seen not to be without a table."""
    return (key[:1].isupper() or key in _SMALL) and not feed.shapes.target.names(key)


def _of_replies(feed: Feed) -> Source | None:
    """Whether all documents of a file are replies; what reads them then."""
    from gsl.collectors.sources.replies import is_reply

    text = _whole(feed)
    if text is None:
        return _too_large
    documents = _documents(text)
    if not documents or not all([is_reply(each) for each in documents]):
        return None
    feed.shapes.noted(text)
    return _replies(documents)


def _is_of_others(value: bytes) -> bool:
    """Whether the first member of a reply is such that AWS never wrote it: its keys begin with capitals."""
    match = re.match(_FIRST_MEMBER, value)
    return match is not None and not match[1].isupper()


def _whole(feed: Feed) -> JsonText | None:
    """All of a file, which stays in the window; `None` when it is too large."""
    window = feed.window
    while not window.ended and len(window) <= bounds.LARGEST:
        window.fill()
    return None if len(window) > bounds.LARGEST else JsonText(window.data.decode(), feed.name)


def _documents(text: JsonText) -> list[Any]:
    """All documents of a text; none when one is broken, which others say better."""
    found, end = [], text.skip(0)
    try:
        while end < len(text.text):
            value, end = text.value(end)
            found.append(value)
            end = text.skip(end)
    except InputError:
        return []
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
            yield from ijson.items(
                _Flowing(feed.window), "configurationItems.item", use_float=True, buf_size=bounds.CHUNK
            )
        except TooDeep as error:
            broken.append(Fault("too-deep", f"{error}; what came before is used"))
        except ijson.JSONError as error:
            what = str(error).splitlines()[0]
            is_cut = "premature EOF" in what or "ncomplete" in what
            code, what = ("truncated-json", "it ends in the middle") if is_cut else ("invalid-json", what)
            broken.append(Fault(code, f"this is no valid JSON: {what}; what came before is used"))

    broken: list[Fault] = []
    yield from config_items.entities(items())
    yield from broken


class _Flowing:
    """The bytes of a window and of what follows, as a file. Raises `TooDeep`."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._nesting = Nesting()

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        window = self._window
        if size == 0:
            return b""
        if not len(window) and not window.ended:
            window.fill()
        data = window.data if size < 0 else window.data[:size]
        window.drop(len(data))
        return self._nesting.take(bytes(data))


def _too_large(feed: Feed) -> Iterator[Given]:
    from gsl.collectors.sources.telling import Fault

    size = f"{bounds.LARGEST >> 20} MiB" if bounds.LARGEST >> 20 else f"{bounds.LARGEST} bytes"
    yield Fault("too-large", f"replies of AWS are read as a whole, and these have more than {size}", 1)


def is_csv(name: str) -> bool:
    """Whether the name of a file is that of a CSV, packed or not."""
    return name.lower().endswith(_CSV_SUFFIXES)


def _head(feed: Feed) -> bytes:
    """The first bytes that are no blanks; mostly they are there with the first chunk."""
    while True:
        head = feed.window.data[: 2 * _HEAD].lstrip(_BLANKS)[:_HEAD]
        if len(head) == _HEAD or feed.window.ended or len(feed.window) > bounds.DECISION:
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


def report(feed: Feed) -> Iterator[Given]:
    """The users of a credential report, row by row."""
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
