"""What is known of the shape of entities: the bundled schemas, with those that a user adds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct, field

from gsl.inventory import schemas
from gsl.inventory.schemas import Schema
from gsl.language.vocabulary import nearest
from gsl.semantics import values

_SCALARS = frozenset(("string", "number", "integer", "boolean"))
_WITHOUT_SCHEMA = frozenset(("cloudtrail",))
"""Types that are no misspelling of the type that is called nearly so."""

_SHORTEST = 5
_SHORTEST_PART = 4
_PROBABLY = 0.8
"""The likeness from which on a key is taken for a misspelling of another."""


class Shapes(Struct, eq=False):
    """Schemas by entity type: those of `given` go instead of the bundled ones, `inferred` ones beside them."""

    given: Mapping[str, Schema] = field(default_factory=dict)
    inferred: Mapping[str, Schema] = field(default_factory=dict)

    def of(self, type_name: str) -> Schema | None:
        """The schema of a type; `None` when nothing is known of it."""
        own = self.given.get(type_name) or schemas.schema_of(type_name)
        met = self.inferred.get(type_name)
        return own if met is None else met if own is None else merged(own, met)

    def is_whole(self, type_name: str) -> bool:
        """Whether what is known of a type is what the user says of it, not gsl's own schema alone."""
        return type_name in self.given or type_name in self.inferred

    def names(self) -> list[str]:
        """The types that are known."""
        return sorted({*schemas.known_types(), *self.given, *self.inferred})

    def nearest(self, type_name: str) -> str | None:
        """A known type that an unknown one is probably a misspelling of."""
        near = nearest(type_name, self.names())
        if near is None or type_name in _WITHOUT_SCHEMA or len(type_name) < _SHORTEST:
            return None
        return near if _is_slip(type_name.casefold(), near.casefold()) else None


def _is_slip(name: str, other: str) -> bool:
    """Whether one letter more, less, changed or exchanged tells two names apart."""
    if abs(len(name) - len(other)) > 1:
        return False
    start = next((place for place, (a, b) in enumerate(zip(name, other)) if a != b), min(len(name), len(other)))
    rest, far = name[start:], other[start:]
    exchanged = rest[:2] == far[:2][::-1] and rest[2:] == far[2:]
    return exchanged or rest[1:] == far[1:] or rest == far[1:] or rest[1:] == far


def is_probably_one_of(key: str, known: Iterable[str]) -> bool:
    """Whether a key is so near a known one that it was probably meant, not merely the nearest there is."""
    near = nearest(key, known)
    if near is None:
        return False
    import difflib

    first, second = key.casefold(), near.casefold()
    shorter, longer = sorted((first, second), key=len)
    is_part = len(shorter) >= _SHORTEST_PART and shorter in longer
    return is_part or difflib.SequenceMatcher(None, first, second).ratio() >= _PROBABLY


def merged(one: Schema, other: Schema) -> Schema:
    """A schema of what either describes."""
    found: Schema = {**other, **one}
    both = _listed(one) | _listed(other)
    found["type"] = sorted(both) if _listed(one) and _listed(other) else []
    for name in ("open", "deprecated"):
        if one.get(name) or other.get(name):
            found[name] = True
    properties = {**other.get("properties", {}), **one.get("properties", {})}
    for key in one.get("properties", {}).keys() & other.get("properties", {}).keys():
        properties[key] = merged(one["properties"][key], other["properties"][key])
    if properties:
        found["properties"] = properties
    if "items" in one and "items" in other:
        found["items"] = merged(one["items"], other["items"])
    found.pop("enum", None)
    return found


def _listed(schema: Schema) -> frozenset[str]:
    named = schema.get("type", [])
    return frozenset([named] if isinstance(named, str) else named)


def types_of(schema: Schema | None) -> frozenset[str]:
    """The kinds a value may have besides being missing; empty when nothing is said."""
    return frozenset() if schema is None else _listed(schema) - {"null"}


def under(schema: Schema | None, keys: Iterable[str]) -> Schema | None:
    """The shape some keys further; paths end at lists."""
    for key in keys:
        schema = None if "array" in types_of(schema) else schemas.member(schema, key)
    return schema


def element_of(schema: Schema | None) -> Schema | None:
    """The shape of what an array operator looks at: elements, or the value as a list of one."""
    return schemas.element(schema) if "array" in types_of(schema) else schema


def listing_of(entity: Schema | None) -> Schema:
    """The shape of the object that a rule on a list is asked of, by that of an entity."""
    items: Schema = {"type": "array"} if entity is None else {"type": "array", "items": entity}
    items["description"] = "The entities of the type, those that `where` picks."
    return {"type": "object", "properties": {"items": items}}


def is_scalar(schema: Schema | None) -> bool:
    """Whether a value is a text, number or boolean for sure."""
    return bool(types_of(schema)) and types_of(schema) <= _SCALARS


def is_date(schema: Schema) -> bool:
    """Whether a value is a date, as far as the examples tell."""
    examples = [each for each in schema.get("examples", []) if each is not None]
    texts = types_of(schema) <= {"string", "number", "integer"}
    return texts and bool(examples) and all([_is_date(each) for each in examples])


def _is_date(example: Any) -> bool:
    return values.date(example) is not None


def in_words(schema: Schema) -> str:
    """What a value is, for messages."""
    words = {"string": "a text", "integer": "a number", "number": "a number", "boolean": "true or false"}
    words |= {"array": "a list", "object": "an object"}
    if types_of(schema) == {"string"} and is_date(schema):
        return "a date"
    return " or ".join(sorted({words.get(each, each) for each in types_of(schema)}))
