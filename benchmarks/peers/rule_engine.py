"""rule-engine: one expression with dates and timedeltas over each entity."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.works import Work

DISTRIBUTIONS = ("rule-engine",)
VARIANTS = ("",)
FED = "dicts"
EXCLUDED = {"mixed": "the hundred rules were not written for rule-engine"}
LIMIT = 10_000
RULES = {
    "iam": "passwordEnabled in [true, 'true'] and firstAccessKey != null and "
    "firstAccessKey.lastRotated != 'N/A' and "
    "$abs(($parse_datetime(createDate) - $parse_datetime(firstAccessKey.lastRotated)).total_seconds) < 60",
    "sg": "$any([(r.port != null and r.port <= 22 and r.portTo >= 22 and r.scope == '0.0.0.0/0') for r in inboundRules])",
}


def build(work: Work, variant: str) -> Callable[..., Any]:
    import rule_engine

    context = rule_engine.Context(default_value=None)
    rule = rule_engine.Rule(RULES[work.name], context=context)
    rule_id = work.cases[0].id
    return lambda entities: [(rule_id, entity["id"]) for entity in rule.filter(entities)]
