"""A framework held against a report: how each of its controls stands, by the rules that map to it."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Any

from msgspec import Struct, field

from gsl.results.frameworks import Control, Framework
from gsl.results.model import Report, Result, blind_rules
from gsl.results.summaries import RuleSummary
from gsl.semantics.judging import Status

PASSED = "passed"
FAILED = "failed"
ERROR = "error"
EXCLUDED = "excluded"
NOT_APPLICABLE = "not-applicable"
MANUAL = "manual"
NOT_COVERED = "not-covered"

STATUSES = {
    FAILED: "an entity failed a rule",
    ERROR: "nothing failed as far as is known, but not everything could be decided",
    PASSED: "at least one entity passed, and nothing failed or was undecided",
    EXCLUDED: "all that its rules found was excluded",
    NOT_APPLICABLE: "its rules ran, and there was nothing that they are about",
    MANUAL: "left to people by the framework, and no rule of the run maps to it",
    NOT_COVERED: "no rule of the run maps to it",
}
"""How a control can stand, and what that means."""

ASSESSED = (PASSED, FAILED, ERROR)
"""The statuses that percents are made of."""

MOST_NAMED = 20
"""Findings of a control that are named, of each kind; the others are counted."""


class Verdicts(Struct, frozen=True):
    """How often the rules of a control came to each verdict."""

    failed: int = 0
    errors: int = 0
    passed: int = 0
    excluded: int = 0
    not_relevant: int = 0
    passed_on_missing: int = 0

    def to_dict(self) -> dict[str, int]:
        """The numbers as JSON."""
        return {
            "failed": self.failed,
            "errors": self.errors,
            "passed": self.passed,
            "excluded": self.excluded,
            "notRelevant": self.not_relevant,
            "passedOnMissing": self.passed_on_missing,
        }


class Standing(Struct, frozen=True):
    """How one control stands.

    `rules` are those of the run that map to it; `named` the first failed, undecided and excluded
    verdicts of theirs; `blind` the ids of those whose type the input does not have at all.
    """

    control: Control
    rules: tuple[RuleSummary, ...] = ()
    named: tuple[Result, ...] = ()
    blind: frozenset[str] = frozenset()

    @property
    def checks(self) -> list[RuleSummary]:
        """Those of its rules that can say something of it; queries and placeholders cannot."""
        return [rule for rule in self.rules if rule.kind == "check" or rule.could_not_run]

    @property
    def verdicts(self) -> Verdicts:
        """The verdicts of its rules; an entity that two rules are about counts twice."""
        return Verdicts(*[sum([getattr(rule, name) for rule in self.checks]) for name in Verdicts.__struct_fields__])

    @property
    def status(self) -> str:
        """One of `STATUSES`."""
        checks, verdicts = self.checks, self.verdicts
        if not checks:
            return MANUAL if self.control.manual else NOT_COVERED
        if verdicts.failed:
            return FAILED
        if verdicts.errors or any([rule.could_not_run for rule in checks]):
            return ERROR
        if verdicts.passed > self.empty_passes:
            return PASSED
        return EXCLUDED if verdicts.excluded else NOT_APPLICABLE

    @property
    def absent(self) -> list[str]:
        """The types that its rules are about and the input does not have."""
        return sorted({rule.entity_type for rule in self.checks if rule.id in self.blind})

    @property
    def empty_passes(self) -> int:
        """Passes of rules on lists of a type that the input does not have: no evidence of anything."""
        return sum([rule.passed for rule in self.checks if rule.id in self.blind])

    @property
    def unnamed(self) -> int:
        """How many failed, undecided and excluded verdicts are not among those named."""
        verdicts = self.verdicts
        return max(0, verdicts.failed + verdicts.errors + verdicts.excluded - len(self.named))


class Assessment(Struct, frozen=True):
    """How all controls of a framework stand.

    `unknown` are rules by sections that they name and the framework does not have; `unplaced` those
    that map to it as a whole; `unmapped` is how many rules of the run do not map to it.
    """

    framework: Framework
    standings: dict[str, Standing]
    unknown: dict[str, list[RuleSummary]] = field(default_factory=dict)
    unplaced: tuple[RuleSummary, ...] = ()
    unmapped: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """How many controls stand in each of `STATUSES`."""
        found = dict.fromkeys(STATUSES, 0)
        for each in self.standings.values():
            found[each.status] += 1
        return found

    @property
    def total(self) -> int:
        """How many controls there are."""
        return len(self.standings)

    @property
    def assessed(self) -> int:
        """How many controls passed, failed or could not be decided."""
        counts = self.counts
        return sum([counts[status] for status in ASSESSED])

    @property
    def passed_percent(self) -> float | None:
        """How many of those that were assessed passed; `None` when none was."""
        return percent(self.counts[PASSED], self.assessed)

    @property
    def assessed_percent(self) -> float | None:
        """How many of all controls were assessed; `None` when it is not known which there are."""
        return percent(self.assessed, self.total) if self.framework.known else None

    def to_dict(self) -> dict[str, Any]:
        """The numbers as JSON."""
        return {
            "controls": self.total,
            "assessed": self.assessed,
            "passedPercent": self.passed_percent,
            "assessedPercent": self.assessed_percent,
            "statuses": self.counts,
            "rulesNotMapped": self.unmapped,
        }


def percent(part: int, whole: int) -> float | None:
    """A share in percent with one decimal, never rounded up: 100 is all."""
    return 1000 * part // whole / 10 if whole else None


def assess(report: Report, framework: Framework) -> Assessment:
    """How the controls of a framework stand in a report."""
    controls = {control.id: control for control in framework.controls()}
    members: dict[str, dict[str, RuleSummary]] = {name: {} for name in controls}
    unknown: dict[str, list[RuleSummary]] = {}
    unplaced: list[RuleSummary] = []
    unmapped = 0
    for rule in report.rules:
        named = rule.about.frameworks.get(framework.name)
        fitting = [each.id for each in controls.values() if fits(rule.id, each.rules)]
        for section in dict.fromkeys([*(named or ()), *fitting]):
            if section in members:
                members[section][rule.id] = rule
            else:
                unknown.setdefault(section, []).append(rule)
        if named is not None and not named and not fitting:
            unplaced.append(rule)
        unmapped += named is None and not fitting
    found, blind = _named(report, members), blind_rules(report)
    standings = {
        name: Standing(control, tuple(members[name].values()), found[name], blind & members[name].keys())
        for name, control in controls.items()
    }
    return Assessment(framework, standings, unknown, tuple(unplaced), unmapped)


def fits(rule_id: str, patterns: Iterable[str]) -> bool:
    """Whether the id of a rule is among those that a control takes."""
    return any([fnmatchcase(rule_id, pattern) for pattern in patterns])


def _named(report: Report, members: dict[str, dict[str, RuleSummary]]) -> dict[str, tuple[Result, ...]]:
    """The first failed, undecided and excluded verdicts of each control, in this order."""
    of_rule: dict[str, list[str]] = {}
    for name, rules in members.items():
        for rule_id in rules:
            of_rule.setdefault(rule_id, []).append(name)
    kinds: dict[Status, dict[str, list[Result]]] = {
        status: {name: [] for name in members} for status in (Status.FAILED, Status.ERROR, Status.EXCLUDED)
    }
    for results in (report.findings, report.excluded):
        for result in results:
            for name in of_rule.get(result.rule_id, ()):
                kept = kinds[result.status][name]
                if len(kept) < MOST_NAMED:
                    kept.append(result)
    return {name: tuple([each for kept in kinds.values() for each in kept[name]]) for name in members}
