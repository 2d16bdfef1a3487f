"""OPA (the Go engine, as a shared library): the text of all entities in, ids out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.answers import Files
from benchmarks.peers import rego, rego_of_gsl
from benchmarks.works import Work

DISTRIBUTIONS = ("opa-golib-python-bindings",)
VARIANTS = ("",)
FED = "files"
EXCLUDED: dict[str, str] = {}
LIMIT = 10_000


def build(work: Work, variant: str) -> Callable[..., Any]:
    from opa_bindings import OpaEngine
    from opa_bindings import engine as binding

    binding._encode_input = lambda text: text  # it would write decoded JSON out again; the text is at hand
    engine = OpaEngine()
    mixed = work.kind == "mixed"
    engine.add_policy("bench.rego", rego_of_gsl.over_all(work.cases) if mixed else rego.over_all(work.name))
    rule_id = work.cases[0].id

    def run(files: Files) -> list[tuple[str, str]]:
        with open(files.array, "rb") as file:
            found = engine.eval_document("bench.failing", file.read())
        return list(map(tuple, found)) if mixed else [(rule_id, entity_id) for entity_id in found]

    return run
