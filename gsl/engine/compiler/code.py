"""Python text under construction: lines, indents, fresh names, and constants that go in by name only.

Nothing that a rule's author wrote is ever part of the text: names are generated, and every literal,
key and pattern is a constant of the finished function's globals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from msgspec import Struct

MOST_INDENT = 80
"""Blocks inside one another; Python takes 99, and a few stand round a rule."""

MOST_OPEN = 80
"""Brackets inside one another; Python's own limit lies between 90 and 200."""


class CannotCompile(Exception):
    """A rule that is left to the reference evaluator."""


def _most_open(text: str) -> int:
    """How many brackets are open at most."""
    most = now = 0
    for part in text.split("(")[1:]:
        now += 1
        most = max(most, now)
        now -= part.count(")")
    return most


class Bound(Struct, eq=False):
    """A constant that is only known when the function is bound to a run: made by `make(binding)`."""

    make: Callable[[Any], Any]


class Constants:
    """The constants of one compilation, each under a generated name."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self._names: dict[Any, str] = {}

    def name(self, value: Any, key: Any = None) -> str:
        """The name of a constant; with a `key` the same name is given for the same key."""
        if key is None and isinstance(value, (str, int, float, bool)):
            key = (type(value), repr(value))
        if key is not None and key in self._names:
            return self._names[key]
        name = f"K{len(self.values)}"
        self.values[name] = value
        if key is not None:
            self._names[key] = name
        return name


class Code:
    """The lines of one function."""

    def __init__(self, constants: Constants) -> None:
        self.constants = constants
        self.lines: list[str] = []
        self.depth = 0
        self.prefix = ""
        self._count = 0

    def fresh(self, prefix: str = "t") -> str:
        """A name that is not used yet."""
        self._count += 1
        return f"{self.prefix}{prefix}{self._count}"

    def line(self, text: str) -> None:
        """One line at the present indent. Raises `CannotCompile` for one that Python would not take."""
        if self.depth > MOST_INDENT or (text.count("(") > MOST_OPEN and _most_open(text) > MOST_OPEN):
            raise CannotCompile
        self.lines.append(" " * self.depth + text)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """The lines written inside stand below `head`."""
        self.line(head)
        self.depth += 1
        before = len(self.lines)
        yield
        if len(self.lines) == before:
            self.line("pass")
        self.depth -= 1
