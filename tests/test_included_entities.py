"""Whole entities in reports (`--include-entities`): only when asked, the same from every evaluator, secrets masked."""

from __future__ import annotations

import json
from pathlib import Path
from time import process_time
from typing import Any

import pytest

import gsl
from gsl.engine.evaluation import loaded_rules
from gsl.engine.sources import evaluate_sources
from gsl.results.masking import Secrets, entity_copy
from gsl.results.reporters import FORMATS
from gsl.results.saved import read_report
from gsl.ruleset.options import options_of
from tests.report_cases import text_of
from tests.support import gsl as command
from tests.support import user, write_json

RULE = "IamUser should have mfaActive = true exclude note = 'spare'"
TAGS = [{"key": "dbPassword", "value": "open sesame"}]
USERS = [
    user("ann", mfaActive=False, password="hunter2hunter2", tags=TAGS, note="was open sesame"),
    user("bob", mfaActive=False, note="spare"),
    user("cid", mfaActive=True),
    {**user("dan"), "_errors": [{"path": "mfaActive", "operation": "Get", "code": "Denied", "message": "no"}]},
]
ANN = {
    **USERS[0],
    "password": "<masked>",
    "tags": [{"key": "dbPassword", "value": "<masked>"}],
    "note": "<masked>",
}


@pytest.mark.parametrize("reasons", [True, False])
def test_results_have_their_entity(reasons: bool) -> None:
    report = gsl.evaluate(RULE, USERS, keep_all=True, include_entities=True, reasons=reasons)
    assert [each.entity for each in report.findings] == [ANN, USERS[3]]
    assert [each.entity for each in report.excluded] == [USERS[1]]
    assert report.verdicts is not None
    assert [each.entity for each in report.verdicts] == [USERS[2]]


def test_every_way_gives_the_same_entities(tmp_path: Path) -> None:
    file = write_json(tmp_path / "users.json", USERS)
    loaded, options = loaded_rules(RULE), options_of("2024-06-01")
    quick, slow = [
        evaluate_sources(loaded, [str(file)], options, include_entities=True, compiled=compiled)
        for compiled in (True, False)
    ]
    assert quick.to_dict() == slow.to_dict()
    assert quick.findings[0].entity == ANN


def test_a_list_is_told_by_its_account() -> None:
    report = gsl.evaluate("List<IamUser> should have items length() > 9", USERS[:2], include_entities=True)
    assert [each.entity for each in report.findings] == [
        {"id": "List<IamUser>", "accountNumber": USERS[0]["accountNumber"]}
    ]


def test_formats_carry_them_when_asked_only(tmp_path: Path) -> None:
    file = write_json(tmp_path / "users.json", USERS)
    for asked in (True, False):
        options = ["--include-entities"] if asked else []
        ran = command("eval", "-e", RULE, file, *options, "--format", "jsonl", "-o", tmp_path / "a.jsonl")
        assert ran.code == 2, ran.err
        report = read_report(str(tmp_path / "a.jsonl"))
        for form in ("text", "json", "jsonl", "sarif", "ocsf", "cloudguard", "html"):
            text = text_of(report, form)
            assert ("dbPassword" in text) is asked, form
            assert "hunter2" not in text
            assert "sesame" not in text
        for form in ("csv", "markdown", "junit", "asff"):
            assert "dbPassword" not in text_of(report, form)
    assert json.loads((tmp_path / "a.jsonl").read_text().splitlines()[0])


def test_half_a_pair_inside_lists_is_told() -> None:
    entity = {"type": "Thing", "id": "x", "tags": [{"k": "\ud800\x1b"}]}
    report = gsl.evaluate("Thing should have a = 1", [entity], now="2024-01-01", include_entities=True)
    for form in FORMATS.keys() - {"diff"}:
        assert "\x1b" not in text_of(report, form), form


def test_a_copy_is_bounded() -> None:
    deep: Any = "end"
    for _ in range(60):
        deep = {"a": deep}
    wide = entity_copy({"list": list(range(50_000)), "text": "x" * 50_000, "deep": deep}, Secrets({}))
    assert len(wide["list"]) < 10_001
    assert wide["list"][-1] == "..."
    assert entity_copy({"text": "x" * 50_000}, Secrets({}))["text"] == "x" * 10_000 + "..."
    assert "end" not in json.dumps(entity_copy({"deep": deep}, Secrets({})))


def test_very_many_secrets_hide_every_text() -> None:
    data = {"a": "plain", **{f"password{number}": {"secret": f"s{number}"} for number in range(3000)}}
    data |= {f"note{number}": "plain" for number in range(1000)}
    copy = entity_copy(data, Secrets(data))
    assert copy["a"] == "plain"
    assert copy["note999"] == "<masked>"


def test_numbers_beside_the_name_of_a_secret_are_masked() -> None:
    data = {"tags": [{"key": "password", "value": 12345}, {"Name": "size", "Value": 12345}]}
    masked = [{"key": "password", "value": "<masked>"}, {"Name": "size", "Value": 12345}]
    assert entity_copy(data, Secrets(data)) == {"tags": masked}


def test_what_lies_below_a_secret_key_is_masked() -> None:
    data = {"credentials": [{"0": "x", "until": "2024-06-01T00:00:00Z", "tries": 3}], "a": {"secret": {"1": 5}}}
    copy = entity_copy(data, Secrets(data))
    found = {"0": "<masked>", "until": "2024-06-01T00:00:00Z", "tries": 3}
    assert copy == {"credentials": [found], "a": {"secret": {"1": "<masked>"}}}


def test_long_paths_cost_no_more_than_their_keys() -> None:
    key = ".".join(["ab"] * 66)
    data: dict[str, Any] = {f"{number}{key}"[:200]: number for number in range(3000)}
    for _ in range(38):
        data = {key: data}
    secrets = Secrets(data)
    started = process_time()
    entity_copy(data, secrets)
    assert process_time() - started < 0.5
