"""How grave a rule's findings are."""

from __future__ import annotations

from gsl.errors import UsageError
from gsl.language.vocabulary import did_you_mean

SEVERITIES = ("informational", "low", "medium", "high", "critical")
"""The severities, mildest first."""


def severity_of(word: str) -> str | None:
    """The severity that a word names, in any case; `None` when it names none."""
    lower = word.strip().lower()
    lower = {"info": "informational"}.get(lower, lower)
    return lower if lower in SEVERITIES else None


def severity_rank(severity: str | None) -> int:
    """How grave a severity is; a rule without one counts as the gravest. Raises `UsageError`."""
    if severity is None:
        return len(SEVERITIES)
    if severity not in SEVERITIES:
        raise UsageError(f"`{severity}` is no severity{did_you_mean(severity, SEVERITIES)}")
    return SEVERITIES.index(severity)
