"""`gsl test`: the tests beside rules, and what makes them fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import gsl

RULE = "Thing where kind = 'a' should have x in $Good"
CASES = """
lists: {Good: [1, 2]}
cases:
  - name: good
    entity: {x: 1, kind: a}
    expect: passed
  - name: several
    entities:
      - {id: one, x: 9, kind: a}
      - {id: two, kind: b}
      - {type: Other, id: three}
    expect: {one: failed, two: not-relevant}
  - name: own list and clock
    lists: {Good: [9]}
    now: "2024-01-01"
    entity: {x: 9, kind: a}
    expect: passed
"""


def run(tmp_path: Path, cases: str, rule: str = RULE) -> tuple[int, str]:
    (tmp_path / "r.gsl").write_text(rule)
    (tmp_path / "r.test.yaml").write_text(cases)
    ran = gsl("test", tmp_path)
    return ran.code, ran.out + ran.err


def test_cases_that_hold(tmp_path: Path) -> None:
    code, told = run(tmp_path, CASES)
    assert code == 0, told
    assert "3 cases: 3 passed, 0 failed." in told
    assert gsl("test", tmp_path / "r.gsl").code == 0
    assert gsl("test", tmp_path / "r.test.yaml").code == 0


@pytest.mark.parametrize(
    ("cases", "told"),
    [
        (
            "cases: [{name: n, entity: {x: 9, kind: a}, expect: passed}]\nlists: {Good: [1]}",
            "passed was expected, the rule says failed",
        ),
        ("cases: [{name: n, entity: {x: 9}, expect: pased}]\nlists: {Good: [1]}", "did you mean `passed`?"),
        (
            "cases: [{name: n, entities: [{id: a}, {id: b}], expect: {a: not-relevant}}]\nlists: {Good: [1]}",
            "b: the rule says not-relevant, and nothing is expected",
        ),
        ("cases: [{name: n, entity: {id: a}}]\nlists: {Good: [1]}", "`expect` is missing"),
        ("cases: [{name: n, entities: [{id: a}], expect: {z: passed}}]\nlists: {Good: [1]}", "no entity `z`"),
        ("cases: [{name: n, entity: {x: 9, kind: a}, expect: failed}]", "$Good` was not given"),
        ("cases: [{name: n, expect: failed}]", "either `entity` or `entities`"),
        ("cases: [{name: n, entity: 5, expect: failed}]\nlists: {Good: [1]}", "an entity (a dict) was expected"),
    ],
)
def test_cases_that_fail(tmp_path: Path, cases: str, told: str) -> None:
    code, output = run(tmp_path, cases)
    assert code == 1, output
    assert told in output


@pytest.mark.parametrize(
    ("cases", "told"),
    [
        ("cases: []", "at least one case"),
        ("{", "no valid YAML"),
        ("case: []", "did you mean `cases`?"),
        ("cases: [{name: n, entity: {}, expects: failed}]", "did you mean `expect`?"),
        ("cases: [{entity: {}}]", "has no `name`"),
        ("cases: [{name: n, entity: {}, expect: failed}, {name: n, entity: {}, expect: failed}]", "two cases"),
        ("cases: &a [*a]", "alias"),
    ],
)
def test_files_that_cannot_be_run(tmp_path: Path, cases: str, told: str) -> None:
    code, output = run(tmp_path, cases)
    assert code == 2, output
    assert told in output


def test_no_tests_at_all_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "r.gsl").write_text(RULE)
    ran = gsl("test", tmp_path)
    assert ran.code == 2
    assert "no test was found" in ran.err


def test_rules_without_tests_are_named(tmp_path: Path) -> None:
    (tmp_path / "other.gsl").write_text("Thing should have x")
    code, output = run(tmp_path, CASES)
    assert code == 0
    assert "other.gsl: warning[no-tests]" in output


def test_list_rules_by_account(tmp_path: Path) -> None:
    cases = """
cases:
  - name: one on
    entities: [{accountNumber: '1', state: enabled}, {accountNumber: '2', state: disabled}]
    expect: {'1': passed, '2': failed}
  - name: none
    entities: []
    expect: failed
"""
    code, output = run(
        tmp_path,
        cases,
        "List<Thing> should have items contain [state = 'enabled']",
    )
    assert code == 0, output
