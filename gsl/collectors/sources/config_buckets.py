"""What AWS Config says of a bucket, as replies of S3."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gsl.collectors.sources.spelling import as_called, unpacked

if TYPE_CHECKING:
    from gsl.collectors.sources.config_answers import Answers, Item

_PERMISSIONS = {
    "FullControl": "FULL_CONTROL",
    "Read": "READ",
    "ReadAcp": "READ_ACP",
    "Write": "WRITE",
    "WriteAcp": "WRITE_ACP",
}
_GROUPS = {
    "AllUsers": "http://acs.amazonaws.com/groups/global/AllUsers",
    "AuthenticatedUsers": "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
    "LogDelivery": "http://acs.amazonaws.com/groups/s3/LogDelivery",
}


def bucket_answers(item: Item) -> Answers:
    """What S3 would answer on a bucket; nothing on what Config does not hold."""
    raw = {**item.raw, "BucketRegion": item.region}
    answers: Answers = {
        "s3:list_buckets:Buckets": [raw],
        "s3:get_bucket_location:LocationConstraint": item.region,
        "s3:get_bucket_tagging:TagSet": item.tags,
    }
    for name, (key, shape) in _SETTINGS.items():
        if name in item.supplementary:
            answers[key] = shape(unpacked(item.supplementary[name]))
    return answers


def _acl(found: Any) -> Any:
    owner = found.get("owner") or {}
    return {
        "Owner": {"ID": owner.get("id"), "DisplayName": owner.get("displayName")},
        "Grants": [_grant(each) for each in found.get("grantList") or found.get("grantSet") or ()],
    }


def _grant(found: Any) -> Any:
    grantee = found.get("grantee")
    whom: dict[str, Any]
    if isinstance(grantee, str):
        whom = {"Type": "Group", "URI": _GROUPS.get(grantee, grantee)}
    else:
        grantee = grantee or {}
        mail = grantee.get("emailAddress")
        whom = {
            "ID": grantee.get("id"),
            "DisplayName": grantee.get("displayName"),
            "EmailAddress": mail,
            "Type": "AmazonCustomerByEmail" if mail else "CanonicalUser",
        }
    permission = str(found.get("permission"))
    return {"Grantee": whom, "Permission": _PERMISSIONS.get(permission, permission)}


def _policy(found: Any) -> Any:
    text = (found or {}).get("policyText")
    return None if text is None else unpacked(text)


def _versioning(found: Any) -> Any:
    status = found.get("status")
    return {
        **({"Status": status} if status not in (None, "Off") else {}),
        **({"MFADelete": "Enabled"} if found.get("isMfaDeleteEnabled") else {}),
    }


def _logging(found: Any) -> Any:
    return {"TargetBucket": found.get("destinationBucketName"), "TargetPrefix": found.get("logFilePrefix")}


def _website(found: Any) -> Any:
    return {
        "IndexDocument": {"Suffix": found.get("indexDocumentSuffix")},
        "ErrorDocument": {"Key": found.get("errorDocument")},
        "RedirectAllRequestsTo": as_called(found.get("redirectAllRequestsTo")),
    }


def _lifecycle(found: Any) -> Any:
    return [{"ID": each.get("id"), "Status": each.get("status")} for each in found.get("rules") or ()]


_SETTINGS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "AccessControlList": ("s3:get_bucket_acl:", _acl),
    "BucketPolicy": ("s3:get_bucket_policy:Policy", _policy),
    "BucketVersioningConfiguration": ("s3:get_bucket_versioning:", _versioning),
    "BucketLoggingConfiguration": ("s3:get_bucket_logging:LoggingEnabled", _logging),
    "BucketWebsiteConfiguration": ("s3:get_bucket_website:", _website),
    "BucketLifecycleConfiguration": ("s3:get_bucket_lifecycle_configuration:Rules", _lifecycle),
    "ServerSideEncryptionConfiguration": ("s3:get_bucket_encryption:ServerSideEncryptionConfiguration", as_called),
    "PublicAccessBlockConfiguration": ("s3:get_public_access_block:PublicAccessBlockConfiguration", as_called),
    "ObjectLockConfiguration": ("s3:get_object_lock_configuration:ObjectLockConfiguration", as_called),
}
"""The answer that each supplementary configuration gives."""
