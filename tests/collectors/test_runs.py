"""Whole runs of collecting against moto: threads and not, only what is wanted, plans that tell the truth."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

import gsl
from gsl.collectors.clients import Clients
from gsl.collectors.collecting import Scope, Wanted
from gsl.collectors.parts import Call
from gsl.collectors.planning import planned, policy
from gsl.collectors.table import COLLECTORS
from gsl.errors import UsageError

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
NOW = "2026-01-02T03:04:05Z"
REGIONS = ("us-east-1", "eu-west-1")


@pytest.fixture(scope="module")
def session(endpoint: str) -> Iterator[Any]:
    patch = pytest.MonkeyPatch()
    patch.setenv("AWS_ENDPOINT_URL", endpoint)
    # moto answers what it does not know with a fault of its own, which is not worth asking eight times
    patch.setattr("gsl.collectors.clients.ATTEMPTS", 1)
    made = boto3.Session("testing", "testing", region_name="us-east-1")
    _furnish(made)
    yield made
    patch.undo()


def _furnish(session: Any) -> None:
    iam = session.client("iam")
    for name in ("ann", "bob"):
        iam.create_user(UserName=name, Tags=[{"Key": "team", "Value": "data"}])
    iam.create_login_profile(UserName="ann", Password="Long-enough-1")
    iam.create_access_key(UserName="ann")
    iam.create_group(GroupName="readers")
    iam.add_user_to_group(GroupName="readers", UserName="ann")
    document = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})
    arn = iam.create_policy(PolicyName="everything", PolicyDocument=document)["Policy"]["Arn"]
    iam.attach_group_policy(GroupName="readers", PolicyArn=arn)
    iam.put_user_policy(UserName="bob", PolicyName="own", PolicyDocument=document)
    for region in REGIONS:
        ec2 = session.client("ec2", region_name=region)
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)


def _found(session: Any, **options: Any) -> list[dict[str, Any]]:
    return list(gsl.collect(session, regions=REGIONS, now=NOW, **options))


def _one(entities: list[dict[str, Any]], **properties: Any) -> dict[str, Any]:
    found = [each for each in entities if all([each.get(key) == value for key, value in properties.items()])]
    assert len(found) == 1
    return found[0]


def test_a_user_with_all_that_is_known_of_them(session: Any) -> None:
    ann = _one(_found(session, types=["IamUser"]), name="ann")
    assert ann["passwordEnabled"] is True
    assert ann["firstAccessKey"]["isActive"] is True
    assert ann["firstAccessKey"]["lastUsedDate"] == "0001-01-01T00:00:00Z"
    assert ann["secondAccessKey"]["isActive"] is False
    assert ann["attachedGroups"] == ["readers"]
    assert [each["relationType"] for each in ann["combinedPolicies"]] == ["GroupManaged"]
    assert ann["combinedPolicies"][0]["policyDocument"]["Statement"]["Action"] == "*"
    assert ann["tags"] == [{"key": "team", "value": "data"}]
    assert ann["region"] is None
    assert ann["collectedAt"] == NOW
    assert "_errors" not in ann


def test_threads_give_what_one_worker_gives(session: Any) -> None:
    def key(entity: dict[str, Any]) -> str:
        return json.dumps([entity["type"], entity["region"], entity["id"]])

    alone, threads = _found(session, workers=1), _found(session, workers=8)
    assert sorted(alone, key=key) == sorted(threads, key=key)
    assert alone == _found(session, workers=1), "the order is fixed"


def test_only_what_is_wanted_is_asked(session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = _recorded(monkeypatch)
    users = _found(session, types={"IamUser": ["createDate", "firstAccessKey.lastRotated"]})
    assert {"firstAccessKey", "createDate"} <= set(_one(users, name="ann"))
    assert "combinedPolicies" not in users[0]
    assert asked == {
        "sts:GetCallerIdentity",
        "iam:GenerateCredentialReport",
        "iam:GetCredentialReport",
        "iam:GetAccountAuthorizationDetails",
    }


def _recorded(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names of the calls that are made from now on."""
    asked: set[str] = set()
    for name in ("value", "items"):
        real = getattr(Clients, name)

        def spy(self: Clients, call: Call, region: str, arguments: Any, real: Any = real) -> Any:
            asked.add(call.name)
            return real(self, call, region, arguments)

        monkeypatch.setattr(Clients, name, spy)
    return asked


@pytest.mark.parametrize("types", [None, ["IamPolicy"], ["VPC", "SecurityGroup"], ["Instance"]])
def test_a_plan_names_every_call_that_is_made(
    session: Any, types: list[str] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = _recorded(monkeypatch)
    _found(session, types=types, workers=4)
    plan = planned(Wanted(dict.fromkeys(types or COLLECTORS)), Scope(REGIONS))
    assert asked <= {each.call.name for each in plan}


def test_a_policy_allows_the_calls_of_the_plan_and_no_more() -> None:
    plan = planned(Wanted({"IamUser": frozenset(("passwordEnabled",))}), Scope())
    allowed = policy(plan)["Statement"][0]["Action"]
    assert allowed == ["iam:GenerateCredentialReport", "iam:GetAccountAuthorizationDetails", "iam:GetCredentialReport"]
    assert policy(plan, "Audit")["Statement"][1]["Resource"] == "arn:*:iam::*:role/Audit"


def test_a_thousand_users_take_ten_calls_at_most(session: Any) -> None:
    collection = gsl.collect(session, types=["IamUser"], workers=1)
    assert len(list(collection)) == 2
    assert collection.calls <= 10


def test_what_collect_gives_is_what_evaluate_takes(session: Any) -> None:
    report = gsl.evaluate(gsl.bundled()["D9.AWS.IAM.79"], gsl.collect(session, types=["IamUser"]))
    assert [finding.entity_name for finding in report.findings] == ["ann"]


def test_a_collection_that_is_left_early_ends(session: Any) -> None:
    for entity in gsl.collect(session, regions=REGIONS):
        assert entity["type"]
        break


def test_types_there_are_not(session: Any) -> None:
    with pytest.raises(UsageError, match="no collector of `IamUsr`; did you mean `IamUser`"):
        gsl.collect(session, types=["IamUsr"])
    with pytest.raises(UsageError, match="workers"):
        gsl.collect(session, workers=0)


def test_what_was_left_out_is_marked(session: Any) -> None:
    users = _found(session, types={"IamUser": ["createDate"]})
    report = gsl.evaluate("IamUser should have managedPolicies isEmpty()", users)
    assert report.exit_code() == 2, "never a silent pass"
