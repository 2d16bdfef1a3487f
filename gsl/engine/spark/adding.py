"""What the parts of a run on Spark add up to: the counts of each rule, and the report."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from gsl.engine.coverage import not_looked_at, unknown_keys
from gsl.engine.found import Found
from gsl.engine.plan import Plan
from gsl.engine.spark.tables import COUNTED, PART
from gsl.inventory.census import Census
from gsl.inventory.shapes import NOTES
from gsl.results.model import Diagnostic, Report
from gsl.results.summaries import COUNTS, RuleSummary

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

_RELEVANT = ("passed", "failed", "excluded", "errors", "selected")
_SHOWN = ("passed", "failed", "excluded", "errors", "notRelevant", "passedOnMissing")
_RULES = "place int, ruleId string, title string, severity string, entityType string, file string, kind string"


def counts_of(records: DataFrame, plan: Plan) -> DataFrame:
    """The counts of each rule, as the report's JSON names them."""
    from pyspark.sql import functions

    col = functions.col
    given = [
        (place, each.id, each.title, each.severity, each.entity_type, each.file, each.kind)
        for place, each in enumerate(plan.summaries)
    ]
    rules = records.sparkSession.createDataFrame(given, _RULES)
    parts = records.where(col("record") == PART).select(functions.explode("counts").alias("each"))
    sums = [functions.sum(f"each.{name}").alias(name) for name in COUNTED]
    counts = parts.groupBy(col("each.ruleId").alias("ruleId")).agg(*sums)
    filled = rules.join(counts, "ruleId", "left").fillna(0, list(COUNTED))
    relevant = sum([col(name) for name in _RELEVANT], start=functions.lit(0))
    return filled.orderBy("place").select(
        *[col(name) for name in ("ruleId", "title", "severity", "entityType", "file")],
        _status(relevant).alias("status"),
        (relevant + col("notRelevant")).alias("tested"),
        relevant.alias("relevant"),
        *[col(name) for name in _SHOWN],
    )


def _status(relevant: Column) -> Column:
    """The status of a rule, as `RuleSummary.status` has it."""
    from pyspark.sql import functions

    col, when = functions.col, functions.when
    found = when(col("kind") != "check", when(col("errors") > 0, "error").otherwise(col("kind")))
    found = found.when(col("failed") > 0, "failed").when(col("errors") > 0, "error")
    return found.when(relevant > 0, "passed").otherwise("not-applicable")


def report_of(records: DataFrame, plans: Sequence[Plan]) -> Report:
    """The report on some records, without the findings: the whole plan comes first, then those of its parts."""
    whole, *halves = plans
    rows = records.where(records["record"] == PART).select("counts", "part").collect()
    parts = [json.loads(row["part"]) for row in rows]
    summaries = {each.id: replace(each) for each in whole.summaries}  # theirs stay empty, to be asked again
    for row in rows:
        _count(row["counts"], summaries)
    found = _found(whole, summaries, parts)
    diagnostics = [*whole.diagnostics, *_unread(parts), *not_looked_at(whole, found)]
    for plan in halves:
        diagnostics += unknown_keys(plan.jobs, _census(plan, parts), False)
    diagnostics += _noted(found)
    titles = {each.id: each.title for each in whole.summaries}
    now = whole.options.now_text
    return Report(now, found.entities, tuple(summaries.values()), (), None, (), tuple(diagnostics), titles)


def _count(counts: Iterable[Any], summaries: dict[str, RuleSummary]) -> None:
    for row in counts:
        summary = summaries[row["ruleId"]]
        for shown, name in zip(COUNTED, COUNTS):
            setattr(summary, name, getattr(summary, name) + row[shown])


def _found(plan: Plan, summaries: dict[str, RuleSummary], parts: Sequence[dict[str, Any]]) -> Found:
    """What the parts met; entities that both kinds of rules went through count once."""
    found = Found([summaries[job.rule.id] for job in plan.jobs], Census(()))
    met: dict[str, dict[str, int]] = {}
    entities: dict[str, int] = {}
    for part in parts:
        entities[part["half"]] = entities.get(part["half"], 0) + part["entities"]
        types = met.setdefault(part["half"], {})
        for name, count in part["types"].items():
            types[name] = types.get(name, 0) + count
        for code, message, count in part["notes"]:
            found.note(code, message, "", count)
    found.entities = max(entities.values(), default=0)
    for types in met.values():
        for name, count in types.items():
            found.types[name] = max(found.types[name], count)
    return found


def _census(plan: Plan, parts: Sequence[dict[str, Any]]) -> Census:
    half = "accounts" if plan.kept else "rows"
    census = Census([read for job in plan.jobs for read in job.rule.reads])
    for part in parts:
        if part["half"] == half:
            census.absorb_plain(part["census"])
    return census


def _unread(parts: Sequence[dict[str, Any]]) -> Iterable[Diagnostic]:
    """The rows that could not be read, once for each kind of fault."""
    faults: dict[tuple[str, str], int] = {}
    for part in parts:
        for code, message, count in part["errors"]:
            faults[code, message] = faults.get((code, message), 0) + count
    for (code, message), count in faults.items():
        yield Diagnostic("error", code, message, count=count)


def _noted(found: Found) -> Iterable[Diagnostic]:
    for (code, message, _), count in found.notes.items():
        yield Diagnostic("note" if code in NOTES else "warning", code, message, count=count)
