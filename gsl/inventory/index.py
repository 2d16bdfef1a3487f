"""All entities of a run, findable: by type, by account, and by the value of a key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable

from msgspec import Struct

from gsl.inventory.entity import Entity
from gsl.semantics import values
from gsl.semantics.functions.properties import keys_of
from gsl.semantics.places import Origin, Place, Uncollected
from gsl.semantics.run import Found, Seen
from gsl.semantics.values import Fold, Value

LOOK_UP_KEYS = ("id", "arn", "externalId", "name")
"""What `getResource` compares when no key is given, in this order."""


class _KeyIndex(Struct, frozen=True, eq=False):
    """The entities of one type and account by the value of one key; `unread` when one's key is unknown."""

    positions: dict[Hashable, list[int]]
    unread: Uncollected | None


class Inventory:
    """Entities that must be at hand together, in input order, and the gaps among them apart."""

    def __init__(self) -> None:
        self.gaps: dict[str, list[Entity]] = defaultdict(list)
        self.accounts: dict[str, None] = {}
        self.by_type: dict[str, list[Entity]] = defaultdict(list)
        self._listed: dict[tuple[str, str], list[Entity]] = defaultdict(list)
        self._indexes: dict[tuple[str, str, str, Fold], _KeyIndex] = {}

    def add(self, entity: Entity) -> None:
        """Take an entity or a gap in; look-ups made before may not see it."""
        self.accounts.setdefault(entity.account)
        if entity.is_gap:
            self.gaps[entity.type].append(entity)
        else:
            self.by_type[entity.type].append(entity)
            self._listed[entity.type, entity.account].append(entity)

    def clear(self) -> None:
        """Let everything go; those who hold this inventory find nothing in it."""
        for held in (self.gaps, self.accounts, self.by_type, self._listed, self._indexes):
            held.clear()

    def absorb(self, other: Inventory) -> None:
        """Add the entities of the next part of the same run."""
        self.accounts.update(other.accounts)
        for name, gaps in other.gaps.items():
            self.gaps[name] += gaps
        for name, entities in other.by_type.items():
            self.by_type[name] += entities
        for key, entities in other._listed.items():
            self._listed[key] += entities

    def listed(self, type_name: str, account: str) -> list[Entity]:
        """The entities of a type in an account, in input order."""
        return self._listed.get((type_name, account), [])

    def gap(self, type_name: str, account: str) -> Uncollected | None:
        """The error that kept entities of a type in an account from being listed."""
        return next((record.gap for record in self.gaps.get(type_name, ()) if record.account == account), None)

    def find(
        self, type_name: str, account: str, region: str, wanted: list[Value], key: str | None, fold: Fold
    ) -> Found:
        """The entities whose key equals one of the wanted values, by key, then same region, then input order."""
        listed = self.listed(type_name, account)
        gap = self.gap(type_name, account) if wanted else None
        ranked: dict[int, tuple[int, bool, int]] = {}
        identities = {values.identity(value, fold) for value in wanted}
        for rank, name in enumerate(LOOK_UP_KEYS if key is None else (key,)):
            index = self._index(type_name, account, name, fold)
            gap = gap or (index.unread if wanted else None)
            for identity in identities:
                for position in index.positions.get(identity, ()):
                    elsewhere = not _same_region(listed[position].region, region)
                    ranked.setdefault(position, (rank, elsewhere, position))
        order = sorted(ranked, key=lambda position: ranked[position])
        return Found([_seen(listed[position]) for position in order], gap)

    def _index(self, type_name: str, account: str, key: str, fold: Fold) -> _KeyIndex:
        found = self._indexes.get((type_name, account, key, fold))
        if found is None:
            found = self._indexes[type_name, account, key, fold] = _key_index(
                self.listed(type_name, account), key, fold
            )
        return found


def _key_index(listed: list[Entity], key: str, fold: Fold) -> _KeyIndex:
    positions: dict[Hashable, list[int]] = defaultdict(list)
    unread = None
    keys = keys_of(key)
    for position, entity in enumerate(listed):
        cause = Place(Origin("", entity.errors), keys).covering() if entity.errors else None
        unread = unread or cause
        value: Value = entity.data
        for step in keys:
            value = value.get(step) if isinstance(value, dict) else None
        if value is not None and cause is None:
            positions[values.identity(value, fold)].append(position)
    return _KeyIndex(positions, unread)


def _same_region(left: str, right: str) -> bool:
    return left.replace("_", "-").lower() == right.replace("_", "-").lower()


def _seen(entity: Entity) -> Seen:
    return Seen(entity.data, Place(Origin("", entity.errors)))
