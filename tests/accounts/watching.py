"""What records and watches: CloudTrail, AWS Config, Security Hub, GuardDuty, Macie, contacts."""

from __future__ import annotations

from typing import Any

from tests.accounts.alarms import alarms
from tests.accounts.iam import service_role
from tests.accounts.world import Account


def _log_group(account: Account) -> dict[str, str]:
    account.client("logs").create_log_group(logGroupName="trail")
    role = service_role(account, "trail", "cloudtrail")
    return {"CloudWatchLogsLogGroupArn": account.arn("logs", "log-group:trail:*"), "CloudWatchLogsRoleArn": role}


def _recorder(account: Account, bucket: str, **group: Any) -> None:
    config = account.client("config")
    role = service_role(account, "recorder", "config")
    config.put_configuration_recorder(
        ConfigurationRecorder={"name": "default", "roleARN": role, "recordingGroup": group}
    )
    config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": bucket})
    config.start_configuration_recorder(ConfigurationRecorderName="default")


def broken(account: Account) -> None:
    """Trails that record little and tell nobody; a recorder of buckets only."""
    trails = account.client("cloudtrail")
    trails.create_trail(Name="bare", S3BucketName=account.bucket("open"), IsMultiRegionTrail=False)
    trails.create_trail(
        Name="unheard", S3BucketName=account.bucket("open"), IsMultiRegionTrail=False, **_log_group(account)
    )
    for name in ("bare", "unheard"):
        trails.start_logging(Name=name)
    alarms(account, subscriber=False)
    _recorder(account, account.bucket("open"), allSupported=False, resourceTypes=["AWS::S3::Bucket"])
    account.client("guardduty").create_detector(Enable=False)
    account.client("macie2").enable_macie(status="PAUSED")


def good(account: Account) -> None:
    """One trail for everything, with alarms that somebody hears, and all the watchers."""
    trails = account.client("cloudtrail")
    trails.create_trail(
        Name="main",
        S3BucketName=account.bucket("trail-logs"),
        IsMultiRegionTrail=True,
        IncludeGlobalServiceEvents=True,
        EnableLogFileValidation=True,
        KmsKeyId=account.arn("kms", f"key/{account.things['key main']}"),
        **_log_group(account),
    )
    objects = {"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}
    trails.put_event_selectors(
        TrailName="main",
        EventSelectors=[{"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": [objects]}],
    )
    trails.start_logging(Name="main")
    alarms(account, subscriber=True)
    _recorder(account, account.bucket("trail-logs"), allSupported=True, includeGlobalResourceTypes=True)
    account.client("guardduty").create_detector(Enable=True)
    account.client("macie2").enable_macie(status="ENABLED")
    account.client("securityhub").enable_security_hub()
    for kind in ("SECURITY", "BILLING", "OPERATIONS"):
        account.client("account").put_alternate_contact(
            AlternateContactType=kind,
            EmailAddress=f"{kind.lower()}@example.com",
            Name="On call",
            PhoneNumber="+1 555 0100",
            Title="On call",
        )
