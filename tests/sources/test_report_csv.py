"""Credential reports as entity files."""

from __future__ import annotations

import base64
import gzip
import json
import os
import sys
from pathlib import Path

import pytest

from gsl.collectors import credential_report
from gsl.collectors.sources import report_csv
from gsl.inventory import window
from tests.sources.reading import read, read_json, untold, written
from tests.sources.reports import ACCOUNT, COLUMNS, report, root, row
from tests.support import gsl, user, write_json

RULE = "D9.AWS.IAM.79"
NOW = ("--now", "2024-06-01")


def test_a_user_is_what_the_collector_makes_of_the_row() -> None:
    found = read(report(root(), row()), "r.csv")
    assert not found.errors
    ann = found.one(name="ann")
    cells = dict(zip(COLUMNS, row().split(","), strict=True))
    made = credential_report.fields(cells, None)
    assert {key: ann[key] for key in made} == made
    assert ann["accountNumber"] == ACCOUNT
    assert (ann["type"], ann["region"], ann["source"], ann["collectedAt"]) == (
        "IamUser",
        None,
        "credential-report",
        None,
    )
    assert ann["firstAccessKey"]["lastRotated"] == "2024-05-15T08:00:30Z"
    assert ann["passwordLastUsed"] == "0001-01-01T00:00:00Z"
    top = found.one(name="<root_account>")
    assert top["id"] == top["arn"] == f"arn:aws:iam::{ACCOUNT}:root"
    assert top["passwordEnabled"] is None


def test_what_a_report_does_not_say_is_not_collected() -> None:
    found = read(report(root(), row()), "r.csv")
    others = {"path", "tags", "managedPolicies", "inlinePolicies", "attachedGroups", "permissionsBoundary"}
    others |= {"combinedPolicies", "virtualMfaEnabled", "mfaType", "credentialReportGeneratedTime"}
    assert untold(found.one(name="<root_account>")) == others
    assert untold(found.one(name="ann")) == {"id", *others}
    errors = {each["path"]: each for each in found.one(name="ann")["_errors"]}
    assert "aws iam list-virtual-mfa-devices" in errors["mfaType"]["message"]
    assert errors["mfaType"]["operation"] == "iam:ListVirtualMFADevices"


@pytest.mark.parametrize("name", ["r.csv", "<stdin>", "r.json", "whatever"])
def test_a_report_is_known_by_its_first_line(name: str) -> None:
    assert read(report(row()), name).one(name="ann")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (report(row(), row("bob"), end="\r\n") + "\r\n", "ann"),
        ("\ufeff" + report(row()), "ann"),
        ("\n\n" + report(row()), "ann"),
        (report(row('"a,b"', arn=f'"arn:aws:iam::{ACCOUNT}:user/a,b"')), "a,b"),
        (report(row("a,b")), "a,b"),
        (report(row("a\u2028b")), "a\u2028b"),
        (report(row(new="x", columns=(*COLUMNS, "new")), columns=(*COLUMNS, "new")), "ann"),
    ],
)
def test_forms_of_a_report(text: str, name: str) -> None:
    found = read(text, "r.csv")
    assert not found.errors
    entity = found.one(name=name)
    assert entity["arn"].endswith(f":user/{name}")
    assert entity["passwordEnabled"] is True
    assert entity["accountNumber"] == ACCOUNT


@pytest.mark.parametrize("date", ["2024-05-15T08:00:00+00:00", "2024-05-15T08:00:00Z"])
def test_both_forms_of_dates(date: str) -> None:
    assert read(report(row(user_creation_time=date))).one()["createDate"] == "2024-05-15T08:00:00Z"


def test_a_column_that_is_not_there_is_not_collected() -> None:
    columns = tuple(name for name in COLUMNS if name not in ("mfa_active", "access_key_2_active"))
    ann = read(report(row(columns=columns), columns=columns), "r.csv").one()
    assert {"mfaActive", "secondAccessKey.isActive"} <= untold(ann)
    assert "secondAccessKey.lastRotated" not in untold(ann)
    assert ann["mfaActive"] is None
    assert ann["secondAccessKey"]["isActive"] is None


@pytest.mark.parametrize("cut", ["", ",", ",fal", ",2024-05-1", "N/A,N/"])
def test_the_last_row_may_be_cut_off(cut: str) -> None:
    rest = row("bob").split(",")
    last = ",".join(rest[:-1]) + ",N/" if cut == "N/A,N/" else ",".join(rest[:6]) + cut
    found = read(report(row(), last), "r.csv")
    assert [each["name"] for each in found.entities] == ["ann"]
    assert [(each.code, each.line) for each in found.errors] == [("truncated-csv", 3)]


def test_every_cut_gives_an_error_or_whole_users() -> None:
    text = report(row(), row("bob"))
    whole = {each["name"]: each for each in read(text, "r.csv").entities}
    for end in range(len(",".join(COLUMNS)) + 2, len(text)):
        found = read(text[:end], "r.csv")
        assert all(whole[each["name"]] == each for each in found.entities)
        assert found.errors or len(found.entities) == text[:end].rstrip().count("\n")


def test_a_short_row_costs_only_itself() -> None:
    found = read(report("x,y", row(), "bob,no-arn" + ",N/A" * (len(COLUMNS) - 2), row("cy")), "r.csv")
    assert [each["name"] for each in found.entities] == ["ann", "cy"]
    assert [(each.code, each.line) for each in found.errors] == [("truncated-csv", 2), ("invalid-csv", 4)]


def test_a_quote_that_does_not_end() -> None:
    found = read(report(row(), row('"bob'), row("cy")), "r.csv")
    assert [each["name"] for each in found.entities] == ["ann"]
    assert [each.code for each in found.errors] == ["invalid-csv"]


def test_another_csv_is_said_to_be_none() -> None:
    found = read("name,size\na,1\n", "r.csv")
    assert [(each.code, each.line) for each in found.errors] == [("not-a-credential-report", 1)]
    assert "`user` and `arn`" in found.errors[0].message


def test_an_empty_csv_is_an_empty_file() -> None:
    assert [each.code for each in read("", "r.csv").errors] == ["empty-file"]


def test_json_named_csv_is_json() -> None:
    assert read('[{"type": "X", "id": "1"}]', "x.csv").one(id="1")


def test_the_reply_of_the_call_knows_when(tmp_path: Path) -> None:
    content = base64.b64encode(report(root(), row()).encode()).decode()
    reply = {"Content": content, "ReportFormat": "text/csv", "GeneratedTime": "2024-05-31T10:00:00+00:00"}
    found = read_json(reply)
    ann = found.one(name="ann")
    assert ann["credentialReportGeneratedTime"] == "2024-05-31T10:00:00Z"
    assert ann["accountNumber"] == ACCOUNT
    assert "mfaActive" not in untold(ann)
    assert "tags" in untold(ann)
    assert found.one(name="<root_account>")["createDate"] == "2024-05-15T08:00:00Z"


def test_the_command_takes_files_folders_and_pipes(tmp_path: Path) -> None:
    text = report(root(), row())
    file = written(tmp_path / "credential_report.csv", text)
    packed = written(tmp_path / "packed.csv.gz", gzip.compress(text.encode()))
    for ran in (
        gsl("eval", RULE, file, "--format", "json"),
        gsl("eval", RULE, packed, "--format", "json"),
        gsl("eval", RULE, "-", "--format", "json", stdin=text),
    ):
        assert ran.code == 1, ran.err
        assert ran.report["findings"][0]["entityName"] == "ann"


def test_a_folder_with_reports_and_other_files(tmp_path: Path) -> None:
    written(tmp_path / "a.csv", report(row()))
    written(tmp_path / "b.csv", "name,size\nuser,1\n")
    write_json(tmp_path / "c.json", [user("zoe", passwordEnabled=True)])
    for jobs in ("1", "2"):
        ran = gsl(
            "eval", "-e", "IamUser should have passwordEnabled = false", tmp_path, "--format", "json", "--jobs", jobs
        )
        assert ran.code == 1, ran.err
        assert [each["entityName"] for each in ran.report["findings"]] == ["ann", "zoe"]
    nothing = tmp_path / "other"
    nothing.mkdir()
    written(nothing / "b.csv", "name,size\na,1\n")
    assert "no credential report" in gsl("eval", RULE, nothing).err


def test_errors_name_the_row(tmp_path: Path) -> None:
    file = written(tmp_path / "r.csv", report(row(), "x,y", row("bob")))
    ran = gsl("eval", RULE, file)
    assert ran.code == 2
    assert "r.csv:3" in ran.err
    assert "truncated-csv" in ran.err


def test_several_processes_give_the_same(tmp_path: Path) -> None:
    lines = [json.dumps(user(f"u{n}", passwordEnabled=n % 2 == 0, note="x" * 500)) for n in range(32_000)]
    written(tmp_path / "a.jsonl", "\n".join(lines))
    written(tmp_path / "b.csv", report(*[row(f"r{n}") for n in range(3_000)]))
    rule = "IamUser should have passwordEnabled = false or name like 'r1%'"
    one, two = [gsl("eval", "-e", rule, tmp_path, "--format", "json", "--jobs", jobs, *NOW) for jobs in ("1", "2")]
    assert one.out == two.out
    assert one.code == two.code == 1
    assert one.report["summary"]["entities"] == 35_000


def test_twenty_thousand_users_in_constant_memory(tmp_path: Path) -> None:
    few = written(tmp_path / "few.csv", report(*[row(f"u{n}") for n in range(2_000)]))
    many = written(tmp_path / "many.csv", report(*[row(f"u{n}") for n in range(20_000)]))
    peaks = [_peak("eval", "-e", "IamUser should have createDate", file) for file in (few, many)]
    assert peaks[1] - peaks[0] < 8 << 10


def _peak(*arguments: str | Path) -> int:
    """The most memory of a run, in KiB."""
    pid = os.posix_spawn(
        sys.executable,
        [sys.executable, "-m", "gsl", *map(str, arguments)],
        os.environ,
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)],
    )
    _, status, usage = os.wait4(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    return usage.ru_maxrss


def test_rows_over_the_ends_of_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    text = report(*[row(f"u{n}") for n in range(40)])
    whole = read(text, "r.csv").entities
    for size in (7, 64, 1000):
        monkeypatch.setattr(window, "CHUNK", size)
        assert read(text, "r.csv").entities == whole


def test_all_paths_of_the_report_have_a_column() -> None:
    made = credential_report.fields({}, None)
    paths = {f"{key}.{member}" for key, value in made.items() if isinstance(value, dict) for member in value}
    paths |= {key for key, value in made.items() if not isinstance(value, dict)}
    assert set(report_csv.COLUMNS) == paths - {"credentialReportGeneratedTime"}
