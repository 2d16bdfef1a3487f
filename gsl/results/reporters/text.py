"""The report for people: a table by severity, each finding with what decided it, a summary line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import click

from gsl.errors import printable
from gsl.results.exclusion import IN_RULE, Exclusion
from gsl.results.masking import shown_text
from gsl.results.model import Reason, Report, Result, Selected
from gsl.results.records import text_order
from gsl.results.reporters import Settings
from gsl.results.severity import severity_rank
from gsl.results.spool import Spool
from gsl.results.summaries import RuleSummary
from gsl.semantics.judging import Status

_STATUS_COLORS = {"failed": "red", "error": "magenta", "passed": "green", "excluded": "cyan"}
_SEVERITY_COLORS = {"critical": "red", "high": "red", "medium": "yellow", "low": "blue", "informational": "white"}
_NO_SEVERITY = "none"


_UNREAD = "not collected"


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
        yield "\n"

    def head(self, word: str, result: Result, title: str) -> Iterator[str]:
        """What is said of a finding before its reasons."""
        severity = self.style(result.severity or _NO_SEVERITY, _SEVERITY_COLORS.get(result.severity or ""))
        shown_title = "" if title == result.rule_id else f"  {title}"
        yield f"{word}  {severity}  {self.style(result.rule_id, bold=True)}{printable(shown_title)}\n"
        yield f"  {printable(_entity(result))}\n"
        if result.exclusion is not None:
            yield f"  {printable(excluded_by(result.exclusion))}\n"

    def reasons(self, reasons: Iterable[Reason], margin: str = "    ") -> Iterator[str]:
        """The deciding parts, each with what it read."""
        for reason in reasons:
            more = f"  ({reason.count} elements like this)" if reason.count is not None and reason.count > 1 else ""
            yield f"{margin}{self.style(reason.expression, bold=True)}{more}\n"
            told = [(each.path, shown_text(each.value)) for each in reason.values]
            if all([value != shown_text(reason.result) for _, value in told]):
                told.append(("result", shown_text(reason.result)))
            for path, value in told:
                gone = path == "~" and value.startswith(_UNREAD)
                line = value.replace(_UNREAD, "they could not be listed", 1) if gone else f"{path}: {value}"
                yield f"{margin}  {printable(line)}\n"


def excluded_by(exclusion: Exclusion) -> str:
    """What took a finding out, in words."""
    if exclusion.source == IN_RULE:
        return "excluded by the rule itself"
    by = f", by {exclusion.owner}" if exclusion.owner else ""
    until = f", until {exclusion.expires}" if exclusion.expires else ""
    return f"excluded{by}{until}: {exclusion.reason} ({exclusion.source})"


def _cells(row: RuleSummary) -> tuple[str, ...]:
    counts = (row.failed, row.errors, row.passed, row.excluded, row.not_relevant)
    title = "" if row.title == row.id else row.title
    if row.could_not_run:
        title = f"could not run {title}".strip()
    return (row.severity or _NO_SEVERITY, row.id, row.entity_type, *[str(count) for count in counts], title)


def _entity(result: Result | Selected) -> str:
    names = [result.entity_type]
    if isinstance(result, Result) and result.status is Status.ERROR and not result.entity_id:
        names.append("(could not be listed)")
    elif result.entity_name and result.entity_name != result.entity_id:
        names.append(f"{result.entity_name} ({result.entity_id})")
    else:
        names.append(result.entity_id)
    if result.account:
        names.append(f"account {result.account}")
    if result.region:
        names.append(f"region {result.region}")
    return "  ".join(names)


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
        for result in _in_order(results):
            yield from writer.finding(result, report.titles.get(result.rule_id, result.rule_id))
    for selected in report.selected:
        yield f"{writer.style('SELECTED', 'cyan', True)}  {printable(selected.rule_id)}  {printable(_entity(selected))}\n"
    if report.selected:
        yield "\n"
    if not quiet:
        yield _summary(report, writer)
    if report.comparison is not None and not quiet:
        from gsl.results.reporters.changes import told_of

        yield told_of(report.comparison, writer)


def _in_order(results: Sequence[Result]) -> Iterator[Result]:
    """Results by status, then gravest first."""
    return results.ranked() if isinstance(results, Spool) else iter(sorted(results, key=text_order))


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _summary(report: Report, writer: Writer) -> str:
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
    return f"{head}: {', '.join(verdicts)}; {', '.join(tail)}.\n"
