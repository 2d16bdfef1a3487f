"""gsl itself, through its public names only.

`stream` looks at the findings one by one and keeps none, for counts at which a list of them would be
most of the memory.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from typing import Any

import gsl
from benchmarks.answers import Files, checksum
from benchmarks.draws import Entity
from benchmarks.works import Work

Found = list[tuple[str, str]]
NOW = "2024-06-01T00:00:00Z"
FED = {
    "failing": "dicts",
    "parse": "dicts",
    "compile": "dicts",
    "file": "files",
    "file-array": "files",
    "file-reasons": "files",
    "file-two-processes": "files",
    "stream": "files",
    "stream-two-processes": "files",
}
OPTIONS: dict[str, dict[str, Any]] = {
    "file": {"reasons": False},
    "file-array": {"reasons": False},
    "file-reasons": {},
    "file-two-processes": {"reasons": False, "jobs": 2},
    "stream": {"reasons": False},
    "stream-two-processes": {"reasons": False, "jobs": 2},
}


def _parsed(work: Work) -> list[gsl.Rule]:
    return [gsl.parse(case.gsl, id=case.id) for case in work.cases]


def _import_everything() -> None:
    """Nobody's imports are timed, and gsl makes some only when they are needed: so it reads a file, with another rule, and compiles that."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        file.write('{"type": "Other", "id": "1", "a": 1}\n' * 2)
        file.flush()
        gsl.evaluate("Other should have a = 1", file.name, now=NOW)
    gsl.compile("Other should have a = 1", now=NOW)


def build(work: Work, variant: str) -> Callable[..., Found | tuple[int, int]]:
    _import_everything()
    if variant == "parse":
        return lambda entities: _parsed(work) and []
    rules = _parsed(work)
    if variant == "compile":
        return lambda entities: gsl.compile(rules, now=NOW) and []
    if variant == "failing":
        compiled = gsl.compile(rules, now=NOW)

        def failing(entities: Iterable[Entity]) -> Found:
            return [(rule_id, entity["id"]) for rule_id, entity in compiled.failing(entities)]

        return failing

    def from_file(files: Files) -> Found | tuple[int, int]:
        path = files.array if variant == "file-array" else files.jsonl
        report = gsl.evaluate(rules, path, now=NOW, **OPTIONS[variant])
        found = ((finding.rule_id, finding.entity_id) for finding in report.findings)
        return checksum(found) if variant.startswith("stream") else list(found)

    return from_file
