"""S3 buckets: settings in CloudGuard's form, one failing call, buckets whose region is not told."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest

from gsl.collectors import bucket_settings, s3
from tests.collectors.canned import CannedView, client, failed_paths, failure
from tests.collectors.plain_view import PlainPlace, PlainView, check, collect

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

(S3,) = s3.COLLECTORS
POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}]}

UNREACHABLE = ("s3control:GetPublicAccessBlock",)
"""This call goes to a host named after the account, which a server on an address has not."""


def test_mapper() -> None:
    made = datetime.datetime(2024, 3, 5, 8, tzinfo=datetime.UTC)
    entity = s3.bucket({"Name": "logs", "CreationDate": made, "BucketRegion": "us-west-2"}, PlainPlace())
    assert entity == {
        "id": "logs",
        "arn": "arn:aws:s3:::logs",
        "name": "logs",
        "creationDate": "2024-03-05T08:00:00Z",
        "region": "us_west_2",
    }
    assert "region" not in s3.bucket({"Name": "logs"}, PlainPlace(partition="aws-cn"))


def test_acl_spells_premission() -> None:
    everyone = {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AllUsers"}
    raw = {"Owner": {"ID": "abc"}, "Grants": [{"Grantee": everyone, "Permission": "READ"}]}
    acl = bucket_settings.acl(raw)
    assert acl["ownerId"] == "abc"
    assert acl["grants"][0]["premission"] == "READ"
    assert bucket_settings.is_open_to_everyone(acl)
    assert not bucket_settings.is_open_to_everyone(bucket_settings.acl({"Grants": [{"Grantee": {"ID": "abc"}}]}))


def test_what_is_not_configured() -> None:
    assert bucket_settings.versioning({}) == {"status": "Off", "mfaDelete": False}
    assert bucket_settings.logging(None) == {"enabled": False, "targetBucketName": None, "targetPrefix": None}
    assert bucket_settings.encryption(None) is None
    assert bucket_settings.website(None) is None
    assert bucket_settings.block(None) is None
    assert bucket_settings.replication(None) is None
    assert bucket_settings.ownership(None) is None
    assert bucket_settings.lifecycle(None) == []
    assert bucket_settings.object_lock(None) == {"enabled": False}
    assert bucket_settings.policy_status(None) == {"isPublic": False}


def test_settings() -> None:
    rule = {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "key"},
        "BucketKeyEnabled": True,
    }
    assert bucket_settings.encryption({"Rules": [rule]}) == {
        "serverSideEncryptionRules": [
            {
                "serverSideEncryptionByDefault": {
                    "serverSideEncryptionAlgorithm": "aws:kms",
                    "serverSideEncryptionKeyManagementServiceKeyId": "key",
                },
                "bucketKeyEnabled": True,
            }
        ]
    }
    assert bucket_settings.versioning({"Status": "Enabled", "MFADelete": "Enabled"})["mfaDelete"] is True
    copied = {"Role": "r", "Rules": [{"ID": "1", "Status": "Enabled", "Destination": {"Bucket": "b"}}]}
    replication = bucket_settings.replication(copied)
    assert replication is not None
    assert replication["rules"][0]["destinationBucket"] == "b"


@pytest.fixture(scope="module")
def buckets(endpoint: str) -> str:
    """A bucket with all settings, and one in another region with none."""
    made = client(endpoint, "s3")
    made.create_bucket(Bucket="whole", ObjectLockEnabledForBucket=True)
    made.put_bucket_tagging(Bucket="whole", Tagging={"TagSet": [{"Key": "team", "Value": "data"}]})
    made.put_bucket_policy(Bucket="whole", Policy=json.dumps(POLICY))
    made.put_bucket_website(Bucket="whole", WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}})
    default = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    made.put_bucket_encryption(Bucket="whole", ServerSideEncryptionConfiguration={"Rules": [default]})
    block = {"BlockPublicAcls": True, "IgnorePublicAcls": True}
    made.put_public_access_block(Bucket="whole", PublicAccessBlockConfiguration=block)
    expiry = {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 9}}
    made.put_bucket_lifecycle_configuration(Bucket="whole", LifecycleConfiguration={"Rules": [expiry]})
    owner = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    made.put_bucket_ownership_controls(Bucket="whole", OwnershipControls=owner)
    west = client(endpoint, "s3", "eu-west-1")
    west.create_bucket(Bucket="bare", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return endpoint


def test_against_moto(buckets: str) -> None:
    view = PlainView(buckets, denied=UNREACHABLE)
    found = {each["name"]: each for each in collect(S3, view)}
    for each in found.values():
        check(S3, each, view)
        assert failed_paths(each) == {"accountPublicAccessBlock"}
    whole, bare = found["whole"], found["bare"]
    assert (whole["region"], bare["region"]) == ("us_east_1", "eu_west_1")
    assert whole["tags"] == [{"key": "team", "value": "data"}]
    assert whole["policy"] == POLICY
    assert whole["policyStatus"] == {"isPublic": True}
    assert whole["versioning"]["status"] == "Enabled"
    assert whole["website"]["indexDocumentSuffix"] == "index.html"
    assert whole["objectOwnership"] == "BucketOwnerEnforced"
    assert whole["lifecycleRules"] == [{"id": "old", "status": "Enabled"}]
    assert whole["objectLock"] == {"enabled": True}
    assert whole["publicAccessBlockConfiguration"]["blockPublicAcls"] is True
    assert whole["publicAccessBlockConfiguration"]["blockPublicPolicy"] is False
    nothing = ("policy", "website", "publicAccessBlockConfiguration", "replication")
    assert [bare[each] for each in nothing] == [None] * len(nothing)
    assert bare["tags"] == []
    assert bare["versioning"] == {"status": "Off", "mfaDelete": False}
    assert bare["acl"]["grants"][0]["premission"] == "FULL_CONTROL"


def test_one_denied_call_costs_one_property(buckets: str) -> None:
    view = PlainView(buckets, denied=("s3:GetBucketPolicy", *UNREACHABLE))
    for each in collect(S3, view):
        assert failed_paths(each) == {"policy", "accountPublicAccessBlock"}
        assert "policy" not in each
        assert "policyStatus" in each


def test_a_bucket_that_may_not_be_located_is_listed() -> None:
    view = CannedView({"s3:ListBuckets": [{"Name": "hidden"}]})
    (entity,) = collect(S3, view)
    assert entity["name"] == "hidden"
    assert {"region", "policy", "acl", "accountPublicAccessBlock"} <= failed_paths(entity)


def test_buckets_are_asked_where_they_are() -> None:
    regions: list[str] = []

    def versioning(arguments: Any) -> Any:
        regions.append(arguments["region"])
        return {}

    listed = [{"Name": "a", "BucketRegion": "eu-west-1"}, {"Name": "b", "BucketRegion": "us-east-1"}]
    view = CannedView({"s3:ListBuckets": listed, "s3:GetBucketVersioning": versioning})
    collect(S3, view)
    assert regions == ["eu-west-1", "us-east-1"]
    assert "s3:GetBucketLocation" not in view.asked


def test_the_oldest_regions() -> None:
    for said, region in ((None, "us-east-1"), ("EU", "eu-west-1"), ("eu-north-1", "eu-north-1")):
        assert (
            s3.bucket_region(CannedView({"s3:GetBucketLocation": lambda _, said=said: said}), {"Name": "x"}) == region
        )


def test_every_code_of_what_is_not_configured() -> None:
    replies = {call.name: failure(call.absent[0]) for part in S3.parts for call in part.calls if call.absent}
    replies["s3:ListBuckets"] = [{"Name": "a", "BucketRegion": "us-east-1"}]  # type: ignore[assignment]
    replies["s3:GetBucketAcl"] = replies["s3:GetBucketVersioning"] = {}  # type: ignore[assignment]
    replies["s3:GetBucketLogging"] = None  # type: ignore[assignment]
    view = CannedView(replies)
    (entity,) = collect(S3, view)
    assert failed_paths(entity) == set()
    check(S3, entity, view)
