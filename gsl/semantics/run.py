"""What an evaluation is given besides the rule and the entity: the clock, the lists, the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

import attrs

from gsl.semantics.functions.table import Function
from gsl.semantics.places import Origin, Place, Uncollected
from gsl.semantics.values import UNKNOWN, Fold, Unknown, Value

LEAST_BUDGET = 100_000
"""Elements that any evaluation may look at."""


@attrs.define(eq=False, repr=False)
class Seen:
    """A value as it was met: what it is, where it stands, and why it is unknown if it is.

    `members` are the elements of a list that have places of their own (those a filter kept, the
    items of a `List<T>`); for the key of an object they stand under that key. `lost` elements are
    those that only an error tells of.
    """

    value: Value | Unknown
    place: Place
    cause: Uncollected | None = None
    members: Mapping[str, tuple[Seen, ...]] | None = None
    lost: bool = False


@attrs.frozen(eq=False, repr=False)
class Found:
    """What a look-up gave: the entities, best first, and the gap that may hide more of them."""

    matches: list[Seen]
    gap: Uncollected | None = None


class Resources(Protocol):
    """The other entities of a run."""

    def find(
        self, type_name: str, account: str, region: str, wanted: list[Value], key: str | None, fold: Fold
    ) -> Found:
        """The entities of a type in an account whose key equals one of the wanted values."""
        ...


class NoResources:
    """No other entities: look-ups find nothing."""

    def find(
        self, type_name: str, account: str, region: str, wanted: list[Value], key: str | None, fold: Fold
    ) -> Found:
        """Nothing."""
        return Found([])


class TooMuchWork(Exception):
    """A rule that would take for ever on an entity: its brackets repeat one another's work."""


class Budget:
    """Counts the elements that one evaluation looks at, and ends it when they are out of proportion.

    A rule may look at 100,000 elements, and at a hundred times as many as the entity has values.
    """

    def __init__(self) -> None:
        self.left = LEAST_BUDGET
        self.granted = False

    def spend(self, count: int, root: Value) -> None:
        """Take some elements off. Raises `TooMuchWork`."""
        self.left -= count
        if self.left >= 0:
            return
        if not self.granted:
            self.granted = True
            self.left += 100 * _count_values(root)
        if self.left < 0:
            raise TooMuchWork


def _count_values(root: Value) -> int:
    count = 0
    pending = [root]
    while pending:
        current = pending.pop()
        count += 1
        if isinstance(current, list):
            pending += current
        elif isinstance(current, dict):
            pending += current.values()
    return count


def ignore(code: str, message: str) -> None:
    """A note that nobody listens to."""


@attrs.define(eq=False, repr=False)
class Run:
    """The surroundings of one evaluation.

    `now` is in microseconds since 1970. `account` and `region` are those of the entity under test.
    `note(code, message)` takes what is worth a diagnostic.
    """

    now: int
    fold: Fold = str.casefold
    lists: Mapping[str, list[Value]] = {}
    functions: Mapping[str, Function] = {}
    resources: Resources = NoResources()
    account: str = ""
    region: str = ""
    note: Callable[[str, str], None] = ignore
    budget: Budget = attrs.field(factory=Budget)

    def anew(self, account: str | None = None, region: str = "", note: Callable[[str, str], None] | None = None) -> Run:
        """The same surroundings for another evaluation, of an entity of another account and region."""
        where = (self.account, self.region) if account is None else (account, region)
        settings = (self.now, self.fold, self.lists, self.functions, self.resources)
        return Run(*settings, *where, note or self.note)

    def find(self, type_name: str, wanted: list[Value], key: str | None) -> Found:
        """Look other entities of this entity's account up."""
        return self.resources.find(type_name, self.account, self.region, wanted, key, self.fold)

    def unknown(self, cause: Uncollected) -> Seen:
        """A result that could not be found out."""
        return Seen(UNKNOWN, Place(Origin()), cause)
