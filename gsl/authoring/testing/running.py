"""Running tests: every case of every file, in as many processes as are wanted, always in the same order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import attrs

from gsl.authoring.coverage import Coverage, Watch
from gsl.authoring.testing.cases import Case, message_of, read_tests
from gsl.authoring.testing.deadline import Deadline
from gsl.authoring.testing.expecting import differences, path_differences
from gsl.authoring.testing.finding import Found, Tests, is_wanted
from gsl.authoring.testing.mutation import Mutation, Trial, mutated
from gsl.authoring.testing.updating import Change, update
from gsl.authoring.testing.verdicts import Verdicts
from gsl.errors import GslError, InputError
from gsl.ruleset.rule import Rule

MANY = 40
"""Test files from which on several processes are worth starting."""


@attrs.frozen
class Wanted:
    """What a run of tests is asked for.

    `only` are names or patterns of rules and cases; `update` writes verdicts into the test files;
    `coverage` counts what conditions came to, and `mutate` tries the tests on changed rules.
    """

    only: tuple[str, ...] = ()
    update: bool = False
    coverage: bool = False
    mutate: bool = False


@attrs.frozen
class Outcome:
    """How one case went: `problems` is empty when it passed.

    `found` are the verdicts by the name of the entity; `None` when the case could not be run.
    """

    name: str
    number: int
    problems: tuple[str, ...] = ()
    found: dict[str, list[str]] | None = None

    @property
    def passed(self) -> bool:
        """Whether every expectation held."""
        return not self.problems


@attrs.define
class FileRun:
    """How the tests of one rule went; `error` is why they could not be run.

    `changes` are the expectations that were written anew, `not_updated` why none were. There is no
    `mutation` where a case fails: no change of the rule would tell anything then.
    """

    file: str
    rule_id: str = ""
    rule_file: str | None = None
    outcomes: list[Outcome] = attrs.field(factory=list)
    error: GslError | None = None
    changes: list[Change] = attrs.field(factory=list)
    not_updated: str = ""
    coverage: Coverage | None = None
    mutation: Mutation | None = None

    @property
    def failed(self) -> list[Outcome]:
        """The cases that failed."""
        return [outcome for outcome in self.outcomes if not outcome.passed]


@attrs.define
class TestRun:
    """How all tests went, and the rules without any."""

    __test__ = False

    files: list[FileRun] = attrs.field(factory=list)
    untested: list[str] = attrs.field(factory=list)

    @property
    def cases(self) -> int:
        """How many cases were run."""
        return sum([len(each.outcomes) for each in self.files])

    @property
    def failed(self) -> int:
        """How many of them failed."""
        return sum([len(each.failed) for each in self.files])

    @property
    def errors(self) -> list[GslError]:
        """Why files could not be run."""
        return [each.error for each in self.files if each.error is not None]


def tests_of(*paths: Path) -> Tests:
    """The tests of rules, test files and folders. Raises `InputError` when there is no such path."""
    tests = Tests()
    for path in paths:
        tests.add(path)
    return tests


def run_tests(tests: Tests, wanted: Wanted | None = None, jobs: int = 1) -> TestRun:
    """Run tests, files without a case that is asked for left out."""
    asked = wanted or Wanted()
    found = list(_each(_Runner(asked), tests.files, jobs))
    kept = [each for each in found if each.outcomes or each.error is not None]
    return TestRun(kept, [] if asked.only else tests.untested)


def _each(call: _Runner, files: list[Found], jobs: int) -> Iterator[FileRun]:
    if jobs == 1:
        return map(call, files)
    from gsl.engine.processes import each_of  # takes a while to load

    return each_of(call, files, jobs)


@attrs.frozen
class _Runner:
    """Runs the tests of one file, in whatever process."""

    wanted: Wanted

    def __call__(self, found: Found) -> FileRun:
        run = FileRun(str(found.file))
        if found.rule is None:
            run.error = found.error
            return run
        run.rule_id, run.rule_file = found.rule.id, found.rule.file
        try:
            self._run(found, found.rule, run)
        except GslError as error:
            run.error, run.outcomes = error, []
        return run

    def _run(self, found: Found, rule: Rule, run: FileRun) -> None:
        deadline = Deadline()
        run.outcomes = self._outcomes(found, rule, deadline)
        if self.wanted.update and run.failed:
            try:
                run.changes = update(found.file, _verdicts(run.outcomes))
            except InputError as error:
                run.not_updated = error.message
            if run.changes:
                run.outcomes = self._outcomes(found, rule, deadline)
        if self.wanted.coverage or self.wanted.mutate:
            self._look_closer(found, rule, run, deadline)

    def _outcomes(self, found: Found, rule: Rule, deadline: Deadline) -> list[Outcome]:
        return [_outcome(case, verdicts) for case, verdicts in self._judged(found, rule, deadline)]

    def _judged(self, found: Found, rule: Rule, deadline: Deadline) -> Iterator[tuple[Case, Verdicts | GslError]]:
        """The cases that are asked for, each with its verdicts or why there are none."""
        tests = read_tests(found.file)
        for case in tests.cases:
            if is_wanted(rule.id, case.name, self.wanted.only):
                try:
                    yield case, Verdicts(rule, tests.entities(case, rule), tests.options(case), deadline)
                except GslError as error:
                    yield case, error

    def _look_closer(self, found: Found, rule: Rule, run: FileRun, deadline: Deadline) -> None:
        """Count what conditions come to, and try mutants, on the entities of the cases."""
        watch = Watch(rule)
        trials = []
        tries = self.wanted.mutate and not run.failed
        for case, verdicts in self._judged(found, rule, deadline):
            for subject in verdicts.subjects if isinstance(verdicts, Verdicts) else ():
                deadline.check()
                if self.wanted.coverage:
                    watch.take(subject.root, subject.run)
                if tries:
                    trials.append(Trial.of(rule, subject, case.decided_by is not None))
        if self.wanted.coverage and run.outcomes:
            run.coverage = watch.coverage()
        if tries and run.outcomes:
            run.mutation = mutated(rule, trials, deadline.seconds)


def _verdicts(outcomes: Iterable[Outcome]) -> dict[int, dict[str, str]]:
    """The verdicts of failed cases, to be expected from now on. Raises `InputError` where that would be wrong."""
    wanted: dict[int, dict[str, str]] = {}
    for each in outcomes:
        if each.found is None:
            raise InputError("not-updated", f"nothing was updated, as the case `{each.name}` cannot be run")
        if any([len({*verdicts}) > 1 for verdicts in each.found.values()]):
            message = (
                f"nothing was updated, as the case `{each.name}` has entities of one name: give each an id of its own"
            )
            raise InputError("not-updated", message)
        if each.problems and each.found:
            wanted[each.number] = {name: verdicts[0] for name, verdicts in each.found.items()}
    return wanted


def _outcome(case: Case, verdicts: Verdicts | GslError) -> Outcome:
    """How one case goes."""
    if isinstance(verdicts, GslError):
        return Outcome(case.name, case.number, (message_of(verdicts),))
    try:
        if verdicts.errors:
            return Outcome(case.name, case.number, tuple(verdicts.errors))
        problems = list(differences(verdicts.found, case.expect, verdicts.rule))
        if case.decided_by is not None:
            problems += path_differences(verdicts.deciding(), case.decided_by, verdicts.rule)
    except InputError as error:
        return Outcome(case.name, case.number, (error.message,))
    return Outcome(case.name, case.number, tuple(problems), verdicts.found)
