"""Made-up buckets and databases, the two other types of the mixed work."""

from __future__ import annotations

from random import Random

from benchmarks.draws import STAGES, TEAMS, WORDS, Entity, common, date, digits, flag

ENGINES = (
    ("postgres", "15.4"),
    ("mysql", "8.0.35"),
    ("mariadb", "10.6.14"),
    ("oracle-ee", "19.0"),
    ("postgres", "11.22"),
)
CLASSES = ("db.t3.micro", "db.t3.medium", "db.m5.large", "db.r6g.xlarge", "db.m4.large")
ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"


def _statement(rng: Random, arn: str) -> Entity:
    effect = "Allow" if rng.random() < 0.7 else "Deny"
    principal = "*" if rng.random() < 0.12 else f"arn:aws:iam::{rng.randrange(10**11, 10**12)}:role/{rng.choice(WORDS)}"
    action = rng.choice(("s3:GetObject", "s3:PutObject", "s3:*", "s3:ListBucket"))
    statement: Entity = {"Effect": effect, "Principal": {"AWS": principal}, "Action": [action], "Resource": f"{arn}/*"}
    if rng.random() < 0.3:
        statement["Condition"] = {"Bool": {"aws:SecureTransport": "false"}}
    return statement


def s3_bucket(rng: Random, number: int) -> Entity:
    """A bucket with its policy, grants and settings."""
    name = f"{rng.choice(TEAMS)}-{rng.choice(WORDS)}-{rng.choice(STAGES)}-{number}"
    bucket = common(rng, "S3Bucket", number, name, name)
    arn = f"arn:aws:s3:::{name}"
    kms = rng.random() < 0.3
    algorithm = "aws:kms" if kms else "AES256"
    encryption = {"algorithm": algorithm, "keyId": f"alias/{rng.choice(TEAMS)}" if kms else None}
    grants = [{"grantee": digits(rng, 32), "uri": None, "permission": "FULL_CONTROL"}]
    if rng.random() < 0.06:
        grants.append({"grantee": None, "uri": ALL_USERS, "permission": rng.choice(("READ", "WRITE"))})
    bucket |= {
        "arn": arn,
        "creationDate": date(rng, 2000),
        "encryption": {"enabled": flag(rng, 0.85), "rules": [encryption]},
        "versioning": {"status": rng.choice(("Enabled", "Enabled", "Suspended", None)), "mfaDelete": flag(rng, 0.2)},
        "logging": {"enabled": flag(rng, 0.6), "targetBucket": f"{rng.choice(TEAMS)}-logs", "prefix": "s3/"},
        "publicAccessBlock": {
            "blockPublicAcls": flag(rng, 0.85),
            "ignorePublicAcls": flag(rng, 0.85),
            "blockPublicPolicy": flag(rng, 0.8),
            "restrictPublicBuckets": flag(rng, 0.8),
        },
        "acl": {"owner": digits(rng, 32), "grants": grants},
        "policy": {"Version": "2012-10-17", "Statement": [_statement(rng, arn) for _ in range(rng.randrange(0, 3))]},
        "lifecycleRules": [
            {
                "id": f"rule-{each}",
                "status": rng.choice(("Enabled", "Disabled")),
                "expirationDays": rng.choice((30, 90, 365, None)),
            }
            for each in range(rng.randrange(0, 3))
        ],
        "objectLock": flag(rng, 0.2),
        "website": {"enabled": flag(rng, 0.05)},
        "sizeBytes": rng.randrange(0, 10**12),
        "lastAccess": date(rng, 500) if rng.random() < 0.85 else "N/A",
    }
    if rng.random() < 0.08:
        del bucket["publicAccessBlock"]
    if rng.random() < 0.3:
        bucket["replication"] = {"status": "Enabled", "destination": rng.choice(TEAMS)}
    return bucket


def rds(rng: Random, number: int) -> Entity:
    """A database instance with its network, backup and upgrade settings."""
    name = f"{rng.choice(TEAMS)}-{rng.choice(WORDS)}-db-{number}"
    database = common(rng, "RDS", number, f"db-{number:012d}", name)
    engine, version = rng.choice(ENGINES)
    database |= {
        "arn": f"arn:aws:rds:{database['region'].replace('_', '-')}:{database['accountNumber']}:db:{name}",
        "engine": engine,
        "engineVersion": version,
        "instanceClass": rng.choice(CLASSES),
        "status": rng.choice(("available", "available", "available", "stopped", "modifying")),
        "createdTime": date(rng, 1800),
        "isStorageEncrypted": flag(rng, 0.8),
        "kmsKeyId": f"arn:aws:kms:key/{digits(rng, 12)}" if rng.random() < 0.7 else None,
        "publiclyAccessible": flag(rng, 0.12),
        "multiAZ": flag(rng, 0.6),
        "deletionProtection": flag(rng, 0.7),
        "autoMinorVersionUpgrade": flag(rng, 0.8),
        "iamAuthentication": flag(rng, 0.5),
        "backupRetentionPeriod": rng.choice((0, 1, 7, 7, 14, 30, 35)),
        "latestRestorableTime": date(rng, 10) if rng.random() < 0.9 else "N/A",
        "allocatedStorage": rng.choice((20, 100, 500, 2000)),
        "storageType": rng.choice(("gp2", "gp3", "io1")),
        "endpoint": {"address": f"{name}.rds.example.com", "port": rng.choice((3306, 5432, 5432, 15432))},
        "caCertificate": {
            "identifier": rng.choice(("rds-ca-2019", "rds-ca-rsa2048-g1")),
            "validTill": date(rng, -1, -900),
        },
        "enabledLogExports": rng.sample(("audit", "error", "general", "slowquery", "postgresql"), rng.randrange(0, 4)),
        "securityGroups": [{"id": f"sg-{digits(rng, 17)}", "status": "active"} for _ in range(rng.randrange(1, 3))],
        "subnets": [{"id": f"subnet-{digits(rng, 17)}", "public": flag(rng, 0.1)} for _ in range(rng.randrange(2, 4))],
        "monitoringInterval": rng.choice((0, 15, 60)),
        "performanceInsights": {"enabled": flag(rng, 0.5), "retentionDays": rng.choice((7, 31, 731))},
    }
    if rng.random() < 0.05:
        del database["enabledLogExports"]
    return database
