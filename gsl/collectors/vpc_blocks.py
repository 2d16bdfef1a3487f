"""The `vpc` of what is in a VPC: one listing of VPCs for a region, and one each of what is attached to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from gsl.collectors.ec2 import INTERNET_GATEWAYS, PEERINGS, VPCS, VPN_GATEWAYS, grouped, members
from gsl.collectors.parts import Call, Entity, Fill, Part, Place, Raw, View
from gsl.collectors.wording import region_of, tag, tags

Lists = Mapping[str, list[dict[str, Any]]]
"""Elements of a property, by the VPC that they belong to."""

_MEMBERS = {
    "id": "VpcId",
    "cidr": "CidrBlock",
    "isDefault": "IsDefault",
    "state": "State",
    "dhcpOptionsId": "DhcpOptionsId",
    "instanceTenancy": "InstanceTenancy",
}


def vpc_block(raw: Raw, place: Place) -> dict[str, Any]:
    """A VPC as its inhabitants show it, without what is attached to it."""
    found = tags(raw.get("Tags"))
    return {
        **members(raw, _MEMBERS),
        "isDefault": bool(raw.get("IsDefault")),
        "name": tag(found, "Name"),
        "tags": found,
        "accountNumber": raw.get("OwnerId") or place.account,
        "region": region_of(place.region),
        "cloudAccountId": None,
    }


def vpc_blocks(view: View) -> Mapping[str, dict[str, Any]]:
    """The region's VPCs by id, without what is attached to them (see `vpc_parts`), listed once."""
    return view.once("VPC blocks", lambda: {raw.get("VpcId"): vpc_block(raw, view) for raw in view.items(VPCS)})


def internet_gateways(view: View) -> Lists:
    """Internet gateways by VPC, listed once."""
    return view.once("internet gateways", lambda: _by_attachment(view.items(INTERNET_GATEWAYS), "Attachments", _igw))


def vpn_gateways(view: View) -> Lists:
    """Virtual private gateways by VPC, listed once."""
    return view.once("VPN gateways", lambda: _by_attachment(view.items(VPN_GATEWAYS), "VpcAttachments", _vgw))


def _by_attachment(found: Iterable[Raw], member: str, mapper: Callable[[Raw], dict[str, Any]]) -> Lists:
    return grouped(
        (attached.get("VpcId"), mapper(raw))
        for raw in found
        for attached in raw.get(member) or ()
        if attached.get("State") not in {"detaching", "detached"}
    )


def _igw(raw: Raw) -> dict[str, Any]:
    return {
        "externalId": raw.get("InternetGatewayId"),
        "name": tag(tags(raw.get("Tags")), "Name"),
        "vpcAttachments": [
            members(each, {"state": "State", "vpcId": "VpcId"}) for each in raw.get("Attachments") or ()
        ],
    }


def _vgw(raw: Raw) -> dict[str, Any]:
    return {
        "externalId": raw.get("VpnGatewayId"),
        "name": tag(tags(raw.get("Tags")), "Name"),
        "state": raw.get("State"),
    }


def peerings(view: View) -> Lists:
    """Peerings by VPC, on both sides, listed once."""
    return view.once("VPC peerings", lambda: grouped(each for raw in view.items(PEERINGS) for each in _sides(raw)))


def _sides(raw: Raw) -> Iterator[tuple[str | None, dict[str, Any]]]:
    """A peering as each of its two VPCs sees it."""
    requester, accepter = raw.get("RequesterVpcInfo") or {}, raw.get("AccepterVpcInfo") or {}
    for own, other in ((requester, accepter), (accepter, requester)):
        peering = {
            "id": raw.get("VpcPeeringConnectionId"),
            "status": (raw.get("Status") or {}).get("Code"),
            "peerVpcId": other.get("VpcId"),
            "peerOwnerId": other.get("OwnerId"),
        }
        yield own.get("VpcId"), peering


ATTACHED: tuple[tuple[str, Call, Callable[[View], Lists]], ...] = (
    ("internetGateways", INTERNET_GATEWAYS, internet_gateways),
    ("vpnGateways", VPN_GATEWAYS, vpn_gateways),
    ("vpcPeeringConnections", PEERINGS, peerings),
)
"""What is attached to a VPC: the property, the call that lists it, the look-up."""


def vpc_id(raw: Raw) -> str | None:
    """Where most have their VPC."""
    found: str | None = raw.get("VpcId")
    return found


def vpc_parts(find_id: Callable[[Raw], str | None]) -> tuple[Part, ...]:
    """The parts that fill `vpc` of what is in the VPC that `find_id` gives; each listing may fail alone."""

    def prepare(view: View) -> Fill:
        blocks = vpc_blocks(view)

        def fill(entity: Entity, raw: Raw) -> None:
            identity = find_id(raw)
            # its own copy: the parts below add to it
            entity["vpc"] = dict(blocks.get(identity) or {"id": identity}) if identity else None

        return fill

    return (Part(("vpc",), (VPCS,), prepare), *[_attached(name, call, find) for name, call, find in ATTACHED])


def _attached(name: str, call: Call, find: Callable[[View], Lists]) -> Part:
    def prepare(view: View) -> Fill:
        lists = find(view)

        def fill(entity: Entity, raw: Raw) -> None:
            if entity.get("vpc"):
                entity["vpc"][name] = lists.get(entity["vpc"]["id"], [])

        return fill

    return Part((f"vpc.{name}",), (call,), prepare)
