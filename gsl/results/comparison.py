"""Two reports side by side by fingerprint: what is new, what changed, what was fixed, what nobody looked at."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from msgspec.structs import replace

from gsl.results.model import Comparison, Report, Result, blind_rules
from gsl.results.spool import Spool
from gsl.semantics.judging import Status

NEW, CHANGED, UNCHANGED = "new", "changed", "unchanged"
FIXED, EXCLUDED, NOT_EVALUATED, UNKNOWN = "fixed", "excluded", "not-evaluated", "unknown"

CHANGES = {
    NEW: "a finding that the baseline does not have; also a failure that was an error there",
    CHANGED: "a finding of both, for another reason or with other values",
    UNCHANGED: "a finding of both, for the same reason",
    FIXED: "a finding of the baseline whose entity passes now",
    EXCLUDED: "a finding of the baseline that is excluded now",
    NOT_EVALUATED: "a finding of the baseline whose rule did not run, or whose entity is not there or not relevant any more",
    UNKNOWN: "a finding of the baseline that is none now, of which the report does not say whether it passed",
}
"""What a finding can be next to a baseline."""

_BECAME = {Status.PASSED: FIXED, Status.EXCLUDED: EXCLUDED}


def compared(report: Report, before: Report) -> Report:
    """A report whose findings say what they are next to those of an earlier one, with the comparison.

    What became of findings that are none any more is said as far as the report tells: all of it when
    it has the passed verdicts. Takes some 200 bytes of memory for each finding of the earlier report.
    """
    return Comparing(report, before).finished()


class Comparing:
    """A comparison on its way: the findings are compared, and it is known which are not met any more."""

    def __init__(self, report: Report, before: Report) -> None:
        self.report = report
        self.before = before
        self.counts = dict.fromkeys(CHANGES, 0)
        self._places = {key_of(each): place for place, each in enumerate(before.findings)}
        self._met = bytearray(len(before.findings))
        self._findings = Spool(self._compared(each) for each in report.findings)
        self._became = self._told_by(report.excluded)

    def vanished(self) -> dict[str, set[str]]:
        """The ids of entities by rule whose findings are neither there nor excluded, of rules that passed something."""
        found: dict[str, set[str]] = {}
        for place in self._left():
            earlier = self.before.findings[place]
            if place not in self._became and earlier.rule_id in self._passed:
                found.setdefault(earlier.rule_id, set()).add(earlier.entity_id)
        return found

    def finished(self, revisited: Iterable[Result] | None = None) -> Report:
        """The report compared. `revisited` are the verdicts on all that `vanished` named."""
        became = self._became | self._told_by(self.report.verdicts or () if revisited is None else revisited)
        complete = revisited is not None or self.report.verdicts is not None
        gone = Spool(self._gone(place, became.get(place), complete) for place in self._left())
        comparison = Comparison(self.before.now, self.counts, gone)
        return replace(self.report, findings=self._findings, comparison=comparison)

    @cached_property
    def _passed(self) -> frozenset[str]:
        """The rules that something passed; the empty list of a type that the input does not have is nothing."""
        return frozenset([rule.id for rule in self.report.rules if rule.passed]) - blind_rules(self.report)

    def _left(self) -> list[int]:
        """The places of the findings that were not met again."""
        return sorted([place for place in self._places.values() if not self._met[place]])

    def _told_by(self, verdicts: Iterable[Result]) -> dict[int, str]:
        """What verdicts say became of findings of the baseline, by their places."""
        became = {}
        for each in verdicts:
            place = self._places.get(key_of(each))
            told = each.status is Status.EXCLUDED or each.rule_id in self._passed
            if place is not None and told and each.status in _BECAME:
                became[place] = _BECAME[each.status]
        return became

    def _compared(self, result: Result) -> Result:
        place = self._places.get(key_of(result))
        if place is None:
            return self._counted(result, NEW)
        self._met[place] = True
        earlier = self.before.findings[place]
        if result.status is Status.FAILED and earlier.status is Status.ERROR:
            return self._counted(result, NEW)
        if (earlier.status, _why(earlier)) == (result.status, _why(result)):
            return self._counted(result, UNCHANGED)
        return replace(self._counted(result, CHANGED), before=earlier.reasons)

    def _gone(self, place: int, change: str | None, complete: bool) -> Result:
        earlier = self.before.findings[place]
        unsure = earlier.rule_id in self._passed and not complete
        return self._counted(earlier, change or (UNKNOWN if unsure else NOT_EVALUATED))

    def _counted(self, result: Result, change: str) -> Result:
        self.counts[change] += 1
        return replace(result, change=change, before=())


def key_of(result: Result) -> bytes:
    """The fingerprint of a result, in half the room."""
    return bytes.fromhex(result.fingerprint)


def _why(result: Result) -> object:
    """What decided, apart from where it stands in the rule's file."""
    return [(each.expression, each.values, each.result) for each in result.reasons]
