"""The settings of S3 buckets in CloudGuard's form; each function takes what the call of that name gives."""

from __future__ import annotations

from typing import Any

from gsl.collectors.parts import Raw
from gsl.collectors.wording import document

EVERYONE = ("/groups/global/AllUsers", "/groups/global/AuthenticatedUsers")
"""How the URIs of the groups end that hold anyone, or anyone with an AWS account."""

Block = dict[str, Any]


def acl(raw: Raw) -> Block:
    """`premission` is CloudGuard's spelling."""
    owner = raw.get("Owner") or {}
    return {
        "ownerId": owner.get("ID"),
        "ownerDisplayName": owner.get("DisplayName"),
        "grants": [_grant(each) for each in raw.get("Grants") or ()],
    }


def _grant(raw: Raw) -> Block:
    grantee = raw.get("Grantee") or {}
    return {
        "canonicalUser": grantee.get("ID"),
        "displayName": grantee.get("DisplayName"),
        "emailAddress": grantee.get("EmailAddress"),
        "premission": raw.get("Permission"),
        "type": grantee.get("Type"),
        "uri": grantee.get("URI"),
    }


def is_open_to_everyone(grants: Block) -> bool:
    """Whether an `acl` grants anything to everyone."""
    return any([(grant["uri"] or "").endswith(EVERYONE) for grant in grants["grants"]])


def policy(raw: Raw) -> Block | None:
    """A bucket's policy, which comes as a text. Raises `ValueError` for what is none, such as a proxy's page."""
    found = document(raw)
    if found is not None and not isinstance(found, dict):
        raise ValueError("the policy is no JSON")
    return found


def policy_status(raw: Raw) -> Block:
    """Without a policy there is none that makes it public."""
    return {"isPublic": bool((raw or {}).get("IsPublic"))}


def versioning(raw: Raw) -> Block:
    """`Off` is what AWS says by saying nothing."""
    return {"status": raw.get("Status") or "Off", "mfaDelete": raw.get("MFADelete") == "Enabled"}


def logging(raw: Raw) -> Block:
    """Where access logs go."""
    raw = raw or {}
    return {
        "enabled": bool(raw.get("TargetBucket")),
        "targetBucketName": raw.get("TargetBucket"),
        "targetPrefix": raw.get("TargetPrefix"),
    }


def encryption(raw: Raw) -> Block | None:
    """The rules of default encryption."""
    return None if raw is None else {"serverSideEncryptionRules": [_rule(each) for each in raw.get("Rules") or ()]}


def _rule(raw: Raw) -> Block:
    default = raw.get("ApplyServerSideEncryptionByDefault")
    return {
        "serverSideEncryptionByDefault": default
        and {
            "serverSideEncryptionAlgorithm": default.get("SSEAlgorithm"),
            "serverSideEncryptionKeyManagementServiceKeyId": default.get("KMSMasterKeyID"),
        },
        "bucketKeyEnabled": bool(raw.get("BucketKeyEnabled")),
    }


def website(raw: Raw) -> Block | None:
    """The bucket as a web site."""
    if raw is None:
        return None
    redirect = raw.get("RedirectAllRequestsTo")
    return {
        "indexDocumentSuffix": (raw.get("IndexDocument") or {}).get("Suffix"),
        "errorDocument": (raw.get("ErrorDocument") or {}).get("Key"),
        "redirectAllRequestsTo": redirect
        and {"hostName": redirect.get("HostName"), "protocol": redirect.get("Protocol")},
    }


def block(raw: Raw) -> Block | None:
    """A block of public access, of a bucket or of the account."""
    if raw is None:
        return None
    return {
        "blockPublicAcls": bool(raw.get("BlockPublicAcls")),
        "ignorePublicAcls": bool(raw.get("IgnorePublicAcls")),
        "blockPublicPolicy": bool(raw.get("BlockPublicPolicy")),
        "restrictPublicBuckets": bool(raw.get("RestrictPublicBuckets")),
    }


def ownership(raw: Raw) -> str | None:
    """Who owns the objects that others put into the bucket."""
    rules = (raw or {}).get("Rules") or [{}]
    owner: str | None = rules[0].get("ObjectOwnership")
    return owner


def replication(raw: Raw) -> Block | None:
    """Where objects are copied to."""
    if raw is None:
        return None
    return {"role": raw.get("Role"), "rules": [_replication_rule(each) for each in raw.get("Rules") or ()]}


def _replication_rule(raw: Raw) -> Block:
    destination = raw.get("Destination") or {}
    return {
        "id": raw.get("ID"),
        "status": raw.get("Status"),
        "priority": raw.get("Priority"),
        "destinationBucket": destination.get("Bucket"),
        "destinationAccount": destination.get("Account"),
    }


def lifecycle(raw: Raw) -> list[Block]:
    """The rules for the life of objects."""
    return [{"id": each.get("ID"), "status": each.get("Status")} for each in raw or ()]


def object_lock(raw: Raw) -> Block:
    """Whether versions of objects can be locked."""
    return {"enabled": (raw or {}).get("ObjectLockEnabled") == "Enabled"}
