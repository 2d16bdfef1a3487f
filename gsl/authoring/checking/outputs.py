"""What was found, as text, JSON or annotations of GitHub; a table from the name of a format to its function."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct, field

from gsl.authoring.checking.findings import Edit
from gsl.authoring.checking.places import span_record
from gsl.authoring.checking.running import Found
from gsl.authoring.checking.sarif import sarif
from gsl.authoring.checking.table import CHECKS
from gsl.errors import Problem, printable, render
from gsl.results.model import Diagnostic
from gsl.results.reporters.workflow import LEVELS, annotation

SCHEMA_VERSION = 1


class Outcome(Struct, eq=False):
    """What a check came to: the rules looked at, what is found, what was mended, what could not be checked."""

    rules: int = 0
    found: list[Found] = field(default_factory=list)
    mended: list[Found] = field(default_factory=list)
    errors: list[Diagnostic] = field(default_factory=list)


def _text(outcome: Outcome) -> Iterator[str]:
    for each in outcome.mended:
        yield f"{_where(each)}: fixed[{each.finding.code}]: {printable(each.finding.message)}\n"
    for each in outcome.found:
        finding = each.finding
        lines = render(Problem(finding.code, finding.message, finding.span), each.rule.source).split("\n")
        yield "\n".join([f"{_where(each)}: {each.severity}[{finding.code}]: {finding.message}", *lines[1:]]) + "\n"
    yield _summary(outcome)


def _where(found: Found) -> str:
    span = found.finding.span
    return f"{printable(found.rule.source.name)}:{span.line}:{span.column}"


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}" + ("" if count == 1 else "s")


def _summary(outcome: Outcome) -> str:
    kinds = [each.severity for each in outcome.found]
    counts = [_counted(kinds.count(kind), kind) for kind in ("error", "warning", "note") if kind in kinds]
    fixable = len([each for each in outcome.found if each.finding.edits])
    parts = [f"{_counted(outcome.rules, 'rule')}: {', '.join(counts) or 'nothing found'}"]
    if fixable:
        parts.append(f"{fixable} can be fixed with --fix")
    if outcome.mended:
        parts.append(f"{len(outcome.mended)} fixed")
    if outcome.errors:
        parts.append(f"{_counted(len(outcome.errors), 'problem')} kept something from being checked")
    return "; ".join(parts) + ".\n"


def _json(outcome: Outcome) -> Iterator[str]:
    content = {
        "schemaVersion": SCHEMA_VERSION,
        "rules": outcome.rules,
        "findings": [_record(each) for each in outcome.found],
        "fixed": [_record(each) for each in outcome.mended],
        "errors": [each.to_dict() for each in outcome.errors],
    }
    yield json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _record(found: Found) -> dict[str, Any]:
    finding, source = found.finding, found.rule.source
    return {
        "file": source.file,
        "rule": found.rule.id,
        **span_record(finding.span.start, finding.span.end, source.text),
        "placesCountFrom": "file" if found.is_placed else "rule",
        "code": finding.code,
        "name": CHECKS[finding.code].name,
        "severity": found.severity,
        "message": finding.message,
        "fix": [_edit(each, source.text) for each in finding.edits] or None,
    }


def _edit(edit: Edit, text: str) -> dict[str, Any]:
    return {**span_record(edit.start, edit.end, text), "text": edit.text}


def _github(outcome: Outcome) -> Iterator[str]:
    for each in outcome.found:
        place = span_record(each.finding.span.start, each.finding.span.end, each.rule.source.text)
        properties: dict[str, Any] = {"file": each.rule.source.file or each.rule.source.name}
        if each.is_placed:
            properties |= {"line": place["line"], "endLine": place["endLine"], "col": place["column"]}
            properties |= {"endColumn": place["endColumn"]} if place["line"] == place["endLine"] else {}
        yield annotation(LEVELS[each.severity], {**properties, "title": each.finding.code}, each.finding.message)
    for error in outcome.errors:
        given = {"file": error.file, "line": error.line, "col": error.column, "title": error.code}
        yield annotation(LEVELS.get(error.level, "error"), given, error.message)


def _sarif(outcome: Outcome) -> Iterator[str]:
    yield json.dumps(sarif(outcome.found, outcome.errors), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


OUTPUTS: dict[str, Callable[[Outcome], Iterator[str]]] = {
    "text": _text,
    "json": _json,
    "sarif": _sarif,
    "github": _github,
}
