"""ElasticIP: the public addresses that an account holds."""

from __future__ import annotations

from gsl.collectors.ec2 import common, listing, members
from gsl.collectors.parts import Call, Collector, Entity, Place, Raw
from gsl.collectors.wording import arn

ADDRESSES = Call("ec2", "describe_addresses", "Addresses")  # has no pages

_ADDRESS = {
    "publicIp": "PublicIp",
    "networkInterfaceId": "NetworkInterfaceId",
    "privateIpAddress": "PrivateIpAddress",
    "domain": "Domain",
}


def address(raw: Raw, place: Place) -> Entity:
    """A public address; AWS gives empty texts for what one that is free does not have."""
    identity = raw.get("AllocationId") or raw.get("PublicIp")
    return {
        **common(raw, place, "elastic-ip", "AllocationId"),
        "id": identity,
        "arn": arn(place, "ec2", f"elastic-ip/{identity}"),
        **members(raw, _ADDRESS),
        "associationId": raw.get("AssociationId") or None,
        "instanceId": raw.get("InstanceId") or None,
        "networkInterfaceId": raw.get("NetworkInterfaceId") or None,
    }


COLLECTORS = (Collector("ElasticIP", "ec2", (ADDRESSES,), listing(ADDRESSES, address)),)
