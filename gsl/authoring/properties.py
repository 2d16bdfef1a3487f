"""Schemas of entity types on paper: every property with its path, kind, meaning and an example."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import attrs

from gsl.errors import printable
from gsl.inventory.schemas import Schema, is_open

_DEEPEST = 40
MOST_ROWS = 10_000
_LONGEST_EXAMPLE = 60


@attrs.frozen
class Row:
    """One property: dotted keys from the entity, `[]` behind a list for its elements."""

    path: str
    kind: str
    meaning: str
    example: str


def rows_of(schema: Schema) -> list[Row]:
    """The properties of a type, each before what is inside it."""
    rows: list[Row] = []
    for row in _rows(schema, "", 0):
        rows.append(row)
        if len(rows) == MOST_ROWS:
            break
    return rows


def _rows(schema: Schema, above: str, depth: int) -> Iterator[Row]:
    if depth > _DEEPEST:
        return
    for key, inner in schema.get("properties", {}).items():
        path = f"{above}.{key}" if above else key
        yield Row(path, kind_of(inner), str(inner.get("description", "")), _example(inner))
        yield from _inside(inner, path, depth + 1)


def _inside(schema: Schema, path: str, depth: int) -> Iterator[Row]:
    yield from _rows(schema, path, depth)
    items = schema.get("items")
    if isinstance(items, dict) and depth <= _DEEPEST:
        yield from _inside(items, f"{path}[]", depth + 1)


def kind_of(schema: Schema) -> str:
    """The kinds of a value in a few words: `string or null`, `array of object`."""
    kinds = schema.get("type", "any")
    words = " or ".join([kinds] if isinstance(kinds, str) else kinds) or "any"
    if "items" in schema:
        inner = kind_of(schema["items"])
        words = words.replace("array", f"array of {inner}" if inner != "any" else "array", 1)
    return f"{words}, any keys" if is_open(schema) else words


def _example(schema: Schema) -> str:
    found = next((each for each in schema.get("examples", ()) if each is not None), None)
    if found is None:
        return ""
    text = json.dumps(found, ensure_ascii=False)
    return text if len(text) <= _LONGEST_EXAMPLE else text[: _LONGEST_EXAMPLE - 3] + "..."


def schema_text(schema: Schema) -> str:
    """A type as text: its name and what it is, then a table of its properties."""
    rows = [(each.path, each.kind, each.example, each.meaning) for each in rows_of(schema)]
    head = f"{schema.get('title', '')}: {schema['description']}" if "description" in schema else schema.get("title", "")
    lines = [printable(head), ""]
    lines += _table([("PROPERTY", "TYPE", "EXAMPLE", "MEANING"), *rows])
    if len(rows) == MOST_ROWS:
        lines.append(f"and more: {MOST_ROWS:,} properties are shown")
    return "\n".join(lines) + "\n"


def types_text(described: list[tuple[str, str]]) -> str:
    """Types, each with a line that says what it is."""
    return "\n".join(_table([("TYPE", "IS"), *described])) + "\n"


def _table(rows: list[Any]) -> list[str]:
    cells = [[printable(cell) for cell in row] for row in rows]
    widths = [max([len(row[column]) for row in cells]) for column in range(len(cells[0]) - 1)]
    return ["  ".join([*map(str.ljust, row, widths), row[-1]]).rstrip() for row in cells]
