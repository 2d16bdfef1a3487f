"""Rules of security groups: as elements of entities, and a look-up of them for what the groups protect."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from gsl.collectors.ec2 import SECURITY_GROUPS
from gsl.collectors.parts import CallFailed, Entity, Fill, Part, Raw, View

_PROTOCOLS = {"-1": "ALL", "all": "ALL", "1": "ICMP", "6": "TCP", "17": "UDP", "58": "ICMPV6"}
_PORTLESS = ("ICMP", "ICMPV6")
_WITH_PORTS = ("TCP", "UDP")
LAST_PORT = 65535


def protocol(value: Any) -> str:
    """A protocol in CloudGuard's words: TCP, UDP, ICMP, ICMPV6, ALL; others stay the numbers that they are."""
    text = "-1" if value is None or value == "" else str(value).lower()
    return _PROTOCOLS.get(text, text.upper())


def ports(name: str, first: int | None, last: int | None) -> tuple[int, int]:
    """The ports of a rule: all of them for ALL, and for TCP and UDP without any; 0 for protocols without ports."""
    if name == "ALL" or (name in _WITH_PORTS and (first is None or first < 0)):
        return 0, LAST_PORT
    if name not in _WITH_PORTS:
        return 0, 0
    start = int(first or 0)
    return start, start if last is None else int(last)


def network_rules(permissions: Iterable[Mapping[str, Any]] | None) -> list[dict[str, Any]]:
    """The elements of `inboundRules` and `outboundRules`: one for each range, group or list of a permission."""
    return [rule for permission in permissions or () for rule in _rules(permission)]


def _rules(permission: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    name = protocol(permission.get("IpProtocol"))
    first, last = permission.get("FromPort"), permission.get("ToPort")
    port, port_to = ports(name, first, last)
    icmp = {"icmpType": first, "icmpCode": last} if name in _PORTLESS else {}
    for scope, kind, description in _scopes(permission):
        yield {
            "protocol": name,
            "port": port,
            "portTo": port_to,
            **icmp,
            "scope": scope,
            "scopeMetaData": None,
            "serviceType": kind,
            "description": description,
        }


_SCOPES = (
    ("IpRanges", "CIDR", ("CidrIp",)),
    ("Ipv6Ranges", "CIDR", ("CidrIpv6",)),
    ("UserIdGroupPairs", "SecurityGroup", ("GroupId", "GroupName")),
    ("PrefixListIds", "PrefixList", ("PrefixListId",)),
)


def _scopes(permission: Mapping[str, Any]) -> Iterator[tuple[str, str, str | None]]:
    """What a permission is for, what kind of thing that is, and its description."""
    for member, kind, keys in _SCOPES:
        for each in _named(permission, member):
            scope = next((str(each[key]) for key in keys if each.get(key)), "")
            yield scope, kind, each.get("Description")


def _named(permission: Mapping[str, Any], member: str) -> Iterator[Mapping[str, Any]]:
    """A member's elements. AWS Config has IPv4 ranges as texts, and once more as objects elsewhere."""
    found = permission.get(member) or ()
    if member == "IpRanges":
        found = permission.get("Ipv4Ranges") or found
    for each in found:
        yield {"CidrIp": each} if isinstance(each, str) else each


def rules_of(raw: Raw) -> dict[str, list[dict[str, Any]]]:
    """A security group's `inboundRules` and `outboundRules`."""
    return {
        "inboundRules": network_rules(raw.get("IpPermissions")),
        "outboundRules": network_rules(raw.get("IpPermissionsEgress")),
    }


class GroupRules:
    """The rules of a region's security groups, kept as JSON: there may be a hundred thousand groups."""

    def __init__(self, groups: Iterable[Raw], region: str) -> None:
        encoder = msgspec.json.Encoder()
        self._region = region
        self._packed = {str(raw.get("GroupId")): encoder.encode(rules_of(raw)) for raw in groups}

    def of(self, ids: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
        """The rules of all of some groups. One that is not there fails: no rules are not the same as unknown ones."""
        rules: dict[str, list[dict[str, Any]]] = {"inboundRules": [], "outboundRules": []}
        for each in ids:
            packed = self._packed.get(each)
            if packed is None:
                message = f"the security group {each} is not among those listed"
                raise CallFailed(SECURITY_GROUPS, "InvalidGroup.NotFound", message, self._region)
            for side, found in msgspec.json.decode(packed).items():
                rules[side] += found
        return rules


def security_group_rules(view: View) -> GroupRules:
    """The rules of the region's security groups, listed once."""
    return view.once("security group rules", lambda: GroupRules(view.items(SECURITY_GROUPS), view.region))


def group_rules_part(ids: Callable[[Raw], Iterable[str]]) -> Part:
    """The part that fills `inboundRules` and `outboundRules` of what is in the groups that `ids` gives."""

    def prepare(view: View) -> Fill:
        rules = security_group_rules(view)

        def fill(entity: Entity, raw: Raw) -> None:
            entity.update(rules.of(ids(raw)))

        return fill

    return Part(("inboundRules", "outboundRules"), (SECURITY_GROUPS,), prepare)
