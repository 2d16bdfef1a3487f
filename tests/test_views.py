"""The text report in groups and as numbers alone: what is shown, and that nothing gets lost."""

from __future__ import annotations

import json
from collections import Counter
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner

import gsl as library
from gsl.cli.group import cli
from gsl.cli.outputs import GROUPED
from gsl.results import grouping
from gsl.results.grouping import GROUPS, Groups
from gsl.results.model import ReadValue, Reason, Result
from gsl.results.records import by_status, text_order
from gsl.results.spool import SpoolError
from tests.support import user, write_json

RULES = (
    "---\nid: mfa\nseverity: high\ntitle: MFA\n---\nIamUser should have mfaActive = true\n",
    "---\nid: old\nseverity: low\n---\nIamUser should have age < 90\n",
)


def results(count: int) -> list[Result]:
    random = Random(7)
    statuses = (library.Status.FAILED, library.Status.ERROR, library.Status.EXCLUDED, library.Status.PASSED)
    return [
        Result(
            f"rule{random.randrange(4)}",
            random.choice((None, "low", "critical")),
            random.choice(statuses),
            random.choice("AB"),
            f"id{random.randrange(9)}",
            random.choice(("", "n\ud800", "b")),
            random.choice(("", "1", "2")),
            random.choice(("", "eu")),
            (Reason("x = 1", 1, number, (ReadValue("x", "y" * random.randrange(99)),)),),
        )
        for number in range(count)
    ]


@pytest.mark.parametrize("by", GROUPS)
@pytest.mark.parametrize("memory", [1 << 23, 9_000])
def test_groups_are_those_of_a_plain_sort(by: str, memory: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouping, "MEMORY", memory)
    monkeypatch.setattr(grouping, "_COUNTS", 3)
    monkeypatch.setattr(grouping, "_ENTRIES", 5)
    given = results(700)
    key = GROUPS[by]
    ordered = sorted(given, key=lambda each: (key(each), text_order(each)))
    expected = [(each, list(found)) for each, found in groupby(ordered, key)]
    groups = Groups(given, by)
    found = [(each, counts, list(some)) for each, counts, some in groups]
    assert [(each, some) for each, _, some in found] == expected
    assert bool(groups._runs) is (memory == 9_000)
    assert [(each, counts) for each, counts, _ in found] == list(groups.counts())
    for _, counts, some in found:
        expected_counts = Counter([(each.status, each.severity) for each in some])
        told = {(status, severity): count for status, by in by_status(counts) for severity, count in by.items()}
        assert told == expected_counts


def test_a_group_may_be_left_half_read() -> None:
    assert [next(found).rule_id for _, _, found in Groups(results(300), "rule")]


def test_no_room_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(grouping, "MEMORY", 1000)
    monkeypatch.setattr("tempfile.TemporaryFile", full)
    with pytest.raises(SpoolError, match="No space left"):
        Groups(results(50), "rule")


def test_the_command_knows_all_groups() -> None:
    assert set(GROUPED) == set(GROUPS)


# --- at the command


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules").mkdir()
    for number, text in enumerate(RULES):
        (tmp_path / "rules" / f"{number}.gsl").write_text(text, "utf-8")
    other = {**user("dan", mfaActive=False, age=1), "accountNumber": "", "region": "eu_west_1"}
    lost = user("eve", mfaActive=True, _errors=[{"path": "age", "operation": "o", "code": "c", "message": "m"}])
    write_json(tmp_path / "users.json", [user("bob", mfaActive=False, age=99), other, lost])
    return tmp_path


def called(*arguments: str) -> tuple[int, str]:
    ran = CliRunner().invoke(cli, arguments, prog_name="gsl", standalone_mode=False)
    if ran.exception is not None:
        return 2, str(getattr(ran.exception, "message", ran.exception))
    return ran.return_value or 0, ran.stdout


def test_numbers_alone(here: Path) -> None:
    whole, short = called("eval", "rules", "users.json"), called("eval", "rules", "users.json", "--summary-only")
    assert whole[0] == short[0] == 2  # a verdict could not be decided
    lines = whole[1].splitlines(keepends=True)
    first = next(number for number, line in enumerate(lines) if line.startswith("FAILED"))
    assert short[1] == "".join([*lines[:first], lines[-1]])
    assert "1 error" in short[1]


def test_numbers_of_groups(here: Path) -> None:
    code, text = called("eval", "rules", "users.json", "--summary-only", "--group-by", "account")
    assert code == 2
    assert (
        text.split("\n\n")[1]
        == "no account: 1 failed (1 high)\naccount 111122223333: 2 failed (1 high, 1 low), 1 error"
    )


def test_findings_in_groups_and_of_a_saved_report(here: Path) -> None:
    code, text = called("eval", "rules", "users.json", "--group-by", "rule", "-q", "--report", "json=all.json")
    assert code == 2
    heads = [line for line in text.splitlines() if line and not line.startswith(" ")]
    assert heads == [
        "rule mfa  MFA: 2 failed",
        "FAILED  high  mfa  MFA",
        "FAILED  high  mfa  MFA",
        "rule old: 1 failed, 1 error",
        "FAILED  low  old",
        "ERROR  low  old",
    ]
    assert called("report", "all.json", "--group-by", "rule", "-q") == (0, text)
    everything = called("report", "all.json", "--group-by", "severity", "--summary-only")[1]
    assert "severity high: 2 failed\nseverity low: 1 failed, 1 error\n" in everything


def test_passed_ones_are_counted_where_they_are_wanted(here: Path) -> None:
    text = called("eval", "rules", "users.json", "--summary-only", "--group-by", "type", "--all")[1]
    assert "type IamUser: 3 failed (2 high, 1 low), 1 error, 2 passed\n" in text


def test_markdown_and_files_beside(here: Path) -> None:
    text = called("eval", "rules", "users.json", "--summary-only", "--format", "markdown", "--report", "json=a.json")[1]
    assert "| high | mfa | MFA |" in text
    assert "### Findings" not in text
    saved = json.loads((here / "a.json").read_text("utf-8"))
    assert len(saved["findings"]) == 4
    assert all(each["reasons"] for each in saved["findings"])


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--summary-only", "-q"], "give only one of them"),
        (["--summary-only", "--format", "json"], "--summary-only is for the formats text and markdown; json holds all"),
        (["--group-by", "rule", "-o", "a.md"], "--group-by is for the format text; markdown holds all"),
        (["--group-by", "name"], "'name' is not one of 'rule'"),
        (["--group-by", "acount"], "'account', 'region'; did you mean `account`?"),
        (["-o", "-"], "-: leave -o out to write to standard output"),
        (["-o", "a.pdf"], "there is no report as .pdf: write HTML (-o report.html) and print it"),
        (["-o", "out/a.json"], "out/a.json: cannot be written: there is no folder out; make it first"),
    ],
)
def test_what_cannot_be_shown_is_refused(here: Path, flags: list[str], said: str) -> None:
    code, text = called("eval", "rules", "users.json", *flags)
    assert code == 2
    assert said in text


def test_a_variable_speaks_of_the_text_alone(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GSL_SUMMARY_ONLY", "1")
    assert "FAILED  high" not in called("eval", "rules", "users.json")[1]
    assert len(json.loads(called("eval", "rules", "users.json", "--format", "json")[1])["findings"]) == 4


def test_frameworks_have_no_such_view(here: Path) -> None:
    called("eval", "rules", "users.json", "-o", "all.json")
    code, text = called("report", "all.json", "--framework", "AWS CIS Foundations v2.0.0", "--group-by", "rule")
    assert code == 2
    assert "--framework tells of controls, --group-by of findings" in text
