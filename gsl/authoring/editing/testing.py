"""What there is to say of a test file that is being written: its form, and which cases do not go as expected."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec import Struct

from gsl.authoring.checking.table import NOTE
from gsl.authoring.editing.counting import Superseded
from gsl.authoring.editing.looking import Notice
from gsl.authoring.editing.placing import LONGEST, Placing, ordered
from gsl.authoring.testing.cases import TestFile
from gsl.authoring.testing.deadline import Deadline
from gsl.authoring.testing.finding import is_there, rule_of, test_of, with_rule
from gsl.authoring.testing.forms import in_expectations, in_the_way
from gsl.authoring.testing.outcomes import Outcome, outcomes_of
from gsl.authoring.testing.reading import read_text, tests_in
from gsl.errors import GslError, InputError, RuleError
from gsl.ruleset.rule import Rule

_UNUSABLE = "unusable-rule"


class TestLook(Struct, frozen=True, eq=False):
    """A test file, and the notices of its form. `tests` and `rule` are there when its cases can be run."""

    __test__ = False

    text: str
    notices: tuple[Notice, ...]
    tests: TestFile | None = None
    rule: Rule | None = None


class Tested(Struct, frozen=True):
    """How the cases of a file went, all of them when `is_whole`; `notices` are all there is to say of the file."""

    notices: tuple[Notice, ...]
    cases: int
    passed: int
    is_whole: bool

    @property
    def text(self) -> str:
        """The numbers in words."""
        so_far = "" if self.is_whole else ", so far"
        return f"tests: {self.passed:,} of {self.cases:,} as expected{so_far}"


def look_at_tests(text: str, path: Path, rule_text: str | None, is_superseded: Callable[[], bool]) -> TestLook:
    """Look at a test file without running anything. `rule_text` is the rule's where it is open. Raises `Superseded`."""
    placing = Placing(text)
    if len(text) > LONGEST:
        message = f"longer than {LONGEST >> 20} MB: too long to be looked at here; gsl test runs it"
        return TestLook(text, (placing.at_top("file-too-long", message, NOTE),))
    tests, errors = tests_in(text, path)
    found = with_rule(path, rule_text)
    notices = list(placing.of_errors(errors))
    if found.error is not None:
        notices.append(_without_rule(placing, found.error, path))
    notices += [] if tests is None else _forms(placing, tests, is_superseded)
    if errors or found.rule is None:
        return TestLook(text, ordered(notices))
    return TestLook(text, ordered(notices), tests, found.rule)


def _without_rule(placing: Placing, error: GslError, path: Path) -> Notice:
    if isinstance(error, InputError):
        return placing.at_top(error.code, error.message)
    told = str(error)
    if isinstance(error, RuleError):
        first = error.problems[0]
        told = f"{rule_of(path).name}:{first.span.line}:{first.span.column}: {first.message}"
    return placing.at_top(_UNUSABLE, f"the rule that these tests are for cannot be used: {told}")


def _forms(placing: Placing, tests: TestFile, is_superseded: Callable[[], bool]) -> Iterator[Notice]:
    for case in tests.cases:
        if is_superseded():
            raise Superseded
        for each in (*in_the_way(tests, case), *in_expectations(case)):
            yield placing.notice(each.code, each.message, tests.mark(case, each.way))


def tests_beside(
    rule: Path, rule_text: str, text: str | None, seconds: float, is_superseded: Callable[[], bool]
) -> Tested | None:
    """How the tests beside a rule file go; `text` is theirs where they are open. `None` when they cannot be run."""
    file = test_of(rule)
    if text is None:
        if not is_there(file):
            return None
        try:
            text = read_text(file)
        except InputError:
            return None
    return run_cases(look_at_tests(text, file, rule_text, is_superseded), seconds, is_superseded)


class _Watched(Deadline):
    """A deadline that comes at once when nobody wants the answer any more."""

    def __init__(self, seconds: float, is_superseded: Callable[[], bool]) -> None:
        super().__init__(seconds)
        self._is_superseded = is_superseded

    def check(self) -> None:
        if self._is_superseded():
            raise Superseded
        super().check()


def run_cases(look: TestLook, seconds: float, is_superseded: Callable[[], bool]) -> Tested | None:
    """Run the cases, as many as there is time for; `None` when there are none to run. Raises `Superseded`."""
    if look.tests is None or look.rule is None:
        return None
    deadline = _Watched(seconds, is_superseded)
    placing = Placing(look.text)
    notices: list[Notice] = []
    cases = passed = 0
    for outcome in outcomes_of(look.tests, look.rule, deadline):
        if deadline.is_over:
            message = f"the cases take longer than {seconds:g} s: not all were run; gsl test runs them"
            notices.append(placing.notice("out-of-time", message, look.tests.places.key("cases"), NOTE))
            return Tested(ordered(notices), cases, passed, False)
        cases, passed = cases + 1, passed + outcome.passed
        notices += _of_outcome(placing, outcome)
    return Tested(ordered(notices), cases, passed, True)


def _of_outcome(placing: Placing, outcome: Outcome) -> Iterator[Notice]:
    for trouble, mark in zip(outcome.troubles, outcome.marks):
        yield placing.notice(trouble.code, trouble.message, mark)
