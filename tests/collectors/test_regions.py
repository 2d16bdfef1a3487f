"""Regions and the account: each call fills its own, what is off is a value, what is denied is an error."""

from __future__ import annotations

from typing import Any

import pytest

from gsl.collectors import accounts, regions
from tests.collectors.canned import CannedView, client, failed_paths, failure
from tests.collectors.plain_view import ACCOUNT, PlainPlace, PlainView, check, collect

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

(REGION,) = regions.COLLECTORS
(THE_ACCOUNT,) = accounts.COLLECTORS

OFF: dict[str, Any] = {
    "config:DescribeConfigurationRecorders": [],
    "config:DescribeConfigurationRecorderStatus": [],
    "config:DescribeDeliveryChannels": [],
    "cloudtrail:DescribeTrails": [],
    "ec2:DescribeVpcs": [],
    "ec2:DescribeFlowLogs": [],
    "accessanalyzer:ListAnalyzers": [],
    "securityhub:DescribeHub": failure("InvalidAccessException", "not subscribed"),
    "macie2:GetMacieSession": failure("AccessDeniedException", "Macie is not enabled."),
    "guardduty:ListDetectors": [],
    "ec2:GetEbsEncryptionByDefault": False,
    "ec2:GetEbsDefaultKmsKeyId": "alias/aws/ebs",
    "ec2:GetSnapshotBlockPublicAccessState": "unblocked",
    "ec2:GetImageBlockPublicAccessState": "unblocked",
    "ec2:GetInstanceMetadataDefaults": {},
}
RECORDER = {
    "name": "default",
    "roleARN": "arn:role",
    "recordingGroup": {
        "allSupported": True,
        "includeGlobalResourceTypes": True,
        "recordingStrategy": {"useOnly": "ALL_SUPPORTED_RESOURCE_TYPES"},
    },
}


def _region(changes: dict[str, Any]) -> dict[str, Any]:
    view = CannedView({**OFF, **changes}, "us-west-2")
    (entity,) = collect(REGION, view)
    check(REGION, entity, view)
    return entity


def test_mapper() -> None:
    entity = regions.region(PlainPlace("us-west-2"))
    assert (entity["id"], entity["name"], entity["behavior"]) == ("us-west-2", "Oregon", "ReadOnly")
    assert regions.region(PlainPlace("xx-new-1"))["name"] == "xx-new-1"


def test_all_is_off() -> None:
    entity = _region({})
    assert "_errors" not in entity
    off = ("hasCloudTrail", "hasVpcFLowLogging", "hasAccessAnalyzer", "hasSecurityHub", "hasGuardDuty")
    assert [entity[each] for each in off] == [False] * len(off)
    assert (entity["macieStatus"], entity["securityHub"], entity["imdsDefaults"]) == ("NOT_ENABLED", None, None)
    assert entity["configurationRecorders"] == []


def test_all_is_on() -> None:
    analyzer = {"arn": "arn:a", "name": "a", "type": "ACCOUNT", "status": "ACTIVE", "tags": {}}
    entity = _region(
        {
            "config:DescribeConfigurationRecorders": [RECORDER],
            "config:DescribeConfigurationRecorderStatus": [
                {"name": "default", "recording": True, "lastStatus": "SUCCESS"}
            ],
            "config:DescribeDeliveryChannels": [{"name": "default", "s3BucketName": "config"}],
            "cloudtrail:DescribeTrails": [{"TrailARN": "arn:t", "IsMultiRegionTrail": True}],
            "cloudtrail:GetTrailStatus": {"IsLogging": True},
            "ec2:DescribeVpcs": [{"VpcId": "vpc-1"}, {"VpcId": "vpc-2", "OwnerId": "999999999999"}],
            "ec2:DescribeFlowLogs": [{"ResourceId": "vpc-1", "FlowLogStatus": "ACTIVE"}],
            "accessanalyzer:ListAnalyzers": [analyzer],
            "securityhub:DescribeHub": {"HubArn": "arn:h", "SubscribedAt": "2024-06-01T00:00:00.000Z"},
            "macie2:GetMacieSession": "ENABLED",
            "guardduty:ListDetectors": ["d1"],
            "guardduty:GetDetector": "ENABLED",
            "ec2:GetInstanceMetadataDefaults": {"HttpTokens": "required"},
        }
    )
    on = ("hasCloudTrail", "hasVpcFLowLogging", "hasAccessAnalyzer", "hasSecurityHub", "hasGuardDuty")
    assert [entity[each] for each in on] == [True] * len(on)
    (recorder,) = entity["configurationRecorders"]
    assert (recorder["recording"], recorder["lastStatus"], recorder["allSupported"]) == (True, "SUCCESS", True)
    assert recorder["recordingStrategy"] == "ALL_SUPPORTED_RESOURCE_TYPES"
    assert entity["vpcs"] == ["vpc-1", "vpc-2"]
    assert entity["securityHub"]["subscribedAt"] == "2024-06-01T00:00:00Z"
    assert entity["imdsDefaults"] == {"httpTokens": "required", "httpEndpoint": None}


def test_macie_off_is_not_macie_denied() -> None:
    denied = "User: x is not authorized to perform: macie2:GetMacieSession"
    entity = _region({"macie2:GetMacieSession": failure("AccessDeniedException", denied)})
    assert failed_paths(entity) == {"macieStatus"}
    assert "macieStatus" not in entity


def test_one_vpc_without_a_flow_log() -> None:
    logs = [
        {"ResourceId": "vpc-1", "FlowLogStatus": "ACTIVE"},
        {"ResourceId": "vpc-2", "FlowLogStatus": "FAILED"},
    ]
    entity = _region({"ec2:DescribeVpcs": [{"VpcId": "vpc-1"}, {"VpcId": "vpc-2"}], "ec2:DescribeFlowLogs": logs})
    assert entity["hasVpcFLowLogging"] is False


def test_each_denied_call_costs_its_own() -> None:
    (entity,) = collect(REGION, CannedView({}, "us-west-2"))
    assert failed_paths(entity) == {path for part in REGION.parts for path in part.fills}
    entity = _region(
        {
            "config:DescribeConfigurationRecorders": [RECORDER],
            "config:DescribeConfigurationRecorderStatus": failure("AccessDenied"),
        }
    )
    assert failed_paths(entity) == {"configurationRecorders.recording", "configurationRecorders.lastStatus"}
    assert entity["configurationRecorders"][0]["allSupported"] is True


def test_region_in_moto(endpoint: str) -> None:
    client(endpoint, "securityhub", "eu-west-1").enable_security_hub()
    client(endpoint, "guardduty", "eu-west-1").create_detector(Enable=True)
    client(endpoint, "ec2", "eu-west-1").enable_ebs_encryption_by_default()
    recorder = {"name": "default", "roleARN": f"arn:aws:iam::{ACCOUNT}:role/config"}
    client(endpoint, "config", "eu-west-1").put_configuration_recorder(ConfigurationRecorder=recorder)
    unknown = (
        "accessanalyzer:ListAnalyzers",
        "ec2:GetInstanceMetadataDefaults",
        "ec2:GetEbsDefaultKmsKeyId",
        "ec2:GetSnapshotBlockPublicAccessState",
        "ec2:GetImageBlockPublicAccessState",
    )
    view = PlainView(endpoint, "eu-west-1", denied=unknown)
    (entity,) = collect(REGION, view)
    check(REGION, entity, view)
    assert entity["hasSecurityHub"] is True
    assert entity["hasGuardDuty"] is True
    assert entity["ebsEncryptionByDefault"] is True
    assert entity["configurationRecorders"][0]["recording"] is False
    assert len(entity["vpcs"]) == 1
    assert failed_paths(entity) <= {
        "accessAnalyzers",
        "hasAccessAnalyzer",
        "imdsDefaults",
        "snapshotBlockPublicAccess",
        "imageBlockPublicAccess",
        "ebsDefaultKmsKeyId",
    }


ACCOUNT_REPLIES: dict[str, Any] = {
    "iam:ListAccountAliases": ["example-prod"],
    "account:GetContactInformation": {"FullName": "Jane Doe", "PhoneNumber": "+1 555 0100", "AddressLine1": "1 Street"},
    "organizations:DescribeOrganization": failure("AWSOrganizationsNotInUseException"),
    "s3control:GetPublicAccessBlock": failure("NoSuchPublicAccessBlockConfiguration"),
    "ec2:DescribeRegions": [
        {"RegionName": "us-east-1", "OptInStatus": "opt-in-not-required"},
        {"RegionName": "af-south-1", "OptInStatus": "not-opted-in"},
        {"RegionName": "me-south-1", "OptInStatus": "opted-in"},
    ],
}


def test_account() -> None:
    def contact(arguments: Any) -> Any:
        contact = {"Name": "Sec", "EmailAddress": "sec@example.com", "AlternateContactType": "SECURITY"}
        kinds = {"SECURITY": contact, "BILLING": failure("ResourceNotFoundException")}
        return kinds.get(arguments["AlternateContactType"], failure("AccessDeniedException"))

    view = CannedView({**ACCOUNT_REPLIES, "account:GetAlternateContact": contact})
    (entity,) = collect(THE_ACCOUNT, view)
    check(THE_ACCOUNT, entity, view)
    assert failed_paths(entity) == {"alternateContacts.operations"}
    assert entity["alternateContacts"]["security"]["emailAddress"] == "sec@example.com"
    assert entity["alternateContacts"]["billing"] is None
    assert entity["contactInformation"]["addressLine1"] == "1 Street"
    assert (entity["name"], entity["organization"], entity["publicAccessBlock"]) == ("example-prod", None, None)
    assert entity["enabledRegions"] == ["me-south-1", "us-east-1"]
    assert entity["disabledRegions"] == ["af-south-1"]


def test_account_of_which_nothing_may_be_known() -> None:
    view = CannedView({})
    (entity,) = collect(THE_ACCOUNT, view)
    check(THE_ACCOUNT, entity, view)
    assert failed_paths(entity) == {path for part in THE_ACCOUNT.parts for path in part.fills}
    assert entity["id"] == ACCOUNT


def test_account_in_moto(endpoint: str) -> None:
    client(endpoint, "iam").create_account_alias(AccountAlias="example")
    client(endpoint, "organizations").create_organization(FeatureSet="ALL")
    view = PlainView(endpoint, denied=("account:GetContactInformation", "s3control:GetPublicAccessBlock"))
    (entity,) = collect(THE_ACCOUNT, view)
    check(THE_ACCOUNT, entity, view)
    assert failed_paths(entity) == {"contactInformation", "publicAccessBlock"}
    assert entity["name"] == "example"
    assert entity["organization"]["featureSet"] == "ALL"
    assert entity["alternateContacts"] == {"security": None, "billing": None, "operations": None}
    assert "us-east-1" in entity["enabledRegions"]
