"""Results and selected entities as plain tuples, and the order in which the text report has them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from msgspec.structs import astuple

from gsl.results.exclusion import BY_RULE, Exclusion
from gsl.results.model import ReadValue, Reason, Result, Selected
from gsl.results.severity import SEVERITIES, severity_rank
from gsl.semantics.judging import Status

Failures = list[tuple[tuple[str, str, str, str, str], list[tuple[str, str | None]]]]
"""Failed results without reasons: the names of each entity, with the id and severity of each rule it failed."""

PlainReason = tuple[str, int, int, tuple[tuple[str, Any], ...], Any, int | None]
"""The fields of a reason, its values as pairs."""

_STATUSES = tuple(Status)
_NUMBERS = {status: number for number, status in enumerate(_STATUSES)}
_BY_RULE = astuple(BY_RULE)
IN_TEXT = (Status.FAILED, Status.ERROR, Status.EXCLUDED, Status.PASSED)
"""The statuses in the order of the text report."""


def to_plain(record: Result | Selected) -> tuple[Any, ...]:
    """The fields of a record, as builtin values only."""
    ids = (record.rule_id, record.entity_type, record.entity_id, record.entity_name, record.account, record.region)
    if isinstance(record, Selected):
        return ids
    return (
        *ids,
        record.severity,
        _NUMBERS[record.status],
        record.passed_on_missing,
        tuple([_plain_reason(reason) for reason in record.reasons]),
        *_plain_more(record),
    )


def _plain_more(record: Result) -> tuple[Any, ...]:
    """What most results have nothing of: an exclusion, a change and its earlier reasons, the entity."""
    if record.exclusion is None and record.change is None and record.entity is None:
        return ()
    exclusion = None if record.exclusion is None else astuple(record.exclusion)
    before = tuple([_plain_reason(reason) for reason in record.before])
    return exclusion, record.change, before, record.entity


def failure_order(severity: str | None) -> int:
    """What `text_order` gives of failed results."""
    return _order(Status.FAILED, severity)


def plain_failure(
    severity: str | None, reasons: tuple[PlainReason, ...], entity: dict[str, Any] | None
) -> tuple[tuple[Any, ...], int]:
    """What `to_plain` and `text_order` give of failed results, after the names."""
    more = () if entity is None else (None, None, (), entity)
    return (severity, _NUMBERS[Status.FAILED], False, reasons, *more), failure_order(severity)


def plain_exclusion(
    severity: str | None, reasons: tuple[PlainReason, ...], entity: dict[str, Any] | None
) -> tuple[tuple[Any, ...], int]:
    """What `to_plain` and `text_order` give of results that their rule excludes, after the names."""
    number, order = _NUMBERS[Status.EXCLUDED], _order(Status.EXCLUDED, severity)
    return (severity, number, False, reasons, _BY_RULE, None, (), entity), order


def _plain_reason(reason: Reason) -> PlainReason:
    values = tuple([(each.path, each.value) for each in reason.values])
    return reason.expression, reason.line, reason.column, values, reason.result, reason.count


def records_of(entry: tuple[Any, ...] | list[Any]) -> list[Result | Selected]:
    """The records of an entry of a spool: one that `to_plain` took apart, or failures of several entities."""
    if entry.__class__ is tuple:
        return [from_plain(entry)]
    failed = Status.FAILED
    return [Result(rule_id, severity, failed, *names) for names, tails in entry for rule_id, severity in tails]


def from_plain(fields: tuple[Any, ...]) -> Result | Selected:
    """The record that `to_plain` took apart."""
    if len(fields) == 6:
        return Selected(*fields)
    rule_id, entity_type, entity_id, name, account, region, severity, number, on_missing, parts, *more = fields
    reasons = tuple([_reason(part) for part in parts]) if parts else ()
    names = (entity_type, entity_id, name, account, region)
    if not more:
        return Result(rule_id, severity, _STATUSES[number], *names, reasons, on_missing)
    exclusion, change, before, entity = more
    taken = None if exclusion is None else Exclusion(*exclusion)
    earlier = tuple([_reason(part) for part in before])
    return Result(rule_id, severity, _STATUSES[number], *names, reasons, on_missing, taken, change, earlier, entity)


def _reason(part: PlainReason) -> Reason:
    expression, line, column, values, result, count = part
    read = tuple([ReadValue(path, value) for path, value in values])
    return Reason(expression, line, column, read, result, count)


def text_order(record: Result | Selected) -> int:
    """Where a record stands in the text report: below 256, least first.

    Failed ones come first, then errors, excluded and passed ones; among these the gravest first.
    """
    return _order(record.status, record.severity) if isinstance(record, Result) else 0


@cache
def _order(status: Status, severity: str | None) -> int:
    place = IN_TEXT.index(status) if status in IN_TEXT else len(IN_TEXT)
    return place * (len(SEVERITIES) + 1) + len(SEVERITIES) - severity_rank(severity)


ORDERS = len(IN_TEXT) * (len(SEVERITIES) + 1)
"""What `text_order` gives of results that reports hold is below this."""


def by_status(counts: Sequence[int]) -> Iterator[tuple[Status, dict[str | None, int]]]:
    """How many there are of each status and severity, gravest first, from counts by what `text_order` gives."""
    severities = (None, *reversed(SEVERITIES))
    for number, status in enumerate(IN_TEXT):
        some = counts[number * len(severities) : (number + 1) * len(severities)]
        yield status, {severity: count for severity, count in zip(severities, some) if count}
