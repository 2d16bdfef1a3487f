"""Answers to the calls that moto cannot answer, or not so that a rule would fail or pass.

Everything else goes to moto. The replies have AWS's own shape, as boto3 gives it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from msgspec import Struct

from gsl.collectors.clients import Clients
from gsl.collectors.parts import Call
from tests.accounts import people
from tests.accounts.dates import NOW, ago, text
from tests.accounts.shapes import output, unknown
from tests.accounts.world import BROKEN, GOOD, Account

Real = Callable[[], Any]
Arguments = dict[str, Any]


class ByHand(Struct, frozen=True):
    """A call, why moto does not do, and the answer: of the account, the arguments and what asks moto."""

    call: str
    why: str
    answer: Callable[[Account, Arguments, Real], Any]


def _report(account: Account, arguments: Arguments, real: Real) -> Any:
    return {"Content": people.report(account.number), "ReportFormat": "text/csv", "GeneratedTime": _generated(account)}


def _generated(account: Account) -> Any:
    return ago(3 if account.number == BROKEN else 0.1)


def _generate(account: Account, arguments: Arguments, real: Real) -> Any:
    return {"State": "COMPLETE"}


def _details(account: Account, arguments: Arguments, real: Real) -> Iterator[Any]:
    made = {person.name: person.made for person in people.PEOPLE[account.number]}
    roles = people.ROLES.get(account.number, {})
    for each in real():
        if each.get("UserName") in made:
            each["CreateDate"] = ago(made[each["UserName"]])
        if each.get("RoleName") in roles:
            days, used = roles[each["RoleName"]]
            each["CreateDate"] = ago(days)
            each["RoleLastUsed"] = {} if used is None else {"LastUsedDate": ago(used), "Region": "eu-west-1"}
        yield each


def _summary(account: Account, arguments: Arguments, real: Real) -> Any:
    root = people.PEOPLE[account.number][0]
    return {
        **real(),
        "AccountMFAEnabled": int(root.mfa),
        "AccountAccessKeysPresent": int(root.first is not None),
        "AccountSigningCertificatesPresent": 0,
        "AccountPasswordPresent": int(root.password is not None),
    }


def _server_certificates(account: Account, arguments: Arguments, real: Real) -> Iterator[Any]:
    lasts = {"expired": -10, "expiring": 10, "valid": 200}
    for each in real():
        yield {**each, "Expiration": ago(-lasts[each["ServerCertificateName"]])}


def _analyzers(account: Account, arguments: Arguments, real: Real) -> Any:
    name, kind = ("unused", "ACCOUNT_UNUSED_ACCESS") if account.number == BROKEN else ("external", "ACCOUNT")
    arn = account.arn("access-analyzer", f"analyzer/{name}")
    return [{"arn": arn, "name": name, "type": kind, "createdAt": NOW, "status": "ACTIVE"}]


def _account_block(account: Account, arguments: Arguments, real: Real) -> Any:
    names = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    return dict.fromkeys(names, True) if account.number == GOOD else None


def _versioning(account: Account, arguments: Arguments, real: Real) -> Any:
    found = real()
    if found.get("Status"):
        found["MFADelete"] = "Enabled" if account.number == GOOD else "Disabled"
    return found


def _trail_status(account: Account, arguments: Arguments, real: Real) -> Any:
    found = real()
    if account.number == BROKEN:
        found["LatestDeliveryError"] = "AccessDenied"
        found["LatestCloudWatchLogsDeliveryError"] = "ResourceNotFoundException"
        found["LatestCloudWatchLogsDeliveryTime"] = ago(30)
    else:
        found["LatestCloudWatchLogsDeliveryTime"] = ago(0.01)
    return found


def _recorder_status(account: Account, arguments: Arguments, real: Real) -> Iterator[Any]:
    for each in real():
        yield {**each, "lastStatus": "FAILURE" if account.number == BROKEN else "SUCCESS"}


def _images(account: Account, arguments: Arguments, real: Real) -> Iterator[Any]:
    for each in real():
        made = account.images[each["Name"]]
        disk = {"DeviceName": made.disk, "Ebs": {"SnapshotId": made.snapshot, "Encrypted": made.encrypted}}
        found = {**each, "RootDeviceType": "ebs", "RootDeviceName": made.disk, "BlockDeviceMappings": [disk]}
        yield {**found, "CreationDate": text(ago(300))} if each["Name"] == "old" else found


def _snapshots(account: Account, arguments: Arguments, real: Real) -> Iterator[Any]:
    own = [each for each in real() if not each["Description"].startswith("Auto-created snapshot for AMI")]
    if "RestorableByUserIds" in arguments:
        own = [each for each in own if each["SnapshotId"] == account.things.get("public snapshot")]
    yield from own


def _key(account: Account, arguments: Arguments, real: Real) -> Any:
    found = real()
    return {**found, "KeyManager": "AWS"} if found["Description"].startswith("Default master key") else found


def _instances(account: Account, arguments: Arguments, real: Real) -> Iterator[Any]:
    for reservation in real():
        found = copy.deepcopy(reservation)
        for each in found["Instances"]:
            if {"Key": "Name", "Value": "classic"} in each.get("Tags", []):
                for key in ("VpcId", "SubnetId", "NetworkInterfaces"):
                    each.pop(key, None)
        yield found


BY_HAND = (
    ByHand("iam:GenerateCredentialReport", "the report below is there", _generate),
    ByHand("iam:GetCredentialReport", "moto has no root row, no keys in use, no dates in the past", _report),
    ByHand("iam:GetAccountAuthorizationDetails", "moto's users and roles are as old as the test", _details),
    ByHand("iam:GetAccountSummary", "moto's root user has neither keys nor MFA", _summary),
    ByHand("iam:ListServerCertificates", "moto's server certificates all end on the same day", _server_certificates),
    ByHand("accessanalyzer:ListAnalyzers", "moto has no Access Analyzer", _analyzers),
    ByHand(
        "s3control:GetPublicAccessBlock",
        "its host name begins with the account, which loopback's cannot",
        _account_block,
    ),
    ByHand("s3:GetBucketVersioning", "moto does not keep MFA delete", _versioning),
    ByHand("cloudtrail:GetTrailStatus", "moto delivers nothing to CloudWatch Logs and never fails", _trail_status),
    ByHand("config:DescribeConfigurationRecorderStatus", "moto's recorders never fail", _recorder_status),
    ByHand("ec2:DescribeImages", "moto's images are as old as the test, with disks of moto's own", _images),
    ByHand(
        "ec2:DescribeSnapshots",
        "moto does not heed whom a snapshot is shared with, and makes some of its own for images",
        _snapshots,
    ),
    ByHand("kms:DescribeKey", "moto takes the keys of AWS for the account's own", _key),
    ByHand("ec2:DescribeInstances", "moto puts every instance into a VPC; EC2-Classic did not", _instances),
)
"""All calls that are answered by hand, and why."""


def _checked(call: Call, reply: Any) -> Any:
    """A reply that has only members that AWS's replies have."""
    assert reply is None or list(unknown(reply, output(call))) == [], call.name
    return reply


def answer(patch: pytest.MonkeyPatch, accounts: Iterable[Account]) -> set[str]:
    """Has the calls of `BY_HAND` answered by hand in all accounts; gives the names of those made so far."""
    of = {id(each.session): each for each in accounts}
    made: set[str] = set()
    table = {each.call: each for each in BY_HAND}
    for name in ("value", "items"):
        real = getattr(Clients, name)

        def answered(clients: Clients, call: Call, region: str, arguments: Arguments, real: Any = real) -> Any:
            hand = table.get(call.name)
            account = of.get(id(clients.session))
            if hand is None or account is None:
                return real(clients, call, region, arguments)
            made.add(call.name)
            asked = {**call.arguments, **arguments}
            reply = hand.answer(account, asked, lambda: real(clients, call, region, arguments))
            return _checked(call, list(reply) if isinstance(reply, Iterator) else reply)

        patch.setattr(Clients, name, answered)
    return made
