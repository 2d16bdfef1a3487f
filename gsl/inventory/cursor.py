"""The window as text, read value by value; it moves on through the file as it is read."""

from __future__ import annotations

from typing import Any

from gsl.errors import InputError
from gsl.inventory.feeds import Feed
from gsl.inventory.jsontext import JsonText


class Cursor:
    """A place in the text of a file.

    `non_finite` is what the text had counted before the last value; `at_end_of_deep` says that a
    value that is too deep went on to the end of the file, `is_kept` that the text is used later.
    """

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._document: JsonText | None = None
        self.offset = 0
        self.non_finite = 0
        self.at_end_of_deep = False
        self.is_kept = False

    @property
    def document(self) -> JsonText:
        """The text that is in memory."""
        if self._document is None:
            window = self._feed.window
            far = self._feed.shapes.is_far
            origin = window.places.later(window.start) if far else lambda: window.place(0)
            self._document = JsonText(window.data.decode(), self._feed.name, origin)
            self.offset = 0
        return self._document

    @property
    def ended(self) -> bool:
        """Whether the text goes to the end of the file."""
        return self._feed.window.ended

    def release(self) -> None:
        """Be done with what was read; the window then begins at this place."""
        if self._document is not None:
            text = self._document.text
            if self.is_kept and not self._feed.shapes.is_far:
                self._document.place(0)  # while the window can tell
            self._feed.shapes.noted(self._document)
            self._feed.window.drop(self.offset if text.isascii() else len(text[: self.offset].encode()))
            self._document = None
            self.offset = 0
            self.is_kept = False

    def more(self) -> bool:
        """Take in more text. Whether there can be any; raises `InputError` for a value that is too large."""
        if self.ended:
            return False
        self.release()
        self._feed.fill()
        return True

    def mark(self) -> str:
        """The next character that is no blank; empty at the end."""
        while True:
            self.offset = self.document.skip(self.offset)
            found = self.document.character(self.offset)
            if found or not self.more():
                return found

    def separator(self, closing: str) -> str:
        """The `,` or the closing bracket that must stand here. Raises `InputError`."""
        mark = self.mark()
        if mark not in (",", closing) or not mark:
            raise self.document.separator(self.offset, f"`,` or `{closing}`")
        self.offset += 1
        return mark

    def value(self) -> tuple[Any, int]:
        """The whole value that begins here, and its offset. Raises `InputError`."""
        while True:
            document = self.document
            before = self.non_finite = document.non_finite
            try:
                value, end = document.value(self.offset)
            except InputError:
                if not document.cut or self.ended:
                    raise
            else:
                if end < len(document.text) or self.ended:
                    start, self.offset = self.offset, end
                    return value, start
            document.non_finite = before
            self.more()

    def after(self) -> int:
        """Go on after a list or object that is too deep, found by its brackets alone; the offset where it began."""
        while True:
            start = self.offset
            end = self.document.end_of_value(start)
            if end is not None or not self.more():
                self.at_end_of_deep = end is None
                self.offset = len(self.document.text) if end is None else end
                return start
