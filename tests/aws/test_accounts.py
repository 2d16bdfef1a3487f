"""Organisations: which accounts a run goes to and how, and what a denied one costs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

import gsl
from tests.aws import people
from tests.aws.stub import OWN, Asked, Refused, Stub, denied, key_of

DENIED = "200000000007"
SUSPENDED = ("200000000003", "200000000041")
MEMBERS = [f"2000000000{number:02}" for number in range(44)]
TYPES = ["IamUser", "IamServerCertificate", "SecurityGroup"]


def _assumed(asked: Asked) -> Mapping[str, Any]:
    account = asked.arguments["RoleArn"].split(":")[4]
    if account == DENIED:
        raise Refused("AccessDenied", f"not authorized to perform sts:AssumeRole on {asked.arguments['RoleArn']}")
    credentials = {
        "AccessKeyId": key_of(account),
        "SecretAccessKey": "secret",
        "SessionToken": "token",
        "Expiration": "2099-01-01T00:00:00Z",
    }
    return {"Credentials": credentials}


@pytest.fixture
def organisation(stub: Stub) -> Stub:
    accounts = [
        {"Id": number, "Name": f"n{number}", "Status": "SUSPENDED" if number in SUSPENDED else "ACTIVE"}
        for number in [OWN, *MEMBERS]
    ]
    stub.replies = {
        "sts:GetCallerIdentity": {"Account": OWN, "Arn": people.arn("scanner"), "UserId": "x"},
        "sts:AssumeRole": _assumed,
        "organizations:ListAccounts": {"Accounts": accounts},
        "ec2:DescribeRegions": {"Regions": [{"RegionName": "us-east-1", "OptInStatus": "opt-in-not-required"}]},
        "ec2:DescribeSecurityGroups": lambda asked: {
            "SecurityGroups": [{"GroupId": f"sg-{asked.account}", "OwnerId": asked.account}]
        },
        "iam:GetAccountAuthorizationDetails": lambda asked: people.details(
            [people.user("ann", Arn=people.arn("ann", account=asked.account))]
        )(asked),
        "iam:GenerateCredentialReport": {"State": "COMPLETE"},
        "iam:GetCredentialReport": lambda asked: {
            "Content": people.csv([people.ROOT, "ann"], account=asked.account),
            "GeneratedTime": people.THEN,
        },
    }
    return stub


def _collected(session: Any, **options: Any) -> tuple[gsl.Collection, list[dict[str, Any]]]:
    collection = gsl.collect(session, ["SecurityGroup"], role_name="audit/Reader", **options)
    return collection, list(collection)


def _accounts(entities: list[dict[str, Any]]) -> list[str]:
    return sorted({each["accountNumber"] for each in entities})


def test_an_organisation_in_pages(organisation: Stub, session: Any) -> None:
    collection = gsl.collect(
        session, TYPES, org=True, role_name="Audit", external_id="secret-1", session_name="nightly", workers=8
    )
    entities = list(collection)
    active = [each for each in MEMBERS if each not in SUSPENDED]
    assert _accounts(entities) == sorted([OWN, *active])
    assert organisation.counts["organizations:ListAccounts"] == 3
    lost = [each for each in entities if each["accountNumber"] == DENIED]
    assert sorted([each["type"] for each in lost]) == sorted(TYPES)
    assert all([each["_errors"][0]["path"] == "" and "id" not in each for each in lost])
    assert [(each.account, each.operation) for each in collection.problems] == [(DENIED, "AssumeRole")]
    assert collection.problems[0].permission == "sts:AssumeRole"
    assert [(each.account, each.region) for each in collection.skipped] == [(each, "") for each in SUSPENDED]
    assert "suspended" in collection.skipped[0].reason
    groups = {each["id"]: each for each in entities if each["type"] == "SecurityGroup" and "id" in each}
    assert set(groups) == {f"sg-{each}" for each in [OWN, *active] if each != DENIED}
    assert not [each for each in groups.values() if each["id"] != f"sg-{each['accountNumber']}"]


def test_a_role_is_taken_in_others_with_what_it_asks_for(organisation: Stub, session: Any) -> None:
    _collected(session, org=True, accounts=[OWN, MEMBERS[0]], external_id="e-1", session_name="nightly")
    [asked] = [each.arguments for each in organisation.log if each.operation == "AssumeRole"]
    assert asked["RoleArn"] == f"arn:aws:iam::{MEMBERS[0]}:role/audit/Reader"
    assert (asked["ExternalId"], asked["RoleSessionName"]) == ("e-1", "nightly")


def test_without_an_external_id_none_is_sent(organisation: Stub, session: Any) -> None:
    _collected(session, accounts=[MEMBERS[0]])
    [asked] = [each.arguments for each in organisation.log if each.operation == "AssumeRole"]
    assert "ExternalId" not in asked
    assert asked["RoleSessionName"] == "gsl"


def test_accounts_that_are_named_need_no_organisation(organisation: Stub, session: Any) -> None:
    _, entities = _collected(session, accounts=[OWN, MEMBERS[1], MEMBERS[2]], exclude_accounts=[MEMBERS[1]])
    assert _accounts(entities) == [OWN, MEMBERS[2]]
    assert not organisation.counts["organizations:ListAccounts"]


def test_accounts_of_the_organisation_that_are_named_or_left_out(organisation: Stub, session: Any) -> None:
    _, entities = _collected(session, org=True, accounts=MEMBERS[10:14], exclude_accounts=[MEMBERS[11]])
    assert _accounts(entities) == [MEMBERS[10], MEMBERS[12], MEMBERS[13]]


def test_accounts_without_a_role_say_so(organisation: Stub, session: Any) -> None:
    collection = gsl.collect(session, ["SecurityGroup"], accounts=[MEMBERS[0]])
    [gap] = list(collection)
    assert (gap["accountNumber"], gap["_errors"][0]["code"]) == (MEMBERS[0], "NoRole")


def test_an_organisation_that_may_not_be_listed(organisation: Stub, session: Any) -> None:
    """Nothing is known of where to go; the problem says why there is nothing."""
    organisation.faults[("organizations:ListAccounts", "*")] = denied
    collection, entities = _collected(session, org=True, workers=1)
    assert entities == []
    assert [each.operation for each in collection.problems] == ["ListAccounts"]


def test_a_second_page_of_accounts_that_fails(organisation: Stub, session: Any) -> None:
    whole = organisation.replies["organizations:ListAccounts"]
    organisation.replies["organizations:ListAccounts"] = lambda asked: (
        denied(asked) if asked.arguments.get("NextToken") else dict(whole)  # type: ignore[arg-type]
    )
    collection, entities = _collected(session, org=True)
    assert entities == []
    assert [each.operation for each in collection.problems] == ["ListAccounts"]


@pytest.mark.parametrize(("partition", "home"), [("aws-us-gov", "us-gov-west-1"), ("aws-cn", "cn-north-1")])
def test_roles_and_homes_of_other_partitions(organisation: Stub, session: Any, partition: str, home: str) -> None:
    organisation.replies["sts:GetCallerIdentity"] = {
        "Account": OWN,
        "Arn": people.arn("scanner", partition=partition),
        "UserId": "x",
    }
    organisation.replies["ec2:DescribeRegions"] = {"Regions": [{"RegionName": home}]}
    _, entities = _collected(session, accounts=[MEMBERS[0]])
    assert entities[0]["arn"] == f"arn:{partition}:ec2:{home}:{MEMBERS[0]}:security-group/sg-{MEMBERS[0]}"
    [asked] = [each for each in organisation.log if each.operation == "AssumeRole"]
    assert asked.arguments["RoleArn"].startswith(f"arn:{partition}:iam::")
    assert {each.region for each in organisation.log if each.operation != "GetCallerIdentity"} == {home}


def test_who_asks_must_be_known(organisation: Stub, session: Any) -> None:
    organisation.faults[("sts:GetCallerIdentity", "*")] = denied
    with pytest.raises(gsl.UsageError, match="AWS does not know who asks"):
        gsl.collect(session)


def test_nothing_is_asked_of_an_account_that_is_denied(organisation: Stub, session: Any) -> None:
    _collected(session, accounts=[DENIED])
    assert {each.name for each in organisation.log} == {"sts:GetCallerIdentity", "sts:AssumeRole"}
