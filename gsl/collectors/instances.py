"""Instance: the machines of EC2, with their rules, disks, image and roles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gsl.collectors.ec2 import IMAGES, INSTANCES, VOLUMES, common, grouped, members
from gsl.collectors.groups import group_rules_part
from gsl.collectors.images import images_by_id, platform
from gsl.collectors.parts import Collector, Entity, Fill, Part, Place, Raw, View
from gsl.collectors.policies import PROFILE_CALLS, roles_of_profiles
from gsl.collectors.volumes import volume_block
from gsl.collectors.vpc_blocks import vpc_id, vpc_parts
from gsl.collectors.wording import instant

_INSTANCE = {
    "image": "ImageId",
    "kernelId": "KernelId",
    "instanceType": "InstanceType",
    "privateIpAddress": "PrivateIpAddress",
    "subnetId": "SubnetId",
    "keyName": "KeyName",
    "architecture": "Architecture",
}
_METADATA = {
    "httpTokens": "HttpTokens",
    "httpEndpoint": "HttpEndpoint",
    "httpPutResponseHopLimit": "HttpPutResponseHopLimit",
    "instanceMetadataTags": "InstanceMetadataTags",
    "state": "State",
}


def instance(raw: Raw, place: Place) -> Entity:
    """An instance, by itself."""
    state = (raw.get("State") or {}).get("Name")
    nics = [network_card(each) for each in raw.get("NetworkInterfaces") or ()]
    public = raw.get("PublicIpAddress") or next(filter(None, [nic["publicIpAddress"] for nic in nics]), None)
    metadata = raw.get("MetadataOptions")
    return {
        **common(raw, place, "instance", "InstanceId"),
        **members(raw, _INSTANCE),
        "platform": platform(raw),
        "launchTime": instant(raw.get("LaunchTime")),
        "isRunning": state == "running",
        "state": state,
        "isPublic": bool(public),
        "publicIpAddress": public,
        "publicDns": raw.get("PublicDnsName") or "",
        "privateDns": raw.get("PrivateDnsName") or "",
        "nics": nics,
        "securityGroups": _groups(raw.get("SecurityGroups")),
        "profileArn": _profile(raw),
        "metadataOptions": members(metadata, _METADATA) if metadata else None,
        "monitoring": members(raw.get("Monitoring"), {"state": "State"}),
        "ebsOptimized": bool(raw.get("EbsOptimized")),
    }


def network_card(raw: Raw) -> dict[str, Any]:
    """A network interface as its instance shows it."""
    return {
        "id": raw.get("NetworkInterfaceId"),
        "privateIpAddress": raw.get("PrivateIpAddress"),
        "publicIpAddress": _public_address(raw),
        "subnet": {"id": raw.get("SubnetId")},
        "securityGroups": _groups(raw.get("Groups")),
    }


def _public_address(raw: Raw) -> str | None:
    """The first public address: of the interface itself, or of one of its further private addresses."""
    for each in (raw, *(raw.get("PrivateIpAddresses") or ())):
        public: str | None = (each.get("Association") or {}).get("PublicIp")
        if public:
            return public
    return None


def _groups(found: Any) -> list[dict[str, Any]]:
    return [members(each, {"id": "GroupId", "name": "GroupName"}) for each in found or ()]


def _profile(raw: Raw) -> str | None:
    arn: str | None = (raw.get("IamInstanceProfile") or {}).get("Arn")
    return arn


def group_ids(raw: Raw) -> list[str]:
    """The groups of an instance and of all its interfaces, each once."""
    found = list(raw.get("SecurityGroups") or ())
    for each in raw.get("NetworkInterfaces") or ():
        found += each.get("Groups") or ()
    return list(dict.fromkeys(str(each.get("GroupId")) for each in found))


def instances(view: View) -> Iterator[Raw]:
    """Instances as AWS has them, out of their reservations; not those that are gone (AWS shows them for an hour)."""
    for reservation in view.items(INSTANCES):
        for raw in reservation.get("Instances") or ():
            if (raw.get("State") or {}).get("Name") != "terminated":
                yield {"OwnerId": reservation.get("OwnerId"), **raw}


def _listing(view: View) -> Iterator[tuple[Entity, Raw]]:
    for raw in instances(view):
        yield instance(raw, view), raw


def _images(view: View) -> Fill:
    """The instances are listed a second time, for the ids of all their images: a page is a thousand instances."""
    images = images_by_id(view, (raw["ImageId"] for raw in instances(view) if raw.get("ImageId")))

    def fill(entity: Entity, raw: Raw) -> None:
        entity["imageDetails"] = images.get(raw.get("ImageId") or "")

    return fill


def _volumes(view: View) -> Fill:
    volumes = grouped(
        (attached.get("InstanceId"), volume_block(raw))
        for raw in view.items(VOLUMES)
        for attached in raw.get("Attachments") or ()
    )

    def fill(entity: Entity, raw: Raw) -> None:
        entity["volumes"] = volumes.get(entity["id"], [])

    return fill


def _roles(view: View) -> Fill:
    roles = roles_of_profiles(view)

    def fill(entity: Entity, raw: Raw) -> None:
        entity["roles"] = roles.get(_profile(raw) or "", [])

    return fill


COLLECTORS = (
    Collector(
        "Instance",
        "ec2",
        (INSTANCES,),
        _listing,
        (
            *vpc_parts(vpc_id),
            group_rules_part(group_ids),
            Part(("volumes",), (VOLUMES,), _volumes),
            Part(("imageDetails",), (IMAGES, INSTANCES), _images),
            Part(("roles",), PROFILE_CALLS, _roles),
        ),
    ),
)
