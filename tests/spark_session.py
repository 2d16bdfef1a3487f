"""The Spark session of the tests: one for all, and skipped only where nobody asked for it."""

from __future__ import annotations

import json
import os
import sys
import warnings
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import pytest

NEEDED = "TESTS_NEED_SPARK"
"""With this variable set, missing Spark or Java fails the tests instead of skipping them."""

marks = (
    pytest.mark.xdist_group("spark"),
    # what Spark itself does with other versions of Python and pandas
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),
    pytest.mark.filterwarnings("ignore:distutils Version classes are deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:unclosed <socket.socket:ResourceWarning"),
)


@cache
def _made() -> Any:
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    from pyspark.sql import SparkSession

    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.session.timeZone": "UTC",
    }
    builder = SparkSession.builder.master("local[2]").appName("gsl-tests")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """A Spark session in this process."""
    try:
        import pyspark  # noqa: F401

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            session = _made()
    except Exception as error:
        what = f"there is no Spark here: {error}"
        if os.environ.get(NEEDED):
            pytest.fail(what)
        pytest.skip(what)
    yield session
    session.stop()
    _made.cache_clear()


def texts(spark: Any, entities: Iterable[Any], parts: int = 1) -> Any:
    """A table of one column `value`, as spark.read.text gives it."""
    rows = [(each if isinstance(each, str) or each is None else json.dumps(each),) for each in entities]
    return spark.createDataFrame(spark.sparkContext.parallelize(rows, parts), "value string")


def plain_findings(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Rows of findings as the report's JSON has them, in an order of their own."""
    return ordered([_plain(row.asDict(recursive=True)) for row in rows if row["ruleId"] is not None])


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    assert row.pop("message") is None
    for reason in row["reasons"]:
        reason["result"] = json.loads(reason["result"])
        for each in reason["values"]:
            each["value"] = json.loads(each["value"])
    return row


def ordered(findings: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Findings in an order that does not depend on how they were found."""
    return sorted(findings, key=lambda each: json.dumps(each, sort_keys=True))


COUNTS = (
    *("id", "title", "severity", "entityType", "file", "status", "tested", "relevant"),
    *("passed", "failed", "excluded", "errors", "notRelevant", "passedOnMissing"),
)
"""What the table of counts has of a rule."""


def counts_in(report: Any) -> list[dict[str, Any]]:
    """The same of a report."""
    return [{name: rule.to_dict()[name] for name in COUNTS} for rule in report.rules]


def plain_counts(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Rows of counts as the report's JSON has them."""
    return [{"id": row["ruleId"], **{k: v for k, v in row.asDict().items() if k != "ruleId"}} for row in rows]
