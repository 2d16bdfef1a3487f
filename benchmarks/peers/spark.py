"""PySpark on this machine's cores; starting the session is not part of its time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.answers import Files
from benchmarks.works import Work

DISTRIBUTIONS = ("pyspark",)
VARIANTS = ("",)
FED = "files"
EXCLUDED = {"mixed": "the hundred rules were not written for Spark"}
LIMIT = 1_000_000
QUERIES = {
    "iam": (
        "id string, passwordEnabled string, createDate string, firstAccessKey struct<lastRotated: string>",
        "passwordEnabled = 'true' and abs(unix_timestamp(to_timestamp(createDate))"
        " - unix_timestamp(to_timestamp(nullif(firstAccessKey.lastRotated, 'N/A')))) < 60",
    ),
    "sg": (
        "id string, inboundRules array<struct<port: int, portTo: int, scope: string>>",
        "exists(inboundRules, r -> r.port <= 22 and r.portTo >= 22 and r.scope = '0.0.0.0/0')",
    ),
}


def build(work: Work, variant: str) -> Callable[..., Any]:
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    session = builder.config("spark.sql.session.timeZone", "UTC").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    schema, condition = QUERIES[work.name]
    rule_id = work.cases[0].id

    def run(files: Files) -> list[tuple[str, str]]:
        rows = session.read.schema(schema).json(files.jsonl).where(condition).select("id").collect()
        return [(rule_id, row["id"]) for row in rows]

    return run
