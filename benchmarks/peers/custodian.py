"""Cloud Custodian's value filters; two fields cannot be subtracted there, so that is a filter of our own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from benchmarks.works import Work

DISTRIBUTIONS = ("c7n",)
VARIANTS = ("",)
FED = "dicts"
EXCLUDED = {"mixed": "the hundred rules were not written as Custodian filters"}
LIMIT = 100_000


def _value(key: str, op: str, value: object) -> dict[str, Any]:
    return {"type": "value", "key": key, "op": op, "value": value}


FILTERS: dict[str, list[dict[str, Any]]] = {
    "iam": [_value("passwordEnabled", "in", [True, "true"])],
    "sg": [
        {
            "type": "list-item",
            "key": "inboundRules",
            "attrs": [_value("scope", "eq", "0.0.0.0/0"), _value("port", "le", 22), _value("portTo", "ge", 22)],
        }
    ],
}


def _seconds_apart(user: dict[str, Any]) -> bool:
    rotated = (user.get("firstAccessKey") or {}).get("lastRotated")
    if not rotated or rotated == "N/A":
        return False
    return abs((datetime.fromisoformat(user["createDate"]) - datetime.fromisoformat(rotated)).total_seconds()) < 60


def build(work: Work, variant: str) -> Callable[..., Any]:
    from c7n.filters.core import ListItemFilter, ValueFilter

    class Manager:
        """The part of a resource manager that the filters look at."""

        data = config = None
        ctx = SimpleNamespace(
            session_factory=None,
            options=None,
            policy=None,
            tracer=SimpleNamespace(subsegment=lambda name: nullcontext()),
        )

    ListItemFilter.type = "list-item"  # its registry would set that
    makers = {"value": ValueFilter, "list-item": ListItemFilter}
    filters = [makers[each["type"]](each, Manager()) for each in FILTERS[work.name]]
    rule_id = work.cases[0].id

    def run(entities: list[dict[str, Any]]) -> list[tuple[str, str]]:
        found = entities
        for each in filters:
            found = each.process(found, None)
        if work.name == "iam":
            found = list(filter(_seconds_apart, found))
        return [(rule_id, entity["id"]) for entity in found]

    return run
