"""Entities that a Python program hands in, to the same records that files give."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from gsl.errors import InputError
from gsl.inventory.entity import Entity
from gsl.inventory.plain import plain
from gsl.inventory.reading import envelope_account


def _ignore(code: str, message: str) -> None:
    return None


def entities_of(
    given: Any, only: str | None, note: Callable[[str, str], None] = _ignore
) -> Iterator[Entity | InputError]:
    """The entities in a dict of lists by type, one entity, or an iterable of entities or findings.

    `only` is the type of entities that name none. What is no entity comes as an `InputError` that
    names its position. `note(code, message)` hears of what is worth a warning.
    """
    lost: list[float] = []
    for found in _entities(given, only, lost):
        if lost:
            note("non-finite-number", "NaN and infinite numbers count as missing")
            lost.clear()
        yield found


def _entities(given: Any, only: str | None, lost: list[float]) -> Iterator[Entity | InputError]:
    if isinstance(given, Mapping):
        if isinstance(given.get("type"), str) or isinstance(given.get("entity"), Mapping):
            yield _entity(given, only, "entity", lost)
            return
        for type_name, members in given.items():
            if isinstance(members, (str, bytes, Mapping)) or not isinstance(members, Iterable):
                yield InputError(
                    "not-a-list", f"a list of `{type_name}` entities was expected, not {type(members).__name__}"
                )
                continue
            for number, member in enumerate(members):
                yield _typed(member, str(type_name), f"{type_name}[{number}]", lost)
        return
    for number, member in enumerate(given):
        yield _entity(member, only, f"entities[{number}]", lost)


def _typed(value: Any, type_name: str, place: str, lost: list[float]) -> Entity | InputError:
    if not isinstance(value, Mapping):
        return InputError("not-an-object", f"{place}: an entity (a dict) was expected, not {type(value).__name__}")
    try:
        return Entity(type_name, plain(value, lost))
    except InputError as error:
        return InputError(error.code, f"{place}: {error.message}")


def _entity(value: Any, only: str | None, place: str, lost: list[float]) -> Entity | InputError:
    envelope = None
    if isinstance(value, Mapping) and "entity" in value and "type" not in value:
        try:
            envelope = plain(envelope_account(value))
        except InputError as error:
            return InputError(error.code, f"{place}: its account: {error.message}")
        value = value["entity"]
        place += ".entity"
    type_name = value.get("type") if isinstance(value, Mapping) else None
    if type_name is not None and (not isinstance(type_name, str) or not type_name):
        return InputError("no-type", f"{place}: the `type` of an entity must be a text, not {type_name!r}")
    if type_name is None:
        type_name = only
    if type_name is None and isinstance(value, Mapping):
        return InputError("no-type", f"{place}: this entity has no `type`; add one, or pass {{'IamUser': [...]}}")
    entity = _typed(value, type_name or "", place, lost)
    return entity if envelope is None or isinstance(entity, InputError) else Entity(entity.type, entity.data, envelope)
