"""What a rule says of the entities of a case: their verdicts by name, and the paths that decided."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from gsl.authoring.testing.cases import Given
from gsl.authoring.testing.deadline import Deadline
from gsl.engine.runner import Gathering, Runner
from gsl.engine.verdicts import Subject
from gsl.inventory.entity import Entity
from gsl.results.masking import Secrets
from gsl.results.model import Report
from gsl.results.reasons import reasons_of
from gsl.ruleset.loading import Loaded
from gsl.ruleset.options import Options
from gsl.ruleset.rule import Rule
from gsl.semantics.judging import judge

_AT_ONCE = 20
"""Entities that are judged without a look at the clock."""


class Verdicts:
    """One case, judged: as `gsl eval` would judge it, so that tests test what runs.

    What a report has not one by one (what is not relevant, and why) the reference evaluator tells.
    """

    def __init__(self, rule: Rule, given: Given, options: Options, deadline: Deadline) -> None:
        self.rule = rule
        self.given = given
        self._options = options
        self._deadline = deadline

    @cached_property
    def _report(self) -> Report:
        runner = Runner(Loaded([self.rule]), self._options, keep_all=True)
        runner.judge.pause = self._deadline.check
        if runner.plan.looks_up:
            runner.remember(self.given)
        for start in range(0, len(self.given), _AT_ONCE):
            self._deadline.check()
            runner.take(self.given[start : start + _AT_ONCE])
        return runner.report()

    @property
    def errors(self) -> list[str]:
        """Why the case cannot be run."""
        return [each.message for each in self._report.diagnostics if each.level == "error"]

    @cached_property
    def subjects(self) -> list[Subject]:
        """What the rule is evaluated on: the entities of its type, or its lists."""
        gathering = Gathering(Loaded([self.rule]), self._options)
        gathering.take(self.given)
        return gathering.subjects(self.rule)

    def name(self, entity: Entity) -> str:
        """What a test calls an entity: its id; for `List<T>` the account."""
        return entity.account if self.rule.is_list else entity.id

    @cached_property
    def found(self) -> dict[str, list[str]]:
        """The verdicts by the name of the entity; several where entities share a name."""
        found: dict[str, list[str]] = {}
        for name, status in self._reported():
            found.setdefault(name, []).append(status)
        named: dict[str, int] = {}
        for subject in self.subjects:
            name = self.name(subject.entity)
            named[name] = named.get(name, 0) + 1
        for name, count in named.items():
            verdicts = found.setdefault(name, [])
            verdicts += ["not-relevant"] * (count - len(verdicts))
        return found

    def _reported(self) -> Iterator[tuple[str, str]]:
        report = self._report
        for result in (*report.findings, *report.excluded, *(report.verdicts or ())):
            yield (result.account if self.rule.is_list else result.entity_id), str(result.status)
        for selected in report.selected:
            yield selected.entity_id, "selected"

    def deciding(self) -> dict[str, set[str]]:
        """The paths that decided each verdict, by the name of the entity."""
        found: dict[str, set[str]] = {}
        for subject in self.subjects:
            self._deadline.check()
            judgement = judge(self.rule.statement, subject.root, subject.run)
            reasons = reasons_of(judgement, Secrets(subject.root.value), subject.run.functions)
            paths = {value.path for reason in reasons for value in reason.values}
            found.setdefault(self.name(subject.entity), set()).update(paths)
        return found
