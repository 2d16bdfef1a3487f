"""Conditions as formulas over what is asked of values, and whether a formula can be true at all.

Each subject of a context (a path, a call, a whole condition that is not taken apart) is a variable.
What it can be are its rows: for every cell of values the outcomes of all tests on it. Rows are more
than can happen, never less, so that "cannot be" is certain. Work is bounded; where it runs out,
everything can be.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from msgspec import Struct, field

from gsl.authoring.checking.asking import Test, Truth
from gsl.authoring.checking.covering import EVERY_KIND, cells_of
from gsl.authoring.checking.ranges import Outcome
from gsl.semantics.values import Fold

MOST_WORK = 200_000
"""Steps of thought that one rule may cost."""

_MOST_SPLIT = 5
_MOST_ROWS = 600


class Exhausted(Exception):
    """The work that a rule may cost is done."""


class Budget(Struct, eq=False):
    """The work that is left."""

    left: int = MOST_WORK

    def spend(self, steps: int) -> None:
        """Do some work. Raises `Exhausted`."""
        self.left -= steps
        if self.left < 0:
            raise Exhausted


class Variable(Struct, eq=False):
    """A subject of a context: the kinds it can be, and the tests that it is put to."""

    kinds: frozenset[str] = EVERY_KIND
    least: int | None = None
    tests: list[Test] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    rows: dict[Fold, list[tuple[Outcome, ...]]] = field(default_factory=dict)

    def number_of(self, test: Test) -> int:
        """The number of a test, which is taken in when it is new."""
        number = self.numbers.setdefault(repr(test), len(self.tests))  # as records 1 and true are the same
        if number == len(self.tests):
            self.tests.append(test)
        return number

    def rows_of(self, fold: Fold, budget: Budget) -> list[tuple[Outcome, ...]]:
        """What its tests can give together."""
        known = self.rows.get(fold)
        if known is None or (known and len(known[0]) != len(self.tests)):
            known = self.rows[fold] = self._made(fold, budget)
        return known

    def _made(self, fold: Fold, budget: Budget) -> list[tuple[Outcome, ...]]:
        cells = cells_of(self.tests, fold, self.kinds, self.least)
        nothing: tuple[Outcome, ...] = (None,) * len(self.tests)
        if cells is None:
            return _split(nothing)
        found: dict[tuple[Outcome, ...], None] = {}
        budget.spend(len(cells) * sum([len(getattr(test, "literals", "x")) for test in self.tests]))
        for cell in cells:
            found[tuple([cell.outcome(test, fold) for test in self.tests])] = None
        rows = {row: None for given in found for row in _split(given)}
        return list(rows) if len(rows) <= _MOST_ROWS else [nothing]


def _split(row: tuple[Outcome, ...]) -> list[tuple[Outcome, ...]]:
    """A row with both outcomes in the place of each open one, unless these are many."""
    places = [place for place, outcome in enumerate(row) if outcome is None]
    if len(places) > _MOST_SPLIT:
        return [row]
    found = []
    for outcomes in itertools.product((True, False), repeat=len(places)):
        settled = dict(zip(places, outcomes))
        found.append(tuple([settled.get(place, outcome) for place, outcome in enumerate(row)]))
    return found


class Constant(Struct, frozen=True, eq=False):
    """Always the same."""

    truth: bool


class Leaf(Struct, frozen=True, eq=False):
    """A test of a variable."""

    variable: Variable
    test: int


class Neg(Struct, frozen=True, eq=False):
    """Not."""

    part: Formula


class AllOf(Struct, frozen=True, eq=False):
    """And."""

    parts: tuple[Formula, ...]


class AnyOf(Struct, frozen=True, eq=False):
    """Or."""

    parts: tuple[Formula, ...]


Formula = Constant | Leaf | Neg | AllOf | AnyOf


def leaf(variable: Variable, test: Test | None = None) -> Leaf:
    """A test of a variable, of its truth when none is given."""
    return Leaf(variable, variable.number_of(Truth() if test is None else test))


class Solver:
    """Whether a formula can be true, in one way of comparing texts."""

    def __init__(self, fold: Fold, budget: Budget) -> None:
        self.fold = fold
        self.budget = budget
        self._rows: dict[int, tuple[Outcome, ...]] = {}

    def can_be(self, formula: Formula) -> bool:
        """Whether it can be true; `True` also when that is not known."""
        variables = _variables(formula)
        ordered = sorted(variables, key=lambda each: -len(each.tests))
        for variable in ordered:
            if not self._can_be(formula, [variable]):
                return False
        return len(ordered) < 2 or self._can_be(formula, ordered)

    def _can_be(self, formula: Formula, variables: Sequence[Variable]) -> bool:
        truth = self._truth(formula)
        if truth is not None or not variables:
            return truth is not False
        variable, *others = variables
        for row in variable.rows_of(self.fold, self.budget):
            self._rows[id(variable)] = row
            try:
                if self._can_be(formula, others):
                    return True
            finally:
                del self._rows[id(variable)]
        return False

    def _truth(self, formula: Formula) -> Outcome:
        self.budget.spend(1)
        if isinstance(formula, Leaf):
            row = self._rows.get(id(formula.variable))
            return None if row is None else row[formula.test]
        if isinstance(formula, Constant):
            return formula.truth
        if isinstance(formula, Neg):
            truth = self._truth(formula.part)
            return None if truth is None else not truth
        return self._joined(formula)

    def _joined(self, formula: AllOf | AnyOf) -> Outcome:
        settling = isinstance(formula, AnyOf)
        result: Outcome = not settling
        for part in formula.parts:
            truth = self._truth(part)
            if truth is settling:
                return settling
            result = None if truth is None else result
        return result


def _variables(formula: Formula) -> list[Variable]:
    found: dict[int, Variable] = {}
    pending: list[Formula] = [formula]
    while pending:
        current = pending.pop()
        if isinstance(current, Leaf):
            found.setdefault(id(current.variable), current.variable)
        elif isinstance(current, Neg):
            pending.append(current.part)
        elif isinstance(current, (AllOf, AnyOf)):
            pending.extend(reversed(current.parts))
    return list(found.values())
