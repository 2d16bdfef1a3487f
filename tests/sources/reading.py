"""What the tests of other sources share: reading bytes as a file, and errors by path."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from attrs import Factory, define

from gsl.errors import InputError
from gsl.inventory.entity import Entity
from gsl.inventory.reading import EntityReader, Target

OTHERS = Target(frozenset(("X", "Y")))
"""Rules on types that no test is about."""


@define
class Read:
    """What a file gave."""

    entities: list[dict[str, Any]] = Factory(list)
    errors: list[InputError] = Factory(list)
    notes: dict[str, tuple[str, int]] = Factory(dict)

    def one(self, **properties: Any) -> dict[str, Any]:
        """The one entity that has some properties."""
        found = [each for each in self.entities if all(each.get(key) == value for key, value in properties.items())]
        assert len(found) == 1, (properties, len(found))
        return found[0]


def read(content: bytes | str, name: str = "file.json", target: Target = OTHERS) -> Read:
    """Read a file's bytes."""
    found = Read()

    def note(code: str, message: str, file: str, count: int) -> None:
        found.notes[code] = message, count

    data = content.encode() if isinstance(content, str) else content
    for each in EntityReader(target, note).parse(data, name):
        if isinstance(each, InputError):
            found.errors.append(each)
        else:
            assert isinstance(each, Entity)
            found.entities.append(each.data)
    return found


def read_json(*documents: Any, target: Target = OTHERS) -> Read:
    """Read documents, one after the other in one file."""
    return read("\n".join(json.dumps(each) for each in documents), target=target)


def untold(entity: dict[str, Any]) -> set[str]:
    """The paths that were not collected."""
    errors = entity.get("_errors", [])
    assert all(each["code"] == "NotCollected" and each["operation"] and each["message"] for each in errors)
    return {each["path"] for each in errors}


def written(file: Path, content: bytes | str) -> Path:
    """A file with some content."""
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file
