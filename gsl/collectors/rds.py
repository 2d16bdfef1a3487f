"""RDS instances, and the manual snapshots of an account with whether everyone may restore them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gsl.collectors.asking import of_each
from gsl.collectors.ec2 import listing, members
from gsl.collectors.groups import group_rules_part
from gsl.collectors.parts import NEVER, Call, Collector, Entity, Place, Raw
from gsl.collectors.vpc_blocks import vpc_parts
from gsl.collectors.wording import arn, instant, tags

INSTANCES = Call("rds", "describe_db_instances", "DBInstances", arguments={"MaxRecords": 100})
SNAPSHOTS = Call("rds", "describe_db_snapshots", "DBSnapshots", arguments={"MaxRecords": 100, "SnapshotType": "manual"})
ATTRIBUTES = Call("rds", "describe_db_snapshot_attributes", "DBSnapshotAttributesResult")

_INSTANCE = {
    "status": "DBInstanceStatus",
    "dbType": "Engine",
    "engineVersion": "EngineVersion",
    "instanceType": "DBInstanceClass",
    "storageType": "StorageType",
    "availabilityZone": "AvailabilityZone",
    "secondaryAvailabilityZone": "SecondaryAvailabilityZone",
    "kmsKeyId": "KmsKeyId",
    "dbClusterName": "DBClusterIdentifier",
    "backupRetentionPeriod": "BackupRetentionPeriod",
    "caCertificateIdentifier": "CACertificateIdentifier",
}
_SWITCHES = {
    "isPublic": "PubliclyAccessible",
    "isStorageEncrypted": "StorageEncrypted",
    "isMultiAvailabilityZone": "MultiAZ",
    "autoMinorVersionUpgrade": "AutoMinorVersionUpgrade",
    "deletionProtection": "DeletionProtection",
    "iamDatabaseAuthenticationEnabled": "IAMDatabaseAuthenticationEnabled",
    "copyTagsToSnapshot": "CopyTagsToSnapshot",
}


def instance(raw: Raw, place: Place) -> Entity:
    """An RDS of a member of DescribeDBInstances."""
    name = raw["DBInstanceIdentifier"]
    endpoint = raw.get("Endpoint") or {}
    return {
        "id": name,
        "arn": raw.get("DBInstanceArn") or arn(place, "rds", f"db:{name}"),
        "name": name,
        "tags": tags(raw.get("TagList")),
        "description": "",
        "port": endpoint.get("Port") or raw.get("DbInstancePort") or None,
        "address": endpoint.get("Address"),
        "hostedZoneId": endpoint.get("HostedZoneId"),
        **members(raw, _INSTANCE),
        **{name: bool(raw.get(member)) for name, member in _SWITCHES.items()},
        "createdTime": instant(raw.get("InstanceCreateTime")) or NEVER,
        "parameterGroups": _names(raw, "DBParameterGroups", "DBParameterGroupName"),
        "optionGroups": _names(raw, "OptionGroupMemberships", "OptionGroupName"),
        "enabledCloudwatchLogsExports": list(raw.get("EnabledCloudwatchLogsExports") or ()),
        "securityGroups": [{"id": each} for each in _groups(raw)],
        "nics": [{"subnet": _subnet(each)} for each in (raw.get("DBSubnetGroup") or {}).get("Subnets") or ()],
    }


def _names(raw: Raw, member: str, name: str) -> list[str]:
    return [each[name] for each in raw.get(member) or () if each.get(name)]


def _subnet(raw: Raw) -> dict[str, Any]:
    zone = (raw.get("SubnetAvailabilityZone") or {}).get("Name")
    return {"id": raw.get("SubnetIdentifier"), "availabilityZone": zone, "state": raw.get("SubnetStatus")}


def _groups(raw: Raw) -> Iterable[str]:
    return _names(raw, "VpcSecurityGroups", "VpcSecurityGroupId")


def _vpc_id(raw: Raw) -> str | None:
    found: str | None = (raw.get("DBSubnetGroup") or {}).get("VpcId")
    return found


_SNAPSHOT = {
    "snapshotType": "SnapshotType",
    "engine": "Engine",
    "dbInstanceIdentifier": "DBInstanceIdentifier",
    "kmsKeyId": "KmsKeyId",
}


def snapshot(raw: Raw, place: Place) -> Entity:
    """An RDSSnapshot of a member of DescribeDBSnapshots."""
    name = raw["DBSnapshotIdentifier"]
    return {
        "id": name,
        "arn": raw.get("DBSnapshotArn") or arn(place, "rds", f"snapshot:{name}"),
        "name": name,
        "tags": tags(raw.get("TagList")),
        **members(raw, _SNAPSHOT),
        "isEncrypted": bool(raw.get("Encrypted")),
        "createdTime": instant(raw.get("SnapshotCreateTime")) or NEVER,
    }


def is_public(attributes: Raw) -> bool:
    """Whether a snapshot's attributes let everyone restore it."""
    return any(
        [
            each.get("AttributeName") == "restore" and "all" in (each.get("AttributeValues") or ())
            for each in attributes.get("DBSnapshotAttributes") or ()
        ]
    )


def _by_name(raw: Raw) -> Mapping[str, Any]:
    return {"DBSnapshotIdentifier": raw["DBSnapshotIdentifier"]}


COLLECTORS = (
    Collector(
        "RDS",
        "rds",
        (INSTANCES,),
        listing(INSTANCES, instance),
        (*vpc_parts(_vpc_id), group_rules_part(_groups)),
    ),
    Collector(
        "RDSSnapshot",
        "rds",
        (SNAPSHOTS,),
        listing(SNAPSHOTS, snapshot),
        (of_each("isPublic", ATTRIBUTES, _by_name, is_public),),
    ),
)
