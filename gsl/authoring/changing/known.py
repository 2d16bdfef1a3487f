"""What the schema of an entity's type says of a place: which kinds of values stand there, and examples."""

from __future__ import annotations

from gsl.authoring.changing.edits import Keys
from gsl.inventory.schemas import Schema, element, member, resolved, schema_of
from gsl.semantics import values
from gsl.semantics.values import Value

_KINDS = {
    "string": "text",
    "boolean": "boolean",
    "integer": "number",
    "number": "number",
    "array": "list",
    "object": "object",
    "null": "missing",
}
_LISTED = 2
"""Keys that lead to an item of a list of entities."""


class Known:
    """The schema of a type, or none; `is_list` entities have their items below `items`."""

    def __init__(self, type_name: str, is_list: bool) -> None:
        self._schema = schema_of(type_name)
        self._skipped = _LISTED if is_list else 0

    def _at(self, keys: Keys) -> Schema | None:
        """What is known of a place."""
        found = self._schema if len(keys) > self._skipped else None
        for key in keys[self._skipped :]:
            found = element(found) if isinstance(key, int) else member(found, key)
        return resolved(found) if found is not None else None

    def examples(self, keys: Keys) -> list[Value]:
        """Plain values that are seen at a place."""
        schema = self._at(keys) or {}
        found = [*schema.get("enum", ()), *schema.get("examples", ())]
        return [each for each in found if values.kind(each) in ("text", "number", "boolean")]

    def allows(self, keys: Keys, value: Value) -> bool:
        """Whether a value may stand at a place, as far as is known."""
        named = (self._at(keys) or {}).get("type")
        kinds = [named] if isinstance(named, str) else named
        return not kinds or values.kind(value) in {_KINDS.get(each, each) for each in kinds}
