"""What AWS calls the thing that a finding is about: its account, partition, region, type and ARN."""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

from gsl.results.model import Result


class ResourceType(Struct, frozen=True):
    """The names of a kind of resource: CloudFormation's, the Security Finding Format's if it has one.

    `arn` is how its ARN is made of its id, where the id is enough.
    """

    name: str
    finding_format: str = "Other"
    arn: str = ""


def _ec2(name: str, arn: str, finding_format: str = "Other") -> ResourceType:
    return ResourceType(f"AWS::EC2::{name}", finding_format, f"ec2:{{region}}:{{account}}:{arn}/{{id}}")


_BALANCER = ResourceType("AWS::ElasticLoadBalancingV2::LoadBalancer", "AwsElbv2LoadBalancer")
ACCOUNT = ResourceType("AWS::::Account", "AwsAccount")

RESOURCE_TYPES: dict[str, ResourceType] = {
    "AMI": _ec2("Image", "image"),
    "Account": ACCOUNT,
    "ApplicationLoadBalancer": _BALANCER,
    "CloudTrail": ResourceType("AWS::CloudTrail::Trail", "AwsCloudTrailTrail"),
    "DynamoDbTable": ResourceType("AWS::DynamoDB::Table", "AwsDynamoDbTable"),
    "EFS": ResourceType("AWS::EFS::FileSystem", arn="elasticfilesystem:{region}:{account}:file-system/{id}"),
    "ELB": ResourceType("AWS::ElasticLoadBalancing::LoadBalancer", "AwsElbLoadBalancer"),
    "ElasticIP": ResourceType("AWS::EC2::EIP", "AwsEc2Eip"),
    "Iam": ACCOUNT,
    "IamGroup": ResourceType("AWS::IAM::Group", "AwsIamGroup"),
    "IamPolicy": ResourceType("AWS::IAM::ManagedPolicy", "AwsIamPolicy"),
    "IamRole": ResourceType("AWS::IAM::Role", "AwsIamRole"),
    "IamServerCertificate": ResourceType("AWS::IAM::ServerCertificate"),
    "IamUser": ResourceType("AWS::IAM::User", "AwsIamUser"),
    "Instance": _ec2("Instance", "instance", "AwsEc2Instance"),
    "KMS": ResourceType("AWS::KMS::Key", "AwsKmsKey"),
    "Lambda": ResourceType("AWS::Lambda::Function", "AwsLambdaFunction"),
    "NACL": _ec2("NetworkAcl", "network-acl", "AwsEc2NetworkAcl"),
    "NetworkLoadBalancer": _BALANCER,
    "RDS": ResourceType("AWS::RDS::DBInstance", "AwsRdsDbInstance"),
    "RDSSnapshot": ResourceType("AWS::RDS::DBSnapshot", "AwsRdsDbSnapshot"),
    "Region": ResourceType("AWS::::Region"),
    "RouteTable": _ec2("RouteTable", "route-table", "AwsEc2RouteTable"),
    "S3Bucket": ResourceType("AWS::S3::Bucket", "AwsS3Bucket", "s3:::{id}"),
    "SecurityGroup": _ec2("SecurityGroup", "security-group", "AwsEc2SecurityGroup"),
    "Snapshot": _ec2("Snapshot", "snapshot"),
    "Subnet": _ec2("Subnet", "subnet", "AwsEc2Subnet"),
    "VPC": _ec2("VPC", "vpc", "AwsEc2Vpc"),
    "Volume": _ec2("Volume", "volume", "AwsEc2Volume"),
}
"""The kinds of resources by entity type: those that there are collectors for."""

_HOMES = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
_ACCOUNT = re.compile(r"[0-9]{12}")
_REGION = re.compile(r"[a-z]{2,4}(?:-[a-z]{2,12}){1,3}-[0-9]{1,2}")
_PLAIN_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
_ARN_PARTS = 6
_LONGEST_ARN = 2048
_LONGEST_REGION = 16


class AwsPlace(Struct, frozen=True):
    """Where in AWS something is; `region` is empty for what belongs to no region."""

    account: str
    region: str
    partition: str

    @property
    def home(self) -> str:
        """The region, or the partition's home region for what belongs to none."""
        return self.region or _HOMES[self.partition]


def aws_place(result: Result) -> AwsPlace | None:
    """The place of a finding's entity, by its account, its region and its id if that is an ARN; `None` outside AWS."""
    return _place(result.account, result.region, result.entity_id if result.entity_id.startswith("arn:") else "")


@lru_cache(1024)
def _place(account: str, region: str, arn: str) -> AwsPlace | None:
    parts = arn[:_LONGEST_ARN].split(":", _ARN_PARTS - 1)
    _, partition, _, arn_region, arn_account, _ = parts if len(parts) == _ARN_PARTS else [""] * _ARN_PARTS
    found = next((each for each in (account, arn_account) if _ACCOUNT.fullmatch(each)), None)
    if found is None or (account and found != account):
        return None
    spelled = (each.replace("_", "-").lower() for each in (region, arn_region))
    where = next((each for each in spelled if len(each) <= _LONGEST_REGION and _REGION.fullmatch(each)), "")
    if partition not in _HOMES:
        partition = next((each for each in ("aws-cn", "aws-us-gov") if where.startswith(each[4:] + "-")), "aws")
    return AwsPlace(found, where, partition)


def resource_type(result: Result) -> ResourceType:
    """The names of the kind of resource that a finding is about; of types that are not known, the entity type.

    What is said of all entities of a type, or of those that could not be listed, is said of the account.
    """
    if result.entity_id in ("", f"List<{result.entity_type}>"):
        return ACCOUNT
    return RESOURCE_TYPES.get(result.entity_type) or ResourceType(result.entity_type)


def resource_id(result: Result, place: AwsPlace) -> str:
    """The ARN of a finding's entity where it can be told, else its id; for the account, AWS's name of it."""
    kind = resource_type(result)
    if kind is ACCOUNT:
        return f"AWS::::Account:{place.account}"
    if not kind.arn or not _PLAIN_ID.fullmatch(result.entity_id):
        return result.entity_id
    return f"arn:{place.partition}:" + kind.arn.format(region=place.home, account=place.account, id=result.entity_id)
