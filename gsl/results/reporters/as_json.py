"""The report as JSON, whole or a record a line; written piece by piece, so that it may be long."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from json.encoder import encode_basestring
from typing import Any, Protocol

import msgspec

from gsl.results.model import SCHEMA_VERSION, Report
from gsl.results.reporters import Settings
from gsl.version import VERSION


class _Record(Protocol):
    def to_dict(self) -> dict[str, Any]: ...


def document(report: Report, settings: Settings) -> Iterator[str]:
    """One JSON object, indented; its shape is that of `Report.to_dict`."""
    yield "{"
    comma = ""
    for key, value in _head(report).items():
        yield f'{comma}\n  "{key}": {_indented(value, 1)}'
        comma = ","
    for key, _, records in _lists(report):
        yield f',\n  "{key}": '
        yield from _array(records)
    yield "\n}\n"


def _head(report: Report) -> dict[str, Any]:
    """What says of which run the report is."""
    return {
        "schemaVersion": SCHEMA_VERSION,
        "tool": {"name": "gsl", "version": VERSION},
        "now": report.now,
        "summary": report.summary.to_dict(),
        **({} if report.comparison is None else {"comparison": report.comparison.to_dict()}),
    }


def _lists(report: Report) -> Iterator[tuple[str, str, Iterable[_Record]]]:
    """The lists of the report in its order, with what one of their records is called."""
    yield "rules", "rule", report.rules
    yield "findings", "finding", report.findings
    yield "excluded", "excluded", report.excluded
    yield "exclusions", "exclusion", report.exclusions
    yield "selected", "selected", report.selected
    yield "diagnostics", "diagnostic", report.diagnostics
    if report.verdicts is not None:
        yield "verdicts", "verdict", report.verdicts
    if report.comparison is not None:
        yield "gone", "gone", report.comparison.gone


def _array(records: Iterable[_Record]) -> Iterator[str]:
    before = "[\n    "
    for record in records:
        yield before + _indented(record.to_dict(), 2)
        before = ",\n    "
    yield "[]" if before[0] == "[" else "\n  ]"


def _indented(value: Any, depth: int) -> str:
    """A value as `json.dumps` writes it with an indent of two, at some depth; several times faster."""
    if isinstance(value, str):
        return encode_basestring(value)
    if not isinstance(value, (dict, list)):
        return "null" if value is None else repr(value) if type(value) is int else _ENCODER.encode(value)
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    if not value:
        return opening + closing
    if isinstance(value, dict):
        parts = [f"{encode_basestring(key)}: {_indented(member, depth + 1)}" for key, member in value.items()]
    else:
        parts = [_indented(member, depth + 1) for member in value]
    margin = "\n" + "  " * depth
    inner = f",{margin}  ".join(parts)
    return f"{opening}{margin}  {inner}{margin}{closing}"


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
_ORDER = ("finding", "excluded", "gone", "verdict", "selected", "diagnostic", "exclusion", "rule")


def lines(report: Report, settings: Settings) -> Iterator[str]:
    """A record a line: findings and what else there is one by one, rules, then the run itself.

    Each says what it is under `record`: one of `_ORDER`, or `run`.
    """
    lists = {kind: records for _, kind, records in _lists(report)}
    for kind in _ORDER:
        for record in lists.get(kind, ()):
            yield _line(kind, record.to_dict())
    yield _line("run", _head(report))


def _line(kind: str, content: dict[str, Any]) -> str:
    record = {"record": kind, **content}
    try:
        return msgspec.json.encode(record).decode() + "\n"
    except UnicodeEncodeError:  # half a surrogate pair
        return _ENCODER.encode(record) + "\n"
