"""Where the keys and values of a YAML text stand: lines and columns by the way that leads to them."""

from __future__ import annotations

import bisect
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

from gsl.ruleset.yamltext import Mark

Step = str | int
"""A key, or the number of an item."""


class Places:
    """The places of a text, and of the node that `load_nodes` made of it. A way is made of keys and numbers of items.

    A way that leads nowhere ends at the last thing on it that is there.
    """

    def __init__(self, text: str, root: Any) -> None:
        self.text = text
        self._root = root
        self._starts: list[int] = []
        self._members: dict[int, dict[str, tuple[Any, Any]]] = {}

    def at(self, *way: Step) -> Mark:
        """What to point at: a text or number itself, of anything larger the key, of an item its first key."""
        key, node = self._found(way)
        if node is None:
            return Mark(1, 1)
        if node.id == "scalar" and node.start_mark.index < node.end_mark.index:
            return self._mark_of(node)
        if key is None and node.id == "mapping" and node.value:
            return self._mark_of(node.value[0][0])
        return self._mark_of(key or node)

    def key(self, *way: Step) -> Mark:
        """The key at the end of a way."""
        key, node = self._found(way)
        return Mark(1, 1) if node is None else self._mark_of(key or node)

    def letters(self, value: str, *way: Step) -> list[int]:
        """The offsets at which the characters of a text stand that is the value there, and its end.

        Where escapes do not let that be told, all stand at its beginning.
        """
        _, node = self._found(way)
        known = _aligned(value, list(_written(node, self.text))) if node is not None and node.id == "scalar" else None
        start = 0 if node is None else node.start_mark.index
        return known or [start] * (len(value) + 1)

    def mark(self, start: int, end: int) -> Mark:
        """A stretch of the text."""
        if not self._starts:  # YAML's own lines also end at characters that end none elsewhere
            self._starts = [0, *accumulate([len(line) + 1 for line in self.text.split("\n")])]
        start = max(0, min(start, len(self.text)))
        line = bisect.bisect_right(self._starts, start, hi=len(self._starts) - 1)
        return Mark(line, start - self._starts[line - 1] + 1, max(1, end - start))

    def _mark_of(self, node: Any) -> Mark:
        start, end = node.start_mark.index, node.end_mark.index
        return self.mark(start, start + len(self.text[start:end].rstrip()))

    def _found(self, way: tuple[Step, ...]) -> tuple[Any, Any]:
        """The key and the value at the end of a way."""
        key, node = None, self._root
        for step in way:
            found = None if node is None else self._member(node, step)
            if found is None:
                break
            key, node = found
        return key, node

    def _member(self, node: Any, step: Step) -> tuple[Any, Any] | None:
        if node.id == "sequence":
            return (None, node.value[step]) if isinstance(step, int) and step < len(node.value) else None
        if node.id != "mapping":
            return None
        if id(node) not in self._members:
            self._members[id(node)] = {str(key.value): (key, value) for key, value in node.value}
        return self._members[id(node)].get(str(step))


def _written(node: Any, text: str) -> Iterator[tuple[str, int]]:
    """The characters of a scalar as they are written, each with its offset, blanks left out."""
    start, end = node.start_mark.index, node.end_mark.index
    if node.style in ("|", ">"):
        head = text.find("\n", start, end)
        start = end if head < 0 else head
    elif node.style in ("'", '"'):
        start, end = start + 1, end - 1
    escape = {"'": "'", '"': "\\"}.get(node.style or "")
    while start < end:
        is_escaped = text[start] == escape
        start += is_escaped
        if not (text[start].isspace() or (is_escaped and text[start] in "nrt")):
            yield text[start], start
        start += 1


def _aligned(value: str, written: list[tuple[str, int]]) -> list[int] | None:
    """The offsets of the characters of a value, if those of it that are not blank are the written ones."""
    found: list[int] = []
    taken = 0
    for letter in value:
        if letter.isspace():
            found.append(found[-1] + 1 if found else written[0][1] if written else 0)
        elif taken < len(written) and written[taken][0] == letter:
            found.append(written[taken][1])
            taken += 1
        else:
            return None
    return [*found, found[-1] + 1] if found and taken == len(written) else None
