"""Entity schemas: JSON Schema (2020-12), one file a type, with an `open` mark on free-form objects.

Each property has `type`, `description` and `examples`. An object with `properties` and without
`open: true` is closed: its keys are all there is. `open: true` stands on objects whose keys the
user of the cloud chooses (tags, conditions, policy statements); nothing in them is ever unknown.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

Schema = dict[str, Any]

_FOLDER = Path(__file__).parent
_LONGEST_NAME = 100

OPEN_KEYS = frozenset(("tags", "labels", "Condition", "Statement"))
"""Keys under which objects are free-form in every type, with a schema or without."""


@functools.cache
def schema_of(type_name: str) -> Schema | None:
    """The schema of an entity type; `None` when gsl has none."""
    if not type_name.isidentifier() or len(type_name) > _LONGEST_NAME:
        return None
    file = _FOLDER / f"{type_name}.json"
    if not file.is_file():
        return None
    schema: Schema = json.loads(file.read_text("utf-8"))
    return schema if schema.get("title") == type_name else None


def known_types() -> tuple[str, ...]:
    """The entity types that gsl has schemas of."""
    names = [each.name for each in _FOLDER.iterdir()]
    return tuple(sorted(name.removesuffix(".json") for name in names if name.endswith(".json")))


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
