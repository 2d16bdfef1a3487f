"""The property census: which keys the entities really have where the rules read.

A path that no entity has is the quiet way to a rule that always passes, so it is reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import attrs

from gsl.inventory import schemas
from gsl.inventory.entity import Entity
from gsl.language.vocabulary import nearest
from gsl.semantics.places import Origin, Place
from gsl.semantics.reads import ELEMENTS, Read

_MOST_KEYS = 1000
"""Keys remembered at one place, for suggestions."""


_MOST_SUGGESTIONS = 100
"""Unknown keys for which the nearest one is looked for; looking takes time."""


@attrs.define
class _Step:
    """One place that a rule reads from or through, and what was seen there."""

    children: dict[str, _Step] = attrs.field(factory=dict)
    objects: int = 0
    lists: int = 0
    keys: dict[str, None] = attrs.field(factory=dict)
    asked: int = 0
    having: int = 0


@attrs.frozen
class UnknownKey:
    """A step of a read path that no entity has.

    `key` is missing at `place` in all of `count` objects; `near` is the most similar key seen there.
    `through_list` says that only lists stood there. `certain` says that it is surely a mistake.
    """

    read: Read
    place: str
    key: str
    count: int
    near: str | None
    through_list: bool
    certain: bool


class Census:
    """Counts, entity by entity, for the paths of a set of rules."""

    def __init__(self, reads: Iterable[Read]) -> None:
        self._roots: dict[str, _Step] = {}
        self._suggestions = _MOST_SUGGESTIONS
        for read in reads:
            step = self._roots.setdefault(read.type, _Step())
            for key in read.steps:
                step = step.children.setdefault(key, _Step())

    def count(self, entity: Entity) -> None:
        """Take one entity into account; gaps say nothing."""
        root = self._roots.get(entity.type)
        if root is not None and not entity.is_gap:
            self._visit(root, entity.data, Place(Origin("", entity.errors)))

    def _visit(self, step: _Step, value: Any, place: Place) -> None:
        if isinstance(value, list):
            self._visit_list(step, value, place)
        elif isinstance(value, dict):
            if ELEMENTS in step.children:
                self._visit(step.children[ELEMENTS], value, place)
            self._visit_object(step, value, place)

    def _visit_list(self, step: _Step, value: list[Any], place: Place) -> None:
        step.lists += 1
        inner = step.children.get(ELEMENTS)
        if inner is not None:
            for number, element in enumerate(value):
                self._visit(inner, element, place / number)

    def _visit_object(self, step: _Step, value: dict[str, Any], place: Place) -> None:
        step.objects += 1
        if len(step.keys) < _MOST_KEYS:
            step.keys.update(dict.fromkeys(value))
        for key, child in step.children.items():
            below = place / key
            if key == ELEMENTS or (below.origin.errors and (below.covering() or below.below())):
                continue
            child.asked += 1
            if key in value:
                child.having += 1
                self._visit(child, value[key], below)

    def unknown(self, reads: Iterable[Read]) -> Iterator[UnknownKey]:
        """The first unknown step of each path, once a path."""
        reported = set()
        for read in reads:
            found = self._first_unknown(read)
            if found is not None and (read.type, found.place, found.key) not in reported:
                reported.add((read.type, found.place, found.key))
                yield found

    def _first_unknown(self, read: Read) -> UnknownKey | None:
        step = self._roots[read.type]
        schema = schemas.schema_of(read.type)
        path = ""
        free = False
        for key in read.steps:
            child = step.children[key]
            if key == ELEMENTS:
                schema, path, step = schemas.element(schema), path + ELEMENTS, child
                continue
            if step.lists and not step.objects:
                return UnknownKey(read, path, key, step.lists, None, True, True)
            free = free or schemas.is_open(schema)
            below = schemas.member(schema, key)
            if child.asked and not child.having and below is None and not free:
                return self._unknown(read, step, child, schema, path, key)
            free = free or key in schemas.OPEN_KEYS
            schema, path, step = below, f"{path}.{key}" if path else key, child
        return None

    def _unknown(
        self, read: Read, step: _Step, child: _Step, schema: schemas.Schema | None, path: str, key: str
    ) -> UnknownKey:
        listed = schema.get("properties", {}) if schema is not None else {}
        self._suggestions -= 1
        near = nearest(key, [*step.keys, *listed]) if self._suggestions >= 0 else None
        certain = not path or (near is not None and near in step.keys) or schemas.is_closed(schema)
        return UnknownKey(read, path, key, child.asked, near, False, certain)
