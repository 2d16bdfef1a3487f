"""The replies of AWS that are known by the name of their one member, and what of them says where they are from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

GLOBAL = frozenset(("account", "iam", "organizations", "s3"))
"""Services whose replies are the same in all regions."""


class Reply(Struct, frozen=True):
    """A reply: its service, what its members must have, and which of that is their ARN. `one`: there is one, no list."""

    service: str
    needs: tuple[str, ...] = ()
    arn: str = ""
    one: bool = False


def _ec2(*needs: str, arn: str = "") -> Reply:
    return Reply("ec2", needs, arn)


REPLIES: dict[str, Reply] = {
    "SecurityGroups": _ec2("GroupId", "IpPermissions", arn="SecurityGroupArn"),
    "NetworkAcls": _ec2("NetworkAclId"),
    "Vpcs": _ec2("VpcId", "CidrBlock"),
    "Subnets": _ec2("SubnetId", "VpcId", arn="SubnetArn"),
    "RouteTables": _ec2("RouteTableId"),
    "Reservations": _ec2("Instances"),
    "Volumes": _ec2("VolumeId", "AvailabilityZone"),
    "Snapshots": _ec2("SnapshotId", "VolumeSize"),
    "Images": _ec2("ImageId", "OwnerId"),
    "Addresses": _ec2("PublicIp"),
    "FlowLogs": _ec2("FlowLogId"),
    "InternetGateways": _ec2("InternetGatewayId"),
    "VpnGateways": _ec2("VpnGatewayId"),
    "VpcPeeringConnections": _ec2("VpcPeeringConnectionId"),
    "VpcEndpoints": _ec2("VpcEndpointId"),
    "NetworkInterfaces": _ec2("NetworkInterfaceId"),
    "LoadBalancerDescriptions": Reply("elb", ("LoadBalancerName",)),
    "LoadBalancers": Reply("elbv2", ("LoadBalancerArn", "Type"), "LoadBalancerArn"),
    "Listeners": Reply("elbv2", ("ListenerArn", "LoadBalancerArn"), "ListenerArn"),
    "Buckets": Reply("s3", ("Name", "CreationDate")),
    "trailList": Reply("cloudtrail", ("TrailARN",), "TrailARN"),
    "DBInstances": Reply("rds", ("DBInstanceIdentifier",), "DBInstanceArn"),
    "DBSnapshots": Reply("rds", ("DBSnapshotIdentifier",), "DBSnapshotArn"),
    "FileSystems": Reply("efs", ("FileSystemId", "CreationToken"), "FileSystemArn"),
    "Functions": Reply("lambda", ("FunctionName", "FunctionArn"), "FunctionArn"),
    "Keys": Reply("kms", ("KeyId", "KeyArn"), "KeyArn"),
    "KeyMetadata": Reply("kms", ("KeyId", "Arn"), "Arn", one=True),
    "Aliases": Reply("kms", ("AliasName", "AliasArn"), "AliasArn"),
    "TableNames": Reply("dynamodb"),
    "Table": Reply("dynamodb", ("TableName", "TableArn"), "TableArn", one=True),
    "CertificateSummaryList": Reply("acm", ("CertificateArn",), "CertificateArn"),
    "Content": Reply("iam", one=True),
    "UserDetailList": Reply("iam", ("UserId", "Arn"), "Arn"),
    "GroupDetailList": Reply("iam", ("GroupId", "Arn"), "Arn"),
    "RoleDetailList": Reply("iam", ("RoleId", "Arn"), "Arn"),
    "Policies": Reply("iam", ("Arn", "DefaultVersionId"), "Arn"),
    "Users": Reply("iam", ("UserId", "UserName", "Arn"), "Arn"),
    "Groups": Reply("iam", ("GroupId", "GroupName", "Arn"), "Arn"),
    "Roles": Reply("iam", ("RoleId", "RoleName", "Arn"), "Arn"),
    "User": Reply("iam", ("UserId", "UserName", "Arn"), "Arn", one=True),
    "Role": Reply("iam", ("RoleId", "RoleName", "Arn"), "Arn", one=True),
    "Policy": Reply("iam", ("PolicyId", "PolicyName", "Arn"), "Arn", one=True),
    "ServerCertificateMetadataList": Reply("iam", ("ServerCertificateId", "Arn"), "Arn"),
    "VirtualMFADevices": Reply("iam", ("SerialNumber",), "SerialNumber"),
    "PasswordPolicy": Reply("iam", ("MinimumPasswordLength",), one=True),
    "SummaryMap": Reply("iam", ("Users",), one=True),
    "AccountAliases": Reply("iam"),
}
"""Replies by the member that holds what is wanted of them."""

BESIDE = frozenset(
    (
        "ContinuationToken",
        "GeneratedTime",
        "IsTruncated",
        "LastEvaluatedTableName",
        "Marker",
        "NextMarker",
        "NextToken",
        "Owner",
        "Prefix",
        "ReportFormat",
        "ResponseMetadata",
        "Truncated",
        "nextToken",
    )
)
"""What replies hold besides."""

FIRST = frozenset((*REPLIES, *BESIDE))
"""What a reply can begin with."""

_MORE = ("NextToken", "nextToken", "NextMarker", "LastEvaluatedTableName", "ContinuationToken")
_MARKED = frozenset(("DBInstances", "DBSnapshots"))
"""Replies whose `Marker` says that there is more."""

_ZONE = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d+")
_ARN = re.compile(r"arn:(aws[a-z-]*):[a-z0-9-]+:([a-z0-9-]*):(\d{12}):")


def is_reply(document: Any) -> bool:
    """Whether a document is nothing but a reply of AWS that is known here."""
    if not isinstance(document, dict):
        return False
    known = [key for key in document if key in REPLIES]
    if not known or not all([key in REPLIES or key in BESIDE for key in document]):
        return False
    if "Content" in document:
        return document.get("ReportFormat") == "text/csv" and isinstance(document["Content"], str)
    return all([_fits(REPLIES[key], document[key]) for key in known])


def _fits(reply: Reply, value: Any) -> bool:
    if reply.one:
        return _has(reply, value)
    return isinstance(value, list) and all([_has(reply, each) for each in value])


def _has(reply: Reply, member: Any) -> bool:
    if not reply.needs:
        return isinstance(member, str)
    return isinstance(member, dict) and all([name in member for name in reply.needs])


def goes_on(document: Mapping[str, Any]) -> bool:
    """Whether a reply says that another page follows it."""
    if any([document.get(key) for key in _MORE]) or document.get("IsTruncated") or document.get("Truncated"):
        return True
    return bool(document.get("Marker")) and not _MARKED.isdisjoint(document)


class Origin(Struct, frozen=True):
    """Where members of a reply are from; empty what they do not say."""

    account: str = ""
    region: str = ""
    partition: str = ""


def origin(key: str, members: Iterable[Any]) -> Origin:
    """Where members of a reply are from, as most of them say; without a region when they name several."""
    reply = REPLIES[key]
    found = [_origin(reply, member) for member in members if isinstance(member, Mapping)]
    accounts = Counter([each.account for each in found if each.account])
    regions = {each.region for each in found if each.region}
    partition = next((each.partition for each in found if each.partition), "")
    account = accounts.most_common(1)[0][0] if accounts else ""
    return Origin(account, next(iter(regions)) if len(regions) == 1 and reply.service not in GLOBAL else "", partition)


def _origin(reply: Reply, raw: Mapping[str, Any]) -> Origin:
    match = _ARN.match(str(raw.get(reply.arn) or ""))
    partition, region, account = match.groups() if match else ("", "", "")
    owner = str(raw.get("OwnerId") or "")
    return Origin(account or (owner if owner.isdigit() else ""), region or _region(_zone(raw)), partition)


def _zone(raw: Mapping[str, Any]) -> Any:
    """A zone that something is in: its own, or that of the first instance of a reservation."""
    first = (raw.get("Instances") or [{}])[0]
    placement = (first.get("Placement") or {}) if isinstance(first, Mapping) else {}
    zones = raw.get("AvailabilityZones") or [None]
    return raw.get("AvailabilityZone") or placement.get("AvailabilityZone") or zones[0]


def _region(zone: Any) -> str:
    match = _ZONE.match(zone) if isinstance(zone, str) else None
    return match.group() if match else ""
