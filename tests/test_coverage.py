"""Coverage: which conditions count, what makes them seen, and how it is said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import gsl as library
from gsl.authoring.coverage import Coverage, Spot, Watch, percent, shortfall, spots_of
from gsl.results.reasons import expression_of
from gsl.semantics.judging import entity_root
from gsl.semantics.places import uncollected
from gsl.semantics.run import Run
from tests.support import gsl, write_json


def covered(rule: str, *entities: dict[str, Any]) -> dict[str, tuple[int, int]]:
    """How often each condition of a rule was true and false."""
    parsed = library.parse(rule)
    watch = Watch(parsed)
    for entity in entities:
        watch.take(entity_root(entity, uncollected(entity)), Run(0, functions=parsed.functions))
    return {spot.text: (spot.true, spot.false) for spot in watch.coverage().spots}


@pytest.mark.parametrize(
    ("rule", "conditions"),
    [
        ("T should have a", ["a"]),
        ("T should have a = 1", ["a = 1"]),
        ("T should not have a in (1, 2) exclude b like 'x%'", ["a in (1, 2)", "b like 'x%'"]),
        ("T where w should have not a", ["w", "a"]),
        ("T should have a and (b or c = 1)", ["a and (b or c = 1)", "a", "b or c = 1", "b", "c = 1"]),
        ("T should have a contain [b = 1 and c]", ["a contain [b = 1 and c]", "b = 1 and c", "b = 1", "c"]),
        ("T should have a contain ['x', 1]", ["a contain ['x', 1]", "$ like 'x' or $ = 1"]),
        ("T should have a with [b = 1] length() > 2", ["a with [b = 1] length() > 2", "b = 1"]),
        ("T should have a with [b]", ["a with [b]", "b"]),
        (
            "T should have a before(-9, 'days') and b regexMatch /x/",
            ["a before(-9, 'days') and b regexMatch /x/", "a before(-9, 'days')", "b regexMatch /x/"],
        ),
        (
            "T should have a groupBy [k] contain [values length() > 1]",
            ["a groupBy [k] contain [values length() > 1]", "values length() > 1"],
        ),
        (
            "T should have getValue('x') and a toLower() = 'b'",
            ["getValue('x') and a toLower() = 'b'", "getValue('x')", "a toLower() = 'b'"],
        ),
        ("T should fail", []),
        ("true", []),
    ],
)
def test_what_counts(rule: str, conditions: list[str]) -> None:
    assert [expression_of(node) for node in spots_of(library.parse(rule).statement)] == conditions


def test_what_was_seen() -> None:
    rule = "T where w should have a = 1 and b exclude x"
    assert covered(rule, {"w": False, "a": 1}) == {
        "w": (0, 1),
        "a = 1 and b": (0, 0),
        "a = 1": (0, 0),
        "b": (0, 0),
        "x": (0, 0),
    }
    assert covered(rule, {"w": True, "a": 1, "x": True}) == {
        "w": (1, 0),
        "a = 1 and b": (0, 0),
        "a = 1": (0, 0),
        "b": (0, 0),
        "x": (1, 0),
    }
    assert covered(rule, {"w": True, "a": 1}, {"w": 1, "b": True}) == {
        "w": (2, 0),
        "a = 1 and b": (0, 2),
        "a = 1": (1, 1),
        "b": (1, 1),
        "x": (0, 2),
    }


def test_elements_count_one_by_one() -> None:
    entity = {"a": [{"b": 1}, {"b": 2}, {"b": 2}]}
    assert covered("T should have a contain [b = 1]", entity) == {"a contain [b = 1]": (1, 0), "b = 1": (1, 2)}
    assert covered("T should have a contain [b = 1]", {}) == {"a contain [b = 1]": (0, 1), "b = 1": (0, 0)}


def test_what_was_not_collected_was_not_seen() -> None:
    entity = {"b": True, "_errors": [{"path": "a", "operation": "o", "code": "c", "message": "m"}]}
    assert covered("T should have a = 1 and b", entity) == {"a = 1 and b": (0, 0), "a = 1": (0, 0), "b": (1, 0)}


def test_a_rule_that_takes_for_ever_counts_nothing() -> None:
    bracket = "[~a contain [~a contain [~a contain [~a contain [$ = 1]]]]]"
    assert covered(f"T should have a contain {bracket}", {"a": list(range(100))})["$ = 1"] == (0, 0)


def coverage(seen: int, conditions: int) -> Coverage:
    spots = [Spot(1, 1, "x", "", 1, int(number < seen - conditions)) for number in range(conditions)]
    found = Coverage("r", "r.gsl", tuple(spots))
    assert (found.seen, found.outcomes) == (seen, 2 * conditions)
    return found


def test_shares() -> None:
    assert percent(2, 3) == "66.6%"
    assert percent(9999, 10000) == "99.9%"
    assert percent(0, 0) == percent(7, 7) == "100.0%"
    half = coverage(3, 2)
    assert shortfall([half], 75) == shortfall([half], None) == shortfall([], 100) == ""
    assert "75.0%, and 75.1% are asked for" in shortfall([half], 75.1)
    assert shortfall([half, coverage(4, 2)], 87.5) == ""


RULE = "---\nid: shop\n---\nThing where kind = 'a'\nshould have x = 1 and not y\n"
CASES = """
cases:
  - {name: good, entity: {id: a, kind: a, x: 1}, expect: passed}
  - {name: bad, entity: {id: b, kind: a, x: 2}, expect: failed}
"""


def files(folder: Path) -> None:
    (folder / "shop.gsl").write_text(RULE, "utf-8")
    (folder / "shop.test.yaml").write_text(CASES, "utf-8")


def test_the_tests_of_a_rule(tmp_path: Path) -> None:
    files(tmp_path)
    ran = gsl("test", "shop.gsl", "--coverage", folder=tmp_path)
    assert ran.code == 0
    assert ran.out == (
        "shop.gsl:4:13: never false: kind = 'a'\n"
        "  4 | Thing where kind = 'a'\n"
        "    |             ^^^^^^^^^^\n"
        "shop.gsl:5:27: never true: y\n"
        "  5 | should have x = 1 and not y\n"
        "    |                           ^\n"
        "COVERAGE  OUTCOMES   RULE\n"
        "   75.0%  6/8        shop\n"
        "75.0% of the conditions' outcomes were seen: 6 of 8.\n"
        "2 cases: 2 passed, 0 failed.\n"
    )


@pytest.mark.parametrize(("minimum", "code"), [("75", 0), ("75.5", 1)])
def test_a_minimum(tmp_path: Path, minimum: str, code: int) -> None:
    files(tmp_path)
    things = write_json(tmp_path / "t.json", [{"type": "Thing", "kind": "a", "x": 1}, {"type": "Thing", "kind": "a"}])
    for arguments in (("test", tmp_path), ("coverage", tmp_path / "shop.gsl", things)):
        ran = gsl(*arguments, "--min-coverage", minimum)
        assert (ran.code, "error[low-coverage]" in ran.err) == (code, bool(code))
        assert "75.0%  6/8" in ran.out


def test_json(tmp_path: Path) -> None:
    files(tmp_path)
    things = write_json(tmp_path / "t.json", [{"type": "Thing", "kind": "a", "x": 1}, {"type": "Thing", "kind": "a"}])
    report = gsl("coverage", tmp_path / "shop.gsl", things, "--format", "json").report
    assert (report["seen"], report["outcomes"]) == (6, 8)
    (rule,) = report["rules"]
    assert rule["conditions"][0] == {"line": 4, "column": 13, "text": "kind = 'a'", "true": 2, "false": 0}
    tested = gsl("test", tmp_path, "--coverage", "--format", "json").report["rules"][0]["coverage"]
    assert {**tested, "file": ""} == {**rule, "file": ""}
    junit = gsl("test", tmp_path, "--coverage", "--format", "junit")
    assert "never false: kind" in junit.out


def test_what_cannot_be_read(tmp_path: Path) -> None:
    files(tmp_path)
    (tmp_path / "bad.json").write_text("{", "utf-8")
    assert gsl("coverage", tmp_path / "shop.gsl", tmp_path / "bad.json").code == 2
    assert gsl("coverage", tmp_path / "shop.gsl").code == 2
    (tmp_path / "shop.gsl").write_text("Thing should", "utf-8")
    good = write_json(tmp_path / "t.json", [{"type": "Thing"}])
    ran = gsl("coverage", tmp_path / "shop.gsl", good, "-q")
    assert (ran.code, ran.out, "error[" in ran.err) == (2, "", True)


def test_rules_on_lists_and_look_ups(tmp_path: Path) -> None:
    (tmp_path / "l.gsl").write_text("List<Thing> where x = 1 should have items length() > 1", "utf-8")
    (tmp_path / "g.gsl").write_text("Thing should have getResource('Other', other) contain [z = 1]", "utf-8")
    things = [
        {"type": "Thing", "accountNumber": "1", "x": 1, "other": "o"},
        {"type": "Thing", "accountNumber": "1", "x": 2},
        {"type": "Other", "accountNumber": "1", "id": "o", "z": 1},
    ]
    report = gsl("coverage", tmp_path, write_json(tmp_path / "t.json.data", things), "--format", "json").report
    found = {rule["ruleId"]: [(each["true"], each["false"]) for each in rule["conditions"]] for rule in report["rules"]}
    assert found == {"l": [(1, 1), (0, 1)], "g": [(1, 1), (1, 0)]}
    assert json.dumps(report)
