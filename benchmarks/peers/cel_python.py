"""CEL in Python (cel-python): each entity is turned into CEL values, then a program runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.peers.cel_rust import RULES
from benchmarks.works import Work

DISTRIBUTIONS = ("cel-python",)
VARIANTS = ("",)
FED = "dicts"
EXCLUDED = {"mixed": "the hundred rules were not written in CEL"}
LIMIT = 1_000
SG = "e.inboundRules.exists(r, type(r.port) == int && r.port <= 22 && r.portTo >= 22 && r.scope == '0.0.0.0/0')"
"""celpy cannot compare a map's member with null by `!=`."""


def build(work: Work, variant: str) -> Callable[..., Any]:
    import celpy

    environment = celpy.Environment()
    program = environment.program(environment.compile(SG if work.name == "sg" else RULES[work.name]))
    rule_id = work.cases[0].id

    def run(entities: list[dict[str, Any]]) -> list[tuple[str, str]]:
        found = []
        for entity in entities:
            if program.evaluate({"e": celpy.json_to_cel(entity)}):
                found.append((rule_id, entity["id"]))
        return found

    return run
