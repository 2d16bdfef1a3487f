"""How the cases of one rule go: run one after the other, with all that is wrong at its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from gsl.authoring.testing.cases import Case, TestFile, Trouble
from gsl.authoring.testing.deadline import Deadline
from gsl.authoring.testing.expecting import differences, path_differences
from gsl.authoring.testing.finding import is_wanted
from gsl.authoring.testing.forms import in_expectations, in_the_way, trouble_of
from gsl.authoring.testing.verdicts import Verdicts
from gsl.errors import GslError, InputError
from gsl.ruleset.rule import Rule
from gsl.ruleset.yamltext import Mark


@attrs.frozen
class Outcome:
    """How one case went: `troubles` is empty when it passed.

    `mark` is the place of the case, `marks` are those of its troubles. `found` are the verdicts by
    the name of the entity; `None` when the case could not be run.
    """

    name: str
    number: int
    mark: Mark
    troubles: tuple[Trouble, ...] = ()
    marks: tuple[Mark, ...] = ()
    found: dict[str, list[str]] | None = None

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong, in words."""
        return tuple([each.message for each in self.troubles])

    @property
    def passed(self) -> bool:
        """Whether every expectation held."""
        return not self.troubles


Judged = Verdicts | tuple[Trouble, ...]
"""The verdicts of a case, or why there are none."""


def outcomes_of(tests: TestFile, rule: Rule, deadline: Deadline, only: Iterable[str] = ()) -> Iterator[Outcome]:
    """How the cases that are asked for go."""
    for case, found in judged(tests, rule, deadline, only):
        troubles, verdicts = _compared(case, found)
        marks = tuple([tests.mark(case, each.way) for each in troubles])
        yield Outcome(case.name, case.number, tests.mark(case), troubles, marks, verdicts)


def judged(tests: TestFile, rule: Rule, deadline: Deadline, only: Iterable[str] = ()) -> Iterator[tuple[Case, Judged]]:
    """The cases that are asked for, each with its verdicts."""
    for case in tests.cases:
        if is_wanted(rule.id, case.name, only):
            yield case, _judged(tests, case, rule, deadline)


def _judged(tests: TestFile, case: Case, rule: Rule, deadline: Deadline) -> Judged:
    try:
        deadline.check()
    except InputError as error:
        return (trouble_of(error, "name"),)
    wrong = tuple(in_the_way(tests, case))
    if wrong:
        return wrong
    try:
        return Verdicts(rule, tests.entities(case, rule), tests.options(case), deadline)
    except GslError as error:
        return (trouble_of(error, case.given),)


def _compared(case: Case, found: Judged) -> tuple[tuple[Trouble, ...], dict[str, list[str]] | None]:
    """What is wrong with a case, and its verdicts."""
    if not isinstance(found, Verdicts):
        return found, None
    try:
        if found.errors:
            return tuple(_errors(case, found)), None
        troubles = [*in_expectations(case), *differences(found.found, case, found.rule)]
        if case.decided_by is not None:
            troubles += path_differences(found.deciding(), case, found.rule)
    except InputError as error:
        return (trouble_of(error, "name"),), None
    return tuple(troubles), found.found


def _errors(case: Case, verdicts: Verdicts) -> Iterator[Trouble]:
    """Why a case cannot be run, what is wrong with an entity at that."""
    broken = {each.message: number for number, each in enumerate(verdicts.given) if isinstance(each, InputError)}
    for message in verdicts.errors:
        yield Trouble(message, (case.given, broken[message]) if message in broken else ("name",))
