"""The conformance cases on Spark: many of them in one job, each with its entities under types of its own."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

import attrs
from msgspec.structs import replace

import gsl
import gsl.spark
from gsl.engine.runner import Runner
from gsl.inventory.given import entities_of
from gsl.ruleset.loading import Loaded
from gsl.ruleset.options import options_of
from tests.conformance.cases import Case, all_cases
from tests.spark_session import marks, ordered, plain_findings, spark, texts

__all__ = ["spark"]
pytestmark = list(marks)

COUNTS = ("passed", "failed", "excluded", "errors", "notRelevant", "passedOnMissing")
VERDICTS = {
    "passed": "passed",
    "failed": "failed",
    "excluded": "excluded",
    "error": "errors",
    "not-relevant": "notRelevant",
}


@attrs.frozen
class Apart:
    """A case whose rule and entities have types of their own."""

    case: Case
    rule: gsl.Rule
    entities: list[dict[str, Any]]


def _settings(case: Case) -> dict[str, Any]:
    return {"now": case.now, "lists": case.lists, **case.options}


def _grouped(cases: Iterable[Apart]) -> list[list[Apart]]:
    groups: dict[str, list[Apart]] = {}
    for each in cases:
        groups.setdefault(json.dumps(_settings(each.case), default=str), []).append(each)
    return list(groups.values())


def _apart(number: int, case: Case, entities: list[dict[str, Any]]) -> Apart:
    """A case under types that no other one has."""
    plain = gsl.parse(case.rule)
    text = case.rule
    for name in plain.looked_up:
        text = re.sub(rf"""(['"]){re.escape(name)}\1""", f"'{name}X{number}'", text)
    rule = gsl.parse(text, id=case.name)
    statement: Any = rule.statement
    target = attrs.evolve(statement.target, name=f"{rule.entity_type}X{number}")
    rule = replace(rule, statement=attrs.evolve(statement, target=target))
    return Apart(case, rule, [{**each, "type": f"{each['type']}X{number}"} for each in entities])


def test_every_verdict_on_one_entity(spark: Any) -> None:
    cases = []
    for number, case in enumerate([case for case in all_cases() if case.kind == "row"]):
        rule = gsl.parse(case.rule)
        if not rule.entity_type or rule.is_list or rule.looked_up:
            continue  # what is about one entity alone has nothing to do with accounts
        entity = {"type": rule.entity_type, "id": "t1", **case.body["entity"]}
        cases.append(_apart(number, case, [entity]))
    assert len(cases) > 4000
    for group in _grouped(cases):
        frame = texts(spark, [entity for each in group for entity in each.entities], 2)
        rules = [each.rule for each in group]
        checked = gsl.spark.check(frame, rules, **_settings(group[0].case), reasons=False)
        records = checked.records.persist()
        rows = {row["ruleId"]: row for row in checked.of(records).rules.collect()}
        statuses = {row["ruleId"]: row["status"] for row in checked.of(records).findings.collect()}
        records.unpersist()
        for each in group:
            _check_row(each.case, rows[each.rule.id], statuses)


def _check_row(case: Case, row: Any, statuses: dict[str, str]) -> None:
    told = f"{case.name}: {case.rule}\n{case.body['entity']}\n{row}"
    wanted = case.body["expect"]
    if wanted in VERDICTS:
        assert {name: row[name] for name in VERDICTS.values() if row[name]} == {VERDICTS[wanted]: 1}, told
    assert statuses.get(case.name, wanted if wanted not in ("failed", "error", "selected") else None) == wanted, told
    if "passedOnMissing" in case.body["more"]:
        assert row["passedOnMissing"] == int(case.body["more"]["passedOnMissing"]), told


def _given(case: Case) -> list[dict[str, Any]] | None:
    """The entities of a case one by one; `None` when they are in a form that only files have."""
    given = case.body.get("given", [])
    if isinstance(given, dict) and not isinstance(given.get("type"), str):
        given = [{"type": name, **each} for name, members in given.items() for each in members]
    fits = isinstance(given, list) and all(
        isinstance(each, dict) and isinstance(each.get("type"), str) for each in given
    )
    return given if fits else None


def _wanted(cases: Iterable[Apart]) -> tuple[list[dict[str, Any]], dict[str, list[int]]]:
    """The findings and counts of cases by the reference evaluator."""
    findings: list[dict[str, Any]] = []
    counts = {}
    for each in cases:
        runner = Runner(Loaded([each.rule]), options_of(**_settings(each.case)), compiled=False)
        report = runner.run(entities_of(each.entities, None))
        findings += [finding.to_dict() for finding in report.findings]
        (rule,) = [rule.to_dict() for rule in report.rules]
        counts[each.rule.id] = [rule[name] for name in COUNTS]
    return ordered(findings), counts


def test_whole_runs_with_look_ups_and_gaps(spark: Any) -> None:
    cases = []
    for number, case in enumerate([case for case in all_cases() if case.kind in ("row", "run")]):
        rule = gsl.parse(case.rule)
        if case.kind == "run" and rule.entity_type and not rule.is_list and (given := _given(case)):
            cases.append(_apart(number, case, given))
        elif case.kind == "row" and rule.looked_up:
            cases.append(_apart(number, case, [{"type": rule.entity_type, "id": "t1", **case.body["entity"]}]))
    assert Counter(bool(each.rule.looked_up) for each in cases)[True] > 10
    assert len(cases) > 50
    for group in _grouped(cases):
        frame = texts(spark, [entity for each in group for entity in each.entities], 2)
        _compare(frame, group)


def test_rules_on_lists(spark: Any) -> None:
    """Every account has a verdict of every rule on lists, so that each set of entities is a run of its own."""
    runs: dict[str, list[Apart]] = {}
    for case in all_cases():
        rule = gsl.parse(case.rule) if case.kind == "run" else None
        if rule is not None and rule.is_list and (given := _given(case)):
            key = json.dumps([_settings(case), given], default=str)
            runs.setdefault(key, []).append(Apart(case, replace(rule, id=case.name), given))
    assert len(runs) > 5
    for group in runs.values():
        _compare(texts(spark, group[0].entities, 2), group)


def _compare(frame: Any, group: list[Apart]) -> None:
    checked = gsl.spark.check(frame, [each.rule for each in group], **_settings(group[0].case))
    records = checked.records.persist()
    findings, counts = _wanted(group)
    done = checked.of(records)
    rows = [row for row in done.findings.collect() if row["status"] != "selected"]
    assert plain_findings(rows) == findings
    assert {row["ruleId"]: [row[name] for name in COUNTS] for row in done.rules.collect()} == counts
    records.unpersist()
