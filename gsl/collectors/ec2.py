"""EC2's listings that several collectors make, and what all things of EC2 have: id, ARN, Name tag, tags."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from gsl.collectors.parts import Call, Entity, Place, Raw, View
from gsl.collectors.wording import arn, tag, tags

_PAGES = {"MaxResults": 1000}


def _listing(operation: str, result: str, **arguments: Any) -> Call:
    return Call("ec2", operation, result, arguments={**_PAGES, **arguments})


FLOW_LOGS = _listing("describe_flow_logs", "FlowLogs")
IMAGES = Call("ec2", "describe_images", "Images")
INSTANCES = _listing("describe_instances", "Reservations")
INTERFACES = _listing("describe_network_interfaces", "NetworkInterfaces")
INTERNET_GATEWAYS = _listing("describe_internet_gateways", "InternetGateways")
NETWORK_ACLS = _listing("describe_network_acls", "NetworkAcls")
PEERINGS = _listing("describe_vpc_peering_connections", "VpcPeeringConnections")
ROUTE_TABLES = Call("ec2", "describe_route_tables", "RouteTables", arguments={"MaxResults": 100})
SECURITY_GROUPS = _listing("describe_security_groups", "SecurityGroups")
SUBNETS = _listing("describe_subnets", "Subnets")
VOLUMES = _listing("describe_volumes", "Volumes")
VPCS = _listing("describe_vpcs", "Vpcs")
VPC_ENDPOINTS = _listing("describe_vpc_endpoints", "VpcEndpoints")
VPN_GATEWAYS = Call("ec2", "describe_vpn_gateways", "VpnGateways")  # has no pages

Mapper = Callable[[Raw, Place], Entity]


def listing(call: Call, mapper: Mapper) -> Callable[[View], Iterator[tuple[Entity, Raw]]]:
    """The listing that is one call and one mapper."""

    def listed(view: View) -> Iterator[tuple[Entity, Raw]]:
        for raw in view.items(call):
            yield mapper(raw, view), raw

    return listed


def common(raw: Raw, place: Place, kind: str, id_member: str) -> Entity:
    """What all things of EC2 have. Shared ones keep the ARN of the account that owns them."""
    found = tags(raw.get("Tags"))
    identity = raw.get(id_member)
    return {
        "id": identity,
        "arn": arn(place, "ec2", f"{kind}/{identity}", raw.get("OwnerId")),
        "name": tag(found, "Name"),
        "tags": found,
    }


def members(raw: Mapping[str, Any] | None, names: Mapping[str, str]) -> dict[str, Any]:
    """Members under the names of entities, `None` where absent: `{"state": "State"}`."""
    return {name: (raw or {}).get(member) for name, member in names.items()}


def grouped(items: Iterable[tuple[str | None, Any]]) -> dict[str, list[Any]]:
    """Values by key, in order; those without a key are left out."""
    groups: dict[str, list[Any]] = {}
    for key, value in items:
        if key:
            groups.setdefault(key, []).append(value)
    return groups
