"""The results of a rule out of a sequence that has them in another order, for formats that go rule by rule."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence

from gsl.results.model import Report, Result
from gsl.results.spool import Spool


class RulePlaces:
    """Where the results of each rule stand in the sequences of a report; eight bytes for each result."""

    def __init__(self, report: Report) -> None:
        self._all = [_Places(each) for each in (report.findings, report.excluded, report.verdicts or ())]

    def of(self, rule_id: str) -> Iterator[Result]:
        """The results of a rule: findings, excluded ones, passed ones where the report has them."""
        for each in self._all:
            yield from each.of(rule_id)


class _Places:
    def __init__(self, results: Sequence[Result]) -> None:
        self._results = results
        self._places: dict[str, array[int]] = {}
        for place, result in enumerate(results):
            self._places.setdefault(result.rule_id, array("Q")).append(place)

    def of(self, rule_id: str) -> Iterator[Result]:
        places = self._places.get(rule_id, ())
        results = self._results
        return results.at(places) if isinstance(results, Spool) else (results[place] for place in places)
