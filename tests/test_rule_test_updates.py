"""`gsl test --update`: what it writes into a test file, what it leaves as it was, and when it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gsl.authoring.testing.updating import update, updated
from gsl.errors import InputError
from gsl.ruleset import yamltext
from tests.support import gsl

ROOT = Path(__file__).resolve().parents[1]

RULE = "Thing where kind = 'a' should have x = 1"
BEFORE = """\
# What the rule is for.
now: "2024-01-01"   # a fixed clock

cases:
  - name: good          # the usual one
    entity: {x: 1, kind: a}
    expect: failed      # wrong

  # several at once
  - name: several
    entities:
      - {id: one, x: 9, kind: a}
      - {id: "on", kind: b}
      - {id: three, x: 1, kind: a}
    expect:
      one: failed   # stays
      "on": passed  # wrong
  - {name: flow, entity: {x: 1, kind: a}, expect: passed}
  - name: nothing said
    entity: {x: 2, kind: a}
"""
AFTER = """\
# What the rule is for.
now: "2024-01-01"   # a fixed clock

cases:
  - name: good          # the usual one
    entity: {x: 1, kind: a}
    expect: passed      # wrong

  # several at once
  - name: several
    entities:
      - {id: one, x: 9, kind: a}
      - {id: "on", kind: b}
      - {id: three, x: 1, kind: a}
    expect:
      one: failed   # stays
      "on": not-relevant  # wrong
      three: passed
  - {name: flow, entity: {x: 1, kind: a}, expect: passed}
  - name: nothing said
    expect: failed
    entity: {x: 2, kind: a}
"""


def written(folder: Path, cases: str, rule: str = RULE) -> Path:
    (folder / "r.gsl").write_text(rule, "utf-8")
    file = folder / "r.test.yaml"
    file.write_text(cases, "utf-8", newline="")
    return file


def test_only_expectations_are_written(tmp_path: Path) -> None:
    file = written(tmp_path, BEFORE)
    file.chmod(0o640)
    ran = gsl("test", tmp_path, "--update")
    assert ran.code == 0, ran.err
    assert file.read_text("utf-8") == AFTER
    assert file.stat().st_mode & 0o777 == 0o640
    assert [line.split(": ", 1)[1] for line in ran.out.splitlines() if line.startswith("UPDATED")] == [
        "good: failed -> passed",
        "several: on: passed -> not-relevant",
        "several: three: nothing -> passed",
        "nothing said: nothing -> failed",
    ]
    assert f"{file}:7: good" in ran.out
    assert "4 cases: 4 passed" in ran.out
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []


def test_what_is_right_is_left_alone(tmp_path: Path) -> None:
    file = written(tmp_path, AFTER)
    before = file.stat()
    ran = gsl("test", tmp_path, "--update")
    assert (ran.code, "UPDATED" in ran.out) == (0, False)
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


def test_only_cases_that_are_asked_for(tmp_path: Path) -> None:
    file = written(tmp_path, BEFORE)
    assert gsl("test", tmp_path, "--update", "--run", "good").code == 0
    assert file.read_text("utf-8") == BEFORE.replace("expect: failed      #", "expect: passed      #")


def test_a_case_that_cannot_be_run_keeps_the_file(tmp_path: Path) -> None:
    cases = BEFORE + "  - name: broken\n    entity: 5\n    expect: passed\n"
    file = written(tmp_path, cases)
    ran = gsl("test", tmp_path, "--update")
    assert ran.code == 1
    assert "NOT UPDATED" in ran.out
    assert "`broken` cannot be run" in ran.out
    assert file.read_text("utf-8") == cases


def test_a_broken_rule_keeps_the_file(tmp_path: Path) -> None:
    file = written(tmp_path, BEFORE, "Thing should")
    assert gsl("test", tmp_path, "--update").code == 2
    assert file.read_text("utf-8") == BEFORE


def test_entities_of_one_name_keep_the_file(tmp_path: Path) -> None:
    cases = "cases: [{name: n, entities: [{id: a, x: 1, kind: a}, {id: a, kind: a}], expect: {a: passed}}]"
    file = written(tmp_path, cases)
    ran = gsl("test", tmp_path, "--update")
    assert ran.code == 1
    assert "2 entities have this name, with the verdicts failed, passed" in ran.out
    assert file.read_text("utf-8") == cases


def test_json_lists_changes(tmp_path: Path) -> None:
    written(tmp_path, BEFORE)
    report = json.loads(gsl("test", tmp_path, "--update", "--format", "json").out)
    assert report["rules"][0]["changes"][0] == {
        "case": "good",
        "line": 7,
        "entity": "",
        "before": "failed",
        "after": "passed",
    }


@pytest.mark.parametrize(
    ("case", "wanted", "after"),
    [
        ("{name: n, expect: passed}", {"a": "failed"}, "{name: n, expect: failed}"),
        ("{name: n, expect: 'passed'}", {"a": "failed"}, "{name: n, expect: failed}"),
        ("{name: n}", {"a": "failed"}, "{name: n, expect: failed}"),
        ("{name: n, expect: }", {"a": "failed"}, "{name: n, expect: failed}"),
        ("{name: n, expect: passed}", {"a": "failed", "b:c": "error"}, '{name: n, expect: {a: failed, "b:c": error}}'),
        ("{name: n, expect: {a: passed}}", {"a": "error"}, "{name: n, expect: {a: error}}"),
        (
            "{name: n, expect: {a: error}}",
            {"a": "error", "no": "passed"},
            '{name: n, expect: {a: error, "no": passed}}',
        ),
        ("{name: n, expect: {z: error, a: error}}", {"a": "passed"}, "{name: n, expect: {a: passed}}"),
        ("{name: n, expect: {}}", {"a": "passed"}, "{name: n, expect: {a: passed}}"),
        (
            "{name: \u00e4\U0001f600\u2028x, expect: passed}",
            {"a": "failed"},
            "{name: \u00e4\U0001f600\u2028x, expect: failed}",
        ),
    ],
)
@pytest.mark.parametrize("frame", ["cases: [%s]\n", "\ufeffcases:\r\n  - %s\r\n  - name: other\r\n"])
def test_edits(case: str, wanted: dict[str, str], after: str, frame: str, tmp_path: Path) -> None:
    new, changes = updated(frame % case, {0: wanted})
    assert new == frame % after
    assert changes
    yamltext.load(new.removeprefix("\ufeff"))


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_block_mappings(newline: str) -> None:
    text = "cases:\n- name: n # c\n  expect:\n    b: error # d\n    a: passed\n"
    for wanted, after in (
        ({"b": "passed", "a": "passed"}, "cases:\n- name: n # c\n  expect:\n    b: passed # d\n    a: passed\n"),
        ({"a": "error"}, "cases:\n- name: n # c\n  expect:\n    {a: error}\n"),
        (
            {"b": "error", "a": "passed", "x y": "error"},
            'cases:\n- name: n # c\n  expect:\n    b: error # d\n    a: passed\n    "x y": error\n',
        ),
    ):
        new, _ = updated(text.replace("\n", newline), {0: wanted})
        assert new == after.replace("\n", newline)


def test_what_cannot_be_edited_is_refused(tmp_path: Path) -> None:
    cases = "cases:\n- name: n\n  expect:\n  - a\n  - b\n  entity: {}\n"
    file = written(tmp_path, cases)
    with pytest.raises(InputError, match="edit it by hand"):
        update(file, {0: {"a": "passed"}})
    ran = gsl("test", tmp_path, "--update")
    assert (ran.code, "edit it by hand" in ran.out) == (1, True)
    assert file.read_text("utf-8") == cases


TEST_FILES = sorted([*(ROOT / "rules").rglob("*.test.yaml"), *(ROOT / "docs" / "examples").rglob("*.test.yaml")])


def _expected(text: str) -> dict[int, dict[str, str]]:
    """What the cases of a file expect, by number."""
    cases = yamltext.load(text)[0]["cases"]
    found = {}
    for number, case in enumerate(cases):
        expect = case["expect"]
        found[number] = (
            {str(name): verdict for name, verdict in expect.items()} if isinstance(expect, dict) else {"": expect}
        )
    return found


def test_real_files_come_back_byte_by_byte() -> None:
    assert len(TEST_FILES) > 100
    for file in TEST_FILES:
        with file.open(encoding="utf-8", newline="") as stream:
            text = stream.read()
        right = _expected(text)
        wrong = {number: dict.fromkeys(verdicts, "selected") for number, verdicts in right.items()}
        changed, changes = updated(text, wrong)
        assert _expected(changed) == wrong, file
        assert len(changes) == sum(len(verdicts) for verdicts in right.values())
        assert updated(changed, right)[0] == text, file
