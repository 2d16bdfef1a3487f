"""DuckDB over the file of lines, with the columns it needs named: a database, no policy engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.answers import Files
from benchmarks.works import Work

DISTRIBUTIONS = ("duckdb",)
VARIANTS = ("1", "2")
"""Threads."""
FED = "files"
EXCLUDED = {"mixed": "the hundred rules were not written in SQL"}
LIMIT = 10_000_000
QUERIES = {
    "iam": """
        select id from read_json(?, format = 'newline_delimited', columns = {
            id: 'VARCHAR', passwordEnabled: 'VARCHAR', createDate: 'VARCHAR',
            firstAccessKey: 'STRUCT(lastRotated VARCHAR)'})
        where passwordEnabled = 'true'
          and abs(epoch(try_cast(createDate as timestamp)
                - try_cast(firstAccessKey.lastRotated as timestamp))) < 60""",
    "sg": """
        select id from read_json(?, format = 'newline_delimited', columns = {
            id: 'VARCHAR', inboundRules: 'STRUCT(port INTEGER, portTo INTEGER, scope VARCHAR)[]'})
        where len(list_filter(inboundRules,
            lambda r: r.port <= 22 and r.portTo >= 22 and r.scope = '0.0.0.0/0')) > 0""",
}


def build(work: Work, variant: str) -> Callable[..., Any]:
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"set threads = {variant}")
    rule_id = work.cases[0].id

    def run(files: Files) -> list[tuple[str, str]]:
        rows = connection.execute(QUERIES[work.name], [files.jsonl]).fetchall()
        return [(rule_id, row[0]) for row in rows]

    return run
