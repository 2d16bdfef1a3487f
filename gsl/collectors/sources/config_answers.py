"""Items of AWS Config as replies of calls: what each resource type's item would have AWS answer to whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from gsl.collectors.sources.config_buckets import bucket_answers
from gsl.collectors.sources.spelling import as_called, unpacked

Answers = dict[str, Any]
"""Values by `service:operation:result`."""


class Item(Struct, frozen=True, eq=False):
    """An item: its configuration as calls spell it, the rest as it came, its tags as `[{Key, Value}]`."""

    raw: dict[str, Any]
    supplementary: Mapping[str, Any]
    tags: list[dict[str, Any]]
    account: str
    region: str
    arn: str

    def more(self, name: str) -> Any:
        """A supplementary configuration, out of the text that it may be in."""
        return as_called(unpacked(self.supplementary.get(name)))


class Kind(Struct, frozen=True, eq=False):
    """A resource type: the entity type, the answers, and the members without which paths are not known."""

    type: Callable[[Item], str | None]
    answers: Callable[[Item], Answers]
    needs: Mapping[str, str] = {}


def _listed(type_name: str, service: str, operation: str, result: str, **needs: str) -> Kind:
    """A type of which the item alone is known."""
    key = f"{service}:{operation}:{result}"
    return Kind(lambda item: type_name, lambda item: {key: [{**item.raw, "Tags": item.tags}]}, needs)


def _instance(item: Item) -> Answers:
    raw = {**item.raw, "Tags": item.tags}
    return {"ec2:describe_instances:Reservations": [{"OwnerId": item.account, "Instances": [raw]}]}


def _table(item: Item) -> Answers:
    answers = {
        "dynamodb:list_tables:TableNames": [item.raw.get("TableName")],
        "dynamodb:describe_table:Table": item.raw,
        _TAGGED: _tagged(item),
    }
    if "ContinuousBackupsDescription" in item.supplementary:
        backups = item.more("ContinuousBackupsDescription")
        answers["dynamodb:describe_continuous_backups:ContinuousBackupsDescription"] = backups
    return answers


_TAGGED = "resourcegroupstaggingapi:get_resources:ResourceTagMappingList"


def _tagged(item: Item) -> list[Any]:
    return [{"ResourceARN": item.arn, "Tags": item.tags}]


def _function(item: Item) -> Answers:
    answers = {"lambda:list_functions:Functions": [item.raw], _TAGGED: _tagged(item)}
    if "Policy" in item.supplementary:
        answers["lambda:get_policy:Policy"] = unpacked(item.supplementary["Policy"])
    return answers


def _key(item: Item) -> Answers:
    identity = item.raw.get("KeyId")
    answers: Answers = {
        "kms:list_keys:Keys": [{"KeyId": identity, "KeyArn": item.raw.get("Arn") or item.arn}],
        "kms:describe_key:KeyMetadata": item.raw,
        "kms:list_resource_tags:Tags": item.tags,
    }
    if "KeyRotationStatus" in item.supplementary:
        rotates = unpacked(item.supplementary["KeyRotationStatus"])
        answers["kms:get_key_rotation_status:"] = {"KeyRotationEnabled": rotates}
    if "Policy" in item.supplementary:
        answers["kms:get_key_policy:Policy"] = unpacked(item.supplementary["Policy"])
    return answers


def _file_system(item: Item) -> Answers:
    tags = item.tags or item.raw.get("FileSystemTags") or []
    name = next((each.get("Value") for each in tags if each.get("Key") == "Name"), "")
    raw = {"Name": name, **item.raw, "FileSystemArn": item.raw.get("Arn") or item.arn, "Tags": tags}
    answers: Answers = {"efs:describe_file_systems:FileSystems": [raw]}
    if "BackupPolicy" in item.raw:
        answers["efs:describe_backup_policy:BackupPolicy"] = item.raw["BackupPolicy"]
    if "FileSystemPolicy" in item.raw:
        answers["efs:describe_file_system_policy:Policy"] = unpacked(item.raw["FileSystemPolicy"])
    return answers


def _classic(item: Item) -> Answers:
    name = item.raw.get("LoadBalancerName")
    answers: Answers = {
        "elb:describe_load_balancers:LoadBalancerDescriptions": [item.raw],
        "elb:describe_tags:TagDescriptions": [{"LoadBalancerName": name, "Tags": item.tags}],
    }
    if "LoadBalancerPolicies" in item.supplementary:
        policies = item.more("LoadBalancerPolicies") or []
        answers["elb:describe_load_balancer_policies:PolicyDescriptions"] = policies
    if "LoadBalancerAttributes" in item.supplementary:
        attributes = item.more("LoadBalancerAttributes")
        answers["elb:describe_load_balancer_attributes:LoadBalancerAttributes"] = attributes
    return answers


def _balancer(item: Item) -> Answers:
    answers: Answers = {
        "elbv2:describe_load_balancers:LoadBalancers": [item.raw],
        "elbv2:describe_tags:TagDescriptions": [{"ResourceArn": item.raw.get("LoadBalancerArn"), "Tags": item.tags}],
    }
    if "LoadBalancerAttributes" in item.supplementary:
        attributes = item.more("LoadBalancerAttributes") or []
        answers["elbv2:describe_load_balancer_attributes:Attributes"] = attributes
    return answers


def _balancer_type(item: Item) -> str | None:
    kind = item.raw.get("Type")
    return {"application": "ApplicationLoadBalancer", "network": "NetworkLoadBalancer"}.get(kind or "")


def _iam(type_name: str, result: str, **needs: str) -> Kind:
    key = f"iam:get_account_authorization_details:{result}"
    return Kind(lambda item: type_name, lambda item: {key: [{"Arn": item.arn, **item.raw, "Tags": item.tags}]}, needs)


_MANAGED = {"managedPolicies": "AttachedManagedPolicies"}

KINDS: dict[str, Kind] = {
    "AWS::EC2::SecurityGroup": _listed("SecurityGroup", "ec2", "describe_security_groups", "SecurityGroups"),
    "AWS::EC2::NetworkAcl": _listed("NACL", "ec2", "describe_network_acls", "NetworkAcls", isDefault="IsDefault"),
    "AWS::EC2::VPC": _listed("VPC", "ec2", "describe_vpcs", "Vpcs", isDefault="IsDefault"),
    "AWS::EC2::Subnet": _listed(
        "Subnet", "ec2", "describe_subnets", "Subnets", mapPublicIpOnLaunch="MapPublicIpOnLaunch"
    ),
    "AWS::EC2::RouteTable": _listed("RouteTable", "ec2", "describe_route_tables", "RouteTables"),
    "AWS::EC2::Instance": Kind(
        lambda item: "Instance",
        _instance,
        {
            "metadataOptions": "MetadataOptions",
            "ebsOptimized": "EbsOptimized",
            "monitoring": "Monitoring",
            "nics": "NetworkInterfaces",
            "isPublic": "NetworkInterfaces",
        },
    ),
    "AWS::EC2::Volume": _listed("Volume", "ec2", "describe_volumes", "Volumes", encrypted="Encrypted"),
    "AWS::EC2::EIP": _listed("ElasticIP", "ec2", "describe_addresses", "Addresses"),
    "AWS::S3::Bucket": Kind(lambda item: "S3Bucket", bucket_answers),
    "AWS::CloudTrail::Trail": Kind(
        lambda item: "CloudTrail",
        lambda item: {
            "cloudtrail:describe_trails:trailList": [{"TrailARN": item.arn, **item.raw}],
            "cloudtrail:list_tags:ResourceTagList": [{"TagsList": item.tags}],
        },
        {
            "isMultiRegionTrail": "IsMultiRegionTrail",
            "includeGlobalServiceEvents": "IncludeGlobalServiceEvents",
            "logFileValidationEnabled": "LogFileValidationEnabled",
            "isOrganizationTrail": "IsOrganizationTrail",
            "hasInsightSelectors": "HasInsightSelectors",
            "hasCustomEventSelectors": "HasCustomEventSelectors",
        },
    ),
    "AWS::KMS::Key": Kind(lambda item: "KMS", _key, {"multiRegion": "MultiRegion"}),
    "AWS::RDS::DBInstance": Kind(
        lambda item: "RDS",
        lambda item: {"rds:describe_db_instances:DBInstances": [{**item.raw, "TagList": item.tags}]},
        {
            "isPublic": "PubliclyAccessible",
            "isStorageEncrypted": "StorageEncrypted",
            "isMultiAvailabilityZone": "MultiAZ",
            "autoMinorVersionUpgrade": "AutoMinorVersionUpgrade",
            "deletionProtection": "DeletionProtection",
            "iamDatabaseAuthenticationEnabled": "IAMDatabaseAuthenticationEnabled",
            "copyTagsToSnapshot": "CopyTagsToSnapshot",
            "backupRetentionPeriod": "BackupRetentionPeriod",
            "enabledCloudwatchLogsExports": "EnabledCloudwatchLogsExports",
        },
    ),
    "AWS::EFS::FileSystem": Kind(
        lambda item: "EFS",
        _file_system,
        {
            "encrypted": "Encrypted",
            "creationTime": "CreationTime",
            "lifeCycleState": "LifeCycleState",
            "sizeInBytes": "SizeInBytes",
            "numberOfMountTargets": "NumberOfMountTargets",
        },
    ),
    "AWS::DynamoDB::Table": Kind(
        lambda item: "DynamoDbTable", _table, {"deletionProtectionEnabled": "DeletionProtectionEnabled"}
    ),
    "AWS::Lambda::Function": Kind(
        lambda item: "Lambda", _function, {"environmentVariables": "Environment", "tracingConfig": "TracingConfig"}
    ),
    "AWS::ElasticLoadBalancing::LoadBalancer": Kind(lambda item: "ELB", _classic),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": Kind(_balancer_type, _balancer),
    "AWS::IAM::User": _iam(
        "IamUser",
        "UserDetailList",
        inlinePolicies="UserPolicyList",
        attachedGroups="GroupList",
        permissionsBoundary="PermissionsBoundary",
        **_MANAGED,
    ),
    "AWS::IAM::Role": _iam(
        "IamRole",
        "RoleDetailList",
        inlinePolicies="RolePolicyList",
        instanceProfiles="InstanceProfileList",
        permissionsBoundary="PermissionsBoundary",
        description="Description",
        maxSessionDuration="MaxSessionDuration",
        roleLastUsed="RoleLastUsed",
        **_MANAGED,
    ),
    "AWS::IAM::Group": _iam("IamGroup", "GroupDetailList", inlinePolicies="GroupPolicyList", **_MANAGED),
    "AWS::IAM::Policy": _iam(
        "IamPolicy",
        "Policies",
        document="PolicyVersionList",
        attachmentCount="AttachmentCount",
        permissionsBoundaryUsageCount="PermissionsBoundaryUsageCount",
    ),
}
"""Resource types that become entities."""
