"""Lambda functions: no values of variables, policies and URLs that are not there, roles, networks."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from gsl.collectors import functions
from tests.collectors.canned import CannedView, client, failed_paths, failure
from tests.collectors.plain_view import ACCOUNT, PlainPlace, PlainView, check, collect

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

(LAMBDA,) = functions.COLLECTORS
ROLE = f"arn:aws:iam::{ACCOUNT}:role/fn"
RAW: dict[str, Any] = {
    "FunctionName": "fn",
    "FunctionArn": f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:fn",
    "Runtime": "python3.13",
    "Role": ROLE,
    "LastModified": "2024-06-01T10:00:00.000+0000",
    "Environment": {"Variables": {"TABLE": "orders", "PASSWORD": "HUNTER2"}},
    "TracingConfig": {"Mode": "Active"},
    "VpcConfig": {"VpcId": "", "SubnetIds": [], "SecurityGroupIds": []},
}


def test_mapper() -> None:
    entity = functions.function(RAW, PlainPlace())
    assert entity["environmentVariables"] == [{"key": "PASSWORD", "value": None}, {"key": "TABLE", "value": None}]
    assert "HUNTER2" not in json.dumps(entity)
    assert entity["lastModified"] == "2024-06-01T10:00:00Z"
    assert (entity["vendor"], entity["tracingConfig"], entity["deadLetterConfig"]) == (
        "python3.13",
        {"mode": "Active"},
        None,
    )


def test_an_environment_that_lambda_cannot_read() -> None:
    raw = {**RAW, "Environment": {"Error": {"ErrorCode": "AccessDeniedException"}}}
    assert functions.function(raw, PlainPlace())["environmentVariables"] == []


def test_what_is_not_configured_and_a_role_that_is_gone() -> None:
    gone = failure("ResourceNotFoundException")
    view = CannedView(
        {
            "lambda:ListFunctions": [RAW],
            "lambda:GetPolicy": gone,
            "lambda:GetFunctionUrlConfig": gone,
            "resourcegroupstaggingapi:GetResources": [],
            "ec2:DescribeVpcs": [],
            "ec2:DescribeSecurityGroups": [],
            "ec2:DescribeInternetGateways": [],
            "ec2:DescribeVpnGateways": [],
            "ec2:DescribeVpcPeeringConnections": [],
            "iam:GetAccountAuthorizationDetails": {},
        }
    )
    (entity,) = collect(LAMBDA, view)
    assert failed_paths(entity) == {"executionRole"}
    assert (entity["resourcePolicy"], entity["urlConfig"], entity["vpc"]) == (None, None, None)
    assert (entity["inboundRules"], entity["outboundRules"]) == ([], [])
    check(LAMBDA, entity, view)


def _code() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app.py", "def handler(event, context): ...")
    return packed.getvalue()


@pytest.fixture(scope="module")
def made(endpoint: str) -> str:
    """Two functions: one in a VPC, with policy, URL and tags, and one without any of it."""
    iam, ec2, lambdas = (client(endpoint, each) for each in ("iam", "ec2", "lambda"))
    trust = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}}],
    }
    role = iam.create_role(RoleName="fn", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    inline = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    iam.put_role_policy(RoleName="fn", PolicyName="s3", PolicyDocument=json.dumps(inline))
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="fn", Description="fn", VpcId=vpc)["GroupId"]
    shared: dict[str, Any] = {
        "Runtime": "python3.13",
        "Role": role,
        "Handler": "app.handler",
        "Code": {"ZipFile": _code()},
    }
    lambdas.create_function(
        FunctionName="whole",
        Environment={"Variables": {"PASSWORD": "HUNTER2"}},
        VpcConfig={"SubnetIds": [subnet], "SecurityGroupIds": [group]},
        Tags={"team": "data"},
        **shared,
    )
    lambdas.create_function(FunctionName="bare", **shared)
    lambdas.add_permission(FunctionName="whole", StatementId="s", Action="lambda:InvokeFunction", Principal="*")
    lambdas.create_function_url_config(FunctionName="whole", AuthType="NONE")
    return endpoint


def test_against_moto(made: str) -> None:
    view = PlainView(made)
    found = {each["name"]: each for each in collect(LAMBDA, view)}
    for each in found.values():
        check(LAMBDA, each, view)
        assert "_errors" not in each
        assert "HUNTER2" not in json.dumps(each)
        (policy,) = each["executionRole"]["combinedPolicies"]
        assert policy["policyDocument"]["Statement"][0]["Action"] == "s3:*"
    whole, bare = found["whole"], found["bare"]
    assert (whole["tags"], bare["tags"]) == ([{"key": "team", "value": "data"}], [])
    assert whole["resourcePolicy"]["Statement"][0]["Principal"] == "*"
    assert (whole["urlConfig"]["authType"], bare["urlConfig"], bare["resourcePolicy"]) == ("NONE", None, None)
    assert whole["vpc"]["id"].startswith("vpc-")  # moto makes one up
    assert bare["vpc"] is None
    assert whole["outboundRules"][0]["protocol"] == "ALL"
