"""The compiled rules of one entity type at work: strict code first, careful code, and what is left for the reference."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from msgspec import Struct, field

from gsl.engine.compiler.fusing import Fused, Guard, Tally, Unit, fuse
from gsl.engine.compiler.runtime import Binding
from gsl.engine.projection import Projection

Check = Callable[[Sequence[Any]], Tally]

_TRIED = 200
_MOST_STOPS = 0.02
"""The share of entities that strict code may give up on before it is no longer tried."""


class Outcome(Struct, eq=False):
    """What a form found in a list of entities.

    `numbers` has the numbers of the rules that entities failed, or were selected by, one entity after
    the other; `indices` says which entities, in order, and `ends` where the rules of each end.
    `excluded` are the excluded pairs and `undecided` those that the reference has to judge, both as
    (index, rule number). `odd` are the
    entities that are none of the type or not usual ones. The counts are by rule number.
    """

    numbers: list[int] = field(default_factory=list)
    indices: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    odd: list[int] = field(default_factory=list)
    excluded: list[tuple[int, int]] = field(default_factory=list)
    undecided: list[tuple[int, int]] = field(default_factory=list)
    not_relevant: dict[int, int] = field(default_factory=dict)
    on_missing: dict[int, int] = field(default_factory=dict)

    def rows(self) -> Iterator[tuple[int, list[int]]]:
        """The index of each entity that failed some rules or was selected, with their numbers."""
        start = 0
        for index, end in zip(self.indices, self.ends):
            yield index, self.numbers[start:end]
            start = end

    def pairs(self) -> Iterator[tuple[int, int]]:
        """The failed and selected pairs as (index, rule number)."""
        return ((index, number) for index, numbers in self.rows() for number in numbers)

    def add(self, index: int, numbers: list[int]) -> None:
        """Take more failed rules of an entity in, the last one so far or one after it."""
        self.numbers += numbers
        if self.indices and self.indices[-1] == index:
            self.ends[-1] = len(self.numbers)
        elif numbers:
            self.indices.append(index)
            self.ends.append(len(self.numbers))

    def take_counts(self, other: Outcome) -> None:
        """Add the counts of another outcome."""
        for name in ("not_relevant", "on_missing"):
            mine = getattr(self, name)
            for number, times in getattr(other, name).items():
                mine[number] = mine.get(number, 0) + times


class Form:
    """The rules of one type for entities of one kind: structs of a projection, or dicts."""

    def __init__(
        self,
        units: Sequence[Unit],
        binding: Binding,
        folds: bool,
        projection: Projection | None = None,
        guard: Guard | None = None,
        marks: bool = True,
    ) -> None:
        self._made = (units, folds, projection, guard, marks)
        self._binding = binding
        self._careful: Check | None = None
        self._strict = True
        self._seen = self._stops = 0
        self._code = self._fused(True)
        self._careful_code: Fused | None = None
        self.numbers = self._code.numbers
        self._first: Check = self._code.bind(binding)

    def rebound(self, binding: Binding) -> Form:
        """The same code for another run."""
        other = copy.copy(self)
        other._binding = binding
        other._careful = None
        other._first = self._code.bind(binding) if self._strict else other._careful_check()
        return other

    def _fused(self, strict: bool) -> Fused:
        units, folds, projection, guard, marks = self._made
        root, fields = (None, None) if projection is None else (projection.root, projection.fields)
        return fuse(units, root, fields, folds, strict, guard, marks)

    def _careful_check(self) -> Check:
        if self._careful is None:
            fused = self._careful_code = self._careful_code or self._fused(False)
            self._careful = fused.bind(self._binding) if fused.numbers == self.numbers else _give_up
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
        first = numbers[least] if numbers else 0
        outcome.excluded += [(count - 1 - left, number) for left, number in tally.excluded if number >= first]
        if least == 0:
            before, last = len(outcome.numbers), count - 1
            outcome.numbers += tally.found
            outcome.indices += [last - left for left in tally.lefts]
            outcome.ends += [before + end for end in tally.ends] if before else tally.ends
        else:
            outcome.add(0, [each for each in tally.found if each >= first])
        for counted, into in (
            (tally.not_relevant, outcome.not_relevant),
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
            often = self._seen > _TRIED and self._stops > self._seen * _MOST_STOPS
            if often and self._careful_check() is not _give_up:
                self._first, self._strict = self._careful_check(), False
            stop = self._judge_carefully(outcome, entity, index, position)
        outcome.undecided += [(index, number) for number in self.numbers[stop:]]

    def _judge_carefully(self, outcome: Outcome, entity: Any, index: int, position: int) -> int:
        """Judge one entity with the rules from a position on; gives the first one that is still undecided."""
        tally = self._careful_check()((entity,))
        alone = Outcome()
        self._add(alone, tally, 1, position)
        outcome.take_counts(alone)
        outcome.add(index, alone.numbers)
        outcome.excluded += [(index, number) for _, number in alone.excluded]
        return len(self.numbers) if tally.stopped is None else max(position, tally.stopped[1])


def _give_up(entities: Sequence[Any]) -> Tally:
    """Stands for careful code where some rule has none: nothing is decided."""
    return Tally([], [], [], [], [], (), (), (len(entities) - 1, 0))
