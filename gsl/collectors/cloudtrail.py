"""CloudTrail trails, each in its home region, with their state, what they record, and who is told of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gsl.collectors.asking import of_each
from gsl.collectors.monitoring import MONITORING
from gsl.collectors.parts import NEVER, Call, CallFailed, Collector, Entity, Fill, Part, Place, Raw, View
from gsl.collectors.trail_buckets import BUCKET
from gsl.collectors.wording import instant, tags

TRAILS = Call("cloudtrail", "describe_trails", "trailList", arguments={"includeShadowTrails": True})
STATUS = Call("cloudtrail", "get_trail_status")
SELECTORS = Call("cloudtrail", "get_event_selectors")
TAGS = Call("cloudtrail", "list_tags", "ResourceTagList")

_TIMES = (
    "latestDeliveryTime",
    "latestCloudWatchLogsDeliveryTime",
    "latestNotificationTime",
    "latestDigestDeliveryTime",
    "startLoggingTime",
    "stopLoggingTime",
)
_COMPLAINTS = (
    "latestDeliveryError",
    "latestCloudWatchLogsDeliveryError",
    "latestNotificationError",
    "latestDigestDeliveryError",
)
_CONDITIONS = ("equals", "notEquals", "startsWith", "notStartsWith", "endsWith", "notEndsWith")


def trail(raw: Raw, place: Place) -> Entity:
    """A CloudTrail of a member of DescribeTrails."""
    arn = raw.get("TrailARN") or f"arn:{place.partition}:cloudtrail:{place.region}:{place.account}:trail/{raw['Name']}"
    return {
        "id": arn,
        "arn": arn,
        "name": raw.get("Name") or arn.rpartition("/")[2],
        "trailArn": arn,
        "homeRegion": raw.get("HomeRegion") or place.region,
        "isMultiRegionTrail": bool(raw.get("IsMultiRegionTrail")),
        "isOrganizationTrail": bool(raw.get("IsOrganizationTrail")),
        "includeGlobalServiceEvents": bool(raw.get("IncludeGlobalServiceEvents")),
        "logFileValidationEnabled": bool(raw.get("LogFileValidationEnabled")),
        "kmsKeyId": raw.get("KmsKeyId"),
        "s3BucketName": raw.get("S3BucketName"),
        "s3KeyPrefix": raw.get("S3KeyPrefix"),
        "snsTopicArn": raw.get("SnsTopicARN"),
        "snsTopicName": raw.get("SnsTopicName"),
        "cloudWatchLogsLogGroupArn": raw.get("CloudWatchLogsLogGroupArn"),
        "cloudWatchLogsRoleArn": raw.get("CloudWatchLogsRoleArn"),
        "hasCustomEventSelectors": bool(raw.get("HasCustomEventSelectors")),
        "hasInsightSelectors": bool(raw.get("HasInsightSelectors")),
        # The parts in `trail_buckets.py` say more of it.
        "bucket": {"name": raw["S3BucketName"]} if raw.get("S3BucketName") else None,
    }


def status(raw: Raw) -> dict[str, Any]:
    """`status` of what GetTrailStatus gives. What never happened has the date of never."""
    return {
        "isLogging": bool(raw.get("IsLogging")),
        **{name: instant(raw.get(_capital(name))) or NEVER for name in _TIMES},
        **{name: raw.get(_capital(name)) for name in _COMPLAINTS},
    }


def _capital(name: str) -> str:
    return name[0].upper() + name[1:]


def event_selector(raw: Raw) -> dict[str, Any]:
    """One of `eventSelectors`."""
    return {
        "readWriteType": raw.get("ReadWriteType"),
        "includeManagementEvents": bool(raw.get("IncludeManagementEvents")),
        "excludeManagementEventSources": list(raw.get("ExcludeManagementEventSources") or ()),
        "dataResources": [
            {"type": each.get("Type"), "values": list(each.get("Values") or ())}
            for each in raw.get("DataResources") or ()
        ],
    }


def advanced_event_selector(raw: Raw) -> dict[str, Any]:
    """One of `advancedEventSelectors`."""
    return {
        "name": raw.get("Name"),
        "fieldSelectors": [
            {
                "field": each.get("Field"),
                **{condition: list(each.get(_capital(condition)) or ()) for condition in _CONDITIONS},
            }
            for each in raw.get("FieldSelectors") or ()
        ],
    }


def trails(view: View) -> list[Raw]:
    """The trails of a region, and the shadows there of others: of other regions, or of the organisation."""
    return view.once("trails", lambda: list(view.items(TRAILS)))


def is_recorded(view: View) -> bool:
    """Whether a trail records in a region. One that does is enough, even if others may not be asked."""
    return view.once("trails-recording", lambda: _recording(view))


def _recording(view: View) -> bool:
    failure: CallFailed | None = None
    for raw in trails(view):
        if not (raw.get("IsMultiRegionTrail") or raw.get("HomeRegion") == view.region):
            continue
        try:
            if view.value(STATUS, Name=raw["TrailARN"]).get("IsLogging"):
                return True
        except CallFailed as failed:
            failure = failed
    if failure is not None:
        raise failure
    return False


def _list(view: View) -> Iterator[tuple[Entity, Raw]]:
    """Trails whose home the region is. An organisation's trail counts as a shadow in its members, so all are asked for."""
    for raw in trails(view):
        if (raw.get("HomeRegion") or view.region) == view.region:
            yield trail(raw, view), raw


def _by_arn(raw: Raw) -> Mapping[str, Any]:
    return {"Name": raw["TrailARN"]}


def _tags_of(raw: Raw) -> Mapping[str, Any]:
    return {"ResourceIdList": [raw["TrailARN"]]}


def _first_tags(found: Raw) -> list[dict[str, Any]]:
    return tags([tag for each in found or () for tag in each.get("TagsList") or ()])


def _selectors(view: View) -> Fill:
    def fill(entity: Entity, raw: Raw) -> None:
        found = view.value(SELECTORS, TrailName=raw["TrailARN"])
        entity["eventSelectors"] = [event_selector(each) for each in found.get("EventSelectors") or ()]
        advanced = found.get("AdvancedEventSelectors") or ()
        entity["advancedEventSelectors"] = [advanced_event_selector(each) for each in advanced]

    return fill


COLLECTORS = (
    Collector(
        "CloudTrail",
        "cloudtrail",
        (TRAILS,),
        _list,
        (
            of_each("status", STATUS, _by_arn, status),
            Part(("eventSelectors", "advancedEventSelectors"), (SELECTORS,), _selectors, each=True),
            of_each("tags", TAGS, _tags_of, _first_tags),
            *MONITORING,
            *BUCKET,
        ),
    ),
)
