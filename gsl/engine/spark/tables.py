"""The tables that a run on Spark gives: their columns, and Arrow batches of what was found."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import attrs

from gsl.inventory.entity import fingerprint
from gsl.results.model import Reason, Result, Selected
from gsl.results.summaries import COUNTS, RuleSummary
from gsl.semantics.judging import Status

FINDING = "finding"
PART = "part"
"""The values of `record`: a verdict, or what a part of the input adds to the counts."""

COUNTED = tuple([{"not_relevant": "notRelevant", "passed_on_missing": "passedOnMissing"}.get(n, n) for n in COUNTS])
"""The counts of a rule, as the report's JSON names them."""

_TEXTS = (
    *("ruleId", "severity", "status", "entityType", "entityId", "entityName"),
    *("account", "region", "fingerprint"),
)
_REASON = (
    "struct<expression:string,line:int,column:int,"
    "values:array<struct<path:string,value:string>>,result:string,count:int>"
)
FINDINGS = (*_TEXTS, "reasons", "message")
"""The columns of findings."""

_COUNTS = f"struct<ruleId:string,{','.join([f'{name}:bigint' for name in COUNTED])}>"
RECORDS = ", ".join(
    [
        "record string",
        *[f"{name} string" for name in _TEXTS],
        f"reasons array<{_REASON}>",
        "message string",
        f"counts array<{_COUNTS}>",
        "part string",
    ]
)
"""All columns, as Spark names their types."""

PLACED = "account string, late int, line string, error string"
"""The columns of entities by account."""


@attrs.frozen(eq=False, repr=False)
class Unread:
    """A row that could not be read: what is said of it."""

    message: str


Record = Result | Selected | Unread


def found_batch(records: Sequence[Record], severities: dict[str, str | None]) -> Any:
    """An Arrow batch of findings."""
    columns = list(zip(*[_fields(record, severities) for record in records], strict=True))
    reasons = [[_reason(each) for each in record.reasons] if isinstance(record, Result) else [] for record in records]
    messages = [record.message if isinstance(record, Unread) else None for record in records]
    count = len(records)
    return _batch([[FINDING] * count, *columns, reasons, messages, [None] * count, [None] * count])


def part_batch(counts: Sequence[RuleSummary], part: dict[str, Any]) -> Any:
    """An Arrow batch of what a part of the input adds to the counts."""
    values = [
        {"ruleId": each.id, **{shown: getattr(each, name) for shown, name in zip(COUNTED, COUNTS)}}
        for each in counts
        if each.tested
    ]
    return _batch([[PART], *[[None]] * len(_TEXTS), [None], [None], [values], [_json(part)]])


def placed_batch(placed: Sequence[tuple[str, int, str | None, str | None]]) -> Any:
    """An Arrow batch of entities by account."""
    import pyarrow

    kinds = (pyarrow.string(), pyarrow.int32(), pyarrow.string(), pyarrow.string())
    names = [column.split()[0] for column in PLACED.split(", ")]
    arrays = [_array(list(values), kind) for values, kind in zip(zip(*placed, strict=True), kinds)]
    return pyarrow.RecordBatch.from_arrays(arrays, names)


def _fields(record: Record, severities: dict[str, str | None]) -> tuple[str | None, ...]:
    if isinstance(record, Unread):
        return (None, None, str(Status.ERROR), *[None] * (len(_TEXTS) - 3))
    ids = (record.entity_type, record.entity_id, record.entity_name, record.account, record.region)
    mark = fingerprint(record.rule_id, record.entity_type, record.account, record.region, record.entity_id)
    status = record.status if isinstance(record, Result) else Status.SELECTED
    return (record.rule_id, severities.get(record.rule_id), str(status), *ids, mark)


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "expression": reason.expression,
        "line": reason.line,
        "column": reason.column,
        "values": [{"path": each.path, "value": _json(each.value)} for each in reason.values],
        "result": _json(reason.result),
        "count": reason.count,
    }


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _batch(columns: Sequence[Any]) -> Any:
    import pyarrow

    schema = _schema()
    return pyarrow.RecordBatch.from_arrays(
        [_array(list(values), field.type) for values, field in zip(columns, schema, strict=True)], schema=schema
    )


def _array(values: list[Any], kind: Any) -> Any:
    import pyarrow

    try:
        return pyarrow.array(values, kind)
    except UnicodeEncodeError:
        return pyarrow.array([_encodable(value) for value in values], kind)


def _encodable(value: Any) -> Any:
    """A value in which no text has half a character, as JSON escapes can make them."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {key: _encodable(member) for key, member in value.items()}
    return [_encodable(each) for each in value] if isinstance(value, list) else value


def _schema() -> Any:
    import pyarrow

    text = pyarrow.string()
    read = pyarrow.struct([("path", text), ("value", text)])
    reason = pyarrow.struct(
        [
            *(("expression", text), ("line", pyarrow.int32()), ("column", pyarrow.int32())),
            *(("values", pyarrow.list_(read)), ("result", text), ("count", pyarrow.int32())),
        ]
    )
    counts = pyarrow.struct([("ruleId", text), *[(name, pyarrow.int64()) for name in COUNTED]])
    return pyarrow.schema(
        [
            ("record", text),
            *[(name, text) for name in _TEXTS],
            *(("reasons", pyarrow.list_(reason)), ("message", text)),
            *(("counts", pyarrow.list_(counts)), ("part", text)),
        ]
    )
