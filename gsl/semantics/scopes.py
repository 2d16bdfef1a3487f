"""Where a path begins to read: a table from the sign before it to the context that it means.

The vendor's own table could not be read; this is the place to correct ours.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from msgspec import Struct

Context = TypeVar("Context")


class Sign(Struct, frozen=True, eq=False):
    """A sign before a path. `pick(contexts, levels)` chooses among the contexts, outermost first;
    `levels` is how often the sign stands in a row."""

    pick: Callable[[tuple[Any, ...], int], Any]
    doc: str


SCOPES: dict[str, Sign] = {
    "": Sign(lambda contexts, levels: contexts[-1], "The current context: the element in a bracket, else the entity."),
    "$": Sign(lambda contexts, levels: contexts[-1], "The same by name."),
    "~": Sign(lambda contexts, levels: contexts[0], "The entity under test, wherever it stands."),
    "^": Sign(lambda contexts, levels: contexts[-1 - levels], "The enclosing context; `^.^` the one round that."),
}


def context_of(sign: str, levels: int, contexts: tuple[Context, ...]) -> Context:
    """The context that a sign means where some contexts, outermost first, enclose one another."""
    found: Context = SCOPES[sign].pick(contexts, levels)
    return found
