"""Entity schemas: JSON Schema (2020-12), one file a type, with an `open` mark on free-form objects.

Each property has `type`, `description` and `examples`. An object with `properties` and without
`open: true` is closed: its keys are all there is. `open: true` stands on objects whose keys the
user of the cloud chooses (tags, conditions, policy statements); nothing in them is ever unknown.

What several types have in common is written once, below `$defs` in `common.json`:
`{"$ref": "common.json#/$defs/networkRule"}` stands for it. Other members beside `$ref` (a
description, examples) come first. `schema_of` gives schemas in which no `$ref` is left.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

Schema = dict[str, Any]

_FOLDER = Path(__file__).parent
_LONGEST_NAME = 100
_COMMON = "common"

OPEN_KEYS = frozenset(("tags", "labels", "Condition", "Statement"))
"""Keys under which objects are free-form in every type, with a schema or without."""


@functools.cache
def schema_of(type_name: str) -> Schema | None:
    """The schema of an entity type; `None` when gsl has none."""
    if not type_name.isidentifier() or len(type_name) > _LONGEST_NAME:
        return None
    file = _FOLDER / f"{type_name}.json"
    if type_name == _COMMON or not file.is_file():
        return None
    schema: Schema = resolved(json.loads(file.read_text("utf-8")))
    return schema if schema.get("title") == type_name else None


def known_types() -> tuple[str, ...]:
    """The entity types that gsl has schemas of."""
    names = {each.stem for each in _FOLDER.iterdir() if each.suffix == ".json"}
    return tuple(sorted(names - {_COMMON}))


@functools.cache
def _shared(reference: str) -> Schema:
    """What a `$ref` stands for; `common.json` itself may leave its own name out."""
    name = reference.removeprefix(f"{_COMMON}.json").removeprefix("#/$defs/")
    schema: Schema = resolved(_definitions()[name])
    return schema


@functools.cache
def _definitions() -> dict[str, Schema]:
    definitions: dict[str, Schema] = json.loads((_FOLDER / f"{_COMMON}.json").read_text("utf-8"))["$defs"]
    return definitions


def resolved(value: Any) -> Any:
    """A schema with the shared ones in place of `$ref`."""
    if isinstance(value, list):
        return [resolved(each) for each in value]
    if not isinstance(value, dict):
        return value
    own = {key: resolved(member) for key, member in value.items() if key != "$ref"}
    return {**_shared(value["$ref"]), **own} if "$ref" in value else own


def member(schema: Schema | None, key: str) -> Schema | None:
    """The schema of what stands under a key of an object."""
    return None if schema is None else schema.get("properties", {}).get(key)


def element(schema: Schema | None) -> Schema | None:
    """The schema of a list's elements; of anything else, its own."""
    return None if schema is None else schema.get("items", schema)


def is_open(schema: Schema | None) -> bool:
    """Whether an object's keys are free."""
    return schema is not None and bool(schema.get("open"))


def is_closed(schema: Schema | None) -> bool:
    """Whether an object's keys are all listed."""
    return schema is not None and "properties" in schema and not schema.get("open")
