"""Assessments as CloudGuard's API gives them, read as its public clients read them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import gsl
from gsl.cli.group import cli
from gsl.results.model import Report
from gsl.results.reporters import format_of
from gsl.results.saved import read_report
from tests.report_cases import ENTITIES, full_report, group, half_a_pair, report_of, text_of

TEXT, NUMBER, TRUTH = {"type": ["string", "null"]}, {"type": "integer"}, {"type": "boolean"}


def shape(**members: Any) -> dict[str, Any]:
    return {"type": "object", "properties": members, "additionalProperties": False}


def each(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


COUNTS = dict.fromkeys(("testedCount", "relevantCount", "nonComplyingCount"), NUMBER)
BY_SEVERITY = shape(**dict.fromkeys(("informational", "low", "medium", "high", "critical"), NUMBER))
RULE = shape(
    **dict.fromkeys(("name", "severity", "description", "remediation", "complianceTag", "ruleId", "category"), TEXT)
)
OBJECT = shape(id=TEXT, dome9Id=TEXT, entityType=TEXT, entityIndex=NUMBER, customEntityComparisonHash=TEXT)
RESULT = shape(
    **dict.fromkeys(("validationStatus", "exclusionId", "remediationId", "error"), TEXT),
    **dict.fromkeys(("isRelevant", "isValid", "isExcluded"), TRUTH),
    testObj=OBJECT,
)
TEST = shape(
    **COUNTS, error=TEXT, exclusionStats=shape(**COUNTS), entityResults=each(RESULT), rule=RULE, testPassed=TRUTH
)
NUMBERS = (
    "passed",
    "failed",
    "error",
    "failedTests",
    "logicallyTested",
    "failedEntities",
    "excludedTests",
    "excludedFailedTests",
    "excludedRules",
)
STATS = shape(
    **dict.fromkeys(NUMBERS, NUMBER),
    **dict.fromkeys(("passedRulesBySeverity", "failedRulesBySeverity", "excludedRulesBySeverity"), BY_SEVERITY),
)
ASSESSMENT = shape(
    createdTime={"type": "string"},
    tests=each(TEST),
    testEntities={"type": "object", "additionalProperties": each({"type": "object"})},
    exclusions=each(shape(id=NUMBER, comment=TEXT, dateRange=shape(**{"from": TEXT, "to": TEXT}))),
    **dict.fromkeys(("assessmentPassed", "hasErrors", "hasDataSyncStatusIssues"), TRUTH),
    stats=STATS,
    request=shape(name=TEXT, externalCloudAccountId=TEXT),
    locationMetadata={"type": "object"},
)
"""The fields that the clients read, each of the type that they read it as."""


def assessment(report: Report, told: list[str] | None = None) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text_of(report, "cloudguard", told))
    Draft202012Validator(ASSESSMENT).validate(found)
    return found


def of_rule(found: dict[str, Any], rule_id: str) -> dict[str, Any]:
    [test] = [test for test in found["tests"] if test["rule"]["ruleId"] == rule_id]
    return test  # type: ignore[no-any-return]


def failures(found: dict[str, Any]) -> set[tuple[str, str]]:
    """The failures of an assessment as the scripts round CloudGuard find them: names by type and number."""
    return {
        (test["rule"]["ruleId"], found["testEntities"][entity["testObj"]["entityType"]][index]["id"])
        for test in found["tests"]
        if not test["testPassed"]
        for entity in test["entityResults"]
        if entity["isRelevant"] and not entity["isValid"] and not entity["isExcluded"]
        if (index := entity["testObj"]["entityIndex"]) >= 0
    }


def test_clients_find_what_failed() -> None:
    report = full_report()
    found = assessment(report)
    assert len(failures(found)) == sum(bool(finding.entity_id) for finding in report.findings)
    assert {("NET.1", "sg-2"), ("NET.1", "sg-7"), ("IAM.1", "AIDA1")} < failures(found)
    for entities in found["testEntities"].values():
        assert len({json.dumps(entity) for entity in entities}) == len(entities)


def test_counts_are_those_of_the_results() -> None:
    found = assessment(report_of())
    for test in found["tests"]:
        statuses = [result["validationStatus"] for result in test["entityResults"]]
        assert test["nonComplyingCount"] == statuses.count("Failed") + statuses.count("Error")
        assert test["relevantCount"] - test["nonComplyingCount"] == statuses.count("Passed")
        assert test["exclusionStats"] == dict.fromkeys(COUNTS, statuses.count("Excluded"))
        for result in test["entityResults"]:
            assert result["isValid"] == (result["validationStatus"] == "Passed")
            assert result["isExcluded"] == (result["validationStatus"] == "Excluded")
            assert (result["error"] is not None) == (result["validationStatus"] == "Error")


def test_numbers_of_entities_are_those_of_the_list() -> None:
    found = assessment(full_report())
    numbers: dict[str, set[int]] = {}
    for test in found["tests"]:
        for result in test["entityResults"]:
            named = result["testObj"]
            numbers.setdefault(named["entityType"], set()).add(named["entityIndex"])
            if named["entityIndex"] >= 0:
                assert found["testEntities"][named["entityType"]][named["entityIndex"]]["id"] == named["id"]
    assert {name: set(range(len(entities))) for name, entities in found["testEntities"].items()} == {
        name: each_number - {-1} for name, each_number in numbers.items()
    }
    assert -1 in numbers["SecurityGroup"], "those that could not be listed are no entity"
    group_2 = next(each for each in found["testEntities"]["SecurityGroup"] if each["id"] == "sg-2")
    assert group_2 == {
        "id": "sg-2",
        "type": "SecurityGroup",
        "name": "group 2",
        "accountNumber": "111122223333",
        "region": "eu_west_1",
        "arn": "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-2",
    }


def test_what_a_test_tells() -> None:
    found = assessment(full_report())
    test = of_rule(found, "NET.1")
    assert test["rule"] == {
        "name": "Groups are small",
        "severity": "High",
        "description": "What is wrong.\nIn two lines.",
        "remediation": "Mend it.",
        "complianceTag": "Network",
        "ruleId": "NET.1",
        "category": "Network",
    }
    assert (test["testPassed"], test["error"]) == (False, None)
    assert test["exclusionStats"] == dict.fromkeys(COUNTS, 1)
    excluded = {each["exclusionId"] for each in test["entityResults"] if each["isExcluded"]}
    assert excluded == {"1", "2"}
    first, second = found["exclusions"]
    assert (first["id"], first["dateRange"]) == (1, {"from": None, "to": "2024-09-01"})
    assert first["comment"].startswith("excluded, by sam@example.com, until 2024-09-01: accepted")
    assert second == {"id": 2, "comment": "excluded by the rule itself"}
    [unknown] = [each for each in test["entityResults"] if each["testObj"]["id"] == "sg-8"]
    assert (unknown["validationStatus"], unknown["isValid"]) == ("Error", False)
    assert unknown["error"].startswith("a > 1 (a: not collected")
    broken = of_rule(found, "BROKEN.1")
    assert (broken["testPassed"], broken["testedCount"]) == (False, 0)
    assert broken["error"].startswith("there is no such thing")
    nothing = of_rule(found, "NOTHING.1")
    assert (nothing["testPassed"], nothing["testedCount"]) == (True, 0)


def test_the_whole() -> None:
    report = full_report()
    told: list[str] = []
    found = assessment(report, told)
    assert found["createdTime"] == "2024-06-01T10:00:00Z"
    assert (found["assessmentPassed"], found["hasErrors"], found["hasDataSyncStatusIssues"]) == (False, True, True)
    asked = {test["rule"]["ruleId"] for test in found["tests"]}
    assert asked == {rule.id for rule in report.rules} - {"later"}, "the query could not decide something"
    stats = found["stats"]
    assert stats["failed"] == sum(rule.failed > 0 for rule in report.rules)
    assert stats["passed"] == sum(rule.status == "passed" for rule in report.rules)
    assert stats["error"] == sum(rule.status == "error" for rule in report.rules)
    assert stats["failedTests"] == report.summary.failed
    assert stats["logicallyTested"] == report.summary.failed + report.summary.passed
    assert stats["failedRulesBySeverity"] == {"informational": 1, "low": 1, "medium": 0, "high": 1, "critical": 1}
    assert found["request"]["externalCloudAccountId"] is None, "they are of several accounts"
    [note] = told
    assert "no place for 1 entity that queries selected and 1 error of the run" in note
    assert "of the baseline that" in note
    assert "no place for 1 placeholder" in note


@pytest.mark.parametrize(("entities", "passed"), [([group(1)], True), ([group(1), group(2, a=0)], False), ([], True)])
def test_passed(entities: list[dict[str, Any]], passed: bool) -> None:
    rule = gsl.parse("SecurityGroup should have a > 1", id="x")
    found = assessment(gsl.evaluate(rule, entities, now="2024-06-01", keep_all=True))
    assert found["assessmentPassed"] is passed
    assert found["stats"]["passed"] == int(passed and bool(entities)), "what looked at nothing did not pass"
    assert found["request"]["externalCloudAccountId"] == ("111122223333" if entities else None)


def test_a_rule_on_all_entities_is_about_none() -> None:
    rule = gsl.parse("List<SecurityGroup> should have items length() > 5", id="x")
    found = assessment(gsl.evaluate(rule, [group(1)], now="2024-06-01"))
    [result] = found["tests"][0]["entityResults"]
    assert (result["testObj"]["id"], result["testObj"]["entityIndex"]) == ("List<SecurityGroup>", -1)
    assert found["testEntities"] == {}


def test_errors_of_queries_do_not_vanish() -> None:
    rule = gsl.parse("SecurityGroup where a > 1", id="q")
    found = assessment(gsl.evaluate(rule, [ENTITIES[7]], now="2024-06-01"))
    assert found["hasErrors"] is True
    [test] = found["tests"]
    assert (test["testPassed"], test["nonComplyingCount"], test["relevantCount"]) == (False, 1, 1)


def test_whole_entities() -> None:
    entity = group(1, a=0, password="hunter2hunter2", tags=[{"key": "\ud800\x1b", "value": 1}])
    report = gsl.evaluate("SecurityGroup should have a > 1", [entity], now="2024-06-01", include_entities=True)
    found = assessment(report)["testEntities"]["SecurityGroup"]
    mark = "\N{REPLACEMENT CHARACTER}"
    arn = "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-1"
    tags = [{"key": mark * 2, "value": 1}]
    assert found == [{**entity, "password": "<masked>", "tags": tags, "arn": arn}]


def test_hostile_texts() -> None:
    for report in (full_report(), half_a_pair()):
        text = text_of(report, "cloudguard")
        assert all(line.isprintable() for line in text.split("\n"))
        text.encode("utf-8")
        assessment(report)
    assert "hunter2" not in text_of(full_report(), "cloudguard")
    assert len(assessment(report_of(keep_all=False))["testEntities"]["SecurityGroup"]) < len(
        assessment(report_of())["testEntities"]["SecurityGroup"]
    )


def test_of_a_saved_report(tmp_path: Path) -> None:
    report = full_report()
    saved = tmp_path / "saved.json"
    saved.write_text(text_of(report, "json"), "utf-8")
    assert text_of(read_report(str(saved)), "cloudguard") == text_of(report, "cloudguard")
    made = tmp_path / "a.cloudguard.json"
    assert format_of(made.name) == "cloudguard"
    assert cli.main(["report", str(saved), "-o", str(made)], standalone_mode=False) is not None
    assert made.read_text("utf-8") == text_of(report, "cloudguard")
