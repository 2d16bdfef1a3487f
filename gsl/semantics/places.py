"""Where a value stands in an entity, and what of that entity could not be collected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

Key = str | int

_MOST_DIGITS = 9


@attrs.frozen
class Uncollected:
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


@attrs.frozen(eq=False)
class Origin:
    """The root that places are counted from: an entity under test, an item of a list, a resource.

    `label` is what paths of it begin with; empty for the entity under test.
    """

    label: str = ""
    errors: tuple[Uncollected, ...] = ()


@attrs.frozen
class Place:
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
            shown += f"[{key}]" if isinstance(key, int) else f".{key}" if shown else key
        return shown or "~"

    def covering(self) -> Uncollected | None:
        """The error whose path is this place or lies above it."""
        for error in self.origin.errors:
            if _covers(error.keys, self._spelled()):
                return error
        return None

    def below(self) -> Uncollected | None:
        """The error whose path lies below this place."""
        for error in self.origin.errors:
            if _below(error.keys, self._spelled()):
                return error
        return None

    def numbers_below(self) -> list[int]:
        """The element numbers that errors name directly below this place."""
        found = {int(key) for error in self.origin.errors if _is_number(key := _next_key(error.keys, self._spelled()))}
        return sorted(found)

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


def _match(error: tuple[str, ...], place: tuple[Key, ...]) -> tuple[int, int]:
    """How many keys of the error and of the place agree; a path without an element number is every element."""
    used = 0
    for count, key in enumerate(place):
        if used == len(error):
            return used, count
        if isinstance(key, int):
            if _is_number(error[used]):
                if int(error[used]) != key:
                    return used, count
                used += 1
        elif error[used] == key:
            used += 1
        else:
            return used, count
    return used, len(place)


def _covers(error: tuple[str, ...], place: tuple[Key, ...]) -> bool:
    used, _ = _match(error, place)
    return used == len(error)


def _below(error: tuple[str, ...], place: tuple[Key, ...]) -> bool:
    used, count = _match(error, place)
    return count == len(place) and used < len(error)


def _next_key(error: tuple[str, ...], place: tuple[Key, ...]) -> str:
    return error[_match(error, place)[0]] if _below(error, place) else ""


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
