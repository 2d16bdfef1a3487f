"""Regions of an account: what records, watches and protects there. Nothing lists them; a view is in one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from gsl.collectors.asking import of_all
from gsl.collectors.cloudtrail import STATUS as TRAIL_STATUS
from gsl.collectors.cloudtrail import TRAILS, is_recorded
from gsl.collectors.ec2 import FLOW_LOGS, VPCS, members
from gsl.collectors.parts import Call, CallFailed, Collector, Entity, Fill, Part, Place, Raw, View
from gsl.collectors.region_names import REGION_NAMES
from gsl.collectors.vpc_blocks import vpc_blocks
from gsl.collectors.vpcs import flow_logs, is_logged
from gsl.collectors.wording import arn, instant

RECORDERS = Call("config", "describe_configuration_recorders", "ConfigurationRecorders")
RECORDER_STATUS = Call("config", "describe_configuration_recorder_status", "ConfigurationRecordersStatus")
CHANNELS = Call("config", "describe_delivery_channels", "DeliveryChannels")
ANALYZERS = Call("accessanalyzer", "list_analyzers", "analyzers", arguments={"maxResults": 100})
HUB = Call("securityhub", "describe_hub", absent=("InvalidAccessException", "ResourceNotFoundException"))
MACIE = Call("macie2", "get_macie_session", "status")
DETECTORS = Call("guardduty", "list_detectors", "DetectorIds", arguments={"MaxResults": 50})
DETECTOR = Call("guardduty", "get_detector", "Status")
EBS_ENCRYPTION = Call("ec2", "get_ebs_encryption_by_default", "EbsEncryptionByDefault")
EBS_KEY = Call("ec2", "get_ebs_default_kms_key_id", "KmsKeyId")
SNAPSHOT_BLOCK = Call("ec2", "get_snapshot_block_public_access_state", "State")
IMAGE_BLOCK = Call("ec2", "get_image_block_public_access_state", "ImageBlockPublicAccessState")
IMDS = Call("ec2", "get_instance_metadata_defaults", "AccountLevel")

_NOT_ENABLED = "macie is not enabled"
"""What Macie says where it is off, under the code of a missing permission."""

Filling = Callable[[View], Entity]
"""Properties of a region, as one or more calls say."""


def region(place: Place) -> Entity:
    """A Region, without what the calls say. AWS gives regions no ARNs; this one is made up."""
    return {
        "id": place.region,
        "arn": arn(place, "ec2", f"region/{place.region}"),
        "name": REGION_NAMES.get(place.region, place.region),
        "tags": [],
        "behavior": "ReadOnly",
    }


def recorder(raw: Raw) -> dict[str, Any]:
    """One of `configurationRecorders`, without its status."""
    group = raw.get("recordingGroup") or {}
    return {
        "name": raw.get("name"),
        "roleArn": raw.get("roleARN"),
        "allSupported": bool(group.get("allSupported")),
        "includeGlobalResourceTypes": bool(group.get("includeGlobalResourceTypes")),
        "recordingStrategy": (group.get("recordingStrategy") or {}).get("useOnly"),
    }


def channel(raw: Raw) -> dict[str, Any]:
    """One of `deliveryChannels`."""
    return members(raw, {"name": "name", "s3BucketName": "s3BucketName", "snsTopicArn": "snsTopicARN"})


def analyzer(raw: Raw) -> dict[str, Any]:
    """One of `accessAnalyzers`."""
    return members(raw, {"arn": "arn", "name": "name", "type": "type", "status": "status"})


def security_hub(raw: Raw) -> dict[str, Any] | None:
    """`securityHub` of what DescribeHub gives."""
    return None if raw is None else {"hubArn": raw.get("HubArn"), "subscribedAt": instant(raw.get("SubscribedAt"))}


def imds_defaults(raw: Raw) -> dict[str, Any] | None:
    """`imdsDefaults`; null where the account sets none."""
    return members(raw, {"httpTokens": "HttpTokens", "httpEndpoint": "HttpEndpoint"}) if raw else None


def _recorders(view: View) -> Entity:
    return {"configurationRecorders": [recorder(each) for each in view.items(RECORDERS)]}


def _channels(view: View) -> Entity:
    return {"deliveryChannels": [channel(each) for each in view.items(CHANNELS)]}


def _analyzers(view: View) -> Entity:
    found = [analyzer(each) for each in view.items(ANALYZERS)]
    return {"accessAnalyzers": found, "hasAccessAnalyzer": any([each["status"] == "ACTIVE" for each in found])}


def _hub(view: View) -> Entity:
    hub = security_hub(view.value(HUB))
    return {"securityHub": hub, "hasSecurityHub": hub is not None}


def _macie(view: View) -> Entity:
    try:
        return {"macieStatus": view.value(MACIE)}
    except CallFailed as failed:
        if _NOT_ENABLED in failed.message.lower():
            return {"macieStatus": "NOT_ENABLED"}
        raise


def _detectors(view: View) -> Entity:
    found = [{"id": each, "status": view.value(DETECTOR, DetectorId=each)} for each in view.items(DETECTORS)]
    return {"guardDutyDetectors": found, "hasGuardDuty": any([each["status"] == "ENABLED" for each in found])}


def _vpcs(view: View) -> Entity:
    return {"vpcs": sorted(vpc_blocks(view))}


def _flow_logging(view: View) -> Entity:
    """CloudGuard spells it so. Without a VPC nothing is logged; the logs of VPCs that others share are theirs."""
    own = [key for key, vpc in vpc_blocks(view).items() if vpc["accountNumber"] == view.account]
    logs = flow_logs(view)
    return {"hasVpcFLowLogging": bool(own) and all([is_logged(logs.get(each, [])) for each in own])}


def _trail(view: View) -> Entity:
    return {"hasCloudTrail": is_recorded(view)}


def _filled(fills: tuple[str, ...], calls: tuple[Call, ...], filling: Filling) -> Part:
    def prepare(view: View) -> Fill:
        found = filling(view)

        def fill(entity: Entity, raw: Raw) -> None:
            entity.update(found)

        return fill

    return Part(fills, calls, prepare)


def _recorder_status(view: View) -> Fill:
    found = {each.get("name"): each for each in view.items(RECORDER_STATUS)}

    def fill(entity: Entity, raw: Raw) -> None:
        for each in entity.get("configurationRecorders") or ():
            status = found.get(each["name"]) or {}
            each["recording"] = bool(status.get("recording"))
            each["lastStatus"] = status.get("lastStatus")

    return fill


def _list(view: View) -> Iterator[tuple[Entity, Raw]]:
    yield region(view), None


COLLECTORS = (
    Collector(
        "Region",
        "ec2",
        (),
        _list,
        (
            _filled(("configurationRecorders",), (RECORDERS,), _recorders),
            Part(
                ("configurationRecorders.recording", "configurationRecorders.lastStatus"),
                (RECORDER_STATUS,),
                _recorder_status,
            ),
            _filled(("deliveryChannels",), (CHANNELS,), _channels),
            _filled(("hasCloudTrail",), (TRAILS, TRAIL_STATUS), _trail),
            _filled(("vpcs",), (VPCS,), _vpcs),
            _filled(("hasVpcFLowLogging",), (VPCS, FLOW_LOGS), _flow_logging),
            _filled(("accessAnalyzers", "hasAccessAnalyzer"), (ANALYZERS,), _analyzers),
            _filled(("securityHub", "hasSecurityHub"), (HUB,), _hub),
            _filled(("macieStatus",), (MACIE,), _macie),
            _filled(("guardDutyDetectors", "hasGuardDuty"), (DETECTORS, DETECTOR), _detectors),
            of_all("ebsEncryptionByDefault", EBS_ENCRYPTION, bool),
            of_all("ebsDefaultKmsKeyId", EBS_KEY),
            of_all("snapshotBlockPublicAccess", SNAPSHOT_BLOCK),
            of_all("imageBlockPublicAccess", IMAGE_BLOCK),
            of_all("imdsDefaults", IMDS, imds_defaults),
        ),
    ),
)
