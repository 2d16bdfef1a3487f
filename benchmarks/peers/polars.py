"""polars over the file of lines, with the schema it needs: data frames, no policy engine."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from benchmarks.answers import Files
from benchmarks.works import Work

DISTRIBUTIONS = ("polars",)
VARIANTS = ("1", "2")
"""Threads."""
FED = "files"
EXCLUDED = {"mixed": "the hundred rules were not written for polars"}
LIMIT = 1_000_000


def build(work: Work, variant: str) -> Callable[..., Any]:
    os.environ["POLARS_MAX_THREADS"] = variant
    import polars as pl

    schema, condition = _queries(pl)[work.name]
    rule_id = work.cases[0].id

    def run(files: Files) -> list[tuple[str, str]]:
        frame = pl.scan_ndjson(files.jsonl, schema=schema).filter(condition).select("id").collect()
        return [(rule_id, entity_id) for entity_id in frame["id"]]

    return run


def _queries(pl: Any) -> dict[str, tuple[Any, Any]]:
    text, number = pl.String, pl.Int64
    users = {
        "id": text,
        "passwordEnabled": text,
        "createDate": text,
        "firstAccessKey": pl.Struct({"lastRotated": text}),
    }
    groups = {
        "id": text,
        "inboundRules": pl.List(pl.Struct({"port": number, "portTo": number, "scope": text})),
    }

    def date(column: Any) -> Any:
        return column.str.to_datetime("%Y-%m-%dT%H:%M:%SZ", strict=False)

    apart = date(pl.col("createDate")) - date(pl.col("firstAccessKey").struct.field("lastRotated"))
    field = pl.element().struct.field
    opens = (field("port") <= 22) & (field("portTo") >= 22) & (field("scope") == "0.0.0.0/0")
    return {
        "iam": (users, (pl.col("passwordEnabled") == "true") & (apart.dt.total_seconds().abs() < 60)),
        "sg": (groups, pl.col("inboundRules").list.eval(opens).list.any()),
    }
