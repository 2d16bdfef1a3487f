"""Schemas inferred from entities: what they say, what they leave out, how large they may get."""

from __future__ import annotations

import json
from typing import Any

from gsl.inventory import inferring
from gsl.inventory.entity import Entity
from gsl.inventory.inferring import inferred
from gsl.results.secret_keys import is_secret_key


def schemas(*entities: dict[str, Any]) -> dict[str, Any]:
    return inferred([Entity(each["type"], each) for each in entities], is_secret_key)


def test_kinds_keys_and_examples() -> None:
    found = schemas(
        {"type": "Disk", "size": 1, "zones": ["a", "b"], "owner": {"id": 7}},
        {"type": "Disk", "size": 2.5, "zones": [], "owner": None},
        {"type": "Net", "id": "n"},
    )
    assert list(found) == ["Disk", "Net"]
    disk = found["Disk"]
    assert disk["title"] == "Disk"
    assert disk["type"] == "object"
    assert disk["properties"]["size"] == {"type": "number", "examples": [1, 2.5]}
    assert disk["properties"]["zones"] == {"type": "array", "items": {"type": "string", "examples": ["a", "b"]}}
    assert disk["properties"]["owner"]["type"] == ["object", "null"]
    assert disk["properties"]["owner"]["properties"]["id"] == {"type": "integer", "examples": [7]}


def test_no_examples_below_secret_keys() -> None:
    found = schemas(
        {
            "type": "Fn",
            "dbPassword": "hunter2",
            "secret": {"deep": ["hunter2"]},
            "settings": [{"name": "password", "value": "hunter2"}, {"name": "level", "value": "debug"}],
        }
    )
    assert "hunter2" not in json.dumps(found)
    assert found["Fn"]["properties"]["dbPassword"] == {"type": "string"}
    assert found["Fn"]["properties"]["settings"]["items"]["properties"]["value"]["examples"] == ["debug"]


def test_objects_with_free_keys_are_open() -> None:
    found = schemas({"type": "A", "tags": [{"key": "k"}], "labels": {"a": "b"}, "Statement": {"Action": "*"}})["A"]
    assert found["properties"]["tags"]["items"]["open"] is True
    assert found["properties"]["labels"]["open"] is True
    assert found["properties"]["Statement"]["open"] is True


def test_memory_is_bounded() -> None:
    many = {f"k{number}": number for number in range(10 * inferring.MOST_KEYS)}
    deep: Any = {}
    for _ in range(500):
        deep = {"d": deep}
    entities = [{"type": "A", "many": many, "deep": deep, "long": {"x" * 1000: 1}}]
    entities += [{"type": "A", "name": f"n{number}" * 60, "n": number} for number in range(100)]
    found = schemas(*entities)["A"]["properties"]
    assert found["many"]["open"] is True
    assert len(found["many"]["properties"]) == inferring.MOST_KEYS
    assert found["long"] == {"type": "object", "open": True}
    assert found["name"] == {"type": "string"}
    assert len(found["n"]["examples"]) == inferring.MOST_EXAMPLES
    assert len(json.dumps(found)) < 50_000


def test_places_are_bounded_over_all_types() -> None:
    entities = [{"type": f"T{number}", **{f"k{key}": 1 for key in range(200)}} for number in range(400)]
    found = schemas(*entities)
    assert sum([len(each.get("properties", {})) for each in found.values()]) <= inferring.MOST_PLACES


def test_a_gap_says_nothing() -> None:
    gap = {"type": "Disk", "_errors": [{"path": "", "operation": "x", "code": "y", "message": "z"}]}
    assert schemas(gap) == {}
