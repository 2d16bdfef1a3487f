"""The pages of docs/entities/: one for each entity type, from its schema and its collector, and a list of them."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator
from typing import Any

from marking import NOTICE, escaped, folded, page, table

from gsl.collectors.collecting import Scope, Wanted
from gsl.collectors.parts import Call, Collector
from gsl.collectors.planning import planned
from gsl.collectors.table import COLLECTORS
from gsl.inventory.schemas import known_types, schema_of

COMMON = (
    "type",
    "accountNumber",
    "region",
    "tags",
    "source",
    "collectedAt",
    "dome9Id",
    "externalId",
    "cloudAccountId",
    "externalFindings",
    "_errors",
)
"""Properties that mean the same in all types; the list of types tells of them."""

_SHOWN = 10
"""So many members of an object are shown; more are folded."""

_FROM_CLOUDGUARD = ("dome9Id", "externalId", "cloudAccountId", "externalFindings")


def pages() -> dict[str, Callable[[], str]]:
    """Every page, by its file's name in docs/."""
    found: dict[str, Callable[[], str]] = {"entities/types.md": types_page}
    return found | {f"entities/{name}.md": functools.partial(type_page, name) for name in known_types()}


# --- the list of types --------------------------------------------------------------------------


def types_page() -> str:
    """All types, and what they have in common."""
    rows = [_row(name) for name in known_types()]
    return page(
        [
            "# Entity types",
            NOTICE,
            f"These are the {len(rows)} entity types that gsl knows the shape of. "
            "Rules may be about any other type as well: see [entity files](../entities.md#schemas). "
            "Each page lists the properties of a type, the calls that fill them and the permissions for these calls. "
            "[Checking AWS accounts](../aws.md) tells how they are collected.",
            table(["type", "is", "asked for once a", "listed by"], rows),
            "## What all types have {#common}",
            *_common(),
            "## How to read the pages {#reading}",
            "- A dot goes into an object, `[]` into the elements of a list: `inboundRules[].port` is the port of each "
            "rule. In a rule, brackets go into a list: `inboundRules contain [ port = 22 ]`.\n"
            "- *Null* is the same as absent. `0001-01-01T00:00:00Z` stands for what never happened.\n"
            "- *Open* objects have keys that the cloud's user chooses, such as tags and policy documents.\n"
            "- A date may be a number of Unix seconds in data that comes from elsewhere; gsl collects text.\n"
            "- A call that is made *once a region* is made once in each region of each account; lists take one call "
            "for each page. When a call fails, what it fills is marked as "
            "[not collected](../entities.md#errors). When the call that lists entities fails, there is a "
            "[gap](../entities.md#gaps).",
        ]
    )


def _row(name: str) -> list[str]:
    description = _schema(name)["description"]
    collector = COLLECTORS.get(name)
    if collector is None:
        return [f"[`{name}`]({name}.md)", escaped(description), "", "not collected by gsl"]
    calls = ", ".join(dict.fromkeys([f"`{call.name}`" for call in collector.calls]))
    where = "account" if collector.is_global else "region"
    return [f"[`{name}`]({name}.md)", escaped(description), where, calls or "no list: there is one"]


def _common() -> Iterator[str]:
    properties = _schema("SecurityGroup")["properties"]
    own = [name for name in COMMON if name in properties and name not in _FROM_CLOUDGUARD]
    yield "Every entity has an `id`, an `arn` and a `name` as well; what these are is told for each type."
    yield table(["property", "type", "meaning", "example"], [_line(name, properties[name]) for name in own])
    yield (
        "`dome9Id`, `externalId`, `cloudAccountId` and `externalFindings` come from CloudGuard. "
        "Schemas know them, so that rules may read them; entities that gsl collects do not have them."
    )


# --- a type -------------------------------------------------------------------------------------


def type_page(name: str) -> str:
    """A type: its calls, its properties, and what is in them."""
    schema = _schema(name)
    own = {key: value for key, value in schema["properties"].items() if key not in COMMON}
    parts = [f"# {name}", NOTICE, escaped(schema["description"])]
    parts.append("[All types](types.md), [what all types have](types.md#common), [how to read this](types.md#reading).")
    parts += [
        "## Properties {#properties}",
        table(
            ["property", "type", "meaning", "example"],
            [_line(key, value, _inside(value) is not None) for key, value in own.items()],
        ),
    ]
    for key, value in own.items():
        inside = _inside(value)
        if inside is not None:
            parts.append(f"### {key} {{#{key.lower()}}}")
            rows = [_line(path, each) for path, each in _flat(inside, key + ("[]" if "items" in value else ""))]
            shown = table(["property", "type", "meaning", "example"], rows)
            parts.append(shown if len(rows) <= _SHOWN else folded(f"{len(rows)} properties", shown))
    return page([*parts, *_calls(name)])


def _schema(name: str) -> dict[str, Any]:
    schema = schema_of(name)
    assert schema is not None, name
    return schema


def _inside(schema: dict[str, Any]) -> dict[str, Any] | None:
    """The object in a property, or in the elements of its list, when its keys are known."""
    inside = schema.get("items", schema)
    return inside if "properties" in inside else None


def _flat(schema: dict[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for key, value in schema["properties"].items():
        below = f"{path}.{key}"
        yield below, value
        inside = _inside(value)
        if inside is not None and not (key == "tags" and inside.get("open")):
            yield from _flat(inside, below + ("[]" if "items" in value else ""))


def _line(path: str, schema: dict[str, Any], linked: bool = False) -> list[str]:
    name = f"[`{path}`](#{path.lower()})" if linked else f"`{path}`"
    return [name, _kind(schema), escaped(schema.get("description", "")), _example(schema)]


def _kind(schema: dict[str, Any]) -> str:
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else list(kinds)
    if schema.get("open"):
        kinds = ["open object" if each == "object" else each for each in kinds]
    if "items" in schema:
        of = _kind(schema["items"])
        kinds = [f"list of {of}" if each == "array" else each for each in kinds]
    return ", ".join(kinds)


def _example(schema: dict[str, Any]) -> str:
    examples = schema.get("examples", [])
    return f"`{json.dumps(examples[0], ensure_ascii=False)}`" if examples else ""


# --- its calls ----------------------------------------------------------------------------------


def _calls(name: str) -> Iterator[str]:
    yield "## Calls {#calls}"
    collector = COLLECTORS.get(name)
    if collector is None:
        yield "gsl does not collect this type; give it as [entity files](../entities.md)."
        return
    where = "once for an account" if collector.is_global else "in each region of an account"
    yield f"Collected {where}. `gsl collect --types {name} --print-policy` prints the policy for it."
    often = {each.call.name: each.per for each in planned(Wanted({name: None}), Scope())}
    rows = [_call_row(_distinct(collector.calls), often, "the list, and what stands in no other row")]
    for calls, fills in _parts(collector):
        rows.append(_call_row(calls, often, ", ".join([f"`{path}`" for path in fills])))
    yield table(["fills", "call", "once a", "permission"], [row for row in rows if row[1]])


def _parts(collector: Collector) -> Iterator[tuple[list[Call], list[str]]]:
    """The parts, those of the same calls together."""
    found: dict[tuple[str, ...], tuple[list[Call], list[str]]] = {}
    for part in collector.parts:
        calls = _distinct(part.calls)
        found.setdefault(tuple([call.name for call in calls]), (calls, []))[1].extend(part.fills)
    yield from found.values()


def _distinct(calls: tuple[Call, ...]) -> list[Call]:
    return list({call.name: call for call in calls}.values())


def _call_row(calls: list[Call], often: dict[str, str], fills: str) -> list[str]:
    return [
        fills,
        "<br>".join([f"`{call.name}`" for call in calls]),
        "<br>".join([often[call.name] for call in calls]),
        "<br>".join([f"`{call.action}`" for call in calls]),
    ]
