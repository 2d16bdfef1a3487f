"""All values there are, cut into cells in which some tests give the same outcome, or may give any.

The cells of a subject cover every JSON value: missing, booleans, numbers, texts (numeric ones,
dates, others), lists and objects. Where a test is not settled in a cell its outcome is `None`,
which stands for both. So nothing that can happen is left out, and what happens in no cell never
happens. Numbers, instants and folded texts are lines, cut at the literals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from msgspec import Struct

from gsl.authoring.checking.asking import Empty, Equal, LikeText, Order, Regex, Test, Truth, passes
from gsl.semantics import operators, values
from gsl.semantics.values import Fold, same_text

Outcome = bool | None

_START_OF_NUMBERS = frozenset("0123456789-")
_LAST_CHARACTER = chr(0x10FFFF)
_OUTCOMES: dict[str, Callable[[int], bool]] = {
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}


class Spot(Struct, frozen=True):
    """A stretch of a line between two marks, both left out; a mark itself where they are the same."""

    low: Any
    high: Any

    @property
    def is_mark(self) -> bool:
        """Whether it is one mark, no stretch."""
        return self.low is not None and self.high is not None and bool(self.low == self.high)

    def against(self, mark: Any) -> int | None:
        """-1, 0 or 1 as it lies below, at or above a mark; `None` when the mark lies inside."""
        if self.is_mark:
            return int(self.low > mark) - int(self.low < mark)
        if self.high is not None and mark >= self.high:
            return -1
        return 1 if self.low is not None and mark <= self.low else None


def spots_of(marks: Iterable[Any]) -> list[Spot]:
    """A line cut at some marks: each mark, and the stretches between them."""
    found: list[Spot] = []
    low = None
    for mark in sorted(set(marks)):
        found += [Spot(low, mark), Spot(mark, mark)]
        low = mark
    return [*found, Spot(low, None)]


def _ordered(operator: str, order: int | None) -> Outcome:
    return None if order is None else _OUTCOMES[operator](order)


class Cell:
    """A set of values whose texts begin with one of some characters; as it stands, lists or objects that are not empty."""

    def __init__(self, starts: frozenset[str]) -> None:
        self.starts = starts

    def outcome(self, test: Test, fold: Fold) -> Outcome:
        """What a test gives for all its values; `None` when it may give either."""
        if isinstance(test, Equal):
            return _any([self.equals(each, fold) for each in test.literals])
        if isinstance(test, Order):
            return self.order(test, fold)
        if isinstance(test, LikeText):
            return self.like(fold(test.pattern), fold)
        return None if isinstance(test, Regex) else self.plain(test, fold)

    def equals(self, literal: Any, fold: Fold) -> Outcome:
        """Whether its values equal a literal."""
        return False

    def order(self, test: Order, fold: Fold) -> Outcome:
        """What an order gives."""
        return False

    def like(self, pattern: str, fold: Fold) -> Outcome:
        """What `like` gives for a folded pattern."""
        first = pattern.partition("%")[0]
        if not pattern or (first and first[0] not in self.starts):
            return False
        return None if pattern.strip("%") else True

    def plain(self, test: Truth | Empty, fold: Fold) -> Outcome:
        """What truth and emptiness are."""
        return isinstance(test, Truth)


def _any(outcomes: list[Outcome]) -> Outcome:
    return True if True in outcomes else None if None in outcomes else False


class One(Cell):
    """One value, asked by the operators themselves."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def outcome(self, test: Test, fold: Fold) -> Outcome:
        """What the language says."""
        return passes(test, self.value, fold)


class Numbers(Cell):
    """Numbers at a spot; `instant` is where they lie as instants, `None` for nowhere."""

    def __init__(self, spot: Spot, instant: Spot | None) -> None:
        super().__init__(_START_OF_NUMBERS)
        self.spot = spot
        self.instant = instant

    def equals(self, literal: Any, fold: Fold) -> Outcome:
        """Numbers equal numbers and numeric texts."""
        mark = values.number(literal)
        order = None if mark is None else self.spot.against(mark)
        return False if mark is None else None if order is None else order == 0

    def order(self, test: Order, fold: Fold) -> Outcome:
        """As numbers; beside a date as instants."""
        mark = values.number(test.literal)
        if mark is not None:
            return _ordered(test.operator, self.spot.against(mark))
        moment = values.date(test.literal)
        if moment is None:
            return False
        return False if self.instant is None else _ordered(test.operator, self.instant.against(moment))

    def like(self, pattern: str, fold: Fold) -> Outcome:
        """At a mark there is one number, and so one text."""
        if self.spot.is_mark:
            return operators.like(self.spot.low, pattern, same_text)
        return super().like(pattern, fold)

    def plain(self, test: Truth | Empty, fold: Fold) -> Outcome:
        """Zero is false; no number is empty."""
        if isinstance(test, Empty):
            return False
        order = self.spot.against(0)
        return None if order is None else order != 0


class NumericTexts(Numbers):
    """Numeric texts that are none of the literals."""

    def equals(self, literal: Any, fold: Fold) -> Outcome:
        """They equal numbers, and no text that is a literal."""
        return False if isinstance(literal, str) else super().equals(literal, fold)

    def order(self, test: Order, fold: Fold) -> Outcome:
        """Beside a word they are texts."""
        known = values.number(test.literal) is not None or values.date(test.literal) is not None
        return super().order(test, fold) if known or not isinstance(test.literal, str) else None

    def like(self, pattern: str, fold: Fold) -> Outcome:
        """Texts that a pattern spells out are literals."""
        return Cell.like(self, pattern, fold) if "%" in pattern else False

    def plain(self, test: Truth | Empty, fold: Fold) -> Outcome:
        """Texts such as `0` are true."""
        return isinstance(test, Truth)


class Dates(Cell):
    """Date texts that are none of the literals, at a spot of the instants."""

    def __init__(self, instant: Spot) -> None:
        super().__init__(_START_OF_NUMBERS)
        self.instant = instant

    def order(self, test: Order, fold: Fold) -> Outcome:
        """As instants."""
        moment = values.instant(test.literal)
        if moment is None:
            return False
        return _ordered(test.operator, self.instant.against(moment))

    def like(self, pattern: str, fold: Fold) -> Outcome:
        """Texts that a pattern spells out are literals."""
        return super().like(pattern, fold) if "%" in pattern else False


class Words(Cell):
    """Texts that are neither numbers nor dates, at a spot of the folded texts.

    `word` is `true` or `false` for the texts that are these in lower case, and empty for all others.
    """

    def __init__(self, spot: Spot, word: str) -> None:
        self.spot = spot
        self.word = word

    def equals(self, literal: Any, fold: Fold) -> Outcome:
        """Texts by their fold; `true` and `false` also by themselves."""
        if isinstance(literal, bool):
            return self.word == ("true" if literal else "false")
        if not isinstance(literal, str):
            return False
        order = self.spot.against(fold(literal))
        if order == 0 or (self.word and literal.lower() == self.word):
            return True
        return None if order is None else False

    def order(self, test: Order, fold: Fold) -> Outcome:
        """With texts that are no dates, as folded texts."""
        if not isinstance(test.literal, str) or values.date(test.literal) is not None:
            return False
        return _ordered(test.operator, self.spot.against(fold(test.literal)))

    def like(self, pattern: str, fold: Fold) -> Outcome:
        """At a mark it is known; between marks as far as the pattern's beginning tells."""
        if self.spot.is_mark:
            return operators.like(self.spot.low, pattern, same_text)
        first, *rest = pattern.split("%")
        if not rest or _is_outside(self.spot, first):
            return False
        return True if not any(rest) and not _is_unsure(self.spot, first) else None

    def plain(self, test: Truth | Empty, fold: Fold) -> Outcome:
        """Only the empty text is empty; it and `false` are not true."""
        is_empty = self.spot.against("") == 0
        if isinstance(test, Empty) or is_empty:
            return is_empty is isinstance(test, Empty)
        return self.word != "false"


def _is_outside(spot: Spot, first: str) -> bool:
    """Whether no text at a spot begins so."""
    after = first_after(first)
    return bool(first) and (spot.against(first) == -1 or (after is not None and spot.against(after) in (0, 1)))


def _is_unsure(spot: Spot, first: str) -> bool:
    """Whether a text at a spot, which is not outside, may begin otherwise."""
    after = first_after(first)
    return bool(first) and (after is None or spot.against(first) is None or spot.against(after) != -1)


def first_after(first: str) -> str | None:
    """The first text after all that begin so."""
    if not first or first[-1] == _LAST_CHARACTER:
        return None
    return first[:-1] + chr(ord(first[-1]) + 1)
