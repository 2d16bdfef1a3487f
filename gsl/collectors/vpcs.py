"""VPC, Subnet and RouteTable: how networks are cut, joined and logged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from gsl.collectors.ec2 import (
    FLOW_LOGS,
    NETWORK_ACLS,
    ROUTE_TABLES,
    SUBNETS,
    VPC_ENDPOINTS,
    VPCS,
    common,
    grouped,
    listing,
    members,
)
from gsl.collectors.parts import Call, Collector, Entity, Fill, Part, Place, Raw, View
from gsl.collectors.vpc_blocks import ATTACHED, vpc_id, vpc_parts
from gsl.collectors.wording import tag, tags

Lists = Mapping[str, list[Any]]


def vpc(raw: Raw, place: Place) -> Entity:
    """A VPC, by itself."""
    names = {"state": "State", "dhcpOptionsId": "DhcpOptionsId", "instanceTenancy": "InstanceTenancy"}
    return {
        **common(raw, place, "vpc", "VpcId"),
        **members(raw, {"cidr": "CidrBlock", **names}),
        "cidrBlocks": [
            *_cidrs(raw.get("CidrBlockAssociationSet"), "CidrBlock"),
            *_cidrs(raw.get("Ipv6CidrBlockAssociationSet"), "Ipv6CidrBlock"),
        ],
        "isDefault": bool(raw.get("IsDefault")),
    }


def _cidrs(associations: Iterable[Mapping[str, Any]] | None, member: str) -> list[Any]:
    """Ranges, without those that the VPC no longer has."""
    gone = {"disassociated", "failed"}
    found = associations or ()
    return [each.get(member) for each in found if (each.get(f"{member}State") or {}).get("State") not in gone]


_SUBNET = {
    "cidr": "CidrBlock",
    "availabilityZone": "AvailabilityZone",
    "availableIpAddressCount": "AvailableIpAddressCount",
    "state": "State",
}


def subnet(raw: Raw, place: Place) -> Entity:
    """A subnet, by itself."""
    return {
        **common(raw, place, "subnet", "SubnetId"),
        **members(raw, _SUBNET),
        "mapPublicIpOnLaunch": bool(raw.get("MapPublicIpOnLaunch")),
        "assignIpv6AddressOnCreation": bool(raw.get("AssignIpv6AddressOnCreation")),
        "defaultForAz": bool(raw.get("DefaultForAz")),
    }


_ROUTE = {
    "destinationCidrBlock": "DestinationCidrBlock",
    "destinationIpv6CidrBlock": "DestinationIpv6CidrBlock",
    "destinationPrefixListId": "DestinationPrefixListId",
    "gatewayId": "GatewayId",
    "egressOnlyInternetGatewayId": "EgressOnlyInternetGatewayId",
    "natGatewayId": "NatGatewayId",
    "vpcPeeringConnectionId": "VpcPeeringConnectionId",
    "transitGatewayId": "TransitGatewayId",
    "instanceId": "InstanceId",
    "instanceOwnerId": "InstanceOwnerId",
    "networkInterfaceId": "NetworkInterfaceId",
    "state": "State",
    "origin": "Origin",
}


def route_table(raw: Raw, place: Place) -> Entity:
    """A route table."""
    return {**common(raw, place, "route-table", "RouteTableId"), **_routing(raw)}


def _routing(raw: Raw) -> dict[str, Any]:
    return {
        "routes": [members(each, _ROUTE) for each in raw.get("Routes") or ()],
        "associations": [
            {"isMain": bool(each.get("Main")), "subnetId": each.get("SubnetId")}
            for each in raw.get("Associations") or ()
        ],
        "propagatingVgws": [each.get("GatewayId") for each in raw.get("PropagatingVgws") or ()],
    }


def _route_table_block(raw: Raw) -> dict[str, Any]:
    """A route table as VPCs and subnets show it."""
    names = {"id": "RouteTableId", "routeTableId": "RouteTableId", "vpcId": "VpcId"}
    return {**members(raw, names), "name": tag(tags(raw.get("Tags")), "Name"), **_routing(raw)}


_FLOW_LOG = {
    "flowLogId": "FlowLogId",
    "flowLogStatus": "FlowLogStatus",
    "trafficType": "TrafficType",
    "logDestinationType": "LogDestinationType",
    "logDestination": "LogDestination",
    "logGroupName": "LogGroupName",
    "resourceId": "ResourceId",
}
_ENDPOINT = {"id": "VpcEndpointId", "serviceName": "ServiceName", "type": "VpcEndpointType", "state": "State"}


def flow_logs(view: View) -> Lists:
    """Flow logs by what they log (a VPC, a subnet, an interface), listed once."""
    return view.once(
        "flow logs",
        lambda: grouped((raw.get("ResourceId"), members(raw, _FLOW_LOG)) for raw in view.items(FLOW_LOGS)),
    )


def is_logged(logs: list[Any]) -> bool:
    """Whether one of some flow logs is active."""
    return any([each["flowLogStatus"] == "ACTIVE" for each in logs])


def _vpc_flow_logs(view: View) -> Fill:
    logs = flow_logs(view)

    def fill(entity: Entity, raw: Raw) -> None:
        entity["flowLogs"] = logs.get(entity["id"], [])
        entity["hasFlowLogs"] = is_logged(entity["flowLogs"])

    return fill


def _subnet_flow_logs(view: View) -> Fill:
    logs = flow_logs(view)

    def fill(entity: Entity, raw: Raw) -> None:
        entity["flowLogs"] = logs.get(entity["id"], []) + logs.get(raw.get("VpcId") or "", [])
        entity["enableFlowLogs"] = is_logged(entity["flowLogs"])

    return fill


def _subnets(view: View) -> Lists:
    return grouped((raw.get("VpcId"), _subnet_block(raw)) for raw in view.items(SUBNETS))


def _subnet_block(raw: Raw) -> dict[str, Any]:
    names = {"id": "SubnetId", "cidr": "CidrBlock", "availabilityZone": "AvailabilityZone"}
    return {
        **members(raw, names),
        "mapPublicIpOnLaunch": bool(raw.get("MapPublicIpOnLaunch")),
        "name": tag(tags(raw.get("Tags")), "Name"),
    }


def _route_tables(view: View) -> Lists:
    return grouped((raw.get("VpcId"), _route_table_block(raw)) for raw in view.items(ROUTE_TABLES))


def _endpoints(view: View) -> Lists:
    return grouped((raw.get("VpcId"), members(raw, _ENDPOINT)) for raw in view.items(VPC_ENDPOINTS))


_OF_VPC: tuple[tuple[str, Call, Callable[[View], Lists]], ...] = (
    ("subnets", SUBNETS, _subnets),
    ("routeTables", ROUTE_TABLES, _route_tables),
    ("endpoints", VPC_ENDPOINTS, _endpoints),
    *ATTACHED,
)


def _list_of_vpc(name: str, call: Call, find: Callable[[View], Lists]) -> Part:
    def prepare(view: View) -> Fill:
        lists = find(view)

        def fill(entity: Entity, raw: Raw) -> None:
            entity[name] = lists.get(entity["id"], [])

        return fill

    return Part((name,), (call,), prepare)


def _subnet_acl(view: View) -> Fill:
    acls = {
        association.get("SubnetId"): {"id": raw.get("NetworkAclId"), "isDefault": bool(raw.get("IsDefault"))}
        for raw in view.items(NETWORK_ACLS)
        for association in raw.get("Associations") or ()
    }

    def fill(entity: Entity, raw: Raw) -> None:
        entity["nacl"] = acls.get(entity["id"])

    return fill


def _subnet_routes(view: View) -> Fill:
    """The table of a subnet is the one that is associated with it, or else its VPC's main one."""
    tables: dict[str, dict[str, Any]] = {}
    for raw in view.items(ROUTE_TABLES):
        for each in raw.get("Associations") or ():
            place = raw.get("VpcId") if each.get("Main") else each.get("SubnetId")
            tables[place or ""] = _route_table_block(raw)

    def fill(entity: Entity, raw: Raw) -> None:
        entity["routeTable"] = tables.get(entity["id"]) or tables.get(raw.get("VpcId") or "")

    return fill


COLLECTORS = (
    Collector(
        "VPC",
        "ec2",
        (VPCS,),
        listing(VPCS, vpc),
        (
            Part(("hasFlowLogs", "flowLogs"), (FLOW_LOGS,), _vpc_flow_logs),
            *[_list_of_vpc(name, call, find) for name, call, find in _OF_VPC],
        ),
    ),
    Collector(
        "Subnet",
        "ec2",
        (SUBNETS,),
        listing(SUBNETS, subnet),
        (
            *vpc_parts(vpc_id),
            Part(("enableFlowLogs", "flowLogs"), (FLOW_LOGS,), _subnet_flow_logs),
            Part(("nacl",), (NETWORK_ACLS,), _subnet_acl),
            Part(("routeTable",), (ROUTE_TABLES,), _subnet_routes),
        ),
    ),
    Collector("RouteTable", "ec2", (ROUTE_TABLES,), listing(ROUTE_TABLES, route_table), vpc_parts(vpc_id)),
)
