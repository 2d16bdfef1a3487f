"""`gsl import` and `gsl export`: rulesets of CloudGuard as folders of rule files, and back without a loss."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gsl
from gsl.authoring.cloudguard.importing import import_of, same
from gsl.authoring.cloudguard.naming import Names
from gsl.authoring.cloudguard.rule_file import rule_file_of
from gsl.cli.group import cli
from gsl.errors import InputError, UsageError
from gsl.ruleset.loading import load_path
from tests.support import write_json

MFA = "IamUser should have mfaActive = true"


def rule(**fields: Any) -> dict[str, Any]:
    """A rule as CloudGuard gives it."""
    return {
        "name": "Users have MFA",
        "severity": "High",
        "logic": MFA,
        "description": "Why.",
        "remediation": "How.",
        "complianceTag": "Users",
        "domain": "",
        "priority": None,
        "ruleId": "OWN.IAM.1",
        "category": "Identity",
        "labels": ["one", "two"],
        "logicHash": "3q2+7w",
        "isDefault": False,
        **fields,
    }


def without(*names: str, **fields: Any) -> dict[str, Any]:
    return {name: value for name, value in rule(**fields).items() if name not in names}


ODD_TEXTS = [
    "",
    " ",
    " blanks round it ",
    "two\nlines",
    "two\nlines\n",
    "ends twice\n\n",
    "\n\nbegins so",
    "trailing  \nblanks\t\n",
    "windows\r\nlines\r\n",
    "old\rlines",
    "no",
    "null",
    "~",
    "1_000",
    "0x1f",
    "2024-01-01",
    "1e3",
    "- a list",
    "a: mapping",
    "# a comment",
    "---\nfences\n---\n",
    "...\n",
    "%TAG ! x",
    "&anchor *alias !tag",
    "'single' and \"double\"",
    "{{ braces }}",
    "\\ back \\n slash",
    "\x00\x07\x1b[31m\x7f",
    "\x85\u2028\u2029\ufeff",
    "Größe 日本 \N{PILE OF POO}",
    "\ud800 half a pair",
    "x" * 5000,
    "  indented\n    more\nless",
    "=",
    "<<",
]
ODD_LOGICS = [
    f"{MFA}\n",
    f"\n\n  {MFA}  \n\n",
    "IamUser\r\n  should have\r\n  mfaActive = true\r\n",
    f"{MFA} # a comment",
    "IamUser should have name = 'größe 日本 \N{PILE OF POO}'",
    "---\nid: x\n---\nIamUser should",
    "\ufeffIamUser should have a = 1",
    "not a rule at all",
    "IamUser should have a = '\ud800'",
    "\x00",
    "",
    "  ",
    "true",
    "IamUser where name = 'x'",
]
ODD_RULES = [
    {},
    rule(),
    {"logic": MFA},
    {"name": "no logic", "severity": "Low"},
    rule(logic=None, ruleId="null"),
    rule(logic=5, ruleId="five"),
    rule(logic=["a"], ruleId="list"),
    without("ruleId", name="D9.AWS.IAM.79 - keys"),
    without("ruleId"),
    without("ruleId", "name"),
    rule(ruleId=None),
    rule(ruleId=""),
    rule(ruleId=7),
    rule(ruleId=True),
    rule(ruleId=" OWN.IAM.1 "),
    rule(name=None, ruleId="n1"),
    rule(name=["x"], ruleId="n2"),
    rule(category="", ruleId="c1"),
    rule(category=None, complianceTag="", ruleId="c2"),
    without("category", ruleId="c3"),
    without("complianceTag", ruleId="c4"),
    rule(complianceTag="Identity", ruleId="c5"),
    *[
        rule(severity=each, ruleId=f"s{n}")
        for n, each in enumerate(["high", "HIGH", " High ", "Info", "", None, 3, "X"])
    ],
    rule(cloudguard={"a": 1}, id="x", title="y", fields=["z"], file="f", value=None, ruleId="k"),
    dict(reversed(rule(ruleId="order").items())),
    rule(deep={"a": [{"b": [1, 1.0, 1e17, -0.0, 2**70, True, None, {}, []]}]}, ruleId="deep"),
    rule(**{"no": 1, "": 2, "1": 3, "key: odd": 4, "a\nb": 5, "\u2028": 6}, ruleId="keys"),
    "a text",
    None,
    [1],
]
RULESET = {
    "id": -3,
    "accountId": 12,
    "rules": [rule(), rule(ruleId="OWN.IAM.2", severity="Low")],
    "name": "Ours",
    "description": "Two\nlines.",
    "createdTime": "0001-01-01T00:00:00",
    "icon": None,
    "tags": {"a": ["b"]},
}


def run(*arguments: str | Path) -> int:
    """The command in this process: its exit code."""
    code: int = cli.main([str(each) for each in arguments], standalone_mode=False)
    return code


def round_trip(value: Any, folder: Path) -> Any:
    """A ruleset, imported and exported."""
    file = folder / "ruleset.json"
    file.write_text(json.dumps(value), "utf-8")
    run("import", file, "--to", folder / "rules", "-q")
    run("export", folder / "rules", "-o", folder / "out.json", "-q")
    return json.loads((folder / "out.json").read_text("utf-8"))


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(RULESET, id="ruleset"),
        pytest.param([rule(), rule(ruleId="b")], id="list"),
        pytest.param([], id="empty"),
        pytest.param({"rules": [], "name": ""}, id="no rules"),
        pytest.param({"name": "x", "rules": ODD_RULES}, id="odd rules"),
        pytest.param([rule(logic=each, ruleId=f"l{n}") for n, each in enumerate(ODD_LOGICS)], id="odd logics"),
        pytest.param([rule(logic=each) for each in ODD_LOGICS], id="one id"),
        pytest.param(
            [rule(name=each, description=each, remediation=each, complianceTag=each, own=each) for each in ODD_TEXTS],
            id="odd texts",
        ),
        pytest.param([rule(ruleId=each) for each in ODD_TEXTS], id="odd ids"),
        pytest.param(
            {"rules": [rule()], **{f"k{n}": each for n, each in enumerate(ODD_TEXTS) if "\ud800" not in each}},
            id="odd fields",
        ),
    ],
)
def test_nothing_is_lost(value: Any, tmp_path: Path) -> None:
    assert same(round_trip(value, tmp_path), json.loads(json.dumps(value)))


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
_rules = st.fixed_dictionaries(
    {}, optional={name: _json | st.text(max_size=40) | st.sampled_from(["Low", MFA]) for name in rule()}
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_rules, max_size=3), st.none() | st.dictionaries(st.text(max_size=8), _json, max_size=3))
def test_no_ruleset_loses_anything(rules: list[dict[str, Any]], fields: dict[str, Any] | None) -> None:
    """Importing reads back what it made and refuses what would not be the same, so that it is enough to look for refusals."""
    value: Any = rules if fields is None else {**fields, "rules": rules}
    assert import_of(json.dumps(value), "r.json", Path("r")).rules == len(rules)


def test_importing_changes_no_verdict(tmp_path: Path) -> None:
    rules = [
        without("ruleId"),
        rule(),
        without("ruleId", logic="IamUser should have a = 1"),
        rule(ruleId="x", category=""),
    ]
    file = write_json(tmp_path / "ruleset.json", {"rules": rules})
    assert run("import", file, "--to", tmp_path / "out") == 0
    users = [{"type": "IamUser", "id": "u", "mfaActive": False, "a": 2}]
    before, after = [gsl.evaluate(each, users, now="2024-01-01") for each in (file, tmp_path / "out")]
    assert len(before.findings) == 4
    assert {each.fingerprint for each in before.findings} == {each.fingerprint for each in after.findings}
    assert {each.severity for each in after.findings} == {"high"}
    told = [{each.id: (each.title, each.about.category) for each in report.rules} for report in (before, after)]
    assert told[0] == told[1]


def test_what_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write_json(tmp_path / "mine.json", {"name": "Ours", "rules": [rule(description="Two\nlines.\n")]})
    assert run("import", file, "--to", tmp_path / "a" / "b") == 0
    assert capsys.readouterr() == (f"1 rule in {tmp_path / 'a' / 'b'}\n", "")
    text = (tmp_path / "a" / "b" / "OWN.IAM.1.gsl").read_text("utf-8")
    assert text == (
        "---\nid: OWN.IAM.1\ntitle: Users have MFA\nseverity: high\ncategory: Identity\n"
        "description: |\n  Two\n  lines.\nremediation: How.\n"
        "cloudguard:\n  complianceTag: Users\n  domain: ''\n  priority: null\n  labels:\n    - one\n    - two\n"
        f"  logicHash: 3q2+7w\n  isDefault: false\n---\n{MFA}\n"
    )
    ruleset = (tmp_path / "a" / "b" / "ruleset.yaml").read_text("utf-8")
    assert ruleset.startswith("# The ruleset that")
    assert "ruleset:\n  name: Ours\n  rules:\n    - OWN.IAM.1.gsl\nfields:\n  - name\n" in ruleset


def test_a_key_that_stands_twice_is_no_silent_loss(tmp_path: Path) -> None:
    (file := tmp_path / "r.json").write_text(f'{{"rules": [{json.dumps(rule())}], "rules": []}}', "utf-8")
    with pytest.raises(InputError, match="an object has the key `rules` twice"):
        run("import", file, "--to", tmp_path / "r")
    assert not (tmp_path / "r").exists()


def test_changes_of_a_folder_are_exported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "r"
    rules = [rule(severity="HIGH", description=""), rule(ruleId="gone"), rule(ruleId="b", severity="info")]
    run("import", write_json(tmp_path / "r.json", {"rules": rules, "name": "was"}), "--to", folder)
    file = folder / "OWN.IAM.1.gsl"
    text = file.read_text("utf-8")
    text = text.replace("severity: high", "severity: low").replace(
        "title: Users", "description: New.\ntitle: All users"
    )
    text = (
        text.replace("remediation: How.\n", "")
        .replace("category: Identity", "category: Other")
        .replace(MFA, "X should have a")
    )
    file.write_text(text, "utf-8")
    (folder / "gone.gsl").unlink()
    (folder / "new.gsl").write_text("---\nseverity: medium\n---\n\n# why\nVPC should have a = 'b' # c\n", "utf-8")
    capsys.readouterr()
    assert run("export", folder, "--name", "now", "--cloud-vendor", "azure") == 0
    told = capsys.readouterr()
    assert "warning[no-such-rule]: `gone.gsl` is listed and not in the folder" in told.err
    found = json.loads(told.out)
    assert (found["name"], found["cloudVendor"]) == ("now", "azure")
    first, second, third = found["rules"]
    changed = {"severity": "Low", "name": "All users have MFA", "description": "New.", "category": "Other"}
    assert first == without("remediation", **changed, logic="X should have a")
    assert second == rules[2]
    assert third == {"name": "new", "severity": "Medium", "logic": "VPC should have a = 'b'", "ruleId": "new"}


def test_formatting_keeps_what_cloudguard_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    value = {"rules": [rule(logic="IamUser should have a=1", odd="x\n# no comment\n\n"), rule(ruleId="b")]}
    run("import", write_json(tmp_path / "r.json", value), "--to", tmp_path / "r")
    assert run("fmt", tmp_path / "r") == 0
    capsys.readouterr()
    assert run("export", tmp_path / "r") == 0
    value["rules"][0]["logic"] = "IamUser should have a = 1"
    exported = json.loads(capsys.readouterr().out)
    assert [{**each, "logic": each["logic"].strip()} for each in exported["rules"]] == value["rules"]


def test_broken_rules_are_told_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules = [rule(logic="IamUser should", ruleId="bad"), rule(), "no rule", without("logic", ruleId="none")]
    assert run("import", write_json(tmp_path / "r.json", rules), "--to", tmp_path / "r") == 2
    told = capsys.readouterr()
    assert f"{tmp_path / 'r' / 'bad.gsl'}:" in told.err
    assert "error[no-rule-file]: rule 3 cannot be a rule file; it is kept in ruleset.yaml as it is" in told.err
    assert told.out == f"4 rules in {tmp_path / 'r'}, 3 errors\n"
    assert [each.id for each in load_path(tmp_path / "r").rules] == ["OWN.IAM.1"]
    assert run("export", tmp_path / "r") == 2
    told = capsys.readouterr()
    assert json.loads(told.out) == rules
    assert "bad.gsl:" in told.err


def test_files_that_are_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, folder = write_json(tmp_path / "r.json", RULESET), tmp_path / "r"
    folder.mkdir()
    (folder / "OWN.IAM.2.gsl").write_text("---\nframeworks:\n  Book: ['1']\nreferences: [https://x.y/]\n---\ntrue\n")
    (folder / "other.gsl").write_text("true\n")
    with pytest.raises(UsageError, match=r"OWN.IAM.2.gsl there already; nothing was written"):
        run("import", file, "--to", folder)
    assert sorted(each.name for each in folder.iterdir()) == ["OWN.IAM.2.gsl", "other.gsl"]
    assert run("import", file, "--to", folder, "--dry-run") == 0
    told = capsys.readouterr().out
    assert f"write  {folder / 'OWN.IAM.1.gsl'}\nin the way  {folder / 'OWN.IAM.2.gsl'}\n" in told
    assert not (folder / "ruleset.yaml").exists()
    for _ in range(2):
        assert run("import", file, "--to", folder, "--update") == 0
        assert (
            "warning[other-rules]: 1 rule file of the folder not of this ruleset: other.gsl" in capsys.readouterr().err
        )
        kept = rule_file_of((folder / "OWN.IAM.2.gsl").read_text("utf-8"), "x")
        assert kept.front["frameworks"] == {"Book": ["1"]}
        assert list(kept.front)[-1] == "cloudguard"
    (folder / "other.gsl").unlink()
    assert run("export", folder) == 0
    assert json.loads(capsys.readouterr().out) == RULESET


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{}", "a ruleset was expected"),
        ('"x"', "a ruleset was expected"),
        ('{"schemaVersion": "1", "rules": [{"id": "a"}], "findings": []}', "this is a report of gsl, not rules"),
        ('{"rules": [', "truncated-json"),
        ('{"rules": []} x', "the file goes on"),
        ('{"rules": [], "n": 1e999}', "too large to be kept; nothing was written"),
        (json.dumps([RULESET, RULESET]), "these are 2 rulesets"),
        ('{"rules": [], "deep": ' + "[" * 120 + "]" * 120 + "}", "cannot be kept as files: .* nested more than"),
        ('{"rules": [], "name": "\\ud800"}', "cannot be kept as files"),
    ],
)
def test_what_is_no_ruleset(content: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "r.json"
    file.write_text(content)
    with pytest.raises(InputError, match=message):
        run("import", file, "--to", tmp_path / "r")
    assert not (tmp_path / "r").exists()


def test_names_stay_in_the_folder_and_apart() -> None:
    names = Names()
    ids = [
        "../../x",
        "/etc/passwd",
        "..",
        ".",
        "",
        "a/b",
        "A/B",
        "CON",
        "con.x",
        "日本",
        "Größe",
        ".hidden",
        "-x",
        "a" * 300,
    ]
    ids += ["a" * 300, "x\x00y", "nul", "COM1", "~", "a..b", "C:\\x", "a b.", "aux .y"]
    found = [names.of(each, number) for number, each in enumerate(ids, 1)]
    assert found[:6] == ["x.gsl", "etc-passwd.gsl", "rule-3.gsl", "rule-4.gsl", "rule-5.gsl", "a-b.gsl"]
    assert found[6:12] == ["A-B-2.gsl", "rule-CON.gsl", "rule-con.x.gsl", "rule-10.gsl", "Groe.gsl", "hidden.gsl"]
    assert len({each.lower() for each in found}) == len(ids)
    assert all(each.isascii() and "/" not in each and "\\" not in each and ".." not in each for each in found)
    assert all(len(each) < 100 and each[0].isalnum() for each in found)


def test_names_do_not_collide_with_numbered_ones() -> None:
    names = Names()
    assert [names.of(each, 1) for each in ("a", "a-2", "A", "a")] == ["a.gsl", "a-2.gsl", "A-3.gsl", "a-4.gsl"]


def test_a_ruleset_file_reads_nothing_outside_its_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "secret.gsl").write_text("true")
    folder = tmp_path / "r"
    folder.mkdir()
    (folder / "ruleset.yaml").write_text(f"ruleset: [../secret.gsl, {tmp_path / 'secret.gsl'}]\nfields: []\n")
    assert run("export", folder) == 0
    assert json.loads(capsys.readouterr().out) == []


@pytest.mark.parametrize(
    "content",
    [
        "",
        "a: 1",
        "ruleset: 1",
        "ruleset: {rules: 1}",
        "ruleset: [1]",
        "ruleset: []\nfields: 1",
        "ruleset: [{file: x, fields: x}]",
        "ruleset: [*x]",
    ],
)
def test_damaged_ruleset_files(content: str, tmp_path: Path) -> None:
    (tmp_path / "ruleset.yaml").write_text(content)
    with pytest.raises(InputError, match=r"ruleset\.yaml.*error\[ruleset-file\]"):
        run("export", tmp_path)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("2020-01-01", "a date, 2020-01-01"),
        ("[.nan]", "too large a number, or none"),
        ("!!binary aGk=", "binary or a set"),
        ("{a: !!set {b}}", "binary or a set"),
        ("{!!binary eA==: x}", "no keys but texts: set `b'x'` in quotes"),
    ],
)
def test_what_json_cannot_say(value: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.gsl"
    file.write_text(f"---\ncloudguard: {{x: {value}}}\n---\nThing should have a = 1")
    assert run("export", tmp_path) == 2
    assert f"{file}: error[not-json]: `cloudguard`: JSON has no" in (error := capsys.readouterr().err)
    assert told in error
    (tmp_path / "ruleset.yaml").write_text(f"ruleset: {{rules: [], x: {value}}}")
    with pytest.raises(InputError, match=r"ruleset\.yaml.*error\[not-json\]"):
        run("export", tmp_path)


def test_exporting_bundled_rules(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("export", "cis-aws", "--description", "x") == 0
    told = capsys.readouterr()
    found = json.loads(told.out)
    rules = found.pop("rules")
    assert found == {
        "name": "cis-aws",
        "description": "x",
        "cloudVendor": "aws",
        "hideInCompliance": False,
        "language": "en",
    }
    assert {each["severity"] for each in rules} <= {"Informational", "Low", "Medium", "High", "Critical"}
    wanted = {"name", "severity", "logic", "description", "remediation", "complianceTag", "ruleId", "category"}
    assert all(set(each) == wanted and all(each.values()) for each in rules)
    bundled = gsl.bundled()
    for each in rules:
        statement = gsl.parse(each["logic"]).statement
        assert str(statement) == str(bundled[each["ruleId"]].statement)
    assert all("# " not in each["logic"] for each in rules)


def test_what_cloudguard_may_not_take(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mine.gsl"
    file.write_text("Thing should have a sum() > 1 and b = '# x' # why\n# more\nand c ^ = 1\n".replace("^ ", ""))
    assert run("export", file) == 0
    told = capsys.readouterr()
    assert "mine.gsl:1:19: warning[not-cloudguards]: `sum` is a function of gsl" in told.err
    assert "warning[no-cloud-vendor]" in told.err
    [found] = json.loads(told.out)["rules"]
    assert found == {
        "name": "mine",
        "logic": "Thing should have a sum() > 1 and b = '# x'\nand c = 1",
        "ruleId": "mine",
    }
    file.write_text("Thing where a = 1")
    assert run("export", file, "-q") == 0
    assert capsys.readouterr().err == ""
    with pytest.raises(UsageError, match="this is JSON already"):
        run("export", write_json(tmp_path / "x.json", RULESET))


def test_files_that_cannot_be_exported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.gsl").write_text("---\nseverity: urgent\n---\ntrue")
    (tmp_path / "b.gsl").write_text("Thing should")
    (tmp_path / "c.gsl").write_bytes(b"\xff")
    assert run("export", tmp_path) == 2
    told = capsys.readouterr()
    assert [each["logic"] for each in json.loads(told.out)["rules"]] == ["Thing should"]
    assert [each in told.err for each in ("a.gsl:2", "b.gsl:1", "c.gsl: error[invalid-encoding]")] == [True] * 3


def test_a_ruleset_does_not_overwrite_what_it_is_made_of(tmp_path: Path) -> None:
    (tmp_path / "a.gsl").write_text("Thing should have a = 1")
    for name in ("a.gsl", "ruleset.yaml"):
        with pytest.raises(UsageError, match="would overwrite it"):
            run("export", tmp_path, "-o", tmp_path / name)
    assert run("export", tmp_path, "-o", tmp_path / "ruleset.json") == 0


def test_a_mapping_is_expected_below_cloudguard() -> None:
    for text, message in (("cloudguard: 1", "must be a mapping"), ("cloudgard: {}", "did you mean `cloudguard`")):
        with pytest.raises(gsl.RuleError, match=message):
            gsl.ruleset.loading.rule_of_text(gsl.errors.Source(f"---\n{text}\n---\ntrue"))


def test_what_is_left_out_of_a_ruleset_is_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, severity in (("a", "high"), ("b", "grave")):
        (tmp_path / f"{name}.gsl").write_text(f"---\nseverity: {severity}\n---\nIamUser should have name")
    assert run("export", tmp_path, "-o", tmp_path / "out.json") == 2
    assert capsys.readouterr().err.endswith(f"1 rule in {tmp_path / 'out.json'}, 1 left out\n")


def test_as_users_run_it(tmp_path: Path) -> None:
    write_json(tmp_path / "dash.json", RULESET)
    environment = {**os.environ, "gsl": f"{sys.executable} -m gsl"}
    script = "$gsl import dash.json && $gsl export dash -o out.json && $gsl import dash.json"
    done = subprocess.run(
        ["sh", "-c", script], env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (2, "2 rules in dash\n")
    assert done.stderr.splitlines() == [
        "2 rules in out.json",
        "error: dash: OWN.IAM.1.gsl, OWN.IAM.2.gsl, ruleset.yaml there already; nothing was written."
        " Choose another folder (--to), or --update it",
    ]
    assert json.loads((tmp_path / "out.json").read_text("utf-8")) == RULESET
