"""Random rules on random entities through every form of evaluation; the fuzz target `forms` goes on for longer."""

from __future__ import annotations

from random import Random

import attrs
import pytest

from tests.forms import Trial, compare, draw, written
from tests.fuzz.running import Wrong

PAIRS = 6000
"""Pairs of a rule and an entity that are held equal in each run of the tests."""

PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
def test_random_rules_on_random_entities(part: int) -> None:
    pairs = case = 0
    while pairs < PAIRS // PARTS:
        pairs += compare(draw(Random(f"forms/{part}/{case}")))
        case += 1


THING = {"type": "Thing", "id": "t"}
TWO = ("AWS_IAM_Role should a", "Thing should a")
INFINITE = float("inf")
ONCE_DIFFERENT: dict[str, Trial] = {
    "a finding without a type": Trial(("Thing should join('.') = 'x'",), ({"entity": {"_errors": [{}]}},)),
    "a finding of another type": Trial(("Thing should not have a",), ({"entity": {"type": "Other"}},)),
    "whole and projected": Trial(TWO, ({"entity": {"b": [{}]}}, {"type": "A"}), "documents"),
    "a list as type": Trial(("Thing should a", "Thing should b"), (THING, {"type": [], "id": "t"}, THING)),
    "no text as type": Trial(TWO, ({"type": ""}, THING)),
    "a third spelling": Trial(TWO, tuple([{"type": f"AWS::IAM{mark}Role", "id": "t"} for mark in ("_", "::", "_")])),
    "an object as id": Trial(("Thing should id.name", "Thing should a"), ({"type": "Thing", "id": {"name": "2"}},)),
    "lists as id": Trial(("Thing should a",), ({"type": "Thing", "id": ["x"]}, {"type": "Thing", "id": 7.5})),
    "an empty finding twice": Trial(("Other should a",), ({"type": "A", "id": "x", "entity": None},) * 2),
    "a member called entity": Trial(
        ("AWS_IAM_Role should a",), ({"type": "AWS::IAM::Role", "id": "x", "entity": {"type": "T"}},)
    ),
    "a line of lists among others": Trial(
        ("Thing should a", "List should a"), (THING, {"List": [{"id": "l"}], "xs": 1}, {"type": "Thing", "id": "u"})
    ),
    "order of warnings": Trial(
        ("Thing should a",),
        ({"type": "Thing"}, *[{"id": str(n)} for n in range(9)], {"type": "Thing"}),
        jobs=3,
        chunk=64,
    ),
    "no number in a dict": Trial(("Thing where c contain [-1, null]",), ({"c": INFINITE},)),
    "its length": Trial(("Thing should c length() = 0",), ({"c": -INFINITE},)),
    "no number in order": Trial(("Thing should c contain [a > 80]",), ({"type": "Thing", "c": [{"a": INFINITE}]},)),
    "a tuple": Trial(("Thing should xs contain-all [~.b = 1]",), ({**THING, "xs": [], "b": 2},) * 30, exotic=True),
    "functions in a row": Trial((f"Thing should a{' toLower()' * 190}",), ({**THING, "a": "x"},)),
    "a path without end": Trial((f"Thing should {'.'.join(['a'] * 2000)}",), (THING,)),
}
"""What forms disagreed on before, and no case of `tests/conformance` can say."""


@pytest.mark.parametrize("name", ONCE_DIFFERENT)
def test_what_was_different_once(name: str) -> None:
    for layout in ("lines", "array", "documents"):
        compare(attrs.evolve(ONCE_DIFFERENT[name], layout=layout))


def test_trials_are_of_every_kind() -> None:
    """What is drawn has rules, entities and files of each kind: a comparison of nothing proves nothing."""
    trials = [draw(Random(f"forms/0/{case}")) for case in range(200)]
    assert {trial.layout for trial in trials} == {"lines", "array", "keyed", "documents"}
    assert {trial.jobs for trial in trials} == {1, 2, 3}
    assert {trial.case_sensitive for trial in trials} == {trial.exotic for trial in trials} == {False, True}
    assert max(len(trial.rules) for trial in trials) == 8
    assert max(len(trial.entities) for trial in trials) == 60
    assert len({written(trial) for trial in trials}) > 190


def test_a_difference_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from gsl.engine.compiler import runtime

    trial = Trial(("Thing should have a = 1.5",), ({"type": "Thing", "id": "t", "a": "1.5"},))
    assert compare(trial) == 1
    monkeypatch.setattr(runtime, "equal_to", lambda literal, fold: lambda value: False)
    with pytest.raises(Wrong, match="dicts"):
        compare(trial)
