"""A stub of AWS with many users, buckets or security groups: prints its address, ends with its standard input."""

from __future__ import annotations

import sys
from typing import Any

from tests.aws import people
from tests.aws.stub import OWN, Asked, Reply, Stub, serving

_DEVICE = {"SerialNumber": people.arn("x", "mfa"), "User": {"UserName": "x", "UserId": "x", "Arn": people.arn("x")}}


def replies(kind: str, count: int) -> dict[str, Reply]:
    """The replies of an account with so many of a kind."""
    basic: dict[str, Reply] = {
        "sts:GetCallerIdentity": {"Account": OWN, "Arn": people.arn("scanner"), "UserId": "x"},
        "ec2:DescribeRegions": {"Regions": [{"RegionName": "us-east-1"}]},
    }
    return basic | {"users": _users, "buckets": _buckets, "groups": _groups}[kind](count)


def _users(count: int) -> dict[str, Reply]:
    names = [f"user-{number:06}" for number in range(count)]
    tags = [{"Key": "team", "Value": "data"}, {"Key": "cost-center", "Value": "1234"}]
    inline = [{"PolicyName": "own", "PolicyDocument": people.EVERYTHING}]
    users = [people.user(name, Tags=tags, UserPolicyList=inline) for name in names]
    key = {"AccessKeyId": "AKIA000000000000", "Status": "Active", "CreateDate": people.THEN}
    return {
        **people.report(people.csv([people.ROOT, *names])),
        "iam:GetAccountAuthorizationDetails": people.details(users),
        "iam:ListVirtualMFADevices": {"VirtualMFADevices": [_DEVICE]},
        "iam:ListUsers": {"Users": [_listed(each) for each in users]},
        "iam:ListAccessKeys": lambda asked: {"AccessKeyMetadata": [{"UserName": asked.arguments["UserName"], **key}]},
        "iam:GetAccessKeyLastUsed": {
            "AccessKeyLastUsed": {"LastUsedDate": people.THEN, "ServiceName": "s3", "Region": "us-east-1"}
        },
        "iam:GetLoginProfile": {"LoginProfile": {"UserName": "x", "CreateDate": people.THEN}},
        "iam:ListUserTags": {"Tags": tags},
        "iam:ListUserPolicies": {"PolicyNames": ["own"]},
    }


def _listed(user: dict[str, Any]) -> dict[str, Any]:
    return {name: user[name] for name in ("UserName", "UserId", "Path", "Arn", "CreateDate")}


def _buckets(count: int) -> dict[str, Reply]:
    names = [f"bucket-{number:04}" for number in range(count)]
    return {
        "s3:ListBuckets": {"Buckets": [{"Name": each, "BucketRegion": "us-east-1"} for each in names]},
        "s3:GetBucketPolicy": {"Policy": "{}"},
        "s3:GetBucketVersioning": {"Status": "Enabled"},
    }


def _groups(count: int) -> dict[str, Reply]:
    ports = [
        {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
        for port in (22, 443, 5432)
    ]

    def answer(asked: Asked) -> dict[str, Any]:
        return {"SecurityGroups": groups}

    groups = [
        {
            "GroupId": f"sg-{number:017}",
            "GroupName": f"group-{number}",
            "OwnerId": OWN,
            "VpcId": f"vpc-{number % 50}",
            "IpPermissions": ports,
            "IpPermissionsEgress": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
            "Tags": [{"Key": "Name", "Value": f"group {number}"}],
        }
        for number in range(count)
    ]
    interfaces = [
        {
            "NetworkInterfaceId": f"eni-{number:017}",
            "Status": "in-use",
            "Groups": [{"GroupId": f"sg-{number:017}"}],
            "Attachment": {"InstanceId": f"i-{number}"},
        }
        for number in range(0, count, 2)
    ]
    vpcs = [{"VpcId": f"vpc-{number}", "CidrBlock": "10.0.0.0/16", "OwnerId": OWN} for number in range(50)]
    return {
        "ec2:DescribeSecurityGroups": answer,
        "ec2:DescribeVpcs": {"Vpcs": vpcs},
        "ec2:DescribeNetworkInterfaces": {"NetworkInterfaces": interfaces},
    }


def main() -> None:
    kind, count, latency = sys.argv[1:]
    with serving(Stub(replies(kind, int(count)), latency=float(latency), keep=False)) as address:
        print(address, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
