"""S3 buckets: listed once for an account, each asked in its own region for its settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gsl.collectors.asking import Shape, of_each
from gsl.collectors.bucket_settings import (
    acl,
    block,
    encryption,
    lifecycle,
    logging,
    object_lock,
    ownership,
    policy,
    policy_status,
    replication,
    versioning,
    website,
)
from gsl.collectors.parts import Call, Collector, Entity, Fill, Part, Place, Raw, View
from gsl.collectors.wording import instant, region_of, tags

BUCKETS = Call("s3", "list_buckets", "Buckets", "s3:ListAllMyBuckets", {"MaxBuckets": 10000})
"""Only with an argument does it say where buckets are."""

LOCATION = Call("s3", "get_bucket_location", "LocationConstraint")
POLICY = Call("s3", "get_bucket_policy", "Policy", absent=("NoSuchBucketPolicy",))
POLICY_STATUS = Call("s3", "get_bucket_policy_status", "PolicyStatus", absent=("NoSuchBucketPolicy",))
ACL = Call("s3", "get_bucket_acl")
LOGGING = Call("s3", "get_bucket_logging", "LoggingEnabled")
VERSIONING = Call("s3", "get_bucket_versioning")
ACCOUNT_BLOCK = Call(
    "s3control",
    "get_public_access_block",
    "PublicAccessBlockConfiguration",
    "s3:GetAccountPublicAccessBlock",
    absent=("NoSuchPublicAccessBlockConfiguration",),
)

_SETTINGS: tuple[tuple[str, Call, Shape], ...] = (
    ("tags", Call("s3", "get_bucket_tagging", "TagSet", absent=("NoSuchTagSet",)), tags),
    ("acl", ACL, acl),
    ("policy", POLICY, policy),
    ("policyStatus", POLICY_STATUS, policy_status),
    ("versioning", VERSIONING, versioning),
    ("logging", LOGGING, logging),
    (
        "encryption",
        Call(
            "s3",
            "get_bucket_encryption",
            "ServerSideEncryptionConfiguration",
            "s3:GetEncryptionConfiguration",
            absent=("ServerSideEncryptionConfigurationNotFoundError",),
        ),
        encryption,
    ),
    ("website", Call("s3", "get_bucket_website", absent=("NoSuchWebsiteConfiguration",)), website),
    (
        "publicAccessBlockConfiguration",
        Call(
            "s3",
            "get_public_access_block",
            "PublicAccessBlockConfiguration",
            "s3:GetBucketPublicAccessBlock",
            absent=("NoSuchPublicAccessBlockConfiguration",),
        ),
        block,
    ),
    (
        "objectOwnership",
        Call("s3", "get_bucket_ownership_controls", "OwnershipControls", absent=("OwnershipControlsNotFoundError",)),
        ownership,
    ),
    (
        "replication",
        Call(
            "s3",
            "get_bucket_replication",
            "ReplicationConfiguration",
            "s3:GetReplicationConfiguration",
            absent=("ReplicationConfigurationNotFoundError",),
        ),
        replication,
    ),
    (
        "lifecycleRules",
        Call(
            "s3",
            "get_bucket_lifecycle_configuration",
            "Rules",
            "s3:GetLifecycleConfiguration",
            absent=("NoSuchLifecycleConfiguration",),
        ),
        lifecycle,
    ),
    (
        "objectLock",
        Call(
            "s3",
            "get_object_lock_configuration",
            "ObjectLockConfiguration",
            "s3:GetBucketObjectLockConfiguration",
            absent=("ObjectLockConfigurationNotFoundError",),
        ),
        object_lock,
    ),
)


def bucket(raw: Raw, place: Place) -> Entity:
    """An S3Bucket of a member of ListBuckets."""
    name = raw["Name"]
    entity: Entity = {
        "id": name,
        "arn": f"arn:{place.partition}:s3:::{name}",
        "name": name,
        "creationDate": instant(raw.get("CreationDate")),
    }
    if raw.get("BucketRegion"):
        entity["region"] = region_of(raw["BucketRegion"])
    return entity


def bucket_region(view: View, raw: Raw) -> str:
    """Where a bucket is, in AWS's spelling: as ListBuckets said, or else by a call for this bucket."""
    known: str | None = raw.get("BucketRegion")
    return known or view.once(f"s3-region {raw['Name']}", lambda: _asked_region(view, raw["Name"]))


def _asked_region(view: View, name: str) -> str:
    location: str | None = view.value(LOCATION, Bucket=name)
    # The two oldest regions have names of their own.
    return {None: "us-east-1", "": "us-east-1", "EU": "eu-west-1"}.get(location) or str(location)


def account_block(view: View) -> dict[str, Any] | None:
    """The account's own block of public access to S3."""
    return view.once("s3-account-block", lambda: block(view.value(ACCOUNT_BLOCK, AccountId=view.account)))


def _list(view: View) -> Iterator[tuple[Entity, Raw]]:
    for raw in view.items(BUCKETS):
        yield bucket(raw, view), raw


def _at_home(view: View, raw: Raw) -> View:
    return view.at(bucket_region(view, raw))


def _named(raw: Raw) -> Mapping[str, Any]:
    return {"Bucket": raw["Name"]}


def _region(view: View) -> Fill:
    def fill(entity: Entity, raw: Raw) -> None:
        entity["region"] = region_of(bucket_region(view, raw))

    return fill


def _account_block(view: View) -> Fill:
    found = account_block(view)

    def fill(entity: Entity, raw: Raw) -> None:
        entity["accountPublicAccessBlock"] = found

    return fill


COLLECTORS = (
    Collector(
        "S3Bucket",
        "s3",
        (BUCKETS,),
        _list,
        (
            Part(("region",), (LOCATION,), _region, each=True),
            *[of_each(path, call, _named, shape, _at_home) for path, call, shape in _SETTINGS],
            Part(("accountPublicAccessBlock",), (ACCOUNT_BLOCK,), _account_block),
        ),
        is_global=True,
    ),
)
