"""AMI: the account's own machine images; and what instances show of theirs, whoever owns it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gsl.collectors.ec2 import IMAGES, common, listing, members
from gsl.collectors.parts import Call, Collector, Entity, Place, Raw, View
from gsl.collectors.wording import arn, instant

_ALL = {"IncludeDeprecated": True, "IncludeDisabled": True}
OWN_IMAGES = Call("ec2", "describe_images", "Images", arguments={"MaxResults": 1000, "Owners": ["self"], **_ALL})

_IMAGE = {
    "ownerId": "OwnerId",
    "state": "State",
    "imageLocation": "ImageLocation",
    "architecture": "Architecture",
    "rootDeviceType": "RootDeviceType",
    "imdsSupport": "ImdsSupport",
}


def platform(raw: Raw) -> str:
    """The platform of an image or an instance; AWS names only Windows."""
    return str(raw.get("Platform") or "linux").lower()


def image(raw: Raw, place: Place) -> Entity:
    """A machine image. Its ARN names no account."""
    return {
        **common(raw, place, "image", "ImageId"),
        "arn": arn(place, "ec2", f"image/{raw.get('ImageId')}", ""),
        "name": raw.get("Name") or "",
        "isPublic": bool(raw.get("Public")),
        "creationDate": instant(raw.get("CreationDate")),
        **members(raw, _IMAGE),
        "platform": platform(raw),
        "blockDeviceMappings": [_device(each) for each in raw.get("BlockDeviceMappings") or ()],
        "deprecationTime": instant(raw.get("DeprecationTime")),
    }


def _device(raw: Raw) -> dict[str, Any]:
    names = {"encrypted": "Encrypted", "snapshotId": "SnapshotId", "volumeSize": "VolumeSize"}
    return {"deviceName": raw.get("DeviceName"), **members(raw.get("Ebs"), names)}


def image_details(raw: Raw) -> dict[str, Any]:
    """An image as its instances show it."""
    return {
        "id": raw.get("ImageId"),
        "name": raw.get("Name") or "",
        "creationDate": instant(raw.get("CreationDate")),
        "isPublic": bool(raw.get("Public")),
        "ownerId": raw.get("OwnerId"),
    }


_VALUES = 200
"""The most values that AWS takes in one filter."""


def images_by_id(view: View, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What instances show of their images, by id.

    Asked for as a filter: `ImageIds` would fail for all when one of the images is gone.
    """
    wanted = sorted(set(ids))
    found = {}
    for start in range(0, len(wanted), _VALUES):
        names = {"Name": "image-id", "Values": wanted[start : start + _VALUES]}
        for raw in view.items(IMAGES, Filters=[names], **_ALL):
            found[str(raw.get("ImageId"))] = image_details(raw)
    return found


COLLECTORS = (Collector("AMI", "ec2", (OWN_IMAGES,), listing(OWN_IMAGES, image)),)
