"""CEL by its Rust interpreter (common-expression-language): a compiled program, run for each entity."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.peers.cel_of_gsl import of_type
from benchmarks.works import Work

DISTRIBUTIONS = ("common-expression-language",)
VARIANTS = ("",)
FED = "dicts"
EXCLUDED: dict[str, str] = {}
LIMIT = 10_000
RULES = {
    "iam": """
        (e.passwordEnabled == true || e.passwordEnabled == 'true')
        && has(e.firstAccessKey) && e.firstAccessKey.lastRotated != 'N/A'
        && timestamp(e.createDate) - timestamp(e.firstAccessKey.lastRotated) < duration('60s')
        && timestamp(e.firstAccessKey.lastRotated) - timestamp(e.createDate) < duration('60s')""",
    "sg": "e.inboundRules.exists(r, r.port != null && r.port <= 22 && r.portTo >= 22 && r.scope == '0.0.0.0/0')",
}


def build(work: Work, variant: str) -> Callable[..., Any]:
    import cel

    if work.kind == "mixed":
        return _by_type(work, cel.compile)
    execute = cel.compile(RULES[work.name]).execute
    rule_id = work.cases[0].id
    return lambda entities: [(rule_id, entity["id"]) for entity in entities if execute({"e": entity}) is True]


def _by_type(work: Work, compiled: Callable[[str], Any]) -> Callable[..., Any]:
    """All rules on a type in one program, so that each entity is converted once."""
    programs = {}
    for name in {case.type for case in work.cases}:
        ids = [case.id for case in work.cases if case.type == name]
        programs[name] = (compiled(of_type(work.cases, name)).execute, ids)

    def run(entities: list[dict[str, Any]]) -> list[tuple[str, str]]:
        found = []
        for entity in entities:
            execute, ids = programs[entity["type"]]
            found += [(rule_id, entity["id"]) for rule_id, fails in zip(ids, execute({"e": entity})) if fails]
        return found

    return run
