"""A report by framework as JSON: the tree with the status of each control."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from gsl.results.assessing import Assessment, Standing
from gsl.results.frameworks import Section
from gsl.results.model import Report, Result
from gsl.results.reporters import Settings
from gsl.results.reporters.frameworks import caveats
from gsl.version import VERSION

SCHEMA_VERSION = "1"
"""The version of this JSON; it changes when a reader could break."""


def document(report: Report, assessments: Sequence[Assessment], settings: Settings) -> Iterator[str]:
    """The document, indented."""
    told = {
        "schemaVersion": SCHEMA_VERSION,
        "tool": {"name": "gsl", "version": VERSION},
        "now": report.now,
        "frameworks": [_framework(report, each) for each in assessments],
    }
    yield json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def _framework(report: Report, assessment: Assessment) -> dict[str, Any]:
    framework = assessment.framework
    return {
        "name": framework.name,
        "title": framework.title,
        "version": framework.version,
        "url": framework.url,
        "known": framework.known,
        "complete": framework.complete,
        "summary": assessment.to_dict(),
        "caveats": caveats(report, assessment),
        "sections": [_section(each, assessment) for each in framework.sections],
        "unknownSections": {name: [rule.id for rule in rules] for name, rules in assessment.unknown.items()},
        "rulesWithoutSection": [rule.id for rule in assessment.unplaced],
    }


def _section(section: Section, assessment: Assessment) -> dict[str, Any]:
    return {
        "id": section.id,
        "title": section.title,
        "sections": [_section(each, assessment) for each in section.sections],
        "controls": [_control(assessment.standings[each.id]) for each in section.controls],
    }


def _control(standing: Standing) -> dict[str, Any]:
    control = standing.control
    return {
        "id": control.id,
        "title": control.title,
        "manual": control.manual,
        "guidance": control.guidance,
        "status": standing.status,
        "rules": [{"id": rule.id, "title": rule.title, "status": rule.status} for rule in standing.rules],
        "verdicts": standing.verdicts.to_dict(),
        "absentTypes": standing.absent,
        "named": [_named(each) for each in standing.named],
        "unnamed": standing.unnamed,
    }


def _named(result: Result) -> dict[str, Any]:
    told = {
        "status": str(result.status),
        "ruleId": result.rule_id,
        "entityType": result.entity_type,
        "entityId": result.entity_id,
        "entityName": result.entity_name,
        "account": result.account,
        "region": result.region,
        "fingerprint": result.fingerprint,
    }
    return told if result.exclusion is None else {**told, "exclusion": result.exclusion.to_dict()}
