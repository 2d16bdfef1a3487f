"""The report as OSCAL assessment results: an observation for each verdict, a finding for each control."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from gsl.errors import printable
from gsl.inventory.entity import fingerprint
from gsl.results.comparison import EXCLUDED, FIXED
from gsl.results.exclusion import IN_RULE
from gsl.results.model import Report, Result
from gsl.results.reporters import Settings
from gsl.results.reporters.oscal_controls import Control, by_framework, controls_of
from gsl.results.reporters.oscal_parts import (
    ASSETS,
    NAMESPACE,
    NO_PLAN,
    ORIGINS,
    OSCAL_VERSION,
    PLAN,
    Seen,
    identity,
    line,
    one_property,
    plain,
    properties,
    prose,
)
from gsl.results.reporters.sentences import clean, iso, links, named, reason_text, sentence
from gsl.results.reporters.wording import counted, excluded_by, title_of
from gsl.results.summaries import RuleSummary
from gsl.semantics.judging import Status

_ENCODE = msgspec.json.encode
_ACCEPTED = "deviation-approved"
_LAST_YEAR = 2999
"""The last year that an instant of OSCAL can be of."""


def document(report: Report, settings: Settings) -> Iterator[str]:
    """One JSON document, a record a line."""
    writer = _Writer(report)
    yield '{"assessment-results": {\n'
    yield _members(writer.head())
    yield ',\n"results": [{\n'
    yield _members(writer.result())
    yield ',\n"local-definitions": {\n'
    yield _members({"assessment-assets": ASSETS})
    yield from _array("inventory-items", writer.items())
    yield "\n}"
    yield from _array("observations", writer.observations())
    yield from _array("risks", writer.risks())
    yield from writer.findings()
    yield "\n}],\n"
    yield _members({"back-matter": {"resources": [NO_PLAN]}})
    yield "\n}}\n"


class _Writer:
    """What the parts of a document share. It keeps 16 bytes for each verdict, and 16 while it looks for repeats."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.now = iso(report.now)
        self.before = iso(report.comparison.now) if report.comparison is not None else self.now
        self.controls = controls_of(report)
        self.rules = {rule.id: rule for rule in report.rules}
        self.observed: dict[str, bytearray] = {}
        self.accepted: dict[str, str] = {}

    def head(self) -> dict[str, Any]:
        """What says which document it is."""
        return {
            "uuid": self._run("document"),
            "metadata": {
                "title": "gsl assessment results",
                "last-modified": self.now,
                "version": self.now,
                "oscal-version": OSCAL_VERSION,
            },
            "import-ap": {"href": f"#{PLAN}"},
        }

    def result(self) -> dict[str, Any]:
        """The one result but for its long lists."""
        summary = self.report.summary
        log = list(self._log())
        return {
            "uuid": self._run("result"),
            "title": "Verdicts of rules on entities",
            "description": f"{counted(summary.rules, 'rule')} on {counted(summary.entities, 'entity', 'entities')}.",
            "start": self.now,
            "props": [one_property(name, str(value)) for name, value in summary.to_dict().items()],
            "reviewed-controls": self._reviewed(),
            **({"assessment-log": {"entries": log}} if log else {}),
        }

    def _run(self, what: str) -> str:
        """The identity of something that belongs to this run."""
        counts = [clean(str(rule.to_dict())) for rule in self.report.rules]
        return identity(what, self.now, str(self.report.summary.to_dict()), *counts)

    def _reviewed(self) -> dict[str, Any]:
        """Which controls were looked at; those that nothing was there for are excluded ones."""
        selections = [_selection(framework, found) for framework, found in by_framework(self.controls)]
        none = {"description": "No rule was run: no control was reviewed.", "include-all": {}}
        return {"control-selections": selections or [none]}

    def _log(self) -> Iterator[dict[str, Any]]:
        """What there is to know of the run besides: diagnostics, and what queries selected."""
        told = [(f"{each.level}: {each.code}", each.message, each.rule_id or "") for each in self.report.diagnostics]
        if self.report.selected:
            told.append(
                ("note: selected", f"queries selected {counted(len(self.report.selected), 'entity', 'entities')}", "")
            )
        for number, (title, message, rule_id) in enumerate(told):
            yield {
                "uuid": identity("log", self.now, str(number), clean(title), clean(message)),
                "title": line(title),
                "description": prose(message),
                "start": self.now,
                **properties({"rule-id": rule_id}),
            }

    def _results(self) -> Iterator[tuple[Result, bool]]:
        """All results, and whether they are those of a baseline that are gone."""
        for results in (self.report.findings, self.report.excluded, self.report.verdicts or ()):
            for result in results:
                yield result, False
        for result in self.report.comparison.gone if self.report.comparison is not None else ():
            if result.change != EXCLUDED:  # it is among the excluded ones
                yield result, True

    def _seen(self) -> Seen:
        report = self.report
        gone = report.comparison.gone if report.comparison is not None else ()
        return Seen(sum(map(len, (report.findings, report.excluded, report.verdicts or (), gone))))

    def items(self) -> Iterator[dict[str, Any]]:
        """The entities, each once."""
        seen = self._seen()
        for result, _ in self._results():
            name = _entity(result)
            if not seen.again(UUID(name).bytes):
                told = {"entity-type": result.entity_type, "account": result.account, "region": result.region}
                identified = (
                    [one_property("asset-id", printable(result.entity_id), own=False)]
                    if result.entity_id.strip()
                    else []
                )
                props = [*identified, *properties(told)["props"]]
                yield {"uuid": name, "description": prose(named(result)), "props": props}

    def observations(self) -> Iterator[dict[str, Any]]:
        """Each verdict, with what decided it; it is taken down which belong to which rule."""
        seen = self._seen()
        repeats = 0
        for result, is_gone in self._results():
            name = identity("gone" if is_gone else "observation", result.fingerprint)
            if seen.again(UUID(name).bytes):
                repeats += 1
                name = identity("repeated", result.fingerprint, str(repeats))
            if not is_gone:
                self.observed.setdefault(result.rule_id, bytearray()).extend(UUID(name).bytes)
                if result.exclusion is not None and result.exclusion.source != IN_RULE:
                    ends = _last_moment(result.exclusion.expires)
                    self.accepted[result.rule_id] = min(
                        filter(None, (self.accepted.get(result.rule_id), ends)), default=""
                    )
            yield self._observation(name, result, is_gone)

    def _observation(self, name: str, result: Result, is_gone: bool) -> dict[str, Any]:
        told = {
            "verdict": str(result.status),
            "rule-id": result.rule_id,
            "severity": result.severity or "",
            "fingerprint": result.fingerprint,
            "change": result.change or "",
        }
        evidence = [{"description": prose(reason_text(each))} for each in result.reasons]
        found = result.status in (Status.FAILED, Status.EXCLUDED)
        return {
            "uuid": name,
            "title": line(title_of(self.report, result.rule_id)),
            "description": prose(sentence(result, title_of(self.report, result.rule_id))),
            **properties(told),
            "methods": ["TEST"],
            "types": ["historic" if is_gone else "finding" if found else "control-objective"],
            "origins": ORIGINS,
            "subjects": [{"subject-uuid": _entity(result), "type": "inventory-item", "title": line(named(result))}],
            **({"relevant-evidence": evidence} if evidence else {}),
            "collected": self.before if is_gone and result.change != FIXED else self.now,
            **({"remarks": prose(excluded_by(result.exclusion))} if result.exclusion is not None else {}),
        }

    def risks(self) -> Iterator[dict[str, Any]]:
        """What follows from failures, from what could not be decided, and from what is accepted."""
        for rule in self.rules.values():
            for status in self._risks_of(rule):
                yield self._risk(rule, status)

    def _risks_of(self, rule: RuleSummary) -> list[str]:
        undecided = rule.kind == "check" and (rule.errors or rule.could_not_run)
        status = "open" if rule.failed else "investigating" if undecided else ""
        return [*([status] if status else []), *([_ACCEPTED] if rule.id in self.accepted else [])]

    def _risk(self, rule: RuleSummary, status: str) -> dict[str, Any]:
        about, title = rule.about, line(title_of(self.report, rule.id))
        ends = self.accepted[rule.id] if status == _ACCEPTED else ""
        told = prose(about.description or title_of(self.report, rule.id))
        pages = [{"href": each, "rel": "reference"} for each in links(about.references)]
        facets = [{"name": "severity", "system": NAMESPACE, "value": plain(rule.severity or "none")}]
        remedy = {
            "uuid": identity("remediation", clean(rule.id), status),
            "lifecycle": "recommendation",
            "title": title,
            "description": prose(about.remediation or ""),
        }
        return {
            "uuid": _risk_of(rule.id, status),
            "title": title,
            "description": told,
            "statement": told,
            **properties({"rule-id": rule.id}),
            **({"links": pages} if pages else {}),
            "status": status,
            "origins": ORIGINS,
            "characterizations": [{"origin": ORIGINS[0], "facets": facets}],
            **({"deadline": ends} if ends else {}),
            **({"remediations": [remedy]} if about.remediation else {}),
        }

    def findings(self) -> Iterator[str]:
        """A finding for each control that something is known of."""
        before, ending = ',\n"findings": [\n', ""
        for control in self.controls:
            finding = self._finding(control)
            if finding:
                yield f"{before}{{{_members(finding)}"
                yield from _array("related-observations", self._observed(control))
                yield "}"
                before, ending = ",\n", "\n]"
        yield ending

    def _finding(self, control: Control) -> dict[str, Any]:
        found = control.conclusion
        if found is None:
            return {}
        risks = [
            {"risk-uuid": _risk_of(name, status)}
            for name in control.rule_ids
            for status in self._risks_of(self.rules[name])
        ]
        status = {"state": found.state, "reason": found.reason, "remarks": prose(found.remarks)}
        target = {"type": "objective-id", "target-id": control.id, "status": status}
        rules = "; ".join([f"{printable(each)}: {title_of(self.report, each)}" for each in control.rule_ids])
        return {
            "uuid": identity("finding", control.framework, control.section),
            "title": line(control.title),
            "description": prose(f"{found.state.replace('-', ' ')}, by {rules}"),
            **properties({"framework": control.framework, "section": control.section if control.framework else ""}),
            "origins": ORIGINS,
            "target": target,
            **({"related-risks": risks} if risks else {}),
        }

    def _observed(self, control: Control) -> Iterator[dict[str, Any]]:
        for name in control.rule_ids:
            found = self.observed.get(name, b"")
            for start in range(0, len(found), 16):
                yield {"observation-uuid": str(UUID(bytes=bytes(found[start : start + 16])))}


def _entity(result: Result) -> str:
    """The identity of an entity."""
    return identity("entity", fingerprint("", result.entity_type, result.account, result.region, result.entity_id))


def _last_moment(expires: str | None) -> str:
    """The last second that an exclusion holds; empty when it has no end that can be told."""
    try:
        day = date.fromisoformat(expires or "")
    except ValueError:
        return ""
    return f"{day.isoformat()}T23:59:59Z" if 1900 <= day.year <= _LAST_YEAR else ""


def _risk_of(rule_id: str, status: str) -> str:
    return identity("risk", clean(rule_id), status)


def _selection(framework: str, controls: list[Control]) -> dict[str, Any]:
    unseen = [{"control-id": each.id} for each in controls if each.conclusion is None]
    told = "Of these, excluded ones are controls that no entity was there for." if unseen else ""
    return {
        "description": prose(framework or "Rules that map to no section of a framework"),
        "include-controls": [{"control-id": each.id} for each in controls],
        **({"exclude-controls": unseen, "remarks": told} if unseen else {}),
    }


def _members(members: dict[str, Any]) -> str:
    return ",\n".join([f'"{name}": {_ENCODE(value).decode()}' for name, value in members.items()])


def _array(name: str, items: Iterable[dict[str, Any]]) -> Iterator[str]:
    """A member that is a list, with a comma before it; nothing when it is empty, as OSCAL wants it."""
    before = f',\n"{name}": [\n'
    ending = ""
    for item in items:
        yield before + _ENCODE(item).decode()
        before, ending = ",\n", "\n]"
    yield ending
