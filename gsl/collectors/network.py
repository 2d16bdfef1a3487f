"""SecurityGroup and NACL: what lets packets in and out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from gsl.collectors.ec2 import INTERFACES, NETWORK_ACLS, SECURITY_GROUPS, common, grouped, listing, members
from gsl.collectors.groups import ports, protocol, rules_of
from gsl.collectors.parts import Collector, Entity, Fill, Part, Place, Raw, View
from gsl.collectors.vpc_blocks import vpc_id, vpc_parts


def security_group(raw: Raw, place: Place) -> Entity:
    """A security group."""
    return {
        **common(raw, place, "security-group", "GroupId"),
        "name": raw.get("GroupName") or "",
        "description": raw.get("Description") or "",
        "ownerId": raw.get("OwnerId"),
        "isProtected": False,  # a feature of CloudGuard, not of AWS
        **rules_of(raw),
    }


_INTERFACE = {
    "networkInterfaceId": "NetworkInterfaceId",
    "interfaceType": "InterfaceType",
    "description": "Description",
    "status": "Status",
    "subnetId": "SubnetId",
    "privateIpAddress": "PrivateIpAddress",
}


def network_interface(raw: Raw) -> dict[str, Any]:
    """A network interface as its security groups show it."""
    association, attachment = raw.get("Association"), raw.get("Attachment")
    return {
        **members(raw, _INTERFACE),
        "association": members(association, {"publicIp": "PublicIp"}) if association else None,
        "attachment": members(attachment, {"instanceId": "InstanceId", "status": "Status"}) if attachment else None,
    }


_OTHERS = "others"
_ASSETS: tuple[tuple[str, str, str], ...] = (
    ("LambdaFunctions", "lambda", "AWS Lambda VPC ENI"),
    ("EFSs", "efs", "EFS mount target"),
    ("NetworkLoadBalancers", "network_load_balancer", "ELB net/"),
    ("ApplicationLoadBalancers", "", "ELB app/"),
    ("ELBs", "", "ELB "),
    ("RDSs", "", "RDSNetworkInterface"),
    ("Redshifts", "", "RedshiftNetworkInterface"),
    ("ElastiCacheClusters", "", "ElastiCache"),
)
"""What uses an interface, by the interface's type or the beginning of the description that AWS gives it."""

ASSET_TYPES = ("instances", *[name for name, _, _ in _ASSETS], _OTHERS)


def asset_type(raw: Raw) -> str:
    """What uses a network interface, in the words of `networkAssetsStats`."""
    if (raw.get("Attachment") or {}).get("InstanceId"):
        return "instances"
    kind, description = raw.get("InterfaceType"), raw.get("Description") or ""
    # descriptions of interfaces that AWS did not make are anybody's words
    by_aws = bool(raw.get("RequesterManaged", True))
    for name, interface_type, beginning in _ASSETS:
        if (kind and kind == interface_type) or (by_aws and description.startswith(beginning)):
            return name
    return _OTHERS


def assets_stats(types: Iterable[str]) -> list[dict[str, Any]]:
    """How many interfaces of each type of asset there are; all types, also those without any."""
    counts = Counter(types)
    return [{"type": each, "count": counts[each]} for each in ASSET_TYPES]


def _interfaces(view: View) -> Fill:
    """Interfaces by group, kept as JSON: there may be very many."""
    encode, decode = msgspec.json.encode, msgspec.json.decode
    users = grouped(
        (group.get("GroupId"), packed)
        for raw in view.items(INTERFACES)
        for packed in [(asset_type(raw), encode(network_interface(raw)))]
        for group in raw.get("Groups") or ()
    )

    def fill(entity: Entity, raw: Raw) -> None:
        found = users.get(entity["id"], [])
        entity["networkInterfaces"] = [decode(interface) for _, interface in found]
        entity["networkAssetsStats"] = assets_stats(name for name, _ in found)

    return fill


def network_acl(raw: Raw, place: Place) -> Entity:
    """A network ACL."""
    entries = raw.get("Entries") or ()
    return {
        **common(raw, place, "network-acl", "NetworkAclId"),
        "isDefault": bool(raw.get("IsDefault")),
        "inbound": [acl_entry(each) for each in entries if not each.get("Egress")],
        "outbound": [acl_entry(each) for each in entries if each.get("Egress")],
        "associations": [{"subnetId": each.get("SubnetId")} for each in raw.get("Associations") or ()],
    }


_ANYWHERE = "0.0.0.0/0"


def acl_entry(raw: Mapping[str, Any]) -> dict[str, Any]:
    """An entry of a network ACL. The end that AWS does not name is anywhere."""
    name = protocol(raw.get("Protocol"))
    between = raw.get("PortRange") or {}
    port, port_to = ports(name, between.get("From"), between.get("To"))
    cidr = raw.get("CidrBlock") or raw.get("Ipv6CidrBlock") or ""
    outbound = bool(raw.get("Egress"))
    icmp = raw.get("IcmpTypeCode") or {}
    return {
        "name": "",
        "number": raw.get("RuleNumber"),
        "protocol": name,
        "source": _ANYWHERE if outbound else cidr,
        "destination": cidr if outbound else _ANYWHERE,
        "destinationPort": port,
        "destinationPortTo": port_to,
        **({"icmpType": icmp.get("Type"), "icmpCode": icmp.get("Code")} if icmp else {}),
        "direction": "OUTBOUND" if outbound else "INBOUND",
        "action": str(raw.get("RuleAction") or "").upper(),
    }


COLLECTORS = (
    Collector(
        "SecurityGroup",
        "ec2",
        (SECURITY_GROUPS,),
        listing(SECURITY_GROUPS, security_group),
        (*vpc_parts(vpc_id), Part(("networkInterfaces", "networkAssetsStats"), (INTERFACES,), _interfaces)),
    ),
    Collector("NACL", "ec2", (NETWORK_ACLS,), listing(NETWORK_ACLS, network_acl), vpc_parts(vpc_id)),
)
