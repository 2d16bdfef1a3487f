"""Reports as OSCAL assessment results, held to NIST's schema and to what documents refer to in themselves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import re2
from jsonschema import Draft7Validator, ValidationError
from jsonschema.validators import extend
from msgspec.structs import replace

import gsl
from gsl.results.exclusion import Exclusion
from gsl.results.model import Report
from gsl.results.saved import read_report
from gsl.results.spool import Spool
from tests.report_cases import full_report, group, half_a_pair, report_of, saved, text_of

SCHEMA = Path(__file__).parent / "schemas" / "oscal-assessment-results-1.2.3.json"


def matches(validator: Any, pattern: str, instance: Any, schema: Any) -> Iterator[ValidationError]:
    """NIST's patterns use classes of letters that Python's `re` does not know."""
    if isinstance(instance, str) and not re2.search(pattern, instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


@cache
def validator() -> Any:
    kind = extend(Draft7Validator, {"pattern": matches})  # type: ignore[no-untyped-call]
    return kind(json.loads(SCHEMA.read_text("utf-8")))


def document(report: Report) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text_of(report, "oscal"))
    return found


def result_of(found: dict[str, Any]) -> dict[str, Any]:
    (result,) = found["assessment-results"]["results"]
    return dict(result)


def members(value: Any, name: str) -> Iterator[Any]:
    """All members of that name, wherever they are."""
    if isinstance(value, dict):
        for key, member in value.items():
            if key == name:
                yield member
            yield from members(member, name)
    elif isinstance(value, list):
        for each in value:
            yield from members(each, name)


REPORTS = {
    "everything": full_report,
    "findings only": lambda: report_of(keep_all=False),
    "no entities": lambda: report_of([]),
    "nothing": lambda: gsl.evaluate([], [], now="2024-06-01"),
    "twice the same name": lambda: report_of([group(1, a=0), group(1, a=0), group(1, a=0)]),
    "half a surrogate pair": half_a_pair,
}


@pytest.mark.parametrize("name", REPORTS)
def test_documents_are_as_the_schema_says(name: str) -> None:
    found = document(REPORTS[name]())
    validator().validate(found)


@pytest.mark.parametrize("name", REPORTS)
def test_identities_are_unique_and_references_lead_somewhere(name: str) -> None:
    found = document(REPORTS[name]())
    identities = list(members(found, "uuid"))
    assert len(identities) == len(set(identities))
    for reference in ("subject-uuid", "observation-uuid", "risk-uuid", "actor-uuid", "component-uuid"):
        assert set(members(found, reference)) <= set(identities), reference
    assert found["assessment-results"]["import-ap"]["href"][1:] in identities
    controls = result_of(found)["reviewed-controls"]["control-selections"]
    included = {each["control-id"] for one in controls for each in one.get("include-controls", [])}
    targets = {each["target"]["target-id"] for each in result_of(found).get("findings", [])}
    excluded = {each["control-id"] for one in controls for each in one.get("exclude-controls", [])}
    assert targets == included - excluded


def test_the_schema_is_one_that_refuses() -> None:
    found = document(full_report())
    result_of(found)["observations"][0]["collected"] = "today"
    assert not validator().is_valid(found)
    result_of(found)["observations"][0]["collected"] = "2024-06-01T00:00:00Z"
    assert validator().is_valid(found)
    result_of(found)["findings"][0]["target"]["target-id"] = "1 2"
    assert not validator().is_valid(found)


def test_which_controls_are_satisfied() -> None:
    result = result_of(document(full_report()))
    states = {each["title"]: tuple(each["target"]["status"].values())[:2] for each in result["findings"]}
    assert states == {
        "AWS CIS Foundations v1.4.0 5.2": ("not-satisfied", "fail"),
        "AWS CIS Foundations v1.4.0 5.3": ("not-satisfied", "fail"),
        "PCI 1": ("not-satisfied", "fail"),
        "PCI 7": ("not-satisfied", "other"),
        "IAM.1": ("not-satisfied", "fail"),
        "THING.1": ("not-satisfied", "fail"),
    }
    unseen = [each.get("exclude-controls", []) for each in result["reviewed-controls"]["control-selections"]]
    assert [[each["control-id"] for each in one] == ["pci_9"] for one in unseen] == [False, True, False]


@pytest.mark.parametrize(
    ("entities", "state"),
    [
        ([group(1)], ("satisfied", "pass")),
        ([group(1), group(2, a=0)], ("not-satisfied", "fail")),
        ([group(1), group(2, a=0, c=True)], ("satisfied", "pass")),
        ([group(2, a=0, c=True)], ("not-satisfied", "other")),
        (
            [group(1), {**group(8), "a": None, "_errors": [{"path": "a", "operation": "Get"}]}],
            ("not-satisfied", "other"),
        ),
        ([group(5, kind="off")], None),
    ],
)
def test_a_control_is_satisfied_only_by_what_passed(
    entities: list[dict[str, Any]], state: tuple[str, str] | None
) -> None:
    found = result_of(document(report_of(entities))).get("findings", [])
    states = [each["target"]["status"] for each in found if each["title"] == "AWS CIS Foundations v1.4.0 5.2"]
    assert [(each["state"], each["reason"]) for each in states] == ([state] if state else [])


def test_passes_on_lists_of_what_the_input_does_not_have_satisfy_nothing() -> None:
    rule = "List<Other> should not have items length() > 5"
    for more, states in (({}, []), ({"Other": [{"id": 1, "accountNumber": "1"}]}, ["satisfied"])):
        report = gsl.evaluate(rule, {"Thing": [{"id": 1, "accountNumber": "1"}], **more}, now="2024-06-01")
        assert report.rules[0].passed == 1
        found = result_of(document(report)).get("findings", [])
        assert [each["target"]["status"]["state"] for each in found] == states


def values_of(record: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each["value"] for each in record["props"]}


def test_what_an_observation_tells() -> None:
    report = full_report()
    result = result_of(document(report))
    found = [each for each in result["observations"] if values_of(each)["rule-id"] == "NET.1"]
    told = {each["subjects"][0]["title"]: (each["types"][0], values_of(each)["verdict"]) for each in found}
    assert told["SecurityGroup group 2 (sg-2)"] == ("finding", "failed")
    assert told["SecurityGroup group 6 (sg-6)"] == ("control-objective", "passed")
    assert told["SecurityGroup group 90 (sg-90)"] == ("historic", "failed")
    assert told["SecurityGroup (could not be listed)"] == ("control-objective", "error")
    second = next(each for each in found if "sg-2" in each["subjects"][0]["title"])
    assert values_of(second)["fingerprint"] == report.findings[0].fingerprint
    assert second["relevant-evidence"] == [{"description": "a \\> 1 (a: 1)"}]
    (excluded,) = [each for each in found if "sam@example.com" in each.get("remarks", "")]
    assert values_of(excluded)["verdict"] == "excluded"
    gone = next(each for each in found if "sg-90" in each["subjects"][0]["title"])
    assert gone["collected"] == "2024-05-01T10:00:00Z"
    related = {each["observation-uuid"] for each in result["findings"][0]["related-observations"]}
    assert second["uuid"] in related
    assert gone["uuid"] not in related


def test_risks_and_the_log() -> None:
    result = result_of(document(full_report()))
    risks = [(values_of(each)["rule-id"], each["status"]) for each in result["risks"]]
    assert risks[:2] == [("NET.1", "open"), ("NET.1", "deviation-approved")]
    assert "deadline" not in result["risks"][0]
    assert result["risks"][1]["deadline"] == "2024-09-01T23:59:59Z"
    assert ("BROKEN.1", "investigating") in risks
    assert result["risks"][0]["remediations"][0]["description"] == "Mend it."
    assert [each["href"] for each in result["risks"][0]["links"]] == ["https://example.com/a"]
    log = [(each["title"], each["description"]) for each in result["assessment-log"]["entries"]]
    assert log[-1] == ("note: selected", "queries selected 1 entity")
    assert log[-2][0] == "error: unknown-function"


@pytest.mark.parametrize(
    ("ends", "deadline"),
    [
        (["2024-09-01", "2024-08-01", None], "2024-08-01T23:59:59Z"),
        ([None, "2024-09-01"], "2024-09-01T23:59:59Z"),
        ([None], None),
        (["9998-01-01", "soon"], None),
    ],
)
def test_what_is_accepted_ends_with_the_first_exclusion(ends: list[str | None], deadline: str | None) -> None:
    report = full_report()
    taken = [replace(report.excluded[0], exclusion=Exclusion("e.yaml:1", "r", "ann", each)) for each in ends]
    found = result_of(document(replace(report, excluded=taken)))["risks"]
    assert [each.get("deadline") for each in found if each["status"] == "deviation-approved"] == [deadline]


def test_secrets_markup_and_control_characters_stay_out() -> None:
    text = text_of(full_report(), "oscal")
    for raw in ("hunter2", "\x1b", "\\u001b", "\\u0000", "\u202e"):
        assert raw not in text
    found = document(full_report())
    assert not [each for each in members(found, "description") if "<script>" in each or "[x](y)" in each]
    assert text_of(half_a_pair(), "oscal").encode()


def test_the_same_report_gives_the_same_bytes_saved_or_not(tmp_path: Path) -> None:
    report = full_report()
    again = read_report(str(saved(report, tmp_path / "a.jsonl")))
    assert text_of(again, "oscal") == text_of(report, "oscal") == text_of(full_report(), "oscal")


def test_another_run_is_another_document_on_the_same_entities() -> None:
    first, second = document(report_of()), document(report_of(now="2024-07-01T10:00:00Z"))
    assert first["assessment-results"]["uuid"] != second["assessment-results"]["uuid"]
    for name in ("observations", "risks", "findings"):
        ids = [[each["uuid"] for each in result_of(found)[name]] for found in (first, second)]
        assert ids[0] == ids[1]


def test_rules_whose_sections_look_alike_are_controls_apart() -> None:
    report = report_of([group(1)])
    report.rules[0].about = replace(report.rules[0].about, frameworks={"PCI x": ["1"], "pci-X": ["1"], "1": ["\u0301"]})
    found = document(replace(report, findings=Spool(report.findings)))
    validator().validate(found)
    ids = [each["target"]["target-id"] for each in result_of(found)["findings"]]
    assert len(ids) == len(set(ids))
