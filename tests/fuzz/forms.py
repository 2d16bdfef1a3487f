"""Fuzzes the forms of evaluation: compiled, projected and in several processes they say what the reference says."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import attrs

import gsl
from tests.forms import Trial, compare, draw
from tests.fuzz.running import Target, fuzz, json_left_out, pieces_left_out

COUNTED = [0]
"""The pairs of a rule and an entity that were held equal."""


def check(trial: Trial) -> None:
    """Raises when two forms differ."""
    COUNTED[0] += compare(trial)


def smaller(trial: Trial) -> Iterator[Trial]:
    """Trials with fewer rules and entities, in a plainer file, with shorter rules and less of each entity."""
    for entities in pieces_left_out(trial.entities):
        yield attrs.evolve(trial, entities=tuple(entities))
    for rules in pieces_left_out(trial.rules):
        if rules:
            yield attrs.evolve(trial, rules=tuple(rules))
    for plainer in (
        {"jobs": 1},
        {"chunk": 256 * 1024},
        {"layout": "lines"},
        {"case_sensitive": False},
        {"exotic": False},
    ):
        if attrs.evolve(trial, **plainer) != trial:
            yield attrs.evolve(trial, **plainer)
    for number, rule in enumerate(trial.rules):
        for tokens in pieces_left_out(rule.split(" ")):
            shorter = " ".join(tokens)
            if _is_rule(shorter):
                yield attrs.evolve(trial, rules=(*trial.rules[:number], shorter, *trial.rules[number + 1 :]))
    for number, entity in enumerate(trial.entities):
        for less in json_left_out(entity):
            yield attrs.evolve(trial, entities=(*trial.entities[:number], less, *trial.entities[number + 1 :]))


def _is_rule(text: str) -> bool:
    try:
        gsl.parse(text)
    except gsl.RuleError:
        return False
    return True


def show(trial: Trial) -> str:
    """The trial as one can paste it."""
    sys.set_int_max_str_digits(0)
    return f"Trial(\n    {trial.rules!r},\n    {trial.entities!r},\n    {trial.layout!r}, {trial.case_sensitive}, {trial.jobs}, {trial.chunk}, {trial.seed},\n)"


TARGET = Target("forms", draw, check, smaller, show, longest=20.0)

if __name__ == "__main__":
    failed = fuzz(TARGET)
    sys.stdout.write(f"forms: {COUNTED[0]} pairs of a rule and an entity\n")
    sys.exit(failed)
