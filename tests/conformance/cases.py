"""Reads the case files: every row, expectation and error as one case with a name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import yaml

FOLDER = Path(__file__).parent
DEFAULT_NOW = "2024-06-01T00:00:00Z"


@attrs.frozen
class Case:
    """One thing that must hold. `kind` is `row`, `run`, `error` or `value`."""

    name: str
    kind: str
    rule: str
    clause: str
    now: Any
    lists: dict[str, list[Any]]
    options: dict[str, Any]
    body: dict[str, Any]


def _expanded(name: str, case: dict[str, Any], now: Any) -> Iterator[Case]:
    rules = case.get("rule", case.get("expression"))
    for number, rule in enumerate(rules if isinstance(rules, list) else [rules]):
        label = f"{name}.{number}" if isinstance(rules, list) else name
        options = {"case_sensitive": bool(case.get("options", {}).get("caseSensitive"))}
        common = (rule, case["clause"], case.get("now", now), case.get("lists", {}), options)
        if "error" in case or "errors" in case:
            yield Case(label, "error", *common, body=case)
        elif "rows" in case:
            kind = "value" if "expression" in case else "row"
            for row_number, row in enumerate(case["rows"]):
                body = {"entity": row[0], "expect": row[1], "more": row[2] if len(row) > 2 else {}}
                yield Case(f"{label}[{row_number}]", kind, *common, body=body)
        else:
            yield Case(label, "run", *common, body=case)


def all_cases() -> list[Case]:
    """Every case of every file."""
    found: list[Case] = []
    for file in sorted(FOLDER.glob("*.yaml")):
        content = yaml.load(file.read_text("utf-8"), yaml.CSafeLoader)
        now = content.get("now", DEFAULT_NOW)
        for number, case in enumerate(content["cases"]):
            found += _expanded(f"{file.stem}:{number}", case, now)
    return found
