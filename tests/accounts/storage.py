"""S3 buckets and EFS file systems."""

from __future__ import annotations

from typing import Any

from tests.accounts.documents import allow, document
from tests.accounts.world import Account

BLOCK = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True}
AES = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}


def broken(account: Account) -> None:
    """A bucket that is open in every way there is, and a file system without anything."""
    s3 = account.client("s3")
    name = account.bucket("open")
    s3.create_bucket(Bucket=name, ObjectOwnership="ObjectWriter")
    s3.put_bucket_acl(Bucket=name, ACL="public-read")
    everyone = allow("s3:*", [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"], Principal="*")
    s3.put_bucket_policy(Bucket=name, Policy=document(everyone))
    s3.put_bucket_website(Bucket=name, WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}})
    s3.delete_bucket_encryption(Bucket=name)
    efs = account.client("efs")
    account.things["files"] = efs.create_file_system(CreationToken="files", Encrypted=False)["FileSystemId"]


def good(account: Account) -> None:
    """Buckets with everything on, those for logs too, and a file system that asks."""
    for name in ("data", "access-logs", "trail-logs"):
        _bucket(account, account.bucket(name))
    for name in ("data", "access-logs", "trail-logs"):
        to = {"TargetBucket": account.bucket("access-logs"), "TargetPrefix": f"{name}/"}
        account.client("s3").put_bucket_logging(Bucket=account.bucket(name), BucketLoggingStatus={"LoggingEnabled": to})
    efs = account.client("efs")
    files = efs.create_file_system(CreationToken="files", Encrypted=True, Backup=True)["FileSystemId"]
    role = {"AWS": f"arn:aws:iam::{account.number}:role/application"}
    efs.put_file_system_policy(
        FileSystemId=files, Policy=document(allow("elasticfilesystem:ClientMount", Principal=role))
    )


def _bucket(account: Account, name: str) -> None:
    s3 = account.client("s3")
    s3.create_bucket(Bucket=name, ObjectOwnership="BucketOwnerEnforced")
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=BLOCK)
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration=AES)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_policy(Bucket=name, Policy=document(*_services(name), _tls(name)))


def _tls(name: str) -> dict[str, Any]:
    return {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def _services(name: str) -> list[dict[str, Any]]:
    """What the services that write logs are allowed; moto stumbles over a plain `*` that comes before it."""
    return [
        allow("s3:PutObject", f"arn:aws:s3:::{name}/*", Principal={"Service": service})
        for service in ("logging.s3.amazonaws.com", "cloudtrail.amazonaws.com", "config.amazonaws.com")
    ]
