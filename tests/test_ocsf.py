"""Reports as OCSF events, held to the schema's own description of a Compliance Finding."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from msgspec.structs import replace
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema
from py_ocsf_models.events.findings.compliance_finding import ComplianceFinding

import gsl
from gsl.results.model import Report
from gsl.results.reporters import OCSF_VERSIONS
from gsl.results.saved import read_report
from tests.report_cases import ACCOUNT, full_report, half_a_pair, report_of, saved, text_of
from tests.support import gsl as command


@cache
def validator(version: str, profiles: tuple[str, ...], name: str = "compliance") -> Draft202012Validator:
    schema = OcsfJsonSchemaEmbedded(get_ocsf_schema(version=version))
    return Draft202012Validator(schema.get_class_schema(f"{name}_finding", list(profiles)))


def events(report: Report, told: list[str] | None = None, **settings: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text_of(report, "ocsf", told, **settings).splitlines()]


def of_entity(found: list[dict[str, Any]], entity: str, rule: str = "NET.1") -> list[dict[str, Any]]:
    return [
        each
        for each in found
        if each["metadata"]["event_code"] == rule and each.get("unmapped", {}).get("entity_id") == entity
    ]


@pytest.mark.parametrize(
    ("version", "name"), [*[(each, "compliance") for each in OCSF_VERSIONS], ("1.6.0", "detection")]
)
def test_events_are_as_the_schema_says(version: str, name: str) -> None:
    found = events(full_report(), ocsf_version=version, ocsf_class=name)
    assert len(found) > 10
    for event in found:
        assert event["metadata"]["version"] == version
        validator(version, tuple(event["metadata"].get("profiles", ())), name).validate(event)
    assert {tuple(each["metadata"].get("profiles", ())) for each in found} == {("cloud",), ()}


def test_the_schema_is_one_that_refuses() -> None:
    event = events(full_report())[0]
    check = validator("1.6.0", ("cloud",))
    for wrong in ({"severity_id": 17}, {"unheard": 1}, {"time": "now"}, {"compliance": {"status_id": 4}}):
        assert not check.is_valid({**event, **wrong})


def test_another_model_of_the_schema_takes_them() -> None:
    for event in events(full_report()):
        model = ComplianceFinding.model_validate(event)
        assert model.finding_info.uid == event["finding_info"]["uid"]
        assert model.type_uid == event["type_uid"]


def test_detection_findings_tell_the_same() -> None:
    for event, other in zip(events(full_report()), events(full_report(), ocsf_class="detection"), strict=True):
        assert other["finding_info"] == event["finding_info"]
        assert (other["class_uid"], other["type_uid"]) == (2004, 200400 + event["activity_id"])
        assert other["status_code"] == event["compliance"]["status"]
        assert other["unmapped"]["compliance"] == event["compliance"]


def test_the_command_chooses(tmp_path: Path) -> None:
    file = saved(full_report(), tmp_path / "a.json")
    ran = command("report", file, "--format", "ocsf", "--ocsf-class", "detection", "--ocsf-version", "1.8.0")
    assert {(each["class_uid"], each["metadata"]["version"]) for each in map(json.loads, ran.out.splitlines())} == {
        (2004, "1.8.0")
    }
    assert "1.9" in command("report", file, "--ocsf-version", "1.9").err


def test_what_becomes_of_each_verdict() -> None:
    found = events(full_report())
    told = {
        name: [(each["activity_name"], each["status"], each["compliance"]["status"]) for each in of_entity(found, name)]
        for name in ("sg-1", "sg-2", "sg-3", "sg-4", "sg-6", "sg-7", "sg-8", "sg-90", "sg-5")
    }
    assert told == {
        "sg-1": [("Create", "Resolved", "Pass"), ("Close", "Resolved", "Pass")],
        "sg-2": [("Update", "New", "Fail")],
        "sg-3": [("Update", "Suppressed", "Fail")],
        "sg-4": [("Update", "Suppressed", "Fail")],
        "sg-6": [("Create", "Resolved", "Pass")],
        "sg-7": [("Create", "New", "Fail")],
        "sg-8": [("Create", "New", "Unknown")],
        "sg-90": [("Update", "New", "Unknown")],
        "sg-5": [],
    }
    lost = [each for each in found if each["metadata"]["event_code"] == "BROKEN.1"]
    assert [each["compliance"]["status"] for each in lost] == ["Unknown"]
    assert "there is no such thing" in lost[0]["compliance"]["status_details"][0]
    for event in found:
        assert event["type_uid"] == 200300 + event["activity_id"]


def test_what_an_event_tells() -> None:
    found = events(full_report())
    (event,) = of_entity(found, "sg-2")
    report = full_report()
    assert event["finding_info"]["uid"] == report.findings[0].fingerprint
    assert event["time"] == 1717236000000
    assert event["cloud"] == {
        "provider": "AWS",
        "account": {"uid": ACCOUNT, "type_id": 10, "type": "AWS Account"},
        "region": "eu-west-1",
        "cloud_partition": "aws",
    }
    assert event["resources"][0]["uid"] == f"arn:aws:ec2:eu-west-1:{ACCOUNT}:security-group/sg-2"
    assert event["compliance"]["standards"] == ["AWS CIS Foundations v1.4.0", "PCI", "SOC"]
    assert event["compliance"]["requirements"] == [
        "AWS CIS Foundations v1.4.0 5.2",
        "AWS CIS Foundations v1.4.0 5.3",
        "PCI 1",
    ]
    assert event["evidences"][0]["data"] == {"expression": "a > 1", "values": [{"path": "a", "value": 1}], "result": 1}
    assert event["unmapped"]["before"][0]["values"] == [{"path": "a", "value": 0}]
    assert event["remediation"] == {"desc": "Mend it.", "references": ["https://example.com/a", "not a link"]}
    (excluded,) = of_entity(found, "sg-3")
    assert excluded["unmapped"]["exclusion"]["owner"] == "sam@example.com"
    assert excluded["status_detail"].startswith("excluded, by sam@example.com, until 2024-09-01: accepted")


def test_other_clouds_have_no_aws_account() -> None:
    (event,) = [each for each in events(full_report()) if each["metadata"]["event_code"] == "THING.1"]
    assert "cloud" not in event
    assert event["unmapped"]["account"] == "sub-1"
    assert event["resources"][0]["type"] == "Thing"


def test_secrets_and_control_characters_stay_out() -> None:
    text = text_of(full_report(), "ocsf")
    assert "hunter2" not in text
    assert "masked" in text
    for raw in ("\x1b", "\\u001b", "\\u0000", "\u202e"):
        assert raw not in text
    assert text_of(half_a_pair(), "ocsf").encode()


def test_the_same_report_gives_the_same_bytes_saved_or_not(tmp_path: Path) -> None:
    report = full_report()
    again = read_report(str(saved(report, tmp_path / "a.jsonl")))
    assert text_of(again, "ocsf") == text_of(report, "ocsf") == text_of(full_report(), "ocsf")


def test_what_has_no_place_is_said() -> None:
    told: list[str] = []
    events(report_of(), told)
    assert told == ["no place for 1 entity that queries selected"]


def test_an_instant_that_is_none_is_an_error() -> None:
    with pytest.raises(gsl.InputError, match="no instant"):
        text_of(replace(report_of(), now="soon"), "ocsf")
