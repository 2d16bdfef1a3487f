"""JMESPath: a query over the list of entities; it has no dates, so one function is added as its users do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from benchmarks.works import Work

DISTRIBUTIONS = ("jmespath",)
VARIANTS = ("",)
FED = "dicts"
EXCLUDED = {"mixed": "the hundred rules were not written in JMESPath"}
LIMIT = 100_000
QUERIES = {
    "iam": "[?(passwordEnabled == `true` || passwordEnabled == 'true') && "
    "seconds_apart(createDate, firstAccessKey.lastRotated) < `60`].id",
    "sg": "[?inboundRules[?port <= `22` && portTo >= `22` && scope == '0.0.0.0/0']].id",
}


def build(work: Work, variant: str) -> Callable[..., Any]:
    import jmespath
    from jmespath import functions

    class Dates(functions.Functions):  # type: ignore[misc]
        @functions.signature({"types": ["string", "null"]}, {"types": ["string", "null"]})
        def _func_seconds_apart(self, one: str | None, other: str | None) -> float | None:
            if not one or not other or "N/A" in (one, other):
                return None
            return abs((datetime.fromisoformat(one) - datetime.fromisoformat(other)).total_seconds())

    query = jmespath.compile(QUERIES[work.name])
    options = jmespath.Options(custom_functions=Dates())
    rule_id = work.cases[0].id
    return lambda entities: [(rule_id, found) for found in query.search(entities, options=options)]
