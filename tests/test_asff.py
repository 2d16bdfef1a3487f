"""Reports in the AWS Security Finding Format, held to botocore's model of Security Hub and sent to a mock of it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.validate import ParamValidator
from moto import mock_aws
from msgspec.structs import replace

import gsl
from gsl.collectors.table import COLLECTORS
from gsl.results.model import Reason, Report
from gsl.results.reporters.aws_places import RESOURCE_TYPES
from gsl.results.saved import read_report
from gsl.results.spool import Spool
from gsl.results.summaries import About
from tests.report_cases import ACCOUNT, HOSTILE, full_report, half_a_pair, report_of, saved, text_of

MODEL = botocore.session.get_session().get_service_model("securityhub")
IMPORT = MODEL.operation_model("BatchImportFindings").input_shape


def findings(report: Report, told: list[str] | None = None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(text_of(report, "asff", told))
    return found


def is_as_modelled(value: Any, shape: Any) -> None:
    """The patterns and enumerations of the service's model, which botocore itself leaves to the service."""
    if shape.type_name == "structure":
        assert set(value) <= set(shape.members)
        for name, member in value.items():
            is_as_modelled(member, shape.members[name])
    elif shape.type_name == "list":
        for each in value:
            is_as_modelled(each, shape.member)
    elif shape.type_name == "map":
        for each in value.values():
            is_as_modelled(each, shape.value)
    elif shape.type_name == "string":
        assert not shape.enum or value in shape.enum
        assert re.fullmatch(shape.metadata.get("pattern", ".*"), value, re.DOTALL), value


def limits_of(name: str, within: str = "AwsSecurityFinding") -> int:
    """The most characters or items that the service's documentation allows."""
    text = MODEL.shape_for(within).members[name].documentation
    found = re.findall(r"(?:[Mm]aximum (?:number )?of|length of) (\d+)", text.replace("Minimum length of 1.", ""))
    return int(found[-1])


def is_within_limits(finding: dict[str, Any]) -> None:
    for name in ("Title", "Description", "Id", "GeneratorId", "ProductArn"):
        assert 1 <= len(finding[name]) <= limits_of(name), name
    if "Remediation" in finding:
        recommendation = finding["Remediation"]["Recommendation"]
        assert len(recommendation["Text"]) <= limits_of("Text", "Recommendation")
    assert len(finding["Compliance"].get("RelatedRequirements", [])) <= limits_of("RelatedRequirements", "Compliance")
    fields = finding["ProductFields"]
    assert len(fields) <= 50
    assert all(len(name) <= 128 and len(text) <= 2048 for name, text in fields.items())
    assert len(json.dumps(finding).encode()) < 240_000
    assert re.fullmatch(r"\d{12}", finding["AwsAccountId"])
    for name in ("CreatedAt", "UpdatedAt"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", finding[name])


def test_findings_are_what_security_hub_takes() -> None:
    found = findings(full_report())
    assert len(found) > 10
    for finding in found:
        parameters = {"Findings": [finding]}
        assert not ParamValidator().validate(parameters, IMPORT).has_errors()
        is_as_modelled(parameters, IMPORT)
        is_within_limits(finding)
    with pytest.raises(AssertionError):
        is_as_modelled({"Findings": [{**found[0], "RecordState": "GONE"}]}, IMPORT)
    assert limits_of("Title") == 256


def test_the_longest_finding_is_within_the_limits() -> None:
    report = report_of([{"type": "SecurityGroup", "id": "x" * 3000, "accountNumber": ACCOUNT, "a": 0}], keep_all=False)
    reasons = tuple(Reason("\N{PILE OF POO}" * 5000, number, 1) for number in range(100))
    finding = replace(report.findings[0], reasons=reasons, entity_name="\N{PILE OF POO}" * 5000)
    for rule in report.rules:
        sections = [f"\N{PILE OF POO}{number}" * 1000 for number in range(100)]
        rule.about = About(None, "d" * 5000, "r" * 5000, {"F": sections}, ["https://example.com/" + "p" * 5000])
    told: list[str] = []
    (found,) = findings(replace(report, findings=Spool([finding])), told)
    is_within_limits(found)
    assert not ParamValidator().validate({"Findings": [found]}, IMPORT).has_errors()
    assert found["Description"].endswith("\N{HORIZONTAL ELLIPSIS}")
    assert found["ProductFields"]["gsl/reason/more"].startswith("90 more")
    assert "texts or reasons of 1 finding cut" in told[0]


def test_what_becomes_of_each_verdict() -> None:
    told: dict[str, list[tuple[str, str, str]]] = {}
    for each in findings(full_report()):
        if each["GeneratorId"] == "gsl/NET.1":
            state = each["Compliance"]["Status"], each["RecordState"], each.get("Workflow", {}).get("Status", "")
            told.setdefault(each["ProductFields"].get("gsl/entity", ""), []).append(state)
    assert told == {
        "sg-1": [("PASSED", "ACTIVE", ""), ("PASSED", "ARCHIVED", "")],
        "sg-2": [("FAILED", "ACTIVE", "")],
        "sg-3": [("FAILED", "ACTIVE", "SUPPRESSED")],
        "sg-4": [("FAILED", "ACTIVE", "SUPPRESSED")],
        "sg-6": [("PASSED", "ACTIVE", "")],
        "sg-7": [("FAILED", "ACTIVE", "")],
        "sg-8": [("NOT_AVAILABLE", "ACTIVE", "")],
        "sg-90": [("NOT_AVAILABLE", "ACTIVE", "")],
        "": [("NOT_AVAILABLE", "ACTIVE", "")],
    }


def of_entity(found: list[dict[str, Any]], entity: str) -> dict[str, Any]:
    of_it = [each for each in found if each["ProductFields"].get("gsl/entity") == entity]
    return next(each for each in of_it if each["GeneratorId"] != "gsl/NET.2")


def test_what_a_finding_tells() -> None:
    found = findings(full_report())
    finding = of_entity(found, "sg-2")
    assert finding["Id"] == f"gsl/{full_report().findings[0].fingerprint}"
    assert finding["ProductArn"] == f"arn:aws:securityhub:eu-west-1:{ACCOUNT}:product/{ACCOUNT}/default"
    assert (finding["CreatedAt"], finding["UpdatedAt"]) == ("2024-05-01T10:00:00Z", "2024-06-01T10:00:00Z")
    assert finding["FindingProviderFields"]["Severity"] == {"Label": "HIGH", "Original": "high"}
    assert finding["Resources"][0]["Type"] == "AwsEc2SecurityGroup"
    assert finding["Remediation"]["Recommendation"] == {"Text": "Mend it.", "Url": "https://example.com/a"}
    assert finding["Compliance"]["RelatedRequirements"][:2] == [
        "AWS CIS Foundations v1.4.0 5.2",
        "AWS CIS Foundations v1.4.0 5.3",
    ]
    assert finding["ProductFields"]["gsl/reason/1"] == "a > 1 (a: 1)"
    assert "sam@example.com" in of_entity(found, "sg-3")["ProductFields"]["gsl/excluded"]


def test_accounts_and_regions_that_are_not_told() -> None:
    found = findings(full_report())
    anna = of_entity(found, "AIDA1")
    assert anna["Resources"][0]["Region"] == "us-east-1"
    bo = of_entity(found, "arn:aws-cn:iam::444455556666:user/bo")
    assert bo["AwsAccountId"] == "444455556666"
    assert bo["ProductArn"].startswith("arn:aws-cn:securityhub:cn-north-1:444455556666:")
    assert of_entity(found, "sg-7")["Resources"][0] == {
        "Type": "AwsEc2SecurityGroup",
        "Id": f"arn:aws-us-gov:ec2:us-gov-west-1:{ACCOUNT}:security-group/sg-7",
        "Partition": "aws-us-gov",
        "Region": "us-gov-west-1",
    }
    gap = next(each for each in found if "gsl/entity" not in each["ProductFields"])
    assert gap["Resources"][0]["Id"] == f"AWS::::Account:{ACCOUNT}"


def test_what_is_left_out_is_said() -> None:
    told: list[str] = []
    found = findings(full_report(), told)
    assert not [each for each in found if "THING" in each["GeneratorId"]]
    assert told[0].startswith("1 finding of no AWS account left out")
    assert "1 entity that queries selected and 1 error of the run and 1 rule that could not run" in told[-1]
    assert findings(report_of([])) == []


def test_the_types_of_resources_are_those_of_the_model() -> None:
    known = {*MODEL.shape_for("ResourceDetails").members, "AwsAccount", "Other"}
    assert {each.finding_format for each in RESOURCE_TYPES.values()} <= known
    assert set(RESOURCE_TYPES) == set(COLLECTORS)


def test_secrets_and_control_characters_stay_out() -> None:
    text = text_of(full_report(), "asff")
    for raw in ("hunter2", "\x1b", "\\u001b", "\\u0000", "\u202e"):
        assert raw not in text
    assert text_of(half_a_pair(), "asff").encode() == b"[]\n"
    assert HOSTILE not in text


def test_the_same_report_gives_the_same_bytes_saved_or_not(tmp_path: Path) -> None:
    report = full_report()
    again = read_report(str(saved(report, tmp_path / "a.jsonl")))
    assert text_of(again, "asff") == text_of(report, "asff")


def test_security_hub_takes_them() -> None:
    with mock_aws():  # which has credentials of its own
        are_taken()


def are_taken() -> None:
    hub = boto3.client("securityhub", region_name="eu-west-1")
    hub.enable_security_hub()
    found = [each for each in findings(full_report()) if each["RecordState"] == "ACTIVE"]
    answer = hub.batch_import_findings(Findings=found)
    assert (answer["FailedCount"], answer["SuccessCount"]) == (0, len(found))
    back = {each["Id"] for each in hub.get_findings(MaxResults=100)["Findings"]}
    assert back == {each["Id"] for each in found}


def test_an_instant_that_is_none_is_an_error() -> None:
    with pytest.raises(gsl.InputError, match="no instant"):
        findings(replace(report_of(), now="soon"))
