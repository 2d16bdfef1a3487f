"""Mutants of rules: which there are, which tests notice them, and what is said of the others."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gsl as library
from gsl.authoring.mutants import mutants_of
from gsl.authoring.testing.mutation import Mutation, Trial, mutated, mutation_text
from gsl.engine.verdicts import Subject
from gsl.inventory.entity import Entity
from gsl.language.formatter import format_statement
from gsl.language.parser import parse
from gsl.semantics.judging import entity_root
from gsl.semantics.run import Run
from gsl.semantics.validation import validate
from tests.generation import Generator, text_of
from tests.support import gsl


@pytest.mark.parametrize(
    ("condition", "mutants"),
    [
        ("a = 1", ["not! a = 1", "a != 1", "a = 2", "a = 0"]),
        ("a != 'x'", ["not! a != 'x'", "a = 'x'", "a != 'x-changed'"]),
        ("a < b", ["not! a < b", "a <= b"]),
        ("a >= 1.5", ["not! a >= 1.5", "a > 1.5", "a >= 2.5", "a >= 0.5"]),
        ("a = true", ["not! a = true", "a != true", "a = false"]),
        ("a = null", ["not! a = null", "a != null"]),
        ("a in (1)", ["not! a in (1)", "a not in (1)", "a in (2)", "a in (0)"]),
        ("a like 'x%'", ["not! a like 'x%'", "a unlike 'x%'", "a like 'x%-changed'"]),
        ("a regexMatch /x/", ["not! a regexMatch /x/", "a regexMatch /(?:x)-changed/"]),
        (
            "a before(-1, 'days')",
            ["not! a before(-1, 'days')", "a after(-1, 'days')", "a before(0, 'days')", "a before(-2, 'days')"],
        ),
        ("a contain [b]", ["not! a contain [b]", "a contain-all [b]"]),
        ("a contain-none ['x']", ["not! a contain-none ['x']", "a contain ['x']", "a contain-none ['x-changed']"]),
        ("b and not a", ["not! b and not a", "b or not a", "not a", "b", "b and a"]),
        ("a or b or c", ["not! a or b or c", "a and b and c", "b or c", "a or c", "a or b"]),
    ],
)
def test_which_there_are(condition: str, mutants: list[str]) -> None:
    rule = library.parse(f"T should have ({condition})")
    expected = [
        f"T should not have {each[5:]}" if each.startswith("not! ") else f"T should have {each}" for each in mutants
    ]
    found, left_out = mutants_of(rule)
    assert [format_statement(each.statement) for each in found] == expected
    assert left_out == 0


def test_parts_of_a_rule() -> None:
    rule = library.parse("T where a should not have b exclude c")
    assert [(each.change, format_statement(each.statement)) for each in mutants_of(rule)[0]] == [
        ("`should have` instead of `should not have`", "T where a should have b exclude c"),
        ("without its `where`", "T should not have b exclude c"),
        ("without its `exclude`", "T where a should not have b"),
    ]
    assert mutants_of(library.parse("true")) == ([], 0)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(st.integers(min_value=0, max_value=2**32))
def test_mutants_are_other_rules(seed: int) -> None:
    rule = library.parse(text_of(Generator(Random(seed)).statement()))
    own = format_statement(rule.statement)
    for each in mutants_of(rule, 30)[0]:
        text = format_statement(each.statement)
        assert text != own
        assert validate(each.statement, rule.functions) == ()
        assert format_statement(parse(text)) == text


def test_their_number_is_bounded_and_spread() -> None:
    rule = library.parse("T should have " + " or ".join([f"a{number} = {number}" for number in range(500)]))
    found, left_out = mutants_of(rule, 100)
    assert len(found) == 100
    assert left_out == 1 + 1 + 500 + 3 * 500 - 100
    places = [each.span.start for each in found]
    assert places[0] < len(rule.source.text) // 20
    assert places[-1] > len(rule.source.text) * 19 // 20


def trial(rule: library.Rule, **data: object) -> Trial:
    entity = Entity("T", dict(data))
    return Trial.of(rule, Subject(entity, entity_root(entity.data), Run(0, functions=rule.functions)), False)


def test_survivors_are_what_no_trial_notices() -> None:
    rule = library.parse("T should have a < 5")
    thin = mutated(rule, [trial(rule, a=1)])
    assert [each.change for each in thin.survivors] == [
        "`<=` instead of `<`",
        "`6` instead of `5`",
        "`4` instead of `5`",
    ]
    assert (thin.tried, thin.left_out) == (4, 0)
    assert mutated(rule, [trial(rule, a=4), trial(rule, a=5)]).survivors == ()
    assert len(mutated(rule, []).survivors) == 4


def test_time_is_bounded() -> None:
    rule = library.parse("T should have a < 5")
    found = mutated(rule, [trial(rule, a=1)], seconds=-1)
    assert (found.tried, found.survivors, found.left_out) == (0, (), 4)


RULE = "---\nid: shop\n---\nThing where kind = 'a'\nshould have size < 5\n"
THIN = """
cases:
  - {name: good, entity: {id: a, kind: a, size: 1}, expect: passed}
  - {name: bad, entity: {id: b, kind: a, size: 9}, expect: failed}
"""
THOROUGH = """
cases:
  - {name: good, entity: {id: a, kind: a, size: 4}, expect: passed}
  - {name: bad, entity: {id: b, kind: a, size: 5}, expect: failed}
  - {name: other, entity: {id: b, kind: b, size: 5}, expect: not-relevant}
"""


def written(folder: Path, cases: str) -> None:
    (folder / "shop.gsl").write_text(RULE, "utf-8")
    (folder / "shop.test.yaml").write_text(cases, "utf-8")


def test_thin_tests_are_told(tmp_path: Path) -> None:
    written(tmp_path, THIN)
    ran = gsl("test", "shop.gsl", "--mutate", folder=tmp_path)
    assert ran.code == 1
    assert ran.out == (
        "SURVIVED  shop.gsl:4:13: without its `where`\n"
        "  4 | Thing where kind = 'a'\n"
        "    |             ^^^^^^^^^^\n"
        "SURVIVED  shop.gsl:5:13: `<=` instead of `<`\n"
        "  5 | should have size < 5\n"
        "    |             ^^^^^^^^\n"
        "SURVIVED  shop.gsl:5:20: `6` instead of `5`\n"
        "  5 | should have size < 5\n"
        "    |                    ^\n"
        "SURVIVED  shop.gsl:5:20: `4` instead of `5`\n"
        "  5 | should have size < 5\n"
        "    |                    ^\n"
        "7 mutants: 3 noticed, 4 survived.\n"
        "2 cases: 2 passed, 0 failed.\n"
    )


def test_thorough_tests(tmp_path: Path) -> None:
    written(tmp_path, THOROUGH)
    ran = gsl("test", tmp_path, "--mutate")
    assert (ran.code, "7 mutants: 7 noticed, 0 survived." in ran.out) == (0, True)


def test_several_processes_and_json(tmp_path: Path) -> None:
    for number in range(5):
        folder = tmp_path / str(number)
        folder.mkdir()
        written(folder, THIN if number % 2 else THOROUGH)
    one, several = (gsl("test", tmp_path, "--mutate", "--format", "json", "--jobs", jobs) for jobs in ("1", "2"))
    assert one == several
    assert [len(rule["mutation"]["survivors"]) for rule in one.report["rules"]] == [0, 4, 0, 4, 0]
    assert one.report["rules"][1]["mutation"]["survivors"][0] == {
        "line": 4,
        "column": 13,
        "change": "without its `where`",
    }


def test_rules_whose_tests_fail_are_left_alone(tmp_path: Path) -> None:
    written(tmp_path, THIN.replace("expect: failed", "expect: passed"))
    ran = gsl("test", tmp_path, "--mutate")
    assert (ran.code, "SURVIVED" in ran.out) == (1, False)


@pytest.mark.parametrize(("decided", "survives"), [("", True), (", decidedBy: [size]", False)])
def test_paths_that_decide_notice_more(tmp_path: Path, decided: str, survives: bool) -> None:
    case = f"cases: [{{name: n, entity: {{size: 1, color: red}}, expect: passed{decided}}}]"
    (tmp_path / "shop.gsl").write_text("Thing should have size < 5 or color = 'red'", "utf-8")
    (tmp_path / "shop.test.yaml").write_text(case, "utf-8")
    report = gsl("test", tmp_path, "--mutate", "--format", "json").report
    changes = [each["change"] for each in report["rules"][0]["mutation"]["survivors"]]
    assert ("without `size < 5`" in changes) is survives


def test_what_was_not_tried_is_said() -> None:
    told = mutation_text([Mutation("r", "r.gsl", 200, (), 7), Mutation("s", "s.gsl", 3, ())])
    assert (
        told
        == "NOT TRIED  r.gsl: 7 more mutants, which are too many\n203 mutants: 203 noticed, 0 survived, 7 not tried.\n"
    )
    assert mutation_text([Mutation("s", "s.gsl", 3, ())], quiet=True) == ""
