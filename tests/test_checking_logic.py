"""What is called never or always true never is otherwise: random rules, and values that try to prove it wrong."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gsl.authoring.checking.asking import Empty, Equal, LikeText, Order, Regex, Test, Truth, passes
from gsl.authoring.checking.covering import cells_of
from gsl.authoring.checking.logic import Logic
from gsl.language import nodes
from gsl.language.formatter import format_expression
from gsl.semantics.values import Fold, kind, same_text

from .checking_cases import CONTEXTS, FAMILIES, LITERALS, PATTERNS, SUBJECTS, VALUES, Contradicting, truth_of
from .generation import Generator

ODD = (float("nan"), float("inf"), float("-inf"))
SEEDS = st.integers(min_value=0, max_value=2**32)


def contexts_of(random: Random, entity: Callable[[], Any], count: int) -> list[list[Any]]:
    """Contexts with random entities, and one with each value there is under the keys that rules test."""
    found = [[entity() for _ in range(CONTEXTS)] for _ in range(count)]
    for value in (*VALUES, *ODD, *itertools.chain(*FAMILIES)):
        others = {key: random.choice(VALUES) for key in SUBJECTS}
        found.append([{**others, random.choice(SUBJECTS): value}] * CONTEXTS)
    return found


def proved_wrong(logic: Logic, contexts: list[list[Any]]) -> list[str]:
    """What is said to be never true and is true somewhere."""
    found = []
    for expression, by_case in logic.never:
        for case, each in itertools.product((False,) if by_case else (False, True), contexts):
            if truth_of(expression, each, case) is True:
                found.append(f"{format_expression(expression)} of {each[-1]!r}, case sensitive: {case}")
    return found


@settings(deadline=None, max_examples=600, derandomize=True)
@given(SEEDS)
def test_rules_that_contradict_themselves(seed: int) -> None:
    random = Random(seed)
    made = Contradicting(random)
    logic = Logic(made.rule())
    logic.run()
    assert not proved_wrong(logic, contexts_of(random, lambda: made.value(2), 30) if logic.never else [])


@settings(deadline=None, max_examples=400, derandomize=True)
@given(SEEDS)
def test_any_rules(seed: int) -> None:
    random = Random(seed)
    made = Generator(random, depth=4)
    statement = made.statement()
    if isinstance(statement, nodes.Placeholder):
        return
    logic = Logic(statement)
    logic.run()
    assert not proved_wrong(logic, contexts_of(random, lambda: made.entity(statement), 30) if logic.never else [])


def test_such_rules_do_come_up() -> None:
    count = 0
    for seed in range(300):
        logic = Logic(Contradicting(Random(seed)).rule())
        logic.run()
        count += len(logic.never)
    assert count > 100


def random_tests(random: Random, literals: tuple[Any, ...]) -> list[Test]:
    """Tests of one value."""
    made: list[Callable[[], Test]] = [
        lambda: Equal(tuple(random.choices(literals, k=random.randint(1, 3)))),
        lambda: Order(random.choice(("<", "<=", ">", ">=")), random.choice(literals)),
        lambda: LikeText(random.choice(PATTERNS)),
        lambda: Regex(random.choice(("a", "^5", "[A-Z]")), random.random() < 0.5),
        Truth,
        Empty,
    ]
    return [random.choice(made)() for _ in range(random.randint(1, 4))]


@settings(deadline=None, max_examples=800, derandomize=True)
@given(SEEDS, st.sampled_from((str.casefold, same_text)))
def test_every_value_is_in_a_cell(seed: int, fold: Fold) -> None:
    random = Random(seed)
    family = random.choice(FAMILIES)
    literals = tuple([each for each in family if not isinstance(each, (list, dict))])
    tests = random_tests(random, literals if random.random() < 0.8 else LITERALS)
    for value in (*family, *random.sample(VALUES, 40)):
        cells = cells_of(tests, fold, frozenset((kind(value),)))
        assert cells is not None
        truths = [passes(test, value, fold) for test in tests]
        rows = [[cell.outcome(test, fold) for test in tests] for cell in cells]
        assert any([all([a is None or a is b for a, b in zip(row, truths)]) for row in rows]), (value, tests)


def test_what_the_cells_take_for_granted_of_case() -> None:
    """Only themselves fold to digits, signs and the letters of dates and of `true`."""
    for number in range(0x110000):
        character = chr(number)
        if unicodedata.category(character) == "Cs":
            continue
        folded = character.casefold()
        if folded != character:
            assert not set(folded) & set("0123456789-+.: "), character
            if set(folded) & set("tzrue"):
                assert character in "TZRUE" or len(folded) > 1, character
        if character.lower() != character and set(character.lower()) & set("truefals"):
            assert character in "TRUEFALS", character


@pytest.mark.parametrize(
    ("condition", "value"),
    [("x = false and x = 'falſe'", "falſe"), ("x = 5 and x != '5'", 5), ("x > 5 and x < '2024-01-01'", 6)],
)
def test_what_can_be_is_not_called_never(condition: str, value: Any) -> None:
    from gsl import parse

    rule = parse(f"T should have {condition}")
    assert isinstance(rule.statement, nodes.Check)
    logic = Logic(rule.statement)
    logic.run()
    holds = truth_of(rule.statement.condition, [{"x": value}])
    assert not (holds is True and logic.never)
