"""Every conformance case, through the reference evaluator."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec import to_builtins

import gsl
from gsl.inventory.plain import plain
from gsl.results.model import Report
from gsl.ruleset.checking import run_for
from gsl.ruleset.options import options_of
from gsl.semantics.access import used_whole
from gsl.semantics.evaluator import evaluate as evaluate_expression
from gsl.semantics.judging import entity_root
from gsl.semantics.places import uncollected
from gsl.semantics.values import UNKNOWN
from tests.conformance.cases import Case, all_cases

CASES = all_cases()


def _cases(kind: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES if case.kind == kind])


def _reasons(found: Any) -> list[dict[str, Any]]:
    reasons = []
    for reason in found:
        shown = to_builtins(reason)
        shown["values"] = {each["path"]: each["value"] for each in shown["values"]}
        reasons.append(shown)
    return reasons


def _matches(found: Any, wanted: Any) -> bool:
    """Whether what was found has everything that is wanted; marks such as `{kind: list}` may have more."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        if "kind" in wanted:
            return all(key in found and _matches(found[key], value) for key, value in wanted.items())
        return found.keys() == wanted.keys() and all(_matches(found[key], value) for key, value in wanted.items())
    return bool(type(found) is type(wanted) and found == wanted) or (
        not isinstance(found, bool) and not isinstance(wanted, bool) and found == wanted
    )


def _check_reasons(found: list[dict[str, Any]], wanted: list[dict[str, Any]], rule: str) -> None:
    told = f"{rule}\nfound {found}\nwanted {wanted}"
    assert len(found) == len(wanted), told
    for one, other in zip(found, wanted):
        for key, value in other.items():
            assert _matches(one[key], value), told


def _entity_type(rule: gsl.Rule) -> str:
    return rule.entity_type or "Thing"


@_cases("row")
def test_verdict_of_one_entity(case: Case) -> None:
    rule = gsl.parse(case.rule)
    entity = {"type": _entity_type(rule), "id": "t1", **case.body["entity"]}
    result = rule.check(entity, now=case.now, lists=case.lists, **case.options)
    more = case.body["more"]
    assert str(result.status) == case.body["expect"], f"{case.rule}\n{entity}\n{result.reasons}"
    if "reasons" in more:
        _check_reasons(_reasons(result.reasons), more["reasons"], case.rule)
    if "passedOnMissing" in more:
        assert result.passed_on_missing == bool(more["passedOnMissing"]), f"{case.rule}\n{entity}"


@_cases("value")
def test_value_of_an_expression(case: Case) -> None:
    rule = gsl.parse(f"Thing should have ({case.rule}) = null")
    entity = plain({"type": "Thing", "id": "t1", **case.body["entity"]})
    errors = uncollected(entity)
    run = run_for(rule, options_of(case.now, case.lists, None, **case.options))
    condition: Any = rule.statement.condition  # type: ignore[union-attr]
    trace = used_whole(evaluate_expression(condition.left, (entity_root(entity, errors),), run))
    wanted = case.body["expect"]
    if wanted == {"unknown": True}:
        assert trace.value is UNKNOWN
        return
    assert trace.value is not UNKNOWN, f"{case.rule} over {entity}"
    assert _same(trace.value, wanted), f"{case.rule} over {entity} is {trace.value!r}, not {wanted!r}"


def _same(found: Any, wanted: Any) -> bool:
    if isinstance(found, bool) or isinstance(wanted, bool):
        return found is wanted
    return bool(found == wanted)


def _report(case: Case) -> Report:
    given = case.body.get("given", {})
    strict = bool(case.body.get("strict"))
    return gsl.evaluate(
        [gsl.parse(case.rule)], given, now=case.now, lists=case.lists, strict=strict, keep_all=True, **case.options
    )


def _verdicts(report: Report, is_list: bool) -> dict[str, str]:
    found = {}
    for result in (*report.findings, *report.excluded, *(report.verdicts or ())):
        found[result.account if is_list else result.entity_id or f"gap:{result.account}/{result.region}"] = str(
            result.status
        )
    found |= {each.entity_id: "selected" for each in report.selected}
    return found


@_cases("run")
def test_whole_run(case: Case) -> None:
    rule = gsl.parse(case.rule)
    report = _report(case)
    if "expect" in case.body:
        found = _verdicts(report, rule.is_list)
        wanted = {str(name): verdict for name, verdict in case.body["expect"].items()}
        named = {name: verdict for name, verdict in wanted.items() if verdict != "not-relevant"}
        assert found == named, f"{case.rule}\n{found}\n{wanted}\n{report.diagnostics}"
        tested = sum(summary.tested for summary in report.rules)
        assert tested == len(wanted), f"{case.rule}: {tested} verdicts, {len(wanted)} named"
    for name, wanted_reasons in case.body.get("reasons", {}).items():
        results = [
            each
            for each in (*report.findings, *report.excluded, *(report.verdicts or ()))
            if str(name) in (each.account if rule.is_list else each.entity_id, f"gap:{each.account}/{each.region}")
        ]
        _check_reasons(_reasons(results[0].reasons), wanted_reasons, case.rule)
    if "passedOnMissing" in case.body:
        assert report.summary.passed_on_missing == case.body["passedOnMissing"]
    if "diagnostics" in case.body:
        _check_diagnostics(report, case)


def _check_diagnostics(report: Report, case: Case) -> None:
    found = [to_builtins(each) for each in report.diagnostics]
    wanted = case.body["diagnostics"]
    told = f"{case.rule}\nfound {found}\nwanted {wanted}"
    assert len(found) == len(wanted), told
    for one, other in zip(found, wanted):
        for key, value in other.items():
            assert one[key] == value, told


@_cases("error")
def test_refused_rule(case: Case) -> None:
    if case.body.get("error") == "unknown-list":
        report = gsl.evaluate([gsl.parse(case.rule)], [{"type": "Thing", "id": "t"}], lists=case.lists)
        problems = [
            (each.code, f"{each.line}:{each.column}", each.message)
            for each in report.diagnostics
            if each.level == "error"
        ]
    else:
        with pytest.raises(gsl.RuleError) as caught:
            gsl.parse(case.rule)
        problems = [(each.code, f"{each.span.line}:{each.span.column}", each.message) for each in caught.value.problems]
    told = f"{case.rule}\n{problems}"
    if "errors" in case.body:
        assert [list(problem[:2]) for problem in problems] == case.body["errors"], told
    else:
        assert problems[0][0] == case.body["error"], told
        assert problems[0][1] == str(case.body["at"]), told
    if "hint" in case.body:
        assert case.body["hint"] in " ".join(problem[2] for problem in problems), told


def test_every_clause_is_a_heading_of_the_reference() -> None:
    text = (Path(__file__).parents[2] / "docs" / "language.md").read_text("utf-8")
    missing = {case.clause for case in CASES if f"{{#{case.clause}}}" not in text}
    assert not missing


def test_cases_are_many_and_named_apart() -> None:
    assert len(CASES) > 800
    assert len({case.name for case in CASES}) == len(CASES)
    assert all(not isinstance(case.now, datetime.date) or isinstance(case.now, datetime.datetime) for case in CASES)
