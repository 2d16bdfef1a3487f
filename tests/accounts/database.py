"""Databases: RDS and DynamoDB."""

from __future__ import annotations

from typing import Any

from tests.accounts.world import Account


def _instance(account: Account, name: str, group: str, **options: Any) -> None:
    account.client("rds").create_db_instance(
        DBInstanceIdentifier=name,
        Engine="postgres",
        DBInstanceClass="db.t3.micro",
        AllocatedStorage=20,
        MasterUsername="owner",
        MasterUserPassword="not-a-secret",
        VpcSecurityGroupIds=[account.things[group]],
        **options,
    )
    account.client("rds").create_db_snapshot(DBInstanceIdentifier=name, DBSnapshotIdentifier=f"{name}-snapshot")


def _table(account: Account, name: str, **options: Any) -> None:
    account.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        **options,
    )


def broken(account: Account) -> None:
    """A database without any care, for everyone, and a table likewise."""
    _instance(
        account,
        "careless",
        "open-to-all",
        StorageEncrypted=False,
        AutoMinorVersionUpgrade=False,
        PubliclyAccessible=True,
        MultiAZ=False,
        BackupRetentionPeriod=1,
        DeletionProtection=False,
        EnableIAMDatabaseAuthentication=False,
        CACertificateIdentifier="rds-ca-2019",
    )
    account.client("rds").modify_db_snapshot_attribute(
        DBSnapshotIdentifier="careless-snapshot", AttributeName="restore", ValuesToAdd=["all"]
    )
    _table(account, "careless")


def good(account: Account) -> None:
    """A database and a table with everything on."""
    _instance(
        account,
        "careful",
        "database",
        StorageEncrypted=True,
        AutoMinorVersionUpgrade=True,
        PubliclyAccessible=False,
        MultiAZ=True,
        BackupRetentionPeriod=7,
        DeletionProtection=True,
        EnableIAMDatabaseAuthentication=True,
        CACertificateIdentifier="rds-ca-rsa2048-g1",
        EnableCloudwatchLogsExports=["postgresql"],
    )
    _table(
        account,
        "careful",
        SSESpecification={"Enabled": True, "SSEType": "KMS"},
        DeletionProtectionEnabled=True,
    )
    account.client("dynamodb").update_continuous_backups(
        TableName="careful", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
