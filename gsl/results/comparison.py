"""Two reports side by side by fingerprint: what is new, what changed, what was fixed, what nobody looked at."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from msgspec.structs import replace

from gsl.results.model import Comparison, Report, Result
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


def compared(report: Report, before: Report, revisited: Iterable[Result] | None = None) -> Report:
    """A report whose findings say what they are next to those of an earlier one, with the comparison.

    `revisited` are verdicts on what is not among the findings any more, complete; without them those
    that the report has tell. Takes some 200 bytes of memory for each finding of the earlier report.
    """
    return _Comparing(report, before, revisited).report_compared()


class _Comparing:
    """The findings of the baseline by fingerprint, and which of them were met again."""

    def __init__(self, report: Report, before: Report, revisited: Iterable[Result] | None) -> None:
        self.report = report
        self.before = before
        self.complete = revisited is not None or report.verdicts is not None
        self.revisited = revisited if revisited is not None else report.verdicts or ()
        self.places = {key_of(each): place for place, each in enumerate(before.findings)}
        self.met = bytearray(len(before.findings))
        self.ran = {rule.id for rule in report.rules if not rule.could_not_run}
        self.counts = dict.fromkeys(CHANGES, 0)

    def report_compared(self) -> Report:
        """The report with what was found."""
        findings = Spool(self._judged(each) for each in self.report.findings)
        became = self._became()
        gone = Spool(
            self._gone(place, became.get(place)) for place in sorted(self.places.values()) if not self.met[place]
        )
        return replace(self.report, findings=findings, comparison=Comparison(self.before.now, self.counts, gone))

    def _became(self) -> dict[int, str]:
        """What became of findings of the baseline, by their places, as far as verdicts tell."""
        became = {}
        for each in chain(self.report.excluded, self.revisited):
            place = self.places.get(key_of(each))
            if place is not None and each.status in _BECAME:
                became[place] = _BECAME[each.status]
        return became

    def _judged(self, result: Result) -> Result:
        place = self.places.get(key_of(result))
        if place is None:
            return self._counted(result, NEW)
        self.met[place] = True
        earlier = self.before.findings[place]
        if result.status is Status.FAILED and earlier.status is Status.ERROR:
            return self._counted(result, NEW)
        if (earlier.status, _why(earlier)) == (result.status, _why(result)):
            return self._counted(result, UNCHANGED)
        return replace(self._counted(result, CHANGED), before=earlier.reasons)

    def _gone(self, place: int, change: str | None) -> Result:
        earlier = self.before.findings[place]
        unsure = earlier.rule_id in self.ran and not self.complete
        return self._counted(earlier, change or (UNKNOWN if unsure else NOT_EVALUATED))

    def _counted(self, result: Result, change: str) -> Result:
        self.counts[change] += 1
        return replace(result, change=change)


def key_of(result: Result) -> bytes:
    """The fingerprint of a result, in half the room."""
    return bytes.fromhex(result.fingerprint)


def _why(result: Result) -> object:
    """What decided, apart from where it stands in the rule's file."""
    return [(each.expression, each.values, each.result) for each in result.reasons]
