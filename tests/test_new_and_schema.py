"""`gsl new` and `gsl schema`: rules that begin well, and what is known of entity types."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import gsl as library
from gsl.authoring.formatting import format_text
from gsl.authoring.properties import rows_of
from gsl.authoring.skeletons import skeleton
from gsl.authoring.testing.finding import Tests
from gsl.authoring.testing.running import Wanted, run_tests
from gsl.inventory import schemas
from gsl.ruleset.metadata import KEYS
from tests.support import gsl, user, write_json


def test_every_type_has_a_skeleton_whose_tests_pass(tmp_path: Path) -> None:
    for name in schemas.known_types():
        skeleton(f"My.{name}.1", name, tmp_path).write()
    tests = Tests()
    tests.add(tmp_path)
    run = run_tests(tests, Wanted(coverage=True, mutate=True))
    assert (len(run.files), run.failed, run.errors) == (len(schemas.known_types()), 0, [])
    assert run.cases == 5 * len(run.files)
    for each in run.files:
        assert sorted([verdicts[0] for outcome in each.outcomes for verdicts in (outcome.found or {}).values()]) == [
            "error",
            "failed",
            "failed",
            "not-relevant",
            "passed",
        ]
        assert each.mutation is not None
        assert each.mutation.survivors == ()


def test_rules_of_skeletons_read_what_entities_have(tmp_path: Path) -> None:
    for name in schemas.known_types():
        made = skeleton("x", name, tmp_path / name)
        made.write()
        assert format_text(made.rule) == made.rule
        paths = {row.path for row in rows_of(schemas.schema_of(name) or {})}
        assert {".".join(read.steps) for read in library.load(made.rule_file).reads} <= paths


def test_new(tmp_path: Path) -> None:
    folder = tmp_path / "rules" / "mine"
    ran = gsl("new", "My.Rule.1", "--entity", "IamUser", "--folder", folder)
    assert (ran.code, ran.err) == (0, "")
    rule, tests = folder / "My.Rule.1.gsl", folder / "My.Rule.1.test.yaml"
    assert ran.out == f"{rule}\n{tests}\n"
    lines = rule.read_text("utf-8").splitlines()
    assert [line.partition(":")[0] for line in lines[1 : len(KEYS) + 1]] == list(KEYS)
    assert "#   passwordLastUsed: " in tests.read_text("utf-8")
    assert gsl("test", folder).code == 0
    loaded = library.load(rule)
    assert (loaded.id, loaded.entity_type, loaded.severity) == ("My.Rule.1", "IamUser", "medium")


@pytest.mark.parametrize("name", ["My.Rule.1.gsl", "My.Rule.1.test.yaml"])
def test_nothing_is_overwritten(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine", "utf-8")
    ran = gsl("new", "My.Rule.1", "--entity", "IamUser", "--folder", tmp_path)
    assert (ran.code, "there already" in ran.err) == (2, True)
    assert [(each.name, each.read_text("utf-8")) for each in tmp_path.iterdir()] == [(name, "mine")]


@pytest.mark.parametrize("rule_id", ["", "a/b", "../a", ".a", "a b", "a.gsl", "a.test", "a\n", "x" * 101])
def test_ids_that_are_no_names(tmp_path: Path, rule_id: str) -> None:
    ran = gsl("new", "--entity", "IamUser", "--folder", tmp_path, "--", rule_id)
    assert (ran.code, "cannot be the id" in ran.err) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_types_that_are_none(tmp_path: Path) -> None:
    ran = gsl("new", "a", "--entity", "IamUsr", "--folder", tmp_path)
    assert (ran.code, "did you mean `IamUser`?" in ran.err) == (2, True)
    assert gsl("schema", "common").code == 2
    assert "did you mean `S3Bucket`?" in gsl("schema", "S3bucket").err


def test_types_are_listed() -> None:
    ran = gsl("schema")
    lines = ran.out.splitlines()
    assert (ran.code, len(lines)) == (0, 1 + len(schemas.known_types()))
    assert any(
        line.split(None, 1)
        == ["SecurityGroup", "A security group: what it lets in and out, and what it is in front of."]
        for line in lines
    )
    described = json.loads(gsl("schema", "--format", "json").out)
    assert [each["type"] for each in described] == list(schemas.known_types())


def test_one_type() -> None:
    ran = gsl("schema", "SecurityGroup")
    assert ran.code == 0
    (line,) = [line for line in ran.out.splitlines() if line.startswith("inboundRules[].port ")]
    port = (schemas.schema_of("SecurityGroup") or {})["properties"]["inboundRules"]["items"]["properties"]["port"]
    for part in (" or ".join(port["type"]) if isinstance(port["type"], list) else port["type"], port["description"]):
        assert f"  {part}" in line
    schema = json.loads(gsl("schema", "SecurityGroup", "--format", "json").out)
    Draft202012Validator.check_schema(schema)
    assert schema == schemas.schema_of("SecurityGroup")


SCHEMA: dict[str, Any] = {
    "properties": {
        "a": {"type": ["string", "null"], "description": "An a.", "examples": [None, "x"]},
        "b": {
            "type": "array",
            "items": {"type": "object", "properties": {"c": {"type": "array", "items": {"type": "number"}}}},
        },
        "d": {"type": "object", "open": True},
        "e": {"type": "array", "items": {"type": "array", "items": {"type": "object", "properties": {"f": {}}}}},
    }
}


def test_rows() -> None:
    assert [(row.path, row.kind, row.meaning, row.example) for row in rows_of(SCHEMA)] == [
        ("a", "string or null", "An a.", '"x"'),
        ("b", "array of object", "", ""),
        ("b[].c", "array of number", "", ""),
        ("d", "object, any keys", "", ""),
        ("e", "array of array of object", "", ""),
        ("e[][].f", "any", "", ""),
    ]


def test_schemas_of_files(tmp_path: Path) -> None:
    first = write_json(tmp_path / "a.json", [user("a", mfaActive=True), {"type": "Thing", "sizes": [{"cm": 5}]}])
    second = write_json(tmp_path / "b.json", [user("b", password="hunter2")])
    ran = gsl("schema", "--infer", first, second)
    assert ran.code == 0
    assert "hunter2" not in ran.out
    assert any(line.split()[:3] == ["sizes[].cm", "integer", "5"] for line in ran.out.splitlines())
    one = json.loads(gsl("schema", "IamUser", "--infer", first, second, "--format", "json").out)
    Draft202012Validator.check_schema(one)
    assert {"mfaActive", "password"} <= {*one["properties"]}
    assert gsl("schema", "IamUser", "--infer", first, "--infer", second, "--format", "json").report == one
    assert "did you mean `Thing`?" in gsl("schema", "Thingg", "--infer", first).err


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    good = write_json(tmp_path / "a.json", [user("a")])
    (tmp_path / "bad.json").write_text('[{"type": "Thing"}, {', "utf-8")
    ran = gsl("schema", "--infer", good, tmp_path / "bad.json")
    assert (ran.code, "IamUser" in ran.out, "bad.json" in ran.err) == (2, True, True)
    assert gsl("schema", "IamUser", good).code == 2
