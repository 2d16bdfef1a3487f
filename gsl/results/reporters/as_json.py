"""The report as JSON, whole or a record a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from gsl.results.model import Report


def document(report: Report) -> Iterator[str]:
    """One JSON object, indented; its shape is that of `Report.to_dict`."""
    yield json.dumps(report.to_dict(), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _record(kind: str, content: dict[str, Any]) -> str:
    return json.dumps({"record": kind, **content}, ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n"


def lines(report: Report) -> Iterator[str]:
    """A record a line: findings, verdicts, selected entities, diagnostics, rules, then the run itself.

    Each says what it is under `record`: `finding`, `verdict`, `selected`, `diagnostic`, `rule`, `run`.
    """
    content = report.to_dict()
    kinds = {
        "findings": "finding",
        "verdicts": "verdict",
        "selected": "selected",
        "diagnostics": "diagnostic",
        "rules": "rule",
    }
    for key, kind in kinds.items():
        for item in content.get(key, ()):
            yield _record(kind, item)
    yield _record("run", {key: content[key] for key in ("schemaVersion", "tool", "now", "summary")})
