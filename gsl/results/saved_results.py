"""Results of saved reports, taken only as reports have them: statuses, severities, and values of bounded depth."""

from __future__ import annotations

from typing import Any

import msgspec

from gsl.inventory.nesting import DEEPEST
from gsl.results.model import Reason, Result
from gsl.results.records import IN_TEXT
from gsl.results.severity import SEVERITIES
from gsl.semantics.judging import Status

_STATUSES = {
    "findings": (Status.FAILED, Status.ERROR),
    "excluded": (Status.EXCLUDED,),
    "verdicts": (Status.PASSED,),
    "gone": IN_TEXT,
}
"""The statuses that the results of a list of the report have."""


def result_of(name: str, record: Any) -> Result:
    """A result of one of the report's lists. Raises `msgspec.ValidationError` for what is none."""
    found = msgspec.convert(record, Result)
    if found.status not in _STATUSES[name]:
        raise msgspec.ValidationError(f"the status `{found.status}` does not belong there")
    refuse_severity(found.severity)
    if _is_deep(found.entity, DEEPEST) or any(map(_holds_deep, found.reasons)) or any(map(_holds_deep, found.before)):
        raise msgspec.ValidationError(f"a value is nested more than {DEEPEST} deep")
    return found


def refuse_severity(severity: str | None) -> None:
    """Raise `msgspec.ValidationError` for a severity that is none."""
    if severity is not None and severity not in SEVERITIES:
        raise msgspec.ValidationError(f"the severity is one of {', '.join(SEVERITIES)}, or null")


def _holds_deep(reason: Reason) -> bool:
    return _is_deep(reason.result, DEEPEST) or any([_is_deep(each.value, DEEPEST) for each in reason.values])


def _is_deep(value: Any, most: int) -> bool:
    """Whether a value is nested deeper than that."""
    if value.__class__ is dict:
        value = value.values()
    elif value.__class__ is not list:
        return False
    if most == 0:
        return True
    return any([_is_deep(each, most - 1) for each in value if each.__class__ in (dict, list)])
