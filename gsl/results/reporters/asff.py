"""The report in the AWS Security Finding Format: a JSON array of what BatchImportFindings of Security Hub takes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

import msgspec

from gsl.results.comparison import EXCLUDED, FIXED, NOT_EVALUATED, UNKNOWN
from gsl.results.model import Report, Result
from gsl.results.reporters import Settings
from gsl.results.reporters.aws_places import AwsPlace, aws_place, resource_id, resource_type
from gsl.results.reporters.sentences import (
    clean,
    iso,
    links,
    not_told,
    reason_text,
    sections,
    sentence,
)
from gsl.results.reporters.wording import counted, excluded_by
from gsl.results.severity import SEVERITIES
from gsl.results.summaries import RuleSummary
from gsl.semantics.judging import Status
from gsl.version import VERSION

TITLE, DESCRIPTION, RECOMMENDATION, GENERATOR = 256, 1024, 512, 512
RESOURCE, FIELD, REQUIREMENT, REQUIREMENTS, REASONS = 2048, 512, 128, 32, 10
"""What Security Hub takes of these, in characters and items; ours where it names no limit, so that no finding comes
near the 240 KB that it takes."""

_CHECKS = "Software and Configuration Checks"
_STANDARDS, _PRACTICES = f"{_CHECKS}/Industry and Regulatory Standards", f"{_CHECKS}/AWS Security Best Practices"
_NO_SEVERITY = "MEDIUM"
_COMPLIANCE = {
    Status.FAILED: "FAILED",
    Status.ERROR: "NOT_AVAILABLE",
    Status.EXCLUDED: "FAILED",
    Status.PASSED: "PASSED",
}
_GONE = {FIXED: "PASSED", NOT_EVALUATED: "NOT_AVAILABLE", UNKNOWN: "NOT_AVAILABLE"}
_ENCODE = msgspec.json.encode
CUT = "\N{HORIZONTAL ELLIPSIS}"
"""How a text that was cut ends."""


def findings(report: Report, settings: Settings) -> Iterator[str]:
    """The findings as one JSON array, one a line."""
    writer = _Writer(report)
    before = "[\n"
    for result in _told(report):
        place = aws_place(result)
        if place is None:
            writer.elsewhere += 1
            continue
        yield before + _ENCODE(writer.finding(result, place)).decode()
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"
    for each in (*writer.said(), not_told(report, rules=True)):
        if each:
            settings.note(each)


def _told(report: Report) -> Iterator[Result]:
    """All results that are told; what was excluded since the baseline is among the excluded ones."""
    gone = report.comparison.gone if report.comparison is not None else ()
    kept = (each for each in gone if each.change != EXCLUDED)
    return chain(report.findings, report.excluded, report.verdicts or (), kept)


class _Writer:
    """What all findings of a report share, and what was left out or cut."""

    def __init__(self, report: Report) -> None:
        self.now = iso(report.now)
        self.since = iso(report.comparison.now) if report.comparison is not None else self.now
        self.rules = {rule.id: rule for rule in report.rules}
        self.titles = report.titles
        self.elsewhere = 0
        self.shortened = 0
        self.is_cut = False

    def finding(self, result: Result, place: AwsPlace) -> dict[str, Any]:
        """The finding of a result, within all limits."""
        rule = self.rules.get(result.rule_id)
        gone = _GONE.get(result.change or "")
        title = self.titles.get(result.rule_id, result.rule_id)
        self.is_cut = False
        finding = {
            "SchemaVersion": "2018-10-08",
            "Id": f"gsl/{result.fingerprint}",
            "ProductArn": f"arn:{place.partition}:securityhub:{place.home}:{place.account}:product/{place.account}/default",
            "GeneratorId": self._cut(f"gsl/{result.rule_id}", GENERATOR),
            "AwsAccountId": place.account,
            "CreatedAt": self.since if gone or result.change in ("changed", "unchanged") else self.now,
            "UpdatedAt": self.now,
            "Title": self._cut(title, TITLE),
            "Description": self._cut(_description(result, title, rule), DESCRIPTION),
            "FindingProviderFields": _provided(result, rule),
            **self._remediation(rule),
            "ProductFields": self._fields(result),
            "Resources": [self._resource(result, place)],
            "Compliance": self._compliance(gone or _COMPLIANCE[result.status], rule),
            "RecordState": "ARCHIVED" if result.change == FIXED else "ACTIVE",
            **({"Workflow": {"Status": "SUPPRESSED"}} if result.status is Status.EXCLUDED else {}),
        }
        self.shortened += self.is_cut
        return finding

    def said(self) -> Iterator[str]:
        """What there is to say of findings that were left out or cut."""
        if self.elsewhere:
            yield f"{counted(self.elsewhere, 'finding')} of no AWS account left out, as Security Hub takes none of these"
        if self.shortened:
            told = f"cut, ending in {CUT}, to what Security Hub takes"
            yield f"texts or reasons of {counted(self.shortened, 'finding')} {told}"

    def _cut(self, text: str, longest: int) -> str:
        """A text as Security Hub takes it: not blank, without control characters, not too long."""
        text = clean(text).strip() or "-"
        if len(text) <= longest:
            return text
        self.is_cut = True
        return text[: longest - 1].rstrip() + CUT

    def _resource(self, result: Result, place: AwsPlace) -> dict[str, Any]:
        return {
            "Type": resource_type(result).finding_format,
            "Id": self._cut(resource_id(result, place), RESOURCE),
            "Partition": place.partition,
            "Region": place.home,
        }

    def _compliance(self, status: str, rule: RuleSummary | None) -> dict[str, Any]:
        told = [f"{framework} {section}".strip() for framework, section in sections(rule)]
        if len(told) > REQUIREMENTS:
            self.is_cut = True
        found = [self._cut(each, REQUIREMENT) for each in told[:REQUIREMENTS]]
        return {"Status": status, **({"RelatedRequirements": found} if found else {})}

    def _remediation(self, rule: RuleSummary | None) -> dict[str, Any]:
        if rule is None or not (rule.about.remediation or rule.about.references):
            return {}
        text = self._cut(rule.about.remediation or "See the reference.", RECOMMENDATION)
        pages = [each for each in links(rule.about.references) if len(each) <= RESOURCE]
        return {"Remediation": {"Recommendation": {"Text": text, **({"Url": pages[0]} if pages else {})}}}

    def _fields(self, result: Result) -> dict[str, str]:
        """What Security Hub has no place for; the reasons one by one."""
        told: dict[str, Any] = {
            "ProviderName": "gsl",
            "ProviderVersion": VERSION,
            "gsl/rule": result.rule_id,
            "gsl/verdict": str(result.status),
            "gsl/type": result.entity_type,
            "gsl/entity": result.entity_id,
            "gsl/name": result.entity_name,
            "gsl/change": result.change,
            "gsl/excluded": _exclusion(result),
        }
        for number, reason in enumerate(result.reasons[:REASONS], 1):
            told[f"gsl/reason/{number}"] = reason_text(reason)
        if len(result.reasons) > REASONS:
            self.is_cut = True
            told["gsl/reason/more"] = f"{len(result.reasons) - REASONS} more {CUT}"
        return {name: self._cut(value, FIELD) for name, value in told.items() if value}


def _description(result: Result, title: str, rule: RuleSummary | None) -> str:
    """What happened, who excluded it, and what the rule says about it."""
    about = (rule.about.description if rule is not None else None) or ""
    return "\n".join([part for part in (sentence(result, title), _exclusion(result), about) if part])


def _exclusion(result: Result) -> str:
    return excluded_by(result.exclusion) if result.exclusion is not None else ""


def _provided(result: Result, rule: RuleSummary | None) -> dict[str, Any]:
    severity = result.severity if result.severity in SEVERITIES else None
    kind = _STANDARDS if rule is not None and rule.about.frameworks else _PRACTICES
    return {"Severity": {"Label": (severity or _NO_SEVERITY).upper(), "Original": severity or "none"}, "Types": [kind]}
