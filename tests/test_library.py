"""The front door: what a Python program imports, calls and gets."""

from __future__ import annotations

import datetime
import decimal
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import gsl
from gsl.inventory.entity import fingerprint
from tests.support import ACCOUNT, user, write_json

MFA = "IamUser should have mfaActive = true"


def test_every_public_name_is_there_and_documented() -> None:
    for name in gsl.__all__:
        value = getattr(gsl, name)
        if name != "__version__":
            assert value.__doc__, name
    assert set(gsl.__all__) <= set(dir(gsl))
    with pytest.raises(AttributeError):
        gsl.nothing  # noqa: B018


def test_importing_costs_next_to_nothing() -> None:
    code = "import sys, gsl; print(sorted({'lark', 'boto3', 'yaml', 're2', 'click'} & set(sys.modules)))"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )


def test_check_gives_status_and_reasons() -> None:
    result = gsl.parse(MFA).check(user("ann", mfaActive="no"))
    assert result.status is gsl.Status.FAILED
    assert str(result.status) == "failed"
    assert not result.passed
    assert result.reasons[0].values[0].path == "mfaActive"
    assert result.fingerprint == fingerprint("expression", "IamUser", ACCOUNT, "", "id-ann")


def test_fingerprint_is_fixed_for_good() -> None:
    assert fingerprint("D9.AWS.IAM.79", "IamUser", ACCOUNT, "us_east_1", "AIDA") == fingerprint(
        "D9.AWS.IAM.79", "IamUser", ACCOUNT, "us-east-1", "AIDA"
    )
    assert fingerprint("R", "T", "1", "eu_west_1", "é") == "48ab82935f879139ae748499ad1724dc"


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"when": datetime.datetime(2024, 5, 1, tzinfo=datetime.UTC)}, "when = '2024-05-01T00:00:00Z'"),
        ({"when": datetime.datetime(2024, 5, 1, 12)}, "when before('2024-05-02')"),
        ({"when": datetime.date(2024, 5, 1)}, "when = '2024-05-01'"),
        ({"port": decimal.Decimal("22")}, "port = 22"),
        ({"port": decimal.Decimal("0.5")}, "port = 0.5"),
        ({"tags": ("a", "b")}, "tags length() = 2"),
        ({"tags": {"b", "a"}}, "tags first() = 'a'"),
        ({"x": float("nan")}, "x isEmpty()"),
    ],
)
def test_what_python_holds_is_taken(given: dict[str, Any], path: str) -> None:
    assert gsl.parse(f"Thing should have {path}").check({"type": "Thing", "id": "t", **given}).passed


def test_what_has_no_json_form_is_refused() -> None:
    with pytest.raises(gsl.InputError, match="no JSON form"):
        gsl.parse(MFA).check({"type": "IamUser", "x": object()})
    loop: dict[str, Any] = {"type": "IamUser"}
    loop["x"] = loop
    with pytest.raises(gsl.InputError, match="holds itself"):
        gsl.parse(MFA).check(loop)
    with pytest.raises(gsl.UsageError):
        gsl.parse(MFA).check([1])  # type: ignore[arg-type]


def test_an_entity_of_another_type_is_not_relevant() -> None:
    assert gsl.parse(MFA).check({"type": "Bucket", "id": "b"}).status is gsl.Status.NOT_RELEVANT


def test_a_list_rule_takes_items() -> None:
    rule = gsl.parse("List<Watcher> should have items contain [state = 'on']")
    assert rule.check({"items": [{"state": "on"}]}).passed
    assert rule.check({"items": []}).status is gsl.Status.FAILED
    with pytest.raises(gsl.UsageError, match="items"):
        rule.check({"state": "on"})


def test_named_lists_and_supplied_functions() -> None:
    def is_even(subject: Any, offset: int = 0) -> bool:
        return bool((subject + offset) % 2 == 0)

    rule = gsl.parse("Thing should have x isEven() and y isEven(1) and z in $Ports", functions={"isEven": is_even})
    assert rule.check({"type": "Thing", "x": 2, "y": 3, "z": 5}, lists={"Ports": [5]}).passed
    with pytest.raises(gsl.UsageError, match=r"\$Ports"):
        rule.check({"type": "Thing"})
    with pytest.raises(gsl.RuleError, match="isEven"):
        gsl.parse("Thing should have x isEven(1, 2)", functions={"isEven": is_even})


def test_a_supplied_function_that_raises_gives_an_error_verdict() -> None:
    def bad(subject: Any) -> Any:
        raise ValueError("boom")

    rule = gsl.parse("Thing should have x bad()", functions={"bad": bad})
    assert rule.check({"type": "Thing", "x": 2}).status is gsl.Status.ERROR
    report = gsl.evaluate(rule, [{"type": "Thing", "id": "a", "x": 2}])
    assert report.exit_code() == 2
    assert any("boom" in each.message for each in report.diagnostics)


def test_evaluate_takes_entities_in_every_form(tmp_path: Path) -> None:
    entities = [user("ann", mfaActive=True), user("bob", mfaActive=False)]
    untyped = [{key: value for key, value in entity.items() if key != "type"} for entity in entities]
    forms: list[Any] = [
        entities,
        iter(entities),
        {"IamUser": untyped},
        untyped,
        [{"entity": entity, "account": {"id": "9"}} for entity in entities],
        write_json(tmp_path / "u.json", entities),
        str(tmp_path / "u.json"),
    ]
    for form in forms:
        report = gsl.evaluate(MFA, form)
        assert (report.summary.passed, report.summary.failed) == (1, 1), form
        assert report.exit_code() == 1


def test_evaluate_takes_rules_in_every_form(tmp_path: Path) -> None:
    file = tmp_path / "mine.gsl"
    file.write_text(MFA)
    for rules in (MFA, gsl.parse(MFA), file, str(file), [gsl.load(file)], gsl.load_all(tmp_path)):
        assert gsl.evaluate(rules, [user("ann", mfaActive=False)]).summary.failed == 1
    texts = gsl.evaluate([MFA, "IamUser should have name"], [])
    assert [rule.id for rule in texts.rules] == ["expression", "expression-2"]
    with pytest.raises(gsl.UsageError):
        gsl.evaluate([5], [])  # type: ignore[list-item]


def test_evaluate_reports_what_it_cannot_use() -> None:
    report = gsl.evaluate([MFA, "IamUser should"], [user("ann", mfaActive=True), 7, {"x": object(), "type": "IamUser"}])
    codes = [each.code for each in report.diagnostics if each.level == "error"]
    assert sorted(codes) == ["not-an-object", "not-json", "unexpected-end"]
    assert report.summary.passed == 1
    assert report.exit_code() == 2


def test_evaluate_the_same_twice_gives_the_same() -> None:
    entities = [user(f"u{number}", mfaActive=number % 2 == 0) for number in range(20)]
    first, second = (gsl.evaluate(MFA, entities, now="2024-06-01").to_dict() for _ in range(2))
    assert first == second


@pytest.mark.parametrize("now", ["2024-06-01", 1717200000, 1717200000.0, datetime.datetime(2024, 6, 1), "1717200000"])
def test_now_in_every_form(now: Any) -> None:
    assert gsl.evaluate(MFA, [], now=now).now == "2024-06-01T00:00:00Z"


def test_now_that_is_no_instant() -> None:
    with pytest.raises(gsl.UsageError, match="now"):
        gsl.evaluate(MFA, [], now="soon")
    with pytest.raises(gsl.UsageError, match="list"):
        gsl.evaluate(MFA, [], lists={"Ports": "22"})


def test_bundled_rules_are_there() -> None:
    rule = gsl.bundled()["D9.AWS.IAM.79"]
    assert rule.severity == "low"
    assert rule.title.startswith("Do not setup access keys")
    assert rule.entity_type == "IamUser"


def test_errors_say_where_and_what() -> None:
    with pytest.raises(gsl.RuleError) as caught:
        gsl.parse("IamUser where createDate dateDiference(x, 'days') < 5 should have a befor(1, 'day')")
    text = str(caught.value)
    assert [problem.code for problem in caught.value.problems] == ["unknown-function", "unknown-function"]
    assert "did you mean `dateDifference`?" in text
    assert "^^^^^^^^^^^^^" in text
    assert isinstance(caught.value, gsl.GslError)


def test_trees_survive_pickling() -> None:
    statement = gsl.parse(MFA).statement
    assert pickle.loads(pickle.dumps(statement)) == statement


def test_a_type_with_colons_is_one_with_underscores() -> None:
    entities = [{"type": "AWS::IAM::Role", "id": "r", "Path": "/"}]
    report = gsl.evaluate("AWS_IAM_Role should have Path = '/'", entities)
    assert report.summary.passed == 1
