"""The command line as a user drives it: a real process, real files, exit codes and streams."""

from __future__ import annotations

import gzip
import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.support import ACCOUNT, gsl, user, write_json

MFA = "IamUser should have mfaActive = true"
RULE_79 = "D9.AWS.IAM.79"


@pytest.fixture
def users(tmp_path: Path) -> Path:
    return write_json(tmp_path / "users.json", [user("ann", mfaActive=True), user("bob", mfaActive=False)])


def test_text_report_says_what_failed_and_why(users: Path) -> None:
    ran = gsl("eval", "-e", MFA, users)
    assert ran.code == 1
    assert "FAILED" in ran.out
    assert "bob (id-bob)" in ran.out
    assert "mfaActive: false" in ran.out
    assert "1 rule, 2 entities: 1 failed, 0 errors, 1 passed" in ran.out
    assert ran.err == ""


def test_quiet_prints_findings_only(users: Path) -> None:
    ran = gsl("eval", "-e", MFA, "-e", "Nothing should have x", users, "--quiet")
    assert "FAILED" in ran.out
    assert "SEVERITY" not in ran.out
    assert "entities:" not in ran.out
    assert ran.err == ""


def test_bundled_rule_by_id_over_several_inputs(tmp_path: Path) -> None:
    first = write_json(
        tmp_path / "a.json",
        {
            "IamUser": [
                {
                    "id": "u1",
                    "passwordEnabled": "true",
                    "createDate": 1709625600,
                    "firstAccessKey": {"lastRotated": 1709625612},
                }
            ]
        },
    )
    second = tmp_path / "b.jsonl"
    second.write_text(json.dumps(user("late", passwordEnabled=False)) + "\n")
    ran = gsl("eval", RULE_79, first, second, "--format", "json")
    assert ran.code == 1
    report = ran.report
    assert report["summary"] == {
        "rules": 1,
        "entities": 2,
        "passed": 0,
        "failed": 1,
        "excluded": 0,
        "errors": 0,
        "notRelevant": 1,
        "passedOnMissing": 0,
    }
    (finding,) = report["findings"]
    assert finding["ruleId"] == RULE_79
    assert finding["severity"] == "low"
    assert finding["reasons"][0]["result"] == 12
    assert [each["path"] for each in finding["reasons"][0]["values"]] == ["createDate", "firstAccessKey.lastRotated"]


def test_folder_of_rules_and_a_folder_of_inputs(tmp_path: Path) -> None:
    rules = tmp_path / "rules" / "deep"
    rules.mkdir(parents=True)
    (rules / "A.1.gsl").write_text("---\nseverity: high\n---\n" + MFA)
    (rules / "A.2.gsl").write_text("IamUser should have name")
    inputs = tmp_path / "inputs"
    inputs.mkdir()
    write_json(inputs / "one.json", [user("ann", mfaActive=False)])
    (inputs / "two.jsonl.gz").write_bytes(gzip.compress(json.dumps(user("bob", mfaActive=False)).encode()))
    ran = gsl("eval", tmp_path / "rules", inputs, "--format", "json")
    assert [rule["id"] for rule in ran.report["rules"]] == ["A.1", "A.2"]
    assert ran.report["summary"]["failed"] == 2
    assert ran.report["summary"]["passed"] == 2


def test_standard_input_is_read_for_a_dash() -> None:
    ran = gsl("eval", "-e", MFA, "-", stdin=json.dumps([user("ann", mfaActive=False)]))
    assert ran.code == 1
    assert "ann" in ran.out


@pytest.mark.parametrize(
    ("severity", "fail_on", "code"),
    [("low", None, 1), ("low", "medium", 0), ("medium", "medium", 1), ("critical", "high", 1), (None, "critical", 1)],
)
def test_fail_on_sets_the_exit_code(
    tmp_path: Path, users: Path, severity: str | None, fail_on: str | None, code: int
) -> None:
    rule = tmp_path / "r.gsl"
    rule.write_text((f"---\nseverity: {severity}\n---\n" if severity else "") + MFA)
    options = ["--fail-on", fail_on] if fail_on else []
    for form in ("text", "json", "jsonl"):
        assert gsl("eval", rule, users, "--format", form, *options).code == code


def test_severity_leaves_milder_rules_out(tmp_path: Path, users: Path) -> None:
    for severity in ("low", "high"):
        (tmp_path / f"{severity}.gsl").write_text(f"---\nseverity: {severity}\n---\n{MFA}")
    (tmp_path / "none.gsl").write_text(MFA)
    report = gsl("eval", tmp_path, users, "--severity", "medium", "--format", "json").report
    assert [rule["id"] for rule in report["rules"]] == ["high", "none"]


def test_an_error_verdict_exits_with_two(tmp_path: Path) -> None:
    entity = user(
        "ann", _errors=[{"path": "mfaActive", "operation": "iam:Get", "code": "AccessDenied", "message": "no"}]
    )
    ran = gsl("eval", "-e", MFA, write_json(tmp_path / "u.json", [entity]))
    assert ran.code == 2
    assert "not collected (iam:Get AccessDenied)" in ran.out


def test_excluded_is_no_failure(users: Path) -> None:
    assert gsl("eval", "-e", MFA + " exclude name = 'bob'", users).code == 0


def test_a_query_selects_and_never_fails(users: Path) -> None:
    ran = gsl("eval", "-e", "IamUser where mfaActive = false", users, "--format", "json")
    assert ran.code == 0
    assert [each["entityName"] for each in ran.report["selected"]] == ["bob"]
    assert ran.report["rules"][0]["status"] == "query"


def test_statuses_of_rules(users: Path, tmp_path: Path) -> None:
    rules = {
        "broken": "IamUser should hve (",
        "failed": MFA,
        "none": "IamUser where name = 'zoe' should have x",
        "passed": "IamUser should have name",
        "placeholder": "true",
    }
    for name, text in rules.items():
        (tmp_path / f"{name}.gsl").write_text(text)
    ran = gsl("eval", tmp_path, users, "--format", "json")
    statuses = {rule["id"]: rule["status"] for rule in ran.report["rules"]}
    assert ran.code == 2
    assert statuses == {
        "broken": "error",
        "failed": "failed",
        "none": "not-applicable",
        "passed": "passed",
        "placeholder": "placeholder",
    }


def test_all_adds_passes(users: Path) -> None:
    assert "verdicts" not in gsl("eval", "-e", MFA, users, "--format", "json").report
    report = gsl("eval", "-e", MFA, users, "--format", "json", "--all").report
    assert [each["status"] for each in report["verdicts"]] == ["passed"]
    assert "PASSED" in gsl("eval", "-e", MFA, users, "--all").out


def test_json_lines_are_records(users: Path) -> None:
    lines = [json.loads(line) for line in gsl("eval", "-e", MFA, users, "--format", "jsonl").out.splitlines()]
    assert [line["record"] for line in lines] == ["finding", "rule", "run"]
    assert lines[-1]["summary"]["failed"] == 1


def test_the_report_follows_its_schema(users: Path, tmp_path: Path) -> None:
    schema = json.loads((Path(__file__).parents[1] / "docs" / "report.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    gap = {"type": "Disk", "accountNumber": ACCOUNT, "region": "eu-west-1", "_errors": [{"path": "", "code": "Denied"}]}
    inputs = write_json(tmp_path / "more.json", [gap, 5, {"type": "Disk", "x": [1]}])
    texts = [
        MFA,
        "Disk should not have x contain [1]",
        "IamUser where name",
        "true",
        "T should",
        "List<Disk> should have items",
    ]
    options = [option for text in texts for option in ("-e", text)]
    for extra in ([], ["--all"], ["--strict"]):
        ran = gsl("eval", *options, users, inputs, "--format", "json", *extra)
        Draft202012Validator(schema).validate(ran.report)
        assert ran.code == 2


def test_strict_makes_an_error_of_a_misspelt_property(users: Path) -> None:
    text = "IamUser should not have mfaActiv = false"
    warned, refused = gsl("eval", "-e", text, users), gsl("eval", "-e", text, users, "--strict")
    assert (warned.code, refused.code) == (0, 2)
    assert "warning[unknown-key]" in warned.err
    assert "did you mean `mfaActive`?" in warned.err
    assert "error[unknown-key]" in refused.err


def test_nothing_to_look_at_is_said(users: Path, tmp_path: Path) -> None:
    ran = gsl("eval", "-e", "IamUsr should have x", users)
    assert ran.code == 0
    assert "no-entities-of-type" in ran.err
    assert "did you mean `IamUser`?" in ran.err
    assert "1 rule looked at nothing" in ran.out
    assert gsl("eval", "-e", "IamUsr should have x", users, "--strict").code == 2
    empty = tmp_path / "none"
    empty.mkdir()
    said = gsl("eval", empty, users).err
    assert f"{empty}: warning[no-rules]: the folder holds no rule file (.gsl) and no ruleset" in said
    for command in (("check", empty), ("export", empty), ("coverage", empty, users), ("explain", empty, users)):
        ran = gsl(*command)
        assert (ran.code, ran.err) == (2, f"error: there is no rule in {empty}\n")
    assert gsl("eval", empty, users, "--strict").code == 2
    assert "no-entities" in gsl("eval", "-e", MFA, write_json(tmp_path / "no.json", [])).err


def test_a_file_that_is_named_twice_is_read_once(users: Path, tmp_path: Path) -> None:
    once = gsl("eval", "-e", MFA, users, "--format", "json").report
    (tmp_path / "link.json").symlink_to(users)
    for inputs in ((users, users), (users, users.parent), (tmp_path / "link.json", users)):
        ran = gsl("eval", "-e", MFA, *inputs, "--format", "json")
        assert ran.report["summary"] == once["summary"]
        assert [each["code"] for each in ran.report["diagnostics"]] == ["named-twice"] * (1 + (users.parent in inputs))
        assert "warning[named-twice]: this file is named more than once" in ran.err
    assert gsl("eval", "-e", MFA, users, users, tmp_path / "none.json", "--format", "json").code == 2


def test_output_goes_to_a_file_whole_or_not_at_all(users: Path, tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    target.write_text("old")
    ran = gsl("eval", "-e", MFA, users, "--format", "json", "-o", target)
    assert ran.out == ""
    assert json.loads(target.read_text())["summary"]["failed"] == 1
    assert gsl("eval", "-e", MFA, users, "-o", tmp_path / "nowhere" / "x").code == 2
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith(".")] == []


def test_named_lists_from_files(tmp_path: Path) -> None:
    entities = write_json(
        tmp_path / "g.json", [{"type": "Group", "id": "a", "port": 22}, {"type": "Group", "id": "b", "port": 80}]
    )
    (tmp_path / "lines.txt").write_text("22\n3389\n")
    write_json(tmp_path / "array.json", [22, 3389])
    for file in ("lines.txt", "array.json"):
        ran = gsl(
            "eval",
            "-e",
            "Group should not have port in $Ports",
            entities,
            "--list",
            f"Ports={tmp_path / file}",
            "--format",
            "json",
        )
        assert [each["entityId"] for each in ran.report["findings"]] == ["a"]
    absent = gsl("eval", "-e", "Group should not have port in $Ports", entities)
    assert absent.code == 2
    assert "unknown-list" in absent.err


def test_case_sensitive(users: Path) -> None:
    assert gsl("eval", "-e", "IamUser should have name in ('ANN', 'Bob')", users).code == 0
    assert gsl("eval", "-e", "IamUser should have name in ('ANN', 'Bob')", users, "--case-sensitive").code == 1


def test_now_is_the_instant_dates_count_from(tmp_path: Path) -> None:
    entities = write_json(tmp_path / "u.json", [user("ann", seen="2024-05-01")])
    rule = "IamUser should have seen after(-30, 'days')"
    assert gsl("eval", "-e", rule, entities, "--now", "2024-05-15").code == 0
    assert gsl("eval", "-e", rule, entities, "--now", "2024-07-15T00:00:00Z").code == 1
    assert gsl("eval", "-e", rule, entities, "--now", "soon").code == 2


def test_an_exported_ruleset_runs_without_its_broken_rule(tmp_path: Path, users: Path) -> None:
    rules = [
        {"name": "D9.AWS.IAM.500 - users have MFA", "severity": "High", "logic": MFA},
        {"name": "broken one", "severity": "Low", "logic": "IamUser should have (mfaActive"},
        {"name": "same", "logic": "IamUser should have name"},
        {"name": "same", "logic": "IamUser should have arn"},
    ]
    export = write_json(tmp_path / "ruleset.json", {"name": "mine", "rules": rules})
    ran = gsl("eval", export, users, "--format", "json")
    assert ran.code == 2
    assert {rule["id"] for rule in ran.report["rules"]} == {"D9.AWS.IAM.500", "broken one", "same", "same #2"}
    severities = {finding["ruleId"]: finding["severity"] for finding in ran.report["findings"]}
    assert severities == {"D9.AWS.IAM.500": "high", "same #2": None}
    assert 'rule "broken one":1:21: error[unclosed-bracket]' in ran.err


def test_two_rules_with_one_id_are_an_error(tmp_path: Path, users: Path) -> None:
    (tmp_path / "a.gsl").write_text("---\nid: X\n---\n" + MFA)
    (tmp_path / "b.gsl").write_text("---\nid: X\n---\nIamUser should have name")
    ran = gsl("eval", tmp_path, users)
    assert ran.code == 2
    assert "duplicate-rule-id" in ran.err
    assert "a.gsl" in ran.err
    assert "b.gsl" in ran.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "Usage"),
        (("evl",), "did you mean `eval`?"),
        (("eval",), "the rules are missing"),
        (("eval", "-e", MFA), "the entities are missing"),
        (("eval", "nowhere.gsl", "x.json"), "no such rule file"),
        (("eval", "D9.AWS.IAM.97", "x.json"), "did you mean `D9.AWS.IAM.79`?"),
        (("eval", "-e", MFA, "nowhere.json"), "no-such-file"),
        (("eval", "-e", MFA, "-", "-"), "only once"),
        (("eval", "-e", MFA, "x", "--list", "novalue"), "NAME=FILE"),
        (("eval", "-e", MFA, "x", "--fail-on", "bad"), "--fail-on"),
        (("parse",), "either RULES or -e"),
        (("parse", "-e", "T shuold have x"), "did you mean `should`?"),
        (("rules", "D9.AWS.IAM.9"), "did you mean"),
        (("test", "nowhere"), "no-such-file"),
    ],
)
def test_mistakes_get_one_clear_message(arguments: tuple[str, ...], told: str, tmp_path: Path) -> None:
    ran = gsl(*arguments, folder=tmp_path)
    assert ran.code == 2
    assert told in ran.err + ran.out
    assert "Traceback" not in ran.err


def test_explain_sees_the_whole_entity_though_others_look_up_its_type(tmp_path: Path) -> None:
    entities = write_json(tmp_path / "t.json", [{"type": "T", "id": "a", "x": 1, "big": "y"}])
    rule = "T should have getResource('T', id) getValue('x') = 1 and big = 'y'"
    ran = gsl("explain", "-e", rule, entities)
    assert ran.code == 0
    assert "PASSED" in ran.out


def test_explain_shows_every_part(users: Path) -> None:
    rule = "IamUser where name like '%' should have mfaActive = true or arn isEmpty() exclude name = 'zoe'"
    ran = gsl("explain", "-e", rule, users, "--entity", "ann")
    assert ran.code == 0
    for part in (
        "where",
        "name like '%'",
        "should have",
        "mfaActive = true",
        "arn isEmpty()",
        "exclude",
        "name = 'zoe'",
        "PASSED",
    ):
        assert part in ran.out
    assert re.search(r"\* +mfaActive = true +true", ran.out)
    several = gsl("explain", "-e", rule, users)
    assert several.code == 2
    assert "--entity" in several.err
    assert "did you mean `bob`?" in gsl("explain", "-e", rule, users, "--entity", "bobb").err


def test_parse_prints_the_tree() -> None:
    ran = gsl("parse", "-e", "T where a should not have b contain [$ = 1]")
    assert ran.code == 0
    assert "ArrayOperation contain" in ran.out
    tree = json.loads(gsl("parse", "-e", "T should have a = 1", "--json").out)
    assert tree["tree"]["condition"]["node"] == "Compare"
    assert tree["tree"]["condition"]["column"] == 15


def test_rules_lists_and_shows() -> None:
    assert RULE_79 in gsl("rules").out
    page = gsl("rules", RULE_79).out
    for part in (
        "severity",
        "Description",
        "Remediation",
        "aws iam delete-access-key",
        "AWS CIS Foundations v1.4.0: 1.11",
        "id_users_create",
    ):
        assert part in page
    shown = json.loads(gsl("rules", RULE_79, "--json").out)
    assert shown["frameworks"]["AWS CIS Foundations v2.0.0"] == ["1.11"]
    assert len(shown["frameworks"]) > 14


def test_control_characters_never_reach_the_terminal(tmp_path: Path) -> None:
    name = "evil\x1b[31m\x07\r\nFAILED"
    entities = write_json(tmp_path / "u.json", [{"type": "IamUser", "id": name, "name": name, "mfaActive": name}])
    ran = gsl("eval", "-e", MFA, entities)
    assert "\x1b" not in ran.out
    assert "\x07" not in ran.out
    broken = gsl("eval", "-e", "T should have \x1b[31m", entities)
    assert "\x1b" not in broken.err


def test_a_reader_that_goes_away_ends_the_run_quietly(tmp_path: Path) -> None:
    entities = write_json(tmp_path / "u.json", [user(f"u{number}") for number in range(5000)])
    command = f'"{sys.executable}" -m gsl eval -e "{MFA}" "{entities}" | head -1'
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=False, timeout=120)
    assert b"Traceback" not in done.stderr
    assert b"Exception" not in done.stderr


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['gsl', '--help']\n"
        "from gsl.cli.main import _run as run\n"
        "try:\n    run()\nexcept SystemExit:\n    pass\n"
        "heavy = {'lark', 'attr', 'msgspec', 'yaml', 're2', 'boto3', 'dateutil', 'rich', 'tqdm'} & set(sys.modules)\n"
        "print('heavy:', sorted(heavy), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    loaded = done.stderr.split("heavy:")[1]
    assert loaded.strip() == "[]"


def test_an_internal_fault_is_no_traceback(tmp_path: Path) -> None:
    code = (
        "import sys; sys.argv = ['gsl', 'rules']\n"
        "import gsl.ruleset.bundled as bundled\n"
        "bundled.bundled = lambda: 1 / 0\n"
        "from gsl.cli.main import _run as run\nrun()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert "error[internal]" in done.stderr
    assert "Traceback" not in done.stderr


def test_output_that_cannot_be_written_is_an_error(users: Path) -> None:
    for redirection, told in ((">&-", "Bad file descriptor"), ("> /dev/full", "No space left")):
        command = f'"{sys.executable}" -m gsl eval -e "{MFA}" "{users}" {redirection}'
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 2
        assert told in done.stderr
        assert "Traceback" not in done.stderr


def test_an_interrupt_ends_with_130() -> None:
    command = [sys.executable, "-m", "gsl", "eval", "-e", MFA, "-"]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    process.stdin.write("[")
    process.stdin.flush()
    time.sleep(2)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err == "interrupted; no report was written\n"


def test_the_suffix_of_the_output_is_its_form(users: Path, tmp_path: Path) -> None:
    for name, form in (("r.json", "json"), ("R.JSONL", "jsonl"), ("r.txt", "text"), ("json", "text")):
        gsl("eval", "-e", MFA, users, "-o", tmp_path / name, "--now", "2024-06-01")
        shown = gsl("eval", "-e", MFA, users, "--format", form, "--now", "2024-06-01").out
        assert (tmp_path / name).read_text("utf-8") == shown
    gsl("eval", "-e", MFA, users, "-o", tmp_path / "s.json", "--format", "text")
    assert (tmp_path / "s.json").read_text("utf-8").startswith("SEVERITY")
