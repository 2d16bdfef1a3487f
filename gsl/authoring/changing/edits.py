"""One value of an entity replaced, and entities with such changes: copies that share all else with the given one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import attrs

from gsl.semantics import values
from gsl.semantics.judging import entity_root, list_item, list_root
from gsl.semantics.places import Key, Origin, Place, Uncollected
from gsl.semantics.run import Seen
from gsl.semantics.values import Value

_ITEMS = "items"
_NEVER = ("type", "_errors")
"""Keys of an entity that say what it is and what of it is known; another value makes another entity."""


class Gone:
    """The type of `GONE`."""

    def __repr__(self) -> str:
        return "GONE"


GONE = Gone()
"""What stands for nothing at all in the place of a value: the key, or the element, is taken out."""

_ODD = 4.0
"""What odd values count more than others."""

Keys = tuple[Key, ...]


@attrs.frozen(eq=False)
class Edit:
    """A value at some keys of an entity (below `items` for lists), what it was and what it is to be.

    An `example` is a text that was made up: others would do as well. Values that the schema of the type
    does not know at the place are `odd`.
    """

    keys: Keys
    before: Value
    after: Value | Gone
    example: bool = False
    odd: bool = False

    @property
    def path(self) -> str:
        """Where it stands, as reports spell it."""
        return Place(Origin(), self.keys).path

    @property
    def identity(self) -> tuple[Keys, str]:
        """The same for edits that do the same."""
        return self.keys, f"{type(self.after).__name__} {self.after!r}"

    @property
    def size(self) -> float:
        """How big a change it is: below 1 for another value of the same kind, and more for others."""
        return self._own_size + (_ODD if self.odd else 0.0)

    @property
    def _own_size(self) -> float:
        before, after = values.kind(self.before), "missing" if self.after is GONE else values.kind(self.after)
        if isinstance(self.keys[-1], int) and (self.after is GONE or before == "missing"):
            return 1.7 + _weight(self.before) + _weight(self.after)
        if after == "missing" or (before == "text" and self.after == ""):
            return 2.0 + (0.1 if after == "text" else _weight(self.before))
        if after in ("list", "object"):
            return 3.0 + _weight(self.before) + _weight(self.after)
        if self.example and before in ("missing", "text"):
            return 1.8
        if before != after:
            return 1.0 if before == "missing" else 3.5
        distance = _distance(self.before, self.after)
        floor = 0.5 if after == "text" and values.date(self.after) is None else 0.0
        return floor + distance / (2.0 + 2.0 * distance)

    def holds(self, other: Edit) -> bool:
        """Whether another change lies inside the value that this one puts in."""
        return len(other.keys) > len(self.keys) == len(_shared(self.keys, other.keys)) and self.after is not GONE

    def joined(self, other: Edit) -> Edit | None:
        """This change with another one inside it, as one; `None` where that cannot be."""
        try:
            after = replaced(self.after, other.keys[len(self.keys) :], other.after)
        except Impossible:
            return None
        return attrs.evolve(self, after=after)

    def bars(self, other: Edit) -> bool:
        """Whether another change cannot be made with this one: at the same place, or where elements have moved."""
        shared = _shared(self.keys, other.keys)
        if len(shared) == min(len(self.keys), len(other.keys)):
            return True
        return any([len(each) == len(shared) + 1 and isinstance(each[-1], int) for each in (self.keys, other.keys)])


def _shared(first: Keys, second: Keys) -> Keys:
    """The keys that two places have in common, from the entity down."""
    count = 0
    for left, right in zip(first, second):
        if left != right:
            break
        count += 1
    return first[:count]


def _weight(value: Value | Gone) -> float:
    """How much a value holds, below 1."""
    if not isinstance(value, (list, dict)):
        return 0.0
    return len(value) / (1.0 + len(value))


def _distance(before: Value, after: Value) -> float:
    """How far apart two values of one kind are: days, units, or characters that differ."""
    if isinstance(before, bool):
        return 0.0
    first, second = values.number(before), values.number(after)
    if first is None or second is None:
        first, second = values.date(before), values.date(after)
        if first is None or second is None:
            return _characters(before, after)
        return min(abs(first - second) / 86_400_000_000, 1e15)
    try:
        return min(abs(float(first) - float(second)), 1e15)
    except OverflowError:
        return 1e15


def _characters(before: str, after: str) -> float:
    same = 0
    for left, right in zip(before, after):
        if left != right:
            break
        same += 1
    return float(max(len(before), len(after)) - same)


class Ground:
    """An entity, or a list of them, that changes are made of; it is never changed itself."""

    def __init__(self, root: Seen, kept: Iterable[str] = ()) -> None:
        self.root = root
        self._kept = frozenset((*_NEVER, *kept))
        self._items = root.members.get(_ITEMS, ()) if root.members is not None else None
        self._prefixes: dict[int, Keys] = {id(root.place.origin): ()}
        for number, item in enumerate(self._items or ()):
            self._prefixes[id(item.place.origin)] = (_ITEMS, number)

    def keys_of(self, place: Place) -> Keys | None:
        """The keys of a place in this entity; `None` for places in others, and in what expressions made."""
        prefix = self._prefixes.get(id(place.origin))
        if prefix is None:
            is_items = self._items is not None and not place.origin.label and place.keys[:1] == (_ITEMS,)
            prefix = () if is_items else None
        if prefix is None:
            return None
        own = place.keys
        if own[:1] and own[0] in self._kept and (self._items is None or prefix):
            return None
        return (*prefix, *own) or None

    def changed(self, edits: Sequence[Edit]) -> Seen | None:
        """The entity with changes; `None` where one cannot be made."""
        try:
            return self._with_items(edits) if self._items is not None else self._with(edits)
        except Impossible:
            return None

    def _with(self, edits: Sequence[Edit]) -> Seen:
        data = self.root.value
        for edit in edits:
            data = replaced(data, edit.keys, edit.after)
        if not isinstance(data, dict):
            raise Impossible
        return entity_root(data, self.root.place.origin.errors)

    def _with_items(self, edits: Sequence[Edit]) -> Seen:
        held: Any = [(item.value, item.place.origin.errors) for item in self._items or ()]
        for edit in sorted(edits, key=lambda each: len(each.keys), reverse=True):
            if edit.keys[:1] != (_ITEMS,):
                raise Impossible
            held = _edited_items(held, edit.keys[1:], edit.after)
        return list_root(tuple([list_item(value, number, errors) for number, (value, errors) in enumerate(held)]))


_Item = tuple[Value, tuple[Uncollected, ...]]


def _edited_items(held: list[_Item], keys: Keys, after: Value | Gone) -> list[_Item]:
    """Items, each with its errors, after a change of one, of one's value, or of all."""
    if not keys:
        if after is GONE or after is None:
            return []
        if not isinstance(after, list):
            raise Impossible
        return [(value, ()) for value in after]
    number, rest = keys[0], keys[1:]
    if not isinstance(number, int) or number > len(held):
        raise Impossible
    if number == len(held):
        return held if after is GONE else [*held, (replaced(None, rest, after), ())]
    if not rest and after is GONE:
        return [*held[:number], *held[number + 1 :]]
    value, errors = held[number]
    return [*held[:number], (replaced(value, rest, after), errors), *held[number + 1 :]]


class Impossible(Exception):
    """A change at a place that is not there and cannot be made."""


def replaced(value: Value, keys: Keys, after: Value | Gone) -> Value:
    """A copy of a value with another one at some keys. Objects on the way are made where nothing is."""
    if not keys:
        if after is GONE:
            raise Impossible
        return after
    key, rest = keys[0], keys[1:]
    if isinstance(key, int):
        return _with_element(value, key, rest, after)
    if value is not None and not isinstance(value, dict):
        raise Impossible
    members = dict(value or {})
    if not rest and after is GONE:
        members.pop(key, None)
    else:
        members[key] = replaced(members.get(key), rest, after)
    return members


def _with_element(value: Value, number: int, rest: Keys, after: Value | Gone) -> list[Value]:
    if not isinstance(value, list) or number > len(value):
        raise Impossible
    if number == len(value):
        return [*value, replaced(None, rest, after)]
    if not rest and after is GONE:
        return [*value[:number], *value[number + 1 :]]
    return [*value[:number], replaced(value[number], rest, after), *value[number + 1 :]]
