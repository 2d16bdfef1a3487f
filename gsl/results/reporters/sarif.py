"""The report as SARIF 2.1.0, the format that code scanning services take."""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

from gsl.errors import printable
from gsl.results.exclusion import IN_RULE
from gsl.results.model import Diagnostic, Report, Result
from gsl.results.reporters import Settings
from gsl.results.reporters.sentences import clean_value
from gsl.results.reporters.wording import counted, entity_of, excluded_by, in_order, why
from gsl.results.summaries import RuleSummary
from gsl.semantics.judging import Status
from gsl.version import VERSION

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
FINGERPRINT = "gslFindingId/v1"
"""The key of the fingerprint of a finding."""

MOST_RESULTS = 25_000
"""Results of a run that code scanning of GitHub takes."""

_MOST_TAGS = 20
_LONGEST = 10_000
_GRADES = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "2.0", "informational": "0.0"}
"""What a severity is as `security-severity`: critical from 9, high from 7, medium from 4, low from 0.1."""

_LEVELS = {"medium": "warning", "low": "note", "informational": "note"}
_KINDS = {Status.FAILED: "fail", Status.ERROR: "open", Status.EXCLUDED: "fail", Status.PASSED: "pass"}
_STATES = {"new": "new", "unchanged": "unchanged", "changed": "updated"}


def lines(report: Report, settings: Settings) -> Iterator[str]:
    """The pieces of the log of one run: rules, then results, gravest first."""
    numbers = {rule.id: number for number, rule in enumerate(report.rules)}
    yield f'{{\n"$schema": "{SCHEMA}",\n"version": "2.1.0",\n"runs": [{{\n"tool": '
    yield _text({"driver": _driver(report)})
    yield ',\n"automationDetails": {"id": "gsl/"},\n"columnKind": "unicodeCodePoints",\n"results": ['
    results = _results(report, numbers)
    before = "\n"
    for result in islice(results, MOST_RESULTS):
        yield before + _text(result)
        before = ",\n"
    left = sum([1 for _ in results])
    notifications = [notification(each) for each in report.diagnostics]
    if left:
        message = f"{counted(left, 'result')} left out: code scanning takes {MOST_RESULTS:,} of a run, and these are the gravest"
        settings.note(message)
        notifications.append({"level": "warning", "descriptor": {"id": "left-out"}, "message": {"text": message}})
    yield f'\n],\n"invocations": [{_text(_invocation(report, notifications))}]\n}}]\n}}\n'


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _driver(report: Report) -> dict[str, Any]:
    return {"name": "gsl", "semanticVersion": VERSION, "rules": [_rule(rule) for rule in report.rules]}


def _invocation(report: Report, notifications: list[dict[str, Any]]) -> dict[str, Any]:
    code = report.exit_code()
    told = {"executionSuccessful": code != 2, "exitCode": code, "properties": {"now": report.now}}
    return {**told, "toolExecutionNotifications": notifications} if notifications else told


def _rule(rule: RuleSummary) -> dict[str, Any]:
    """What is told of a rule; its id is unique in a report."""
    about = rule.about
    tags = ["security", *([about.category] if about.category else [])]
    tags += [f"{name} {section}" for name, sections in about.frameworks.items() for section in sections]
    properties: dict[str, Any] = {"tags": list(dict.fromkeys(tags))[:_MOST_TAGS], "precision": "very-high"}
    if rule.severity is not None:
        properties["security-severity"] = _GRADES[rule.severity]
    description = _cut(about.description or rule.title)
    help_text = _cut(about.remediation or about.description or rule.title)
    told = {
        "id": rule.id,
        "shortDescription": {"text": _cut(rule.title)},
        "fullDescription": {"text": description},
        "help": {"text": help_text},
        "defaultConfiguration": {"level": _level(rule.severity)},
        "properties": properties,
    }
    links = [each for each in about.references if each.startswith("https://") and each.isascii() and " " not in each]
    return {**told, "helpUri": links[0]} if links else told


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _level(severity: str | None) -> str:
    return _LEVELS.get(severity or "", "error")


def _results(report: Report, numbers: dict[str, int]) -> Iterator[dict[str, Any]]:
    """Findings and what became of others, in the order in which they matter."""
    rules = {rule.id: rule for rule in report.rules}
    gone = report.comparison.gone if report.comparison is not None else ()
    for result in chain(in_order(report.findings), in_order(report.excluded), report.verdicts or ()):
        yield _result(result, rules.get(result.rule_id), numbers, _STATES.get(result.change or ""))
    for result in gone:
        if result.change in ("fixed", "not-evaluated"):
            yield _result(result, rules.get(result.rule_id), numbers, "absent")


def _result(result: Result, rule: RuleSummary | None, numbers: dict[str, int], state: str | None) -> dict[str, Any]:
    kind = _KINDS[result.status]
    reason = why(result)
    told: dict[str, Any] = {
        "ruleId": result.rule_id,
        "kind": kind,
        "level": _level(result.severity) if kind == "fail" else "none",
        "message": {"text": _cut(entity_of(result, " ") + (f": {reason}" if reason else ""))},
        "locations": [_location(result, rule)],
        "partialFingerprints": {FINGERPRINT: result.fingerprint},
        "properties": {"account": result.account, "region": result.region, "entityType": result.entity_type},
    }
    if result.rule_id in numbers:
        told["ruleIndex"] = numbers[result.rule_id]
    if result.entity is not None:
        told["properties"]["entity"] = clean_value(result.entity)
    if state is not None:
        told["baselineState"] = state
    if result.exclusion is not None:
        where = "inSource" if result.exclusion.source == IN_RULE else "external"
        told["suppressions"] = [{"kind": where, "status": "accepted", "justification": excluded_by(result.exclusion)}]
    return told


def _location(result: Result, rule: RuleSummary | None) -> dict[str, Any]:
    """The part of the rule that decided, in the rule's file; and the entity."""
    names = [each for each in (result.account, result.region, result.entity_type, result.entity_id) if each]
    name = printable(result.entity_name or result.entity_id or result.entity_type)
    place: dict[str, Any] = {
        "logicalLocations": [{"name": name, "fullyQualifiedName": printable("/".join(names)), "kind": "resource"}]
    }
    if rule is not None and rule.file is not None:
        line = result.reasons[0].line if result.reasons else rule.about.line
        region = {"startLine": line if rule.about.line is not None else 1}
        place["physicalLocation"] = {"artifactLocation": artifact(rule.file), "region": region}
    return place


def artifact(file: str) -> dict[str, str]:
    """A file as SARIF names it: relative to the folder of the run where it is below."""
    path = Path(file)
    return {"uri": path.as_uri() if path.is_absolute() else urllib.parse.quote(path.as_posix())}


def notification(told: Diagnostic) -> dict[str, Any]:
    """A diagnostic as SARIF has what a tool says of its run."""
    found: dict[str, Any] = {"level": told.level, "descriptor": {"id": told.code}, "message": {"text": told.message}}
    if told.rule_id is not None:
        found["associatedRule"] = {"id": told.rule_id}
    if told.file:
        place: dict[str, Any] = {"artifactLocation": artifact(told.file)}
        if told.line is not None and told.text_name in (None, told.file):
            place["region"] = {"startLine": told.line, "startColumn": told.column or 1}
        found["locations"] = [{"physicalLocation": place}]
    return found
