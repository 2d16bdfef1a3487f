"""The report as events of the Open Cybersecurity Schema Framework: a Compliance Finding (or a Detection Finding) a line."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from itertools import chain
from typing import Any

import msgspec

from gsl.inventory.entity import fingerprint
from gsl.results.comparison import CHANGED, CHANGES, EXCLUDED, FIXED, UNCHANGED
from gsl.results.model import Report, Result
from gsl.results.reporters import Settings
from gsl.results.reporters.aws_places import AwsPlace, aws_place, resource_id, resource_type
from gsl.results.reporters.sentences import (
    clean,
    clean_value,
    instant,
    not_told,
    reason_text,
    sections,
    sentence,
)
from gsl.results.reporters.wording import excluded_by
from gsl.results.summaries import RuleSummary
from gsl.semantics.judging import Status
from gsl.version import VERSION

_CLASSES = {"compliance": (2003, "Compliance Finding"), "detection": (2004, "Detection Finding")}
_ACTIVITIES = {1: "Create", 2: "Update", 3: "Close"}
_SEVERITIES = {"informational": 1, "low": 2, "medium": 3, "high": 4, "critical": 5}
_STATUSES = {1: "New", 3: "Suppressed", 4: "Resolved"}
_COMPLIANCE = {0: "Unknown", 1: "Pass", 3: "Fail"}
_UNKNOWN, _PASS, _FAIL = _COMPLIANCE
_VERDICTS = {
    Status.FAILED: (1, _FAIL),
    Status.ERROR: (1, _UNKNOWN),
    Status.EXCLUDED: (3, _FAIL),
    Status.PASSED: (4, _PASS),
}
"""The workflow's status and the compliance status of each verdict."""

_ENCODE = msgspec.json.encode
_AWS_ACCOUNT = 10
_NAMES = uuid.UUID("6f7a1e0b-3b5c-5d0e-9f1a-4d6cc1f1a2b3")


def events(report: Report, settings: Settings) -> Iterator[str]:
    """One event a line: findings, excluded ones, passed ones, those of a baseline that are gone, rules that could not run."""
    writer = _Writer(report, settings)
    for result in chain(report.findings, report.excluded, report.verdicts or ()):
        yield writer.line(result)
    for result in report.comparison.gone if report.comparison is not None else ():
        if result.change != EXCLUDED:  # it is among the excluded ones
            yield writer.line(result)
    for rule in report.rules:
        if rule.could_not_run:
            yield writer.lost(rule)
    left = not_told(report, errors=not any([rule.could_not_run for rule in report.rules]))
    if left:
        settings.note(left)


class _Writer:
    """What all events of a report share."""

    def __init__(self, report: Report, settings: Settings) -> None:
        self.report = report
        self.version = settings.ocsf_version
        self.form = settings.ocsf_class
        self.time = int(instant(report).timestamp() * 1000)
        self.rules = {rule.id: rule for rule in report.rules}
        self.shared: dict[str, dict[str, Any]] = {}

    def line(self, result: Result) -> str:
        """The event of a result, as a line of JSON."""
        gone = result.change in CHANGES and result.change not in ("new", CHANGED, UNCHANGED)
        workflow, compliance = _VERDICTS[result.status]
        if gone:
            workflow, compliance = (4, _PASS) if result.change == FIXED else (1, _UNKNOWN)
        activity = 3 if result.change == FIXED else self._activity(result, gone)
        about = self._about(result.rule_id)
        place = aws_place(result)
        title = about["title"]
        event = {
            **self._kind(activity),
            "time": self.time,
            **_severity(result.severity),
            "status_id": workflow,
            "status": _STATUSES[workflow],
            **_told("status_detail", excluded_by(result.exclusion) if result.exclusion is not None else ""),
            "message": sentence(result, title),
            "metadata": self._metadata(result.fingerprint, result.rule_id, activity, place is not None),
            "finding_info": {"uid": result.fingerprint, **about["finding_info"]},
            "compliance": {
                **about["compliance"],
                "status_id": compliance,
                "status": _COMPLIANCE[compliance],
                **_told("status_details", [reason_text(each) for each in result.reasons]),
            },
            "resources": [_resource(result, place)],
            **about["remediation"],
            **_told("evidences", [_evidence(each) for each in result.reasons]),
            **_told("cloud", _cloud(place)),
            **_told("unmapped", _unmapped(result, place)),
        }
        return self._written(event)

    def lost(self, rule: RuleSummary) -> str:
        """The event of a rule that could not run: nothing is known of what it is about."""
        about = self._about(rule.id)
        name = fingerprint(rule.id, rule.entity_type, "", "", "")
        why = [
            clean(each.message) for each in self.report.diagnostics if each.rule_id == rule.id and each.level == "error"
        ]
        event = {
            **self._kind(1),
            "time": self.time,
            **_severity(rule.severity),
            "status_id": 1,
            "status": _STATUSES[1],
            "message": f"the rule '{about['title']}' could not run",
            "metadata": self._metadata(name, rule.id, 1, False),
            "finding_info": {"uid": name, **about["finding_info"]},
            "compliance": {
                **about["compliance"],
                "status_id": _UNKNOWN,
                "status": _COMPLIANCE[_UNKNOWN],
                "status_details": why or ["the rule could not run"],
            },
            **about["remediation"],
        }
        return self._written(event)

    def _activity(self, result: Result, gone: bool) -> int:
        """Create for what is new, or of which nothing earlier is known; else Update."""
        again = self.report.comparison is not None and result.status is Status.EXCLUDED
        return 2 if gone or again or result.change in (CHANGED, UNCHANGED) else 1

    def _metadata(self, name: str, rule_id: str, activity: int, in_cloud: bool) -> dict[str, Any]:
        return {
            "version": self.version,
            "product": {"name": "gsl", "vendor_name": "gsl", "version": VERSION},
            "uid": str(uuid.uuid5(_NAMES, f"{self.report.now} {name} {activity}")),
            "event_code": clean(rule_id),
            **({"profiles": ["cloud"]} if in_cloud else {}),
        }

    def _kind(self, activity: int) -> dict[str, Any]:
        number, name = _CLASSES[self.form]
        return {
            "activity_id": activity,
            "activity_name": _ACTIVITIES[activity],
            "category_uid": 2,
            "category_name": "Findings",
            "class_uid": number,
            "class_name": name,
            "type_uid": number * 100 + activity,
            "type_name": f"{name}: {_ACTIVITIES[activity]}",
        }

    def _written(self, event: dict[str, Any]) -> str:
        """The event as a line of JSON; a Detection Finding has no place of its own for what complies."""
        if self.form == "detection":
            compliance = event.pop("compliance")
            event["status_code"] = compliance["status"]
            event["unmapped"] = {**event.get("unmapped", {}), "compliance": compliance}
        return _ENCODE(event).decode() + "\n"

    def _about(self, rule_id: str) -> dict[str, Any]:
        """What the events of a rule share."""
        if rule_id not in self.shared:
            self.shared[rule_id] = _about(rule_id, self.rules.get(rule_id), self.report.titles.get(rule_id, rule_id))
        return self.shared[rule_id]


def _about(rule_id: str, rule: RuleSummary | None, title: str) -> dict[str, Any]:
    identity, title = clean(rule_id), clean(title)
    mapped = sections(rule)
    standards = list(dict.fromkeys([framework for framework, _ in mapped]))
    described = _told("desc", clean((rule.about.description if rule is not None else None) or "").strip())
    category = _told("category", clean((rule.about.category if rule is not None else None) or ""))
    return {
        "title": title,
        "finding_info": {
            "title": title,
            **described,
            "analytic": {"type_id": 1, "type": "Rule", "uid": identity, "name": title, **category},
        },
        "compliance": {
            "control": identity,
            **described,
            **category,
            **_told("standards", standards),
            **_told("requirements", [f"{framework} {section}" for framework, section in mapped if section]),
        },
        "remediation": _remediation(rule),
    }


def _remediation(rule: RuleSummary | None) -> dict[str, Any]:
    if rule is None or not (rule.about.remediation or rule.about.references):
        return {}
    desc = clean(rule.about.remediation or "").strip() or "See the references."
    return {"remediation": {"desc": desc, **_told("references", [clean(each) for each in rule.about.references])}}


def _severity(severity: str | None) -> dict[str, Any]:
    if severity not in _SEVERITIES:
        return {"severity_id": 0, "severity": "Unknown"}
    return {"severity_id": _SEVERITIES[severity], "severity": severity.capitalize()}


def _resource(result: Result, place: AwsPlace | None) -> dict[str, Any]:
    data = _told("data", clean_value(result.entity))
    if place is None:
        named = {"uid": clean(result.entity_id)} if result.entity_id else {"name": f"any {clean(result.entity_type)}"}
        return {**named, **_told("name", clean(result.entity_name)), "type": clean(result.entity_type), **data}
    return {
        "uid": clean(resource_id(result, place)),
        **_told("name", clean(result.entity_name)),
        "type": clean(resource_type(result).name),
        **_told("region", place.region),
        "cloud_partition": place.partition,
        **data,
    }


def _cloud(place: AwsPlace | None) -> dict[str, Any]:
    if place is None:
        return {}
    account = {"uid": place.account, "type_id": _AWS_ACCOUNT, "type": "AWS Account"}
    return {
        "provider": "AWS",
        "account": account,
        **_told("region", place.region),
        "cloud_partition": place.partition,
    }


def _evidence(reason: Any) -> dict[str, Any]:
    told = {
        "expression": clean(reason.expression),
        "values": [{"path": clean(each.path), "value": clean_value(each.value)} for each in reason.values],
        "result": clean_value(reason.result),
        "count": reason.count,
    }
    return {"data": {name: value for name, value in told.items() if value is not None}}


def _unmapped(result: Result, place: AwsPlace | None) -> dict[str, Any]:
    """What the schema has no place for: gsl's own words, and where things are outside AWS."""
    before = [_evidence(each)["data"] for each in result.before]
    exclusion = result.exclusion.to_dict() if result.exclusion is not None else {}
    told: dict[str, Any] = {
        "verdict": str(result.status),
        "entity_type": clean(result.entity_type),
        "entity_id": clean(result.entity_id),
        "account": clean(result.account) if place is None else "",
        "region": clean(result.region) if place is None else "",
        "change": result.change,
        "before": before,
        "exclusion": {name: clean(value) for name, value in exclusion.items() if value},
    }
    return {name: value for name, value in told.items() if value}


def _told(name: str, value: Any) -> dict[str, Any]:
    """A member, where there is something to tell."""
    return {name: value} if value else {}
