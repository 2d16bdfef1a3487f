"""Entities out of the items of AWS Config: each is what the collectors make of it, one after the other."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from msgspec import Struct

from gsl.collectors.credential_report import ROOT
from gsl.collectors.parts import Call, CallFailed, Collector, Entity, Part, Raw, View
from gsl.collectors.sources.config_answers import KINDS, Answers, Item, Kind
from gsl.collectors.sources.spelling import as_called, unpacked
from gsl.collectors.sources.telling import NOT_COLLECTED, Fault, Given, Remark, untold, untold_by
from gsl.collectors.table import COLLECTORS
from gsl.collectors.wording import instant, region_of, tags

T = TypeVar("T")
SOURCE = "config-snapshot"
WHAT = "an item of AWS Config"
GONE = frozenset(("ResourceDeleted", "ResourceDeletedNotRecorded"))
_CALL = Call("config", "get_resource_config_history", "configurationItems")


class _AnsweringView:
    """An account of which only the answers of one item are known."""

    now = ""

    def __init__(self, item: Item, answers: Answers, region: str) -> None:
        self.account = item.account
        self.region = region
        self.partition = item.arn.split(":")[1] if item.arn.startswith("arn:") else "aws"
        self._answers = answers

    def items(self, call: Call, **arguments: Any) -> Iterator[Any]:
        yield from self.value(call) or ()

    def value(self, call: Call, **arguments: Any) -> Any:
        key = _key(call)
        if key not in self._answers:
            raise CallFailed(call, NOT_COLLECTED, "", self.region)
        return self._answers[key]

    def once(self, name: str, make: Callable[[], T]) -> T:
        return make()

    def at(self, region: str) -> View:
        return self

    def wants(self, path: str) -> bool:
        return True


def _key(call: Call) -> str:
    return f"{call.service}:{call.operation}:{call.result}"


class Tally(Struct):
    """What was left out."""

    gone: int = 0
    unknown: dict[str, int] = {}


def entities(found: Iterable[Any]) -> Iterator[Given]:
    """The entities of items, and remarks on those that are none."""
    tally = Tally()
    for number, each in enumerate(found, 1):
        try:
            entity = _entity(each, tally)
        except Exception as fault:  # one odd item must not cost the others
            message = f"item {number} of AWS Config is not as expected: {type(fault).__name__}: {fault}"[:400]
            yield Fault("odd-config-item", message)
            continue
        if entity is not None:
            yield entity
    yield from _remarks(tally)


def _remarks(tally: Tally) -> Iterator[Remark]:
    if tally.gone:
        yield Remark("deleted-resources", "resources that AWS Config says are deleted are left out", tally.gone)
    if tally.unknown:
        shown = sorted(tally.unknown, key=lambda name: (-tally.unknown[name], name))
        more = f" and {len(shown) - 5} more types" if len(shown) > 5 else ""
        message = f"items of AWS Config of types that gsl does not know are left out: {', '.join(shown[:5])}{more}"
        yield Remark("unknown-resources", message, sum(tally.unknown.values()))


def _entity(found: Mapping[str, Any], tally: Tally) -> Entity | None:
    resource = str(found["resourceType"])
    kind = KINDS.get(resource)
    if kind is None:
        tally.unknown[resource] = tally.unknown.get(resource, 0) + 1
        return None
    if found.get("configurationItemStatus") in GONE:
        tally.gone += 1
        return None
    item = _item(found)
    type_name = kind.type(item)
    collector = None if type_name is None else COLLECTORS.get(type_name)
    if collector is None:
        name = f"{resource} ({item.raw.get('Type')})" if type_name is None else resource
        tally.unknown[name] = tally.unknown.get(name, 0) + 1
        return None
    return _made(found, item, kind, collector)


def _item(found: Mapping[str, Any]) -> Item:
    raw = as_called(unpacked(found.get("configuration")))
    arn = found.get("arn") or found.get("ARN") or ""
    return Item(
        raw if isinstance(raw, dict) else {},
        unpacked(found.get("supplementaryConfiguration")) or {},
        _tags(found, raw),
        str(found.get("awsAccountId") or found.get("accountId") or ""),
        str(found.get("awsRegion") or ""),
        str(arn),
    )


def _tags(found: Mapping[str, Any], raw: Any) -> list[dict[str, Any]]:
    """The tags as calls write them: those of the item, or else of its configuration."""
    own = found.get("tags") or (raw.get("Tags") if isinstance(raw, dict) else None) or ()
    return [{"Key": each["key"], "Value": each["value"]} for each in tags(own)]


def _made(found: Mapping[str, Any], item: Item, kind: Kind, collector: Collector) -> Entity | None:
    if not item.raw:
        return _unrecorded(found, item, collector)
    answers = kind.answers(item)
    view = _AnsweringView(item, answers, str(item.raw.get("HomeRegion") or item.region))
    pair = next((pair for pair in collector.listing(view) if pair[0]["name"] != ROOT), None)
    if pair is None:
        return None
    entity, raw = pair
    left = []
    for part in collector.parts:
        if not all([_key(call) in answers for call in part.calls]) or not _is_filled(part, view, entity, raw):
            left.append(part)
    errors = list(_untold(tuple(left)))
    missing = [path for path, member in kind.needs.items() if member not in item.raw]
    for path in missing:
        entity[path] = None
    call = collector.calls[-1] if collector.calls else _CALL
    errors += [untold(path, call, f"this item of AWS Config has no {kind.needs[path]}") for path in missing]
    return _whole(
        found, item, collector, {"region": None if collector.is_global else region_of(view.region), **entity}, errors
    )


def _is_filled(part: Part, view: View, entity: Entity, raw: Raw) -> bool:
    try:
        part.prepare(view)(entity, raw)
    except CallFailed:
        return False
    return True


@functools.cache
def _untold(parts: tuple[Part, ...]) -> list[dict[str, Any]]:
    """The same for most items of a type, so made once."""
    return untold_by(WHAT, parts)


def _unrecorded(found: Mapping[str, Any], item: Item, collector: Collector) -> Entity:
    """A resource of which Config has nothing but that it is there: no rule may pass on it."""
    status = found.get("configurationItemStatus")
    error = untold("", _CALL, f"AWS Config has no configuration of {found.get('resourceId')}: {status}")
    return {
        "type": collector.type,
        "accountNumber": item.account,
        "region": None if collector.is_global else region_of(item.region),
        "_errors": [error],
    }


def _whole(
    found: Mapping[str, Any], item: Item, collector: Collector, entity: Entity, errors: list[dict[str, Any]]
) -> Entity:
    whole = {
        "type": collector.type,
        "id": entity.get("id"),
        "name": entity.get("name"),
        "arn": entity.get("arn"),
        "accountNumber": item.account,
        "region": entity["region"],
    }
    whole |= {key: value for key, value in entity.items() if key not in whole}
    whole["tags"] = whole.pop("tags", [])
    whole["source"] = SOURCE
    whole["collectedAt"] = instant(found.get("configurationItemCaptureTime"))
    if errors:
        whole["_errors"] = errors
    return whole
