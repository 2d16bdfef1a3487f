"""Lists of many pages, pages that fail, the order of calls, and the limit on their rate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

import gsl
from gsl.collectors.rate import RateLimit
from tests.aws import people, rich
from tests.aws.comparing import NOW
from tests.aws.stub import OWN, Answer, Asked, Stub, denied, dropped, garbled, said

pytestmark = pytest.mark.usefixtures("kept_clients")


@pytest.fixture
def account(stub: Stub) -> Stub:
    """An account with seven of what is listed most."""
    stub.replies = {
        **rich.replies(),
        "ec2:DescribeSecurityGroups": {"SecurityGroups": [{"GroupId": f"sg-{at}", "OwnerId": OWN} for at in range(7)]},
        "ec2:DescribeVolumes": {"Volumes": [{"VolumeId": f"vol-{at}"} for at in range(7)]},
        "ec2:DescribeInstances": {"Reservations": [{"Instances": [_instance(at)]} for at in range(7)]},
        "s3:ListBuckets": {"Buckets": [{"Name": f"b-{at}", "BucketRegion": "us-east-1"} for at in range(7)]},
        "kms:ListKeys": {"Keys": [{"KeyId": f"k-{at}", "KeyArn": f"arn:aws:kms:::key/k-{at}"} for at in range(7)]},
        "lambda:ListFunctions": {"Functions": [{"FunctionName": f"f-{at}"} for at in range(7)]},
        "rds:DescribeDBInstances": {"DBInstances": [{"DBInstanceIdentifier": f"db-{at}"} for at in range(7)]},
        "dynamodb:ListTables": {"TableNames": [f"t-{at}" for at in range(7)]},
        "efs:DescribeFileSystems": {"FileSystems": [{"FileSystemId": f"fs-{at}"} for at in range(7)]},
        "elb:DescribeLoadBalancers": {"LoadBalancerDescriptions": [{"LoadBalancerName": f"e-{at}"} for at in range(7)]},
    }
    stub.page = 3
    return stub


def _instance(at: int) -> dict[str, Any]:
    return {"InstanceId": f"i-{at}", "State": {"Name": "running"}}


LISTS = {
    "SecurityGroup": "ec2:DescribeSecurityGroups",
    "Volume": "ec2:DescribeVolumes",
    "Instance": "ec2:DescribeInstances",
    "S3Bucket": "s3:ListBuckets",
    "KMS": "kms:ListKeys",
    "Lambda": "lambda:ListFunctions",
    "RDS": "rds:DescribeDBInstances",
    "DynamoDbTable": "dynamodb:ListTables",
    "EFS": "efs:DescribeFileSystems",
    "ELB": "elb:DescribeLoadBalancers",
}
BY_ACCOUNT = ("ELB",)
"""Lists that are kept for several uses, so that a page that fails costs them whole."""


@pytest.mark.parametrize("name", LISTS)
def test_short_pages_give_all(account: Stub, session: Any, name: str) -> None:
    entities = list(gsl.collect(session, [name]))
    assert len(entities) == 7
    assert len({each["id"] for each in entities}) == 7
    assert account.counts[LISTS[name]] >= 3


@pytest.mark.parametrize("fault", [denied, dropped, garbled], ids=["denied", "dropped", "garbled"])
@pytest.mark.parametrize("name", LISTS)
def test_a_second_page_that_fails(account: Stub, session: Any, name: str, fault: Answer) -> None:
    """What was listed stays; a gap says that there is more."""
    operation = LISTS[name]
    account.faults[(operation, "*")] = _from_the_second(account.replies[operation], fault)
    entities = list(gsl.collect(session, [name]))
    assert len([each for each in entities if "id" in each]) == (0 if name in BY_ACCOUNT else 3)
    assert [each["_errors"][0]["path"] for each in entities if "id" not in each] == [""]


def _from_the_second(reply: Any, fault: Answer) -> Answer:
    def answer(asked: Asked) -> Mapping[str, Any]:
        tokens = {"NextToken", "Marker", "ExclusiveStartTableName", "ContinuationToken"}
        return fault(asked) if tokens & set(asked.arguments) else said(reply, asked)

    return answer


def test_whole_accounts_are_the_same_in_pages_of_any_size(stub: Stub, session: Any) -> None:
    stub.replies = rich.replies()
    found = []
    for size in (1000, 1):
        stub.page = size
        found.append(list(gsl.collect(session, workers=1, now=NOW)))
    assert found[0] == found[1]


def test_one_worker_asks_in_a_fixed_order(stub: Stub, session: Any) -> None:
    stub.replies = rich.replies()
    logs = []
    for _ in range(2):
        stub.log = []
        list(gsl.collect(session, workers=1, now=NOW))
        logs.append(stub.log)
    assert logs[0] == logs[1]
    assert len(logs[0]) > 100


def test_many_workers_give_what_one_gives(stub: Stub, session: Any) -> None:
    stub.replies = rich.replies()
    alone, threads = [list(gsl.collect(session, workers=each, now=NOW)) for each in (1, 16)]
    assert sorted(alone, key=repr) == sorted(threads, key=repr)


def test_the_limit_spreads_calls_evenly() -> None:
    clock = [100.0]
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock[0] += seconds

    limit = RateLimit(4, lambda: clock[0], sleep)
    for _ in range(5):
        limit.wait()
    assert slept == [0.25] * 4
    clock[0] += 60
    limit.wait()
    assert len(slept) == 4, "what was not used before does not add up"
    limit.wait()
    assert len(slept) == 5


def test_no_limit_never_waits() -> None:
    limit = RateLimit(None, sleep=lambda seconds: pytest.fail("it waits"))
    for _ in range(100):
        limit.wait()


def test_every_request_takes_a_turn(stub: Stub, session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages too, not calls of collectors."""
    turns: list[int] = []
    monkeypatch.setattr(RateLimit, "wait", lambda self: turns.append(1))
    monkeypatch.setattr("gsl.collectors.clients.READ_SECONDS", 61)
    stub.page = 1
    stub.replies = {
        "sts:GetCallerIdentity": {"Account": OWN, "Arn": people.arn("scanner"), "UserId": "x"},
        "iam:ListServerCertificates": {
            "ServerCertificateMetadataList": [{"ServerCertificateId": str(at), "Arn": str(at)} for at in range(5)]
        },
    }
    collection = gsl.collect(session, ["IamServerCertificate"], max_rps=1)
    assert len(list(collection)) == 5
    assert stub.counts["iam:ListServerCertificates"] == 5
