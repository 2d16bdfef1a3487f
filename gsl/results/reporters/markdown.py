"""The report as Markdown, for job summaries and comments: numbers, rules, then findings as far as there is room."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from gsl.errors import printable
from gsl.results.comparison import NEW
from gsl.results.model import Report, Result
from gsl.results.reporters import Settings
from gsl.results.reporters.changes import summary_of_changes
from gsl.results.reporters.text import summary_of
from gsl.results.reporters.wording import (
    NO_SEVERITY,
    counted,
    entity_of,
    excluded_by,
    in_order,
    place_of,
    said_of_run,
    several,
    title_of,
    why_lines,
)
from gsl.results.severity import severity_rank

LARGEST = 900_000
"""Bytes that findings may fill; a job summary of GitHub takes 1 MiB."""

_MARKS = re.compile(r"([\\`*_\[\]<>#|~@!:&]|(?<=www)\.)")
_SHOWN_ERRORS = 50
_SHOWN_WARNINGS = 20


def lines(report: Report, settings: Settings) -> Iterator[str]:
    """The pieces of the text."""
    yield "## gsl\n\n"
    yield f"{escaped(summary_of(report))}\n\n"
    if report.comparison is not None:
        yield f"{escaped(summary_of_changes(report.comparison))}\n\n"
    yield from _problems(report)
    yield from _rules(report)
    if not settings.summary_only:
        yield from _findings(report, settings)


def escaped(text: str) -> str:
    """A text in which nothing is markup, a link or a mention."""
    return _MARKS.sub(r"\\\1", printable(text))


def code(text: str) -> str:
    """A text as it stands, between more backticks than it has together."""
    longest = max([len(run) for run in re.findall("`+", text)], default=0)
    fence = "`" * (longest + 1)
    blank = " " if longest or text[:1] == " " == text[-1:] else ""
    return f"{fence}{blank}{printable(text)}{blank}{fence}"


def _problems(report: Report) -> Iterator[str]:
    """What could not be done and what was not looked at, before anything else."""
    said = said_of_run(report)
    idle = [rule.id for rule in report.rules if rule.looked_at_nothing]
    blocks = [[each for each in said if each.level == level] for level in ("error", "warning", "note")]
    for found, most in zip(blocks, (_SHOWN_ERRORS, _SHOWN_WARNINGS, _SHOWN_WARNINGS)):
        for each in found[:most]:
            where = f"{place_of(each)}: " if place_of(each) else ""
            yield f"- **{each.level}** {escaped(f'{where}{each.message}')}\n"
        if found[most:]:
            yield f"- and {counted(len(found) - most, f'more {found[0].level}')}\n"
    if idle:
        told = f"{counted(len(idle), 'rule')}: {several(idle)}"
        yield f"- **looked at nothing** {escaped(told)}\n"
    if said or idle:
        yield "\n"


def _rules(report: Report) -> Iterator[str]:
    rules = sorted(report.rules, key=lambda rule: -severity_rank(rule.severity))
    rows = [rule for rule in rules if rule.status in ("failed", "error")]
    if not rows:
        return
    yield "| severity | rule | title | failed | errors | passed | excluded |\n|---|---|---|--:|--:|--:|--:|\n"
    for rule in rows:
        title = "could not run" if rule.could_not_run else "" if rule.title == rule.id else rule.title
        cells = (
            rule.severity or NO_SEVERITY,
            rule.id,
            title,
            *map(str, (rule.failed, rule.errors, rule.passed, rule.excluded)),
        )
        yield f"| {' | '.join(map(escaped, cells))} |\n"
    yield "\n"


def _findings(report: Report, settings: Settings) -> Iterator[str]:
    room = LARGEST
    left = 0
    for text in _all(report):
        size = len(text.encode("utf-8", "backslashreplace"))
        if size > room or left:
            left += 1
            continue
        room -= size
        yield text
    if left:
        yield f"\n**{counted(left, 'more result')} left out**: a job summary takes 1 MiB. See the JSON or HTML report.\n"
        settings.note(f"{counted(left, 'result')} left out, as a job summary takes 1 MiB")


def _all(report: Report) -> Iterator[str]:
    if report.comparison is not None:
        yield from _told("New findings", (each for each in in_order(report.findings) if each.change == NEW), report)
    rest = (each for each in in_order(report.findings) if report.comparison is None or each.change != NEW)
    yield from _told("Findings", rest, report)
    yield from _told("Excluded", in_order(report.excluded), report)
    if report.comparison is not None:
        yield from _told("No longer findings", report.comparison.gone, report)


def _told(heading: str, results: Iterable[Result], report: Report) -> Iterator[str]:
    before = f"### {heading}\n\n"
    for result in results:
        yield before + "".join(_finding(result, title_of(report, result.rule_id)))
        before = ""
    if not before:
        yield "\n"


def _finding(result: Result, title: str) -> Iterator[str]:
    word = result.change if result.change in ("fixed", "not-evaluated", "unknown") else str(result.status)
    new = f" {result.change}" if result.change in ("new", "changed") else ""
    named = escaped(result.rule_id) + ("" if title == result.rule_id else f" {escaped(title)}")
    what = escaped(entity_of(result, " "))
    yield f"- **{escaped(word)}**{new} {escaped(result.severity or NO_SEVERITY)} {named}: {what}\n"
    if result.exclusion is not None:
        yield f"    - {escaped(excluded_by(result.exclusion))}\n"
    for line in why_lines(result.reasons, ""):
        yield f"    - {code(line)}\n"
