"""Where a value stands in an entity, and what of that entity could not be collected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from msgspec import Struct, field

Key = str | int

_MOST_DIGITS = 9


class Uncollected(Struct, frozen=True, eq=False):
    """One entry of an entity's `_errors`: the path that a failed call would have filled.

    `keys` is the path split at its dots; none at all stands for the whole record (a gap).
    """

    keys: tuple[str, ...]
    operation: str = ""
    code: str = ""
    message: str = ""

    @property
    def path(self) -> str:
        """The path as `_errors` spells it."""
        return ".".join(self.keys)


class Origin(Struct, frozen=True, eq=False, dict=True):
    """The root that places are counted from: an entity under test, an item of a list, a resource.

    `label` is what paths of it begin with; empty for the entity under test.
    """

    label: str = ""
    errors: tuple[Uncollected, ...] = ()

    @cached_property
    def tree(self) -> ErrorTree:
        """The errors by their paths."""
        return ErrorTree.of(self.errors)


class Place(Struct, frozen=True, eq=False):
    """A value's place: the keys and element numbers that lead to it from its origin."""

    origin: Origin
    keys: tuple[Key, ...] = ()

    def __truediv__(self, key: Key) -> Place:
        return Place(self.origin, (*self.keys, key))

    @property
    def path(self) -> str:
        """The path as reports show it: `inboundRules[1].port`; `~` for the entity itself."""
        shown = self.origin.label
        for key in self.keys:
            shown += f"[{key}]" if key.__class__ is int else f".{key}" if shown else str(key)
        return shown or "~"

    def covering(self) -> Uncollected | None:
        """The error whose path is this place or lies above it."""
        return self.origin.tree.covering(self._spelled())

    def below(self) -> Uncollected | None:
        """The error whose path lies below this place."""
        return self.origin.tree.below(self._spelled())

    def numbers_below(self) -> list[int]:
        """The element numbers that errors name directly below this place."""
        return self.origin.tree.numbers_below(self._spelled())

    def _spelled(self) -> tuple[Key, ...]:
        """The keys as an error's path would spell them: keys that hold dots fall apart."""
        if not any(isinstance(key, str) and "." in key for key in self.keys):
            return self.keys
        parts: list[Key] = []
        for key in self.keys:
            parts.extend(key.split(".") if isinstance(key, str) else [key])
        return tuple(parts)


def _is_number(key: str) -> bool:
    """Whether a key of an error's path may be an element's number."""
    return key.isascii() and key.isdigit() and len(key) <= _MOST_DIGITS


class ErrorTree(Struct, eq=False):
    """The errors of an entity by the keys of their paths, so that many cost no more than few."""

    error: Uncollected | None = None
    first: Uncollected | None = None
    children: dict[str, ErrorTree] = field(default_factory=dict)

    @classmethod
    def of(cls, errors: tuple[Uncollected, ...]) -> ErrorTree:
        """The tree of some errors; where several say the same, the first one counts."""
        root = cls()
        for error in errors:
            node = root
            node.first = node.first or error
            for key in error.keys:
                node = node.children.setdefault(key, cls())
                node.first = node.first or error
            node.error = node.error or error
        return root

    def _reached(self, place: tuple[Key, ...]) -> tuple[Uncollected | None, list[tuple[ErrorTree, bool]]]:
        """The error on the way to a place, and the nodes that stand for the place itself.

        An error's path may leave element numbers out, which means every element: a node is then
        reached by skipping one, and only its children that are no numbers go on from there.
        """
        nodes: list[tuple[ErrorTree, bool]] = [(self, False)]
        for key in place:
            for node, _ in nodes:
                if node.error is not None:
                    return node.error, []
            nodes = [step for node, skipped in nodes for step in node._steps(key, skipped)]
        return next((node.error for node, _ in nodes if node.error is not None), None), nodes

    def _steps(self, key: Key, skipped: bool) -> list[tuple[ErrorTree, bool]]:
        steps: list[tuple[ErrorTree, bool]] = []
        if isinstance(key, int):
            child = None if skipped else self.children.get(str(key))
            steps = [(self, True)] if child is None else [(child, False), (self, True)]
        elif key in self.children and not (skipped and _is_number(key)):
            steps = [(self.children[key], False)]
        return steps

    def covering(self, place: tuple[Key, ...]) -> Uncollected | None:
        """The error at a place or above it."""
        return self._reached(place)[0]

    def below(self, place: tuple[Key, ...]) -> Uncollected | None:
        """An error strictly below a place."""
        for node, skipped in self._reached(place)[1]:
            for key, child in node.children.items():
                if not (skipped and _is_number(key)):
                    return child.first
        return None

    def numbers_below(self, place: tuple[Key, ...]) -> list[int]:
        """The element numbers that paths name directly below a place."""
        reached = self._reached(place)[1]
        return sorted(
            {int(key) for node, skipped in reached for key in node.children if not skipped and _is_number(key)}
        )


def uncollected(entity: Any) -> tuple[Uncollected, ...]:
    """What an entity's `_errors` say; entries of another shape stand for the whole entity.

    `_errors` is a list of `{path, operation, code, message}`; a damaged list must never hide an
    error, so whatever cannot be read covers everything.
    """
    errors = entity.get("_errors") if isinstance(entity, Mapping) else None
    if not errors:
        return ()
    if not isinstance(errors, Iterable) or isinstance(errors, (str, Mapping)):
        errors = [errors]
    return tuple([_uncollected(error) for error in errors])


def _uncollected(error: Any) -> Uncollected:
    if not isinstance(error, Mapping):
        return Uncollected((), message=str(error)[:200])
    path = error.get("path")
    keys = tuple(path.split(".")) if isinstance(path, str) and path else ()
    words = [str(error.get(name) or "")[:200] for name in ("operation", "code", "message")]
    return Uncollected(keys, *words)
