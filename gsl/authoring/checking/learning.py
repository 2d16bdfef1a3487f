"""Schemas that a user gives: files of JSON Schema, and entities from which schemas are inferred."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from gsl.authoring.checking.shapes import Shapes
from gsl.engine.diagnostics import of_error
from gsl.errors import InputError
from gsl.inventory.entity import Entity
from gsl.inventory.inferring import inferred
from gsl.inventory.reading import EntityReader, Target
from gsl.inventory.schemas import Schema, resolved
from gsl.results.model import Diagnostic
from gsl.results.secret_keys import is_secret_key
from gsl.results.secret_shapes import has_secret

_LONGEST = 16 * 1024 * 1024
_DEEPEST = 100


def schemas_in(files: Iterable[Path]) -> dict[str, Schema]:
    """The schemas in some files, by the type that each is titled with. Raises `InputError`."""
    found: dict[str, Schema] = {}
    for file in files:
        schema = _schema_in(file)
        found[schema["title"]] = schema
    return found


def _schema_in(file: Path) -> Schema:
    try:
        with file.open("rb") as stream:
            content = stream.read(_LONGEST + 1)
        if len(content) > _LONGEST:
            raise InputError("file-too-long", f"the schema is longer than {_LONGEST >> 20} MB", str(file))
        schema = resolved(json.loads(content.decode("utf-8-sig")))
    except OSError as error:
        raise InputError(
            "unreadable-file", f"the schema cannot be read: {error.strerror or error}", str(file)
        ) from None
    except (ValueError, RecursionError) as error:
        raise InputError("invalid-json", f"the schema is no JSON: {error}", str(file)) from None
    except (KeyError, TypeError) as error:
        raise InputError("bad-schema", f"the schema refers to what gsl does not have: {error}", str(file)) from None
    fault = _fault(schema)
    if fault is not None:
        raise InputError("bad-schema", fault, str(file))
    return dict(schema)


def _fault(schema: object) -> str | None:
    """What keeps something from being a schema as the checks read it."""
    if isinstance(schema, dict) and not (isinstance(schema.get("title"), str) and schema["title"]):
        return "the schema has no `title`, which names the entity type"
    pending = [(schema, 0)]
    while pending:
        current, depth = pending.pop()
        if depth > _DEEPEST:
            return f"the schema is nested more than {_DEEPEST} deep"
        fault = _own_fault(current)
        if fault is not None or not isinstance(current, dict):
            return fault
        pending += [(each, depth + 1) for each in current.get("properties", {}).values()]
        pending += [(current["items"], depth + 1)] if "items" in current else []
    return None


def _own_fault(schema: object) -> str | None:
    if not isinstance(schema, dict):
        return "a schema was expected: a JSON object"
    kinds = schema.get("type", [])
    if not isinstance(kinds, (str, list)) or not all([isinstance(each, str) for each in kinds]):
        return "`type` must be a text or a list of texts"
    if not all([isinstance(schema.get(name, []), list) for name in ("enum", "examples")]):
        return "`enum` and `examples` must be lists"
    return None if isinstance(schema.get("properties", {}), dict) else "`properties` must be an object"


def shapes_of(
    types: frozenset[str], given: Mapping[str, Schema], sources: Iterable[str]
) -> tuple[Shapes, list[Diagnostic]]:
    """What schemas and entities tell of some types, and the errors met in reading the entities."""
    errors: list[InputError] = []
    reader = EntityReader(Target(types))

    def entities() -> Iterable[Entity]:
        for source in sources:
            for each in reader.read(source):
                if isinstance(each, InputError):
                    errors.append(each)
                elif isinstance(each, Entity):
                    yield each

    met = inferred(entities(), is_secret_key, has_secret)
    return Shapes(given, met), [diagnostic for error in errors for diagnostic in of_error(error)]
