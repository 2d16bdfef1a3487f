"""What was found as SARIF 2.1.0, the format that code scanning services take."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gsl.authoring.checking.findings import Edit
from gsl.authoring.checking.places import span_record
from gsl.authoring.checking.running import Found
from gsl.authoring.checking.table import CHECKS
from gsl.results.model import Diagnostic
from gsl.results.reporters.sarif import SCHEMA, artifact, notification
from gsl.version import VERSION

PAGE = "docs/checks.md"
"""The page that describes the checks, with an anchor for each code."""


def sarif(found: Iterable[Found], errors: Iterable[Diagnostic]) -> dict[str, Any]:
    """The log of one run."""
    notifications = [notification(each) for each in errors]
    invocation: dict[str, Any] = {"executionSuccessful": not notifications}
    if notifications:
        invocation["toolExecutionNotifications"] = notifications
    run = {
        "tool": {"driver": {"name": "gsl", "version": VERSION, "rules": [_rule(code) for code in CHECKS]}},
        "columnKind": "unicodeCodePoints",
        "invocations": [invocation],
        "results": [_result(each) for each in found],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def help_uri(code: str) -> str:
    """Where a check is described, relative to the project."""
    return f"{PAGE}#{code.lower()}"


def _rule(code: str) -> dict[str, Any]:
    check = CHECKS[code]
    example = f"Instead of\n\n    {_indented(check.bad)}\n\nwrite\n\n    {_indented(check.good)}"
    return {
        "id": code,
        "name": "".join([word.capitalize() for word in check.name.split("-")]),
        "shortDescription": {"text": check.summary},
        "fullDescription": {"text": f"{check.summary} {check.why}"},
        "help": {"text": f"{check.why}\n\n{example}", "markdown": f"{check.why}\n\n{example}"},
        "defaultConfiguration": {"level": check.severity},
        "properties": {"documentation": help_uri(code)},
    }


def _indented(text: str) -> str:
    return text.replace("\n", "\n    ")


def _result(found: Found) -> dict[str, Any]:
    finding, source = found.finding, found.rule.source
    place: dict[str, Any] = {"artifactLocation": artifact(source.file or source.name)}
    if found.is_placed:
        place["region"] = _region(finding.span.start, finding.span.end, source.text)
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": list(CHECKS).index(finding.code),
        "level": found.severity,
        "message": {"text": finding.message},
        "locations": [{"physicalLocation": place, "logicalLocations": [{"name": found.rule.id, "kind": "rule"}]}],
    }
    if finding.edits and found.is_placed:
        result["fixes"] = [_fix(found, finding.edits)]
    return result


def _fix(found: Found, edits: tuple[Edit, ...]) -> dict[str, Any]:
    source = found.rule.source
    replacements = [
        {"deletedRegion": _region(edit.start, edit.end, source.text), "insertedContent": {"text": edit.text}}
        for edit in edits
    ]
    change = {"artifactLocation": artifact(source.name), "replacements": replacements}
    return {"description": {"text": CHECKS[found.finding.code].good}, "artifactChanges": [change]}


def _region(start: int, end: int, text: str) -> dict[str, int]:
    place = span_record(start, end, text)
    return {
        "startLine": place["line"],
        "startColumn": place["column"],
        "endLine": place["endLine"],
        "endColumn": place["endColumn"],
    }
