"""Exclusions: they take failures out and nothing else, say what they did, and end when they say so."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import gsl
from gsl.language.formatter import format_expression
from gsl.results.reporters import FORMATS, Settings
from gsl.ruleset.exclusion_files import exclusions_in, read_exclusions
from tests.generation import LISTS, NOW, Generator, text_of
from tests.support import Ran, user, write_json
from tests.support import gsl as run

RULE = "IamUser should have mfaActive = true"
USERS = [
    user("alice", mfaActive=False, region="eu-west-1"),
    user("bob", mfaActive=False, region="us_east_1", tags=[{"key": "team", "value": "red"}]),
    user("carol", mfaActive=True),
    user("dora", _errors=[{"path": "mfaActive", "operation": "Get", "code": "Denied", "message": "no"}]),
]
WHY = {"reason": "agreed"}


def exclusions(folder: Path, *entries: dict[str, Any]) -> Path:
    file = folder / "exclusions.yaml"
    file.write_text(yaml.safe_dump({"exclusions": list(entries)}, sort_keys=False))
    return file


def report(folder: Path, *entries: dict[str, Any], options: tuple[str, ...] = (), rule: str = RULE) -> tuple[Ran, Any]:
    users = write_json(folder / "users.json", USERS)
    file = exclusions(folder, *entries)
    ran = run("eval", "-e", rule, users, "--exclusions", file, "--now", "2024-06-01", "--format", "json", *options)
    return ran, json.loads(ran.out)


def names(records: list[dict[str, Any]]) -> list[str]:
    return [each["entityName"] for each in records]


@pytest.mark.parametrize(
    ("entry", "taken"),
    [
        ({"rules": "*"}, ["alice", "bob"]),
        ({"rules": ["nothing", "expr*"]}, ["alice", "bob"]),
        ({"rules": "EXPRESSION"}, []),
        ({"rules": "*", "where": "name = 'alice'"}, ["alice"]),
        ({"rules": "*", "where": "tags contain [key = 'team' and value = 'red']"}, ["bob"]),
        ({"rules": "*", "where": "name in $Known"}, ["bob"]),
        ({"rules": "*", "where": "mfaActive = false or mfaActive = true"}, ["alice", "bob"]),
        ({"rules": "*", "accounts": ["1234*", "*3333"]}, ["alice", "bob"]),
        ({"rules": "*", "accounts": "999"}, []),
        ({"rules": "*", "regions": ["us-east-?"]}, ["bob"]),
        ({"rules": "*", "regions": "EU_west-1", "where": "name = 'alice'"}, ["alice"]),
        ({"rules": "*", "regions": "eu-west-1", "where": "name = 'bob'"}, []),
        ({"rules": "*", "expires": "2024-06-01"}, ["alice", "bob"]),
        ({"rules": "*", "expires": "2024-05-31"}, []),
    ],
)
@pytest.mark.parametrize("options", [(), ("--no-reasons",), ("--all",)])
def test_what_an_exclusion_takes_out(
    tmp_path: Path, entry: dict[str, Any], taken: list[str], options: tuple[str, ...]
) -> None:
    known = write_json(tmp_path / "known.json", ["bob"])
    ran, found = report(tmp_path, {**entry, **WHY}, options=("--list", f"Known={known}", *options))
    assert names(found["excluded"]) == taken
    assert names(found["findings"]) == [each for each in ("alice", "bob", "dora") if each not in taken]
    assert found["summary"]["excluded"] == len(taken)
    assert found["summary"]["failed"] == 2 - len(taken)
    assert (found["summary"]["passed"], found["summary"]["errors"]) == (1, 1)
    assert found["exclusions"][0]["count"] == len(taken)
    assert ran.code == 2, "the error stays"
    if taken:
        assert found["exclusions"][0]["status"] == "active"
        assert found["excluded"][0]["exclusion"]["reason"] == "agreed"
        assert found["excluded"][0]["status"] == "excluded"
        assert bool(found["excluded"][0]["reasons"]) == ("--no-reasons" not in options)


def test_the_first_that_fits_takes_it_and_all_say_what_they_did(tmp_path: Path) -> None:
    ran, found = report(
        tmp_path,
        {"rules": "*", "where": "name = 'alice'", "owner": "ops", **WHY},
        {"rules": "*", **WHY},
        {"rules": "*", **WHY},
        {"rules": "other", "expires": "2023-01-01", "owner": "lab", **WHY},
        {"rules": "other", **WHY},
    )
    assert [(each["status"], each["count"]) for each in found["exclusions"]] == [
        ("active", 1),
        ("active", 1),
        ("unused", 0),
        ("expired", 0),
        ("unused", 0),
    ]
    file = tmp_path / "exclusions.yaml"
    assert (
        f"{file}:8: warning[unused-exclusion]: the exclusion (agreed) took nothing out: nothing that it is about failed,"
        " or another exclusion took it out first; errors are never taken out\n" in ran.err
    )
    assert f"{file}:10: warning[expired-exclusion]: the exclusion of lab (agreed) ended on 2023-01-01" in ran.err
    assert "no rule of this run is among its `rules`" in ran.err
    assert found["excluded"][0]["exclusion"] == {
        "source": f"{file}:2",
        "reason": "agreed",
        "owner": "ops",
        "expires": None,
    }


def test_strict_exclusions_are_errors_when_idle(tmp_path: Path) -> None:
    ran, _ = report(tmp_path, {"rules": "other", **WHY}, options=("--strict-exclusions",))
    assert "error[unused-exclusion]" in ran.err
    users = write_json(tmp_path / "ok.json", [USERS[0]])
    file = exclusions(tmp_path, {"rules": "*", **WHY})
    assert run("eval", "-e", RULE, users, "--exclusions", file, "--strict-exclusions").code == 0
    file = exclusions(tmp_path, {"rules": "*", "expires": "2020-01-01", **WHY})
    assert run("eval", "-e", RULE, users, "--exclusions", file).code == 1
    assert run("eval", "-e", RULE, users, "--exclusions", file, "--strict-exclusions").code == 2


@pytest.mark.parametrize(
    ("expires", "told"),
    [
        ("2024-06-01", "ends today, on 2024-06-01: then the finding that it takes out counts again"),
        ("2024-06-02", "ends tomorrow, on 2024-06-02"),
        ("2024-06-15", "ends in 14 days, on 2024-06-15"),
        ("2024-06-16", None),
        ("2024-05-31", None),
        ("9998-12-31", None),
    ],
)
def test_an_exclusion_says_that_it_ends_soon(tmp_path: Path, expires: str, told: str | None) -> None:
    file = exclusions(tmp_path, {"rules": "*", "where": "name = 'alice'", "expires": expires, "owner": "ops", **WHY})
    found = gsl.evaluate(gsl.parse(RULE), USERS, exclusions=file, now="2024-06-01T23:59:59Z")
    said = [(each.level, each.file, each.line, each.message) for each in found.diagnostics if "ending" in each.code]
    page = text_of_page(found)
    if told is None:
        assert not said
        assert ">ends " not in page
        return
    [(level, where, line, message)] = said
    assert (level, where, line) == ("note", str(file), 2)
    assert message.startswith("the exclusion of ops (agreed) " + told)
    assert f">{told.partition(',')[0]}</span>" in page
    assert message in page


def text_of_page(found: gsl.Report) -> str:
    return "".join(FORMATS["html"].write(found, Settings()))


@pytest.mark.parametrize(
    ("where", "said"),
    [
        (
            "naem != 'alice'",
            "the exclusion (agreed) reads `naem`, and nothing that it was asked about has `naem` (2 looked at), so it is"
            " always missing; did you mean `name`?",
        ),
        ("not (team = 'red')", "nothing that it was asked about has `team` (2 looked at)"),
        ("not tags.team = 'red'", "`tags` is a list: it is always missing; use contain: `tags contain [...]`"),
        ("naem = 'alice'", "did you mean `name`?"),
        ("team = 'red'", None),  # it took nothing out, which is told
        ("name != 'bo' or passwordEnabled = true", None),  # users have that, though not these
        ("region != 'x' and not tags contain [key = 'a']", None),
    ],
)
def test_a_path_that_nothing_has_is_told(tmp_path: Path, where: str, said: str | None) -> None:
    file = exclusions(tmp_path, {"rules": "*", "where": where, **WHY})
    for strict in (False, True):
        found = gsl.evaluate(gsl.parse(RULE), USERS, exclusions=file, now="2024-06-01", strict=strict)
        told = [each for each in found.diagnostics if each.code == "unknown-key"]
        assert bool(told) == (said is not None)
        for each in told:
            assert said is not None
            assert said in each.message
            assert (each.file, each.line) == (str(file), 2)
            assert each.level == ("error" if strict and "did you mean" in said else "warning")


def test_what_was_idle_does_not_also_end(tmp_path: Path) -> None:
    file = exclusions(tmp_path, {"rules": "*", "where": "name = 'zoe'", "expires": "2024-06-02", **WHY})
    found = gsl.evaluate(gsl.parse(RULE), USERS, exclusions=file, now="2024-06-01", strict=True)
    assert [each.code for each in found.diagnostics] == ["unused-exclusion"]


def test_a_date_that_there_is_not_is_one_exclusion_and_not_the_file(tmp_path: Path) -> None:
    file = tmp_path / "exclusions.yaml"
    good, bad = "- {rules: '*', reason: r}", "- {rules: '*', reason: r, expires: 2025-02-30}"
    file.write_text(f"exclusions:\n{bad}\n{good}\n", "utf-8")
    taken, wrong = read_exclusions(file)
    assert [each.told.source for each in taken] == [f"{file}:3"]
    assert "2:36: error[invalid-exclusion]: `expires` must be a date such as" in str(wrong[0])


def test_the_text_says_who_excluded_what(tmp_path: Path) -> None:
    users = write_json(tmp_path / "users.json", USERS[:1])
    file = exclusions(tmp_path, {"rules": "*", "owner": "ops", "expires": "2099-01-01", **WHY})
    out = run("eval", "-e", RULE, users, "--exclusions", file, "--all").out
    assert f"  excluded, by ops, until 2099-01-01: agreed ({file}:2)\n" in out
    assert "0 failed, 0 errors, 0 passed, 1 excluded" in out
    assert "  excluded by the rule itself\n" in run("eval", "-e", f"{RULE} exclude name = 'alice'", users, "--all").out


WRONG = {"rules": "*", "reason": "r"}


@pytest.mark.parametrize(
    ("entry", "place", "told"),
    [
        ("x", "5:3", "keys and values were expected"),
        ({"reason": "r"}, "5:3", "the exclusion has no `rules`"),
        ({"rules": "*"}, "5:3", "the exclusion has no `reason`"),
        ({"rules": [], "reason": "r"}, "5:3", "`rules` must be a text or a list of texts"),
        ({"rules": "*", "reason": " "}, "6:11", "`reason` must be a text that is not empty"),
        ({**WRONG, "acounts": "1"}, "7:3", "did you mean `accounts`?"),
        ({**WRONG, "accounts": 123}, "7:13", "account numbers in quotes"),
        ({**WRONG, "accounts": [123]}, "7:3", "account numbers in quotes"),
        ({**WRONG, "expires": "soon"}, "7:12", "a date such as 2025-12-31"),
        ({**WRONG, "expires": 2025}, "7:12", "a date such as 2025-12-31"),
        ({**WRONG, "expires": "9999-12-31"}, "7:12", "a date such as 2025-12-31"),
        ({**WRONG, "where": ""}, "7:10", "`where` must be a text that is not empty"),
        ({**WRONG, "where": "a = 1 exclude b = 2"}, "7:10", "`where` must be one condition"),
        ({**WRONG, "where": "name in $Nope"}, "7:18", "--list Nope=FILE"),
        ({**WRONG, "where": "getResource('X', name) with [a = 1]"}, "7:10", "cannot look other entities up"),
        ({**WRONG, "where": "name likes 'x'"}, "7:15", "  7 |   where: name likes 'x'\n    |               ^^^^^"),
        ({**WRONG, "where": "a = 1 and\n  b toUper() = 2"}, "7:26", "did you mean `toUpper`"),
        ({**WRONG, "where": "a = '\x85' and b toUper() = 2"}, "7:10", "did you mean `toUpper`"),
    ],
)
def test_a_mistaken_exclusion_takes_nothing_out_and_the_others_do(
    tmp_path: Path, entry: Any, place: str, told: str
) -> None:
    ran, found = report(tmp_path, {"rules": "*", "where": "name = 'alice'", **WHY}, entry)
    assert names(found["excluded"]) == ["alice"]
    assert ran.code == 2
    assert told in ran.err
    assert f"{tmp_path / 'exclusions.yaml'}:{place}: error[" in ran.err
    assert found["diagnostics"][0]["level"] == "error"


@pytest.mark.parametrize(
    ("before", "written"),
    [
        ("where: ", "a = 1 and b toUper() = 2"),
        ("where: ", "a = 1\n      and   b\n      toUper() = 2"),
        ("where: '", "a = ''it'' and b toUper() = 2'"),
        ('where: "', 'a = \'\\"x\\"\' \\n and b\n      toUper() = 2"'),
        ("where: |  # why\n", "      a = 'x' and\n        b toUper() = 2\n"),
        ("where: >-\n", "      a = 1\n\n      and b toUper()\n      = 2\n"),
    ],
)
def test_a_mistake_in_a_condition_is_told_where_it_is_written(before: str, written: str) -> None:
    text = f"exclusions:\n  - rules: '*'\n    {before}{written}\n    reason: r\n"
    waivers, (error,) = exclusions_in(text, "e.yaml")
    assert waivers == ()
    assert isinstance(error, gsl.RuleError)
    (problem,) = error.problems
    assert text[problem.span.start : problem.span.end] == "toUper"
    above = text[: problem.span.start].split("\n")
    assert (problem.span.line, problem.span.column) == (len(above), len(above[-1]) + 1)


def test_all_that_is_wrong_is_told_at_once() -> None:
    text = "exclusions:\n- {rule: x, where: 5, reason: r}\n- {rules: x, reason: r}\n- y\n"
    waivers, errors = exclusions_in(text, "e.yaml")
    assert len(waivers) == 1
    assert [str(each).split(": error")[0] for each in errors] == [
        "e.yaml:2:4",
        "e.yaml:2:20",
        "e.yaml:2:4",
        "e.yaml:4:3",
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "a list under the one key `exclusions`"),
        ("exclusions: {}", "a list under the one key"),
        ("exclusions: []\nmore: 1", "a list under the one key"),
        ("exclusions: [", "invalid-yaml"),
        ("a: &a 1\nexclusions: [*a]", "alias"),
    ],
)
def test_a_file_of_no_exclusions(tmp_path: Path, content: str, told: str) -> None:
    (tmp_path / "e.yaml").write_text(content)
    ran = run("eval", "-e", RULE, write_json(tmp_path / "u.json", USERS), "--exclusions", tmp_path / "e.yaml")
    assert ran.code == 2
    assert told in ran.err
    assert "Traceback" not in ran.err


def test_a_file_without_an_end_is_refused() -> None:
    endless = Path("/dev/zero")
    if not endless.exists():
        pytest.skip("there is no such file here")
    with pytest.raises(gsl.InputError, match="more than 16 MB"):
        read_exclusions(endless)


def test_an_empty_list_is_no_mistake(tmp_path: Path) -> None:
    (tmp_path / "e.yaml").write_text("exclusions: []")
    assert read_exclusions(tmp_path / "e.yaml") == ((), [])


def test_lists_and_look_ups_can_be_excluded(tmp_path: Path) -> None:
    rule = "List<IamUser> should have items contain [name = 'nobody']"
    _, found = report(tmp_path, {"rules": "*", "where": "items contain [name = 'alice']", **WHY}, rule=rule)
    assert found["summary"]["excluded"] == 1
    _, found = report(tmp_path, {"rules": "*", "where": "items contain [name = 'zoe']", **WHY}, rule=rule)
    assert found["summary"]["failed"] == 1


def test_rules_may_be_forbidden_to_exclude(tmp_path: Path) -> None:
    users = write_json(tmp_path / "users.json", USERS[:2])
    rule = f"{RULE} exclude name = 'alice'"
    allowed = run("eval", "-e", rule, users, "--format", "json").report
    assert names(allowed["excluded"]) == ["alice"]
    assert allowed["excluded"][0]["exclusion"]["source"] == "rule"
    ran = run("eval", "-e", rule, users, "--format", "json", "--no-inline-exclusions")
    assert names(ran.report["findings"]) == ["alice", "bob"]
    assert not ran.report["excluded"]
    assert "1:46: warning[inline-exclusion]: rules may not exclude entities here" in ran.err


def test_from_python(tmp_path: Path) -> None:
    file = exclusions(tmp_path, {"rules": "*", "where": "name = 'alice'", **WHY})
    found = gsl.evaluate(RULE, USERS, exclusions=file)
    assert [each.entity_name for each in found.excluded] == ["alice"]
    with pytest.raises(gsl.InputError, match="has no `reason`"):
        gsl.evaluate(RULE, USERS, exclusions=exclusions(tmp_path, {"rules": "*"}))


def test_processes_add_up_what_exclusions_did(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gsl.engine.sources._WORTH_SPLITTING", 1)
    lines = [json.dumps(user(f"u{number}", mfaActive=number % 2 == 0, pad="x" * 200)) for number in range(20_000)]
    (tmp_path / "users.jsonl").write_text("\n".join(lines))
    file = exclusions(tmp_path, {"rules": "*", "where": "name like 'u1%'", **WHY})
    reports = [gsl.evaluate(RULE, tmp_path / "users.jsonl", exclusions=file, now=NOW, jobs=jobs) for jobs in (1, 2)]
    assert reports[0].to_dict() == reports[1].to_dict()
    assert reports[0].exclusions[0].count == len([n for n in range(1, 20_000, 2) if str(n)[0] == "1"])


@settings(derandomize=True, deadline=None, max_examples=150, database=None)
@given(st.integers(0, 2**32 - 1))
def test_an_exclusion_takes_out_what_its_condition_is_true_of_and_nothing_else(seed: int) -> None:
    generator = Generator(Random(seed), without=("getResource", "getResources"))
    statement = generator.check(listing=0)
    other = generator.check(listing=0)
    entities = [*generator.entities(statement), *generator.entities(other)]
    entities = [{**each, "type": statement.target.name, "id": f"e{n}"} for n, each in enumerate(entities)]
    condition = format_expression(other.condition)
    rule = gsl.parse(text_of(statement))
    options: dict[str, Any] = {"now": NOW, "lists": LISTS}
    about = gsl.evaluate(f"{statement.target.name} should have {condition}", entities, keep_all=True, **options)
    with tempfile.TemporaryDirectory() as folder:
        file = exclusions(Path(folder), {"rules": "*", "where": condition, **WHY})
        plain = gsl.evaluate(rule, entities, **options)
        for reasons in (True, False):
            found = gsl.evaluate(rule, entities, exclusions=file, reasons=reasons, **options)
            taken = {each.entity_id for each in about.verdicts or ()}
            left = [each for each in plain.findings if str(each.status) == "error" or each.entity_id not in taken]
            assert [each.entity_id for each in found.findings] == [each.entity_id for each in left], condition
            assert found.summary.errors == plain.summary.errors
            assert found.summary.passed == plain.summary.passed
            assert found.summary.failed + found.summary.excluded == plain.summary.failed + plain.summary.excluded
