"""What reports show: values cut and masked, keys counted, schemas that say what is open."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import gsl
from gsl.inventory import schemas
from gsl.results.masking import shown, shown_text
from gsl.results.secret_keys import is_secret_key
from gsl.semantics.places import Uncollected
from gsl.semantics.values import UNKNOWN


@pytest.mark.parametrize(
    "key", ["password", "DB_PASSWORD", "clientSecret", "secret_access_key", "apiKey", "api-key", "connectionString"]
)
def test_keys_of_secrets(key: str) -> None:
    assert is_secret_key(key)


@pytest.mark.parametrize(
    "key", ["passwordEnabled", "passwordLastUsed", "firstAccessKey", "kmsKeyId", "httpTokens", "secretArn", "name"]
)
def test_keys_that_only_sound_like_it(key: str) -> None:
    assert not is_secret_key(key)


@pytest.mark.parametrize(
    ("rule", "entity", "values"),
    [
        ("password = 'x'", {"password": "hunter2"}, {"password": {"kind": "masked"}}),
        ("env.DB_PASSWORD like 'a%'", {"env": {"DB_PASSWORD": "hunter2"}}, {"env.DB_PASSWORD": {"kind": "masked"}}),
        ("password = true", {"password": False}, {"password": False}),
        ("secret.expires after('2030-01-01')", {"secret": {"expires": "2020-01-01"}}, {"secret.expires": "2020-01-01"}),
        (
            "vars contain-all [value = '']",
            {"vars": [{"key": "apiKey", "value": "hunter2"}]},
            {"vars[0].value": {"kind": "masked"}},
        ),
        ("vars contain-all [value = '']", {"vars": [{"key": "team", "value": "data"}]}, {"vars[0].value": "data"}),
        ("x = 1", {"x": "a" * 500}, {"x": "a" * 200}),
        ("x = 1", {"x": [1, 2]}, {"x": {"kind": "list", "length": 2}}),
        ("x = 1", {}, {"x": None}),
    ],
)
def test_values_as_reports_show_them(rule: str, entity: dict[str, Any], values: dict[str, Any]) -> None:
    result = gsl.parse(f"Thing should have {rule}").check({"type": "Thing", "id": "t", **entity})
    assert result.status is gsl.Status.FAILED
    assert {each.path: each.value for each in result.reasons[0].values} == values
    assert "hunter2" not in json.dumps(result.to_dict())


def test_a_function_of_a_secret_is_masked_too() -> None:
    result = gsl.parse("Thing should have password toUpper() = 'X'").check({"type": "Thing", "password": "hunter2"})
    assert "HUNTER2" not in json.dumps(result.to_dict())


def test_values_in_words() -> None:
    cause = Uncollected(("x",), "iam:Get", "Denied", "no")
    values: list[Any] = [None, True, 1.0, "a", [1], {}]
    words = [shown_text(shown(value)) for value in values]
    assert words == ["missing", "true", "1", "'a'", "list of 1", "object of 0"]
    assert shown_text(shown(UNKNOWN, cause=cause)) == "not collected (iam:Get Denied)"
    assert shown_text(shown(UNKNOWN)) == "not collected"


def test_every_schema_is_one() -> None:
    names = schemas.known_types()
    assert "IamUser" in names
    for name in names:
        schema = schemas.schema_of(name)
        assert schema is not None
        Draft202012Validator.check_schema(schema)
        _check_described(schema, name)
    assert schemas.schema_of("../IamUser") is None
    assert schemas.schema_of("Nothing") is None
    assert schemas.schema_of("common") is None
    assert "common" not in names


def test_shared_schemas() -> None:
    shared = json.loads((Path(schemas.__file__).parent / "common.json").read_text("utf-8"))
    Draft202012Validator.check_schema(shared)
    for name in shared["$defs"]:
        resolved = schemas.resolved({"$ref": f"common.json#/$defs/{name}", "description": "Mine."})
        assert resolved["description"] == "Mine."
        assert "$ref" not in json.dumps(resolved), name
        _check_described(resolved, name)
    with pytest.raises(KeyError):
        schemas.resolved({"$ref": "common.json#/$defs/nothing"})


def _check_described(schema: dict[str, Any], path: str) -> None:
    assert schema.get("description"), path
    for key, member in schema.get("properties", {}).items():
        _check_described(member, f"{path}.{key}")
    if "items" in schema:
        _check_described(schema["items"], f"{path}[]")


@pytest.mark.parametrize(
    ("rule", "entity", "codes"),
    [
        ("IamUser should not have secondAccessKey.isActive = true", {"name": "a"}, []),
        (
            "IamUser should not have firstAccessKey.isActve = true",
            {"firstAccessKey": {"isActive": True}},
            ["unknown-key"],
        ),
        ("IamUser should not have tags contain [anything = 1]", {"tags": [{"key": "a"}]}, []),
        ("IamUser should not have mfa = true", {"name": "a"}, ["unknown-key"]),
    ],
)
def test_schemas_settle_what_is_unknown(rule: str, entity: dict[str, Any], codes: list[str]) -> None:
    report = gsl.evaluate(rule, [{"type": "IamUser", "id": "u", **entity}], strict=True)
    assert [each.code for each in report.diagnostics] == codes
    assert all(each.level == "error" for each in report.diagnostics)


@pytest.mark.parametrize(
    "rule",
    [
        "Thing should not have l length() > 5",
        "Thing should have l length() < 5",
        "Thing should not have l with [x = 1] length() > 5",
        "Thing should have l toLower() length() = 0",
    ],
)
def test_what_was_made_of_something_missing_counts_as_missing(rule: str) -> None:
    assert gsl.parse(rule).check({"type": "Thing", "id": "t"}).passed_on_missing
    assert not gsl.parse("Thing should have l length() < 5").check({"type": "Thing", "l": [1]}).passed_on_missing


def test_true_and_false_have_no_case_even_where_texts_have() -> None:
    rule = gsl.parse("Thing should have on = 'true' and kind != 'A'")
    assert rule.check({"type": "Thing", "on": "TRUE", "kind": "a"}, case_sensitive=True).passed


def test_a_query_that_looked_at_nothing_says_so() -> None:
    report = gsl.evaluate("Other where a", [{"type": "Thing", "id": "t"}])
    assert report.rules[0].looked_at_nothing


def test_the_first_unknown_step_is_said_once() -> None:
    rule = "Thing should not have listt contain [a = 1 and b = 2]"
    report = gsl.evaluate(rule, [{"type": "Thing", "id": "t", "list": []}])
    assert [(each.code, each.path, each.nearest) for each in report.diagnostics] == [("unknown-key", "listt", "list")]


def test_rules_stand_in_the_order_given() -> None:
    report = gsl.evaluate(["Thing should have a", "Thing should", "true"], [])
    assert [rule.id for rule in report.rules] == ["expression", "expression-2", "expression-3"]
