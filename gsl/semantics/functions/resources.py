"""Functions that look other entities of the same account up."""

from __future__ import annotations

from typing import Any

from gsl.semantics.functions.table import NOTHING, Function, Parameter, a_text, anything
from gsl.semantics.run import Found
from gsl.semantics.values import Value


def wanted_values(value: Value) -> list[Value]:
    """The values to look for: a list stands for its elements, missing ones find nothing."""
    candidates = value if isinstance(value, list) else [value]
    return [candidate for candidate in candidates if candidate is not None]


def _get_resource(run: Any, subject: Value, type_name: str, value: Value, key: str | None = None) -> Any:
    found: Found = run.find(type_name, wanted_values(value), key)
    if found.matches:
        return found.matches[0]
    return None if found.gap is None else run.unknown(found.gap)


def _get_resources(run: Any, subject: Value, type_name: str, value: Value, key: str | None = None) -> Any:
    found: Found = run.find(type_name, wanted_values(value), key)
    return found.matches if found.gap is None else run.unknown(found.gap)


_TYPE = Parameter("'Type'", "the entity type to look among", a_text, literal=True)
_VALUE = Parameter("value", "what the key must equal, or a list that must hold it", anything)
_KEY = Parameter("'key'", "the key to compare; else id, arn, externalId and name, in that order", a_text, literal=True)
_FORMS = ((_TYPE, _VALUE), (_TYPE, _VALUE, _KEY))

FUNCTIONS = (
    Function(
        "getResource",
        "The entity of a type, in the same account, whose key equals the value; missing when there is none.",
        _get_resource,
        _FORMS,
        gives="object",
        reads=NOTHING,
    ),
    Function(
        "getResources",
        "All entities of a type, in the same account, whose key equals the value or is in it.",
        _get_resources,
        _FORMS,
        gives="list",
        reads=NOTHING,
    ),
)
