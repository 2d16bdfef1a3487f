"""Items of AWS Config in its shape."""

from __future__ import annotations

import json
from typing import Any

ACCOUNT = "111122223333"
REGION = "eu-west-1"


def item(resource: str, configuration: Any, more: dict[str, Any] | None = None, **members: Any) -> dict[str, Any]:
    """An item of a resource; `more` is its supplementary configuration."""
    return {
        "relatedEvents": [],
        "relationships": [],
        "configuration": configuration,
        "supplementaryConfiguration": more or {},
        "tags": {},
        "configurationItemVersion": "1.3",
        "configurationItemCaptureTime": "2024-05-01T10:00:00.123Z",
        "configurationStateId": 1714557600123,
        "awsAccountId": ACCOUNT,
        "configurationItemStatus": "OK",
        "resourceType": f"AWS::{resource}",
        "resourceId": "x",
        "awsRegion": REGION,
        "ARN": f"arn:aws:any:{REGION}:{ACCOUNT}:x",
        **members,
    }


def iam(resource: str, configuration: dict[str, Any], **members: Any) -> dict[str, Any]:
    """An item of IAM."""
    return item(f"IAM::{resource}", configuration, awsRegion="global", ARN=configuration["arn"], **members)


def group(identity: str = "sg-1", port: int = 22) -> dict[str, Any]:
    """A security group that is open to the world."""
    permission = {
        "fromPort": port,
        "toPort": port,
        "ipProtocol": "tcp",
        "ipv6Ranges": [],
        "prefixListIds": [],
        "userIdGroupPairs": [],
        "ipv4Ranges": [{"cidrIp": "0.0.0.0/0"}],
        "ipRanges": ["0.0.0.0/0"],
    }
    own = {"groupId": identity, "groupName": "web", "ownerId": ACCOUNT, "vpcId": "vpc-1", "description": "web"}
    return item(
        "EC2::SecurityGroup",
        {**own, "ipPermissions": [permission], "ipPermissionsEgress": [], "tags": [{"key": "team", "value": "a"}]},
        tags={"team": "a"},
    )


def bucket() -> dict[str, Any]:
    """A bucket with what Config has of it: its grants are JSON in a text in a text."""
    grants = [
        {"grantee": "AllUsers", "permission": "Read"},
        {"grantee": {"id": "o", "displayName": None}, "permission": "FullControl"},
    ]
    acl = {"grantSet": None, "grantList": grants, "owner": {"id": "o", "displayName": None}}
    rule = {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyID": "k"}}
    more = {
        "AccessControlList": json.dumps(json.dumps(acl)),
        "BucketPolicy": {"policyText": '{"Statement": []}'},
        "BucketVersioningConfiguration": {"status": "Enabled", "isMfaDeleteEnabled": None},
        "BucketLoggingConfiguration": {"destinationBucketName": "others", "logFilePrefix": "x"},
        "ServerSideEncryptionConfiguration": {"rules": [{**rule, "bucketKeyEnabled": True}]},
        "PublicAccessBlockConfiguration": json.dumps({"blockPublicAcls": True, "ignorePublicAcls": False}),
        "BucketLifecycleConfiguration": {"rules": [{"id": "old", "status": "Enabled"}]},
        "ObjectLockConfiguration": {"objectLockEnabled": "Enabled"},
        "BucketWebsiteConfiguration": {"indexDocumentSuffix": "i", "errorDocument": None},
    }
    configuration = {"name": "logs", "creationDate": "2020-01-01T00:00:00.000Z", "owner": {"id": "o"}}
    return item("S3::Bucket", configuration, more, ARN="arn:aws:s3:::logs")


def snapshot(*items: dict[str, Any]) -> dict[str, Any]:
    """A snapshot file."""
    return {"fileVersion": "1.0", "configSnapshotId": "00000000-0000", "configurationItems": list(items)}
