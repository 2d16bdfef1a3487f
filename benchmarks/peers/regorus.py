"""Regorus (Rego in Rust) in its three Python distributions: text in, ids out.

For one rule they are given one entity after the other, for a hundred one document of all entities:
each time what is faster for them.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from typing import Any

from benchmarks.answers import Files
from benchmarks.peers import rego, rego_of_gsl
from benchmarks.works import Work

MODULES = {"hobofan": "hobofan_regorus", "lakera": "lakera_regorus", "gordon-to": "regorus"}
DISTRIBUTIONS = ("hobofan-regorus", "lakera-regorus", "gordon-to-regorus")
VARIANTS = tuple(MODULES)
FED = "files"
EXCLUDED: dict[str, str] = {}
LIMIT = 100_000


def build(work: Work, variant: str) -> Callable[..., Any]:
    engine = importlib.import_module(MODULES[variant]).Engine()
    if work.kind == "mixed":
        return _over_all(engine, work)
    engine.add_policy("bench.rego", rego.over_one(work.name))
    rule_id = work.cases[0].id
    fails = _by_rule(engine) if hasattr(engine, "eval_rule") else _by_query(engine)

    def run(files: Files) -> list[tuple[str, str]]:
        found = []
        with open(files.jsonl, encoding="utf-8") as file:
            for line in file:
                engine.set_input_json(line)
                if fails():
                    found.append((rule_id, _id(line)))
        return found

    return run


def _over_all(engine: Any, work: Work) -> Callable[..., Any]:
    engine.add_policy("bench.rego", rego_of_gsl.over_all(work.cases))

    def run(files: Files) -> list[tuple[str, str]]:
        with open(files.array, encoding="utf-8") as file:
            engine.set_input_json(file.read())
        answer = json.loads(engine.eval_query_as_json("data.bench.failing"))
        return list(map(tuple, answer["result"][0]["expressions"][0]["value"]))

    return run


def _id(line: str) -> str:
    """The id of an entity: only those that fail are decoded for it."""
    import orjson

    return str(orjson.loads(line)["id"])


def _by_rule(engine: Any) -> Callable[[], bool]:
    return lambda: engine.eval_rule("data.bench.failing") is True


def _by_query(engine: Any) -> Callable[[], bool]:
    def fails() -> bool:
        answer = engine.eval_query("data.bench.failing")
        return answer["result"][0]["expressions"][0]["value"] is True

    return fails
