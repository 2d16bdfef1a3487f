"""The report for people: a table by severity, each finding with what decided it, a summary line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

import click

from gsl.errors import printable
from gsl.results.model import Reason, Report, Result
from gsl.results.reporters import Settings
from gsl.results.reporters.sentences import clean_value
from gsl.results.reporters.wording import NO_SEVERITY, entity_of, excluded_by, in_order, more_like_it, reason_lines
from gsl.results.severity import severity_rank
from gsl.results.summaries import RuleSummary

_STATUS_COLORS = {"failed": "red", "error": "magenta", "passed": "green", "excluded": "cyan"}
_SEVERITY_COLORS = {"critical": "red", "high": "red", "medium": "yellow", "low": "blue", "informational": "white"}


class Writer:
    """Writes lines, with colour or without."""

    def __init__(self, color: bool) -> None:
        self.color = color

    def style(self, text: str, color: str | None = None, bold: bool = False) -> str:
        """A text without control characters, coloured where colours are wanted."""
        text = printable(text)
        return click.style(text, fg=color, bold=bold) if self.color else text

    def table(self, rows: list[RuleSummary]) -> Iterator[str]:
        """The rules with findings, gravest first."""
        heads = ("SEVERITY", "RULE", "TYPE", "FAILED", "ERRORS", "PASSED", "EXCLUDED", "NOT RELEVANT", "TITLE")
        cells = [_cells(row) for row in rows]
        widths = [max(len(head), *[len(cell[column]) for cell in cells]) for column, head in enumerate(heads)]
        yield self._row(heads, widths, None)
        for row, cell in zip(rows, cells):
            yield self._row(cell, widths, _SEVERITY_COLORS.get(row.severity or ""))
        yield "\n"

    def _row(self, cells: tuple[str, ...], widths: list[int], color: str | None) -> str:
        padded = []
        for column, (cell, width) in enumerate(zip(cells, widths)):
            number = cell.isdigit()
            text = cell.rjust(width) if number else cell.ljust(width)
            padded.append(self.style(text, color if column == 0 else None, color is None))
        return "  ".join(padded).rstrip() + "\n"

    def finding(self, result: Result, title: str) -> Iterator[str]:
        """One finding: what, where, and the deciding parts with their values."""
        word = self.style(str(result.status).upper(), _STATUS_COLORS.get(str(result.status)), True)
        new = f" {self.style(result.change.upper(), bold=True)}" if result.change in ("new", "changed") else ""
        yield from self.head(f"{word}{new}", result, title)
        yield from self.reasons(result.reasons)
        if result.entity is not None:
            yield f"    entity: {json.dumps(clean_value(result.entity), ensure_ascii=False)}\n"
        yield "\n"

    def head(self, word: str, result: Result, title: str) -> Iterator[str]:
        """What is said of a finding before its reasons."""
        severity = self.style(result.severity or NO_SEVERITY, _SEVERITY_COLORS.get(result.severity or ""))
        shown_title = "" if title == result.rule_id else f"  {title}"
        yield f"{word}  {severity}  {self.style(result.rule_id, bold=True)}{printable(shown_title)}\n"
        yield f"  {entity_of(result)}\n"
        if result.exclusion is not None:
            yield f"  {excluded_by(result.exclusion)}\n"

    def reasons(self, reasons: Iterable[Reason], margin: str = "    ") -> Iterator[str]:
        """The deciding parts, each with what it read."""
        for reason in reasons:
            yield f"{margin}{self.style(reason.expression, bold=True)}{more_like_it(reason)}\n"
            for line in reason_lines(reason):
                yield f"{margin}  {line}\n"


def _cells(row: RuleSummary) -> tuple[str, ...]:
    counts = (row.failed, row.errors, row.passed, row.excluded, row.not_relevant)
    title = "" if row.title == row.id else row.title
    if row.could_not_run:
        title = f"could not run {title}".strip()
    return (row.severity or NO_SEVERITY, row.id, row.entity_type, *[str(count) for count in counts], title)


def _gravest_first(rule: RuleSummary) -> int:
    return -severity_rank(rule.severity)


def lines(report: Report, settings: Settings) -> Iterator[str]:
    """The pieces of the text report, in order."""
    writer = Writer(settings.color)
    quiet = settings.quiet
    rows = sorted([rule for rule in report.rules if rule.status in ("failed", "error")], key=_gravest_first)
    if rows and not quiet:
        yield from writer.table(rows)
    shown = (report.findings, report.excluded, report.verdicts) if report.verdicts is not None else (report.findings,)
    for results in shown:
        for result in in_order(results):
            yield from writer.finding(result, report.titles.get(result.rule_id, result.rule_id))
    for selected in report.selected:
        yield f"{writer.style('SELECTED', 'cyan', True)}  {printable(selected.rule_id)}  {entity_of(selected)}\n"
    if report.selected:
        yield "\n"
    if not quiet:
        yield summary_of(report, writer) + "\n"
    if report.comparison is not None and not quiet:
        from gsl.results.reporters.changes import summary_of_changes

        yield summary_of_changes(report.comparison, writer) + "\n"


PLAIN = Writer(False)
"""Writes without colours."""


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def summary_of(report: Report, writer: Writer = PLAIN) -> str:
    """The numbers of a run in a line."""
    summary = report.summary
    missing = f" ({summary.passed_on_missing} only because a value was missing)" if summary.passed_on_missing else ""
    verdicts = [
        writer.style(f"{summary.failed} failed", "red" if summary.failed else None),
        writer.style(_counted(summary.errors, "error", "errors"), "magenta" if summary.errors else None),
        writer.style(f"{summary.passed} passed", "green" if summary.passed else None) + missing,
        f"{summary.excluded} excluded",
        f"{summary.not_relevant} not relevant",
    ]
    if any([rule.kind == "query" for rule in report.rules]):
        verdicts.append(f"{len(report.selected)} selected")
    head = f"{_counted(summary.rules, 'rule', 'rules')}, {_counted(summary.entities, 'entity', 'entities')}"
    nothing = sum([rule.looked_at_nothing for rule in report.rules])
    lost = sum([rule.could_not_run for rule in report.rules])
    placeholders = sum([rule.kind == "placeholder" for rule in report.rules])
    tail = []
    if nothing:
        tail.append(f"{_counted(nothing, 'rule', 'rules')} looked at nothing")
    elif not lost and not placeholders:
        tail.append("every rule looked at something")
    if not summary.rules:
        tail = ["there was no rule to run"]
    if lost:
        tail.append(f"{_counted(lost, 'rule', 'rules')} could not run")
    if placeholders:
        tail.append(_counted(placeholders, "placeholder", "placeholders"))
    return f"{head}: {', '.join(verdicts)}; {', '.join(tail)}."
