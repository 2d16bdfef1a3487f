"""The report as an assessment of CloudGuard: a test for each rule, with a result for each entity that it judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from gsl.results.exclusion import Exclusion
from gsl.results.model import Report, Result
from gsl.results.reporters import Settings
from gsl.results.reporters.cloudguard_entities import Entities
from gsl.results.reporters.rule_places import RulePlaces
from gsl.results.reporters.sentences import clean, iso, not_told, why
from gsl.results.reporters.wording import counted, excluded_by
from gsl.results.severity import SEVERITIES
from gsl.results.summaries import RuleSummary
from gsl.semantics.judging import Status

_ENCODE = msgspec.json.encode
_STATUSES = {
    Status.FAILED: "Failed",
    Status.ERROR: "Error",
    Status.EXCLUDED: "Excluded",
    Status.PASSED: "Passed",
}


def document(report: Report, settings: Settings) -> Iterator[str]:
    """One JSON object, a result a line; fields whose values are known at the end come at the end."""
    writer = _Writer(report)
    yield '{"createdTime":' + _json(iso(report.now)) + ',\n"tests":['
    between = "\n"
    for rule in report.rules:
        if rule.kind == "check" or rule.errors:
            yield between
            yield from writer.test(rule)
            between = ",\n"
    yield '\n],\n"testEntities":{'
    yield from writer.test_entities()
    yield "\n},\n"
    yield ",\n".join([f"{_json(key)}:{_json(value)}" for key, value in writer.end().items()]) + "}\n"
    left = _left_out(report)
    if left:
        settings.note(left)


def _json(value: Any) -> str:
    return _ENCODE(value).decode()


def _left_out(report: Report) -> str:
    """What the format has no place for, in words."""
    said = [not_told(report)]
    gone = 0 if report.comparison is None else len(report.comparison.gone)
    if gone:
        said.append(f"no place for {counted(gone, 'finding')} of the baseline that {'is' if gone == 1 else 'are'} gone")
    waiting = sum([rule.kind == "placeholder" for rule in report.rules])
    if waiting:
        said.append(f"no place for {counted(waiting, 'placeholder')}")
    return "; ".join([each for each in said if each])


class _Writer:
    """What the parts of a document share."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.places = RulePlaces(report)
        self.entities = Entities()
        self.exclusions: dict[Exclusion, int] = {each.exclusion: 0 for each in report.exclusions}
        for number, exclusion in enumerate(self.exclusions, 1):
            self.exclusions[exclusion] = number

    def test(self, rule: RuleSummary) -> Iterator[str]:
        """The test of a rule, a result a line."""
        relevant = rule.passed + rule.failed + rule.errors
        counts = {
            "testedCount": relevant + rule.not_relevant,
            "relevantCount": relevant,
            "nonComplyingCount": rule.failed + rule.errors,
        }
        head = {
            "error": self._error(rule),
            **counts,
            "exclusionStats": dict.fromkeys(counts, rule.excluded),
            "rule": _rule(rule),
            "testPassed": not (rule.failed or rule.errors or rule.could_not_run),
        }
        yield _json(head)[:-1] + ',"entityResults":['
        between = "\n"
        for result in self.places.of(rule.id):
            yield between + _json(self._result(result))
            between = ",\n"
        yield "]}"

    def _error(self, rule: RuleSummary) -> str | None:
        """Why a rule could not run."""
        if not rule.could_not_run:
            return None
        told = [each.message for each in self.report.diagnostics if each.rule_id == rule.id and each.level == "error"]
        return clean("\n".join(told)) or "the rule could not run"

    def _result(self, result: Result) -> dict[str, Any]:
        return {
            "validationStatus": _STATUSES[result.status],
            "isRelevant": True,
            "isValid": result.passed,
            "isExcluded": result.exclusion is not None,
            "exclusionId": None if result.exclusion is None else self._exclusion(result.exclusion),
            "remediationId": None,
            "error": why(result) or "it could not be decided" if result.status is Status.ERROR else None,
            "testObj": {
                "id": clean(result.entity_id),
                "dome9Id": None,
                "entityType": clean(result.entity_type),
                "entityIndex": self.entities.index_of(result),
                "customEntityComparisonHash": result.fingerprint,
            },
        }

    def _exclusion(self, exclusion: Exclusion) -> str:
        """The number of an exclusion, as text; that of a rule itself gets one when it is met."""
        return str(self.exclusions.setdefault(exclusion, len(self.exclusions) + 1))

    def test_entities(self) -> Iterator[str]:
        """The entities of the results by type, each once, an entity a line."""
        comma = ""
        for type_name, rule_ids in self.entities.types():
            yield f"{comma}\n{_json(clean(type_name))}:["
            results = (result for rule_id in rule_ids for result in self.places.of(rule_id))
            between = "\n"
            for entity in self.entities.of(type_name, results):
                yield between + _json(entity)
                between = ",\n"
            yield "]"
            comma = ","

    def end(self) -> dict[str, Any]:
        """What is known when all results were met."""
        report = self.report
        checks = [rule for rule in report.rules if rule.kind == "check" or rule.errors]
        errors = any([each.level == "error" for each in report.diagnostics]) or any(
            [rule.errors or rule.could_not_run for rule in report.rules]
        )
        account = self.entities.account
        return {
            "exclusions": [_told(each, number) for each, number in self.exclusions.items()],
            "assessmentPassed": not errors and not any([rule.failed for rule in checks]),
            "hasErrors": errors,
            "hasDataSyncStatusIssues": any([rule.errors for rule in report.rules]),
            "stats": _stats(checks, self.entities.failed),
            "request": {"name": "gsl", "externalCloudAccountId": account},
            "locationMetadata": {"account": {"name": account, "externalId": account}},
        }


def _rule(rule: RuleSummary) -> dict[str, Any]:
    about = rule.about
    return {
        "name": clean(rule.title),
        "severity": rule.severity.capitalize() if rule.severity else None,
        "description": clean(about.description or ""),
        "remediation": clean(about.remediation or ""),
        "complianceTag": clean(about.category or ""),
        "ruleId": clean(rule.id),
        "category": clean(about.category or ""),
    }


def _told(exclusion: Exclusion, number: int) -> dict[str, Any]:
    until = {"dateRange": {"from": None, "to": exclusion.expires}} if exclusion.expires else {}
    return {"id": number, "comment": excluded_by(exclusion), **until}


def _stats(rules: list[RuleSummary], failed_entities: int) -> dict[str, Any]:
    """The numbers: of rules, and of tests, which are pairs of rule and entity."""
    failed = [rule for rule in rules if rule.failed]
    passed = [rule for rule in rules if rule.status == "passed" and rule.passed]
    excluded = [rule for rule in rules if rule.status == "passed" and not rule.passed]
    return {
        "passed": len(passed),
        "passedRulesBySeverity": _by_severity(passed),
        "failed": len(failed),
        "failedRulesBySeverity": _by_severity(failed),
        "error": sum([rule.status == "error" for rule in rules]),
        "failedTests": sum([rule.failed for rule in rules]),
        "logicallyTested": sum([rule.passed + rule.failed for rule in rules]),
        "failedEntities": failed_entities,
        "excludedTests": sum([rule.excluded for rule in rules]),
        "excludedFailedTests": sum([rule.excluded for rule in rules]),
        "excludedRules": len(excluded),
        "excludedRulesBySeverity": _by_severity(excluded),
    }


def _by_severity(rules: Iterable[RuleSummary]) -> dict[str, int]:
    found = dict.fromkeys(SEVERITIES, 0)
    for rule in rules:
        if rule.severity is not None:
            found[rule.severity] += 1
    return found
