"""What a rule says of itself besides its logic: the front matter, checked strictly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct, field, to_builtins

from gsl.errors import Problem, Span
from gsl.language.vocabulary import did_you_mean
from gsl.results.severity import SEVERITIES


class Metadata(Struct, frozen=True):
    """The properties of a rule. `frameworks` maps a framework's name to the sections it maps to."""

    id: str | None = None
    title: str | None = None
    severity: str | None = None
    category: str | None = None
    description: str | None = None
    remediation: str | None = None
    frameworks: dict[str, list[str]] = field(default_factory=dict)
    references: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """The properties as JSON, in their fixed order."""
        found: dict[str, Any] = to_builtins(self)
        return found


def _text(value: Any) -> str | None:
    return None if isinstance(value, str) and value.strip() else "a text that is not empty"


def _severity(value: Any) -> str | None:
    if isinstance(value, str) and value in SEVERITIES:
        return None
    near = did_you_mean(value, SEVERITIES) if isinstance(value, str) else ""
    return f"one of {', '.join(SEVERITIES)}{near}"


def _texts(value: Any) -> str | None:
    good = isinstance(value, list) and all([isinstance(each, str) and each for each in value])
    return None if good else "a list of texts (numbers such as 1.10 in quotes)"


def _frameworks(value: Any) -> str | None:
    if not isinstance(value, dict) or not all([isinstance(name, str) for name in value]):
        return "a mapping of frameworks, each to a list of sections"
    wrong = next((name for name, sections in value.items() if _texts(sections) is not None), None)
    return None if wrong is None else f"a mapping of frameworks to lists of sections in quotes, which `{wrong}` is not"


_CHECKS: dict[str, Callable[[Any], str | None]] = {
    "id": _text,
    "title": _text,
    "severity": _severity,
    "category": _text,
    "description": _text,
    "remediation": _text,
    "frameworks": _frameworks,
    "references": _texts,
}
KEYS = tuple(_CHECKS)
"""The keys of the front matter that say something of the rule, in their fixed order."""

CLOUDGUARD = "cloudguard"
"""The key below which `gsl import` keeps what CloudGuard says of a rule besides; nothing else reads it."""

ALL_KEYS = (*KEYS, CLOUDGUARD)


def metadata_of(values: dict[str, Any], places: dict[str, Span]) -> tuple[Metadata, list[Problem]]:
    """The metadata that front matter gives, and what is wrong with it.

    `places` are the spans of the keys. What is wrong is left out of the metadata.
    """
    problems: list[Problem] = []
    good: dict[str, Any] = {}
    for key, value in values.items():
        if key == CLOUDGUARD:
            if not isinstance(value, dict):
                problems.append(Problem("metadata-value", f"`{key}` must be a mapping of fields", places[key]))
            continue
        if key not in _CHECKS:
            message = f"the front matter has no key `{key}`{did_you_mean(str(key), ALL_KEYS) or '.'}"
            problems.append(Problem("unknown-metadata", f"{message} Known keys: {', '.join(ALL_KEYS)}", places[key]))
            continue
        wanted = _CHECKS[key](value)
        if wanted is None:
            good[key] = value.strip() if isinstance(value, str) else value
        else:
            problems.append(Problem("metadata-value", f"`{key}` must be {wanted}", places[key]))
    return Metadata(**good), problems
