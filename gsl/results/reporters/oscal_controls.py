"""Controls as OSCAL knows them, made of the sections that rules map to, and whether each is satisfied."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from msgspec import Struct

from gsl.errors import printable
from gsl.results.model import Report, blind_rules
from gsl.results.reporters.oscal_parts import identity
from gsl.results.reporters.sentences import sections
from gsl.results.reporters.wording import counted
from gsl.results.summaries import RuleSummary

_NO_TOKEN = re.compile(r"[^\w.-]+")
_LONGEST_TOKEN = 200


class Conclusion(Struct, frozen=True):
    """Whether a control is satisfied, in OSCAL's words, and what there is to say about it."""

    state: str
    reason: str
    remarks: str


class Control(Struct):
    """A section of a framework with the rules that map to it; a rule that maps to none is a control itself.

    `blind` are the ids of rules whose type the input does not have: passes of theirs are no evidence.
    """

    id: str
    framework: str
    section: str
    rules: list[RuleSummary]
    blind: frozenset[str] = frozenset()

    @property
    def title(self) -> str:
        """How it is called."""
        return f"{self.framework} {self.section}" if self.framework else self.section

    @property
    def rule_ids(self) -> list[str]:
        """The ids of its rules, each once."""
        return list(dict.fromkeys([rule.id for rule in self.rules]))

    @property
    def conclusion(self) -> Conclusion | None:
        """What is known of it; `None` when no rule looked at anything that belongs to it."""
        failed, errors, passed, excluded = [
            sum([getattr(rule, name) for rule in self.rules]) for name in ("failed", "errors", "passed", "excluded")
        ]
        empty = sum([rule.passed for rule in self.rules if rule.id in self.blind])
        lost = sum([rule.could_not_run for rule in self.rules])
        idle = sum([rule.looked_at_nothing for rule in self.rules])
        told = [
            f"{passed} passed, {failed} failed, {errors} could not be decided, {excluded} excluded",
            *([f"{counted(lost, 'rule')} could not run"] if lost else []),
            *([f"{counted(idle, 'rule')} looked at nothing"] if idle else []),
            *([f"{empty} passed on empty lists, which do not count"] if empty else []),
        ]
        remarks = "; ".join(told)
        if failed:
            return Conclusion("not-satisfied", "fail", remarks)
        if errors or lost:
            return Conclusion("not-satisfied", "other", f"It could not be decided: {remarks}")
        if passed > empty:
            return Conclusion("satisfied", "pass", remarks)
        return Conclusion("not-satisfied", "other", f"All was excluded: {remarks}") if excluded else None


def controls_of(report: Report) -> list[Control]:
    """The controls of a report, those of a framework together, in the order in which rules name them."""
    found: dict[tuple[str, str], Control] = {}
    blind = blind_rules(report)
    for rule in report.rules:
        if rule.kind != "check":
            continue
        mapped = [each for each in sections(rule) if each[1].strip()] or [("", printable(rule.id))]
        for framework, section in mapped:
            control = found.setdefault((framework, section), Control("", framework, section, [], blind))
            control.rules.append(rule)
    frameworks = list(dict.fromkeys([framework for framework, _ in found]))
    ordered = sorted(found.values(), key=lambda control: frameworks.index(control.framework))
    used: set[str] = set()
    for control in ordered:
        control.id = _token(control, used)
        used.add(control.id)
    return ordered


def by_framework(controls: list[Control]) -> Iterator[tuple[str, list[Control]]]:
    """The controls of each framework; those of none are under an empty name."""
    for framework, found in groupby(controls, key=lambda control: control.framework):
        yield framework, list(found)


def _token(control: Control, used: set[str]) -> str:
    """An id as OSCAL wants it, that no other control of the report has."""
    words = [control.framework.lower(), control.section] if control.framework else [control.section]
    token = "_".join([_NO_TOKEN.sub("-", word) for word in words])[:_LONGEST_TOKEN]
    if not token or not (token[0].isalpha() or token[0] == "_"):
        token = f"_{token}"
    return token if token not in used else f"{token}-{identity(control.framework, control.section)[:8]}"
