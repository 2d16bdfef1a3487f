"""Twenty-five rules on buckets: who gets in, encryption, keeping."""

from __future__ import annotations

from functools import partial

from benchmarks.cases import Case, ago, check, newer, older, yes
from benchmarks.draws import Entity

CASES: list[Case] = []
rule = partial(check, CASES)
DAYS_90, DAYS_180, DAYS_365 = ago(90), ago(180), ago(365)


@rule("S3Bucket should have publicAccessBlock.blockPublicAcls = true")
def bucket_blocks_public_acls(bucket: Entity) -> bool:
    return not yes((bucket.get("publicAccessBlock") or {}).get("blockPublicAcls"))


@rule("S3Bucket should have publicAccessBlock.ignorePublicAcls = true")
def bucket_ignores_public_acls(bucket: Entity) -> bool:
    return not yes((bucket.get("publicAccessBlock") or {}).get("ignorePublicAcls"))


@rule("S3Bucket should have publicAccessBlock.blockPublicPolicy = true")
def bucket_blocks_public_policy(bucket: Entity) -> bool:
    return not yes((bucket.get("publicAccessBlock") or {}).get("blockPublicPolicy"))


@rule("S3Bucket should have publicAccessBlock.restrictPublicBuckets = true")
def bucket_is_restricted(bucket: Entity) -> bool:
    return not yes((bucket.get("publicAccessBlock") or {}).get("restrictPublicBuckets"))


@rule(
    "S3Bucket where name like '%-prod-%' should have publicAccessBlock.blockPublicAcls = true "
    "and publicAccessBlock.blockPublicPolicy = true and publicAccessBlock.restrictPublicBuckets = true"
)
def bucket_in_production_blocks_everything(bucket: Entity) -> bool:
    if "-prod-" not in bucket["name"]:
        return False
    block = bucket.get("publicAccessBlock") or {}
    return not (
        yes(block.get("blockPublicAcls"))
        and yes(block.get("blockPublicPolicy"))
        and yes(block.get("restrictPublicBuckets"))
    )


@rule("S3Bucket should not have acl.grants contain [uri like '%AllUsers' and permission = 'WRITE']")
def bucket_not_writable_by_all(bucket: Entity) -> bool:
    return any(
        grant["permission"] == "WRITE" and grant["uri"] is not None and grant["uri"].endswith("AllUsers")
        for grant in bucket["acl"]["grants"]
    )


@rule("S3Bucket should not have acl.grants contain [uri like '%AllUsers']")
def bucket_not_granted_to_all(bucket: Entity) -> bool:
    return any(grant["uri"] is not None and grant["uri"].endswith("AllUsers") for grant in bucket["acl"]["grants"])


@rule("S3Bucket should have encryption.enabled = true")
def bucket_is_encrypted(bucket: Entity) -> bool:
    return not yes(bucket["encryption"].get("enabled"))


@rule("S3Bucket where encryption.enabled = true should have encryption.rules contain [algorithm = 'aws:kms']")
def bucket_uses_kms(bucket: Entity) -> bool:
    encryption = bucket["encryption"]
    return yes(encryption.get("enabled")) and not any(each["algorithm"] == "aws:kms" for each in encryption["rules"])


@rule(
    "S3Bucket where encryption.rules contain [algorithm = 'aws:kms'] "
    "should not have encryption.rules contain [keyId like 'alias/data%' or keyId = null]"
)
def bucket_key_is_its_own(bucket: Entity) -> bool:
    rules = bucket["encryption"]["rules"]
    if not any(each["algorithm"] == "aws:kms" for each in rules):
        return False
    return any(each["keyId"] is None or each["keyId"].startswith("alias/data") for each in rules)


@rule("S3Bucket should have versioning.status = 'Enabled'")
def bucket_keeps_versions(bucket: Entity) -> bool:
    return bucket["versioning"].get("status") != "Enabled"


@rule("S3Bucket where versioning.status = 'Enabled' and name like '%backup%' should have versioning.mfaDelete = true")
def bucket_of_backups_has_mfa_delete(bucket: Entity) -> bool:
    versioning = bucket["versioning"]
    return versioning.get("status") == "Enabled" and "backup" in bucket["name"] and not yes(versioning.get("mfaDelete"))


@rule("S3Bucket where name unlike '%-logs%' should have logging.enabled = true")
def bucket_access_is_logged(bucket: Entity) -> bool:
    return "-logs" not in bucket["name"] and not yes(bucket["logging"].get("enabled"))


@rule("S3Bucket where logging.enabled = true should not have logging.targetBucket in ('data-logs', 'mobile-logs')")
def bucket_logs_elsewhere(bucket: Entity) -> bool:
    logging = bucket["logging"]
    return yes(logging.get("enabled")) and logging.get("targetBucket") in ("data-logs", "mobile-logs")


@rule(
    "S3Bucket should not have policy.Statement contain [Effect = 'Allow' and Principal.AWS = '*' and Condition = null]"
)
def bucket_policy_is_not_public(bucket: Entity) -> bool:
    return any(
        each["Effect"] == "Allow" and each["Principal"].get("AWS") == "*" and each.get("Condition") is None
        for each in bucket["policy"]["Statement"]
    )


@rule("S3Bucket should not have policy.Statement contain [Effect = 'Allow' and Action contain ['s3:%*']]")
def bucket_policy_allows_no_star(bucket: Entity) -> bool:
    return any(
        each["Effect"] == "Allow"
        and any(action.startswith("s3:") and action.endswith("*") for action in each["Action"])
        for each in bucket["policy"]["Statement"]
    )


@rule(
    "S3Bucket should have policy.Statement contain [Effect = 'Deny' and Condition.Bool.aws:SecureTransport = 'false']"
)
def bucket_denies_plain_http(bucket: Entity) -> bool:
    for each in bucket["policy"]["Statement"]:
        condition = each.get("Condition")
        if condition and each["Effect"] == "Deny" and condition.get("Bool", {}).get("aws:SecureTransport") == "false":
            return False
    return True


@rule("S3Bucket where sizeBytes > 500000000000 should have lifecycleRules contain [status = 'Enabled']")
def bucket_large_has_lifecycle(bucket: Entity) -> bool:
    return bucket["sizeBytes"] > 500000000000 and not any(
        each["status"] == "Enabled" for each in bucket["lifecycleRules"]
    )


@rule("S3Bucket should not have lifecycleRules contain [status = 'Enabled' and expirationDays < 90]")
def bucket_keeps_90_days(bucket: Entity) -> bool:
    return any(
        each["status"] == "Enabled" and each["expirationDays"] is not None and each["expirationDays"] < 90
        for each in bucket["lifecycleRules"]
    )


@rule("S3Bucket where creationDate before(-365, 'days') should have lastAccess after(-180, 'days')")
def bucket_old_is_used(bucket: Entity) -> bool:
    return older(bucket.get("creationDate"), DAYS_365) and not newer(bucket.get("lastAccess"), DAYS_180)


@rule("S3Bucket should not have lastAccess before(-90, 'days') and sizeBytes > 100000000000")
def bucket_large_is_used(bucket: Entity) -> bool:
    return bucket["sizeBytes"] > 100000000000 and older(bucket.get("lastAccess"), DAYS_90)


@rule("S3Bucket should not have website.enabled = true")
def bucket_is_no_website(bucket: Entity) -> bool:
    return yes(bucket["website"].get("enabled"))


@rule("S3Bucket where name like '%audit%' should have objectLock = true and versioning.status = 'Enabled'")
def bucket_of_audits_is_locked(bucket: Entity) -> bool:
    return "audit" in bucket["name"] and not (
        yes(bucket.get("objectLock")) and bucket["versioning"].get("status") == "Enabled"
    )


@rule("S3Bucket where name like '%-prod-%' should have replication.status = 'Enabled'")
def bucket_in_production_is_replicated(bucket: Entity) -> bool:
    return "-prod-" in bucket["name"] and (bucket.get("replication") or {}).get("status") != "Enabled"


@rule("S3Bucket should have tags contain [key = 'environment'] and tags contain [key = 'team']")
def bucket_is_tagged(bucket: Entity) -> bool:
    keys = [tag["key"] for tag in bucket.get("tags") or ()]
    return not ("environment" in keys and "team" in keys)
