"""Volume and Snapshot: the disks of EC2 and their copies."""

from __future__ import annotations

from typing import Any

from gsl.collectors.ec2 import VOLUMES, common, listing, members
from gsl.collectors.parts import Call, Collector, Entity, Fill, Part, Place, Raw, View
from gsl.collectors.wording import arn, instant

SNAPSHOTS = Call("ec2", "describe_snapshots", "Snapshots", arguments={"MaxResults": 1000, "OwnerIds": ["self"]})

_VOLUME = {"kmsKeyId": "KmsKeyId", "size": "Size", "state": "State", "volumeType": "VolumeType"}


def volume_block(raw: Raw) -> dict[str, Any]:
    """A volume as its instances show it."""
    return {"volumeId": raw.get("VolumeId"), "encrypted": bool(raw.get("Encrypted")), **members(raw, _VOLUME)}


def volume(raw: Raw, place: Place) -> Entity:
    """An EBS volume."""
    return {
        **common(raw, place, "volume", "VolumeId"),
        "encrypted": bool(raw.get("Encrypted")),
        **members(raw, _VOLUME),
        **members(raw, {"iops": "Iops", "availabilityZone": "AvailabilityZone"}),
        "createTime": instant(raw.get("CreateTime")),
        "snapshotId": raw.get("SnapshotId") or None,
        "attachments": [_attachment(each) for each in raw.get("Attachments") or ()],
    }


def _attachment(raw: Raw) -> dict[str, Any]:
    names = {"state": "State", "instanceId": "InstanceId", "device": "Device"}
    return {**members(raw, names), "deleteOnTermination": bool(raw.get("DeleteOnTermination"))}


_SNAPSHOT = {
    "kmsKeyId": "KmsKeyId",
    "volumeId": "VolumeId",
    "state": "State",
    "volumeSize": "VolumeSize",
    "ownerId": "OwnerId",
}


def snapshot(raw: Raw, place: Place) -> Entity:
    """A snapshot of an EBS volume. Its ARN names no account."""
    return {
        **common(raw, place, "snapshot", "SnapshotId"),
        "arn": arn(place, "ec2", f"snapshot/{raw.get('SnapshotId')}", ""),
        "encrypted": bool(raw.get("Encrypted")),
        **members(raw, _SNAPSHOT),
        "description": raw.get("Description") or "",
        "startTime": instant(raw.get("StartTime")),
    }


def _public(view: View) -> Fill:
    """One more listing, of those that everybody may restore, in place of a question for each snapshot."""
    public = {raw.get("SnapshotId") for raw in view.items(SNAPSHOTS, RestorableByUserIds=["all"])}

    def fill(entity: Entity, raw: Raw) -> None:
        entity["isPublic"] = entity["id"] in public

    return fill


COLLECTORS = (
    Collector("Volume", "ec2", (VOLUMES,), listing(VOLUMES, volume)),
    Collector(
        "Snapshot",
        "ec2",
        (SNAPSHOTS,),
        listing(SNAPSHOTS, snapshot),
        (Part(("isPublic",), (SNAPSHOTS,), _public),),
    ),
)
