"""Replies of a simulated AWS, through a file: the same values as those that are collected live."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

import gsl
from gsl.collectors.sources.cli_json import TRIGGERS
from gsl.collectors.table import COLLECTORS
from tests.collectors.conftest import endpoint
from tests.sources.reading import read

pytest.importorskip("moto")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
__all__ = ["endpoint"]

REGION = "eu-west-1"
TYPES = [
    *("IamUser", "IamRole", "IamGroup", "IamPolicy", "SecurityGroup", "NACL", "VPC", "Subnet", "RouteTable"),
    *("Instance", "Volume", "Snapshot", "AMI", "ElasticIP", "ELB", "ApplicationLoadBalancer", "S3Bucket"),
    *("CloudTrail", "RDS", "EFS"),
]


@pytest.fixture(scope="module")
def session(endpoint: str) -> Iterator[Any]:
    patch = pytest.MonkeyPatch()
    patch.setenv("AWS_ENDPOINT_URL", endpoint)
    made = boto3.Session("testing", "testing", region_name=REGION)
    _furnish(made)
    yield made
    patch.undo()


def _furnish(session: Any) -> None:
    iam, ec2 = session.client("iam"), session.client("ec2")
    iam.create_user(UserName="ann", Tags=[{"Key": "team", "Value": "data"}])
    iam.create_group(GroupName="team")
    iam.add_user_to_group(GroupName="team", UserName="ann")
    document = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})
    policy = iam.create_policy(PolicyName="all", PolicyDocument=document)["Policy"]["Arn"]
    iam.attach_group_policy(GroupName="team", PolicyArn=policy)
    iam.create_role(RoleName="role", AssumeRolePolicyDocument=document)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=f"{REGION}{zone}")["Subnet"][
            "SubnetId"
        ]
        for n, zone in enumerate("ab")
    ]
    group = ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=group, IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp="0.0.0.0/0")
    image = ec2.describe_images()["Images"][0]["ImageId"]
    ran = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, SubnetId=subnets[0], SecurityGroupIds=[group])
    ec2.create_image(InstanceId=ran["Instances"][0]["InstanceId"], Name="golden")
    ec2.allocate_address(Domain="vpc")
    session.client("s3").create_bucket(Bucket="logs", CreateBucketConfiguration={"LocationConstraint": REGION})
    session.client("cloudtrail").create_trail(Name="trail", S3BucketName="logs")
    session.client("efs").create_file_system(CreationToken="one", Tags=[{"Key": "Name", "Value": "files"}])
    session.client("rds").create_db_instance(
        DBInstanceIdentifier="db", Engine="mysql", DBInstanceClass="db.t3.micro", AllocatedStorage=20
    )
    listener = {"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 80}
    session.client("elb").create_load_balancer(LoadBalancerName="old", Listeners=[listener], Subnets=subnets)
    session.client("elbv2").create_load_balancer(Name="new", Subnets=subnets, Type="application")


def _text(value: Any) -> str:
    return str(value.isoformat())


def _reply(session: Any, type_name: str) -> str:
    """What the AWS command would print of a type's listing."""
    call = COLLECTORS[type_name].calls[-1]
    client = session.client(call.service)
    if call.operation == "get_account_authorization_details":
        reply = client.get_account_authorization_details()
    else:
        arguments = {key: value for key, value in call.arguments.items() if key.lower() != "maxresults"}
        reply = getattr(client, call.operation)(**arguments)
    reply.pop("ResponseMetadata")
    return json.dumps(reply, default=_text, indent=4)


@pytest.mark.parametrize("type_name", TYPES)
def test_a_file_says_what_the_call_said(session: Any, type_name: str) -> None:
    live = {
        each["id"]: each for each in gsl.collect(session, [type_name], [REGION]) if each["name"] != "<root_account>"
    }
    found = read(_reply(session, type_name))
    assert not found.errors
    told = [each for each in found.entities if each["type"] == type_name and each["name"] != "<root_account>"]
    assert live
    assert {each["id"] for each in told} == set(live)
    for each in told:
        assert _known(each) == {key: live[each["id"]].get(key) for key in _known(each)}


def _known(entity: dict[str, Any]) -> dict[str, Any]:
    """What an entity says, but not whence and when."""
    unsure = {each["path"].split(".")[0] for each in entity.get("_errors", [])}
    unsure |= {"source", "collectedAt", "_errors"}
    if entity["region"] is None and entity["type"] not in ("S3Bucket",):
        unsure |= {"region"}
    if entity["accountNumber"] == "" or entity["type"] in ("AMI", "Snapshot"):  # moto's own are others'
        unsure |= {"accountNumber"}
    return {key: value for key, value in entity.items() if key not in unsure}


def test_all_listings_that_a_reply_answers_are_tried() -> None:
    assert {each for each in COLLECTORS if each not in TRIGGERS} - set(TYPES) == {
        *("IamServerCertificate", "NetworkLoadBalancer", "RDSSnapshot", "DynamoDbTable", "Lambda")
    }
