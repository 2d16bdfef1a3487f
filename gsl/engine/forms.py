"""The compiled rules of one entity type at work: strict code first, careful code, and what is left for the reference."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import attrs

from gsl.engine.compiler.fusing import Fused, Guard, Tally, Unit, fuse
from gsl.engine.compiler.runtime import Binding
from gsl.engine.projection import Projection

Check = Callable[[Sequence[Any]], Tally]

_TRIED = 200
_MOST_STOPS = 0.02
"""The share of entities that strict code may give up on before it is no longer tried."""


@attrs.define(eq=False, repr=False)
class Outcome:
    """What a form found in a list of entities.

    `found` are the failed and selected pairs as (index, rule number), `undecided` those that the
    reference has to judge, `odd` the entities that are none of the type or not usual ones. The counts
    are by rule number.
    """

    found: list[tuple[int, int]] = attrs.field(factory=list)
    odd: list[int] = attrs.field(factory=list)
    undecided: list[tuple[int, int]] = attrs.field(factory=list)
    not_relevant: dict[int, int] = attrs.field(factory=dict)
    excluded: dict[int, int] = attrs.field(factory=dict)
    on_missing: dict[int, int] = attrs.field(factory=dict)


class Form:
    """The rules of one type for entities of one kind: structs of a projection, or dicts."""

    def __init__(
        self,
        units: Sequence[Unit],
        binding: Binding,
        folds: bool,
        projection: Projection | None = None,
        guard: Guard | None = None,
    ) -> None:
        self._made = (units, folds, projection, guard)
        self._binding = binding
        self._careful: Check | None = None
        self._strict = True
        self._seen = self._stops = 0
        fused = self._fused(True)
        self.numbers = fused.numbers
        self._first: Check = fused.bind(binding)

    def _fused(self, strict: bool) -> Fused:
        units, folds, projection, guard = self._made
        root, fields = (None, None) if projection is None else (projection.root, projection.fields)
        return fuse(units, root, fields, folds, strict, guard)

    def _careful_check(self) -> Check:
        if self._careful is None:
            self._careful = self._fused(False).bind(self._binding)
        return self._careful

    def run(self, entities: Sequence[Any]) -> Outcome:
        """Judge entities, none of which has errors, in order."""
        outcome = Outcome()
        count, start = len(entities), 0
        check = self._first
        while start < count:
            tally = check(entities[start:] if start else entities)
            self._add(outcome, tally, count, 0)
            if tally.stopped is None:
                break
            left, position = tally.stopped
            index = count - 1 - left
            self._stopped(outcome, entities[index], index, position)
            start = index + 1
            check = self._first
        self._seen += count
        return outcome

    def _add(self, outcome: Outcome, tally: Tally, count: int, least: int) -> None:
        """Take over what a call found of the rules from a position on."""
        numbers = self.numbers
        outcome.odd += [count - 1 - left for left in tally.odd]
        for left, position in tally.found:
            if position >= least:
                outcome.found.append((count - 1 - left, numbers[position]))
        for counted, into in (
            (tally.not_relevant, outcome.not_relevant),
            (tally.excluded, outcome.excluded),
            (tally.on_missing, outcome.on_missing),
        ):
            for position, times in enumerate(counted):
                if times and position >= least:
                    into[numbers[position]] = into.get(numbers[position], 0) + times

    def _stopped(self, outcome: Outcome, entity: Any, index: int, position: int) -> None:
        """Have the rest of the rules judge one entity more carefully, or leave it to the reference."""
        stop = position
        if self._strict:
            self._stops += 1
            if self._seen > _TRIED and self._stops > self._seen * _MOST_STOPS:
                self._first, self._strict = self._careful_check(), False
            stop = self._judge_carefully(outcome, entity, index, position)
        outcome.undecided += [(index, number) for number in self.numbers[stop:]]

    def _judge_carefully(self, outcome: Outcome, entity: Any, index: int, position: int) -> int:
        """Judge one entity with the rules from a position on; gives the first one that is still undecided."""
        tally = self._careful_check()((entity,))
        found = [(0, each) for _, each in tally.found if each >= position]
        tally = attrs.evolve(tally, found=[(0, each) for _, each in found])
        before = len(outcome.found)
        self._add(outcome, tally, 1, position)
        outcome.found[before:] = [(index, number) for _, number in outcome.found[before:]]
        return len(self.numbers) if tally.stopped is None else max(position, tally.stopped[1])
