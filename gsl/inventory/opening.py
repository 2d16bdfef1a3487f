"""From the name of an input to its bytes, and whether these are JSON lines."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gsl.errors import InputError
from gsl.inventory import window as bounds
from gsl.inventory.feeds import Feed
from gsl.inventory.files import STDIN
from gsl.inventory.jsontext import JsonText

_LINE_SUFFIXES = (".jsonl", ".ndjson")
_PACKED_SUFFIXES = (".gz", ".zst", ".zstd")
_BLANKS = b" \t\r\n"


@contextmanager
def opened(path: str) -> Iterator[tuple[Any, int | None]]:
    """An input as an open file, and its size if it is a regular file. Raises `InputError`."""
    if path == STDIN:
        yield _standard_input(), None
        return
    try:
        file = open(path, "rb", buffering=0)  # noqa: SIM115
    except (OSError, ValueError) as error:
        what = getattr(error, "strerror", None) or error
        raise InputError("unreadable-file", f"the file cannot be read: {what}", path) from None
    with file:
        status = os.fstat(file.fileno())
        yield file, status.st_size if stat.S_ISREG(status.st_mode) else None


def _standard_input() -> Any:
    if sys.stdin is None:
        what = os.strerror(errno.EBADF)
        raise InputError("unreadable-file", f"the file cannot be read: standard input is closed: {what}", "<stdin>")
    return sys.stdin.buffer


def are_lines(feed: Feed) -> bool:
    """Whether the text is JSON lines: by its name, or as its first line is a whole object and more follow."""
    named = _named_lines(feed.name, feed.window.stream.packing is not None)
    if not named and _first_character(feed) != b"{":
        return False
    line, rest = _first_line(feed)
    if named:
        return line is not None or not rest.startswith(b"[") or len(rest) <= bounds.DECISION
    if line is None or not _goes_on(feed, len(line)):
        return False
    document = JsonText(line.decode(), feed.name)
    try:
        _, end = document.value(0)
    except InputError:
        return False
    return document.skip(end) == len(document.text)


def _named_lines(name: str, packed: bool) -> bool:
    name = name.lower()
    if packed:
        name = next((name.removesuffix(suffix) for suffix in _PACKED_SUFFIXES if name.endswith(suffix)), name)
    return name.endswith(_LINE_SUFFIXES)


def _first_character(feed: Feed) -> bytes:
    while True:
        text = feed.window.data.lstrip(_BLANKS)
        if text or feed.window.ended:
            return text[:1]
        feed.fill()


def _first_line(feed: Feed) -> tuple[bytes | None, bytes]:
    """The first line that is not blank, and the text from there; `None` when it is long or the last."""
    while True:
        text = feed.window.data.lstrip(_BLANKS)
        end = text.find(b"\n", 0, bounds.DECISION)
        if end >= 0:
            return text[:end], text
        if feed.window.ended or len(text) > bounds.DECISION:
            return None, text
        feed.fill()


def _goes_on(feed: Feed, end: int) -> bool:
    """Whether something follows the first line."""
    while True:
        rest = feed.window.data.lstrip(_BLANKS)[end : end + bounds.DECISION]
        if rest.strip(_BLANKS) or feed.window.ended or len(rest) == bounds.DECISION:
            return bool(rest.strip(_BLANKS))
        feed.fill()
