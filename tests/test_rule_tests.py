"""`gsl test`: the tests beside rules, and what makes them fail."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from gsl.authoring.testing import running
from gsl.authoring.testing.deadline import Deadline
from tests.bounds import within
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


def test_keys_are_texts_as_they_stand(tmp_path: Path) -> None:
    rule = "Thing where on should have no = 1 and no in $Yes"
    entities = '[{id: "007", on: true, no: 1}, {id: "1:30", on: true}, {id: "null", on: false}]'
    expect = "{007: passed, 1:30: failed, null: not-relevant}"
    cases = f"lists: {{Yes: [1]}}\ncases: [{{name: n, entities: {entities}, expect: {expect}}}]"
    assert run(tmp_path, cases, rule)[0] == 0


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
        (
            f"cases: [{{name: n, entity: {{}}, expect: {{x: 0x{'F' * 5000}}}}}]",
            "1:43: error[invalid-yaml]: a number of",
        ),
        pytest.param(
            "cases: [" + ", ".join([f"{{name: n{number}}}" for number in range(10_001)]) + "]",
            "more than 10,000 cases",
            id="many cases",
        ),
    ],
)
def test_files_that_cannot_be_run(tmp_path: Path, cases: str, told: str) -> None:
    code, output = run(tmp_path, cases)
    assert code == 2, output
    assert told in output


WRONG = """\
nwo: 2024-01-01
cases:
  - entity: {x: 1}
    expect: passed
  - name: good
    entity: {x: 1}
    expct: passed
  - just a text
  - name: good
    entity: {x: 1}
"""


def test_all_that_is_wrong_with_a_file_is_told_at_its_place(tmp_path: Path) -> None:
    code, output = run(tmp_path, WRONG)
    file = tmp_path / "r.test.yaml"
    assert code == 2
    assert [line.removeprefix(f"{file}:").partition(" The")[0][:70] for line in output.splitlines()] == [
        "1:1: error[unknown-test-key]: the file has no key `nwo`; did you mean ",
        "3:5: error[invalid-case]: case 1 has no `name`",
        "7:5: error[unknown-test-key]: the case `good` has no key `expct`; did ",
        "8:5: error[invalid-case]: case 3 must have keys such as `name`, `entit",
        "9:11: error[invalid-case]: two cases are named `good`",
    ]


PLACED = """\
now: soon
cases:
  - name: words
    now: 2024-01-01
    entities: [{id: a, x: 9}, {id: b, x: 1}]
    expect:
      a: passed
      b: pased
      c: failed
    decidedBy:
      a: [x]
      b: x
  - name: entities
    now: 2024-01-01
    entities:
      - {x: 1}
      - no entity
    expect: passed
  - name: a file
    now: 2024-01-01
    expect: passed
    entities: none.json
  - name: the clock of the file
    entity: {x: 1}
    expect: passed
"""


def test_what_is_wrong_with_a_case_is_told_at_its_line(tmp_path: Path) -> None:
    code, output = run(tmp_path, PLACED, "Thing should have x = 1")
    assert code == 1
    assert [line[:48] for line in output.replace(str(tmp_path), "").splitlines()] == [
        "FAILED  /r.test.yaml:3  words",
        "  line 8: `pased` is no verdict; did you mean `p",
        "  line 12: b: `decidedBy` must be a list of path",
        "  line 7: a: passed was expected, the rule says ",
        "  line 9: no entity `c` is in the case",
        "FAILED  /r.test.yaml:13  entities",
        "  line 17: entities[1]: an entity (a dict) was e",
        "FAILED  /r.test.yaml:19  a file",
        "  line 22: there is no file `none.json` beside t",
        "FAILED  /r.test.yaml:23  the clock of the file",
        "  line 1: `now` must be a date such as 2024-06-0",
        "4 cases: 0 passed, 4 failed.",
    ]


def test_no_tests_at_all_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "r.gsl").write_text(RULE)
    ran = gsl("test", tmp_path)
    assert ran.code == 2
    assert "no test was found" in ran.err


def test_rules_without_tests_are_named(tmp_path: Path) -> None:
    longest = f"{'x' * 251}.gsl"  # no file system has a name of tests beside it
    for name in ("other.gsl", longest):
        (tmp_path / name).write_text("Thing should have x")
    code, output = run(tmp_path, CASES)
    assert code == 0
    assert "other.gsl: warning[no-tests]" in output
    assert f"{longest}: warning[no-tests]" in output


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


DECIDED = "Thing where kind = 'a' should not have rules contain [port < 10 and open]"


@pytest.mark.parametrize(
    ("decided", "told"),
    [
        ("['rules[1].open', 'rules[1].port']", ""),
        ("{t: ['rules[1].port', 'rules[1].open']}", ""),
        (
            "['rules[1].port']",
            "`rules[1].port` should have decided, the verdict was decided by `rules[1].open`, `rules",
        ),
        ("[]", "nothing should have decided"),
        ("{u: [kind]}", "no entity `u` is in the case"),
        ("rules", "must be a list of paths"),
        ("[1]", "must be a list of paths"),
    ],
)
def test_paths_that_decide(tmp_path: Path, decided: str, told: str) -> None:
    entity = "{id: t, kind: a, rules: [{port: 99, open: true}, {port: 5, open: true}]}"
    case = f"cases: [{{name: n, entity: {entity}, expect: failed, decidedBy: {decided}}}]"
    code, output = run(tmp_path, case, DECIDED)
    assert code == bool(told), output
    assert told in output


def test_paths_that_decide_relevance(tmp_path: Path) -> None:
    case = "cases: [{name: n, entity: {kind: b}, expect: not-relevant, decidedBy: [%s]}]"
    assert run(tmp_path, case % "kind", DECIDED)[0] == 0
    assert run(tmp_path, case % "kinds", DECIDED)[0] == 1


FROM_FILE = "cases: [{name: n, entities: %s, expect: {one: passed, two: failed}}]"
TWO = '[{"type": "Thing", "id": "one", "x": 1, "kind": "a"}, {"id": "two", "kind": "a"}]'


@pytest.mark.parametrize("name", ["things.json", "data/things.json", "./things.jsonl"])
def test_entities_in_a_file(tmp_path: Path, name: str) -> None:
    content = TWO if name.endswith("json") else TWO.strip("[]").replace("}, {", "}\n{")
    (tmp_path / "data").mkdir()
    (tmp_path / name).write_text(content)
    code, output = run(tmp_path, FROM_FILE % name, "Thing should have x = 1")
    assert code == 0, output


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("none.json", "there is no file `none.json`"),
        ("data", "there is no file `data`"),
        ("../outside.json", "outside the folder of the tests"),
        ("data/../../outside.json", "outside the folder of the tests"),
        ("/etc/hostname", "outside the folder of the tests"),
        ("link.json", "outside the folder of the tests"),
        ('"a\\0b"', "no name of a file"),
        ("bytes.json", "no UTF-8"),
        ("empty.json", "the file is empty"),
        ("list.json", "has no entities"),
        ("long.json", "longer than 16 MB"),
    ],
)
def test_entity_files_that_are_refused(tmp_path: Path, name: str, told: str) -> None:
    inner = tmp_path / "inner"
    (inner / "data").mkdir(parents=True)
    (tmp_path / "outside.json").write_text(TWO)
    (inner / "link.json").symlink_to(tmp_path / "outside.json")
    (inner / "bytes.json").write_bytes(b"\x1f\x8b\x08\x00")
    (inner / "empty.json").write_text("")
    (inner / "list.json").write_text("[]")
    with (inner / "long.json").open("wb") as stream:
        stream.truncate(17 * 1024 * 1024)
    code, output = run(inner, FROM_FILE % name, "Thing should have x = 1")
    assert code == 1, output
    assert told in output


def test_entities_of_all_cases_are_limited(tmp_path: Path) -> None:
    (tmp_path / "many.json").write_text("[" + ",".join(['{"x": 1}'] * 60_000) + "]")
    code, output = run(
        tmp_path,
        "cases: [{name: a, entities: many.json, expect: passed}, {name: b, entities: many.json, expect: passed}]",
        "Thing should have x = 1",
    )
    assert code == 1
    assert "more than 100,000 entities" in output


@pytest.mark.parametrize(
    ("asked", "cases"),
    [("good", 1), ("GOOD", 1), ("o*", 1), ("*o*", 2), ("r", 3), ("[gs]*", 2)],
)
def test_a_choice_of_cases(tmp_path: Path, asked: str, cases: int) -> None:
    run(tmp_path, CASES)
    ran = gsl("test", tmp_path, "--run", asked)
    assert ran.code == 0
    assert f"{cases} case{'s' if cases > 1 else ''}: {cases} passed" in ran.out


def test_a_choice_of_nothing_is_an_error(tmp_path: Path) -> None:
    run(tmp_path, CASES)
    ran = gsl("test", tmp_path, "--run", "zzz")
    assert (ran.code, "no case is named zzz" in ran.err) == (2, True)
    assert gsl("test", tmp_path, "--run", "zzz", "--allow-empty").code == 0


def test_no_tests_may_be_permitted(tmp_path: Path) -> None:
    assert gsl("test", tmp_path).code == 2
    assert gsl("test", tmp_path, "--allow-empty").code == 0


FORMATS = ("text", "json", "junit")


def many(folder: Path) -> None:
    for number in range(9):
        (folder / f"r{number}.gsl").write_text(f"---\nid: rule-{number}\n---\nThing should have x = {number % 2}")
        (folder / f"r{number}.test.yaml").write_text("cases: [{name: one, entity: {id: a, x: 1}, expect: passed}]")
    (folder / "broken.test.yaml").write_text("cases: []")


@pytest.mark.parametrize("form", FORMATS)
def test_processes_say_the_same(tmp_path: Path, form: str) -> None:
    many(tmp_path)
    one, several = (gsl("test", tmp_path, "--format", form, "--jobs", jobs) for jobs in ("1", "3"))
    assert one == several
    assert one.code == 2
    assert "rule-4" in one.out or "r4.test.yaml" in one.out


def test_json_tells_all(tmp_path: Path) -> None:
    many(tmp_path)
    report = gsl("test", tmp_path, "--format", "json").report
    assert report["summary"] == {"cases": 9, "passed": 4, "failed": 5, "errors": 1}
    broken, first, second = report["rules"][:3]
    assert (broken["ruleId"], broken["cases"]) == (None, [])
    assert "no-rule" in broken["error"]
    assert (first["ruleId"], first["error"]) == ("rule-0", None)
    assert first["cases"] == [
        {
            "name": "one",
            "line": 1,
            "passed": False,
            "problemLines": [1],
            "problems": ["a: passed was expected, the rule says failed"],
            "verdicts": {"a": ["failed"]},
        }
    ]
    assert second["cases"][0]["passed"] is True


def test_junit(tmp_path: Path) -> None:
    many(tmp_path)
    output = tmp_path / "out.xml"
    ran = gsl("test", tmp_path, "--format", "junit", "-o", output)
    assert (ran.code, ran.out) == (2, "")
    root = ElementTree.parse(output).getroot()
    assert (root.tag, root.attrib) == (
        "testsuites",
        {"name": "gsl test", "tests": "10", "failures": "5", "errors": "1"},
    )
    assert [suite.get("name") for suite in root][1:] == [f"rule-{number}" for number in range(9)]
    assert [[case.get("name") for case in suite] for suite in root][1:] == [["one"]] * 9
    failure = root[1][0][0]
    assert (failure.tag, failure.get("message")) == ("failure", "a: passed was expected, the rule says failed")
    assert root[2][0].find("failure") is None
    assert root[0][0][0].tag == "error"


def test_junit_takes_any_text(tmp_path: Path) -> None:
    name = r'"<a> & \"b\" ]]> \x01 \x1b[31m \ufffe \u2028 é \U0001F600"'
    run(
        tmp_path,
        f"cases: [{{name: {name}, entity: {{id: {name}, x: 9, kind: a}}, expect: passed}}]\nlists: {{Good: [1]}}",
    )
    ran = gsl("test", tmp_path, "--format", "junit")
    assert ran.code == 1
    case = ElementTree.fromstring(ran.out)[0][0]
    assert '<a> & "b" ]]> \N{REPLACEMENT CHARACTER} \N{REPLACEMENT CHARACTER}[31m' in (case.get("name") or "")
    assert "\U0001f600" in (case.get("name") or "")
    assert "passed was expected" in (case[0].text or "")


def test_of_very_many_problems_some_are_shown(tmp_path: Path) -> None:
    entities = ", ".join([f"{{id: e{number}}}" for number in range(150)])
    code, output = run(
        tmp_path, f"cases: [{{name: n, entities: [{entities}], expect: {{e0: passed}}}}]", "Thing should have x"
    )
    assert code == 1
    assert "and 50 more problems" in output
    assert len(output.splitlines()) == 1 + 100 + 1 + 1


def test_one_process_loads_no_machinery_for_several(tmp_path: Path) -> None:
    run(tmp_path, CASES)
    code = (
        "import sys; from pathlib import Path\n"
        "from gsl.authoring.testing.running import run_tests, tests_of\n"
        "assert run_tests(tests_of(Path(sys.argv[1]))).cases == 3\n"
        "print('multiprocessing' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("False\n", "")


DEEP = "Thing should have a contain [~a contain [~a contain [~a contain [$ = 1]]]]"


LISTED = "List<Thing> should have items contain [a contain [^.a contain [^.^.a contain [^.^.^.a contain [$ = 1]]]]]"


@pytest.mark.parametrize("rule", [DEEP, LISTED])
def test_the_time_of_a_rule_is_bounded(tmp_path: Path, rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    entities = [{"a": list(range(100)), "accountNumber": str(number)} for number in range(400)]
    (tmp_path / "many.json").write_text(json.dumps(entities))
    (tmp_path / "r.gsl").write_text(rule)
    (tmp_path / "r.test.yaml").write_text("cases: [{name: n, entities: many.json, expect: {}}]")
    monkeypatch.setattr(running, "Deadline", lambda: Deadline(0.5))
    with within(30):
        (file,) = running.run_tests(running.tests_of(tmp_path)).files
        assert file.outcomes[0].problems == ("the tests of one rule may take 0.5 seconds, and these take longer",)
