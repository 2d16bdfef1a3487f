"""Which regions are gone to, what is left out, and what a dead one costs."""

from __future__ import annotations

from typing import Any

import pytest

import gsl
from gsl.collectors import clients
from tests.aws import people
from tests.aws.people import refused
from tests.aws.stub import OWN, Asked, Stub, denied, dropped, then

pytestmark = pytest.mark.usefixtures("kept_clients")
TYPES = ["IamServerCertificate", "SecurityGroup", "Volume", "EFS"]
STATES = {
    "us-east-1": "opt-in-not-required",
    "eu-west-1": "opt-in-not-required",
    "af-south-1": "opted-in",
    "me-south-1": "not-opted-in",
    "ap-east-1": "not-opted-in",
}


@pytest.fixture
def account(stub: Stub) -> Stub:
    stub.replies = {
        "sts:GetCallerIdentity": {"Account": OWN, "Arn": people.arn("scanner"), "UserId": "x"},
        "ec2:DescribeRegions": {
            "Regions": [{"RegionName": name, "OptInStatus": state} for name, state in STATES.items()]
        },
        "ec2:DescribeSecurityGroups": lambda asked: {"SecurityGroups": [{"GroupId": f"sg-{asked.region}"}]},
        "ec2:DescribeVolumes": lambda asked: {"Volumes": [{"VolumeId": f"vol-{asked.region}"}]},
        "efs:DescribeFileSystems": lambda asked: {"FileSystems": [{"FileSystemId": f"fs-{asked.region}"}]},
        "iam:ListServerCertificates": {"ServerCertificateMetadataList": [{"ServerCertificateId": "c", "Arn": "c"}]},
    }
    return stub


def _regions(entities: list[dict[str, Any]]) -> list[str]:
    return sorted({each["region"].replace("_", "-") for each in entities if each["region"]})


def _gaps(entities: list[dict[str, Any]]) -> set[tuple[str, str | None]]:
    return {(each["type"], each["region"]) for each in entities if "id" not in each}


def test_all_that_are_enabled_and_the_others_are_named(account: Stub, session: Any) -> None:
    collection = gsl.collect(session, TYPES)
    entities = list(collection)
    assert _regions(entities) == ["af-south-1", "eu-west-1", "us-east-1"]
    assert [each.region for each in collection.skipped] == ["ap-east-1", "me-south-1"]
    assert not _gaps(entities)


def test_chosen_ones(account: Stub, session: Any) -> None:
    collection = gsl.collect(session, TYPES, regions=["eu-west-1", "me-south-1"])
    assert _regions(list(collection)) == ["eu-west-1"]
    assert [each.region for each in collection.skipped] == ["me-south-1"]


def test_chosen_ones_when_they_may_not_be_listed(account: Stub, session: Any) -> None:
    account.faults[("ec2:DescribeRegions", "*")] = denied
    entities = list(gsl.collect(session, TYPES, regions=["eu-west-1", "us-east-1"]))
    assert _regions(entities) == ["eu-west-1", "us-east-1"]
    assert not _gaps(entities)


def test_when_they_may_not_be_listed(account: Stub, session: Any) -> None:
    """The session's own region is gone to; of the others it is said that they were not."""
    account.faults[("ec2:DescribeRegions", "*")] = denied
    collection = gsl.collect(session, TYPES)
    entities = list(collection)
    assert _regions(entities) == ["us-east-1"]
    assert _gaps(entities) == {("SecurityGroup", None), ("Volume", None), ("EFS", None)}
    assert [each.operation for each in collection.problems] == ["DescribeRegions"]


def test_when_none_is_listed(account: Stub, session: Any) -> None:
    account.replies["ec2:DescribeRegions"] = {"Regions": []}
    entities = list(gsl.collect(session, TYPES))
    assert _gaps(entities) == {("SecurityGroup", None), ("Volume", None), ("EFS", None)}


@pytest.mark.parametrize("workers", [1, 8])
def test_a_dead_one_costs_one_timeout(account: Stub, session: Any, workers: int) -> None:
    account.faults[("*", "eu-west-1")] = dropped
    collection = gsl.collect(session, TYPES, workers=workers)
    entities = list(collection)
    assert _gaps(entities) == {("SecurityGroup", "eu_west_1"), ("Volume", "eu_west_1"), ("EFS", "eu_west_1")}
    assert {each["id"] for each in entities if "id" in each and each["type"] == "EFS"} == {
        "fs-us-east-1",
        "fs-af-south-1",
    }
    asked = [each.service for each in account.log if each.region == "eu-west-1"]
    assert sorted(asked) == ["ec2", "efs"], "once for each service"
    assert {each.region for each in collection.problems} == {"eu-west-1"}


def test_a_dead_one_is_tried_three_times_though_throttling_is_tried_longer(
    account: Stub, session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "ATTEMPTS", 8)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    account.faults[("ec2:DescribeVolumes", "eu-west-1")] = dropped
    entities = list(gsl.collect(session, ["Volume"], regions=["eu-west-1"], workers=1))
    assert _gaps(entities) == {("Volume", "eu_west_1")}
    assert account.counts["ec2:DescribeVolumes"] == 3
    account.forget()
    account.faults[("efs:DescribeFileSystems", "eu-west-1")] = refused("ServiceUnavailable", 503)
    assert _gaps(list(gsl.collect(session, ["EFS"], regions=["eu-west-1"], workers=1)))
    assert account.counts["efs:DescribeFileSystems"] == 8


def test_a_connection_that_is_lost_once_costs_nothing(
    account: Stub, session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "ATTEMPTS", 8)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    account.replies["ec2:DescribeVolumes"] = then(dropped, account.replies["ec2:DescribeVolumes"])
    entities = list(gsl.collect(session, ["Volume"], regions=["eu-west-1"], workers=1))
    assert [each["id"] for each in entities] == ["vol-eu-west-1"]


def test_one_that_does_not_answer(account: Stub, session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "READ_SECONDS", 0.2)
    account.faults[("*", "eu-west-1")] = _late
    entities = list(gsl.collect(session, ["SecurityGroup", "Volume"], workers=1))
    assert _gaps(entities) == {("SecurityGroup", "eu_west_1"), ("Volume", "eu_west_1")}
    assert {each["_errors"][0]["code"] for each in entities if "id" not in each} == {"ReadTimeoutError"}
    assert len([each for each in account.log if each.region == "eu-west-1"]) == 1


def _late(asked: Asked) -> dict[str, Any]:
    import time

    time.sleep(0.5)
    return {}


def test_one_where_everything_is_denied(account: Stub, session: Any) -> None:
    account.faults[("*", "eu-west-1")] = denied
    collection = gsl.collect(session, TYPES)
    assert _gaps(list(collection)) == {("SecurityGroup", "eu_west_1"), ("Volume", "eu_west_1"), ("EFS", "eu_west_1")}
    found = {(each.operation, each.permission) for each in collection.problems}
    assert ("DescribeFileSystems", "elasticfilesystem:DescribeFileSystems") in found


@pytest.mark.parametrize("workers", [1, 8])
def test_one_call_that_is_not_answered_costs_only_itself(account: Stub, session: Any, workers: int) -> None:
    account.faults[("ec2:DescribeVolumes", "*")] = dropped
    account.replies["ec2:DescribeAddresses"] = {"Addresses": [{"AllocationId": "eip", "PublicIp": "203.0.113.7"}]}
    types = ["SecurityGroup", "Volume", "ElasticIP"]
    entities = list(gsl.collect(session, types, regions=["eu-west-1"], workers=workers))
    assert _gaps(entities) == {("Volume", "eu_west_1")}
    assert [each["id"] for each in entities if each["type"] == "ElasticIP"] == ["eip"]


def test_one_that_falls_silent_is_left_after_some_calls(account: Stub, session: Any) -> None:
    account.replies["kms:ListKeys"] = {"Keys": [{"KeyId": f"k{at}", "KeyArn": f"k{at}"} for at in range(20)]}
    account.faults[("kms:DescribeKey", "eu-west-1")] = dropped
    list(gsl.collect(session, {"KMS": ["keyState"]}, regions=["eu-west-1"], workers=1))
    assert account.counts["kms:DescribeKey"] == clients.SILENCE
