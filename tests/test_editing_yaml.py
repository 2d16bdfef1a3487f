"""What editors are told of test files, exclusions and frameworks: the same as the commands tell, at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from gsl.authoring.editing.counting import Superseded
from gsl.authoring.editing.governing import look_at_governing
from gsl.authoring.editing.kinds import EXCLUSIONS, FRAMEWORK, kind_of
from gsl.authoring.editing.kinds import RULE as RULE_FILE
from gsl.authoring.editing.kinds import TESTS as TESTS_FILE
from gsl.authoring.editing.looking import Notice
from gsl.authoring.editing.options import options_from
from gsl.authoring.editing.placing import Placing
from gsl.authoring.editing.testing import TestLook, look_at_tests, run_cases
from gsl.cli.configuration.naming import files_named
from gsl.errors import InputError
from tests.bounds import within
from tests.support import gsl

RULE = "Thing should have x = 1"
BIG = f"0x{'F' * 5000}"
TESTS = """\
now: "2024-01-01"
cases:
  - name: words
    entities: [{id: a, x: 9}, {id: b, x: 1}]
    expect:
      a: passed
      b: pased
  - name: a file
    expect: passed
    entities: none.json
"""


def look(folder: Path, text: str, rule: str | None = RULE) -> TestLook:
    """A look at the tests of a rule that is open."""
    return look_at_tests(text, folder / "r.test.yaml", rule, lambda: False)


def marked(text: str, notices: tuple[Notice, ...]) -> list[tuple[str, str, str]]:
    """For each notice its code, the beginning of its message, and the text that it is shown at."""
    return [(each.code, each.message[:20], text[each.start : each.end]) for each in notices]


def test_a_form_is_told_of_before_anything_runs(tmp_path: Path) -> None:
    assert marked(TESTS, look(tmp_path, TESTS).notices) == [
        ("invalid-case", "`pased` is no verdic", "pased"),
        ("no-such-file", "there is no file `no", "none.json"),
    ]


def test_cases_that_do_not_go_as_expected_are_marked(tmp_path: Path) -> None:
    tested = run_cases(look(tmp_path, TESTS), 5, lambda: False)
    assert tested is not None
    assert marked(TESTS, tested.notices) == [
        ("unexpected-verdict", "a: passed was expect", "passed"),
        ("invalid-case", "`pased` is no verdic", "pased"),
        ("no-such-file", "there is no file `no", "none.json"),
    ]
    assert tested.text == "tests: 0 of 2 as expected"
    right = run_cases(look(tmp_path, "cases: [{name: n, entity: {x: 1}, expect: passed}]"), 5, lambda: False)
    assert right is not None
    assert (right.notices, right.text) == ((), "tests: 1 of 1 as expected")


def test_the_command_says_the_same(tmp_path: Path) -> None:
    (tmp_path / "r.gsl").write_text(RULE, "utf-8")
    (tmp_path / "r.test.yaml").write_text(TESTS, "utf-8")
    told = gsl("test", tmp_path, "--format", "json").report["rules"][0]["cases"]
    said = {(problem, line) for case in told for problem, line in zip(case["problems"], case["problemLines"])}
    tested = run_cases(look(tmp_path, TESTS, None), 5, lambda: False)
    assert tested is not None
    assert {(each.message, TESTS.count("\n", 0, each.start) + 1) for each in tested.notices} == said


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [("invalid-yaml", "keys were expected: ", "")]),
        ("cases: 5", [("no-cases", "`cases` must be a li", "cases")]),
        ("\ufeffcases: 5\r\n", [("no-cases", "`cases` must be a li", "cases")]),
        ("cases: &a [*a]", [("invalid-yaml", "a YAML alias (`*name", "*")]),
        ("case: []", [("no-cases", "`cases` must be a li", "case"), ("unknown-test-key", "the file has no key ", "case")]),
        (
            "# \N{LINE SEPARATOR} \x85\ncases:\n- {nam: \N{GRINNING FACE}}",
            [("invalid-case", "case 1 has no `name`", "nam")],
        ),
        ("cases: [{name: n, entity: {}, entities: [], expect: {}}]", [
            ("invalid-case", "a case needs either ", "entities"),
            ("invalid-case", "`expect` is missing:", "expect"),
        ]),
        ("lists: 5\ncases: [{name: n, entity: {}, expect: passed}]", [("invalid-case", "`lists` must be name", "5")]),
        (f"now: {BIG}\ncases: []", [("invalid-yaml", "a number of more tha", BIG)]),
        ("\N{GRINNING FACE}: 1\nb: \0", [("invalid-yaml", "the file is no valid", "\0")]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file(tmp_path: Path, text: str, found: list[tuple[str, str, str]]) -> None:
    assert marked(text, look(tmp_path, text).notices) == found


def test_a_rule_that_is_missing_or_broken_is_told_of_at_the_top(tmp_path: Path) -> None:
    missing = look(tmp_path, TESTS, None)
    assert (missing.notices[0].code, missing.rule) == ("no-rule", None)
    assert "r.gsl" in missing.notices[0].message
    broken = look(tmp_path, TESTS, "Thing should\n have (")
    assert marked(TESTS, broken.notices)[0] == ("unusable-rule", "the rule that these ", 'now: "2024-01-01"')
    assert "r.gsl:2:7: " in broken.notices[0].message
    assert run_cases(broken, 5, lambda: False) is None


def test_what_takes_long_is_bounded_and_given_up(tmp_path: Path) -> None:
    cases = "".join([f"  - {{name: c{number}, entity: {{x: 1}}, expect: failed}}\n" for number in range(250)])
    text = f"cases:\n{cases}"
    looked = look(tmp_path, text)
    tested = run_cases(looked, 0, lambda: False)
    assert tested is not None
    assert marked(text, tested.notices) == [("out-of-time", "the cases take longe", "cases")]
    assert tested.text.endswith("so far")
    with pytest.raises(Superseded):
        run_cases(looked, 5, lambda: True)
    with pytest.raises(Superseded):
        look_at_tests(text, tmp_path / "r.test.yaml", RULE, lambda: True)
    assert len(run_cases(look(tmp_path, text), 60, lambda: False).notices) == 200  # type: ignore[union-attr]
    assert [each.code for each in look(tmp_path, "x" * 2_000_000).notices] == ["file-too-long"]
    (said,) = look(tmp_path, f"cases: [{{name: n, entity: {{}}, expect: {'x' * 9000}}}]").notices
    assert len(said.message) < 1000


def test_many_wrong_names_among_many_take_no_longer_than_others(tmp_path: Path) -> None:
    entities = ", ".join([f"{{id: name-of-{number}, x: 1}}" for number in range(3000)])
    wrong = ", ".join([f"name-if-{number}: passed" for number in range(3000)])
    text = f"cases: [{{name: n, entities: [{entities}], expect: {{{wrong}}}}}]"
    with within(4):
        tested = run_cases(look(tmp_path, text), 60, lambda: False)
    assert tested is not None
    assert (tested.passed, len(tested.notices)) == (0, 200)


@pytest.mark.parametrize("text", ["", "a", "\ufeff", "a\nbc\r\n", "\n\n"])
@pytest.mark.parametrize(("line", "column", "length"), [(None, None, 1), (1, 1, 1), (2, 2, 9), (9, 99, 99), (0, 0, 0)])
def test_no_place_is_outside_the_text(text: str, line: int | None, column: int | None, length: int) -> None:
    (notice,) = Placing(text).of_errors([InputError("c", "m", "f", line, column, length)])
    assert 0 <= notice.start <= notice.end <= len(text)


# --- exclusions and frameworks


EXCLUDED = """\
exclusions:
  - rules: "*"
    reason: r
    where: name in $Known and name liek 'x'
  - rules: "*"
    where: name in $Known
    expries: 2030-01-01
"""


def test_exclusions_are_marked_as_eval_tells_them(tmp_path: Path) -> None:
    file = tmp_path / "exclusions.yaml"
    file.write_text(EXCLUDED, "utf-8")
    found = look_at_governing(EXCLUDED, file, EXCLUSIONS, [])
    assert marked(EXCLUDED, found) == [
        ("unexpected", "`liek` does not fit ", "liek"),
        ("invalid-exclusion", "the exclusion has no", "rules"),
        ("invalid-exclusion", "`where` uses the nam", "$Known"),
        ("invalid-exclusion", "an exclusion has no ", "expries"),
    ]
    told = gsl("eval", "-e", RULE, "--exclusions", file, "-", stdin="[]").err
    for each in found:
        assert f": error[{each.code}]: {each.message}" in told
    known = look_at_governing(EXCLUDED, file, EXCLUSIONS, ["Known"])
    assert len(known) == 3 == len(look_at_governing(EXCLUDED, file, EXCLUSIONS))


def test_frameworks_are_marked_as_their_reader_tells_them(tmp_path: Path) -> None:
    text = "\ufeffname: N\nversin: 1\nsections:\n  - id: A\n    controls:\n      - {id: A.1, titel: T}\n      - [x]\n"
    found = look_at_governing(text, tmp_path / "f.yaml", FRAMEWORK)
    assert marked(text, found) == [
        ("invalid-framework", "a framework has no k", "versin"),
        ("invalid-framework", "a control needs `tit", "id"),
        ("invalid-framework", "a control has no key", "titel"),
        ("invalid-framework", "a control was expect", "x"),
    ]


def test_what_is_merged_has_its_place(tmp_path: Path) -> None:
    text = "exclusions:\n  - <<: {rules: x, reason: r, where: name liek 'x'}\n"
    assert marked(text, look_at_governing(text, tmp_path / "e.yaml", EXCLUSIONS)) == [
        ("unexpected", "`liek` does not fit ", "liek")
    ]


@pytest.mark.parametrize("kind", [EXCLUSIONS, FRAMEWORK])
@pytest.mark.parametrize(
    "text", ["", "a", "[" * 5000, "a: &a 1\nb: *a", "\ufeff", "- " * 500, "x" * 2_000_000, "a: !!int x"]
)
def test_whatever_is_written_is_answered(tmp_path: Path, kind: str, text: str) -> None:
    (notice,) = look_at_governing(text, tmp_path / "f.yaml", kind)
    assert 0 <= notice.start <= notice.end <= len(text)


def test_names_and_options_tell_what_a_file_is(tmp_path: Path) -> None:
    given = {"exclusions": "waivers/*.yaml", "frameworks": ["ours.yml"]}
    options, faults = options_from(given, tmp_path)
    assert not faults
    kinds = {
        "a.gsl": RULE_FILE,
        "a.test.yaml": TESTS_FILE,
        "exclusions.yaml": EXCLUSIONS,
        "team.exclusions.yml": EXCLUSIONS,
        "waivers/a.yaml": EXCLUSIONS,
        "cis.framework.yaml": FRAMEWORK,
        "ours.yml": FRAMEWORK,
        "my-exclusions.yaml": None,
        "test.yaml": None,
        "ci.yml": None,
    }
    assert {name: kind_of(tmp_path / name, options) for name in kinds} == kinds


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("gsl.toml", 'exclusions = "a.yaml"\n[scan]\nexclusions = ["b/c.yaml"]', (["a.yaml", "b/c.yaml"], [])),
        ("gsl.toml", '[report]\nframework = ["CIS", "own.yaml"]', ([], ["own.yaml"])),
        ("pyproject.toml", '[tool.gsl.eval]\nexclusions = ["a.yaml"]', (["a.yaml"], [])),
        ("pyproject.toml", '[tool.other]\nexclusions = ["a.yaml"]', ([], [])),
        ("gsl.toml", "exclusions = [", ([], [])),
        ("gsl.toml", 'exclusions = [5, "", "a\\u0000"]\neval = 3', ([], [])),
    ],
)
def test_the_configuration_names_files(
    tmp_path: Path, name: str, content: str, found: tuple[list[str], list[str]]
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / name).write_text(content, "utf-8")
    (tmp_path / "below").mkdir()
    named = files_named(tmp_path / "below")
    assert named == tuple([[str(tmp_path / each) for each in files] for files in found])
