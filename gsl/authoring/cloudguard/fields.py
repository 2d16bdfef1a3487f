"""What CloudGuard says of a rule and what front matter says of it, each made of the other without a loss."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gsl.results.severity import severity_of
from gsl.ruleset.metadata import CLOUDGUARD

LOGIC = "logic"

FIELDS = ("name", "severity", LOGIC, "description", "remediation", "complianceTag", "ruleId", "category")
"""The fields that are written of a rule that was never CloudGuard's, as far as it says them; in CloudGuard's order."""

_KEYS = {
    "name": "title",
    "severity": "severity",
    "description": "description",
    "remediation": "remediation",
    "complianceTag": "category",
    "ruleId": "id",
    "category": "category",
}
"""The fields that have a key of their own in front matter."""

_TEXTS = ("name", "description", "remediation")
"""Those of them that stand for nothing else: where the front matter has the key, it is right."""


class _Missing:
    """A field that is not there; `null` is one that is."""


MISSING = _Missing()


def front_of(given: Mapping[str, Any], rule_id: str) -> dict[str, Any]:
    """The front matter of a rule of a ruleset; what has no key there, or not in that form, is below `cloudguard`."""
    severity = given.get("severity")
    told = {
        "id": rule_id,
        "title": _text(given.get("name")),
        "severity": severity_of(severity) if isinstance(severity, str) else None,
        "category": _text(given.get("category")) or _text(given.get("complianceTag")),
        "description": _text(given.get("description")),
        "remediation": _text(given.get("remediation")),
    }
    front = {key: value for key, value in told.items() if value is not None}
    kept = {name: value for name, value in given.items() if name != LOGIC and _derived(name, front) != value}
    return {**front, CLOUDGUARD: kept} if kept else front


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _derived(name: str, front: Mapping[str, Any]) -> Any:
    """What a field is by the front matter alone."""
    value = front.get(_KEYS.get(name, ""))
    if not isinstance(value, str):
        return MISSING
    return value.capitalize() if name == "severity" else value


def given_of(front: Mapping[str, Any], logic: str, fields: Iterable[str] | None = None) -> dict[str, Any]:
    """The rule as CloudGuard has it, of its front matter and its text.

    `fields` are those that it had in the ruleset it came from, in order; what was written since
    comes behind them. Without them it has all that it says.
    """
    kept = front.get(CLOUDGUARD) or {}
    listed = list(FIELDS if fields is None else fields)
    added = [name for name in (*_TEXTS, "severity") if _derived(name, front) is not MISSING]
    found: dict[str, Any] = {}
    for name in (*listed, *kept, *added):
        value = _value(name, front, kept, logic)
        if name not in found and value is not MISSING:
            found[name] = value
    if fields is None and "name" not in found:
        found = {"name": front.get("id"), **found}
    return found


def _value(name: str, front: Mapping[str, Any], kept: Mapping[str, Any], logic: str) -> Any:
    if name == LOGIC:
        return kept[LOGIC] if LOGIC in kept and not logic.strip() else logic
    ours = _derived(name, front)
    if name not in kept or (name in _TEXTS and ours is not MISSING):
        return ours
    was = kept[name]
    if name == "severity" and ours is not MISSING and not (isinstance(was, str) and severity_of(was) == ours.lower()):
        return ours
    return was
