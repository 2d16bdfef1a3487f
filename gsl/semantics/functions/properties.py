"""Functions on any value: is it empty, how long is it, what stands under a path."""

from __future__ import annotations

import re
from typing import Any

from gsl.semantics import values
from gsl.semantics.functions.table import PATH, Function, Parameter, a_text
from gsl.semantics.values import Value

_DOT = re.compile(r"(?<!\\)\.")


def keys_of(path: str) -> tuple[str, ...]:
    """The keys of a path given as text: dots part them, `\\.` is a dot inside a key."""
    return tuple([part.replace("\\.", ".") for part in _DOT.split(path)])


def _is_empty(run: Any, subject: Value) -> bool:
    return values.kind(subject) == "missing" or subject in ("", [], {})


def _length(run: Any, subject: Value) -> int | None:
    kind = values.kind(subject)
    if kind == "missing":
        return 0
    return len(subject) if kind in ("text", "list", "object") else None


def _property(value: Value, keys: tuple[str, ...]) -> Value:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _get_value(run: Any, subject: Value, path: str) -> Value:
    keys = keys_of(path)
    if isinstance(subject, list):
        return [_property(element, keys) for element in subject]
    return _property(subject, keys)


_PATH = Parameter("'path'", "keys joined by dots; `\\.` is a dot inside a key", a_text, literal=True)
_GET_VALUE_DOC = "The property under a path given as text; of a list, the list of them, one for each element."

FUNCTIONS = (
    Function("isEmpty", "Whether the value is missing, `''`, `[]` or `{}`.", _is_empty),
    Function(
        "length", "Elements of a list, keys of an object, characters of a text; 0 for missing.", _length, gives="number"
    ),
    Function("getValue", _GET_VALUE_DOC, _get_value, ((_PATH,),), "object or list", "anything", PATH),
    Function("getValues", _GET_VALUE_DOC, _get_value, ((_PATH,),), "object or list", "anything", PATH),
)
