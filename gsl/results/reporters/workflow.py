"""Annotations of GitHub Actions: one for each finding as far as GitHub shows them, and one that counts the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gsl.results.comparison import NEW
from gsl.results.model import Report, Result
from gsl.results.reporters import Settings
from gsl.results.reporters.sentences import clean
from gsl.results.reporters.wording import counted, entity_of, in_order, said_of_run, title_of, why

MOST = 10
"""Annotations of one level that GitHub shows of a step."""

LEVELS = {"error": "error", "warning": "warning", "note": "notice"}
"""The levels of diagnostics, as workflow commands name them."""

_SEVERITIES = {"medium": "warning", "low": "notice", "informational": "notice"}


def annotation(level: str, properties: Mapping[str, Any], message: str) -> str:
    """A workflow command that makes an annotation."""
    shown = ",".join(
        [f"{name}={_escaped(str(value), True)}" for name, value in properties.items() if value is not None]
    )
    return f"::{level} {shown}::{_escaped(message, False)}\n"


def _escaped(text: str, is_property: bool) -> str:
    """Text as workflow commands take it, without other control characters."""
    text = "\r".join([clean(part) for part in text.split("\r")])
    for mark in "%\r\n" + (":," if is_property else ""):
        text = text.replace(mark, f"%{ord(mark):02X}")
    return text


def lines(report: Report, settings: Settings) -> Iterator[str]:
    """The commands: what could not be done, then the gravest findings; of each level the last counts the rest."""
    told: dict[str, int] = {}
    for level, properties, message in _all(report):
        told[level] = told.get(level, 0) + 1
        if told[level] < MOST:
            yield annotation(level, properties, message)
    for level, count in told.items():
        if count >= MOST:
            left = count - MOST + 1
            yield annotation(level, {"title": "gsl"}, f"{counted(left, 'more result')} of this level: see the report")
            settings.note(f"{counted(left, level)} left out, as GitHub shows {MOST} annotations of a level")


def _all(report: Report) -> Iterator[tuple[str, dict[str, Any], str]]:
    for each in said_of_run(report):
        place = {"file": each.file, "line": each.line if each.file else None, "col": each.column if each.file else None}
        of = f"{each.rule_id}: " if each.rule_id and not each.file else ""
        yield LEVELS[each.level], {**place, "title": each.code}, of + each.message
    files = {rule.id: (rule.file, rule.about.line) for rule in report.rules}
    for result in _new_first(report):
        file, line = files.get(result.rule_id, (None, None))
        level = _SEVERITIES.get(result.severity or "", "error")
        new = "new: " if result.change == NEW else ""
        properties = {"file": file, "line": line, "title": f"{new}{result.rule_id}: {title_of(report, result.rule_id)}"}
        reason = why(result)
        yield level, properties, entity_of(result, " ") + (f": {reason}" if reason else "")


def _new_first(report: Report) -> Iterator[Result]:
    """The findings, gravest first; next to a baseline the new ones before those that it had."""
    for new in (True, False) if report.comparison is not None else (False,):
        for each in in_order(report.findings):
            if (each.change == NEW) is new:
                yield each
