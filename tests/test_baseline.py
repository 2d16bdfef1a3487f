"""Baselines and differences, as the command line has them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.support import gsl, user, write_json

RULE = "IamUser where enabled != false should have keys > 5 exclude name = 'root'"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A baseline in which alice, bob, carol, dan, eve and root failed, and fred could not be decided."""
    names = ("alice", "bob", "carol", "dan", "eve")
    users = [user(name, keys=1) for name in names]
    users.append(user("fred", _errors=[{"path": "keys", "operation": "Get", "code": "Denied", "message": "no"}]))
    write_json(tmp_path / "users.json", [*users, user("gina", keys=9)])
    gsl("eval", "-e", RULE, tmp_path / "users.json", "--write-baseline", tmp_path / "last.json", "-q")
    later = [
        user("alice", keys=1),
        user("bob", keys=2),
        user("carol", keys=7),
        user("dan", keys=1, enabled=False),
        user("fred", keys=1),
        user("gina", keys=9),
        user("hugo", keys=1),
    ]
    write_json(tmp_path / "later.json", later)
    return tmp_path


EXPECTED = {
    "alice": "unchanged",
    "bob": "changed",
    "carol": "fixed",
    "dan": "not-evaluated",
    "eve": "not-evaluated",
    "fred": "new",
    "hugo": "new",
}


def changes(report: dict[str, Any]) -> dict[str, str]:
    return {each["entityName"]: each["change"] for each in (*report["findings"], *report["gone"])}


@pytest.mark.parametrize("options", [(), ("--all",), ("--no-reasons",), ("--jobs", "2")])
def test_a_run_next_to_a_baseline(folder: Path, options: tuple[str, ...]) -> None:
    ran = gsl("eval", "-e", RULE, "later.json", "--baseline", "last.json", "--format", "json", *options, folder=folder)
    expected = {**EXPECTED, "alice": "changed"} if "--no-reasons" in options else EXPECTED
    assert changes(ran.report) == expected
    assert ran.report["comparison"]["counts"]["fixed"] == 1
    assert ran.code == 1


def test_a_stream_cannot_be_looked_at_twice_and_nothing_is_called_fixed(folder: Path) -> None:
    text = (folder / "later.json").read_text()
    ran = gsl("eval", "-e", RULE, "-", "--baseline", "last.json", "--format", "json", stdin=text, folder=folder)
    assert changes(ran.report) == {**EXPECTED, "carol": "unknown", "dan": "unknown", "eve": "unknown"}
    said = gsl("eval", "-e", RULE, "-", "--baseline", "last.json", stdin=text, folder=folder).out
    assert "3 not known to be fixed.\nA report without --all does not say what passed" in said


def test_rules_on_lists_are_looked_at_again(folder: Path) -> None:
    rule = "List<IamUser> should have items contain [keys > 10]"
    gsl("eval", "-e", rule, "users.json", "--write-baseline", "lists.json", folder=folder)
    write_json(folder / "later.json", [user("alice", keys=11)])
    ran = gsl("eval", "-e", rule, "later.json", "--baseline", "lists.json", "--format", "json", folder=folder)
    assert ran.report["comparison"]["counts"]["fixed"] == 1


def test_a_list_that_nobody_filled_is_not_fixed(folder: Path) -> None:
    rule = "List<IamUser> should not have items contain [keys < 10]"
    gsl("eval", "-e", rule, "users.json", "--write-baseline", "lists.json", folder=folder)
    write_json(folder / "later.json", [{**user("alice"), "type": "IamRole"}])
    ran = gsl("eval", "-e", rule, "later.json", "--baseline", "lists.json", "--format", "json", folder=folder)
    assert ran.report["comparison"]["counts"] | {"not-evaluated": 1, "fixed": 0} == ran.report["comparison"]["counts"]


def test_standard_input_is_read_once(folder: Path) -> None:
    for arguments in (("diff", "-", "-"), ("eval", "-e", RULE, "-", "--baseline", "-")):
        ran = gsl(*arguments, stdin="[]", folder=folder)
        assert ran.code == 2
        assert "standard input (-) can be read only once" in ran.err


def test_only_what_is_new_may_fail(folder: Path) -> None:
    base = ("--baseline", "last.json", "--fail-on-new", "-q")
    assert gsl("eval", "-e", RULE, "later.json", *base, folder=folder).code == 1
    write_json(folder / "same.json", [user("alice", keys=1), user("bob", keys=3)])
    assert gsl("eval", "-e", RULE, "same.json", *base, folder=folder).code == 0
    assert gsl("eval", "-e", RULE, "same.json", "-q", folder=folder).code == 1
    lost = [user("alice", _errors=[{"path": "keys", "operation": "Get", "code": "Denied", "message": "no"}])]
    write_json(folder / "lost.json", lost)
    assert gsl("eval", "-e", RULE, "lost.json", *base, folder=folder).code == 2


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--fail-on-new",), "--fail-on-new needs --baseline"),
        (("--format", "diff"), "a report as diff needs --baseline"),
        (("-o", "new.diff"), "a report as diff needs --baseline"),
        (("--report", "diff=new.txt"), "a report as diff needs --baseline"),
        (("-o", "now.json.gz"), "there is no report as .gz: write it plain (-o report.json) and compress it then"),
        (("--baseline", "nowhere.json"), "nowhere.json: error[unreadable-file]"),
        (("--baseline", "users.json"), "users.json: error[not-a-report]"),
    ],
)
def test_a_baseline_that_is_none(folder: Path, options: tuple[str, ...], told: str) -> None:
    ran = gsl("eval", "-e", RULE, "users.json", *options, folder=folder)
    assert ran.code == 2
    assert told in ran.err
    assert not ran.out


def test_a_baseline_is_brought_up_to_date_in_place(folder: Path) -> None:
    base = ("--baseline", "last.json", "--write-baseline", "last.json", "-q")
    gsl("eval", "-e", RULE, "later.json", *base, folder=folder)
    ran = gsl("eval", "-e", RULE, "later.json", "--baseline", "last.json", "--format", "json", folder=folder)
    assert set(changes(ran.report).values()) == {"unchanged"}


def test_two_reports_side_by_side(folder: Path) -> None:
    for name in ("now.json", "now.jsonl"):
        gsl("eval", "-e", RULE, "later.json", "--all", "-o", name, folder=folder)
        ran = gsl("diff", "last.json", name, folder=folder)
        assert ran.code == 0
        heads = [line.split("  ")[0] for line in ran.out.splitlines() if line[:1].isupper()]
        assert heads[:-1] == ["NEW", "NEW", "CHANGED", "FIXED", "NOT EVALUATED ANY MORE", "NOT EVALUATED ANY MORE"]
        assert "    keys > 5\n      keys: 2\n    before\n      keys > 5\n        keys: 1\n" in ran.out
        assert re.search(r"\nSince [0-9-]{10}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z: 2 new, ", ran.out), "no parts of a second"
        assert ran.out.endswith(": 2 new, 1 changed, 1 unchanged, 1 fixed, 2 not evaluated any more.\n")
    assert gsl("diff", "last.json", "now.json", "--fail-on-new", "-q", folder=folder).code == 1
    assert gsl("diff", "now.json", "now.json", "--fail-on-new", "-q", folder=folder).out == ""
    assert gsl("diff", "last.json", "users.json", folder=folder).code == 2
    as_json = gsl("diff", "last.json", "now.json", "--format", "json", folder=folder)
    assert changes(json.loads(as_json.out)) == EXPECTED


def test_without_all_the_difference_says_what_it_cannot_know(folder: Path) -> None:
    gsl("eval", "-e", RULE, "later.json", "-o", "now.json", folder=folder)
    out = gsl("diff", "last.json", "now.json", folder=folder).out
    assert "NOT KNOWN TO BE FIXED" in out
    assert "0 fixed" in out
    assert "evaluate with --all, or with --baseline" in out
