"""The cells of a subject: all values of some kinds, cut where the tests of the subject cut them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from gsl.authoring.checking.asking import LikeText, Order, Test, literals_of
from gsl.authoring.checking.ranges import (
    Cell,
    Dates,
    Numbers,
    NumericTexts,
    One,
    Spot,
    Words,
    first_after,
    spots_of,
)
from gsl.semantics import values
from gsl.semantics.values import Fold, same_text

EVERY_KIND = frozenset(("missing", "boolean", "number", "text", "list", "object"))
MOST_MARKS = 150
MOST_CELLS = 3000
"""Beyond so many literals that a subject is compared with, or cells, nothing is known of it."""


def cells_of(tests: Iterable[Test], fold: Fold, kinds: frozenset[str], least: int | None = None) -> list[Cell] | None:
    """Cells that cover all values of some kinds; numbers only from `least` up. `None` when they were too many."""
    marks = _Marks(tests, fold)
    if marks.are_too_many:
        return None
    found: list[Cell] = []
    if "missing" in kinds:
        found.append(One(None))
    if "boolean" in kinds:
        found += [One(True), One(False)]
    if "number" in kinds:
        found += _number_cells(Numbers, marks, least)
    if "text" in kinds:
        found += _text_cells(marks)
    if "list" in kinds:
        found += [One([]), Cell(frozenset("["))]
    if "object" in kinds:
        found += [One({}), Cell(frozenset("{"))]
    return found


class _Marks:
    """Where the tests of a subject cut the lines."""

    def __init__(self, tests: Iterable[Test], fold: Fold) -> None:
        tests = tuple(tests)
        self.fold = fold
        literals = [each for test in tests for each in literals_of(test)]
        patterns = [fold(test.pattern) for test in tests if isinstance(test, LikeText)]
        ordered = [test.literal for test in tests if isinstance(test, Order)]
        self.numbers = {found for each in literals if (found := values.number(each)) is not None} | {0}
        self.instants = {found for each in ordered if (found := values.instant(each)) is not None}
        self.has_dates = any([values.date(each) is not None for each in ordered])
        self.texts = {fold(each) for each in literals if isinstance(each, str)} | {"", "true", "false"}
        self.texts |= {each for pattern in patterns for each in _text_marks(pattern)}

    @property
    def are_too_many(self) -> bool:
        """Whether there would be too many cells."""
        products = len(self.numbers) * len(self.instants) * 4 if self.has_dates else 0
        return len(self.numbers) + len(self.texts) > MOST_MARKS or products > MOST_CELLS


def _text_marks(pattern: str) -> list[str]:
    first = pattern.partition("%")[0]
    after = first_after(first) if "%" in pattern else None
    return [first] if after is None else [first, after]


def _number_cells(kind: type[Numbers], marks: _Marks, least: int | None) -> list[Cell]:
    numbers = marks.numbers | ({least} if least is not None else set())
    spots = [spot for spot in spots_of(numbers) if least is None or spot.against(least) in (0, 1)]
    instants: list[Spot | None] = [None, *spots_of(marks.instants)] if marks.has_dates else [None]
    return [kind(spot, instant) for spot, instant in itertools.product(spots, instants)]


def _text_cells(marks: _Marks) -> list[Cell]:
    found: list[Cell] = [*_number_cells(NumericTexts, marks, None), *[Dates(each) for each in spots_of(marks.instants)]]
    for spot in spots_of(marks.texts):
        if spot.is_mark and values.number(spot.low) is not None:
            found.append(One(spot.low))
            continue
        upper = spot.low.upper() if spot.is_mark else ""
        if values.date(upper) is not None:
            found.append(One(upper))
        if not upper or values.date(upper) is None or upper != upper.lower():
            found += [Words(spot, word) for word in _words_at(spot, marks.fold)]
    return found


def _words_at(spot: Spot, fold: Fold) -> list[str]:
    """Which of `true`, `false` and neither the texts at a spot may be in lower case."""
    if fold is same_text:
        return [_word_of(spot.low)] if spot.is_mark else ["true", "false", ""]
    return [spot.low, ""] if spot.is_mark and _word_of(spot.low) else [""]


def _word_of(text: str) -> str:
    return text.lower() if text.lower() in ("true", "false") else ""
