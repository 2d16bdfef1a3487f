"""`gsl check` as users run it: exit codes, the four forms of the report, fixing files, what is refused."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from gsl.authoring.checking.outputs import OUTPUTS
from gsl.authoring.checking.table import CHECKS

from .support import gsl, write_json

BAD = "---\nid: A.1\n---\nSecurityGroup should not have inboundRules contain [port <= 22 and port >= 80]\n"
NOTED = "IamUser should have name == 'x'\n"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "bad.gsl").write_text(BAD, "utf-8")
    return folder


def test_exit_codes(rules: Path) -> None:
    assert gsl("check", rules).code == 1
    (rules / "bad.gsl").write_text(NOTED, "utf-8")
    noted = gsl("check", rules)
    assert noted.code == 0
    assert "note[GSL301]" in noted.out
    assert "1 can be fixed with --fix" in noted.out
    (rules / "broken.gsl").write_text("IamUser should have (", "utf-8")
    broken = gsl("check", rules)
    assert broken.code == 2
    assert "note[GSL301]" in broken.out
    assert "error[unclosed-bracket]" in broken.err
    assert gsl("check", "--ignore", "GSL3", rules / "bad.gsl").out == "1 rule: nothing found.\n"


def test_what_is_refused(rules: Path, tmp_path: Path) -> None:
    assert gsl("check", tmp_path / "gone").code == 2
    assert "no check `GSL999`" in gsl("check", "--select", "GSL999", rules).err
    (tmp_path / "empty").mkdir()
    assert gsl("check", tmp_path / "empty").code == 2
    schema = tmp_path / "schema.json"
    for content in ("{", "[]", "{}", '{"title": "A", "properties": []}', '{"title": "A", "$ref": "x#/$defs/y"}'):
        schema.write_text(content, "utf-8")
        refused = gsl("check", "--schema", schema, rules)
        assert refused.code == 2
        assert "schema" in refused.err
        assert "internal" not in refused.err


def test_text_shows_the_place(rules: Path) -> None:
    ran = gsl("check", "bad.gsl", folder=rules)
    assert ran.out.splitlines()[:3] == [
        "bad.gsl:4:68: warning[GSL202]: `port <= 22` and `port >= 80` are never both true",
        "  4 | SecurityGroup should not have inboundRules contain [port <= 22 and port >= 80]",
        "    |                                                                    ^^^^^^^^^^",
    ]


def test_json(rules: Path) -> None:
    (rules / "noted.gsl").write_text(NOTED, "utf-8")
    (rules / "broken.gsl").write_text("IamUser should", "utf-8")
    report = json.loads(gsl("check", rules, "-f", "json").out)
    assert report["schemaVersion"] == 1
    assert report["rules"] == 2
    first, second = report["findings"]
    assert (first["line"], first["column"], first["endLine"], first["endColumn"]) == (4, 68, 4, 78)
    assert (first["code"], first["severity"], first["rule"], first["fix"]) == ("GSL202", "warning", "A.1", None)
    assert second["fix"] == [{"line": 1, "column": 26, "endLine": 1, "endColumn": 28, "text": "="}]
    assert report["errors"][0]["file"].endswith("broken.gsl")


def test_sarif(rules: Path) -> None:
    (rules / "a b%.gsl").write_text(NOTED, "utf-8")
    (rules / "broken.gsl").write_text("IamUser should", "utf-8")
    log = json.loads(gsl("check", ".", "-f", "sarif", folder=rules).out)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert [each["id"] for each in driver["rules"]] == list(CHECKS)
    assert all(
        each["properties"]["documentation"] == f"docs/checks.md#{each['id'].lower()}" for each in driver["rules"]
    )
    assert run["invocations"][0]["executionSuccessful"] is False
    assert run["invocations"][0]["toolExecutionNotifications"][0]["locations"]
    noted, bad = run["results"]
    assert driver["rules"][bad["ruleIndex"]]["id"] == bad["ruleId"] == "GSL202"
    place = bad["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "bad.gsl"
    assert place["region"] == {"startLine": 4, "startColumn": 68, "endLine": 4, "endColumn": 78}
    assert noted["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a%20b%25.gsl"
    (change,) = noted["fixes"][0]["artifactChanges"]
    assert change["replacements"][0]["insertedContent"] == {"text": "="}


def test_annotations_are_escaped(rules: Path) -> None:
    (rules / "bad.gsl").unlink()
    (rules / "a,b:c%.gsl").write_text("IamUser should have 'a\n%' = name and name = 'a\n%'", "utf-8")
    (line,) = gsl("check", ".", "-f", "github", folder=rules).out.splitlines()
    head, _, message = line[2:].partition("::")
    assert head.startswith("warning file=a%2Cb%3Ac%25.gsl,line=2,")
    assert head.endswith("title=GSL203")
    assert "%25" in message


def test_exported_rulesets(tmp_path: Path) -> None:
    file = write_json(tmp_path / "set.json", {"rules": [{"name": "n", "logic": "IamUser should have a = 1 and a = 2"}]})
    ran = gsl("check", file)
    assert ran.code == 1
    assert 'set.json: rule "n":1:' in ran.out
    (found,) = json.loads(gsl("check", file, "-f", "json").out)["findings"]
    assert found["placesCountFrom"] == "rule"
    (result,) = json.loads(gsl("check", file, "-f", "sarif").out)["runs"][0]["results"]
    assert "region" not in result["locations"][0]["physicalLocation"]
    assert "line=" not in gsl("check", file, "-f", "github").out
    before = file.read_bytes()
    assert gsl("check", file, "--fix").code == 1
    assert file.read_bytes() == before


def test_fix(rules: Path) -> None:
    file = rules / "noted.gsl"
    file.write_bytes(b"---\r\nid: \xc3\xa9\r\n---\r\n" + NOTED.encode())
    file.chmod(0o640)
    broken = rules / "broken.gsl"
    broken.write_text("IamUser should have (a == 1", "utf-8")
    ran = gsl("check", "--fix", rules)
    assert "fixed[GSL301]" in ran.out
    assert "1 fixed" in ran.out
    assert file.read_bytes() == b"---\r\nid: \xc3\xa9\r\n---\r\nIamUser should have name = 'x'\n"
    assert file.stat().st_mode & 0o777 == 0o640
    assert broken.read_text("utf-8") == "IamUser should have (a == 1"
    assert (rules / "bad.gsl").read_text("utf-8") == BAD
    assert "fixed" not in gsl("check", "--fix", rules).out
    assert sorted(os.listdir(rules)) == ["bad.gsl", "broken.gsl", "noted.gsl"]


def test_fix_follows_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "target.gsl", tmp_path / "link.gsl"
    target.write_text(NOTED, "utf-8")
    link.symlink_to(target)
    gsl("check", "--fix", link)
    assert link.is_symlink()
    assert target.read_text("utf-8") == "IamUser should have name = 'x'\n"


def test_entities_and_schemas(tmp_path: Path) -> None:
    rule = tmp_path / "rule.gsl"
    rule.write_text("Box should have lidd = true", "utf-8")
    assert gsl("check", rule).code == 0
    entities = write_json(tmp_path / "boxes.json", [{"type": "Box", "id": "b", "lid": True}])
    assert "did you mean `lid`" in gsl("check", rule, "--entities", entities).out
    schema = write_json(tmp_path / "box.json", {"title": "Box", "properties": {"lid": {"type": "boolean"}}})
    assert "did you mean `lid`" in gsl("check", rule, "--schema", schema).out
    entities.write_text("[{", "utf-8")
    assert gsl("check", rule, "--entities", entities).code == 2


def test_output_and_one_file_named_twice(rules: Path, tmp_path: Path) -> None:
    output = tmp_path / "report.txt"
    ran = gsl("check", rules, rules / "bad.gsl", "-o", output)
    assert (ran.code, ran.out) == (1, "")
    assert output.read_text("utf-8").count("GSL202") == 1
    assert "is an input" in gsl("check", rules, "-o", rules / "bad.gsl").err
    assert (rules / "bad.gsl").read_text("utf-8") == BAD


def test_the_formats_are_those_of_the_option() -> None:
    from gsl.cli.check import command

    (option,) = [each for each in command.params if each.name == "form"]
    assert list(getattr(option.type, "choices", [])) == list(OUTPUTS)
