"""Rules that were parsed before, by their text: what a cache keeps so that it need not be done again.

Only what parsed and validated without a problem is kept, as plain data. Whatever does not read
back as exactly a rule counts as not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from msgspec import Struct, field

from gsl.language import nodes
from gsl.language.storing import UnreadableTree, stored, tree_of
from gsl.ruleset.metadata import Metadata, metadata_of

FILE = "file"
"""The text of a rule file, with its front matter."""
LOGIC = "logic"
"""The text of a rule alone."""


class Shelf(Struct, eq=False):
    """Rules as plain data, by kind and text.

    `known` is what was there before, `used` what this run asked for, `grown` whether that has
    something new.
    """

    known: dict[str, Any]
    used: dict[str, Any] = field(default_factory=dict)
    grown: bool = False

    def find(self, kind: str, text: str) -> tuple[nodes.Statement, Metadata] | None:
        """The tree and the metadata of a text that was kept before."""
        key = f"{kind}:{text}"
        try:
            values, records = self.known[key]
            metadata, problems = metadata_of(values, {})
            statement = tree_of(records)
        except (UnreadableTree, LookupError, TypeError, ValueError, AttributeError):
            return None
        if problems:
            return None
        self.used[key] = self.known[key]
        return statement, metadata

    def keep(self, kind: str, text: str, statement: nodes.Statement, metadata: Metadata) -> None:
        """Keep a rule that has nothing wrong with it."""
        values = {name: value for name, value in metadata.to_dict().items() if value}
        self.used[f"{kind}:{text}"] = [values, stored(statement)]
        self.grown = True


_current: Shelf | None = None


@contextmanager
def using(shelf: Shelf) -> Iterator[None]:
    """Take rules from a shelf, and put them there, while this lasts."""
    global _current  # noqa: PLW0603 - what loads rules need not know of caches
    before, _current = _current, shelf
    try:
        yield
    finally:
        _current = before


def found(kind: str, text: str, functions: Mapping[str, object] | None) -> tuple[nodes.Statement, Metadata] | None:
    """What the shelf in use has of a text; a rule that may call functions of the caller is never there."""
    return None if _current is None or functions else _current.find(kind, text)


def keep(
    kind: str, text: str, functions: Mapping[str, object] | None, statement: nodes.Statement, metadata: Metadata
) -> None:
    """Put a rule that has nothing wrong with it on the shelf in use."""
    if _current is not None and not functions:
        _current.keep(kind, text, statement, metadata)
