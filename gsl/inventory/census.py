"""The property census: which keys the entities really have where the rules read.

A path that no entity has is the quiet way to a rule that always passes, so it is reported. What
keys there are is taken from the first entities of a type, which are looked at whole; of the others
only the places count that no value was met at so far.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct, field, to_builtins

from gsl.inventory import schemas
from gsl.inventory.entity import Entity
from gsl.language.vocabulary import nearest
from gsl.semantics.places import Origin, Place
from gsl.semantics.reads import ELEMENTS, Read

SAMPLE = 100
"""Entities of a type whose keys are remembered, for suggestions."""

_MOST_KEYS = 1000
"""Keys remembered at one place."""

_MOST_SUGGESTIONS = 100
"""Unknown keys for which the nearest one is looked for; looking takes time."""

Fields = Mapping[type, Mapping[str, str]]
"""For each class of structs that entities were decoded to, the field of each key."""


class _Step(Struct, eq=False):
    """One place that a rule reads from or through, and what was seen there.

    `keys` has, for each key of the first entities, which of them had it first. `asked` counts the
    objects at the place above, `having` those with a value here.
    """

    children: dict[str, _Step] = field(default_factory=dict)
    objects: int = 0
    lists: int = 0
    keys: dict[str, int] = field(default_factory=dict)
    asked: int = 0
    having: int = 0

    @property
    def is_settled(self) -> bool:
        """Whether a value was met at every place below."""
        return all([(key == ELEMENTS or child.having) and child.is_settled for key, child in self.children.items()])

    @classmethod
    def of_plain(cls, plain: Mapping[str, Any]) -> _Step:
        """The place whose fields, and those of the places below, are given as plain data."""
        children = {key: cls.of_plain(child) for key, child in plain["children"].items()}
        return cls(**{**plain, "children": children})

    def absorb(self, other: _Step, before: int) -> None:
        """Add what the next part of a run saw here, `before` entities of the type having come earlier."""
        for name in ("objects", "lists", "asked", "having"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for key, number in other.keys.items():
            if number + before < SAMPLE and len(self.keys) < _MOST_KEYS:
                self.keys.setdefault(key, number + before)
        for key, child in other.children.items():
            self.children[key].absorb(child, before)


class UnknownKey(Struct, frozen=True, eq=False):
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
        self._seen: dict[str, int] = {}
        self._settled: set[str] = set()
        self._suggestions = _MOST_SUGGESTIONS
        for read in reads:
            step = self._roots.setdefault(read.type, _Step())
            for key in read.steps:
                step = step.children.setdefault(key, _Step())

    def wants(self, type_name: str) -> int:
        """How many more entities of a type it wants to see whole."""
        return max(0, SAMPLE - self._seen.get(type_name, 0)) if type_name in self._roots else 0

    def count(self, entity: Entity, name: str = "") -> None:
        """Take one entity into account, whole, under its type or another name; gaps say nothing."""
        name = name or entity.type
        root = self._roots.get(name)
        if root is not None and not entity.is_gap:
            number = self._seen.get(name, 0)
            self._seen[name] = number + 1
            if name not in self._settled or number < SAMPLE:
                if number % SAMPLE == 0 and root.is_settled:
                    self._settled.add(name)
                self._visit(root, entity.data, Place(Origin("", entity.errors)), number)

    def look(self, type_name: str, entities: Sequence[Any], fields: Fields) -> None:
        """Take entities without errors into account, as they were decoded: structs or dicts."""
        root = self._roots.get(type_name)
        if root is None or not entities:
            return
        self._seen[type_name] = self._seen.get(type_name, 0) + len(entities)
        if type_name in self._settled:
            return
        if root.is_settled:
            self._settled.add(type_name)
            return
        for entity in entities:
            _look(root, entity, fields)

    def absorb(self, other: Census) -> None:
        """Add what the next part of the same run saw."""
        for name, root in other._roots.items():
            self._roots[name].absorb(root, self._seen.get(name, 0))
        for name, seen in other._seen.items():
            self._seen[name] = self._seen.get(name, 0) + seen

    def to_plain(self) -> dict[str, Any]:
        """What was seen, as plain data."""
        return {name: [self._seen.get(name, 0), to_builtins(root)] for name, root in self._roots.items()}

    def absorb_plain(self, plain: Mapping[str, Any]) -> None:
        """Add what the next part of the same run saw, from what its `to_plain` gave."""
        for name, (seen, root) in plain.items():
            self._roots[name].absorb(_Step.of_plain(root), self._seen.get(name, 0))
            self._seen[name] = self._seen.get(name, 0) + seen

    def _visit(self, step: _Step, value: Any, place: Place, number: int) -> None:
        if isinstance(value, list):
            step.lists += 1
            inner = step.children.get(ELEMENTS)
            if inner is not None:
                for position, element in enumerate(value):
                    self._visit(inner, element, place / position, number)
        elif isinstance(value, dict):
            if ELEMENTS in step.children:
                self._visit(step.children[ELEMENTS], value, place, number)
            self._visit_object(step, value, place, number)

    def _visit_object(self, step: _Step, value: dict[str, Any], place: Place, number: int) -> None:
        step.objects += 1
        if number < SAMPLE and len(step.keys) < _MOST_KEYS:
            for key in value:
                step.keys.setdefault(key, number)
        errors = place.origin.errors
        for key, child in step.children.items():
            if key == ELEMENTS:
                continue
            below = place / key if errors else place
            if errors and (below.covering() or below.below()):
                continue
            child.asked += 1
            found = value.get(key)
            if found is not None:
                child.having += 1
                self._visit(child, found, below, number)

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
            seen = child.having or key in step.keys
            if child.asked and not seen and below is None and not free:
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


def _look(step: _Step, value: Any, fields: Fields) -> None:
    """Count at the places that are not settled yet."""
    if value.__class__ is list:
        step.lists += 1
        inner = step.children.get(ELEMENTS)
        if inner is not None and not inner.is_settled:
            for element in value:
                _look(inner, element, fields)
        return
    names = fields.get(value.__class__)
    if names is None and value.__class__ is not dict:
        return
    inner = step.children.get(ELEMENTS)
    if inner is not None and not inner.is_settled:
        _look(inner, value, fields)
    step.objects += 1
    for key, child in step.children.items():
        if key == ELEMENTS or (child.having and child.is_settled):
            continue
        child.asked += 1
        found = value.get(key) if names is None else getattr(value, names[key]) if key in names else None
        if found is not None:
            child.having += 1
            _look(child, found, fields)
