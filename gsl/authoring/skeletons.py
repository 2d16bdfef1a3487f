"""The beginning of a rule: a file with front matter and a first condition, and tests that pass, to build on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs

from gsl.authoring.formatting import format_text
from gsl.authoring.testing.finding import test_of
from gsl.errors import UsageError
from gsl.inventory import schemas
from gsl.inventory.schemas import Schema
from gsl.language.formatter import literal_text
from gsl.language.vocabulary import RESERVED, did_you_mean
from gsl.ruleset.loading import RULE_SUFFIX
from gsl.ruleset.metadata import KEYS

_ID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?")
_COMMON = ("id", "type", "accountNumber", "region", "name")
"""What every entity of a skeleton has."""

_NAMING = (*_COMMON, "arn", "dome9Id", "externalId", "cloudAccountId", "source", "collectedAt", "path", "description")
"""Properties that say who an entity is, which rules hardly ever ask for."""

_DEEPEST = 3
_MOST_LISTED = 60
_LONGEST_EXAMPLE = 80

_FIRST = {
    "title": "TODO: one line that says what holds when the rule passes",
    "severity": "medium",
    "category": "TODO: a category",
    "description": "TODO: why it matters.",
    "remediation": "TODO: what to do about a finding.",
    "frameworks": {},
    "references": [],
}


@attrs.frozen
class Property:
    """A property that a rule can ask for: its path, and a value that passes and one that does not."""

    path: str
    good: Any
    bad: Any

    @property
    def condition(self) -> str:
        """The condition that the good value meets, and the bad one and a missing one do not."""
        operator = ">=" if isinstance(self.good, (int, float)) and not isinstance(self.good, bool) else "="
        return f"{self.path} {operator} {literal_text(self.good)}"


@attrs.frozen
class Skeleton:
    """The two files of a rule that begins."""

    rule_file: Path
    rule: str
    tests: str

    @property
    def test_file(self) -> Path:
        """The file of its tests."""
        return test_of(self.rule_file)

    def write(self) -> None:
        """Write both files. Raises `UsageError` when one is there, or cannot be written."""
        for file in (self.rule_file, self.test_file):
            if file.exists() or file.is_symlink():
                raise UsageError(f"{file}: this is there already; nothing was written")
        try:
            self.rule_file.parent.mkdir(parents=True, exist_ok=True)
            for file, text in ((self.rule_file, self.rule), (self.test_file, self.tests)):
                with file.open("x", encoding="utf-8", newline="\n") as stream:
                    stream.write(text)
        except OSError as error:
            raise UsageError(f"{error.filename}: cannot be written: {error.strerror or error}") from None


def skeleton(rule_id: str, type_name: str, folder: Path) -> Skeleton:
    """The skeleton of a rule on an entity type that gsl knows. Raises `UsageError`."""
    if _ID.fullmatch(rule_id) is None or rule_id.endswith((RULE_SUFFIX, ".test")):
        message = "letters, digits, `.`, `-` and `_`, at most 100, as it is the name of the files too"
        raise UsageError(f"`{rule_id}` cannot be the id of a rule: it takes {message}")
    schema = schemas.schema_of(type_name)
    if schema is None:
        near = did_you_mean(type_name, schemas.known_types())
        raise UsageError(f"gsl has no schema of `{type_name}`{near or '.'} `gsl schema` lists the types")
    asked, relevant = _two(schema)
    rule_file = folder / f"{rule_id}{RULE_SUFFIX}"
    return Skeleton(rule_file, _rule(rule_id, type_name, asked, relevant), _tests(type_name, schema, asked, relevant))


def _two(schema: Schema) -> tuple[Property, Property]:
    """The properties that the first condition and the first `where` ask for."""
    found = sorted(_properties(schema, "", 1), key=_fitness)
    name = Property("name", _example(schema["properties"]["name"]) or "a-name", "another-name")
    asked = found[0] if found else name
    others = [each for each in (*found, name) if each.path.split(".")[0] != asked.path.split(".")[0]]
    return asked, others[0] if others else Property("id", "an-id", "another-id")


def _fitness(candidate: Property) -> tuple[int, int]:
    """Switches first, then numbers, then texts; those at the top before those further in."""
    kind = 0 if isinstance(candidate.good, bool) else 1 if isinstance(candidate.good, (int, float)) else 2
    return candidate.path.count("."), kind


def _properties(schema: Schema, above: str, depth: int) -> Iterator[Property]:
    for key, inner in schema.get("properties", {}).items():
        if key.startswith("_") or key in _NAMING or key.casefold() in RESERVED or schemas.is_open(inner):
            continue
        kinds = kinds_of(inner)
        example = _example(inner)
        if "boolean" in kinds:
            yield Property(above + key, True, False)
        elif isinstance(example, (int, float)) and {*kinds} & {"integer", "number"}:
            yield Property(above + key, example, example - 1)
        elif isinstance(example, str) and kinds == ["string"]:
            yield Property(above + key, example, f"not {example}")
        elif "object" in kinds and depth < _DEEPEST:
            yield from _properties(inner, f"{above}{key}.", depth + 1)


def kinds_of(schema: Schema) -> list[str]:
    """The kinds of value that a schema takes, null left out."""
    kinds = schema.get("type", [])
    return [kind for kind in ([kinds] if isinstance(kinds, str) else kinds) if kind != "null"]


def _example(schema: Schema) -> Any:
    return next((each for each in schema.get("examples", ()) if each is not None), None)


def _rule(rule_id: str, type_name: str, asked: Property, relevant: Property) -> str:
    values = {"id": rule_id, **_FIRST}
    front = "".join([f"{key}: {_yaml(values[key])}\n" for key in KEYS])
    text = (
        f"---\n{front}---\n"
        "# TODO: `where` picks the entities that the question is about, the condition asks it.\n"
        f"{type_name} where {relevant.condition}\n"
        f"should have {asked.condition}\n"
    )
    return format_text(text, rule_id)


def _yaml(value: Any) -> str:
    """A value as YAML on one line; JSON is YAML, but for texts that need no quotes."""
    plain = isinstance(value, str) and re.fullmatch(r"[A-Za-z][A-Za-z0-9._-]*", value) and value.lower() not in _WORDS
    return str(value) if plain else json.dumps(value, ensure_ascii=False)


_WORDS = ("true", "false", "yes", "no", "on", "off", "y", "n", "null")
"""Texts that YAML takes for something else."""


def _tests(type_name: str, schema: Schema, asked: Property, relevant: Property) -> str:
    base = {key: _example(schema["properties"].get(key, {})) for key in _COMMON}
    base |= {"type": type_name}
    whole = {key: value for key, value in base.items() if value is not None and key != asked.path}
    error = {"path": asked.path, "operation": "service:TheCall", "code": "AccessDenied", "message": "not allowed"}
    cases = [
        ("it passes", {relevant.path: relevant.good, asked.path: asked.good}, "passed"),
        ("it fails", {relevant.path: relevant.good, asked.path: asked.bad}, "failed"),
        ("it is not asked about", {relevant.path: relevant.bad, asked.path: asked.bad}, "not-relevant"),
        ("the value is missing", {relevant.path: relevant.good}, "failed"),
        ("the value could not be collected", {relevant.path: relevant.good, "_errors": [error]}, "error"),
    ]
    lines = [
        "# TODO: name the cases after what they show, and give them what the rule looks at.",
        f"# What {type_name} has, with examples (`gsl schema {type_name}` tells more):",
        *_listed(schema),
        'now: "2024-06-01T00:00:00Z"',
        "cases:",
    ]
    for name, values, verdict in cases:
        lines += [f"  - name: {name}", "    entity:"]
        lines += [f"      {key}: {_yaml(value)}" for key, value in _nested(whole, values).items()]
        lines += [f"    expect: {verdict}", ""]
    return "\n".join(lines[:-1]) + "\n"


def _nested(whole: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """An entity with values at paths."""
    entity = dict(whole)
    for path, value in values.items():
        *outer, last = path.split(".")
        inner = entity
        for key in outer:
            inner[key] = dict(inner.get(key, {}))
            inner = inner[key]
        inner[last] = value
    return entity


def _listed(schema: Schema) -> Iterator[str]:
    """The properties of a type as comments."""
    listed = [(key, inner) for key, inner in schema["properties"].items() if key not in _COMMON and key[0] != "_"]
    for key, inner in listed[:_MOST_LISTED]:
        example = _yaml(_example(inner)) if _example(inner) is not None else " or ".join(kinds_of(inner))
        shown = example if len(example) <= _LONGEST_EXAMPLE else f"{example[:_LONGEST_EXAMPLE]}..."
        yield f"#   {key}: {shown}".rstrip()
    if listed[_MOST_LISTED:]:
        yield f"#   and {len(listed) - _MOST_LISTED} more"
