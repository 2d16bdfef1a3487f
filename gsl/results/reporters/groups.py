"""The findings of the text report in groups: a heading with numbers, then those of the group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from gsl.errors import printable
from gsl.results.grouping import Counts, Groups, Key
from gsl.results.model import Report, Result, Selected
from gsl.results.records import by_status
from gsl.results.reporters import Settings
from gsl.results.reporters.wording import NO_SEVERITY, counted, entity_of, title_of
from gsl.semantics.judging import Status

if TYPE_CHECKING:
    from gsl.results.reporters.text import Writer


def in_groups(results: Iterable[Result], report: Report, settings: Settings, writer: Writer) -> Iterator[str]:
    """The lines of all groups; the headings alone with `summary_only`."""
    by = settings.group_by or ""
    groups = Groups(results, by)
    if settings.summary_only:
        some = False
        for key, counts in groups.counts():
            yield _heading(by, key, counts, report, writer)
            some = True
        if some:
            yield "\n"
        return
    for key, counts, found in groups:
        yield _heading(by, key, counts, report, writer) + "\n"
        for result in found:
            yield from writer.finding(result, report.titles.get(result.rule_id, result.rule_id))


def _heading(by: str, key: Key, counts: Counts, report: Report, writer: Writer) -> str:
    told = [_count(status, found, by) for status, found in by_status(counts) if found]
    return writer.style(f"{_name(by, key, report)}: {', '.join(told)}", bold=True) + "\n"


def _count(status: Status, found: dict[str | None, int], by: str) -> str:
    """How many of a status; failed ones with their severities, where rules have some."""
    total = sum(found.values())
    if status is Status.ERROR:
        return counted(total, "error")
    told = f"{total:,} {status}"
    if status is not Status.FAILED or by in ("rule", "severity") or not any(found):
        return told
    return f"{told} ({', '.join([f'{count:,} {severity or NO_SEVERITY}' for severity, count in found.items()])})"


def _name(by: str, key: Key, report: Report) -> str:
    """What all findings of a group have in common."""
    if by == "entity":
        kind, account, region, number, name = key
        if not number:
            number = "(could not be listed)"
        return entity_of(Selected("", kind, number, name, account, region))
    last = str(key[-1])
    title = title_of(report, last) if by == "rule" else last
    return printable(f"{by} {last}" + ("" if title == last else f"  {title}")) if last else f"no {by}"
