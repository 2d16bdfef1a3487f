"""From entities to schemas of their types: the keys, kinds of value and examples that were met.

Memory is bounded, whatever comes: of each place a few examples are kept and a limited number of
keys. Where there are more, the object counts as `open`, as one whose keys somebody chooses.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec import Struct, field

from gsl.inventory.entity import Entity
from gsl.inventory.pairs import is_named, is_naming
from gsl.inventory.schemas import OPEN_KEYS, Schema
from gsl.semantics import values

MOST_EXAMPLES = 3
MOST_KEYS = 300
"""Keys remembered at one place; an object with more is open."""

MOST_PLACES = 50_000
"""Places remembered in all; what comes later is left open."""

_DEEPEST = 40
_LONGEST_KEY = 200
_LONGEST_EXAMPLE = 100
_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_ORDER = ("string", "boolean", "integer", "number", "array", "object", "null")
_KINDS: dict[type, str] = {
    type(None): "null",
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
}


class _Place(Struct, eq=False):
    """What was met at one place: kinds of value, keys below it, elements, a few examples, whether all are dates."""

    kinds: set[str] = field(default_factory=set)
    keys: dict[str, _Place] = field(default_factory=dict)
    elements: _Place | None = None
    examples: list[Any] = field(default_factory=list)
    open: bool = False
    dates: bool = True


def nothing_secret(text: str) -> bool:
    """The predicate that takes no key for that of a secret, and no text for one that holds a secret."""
    return False


class Inference:
    """Takes entities one by one, and gives schemas of the types that they have.

    `is_secret(key)` says below which keys no examples may be taken, `has_secret(text)` which texts may be none.
    """

    def __init__(
        self, is_secret: Callable[[str], bool] = nothing_secret, has_secret: Callable[[str], bool] = nothing_secret
    ) -> None:
        self._is_secret = is_secret
        self._has_secret = has_secret
        self._roots: dict[str, _Place] = {}
        self._places = 0

    def take(self, entity: Entity) -> None:
        """Take an entity into account; one that only tells of what could not be collected says nothing."""
        if entity.is_gap:
            return
        root = self._roots.get(entity.type)
        if root is None:
            if self._places >= MOST_PLACES:
                return
            self._places += 1
            root = self._roots[entity.type] = _Place()
        self._visit(root, dict(entity.data), 0, False)

    def schemas(self) -> dict[str, Schema]:
        """A schema for each type that was met, by its name."""
        return {name: {"$schema": _DRAFT, "title": name, **_schema(root)} for name, root in self._roots.items()}

    def _visit(self, place: _Place, value: Any, depth: int, hidden: bool) -> None:
        kind = _KINDS.get(value.__class__, "string")
        if value.__class__ is float and not math.isfinite(value):
            kind = "null"
        place.kinds.add(kind)
        if kind == "object":
            self._visit_object(place, value, depth, hidden)
        elif kind == "array":
            self._visit_elements(place, value, depth, hidden)
        elif kind != "null" and not hidden:
            self._keep_example(place, value)

    def _visit_elements(self, place: _Place, value: list[Any], depth: int, hidden: bool) -> None:
        if not value or depth >= _DEEPEST or not self._has_room(place.elements):
            return
        if place.elements is None:
            place.elements = _Place(open=place.open)
            self._places += 1
        for element in value:
            self._visit(place.elements, element, depth + 1, hidden)

    def _visit_object(self, place: _Place, value: Mapping[str, Any], depth: int, hidden: bool) -> None:
        named = any([isinstance(each, str) and is_naming(key) and self._is_secret(each) for key, each in value.items()])
        for key, member in value.items():
            below = place.keys.get(key)
            if below is None:
                below = self._new_key(place, key, depth)
            if below is not None:
                secret = hidden or (named and is_named(key)) or self._is_secret(key)
                below.open = below.open or key in OPEN_KEYS
                self._visit(below, member, depth + 1, secret)

    def _new_key(self, place: _Place, key: str, depth: int) -> _Place | None:
        full = len(place.keys) >= MOST_KEYS or len(key) > _LONGEST_KEY or depth >= _DEEPEST
        if full or not self._has_room(None):
            place.open = True
            return None
        self._places += 1
        below = place.keys[key] = _Place()
        return below

    def _keep_example(self, place: _Place, value: Any) -> None:
        """Keep one of the first values; after that only the first text among dates that is none, as `N/A`."""
        full = len(place.examples) >= MOST_EXAMPLES
        if full and not place.dates:
            return
        if isinstance(value, str) and (len(value) > _LONGEST_EXAMPLE or self._has_secret(value)):
            return
        is_date = values.date(value) is not None
        if full and not is_date:
            place.examples.pop()
        if len(place.examples) >= MOST_EXAMPLES:
            return
        place.dates = place.dates and is_date
        if not any([type(value) is type(each) and value == each for each in place.examples]):
            place.examples.append(value)

    def _has_room(self, place: _Place | None) -> bool:
        return place is not None or self._places < MOST_PLACES


def _schema(place: _Place) -> Schema:
    kinds = place.kinds - {"integer"} if "number" in place.kinds else place.kinds
    names = [name for name in _ORDER if name in kinds]
    schema: Schema = {"type": names[0] if len(names) == 1 else names}
    if place.examples:
        schema["examples"] = list(place.examples)
    if place.open and "object" in kinds:
        schema["open"] = True
    if place.keys:
        schema["properties"] = {key: _schema(below) for key, below in place.keys.items()}
    if place.elements is not None:
        schema["items"] = _schema(place.elements)
    return schema


def inferred(
    entities: Iterable[Entity],
    is_secret: Callable[[str], bool] = nothing_secret,
    has_secret: Callable[[str], bool] = nothing_secret,
) -> dict[str, Schema]:
    """A schema for each type among some entities, by its name, as in `gsl/inventory/schemas`.

    Every property has its `type`, and `examples` where scalars were met; below keys for which
    `is_secret(key)` holds there are none, and texts for which `has_secret(text)` holds are left out:
    `gsl.results` has both, in `secret_keys.py` and `secret_shapes.py`.
    """
    inference = Inference(is_secret, has_secret)
    for entity in entities:
        inference.take(entity)
    return inference.schemas()
