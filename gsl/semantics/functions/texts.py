"""Functions on texts: split and join, case, how a text begins and ends."""

from __future__ import annotations

from typing import Any

from gsl.semantics.functions.table import Function, Parameter, a_text
from gsl.semantics.values import Value


def _text_fault(value: Value) -> str | None:
    return None if isinstance(value, str) else "a text in quotes"


def _split(run: Any, subject: Value, separator: Value) -> list[str] | None:
    if not isinstance(separator, str) or not separator or not isinstance(subject, (str, list)):
        return None
    texts = subject if isinstance(subject, list) else [subject]
    return [part for text in texts if isinstance(text, str) for part in text.split(separator)]


def _join(run: Any, subject: Value, separator: Value) -> str | None:
    if not isinstance(subject, list) or not isinstance(separator, str):
        return None
    return separator.join(subject) if all([isinstance(element, str) for element in subject]) else None


def _to_lower(run: Any, subject: Value) -> str | None:
    return subject.lower() if isinstance(subject, str) else None


def _to_upper(run: Any, subject: Value) -> str | None:
    return subject.upper() if isinstance(subject, str) else None


def _starts_with(run: Any, subject: Value, start: Value) -> bool | None:
    if not isinstance(subject, str) or not isinstance(start, str):
        return None
    return bool(run.fold(subject).startswith(run.fold(start)))


def _ends_with(run: Any, subject: Value, end: Value) -> bool | None:
    if not isinstance(subject, str) or not isinstance(end, str):
        return None
    return bool(run.fold(subject).endswith(run.fold(end)))


_SEPARATOR = Parameter("'separator'", "a text that is not empty", a_text)
_GLUE = Parameter("'separator'", "a text, which may be empty", _text_fault)
_TEXT = Parameter("'text'", "a text, or a path to one", _text_fault)

FUNCTIONS = (
    Function(
        "split",
        "The parts of a text between separators; of a list, all parts of all its texts.",
        _split,
        ((_SEPARATOR,),),
        "text or list",
        "list",
    ),
    Function(
        "join",
        "The texts of a list, joined; missing when an element is no text.",
        _join,
        ((_GLUE,),),
        "list of texts",
        "text",
    ),
    Function("toLower", "The text in lower case.", _to_lower, takes="text", gives="text"),
    Function("toUpper", "The text in upper case.", _to_upper, takes="text", gives="text"),
    Function(
        "startsWith", "Whether the text begins with the given one, ignoring case.", _starts_with, ((_TEXT,),), "text"
    ),
    Function("endsWith", "Whether the text ends with the given one, ignoring case.", _ends_with, ((_TEXT,),), "text"),
)
