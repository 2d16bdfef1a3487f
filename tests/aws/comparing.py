"""What a fault cost a collection: where its entities differ from those of a clean one, and whether they say so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import gsl
from gsl.collectors.parts import Collector

Entity = Mapping[str, Any]
Key = tuple[str, str]
NOW = "2024-06-01T00:00:00Z"
_ABSENT = object()


def key_of(entity: Entity) -> Key:
    """What an entity is known by."""
    return entity["type"], entity["arn"] or entity["id"]


def by_key(entities: list[Entity]) -> dict[Key, Entity]:
    """The entities, without the records of gaps."""
    return {key_of(each): each for each in entities if "id" in each}


def gaps(entities: list[Entity]) -> set[str]:
    """The types that have a gap."""
    return {each["type"] for each in entities if "id" not in each and each["_errors"][0]["path"] == ""}


def differences(clean: Any, other: Any, path: str = "") -> Iterator[str]:
    """The paths where two values differ, as `_errors` name them."""
    if isinstance(clean, dict) and isinstance(other, dict):
        for key in dict.fromkeys([*clean, *other]):
            if key != "_errors":
                where = f"{path}.{key}" if path else key
                yield from differences(clean.get(key, _ABSENT), other.get(key, _ABSENT), where)
    elif isinstance(clean, list) and isinstance(other, list) and len(clean) == len(other):
        for one, two in zip(clean, other):
            yield from differences(one, two, path)
    elif clean != other:
        yield path


def is_covered(path: str, entity: Entity) -> bool:
    """Whether an entity says of a path that it was not collected."""
    return any([path == each["path"] or path.startswith(f"{each['path']}.") for each in entity.get("_errors", ())])


def lost(clean: list[Entity], faulty: list[Entity]) -> list[str]:
    """Entities that are gone without a gap, and paths that differ without a word."""
    found, wrong = by_key(faulty), []
    for key, entity in by_key(clean).items():
        if key not in found:
            if key[0] not in gaps(faulty):
                wrong.append(f"{key[0]} {key[1]} is gone without a gap")
            continue
        silent = [path for path in differences(entity, found[key]) if not is_covered(path, found[key])]
        wrong += [f"{key[0]}.{path} differs and does not say so" for path in dict.fromkeys(silent)]
    return wrong


def not_theirs(faulty: list[Entity], collectors: Mapping[str, Collector], operation: str) -> list[str]:
    """Gaps of types that an operation does not list."""
    return [
        f"{name} has a gap, but {operation} does not list it"
        for name in gaps(faulty)
        if operation not in {call.name for call in collectors[name].calls}
    ]


Verdicts = Mapping[tuple[str, str, str], str]


def verdicts(entities: list[Entity]) -> Verdicts:
    """The verdicts of all bundled rules, by ARN: ids may be what was not collected."""
    arns = {(each["type"], each.get("id")): each.get("arn") for each in entities}
    report = gsl.evaluate(gsl.bundled().values(), entities, now=NOW, keep_all=True, reasons=False)
    found = [*report.findings, *report.excluded, *(report.verdicts or ())]
    return {
        (each.rule_id, each.entity_type, arns.get((each.entity_type, each.entity_id)) or each.entity_id): str(
            each.status
        )
        for each in found
    }


def falsely_passed(clean: Verdicts, faulty: Verdicts) -> list[str]:
    """Pairs that pass because something is missing."""
    return [
        f"{' '.join(pair)} was {clean.get(pair)} and passes"
        for pair, verdict in faulty.items()
        if verdict == "passed" and clean.get(pair) != "passed"
    ]
