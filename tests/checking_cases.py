"""Random rules in which conditions contradict one another, and entities that try to prove a verdict wrong."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from gsl.language import nodes
from gsl.semantics.evaluator import condition
from gsl.semantics.functions import FUNCTIONS
from gsl.semantics.judging import entity_root
from gsl.semantics.kleene import Truth
from gsl.semantics.run import Run
from gsl.semantics.values import same_text

from .generation import ANYWHERE, DATES, LISTS, NUMBERS, TEXTS

SUBJECTS = ("x", "y")
LITERALS: tuple[Any, ...] = (
    *(
        "a",
        "A",
        "b",
        "B",
        "ab",
        "abc",
        "",
        "true",
        "TRUE",
        "false",
        "False",
        "null",
        "ß",
        "ss",
        "ſ",
        "K",
        "k",
        "[",
        "[]",
    ),
    *("{}", "falſe", "5", "5.0", "05", "22", "80", "-1", "0", "1e5", "1e-07", "2024-01-01", "2024-01-01T10:00:00Z"),
    *("2024-01-01t10:00:00z", "2024-01-02", "1704067200", "N/A", "2023-02-29", "9999-12-31", "1970-01-01"),
    *(0, 1, 5, 5.0, 5.5, 22, 80, -1, 443, 1704067200, 1704067200000, 10**12, 1e-07, True, False, None),
)
PATTERNS = (
    "a",
    "A%",
    "%",
    "%%",
    "a%b",
    "%b",
    "ab%",
    "5%",
    "2024%",
    "2024-01-01%",
    "tr%",
    "[%",
    "%ß%",
    "",
    "1e%",
    "-%",
    "5",
    "{}",
)
FAMILIES: tuple[tuple[Any, ...], ...] = (
    (True, "true", "TRUE", "tRUE", 1, "1"),
    (False, "false", "False", "falſe", "fALSE", 0, "0", ""),
    (5, "5", "5.0", "05", "5.00", 6, "6", 4.5),
    ("2024-01-01", "2024-01-01T00:00:00Z", "2024-01-01t00:00:00z", 1704067200, "1704067200", "2025-01-01", "N/A"),
    ("2024-01-01T10:00:00Z", "2024-01-01t10:00:00z", "2024-01-01 10:00", 1704103200000, "2023-06-01", 10**12),
    ("a", "A", "b", "ab", "abc", "B"),
    ("ß", "ss", "SS", "ſs", "s", "K", "k", "K"),
    (None, "null", "", 0, False, "[]", "{}", [], {}),
)
"""Values that are taken for one another, if anything is."""

OTHERS: tuple[Any, ...] = (
    *([], {}, [1], ["a"], [None], {"k": 1}, ["a", "b"], 0.0, -0.0, 4.999, 5.001, 79.5, 81, 10**20, -5, "4", "6", "4.5"),
    *(
        "5.00",
        "aa",
        "Ab",
        "ABC",
        "tRUE",
        "fALSE",
        "trve",
        "FALſE",
        "z",
        "\U0010ffff",
        "[1]",
        "2024-01-01T00:00:00+00:00",
    ),
    *("2024-01-01 00:00", "2025-06-01", "1999-01-01T00:00:00Z", "2024-01-01T10:00:00", 1704067200.5, 1e11, -1e11, 1e15),
)
VALUES = (*LITERALS, *OTHERS, *TEXTS, *NUMBERS, *DATES)


class Contradicting:
    """Draws conditions with many tests of few subjects, which contradict and imply one another."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.family = random.choice(FAMILIES)
        self.subjects = SUBJECTS[: random.choice((1, 1, 2))]
        self._made: list[nodes.Expression] = []
        self._brackets: list[tuple[nodes.Expression, nodes.Expression]] = []

    def rule(self) -> nodes.Check:
        """A rule, mostly without a `where`."""
        where = self.condition(2) if self.random.random() < 0.3 else None
        target = nodes.Target(ANYWHERE, "Thing", False)
        return nodes.Check(ANYWHERE, target, where, self.random.random() < 0.3, self.condition(3), None)

    def condition(self, depth: int) -> nodes.Expression:
        """Some tests, joined; now and then one that was there before."""
        if self._made and self.random.random() < 0.15:
            return self.random.choice(self._made)
        self._made.append(self._condition(depth))
        return self._made[-1]

    def _condition(self, depth: int) -> nodes.Expression:
        kind = self.random.random()
        if depth == 0 or kind < 0.25:
            return self.test()
        if kind < 0.35:
            return nodes.Not(ANYWHERE, self.condition(depth - 1))
        if kind < 0.45:
            return self.bracket(depth - 1)
        operands = tuple([self.condition(depth - 1) for _ in range(self.random.randint(2, 3))])
        return nodes.And(ANYWHERE, operands) if kind < 0.75 else nodes.Or(ANYWHERE, operands)

    def bracket(self, depth: int) -> nodes.Expression:
        """Something asked of the elements of a list."""
        operator = self.random.choice(("contain", "contain-any", "contain-all", "contain-none", "with"))
        inner = self.condition(depth)
        if self.random.random() < 0.3:
            inner = nodes.LiteralBracket(ANYWHERE, (self.literal(), self.literal()))
        subject = self.subject()
        if self._brackets and self.random.random() < 0.4:
            subject, inner = self.random.choice(self._brackets)
        self._brackets.append((subject, inner))
        return nodes.ArrayOperation(ANYWHERE, operator, subject, inner, ANYWHERE)

    def subject(self) -> nodes.Expression:
        """A path, or now and then a function of it."""
        keys = (self.random.choice(self.subjects),)
        path = nodes.Path(ANYWHERE, self.random.choice(("", "", "", "$")), 0, keys)
        if self.random.random() < 0.15:
            name = self.random.choice(("length", "toLower", "isEmpty", "first", "isPublic"))
            return nodes.Call(ANYWHERE, path, name, (), ANYWHERE)
        return path

    def literal(self) -> nodes.Literal:
        """One of few literals."""
        related = [each for each in self.family if not isinstance(each, (list, dict))]
        return nodes.Literal(ANYWHERE, self.random.choice(related if self.random.random() < 0.8 else LITERALS))

    def test(self) -> nodes.Expression:
        """One test of a subject."""
        random, subject = self.random, self.subject()
        match random.randrange(9):
            case 0 | 1:
                return nodes.Compare(ANYWHERE, random.choice(("=", "!=")), subject, self.literal())
            case 2 | 3:
                return nodes.Compare(ANYWHERE, random.choice(("<", "<=", ">", ">=")), subject, self.literal())
            case 4:
                return nodes.Compare(ANYWHERE, random.choice(("=", "!=", "<", ">=")), self.literal(), subject)
            case 5:
                items: list[nodes.Expression] = [self.literal() for _ in range(random.randint(1, 3))]
                items += [self.subject()] if random.random() < 0.1 else []
                return nodes.Membership(ANYWHERE, subject, tuple(items), random.random() < 0.4)
            case 6:
                return nodes.Like(ANYWHERE, subject, random.choice(PATTERNS), random.random() < 0.4)
            case 7:
                return nodes.Call(ANYWHERE, subject, "isEmpty", (), ANYWHERE)
        return subject

    def entity(self) -> dict[str, Any]:
        """An entity whose values are those that tests are about, and odd ones."""
        return {key: self.value(2) for key in SUBJECTS if self.random.random() < 0.9}

    def value(self, depth: int) -> Any:
        """A value; lists and objects now and then."""
        kind = self.random.random()
        if depth and kind < 0.12:
            return [self.value(depth - 1) for _ in range(self.random.randint(0, 3))]
        if depth and kind < 0.2:
            return self.entity()
        return self.random.choice(self.family if self.random.random() < 0.6 else VALUES)


CONTEXTS = 6
"""Contexts round a condition, so that every `^` leads somewhere."""

_FUNCTIONS = {name.lower(): function for name, function in FUNCTIONS.items()}


def truth_of(expression: nodes.Expression, contexts: Sequence[Any], case_sensitive: bool = False) -> Truth:
    """What the reference evaluator makes of a condition in some contexts, the entity first."""
    run = Run(1_717_200_000_000_000, same_text if case_sensitive else str.casefold, LISTS, _FUNCTIONS)
    return condition(expression, tuple([entity_root(each) for each in contexts]), run).truth
