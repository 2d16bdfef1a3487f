"""Functions on addresses: public or private, how many hosts, which hosts may reach a port."""

from __future__ import annotations

import heapq
import ipaddress
import itertools
import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from gsl.semantics import values
from gsl.semantics.functions.table import Function, Parameter
from gsl.semantics.values import Value

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_ADDRESS = re.compile(r"[0-9A-Fa-f:.]{2,45}(?:/[0-9]{1,3})?", re.ASCII)
_MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")
_PRIVATE = tuple(
    ipaddress.ip_network(block)
    for block in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "::1/128",
        "fe80::/10",
        "fc00::/7",
    )
)
_EVERYWHERE = frozenset(("*", "any", "internet"))
_EVERY_PROTOCOL = frozenset(("all", "-1", "*"))
_WITHOUT_PORTS = frozenset(("icmp", "icmpv6", "icmp6", "1", "58"))
_LAST_PORT = 65535


def network(value: Value) -> Network | None:
    """The network of an address or CIDR text, host bits dropped, IPv4-mapped as IPv4; else `None`."""
    if not isinstance(value, str) or not _ADDRESS.fullmatch(value):
        return None
    try:
        found = ipaddress.ip_network(value, strict=False)
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Network) and found.subnet_of(_MAPPED):
        address = int(found.network_address) - int(_MAPPED.network_address)
        return ipaddress.IPv4Network((address, found.prefixlen - 96))
    return found


def _within(inner: Network, outer: Network) -> bool:
    return inner.version == outer.version and inner.subnet_of(outer)  # type: ignore[arg-type]


def _is_private_network(found: Network) -> bool:
    return any([_within(found, block) for block in _PRIVATE])


def _networks(subject: Value) -> list[Network]:
    """The networks that a text, or any text of a list, stands for."""
    candidates = subject if isinstance(subject, list) else [subject]
    return [found for candidate in candidates if (found := network(candidate)) is not None]


def _is_public(run: Any, subject: Value) -> bool:
    return any([not _is_private_network(found) for found in _networks(subject)])


def _is_private(run: Any, subject: Value) -> bool:
    return any([_is_private_network(found) for found in _networks(subject)])


def _number_of_hosts(run: Any, subject: Value) -> int | None:
    found = network(subject)
    return None if found is None else found.num_addresses


def _in_subnet(run: Any, subject: Value, block: Value) -> bool | None:
    if not isinstance(subject, str):
        return None
    inner, outer = network(subject), network(block)
    return inner is not None and outer is not None and _within(inner, outer)


class _Interval(Struct, frozen=True, eq=False):
    """A source of one rule: the addresses from `first` to `last`, both included."""

    version: int
    first: int
    last: int
    rank: int
    allowed: bool


def _sources(value: Value) -> list[Network]:
    candidates = value if isinstance(value, list) else [value]
    found: list[Network] = []
    for candidate in candidates:
        if isinstance(candidate, str) and candidate.strip().lower() in _EVERYWHERE:
            found += [ipaddress.IPv4Network("0.0.0.0/0"), ipaddress.IPv6Network("::/0")]
        elif (block := network(candidate)) is not None:
            found.append(block)
    return found


def _port(value: Value) -> int | float | None:
    """A rule's port; missing for missing and empty."""
    return None if value == "" else values.number(value)


def _covers_port(rule: dict[str, Value], port: int | float) -> bool:
    protocol = (values.text(rule.get("protocol")) or "").lower()
    if protocol in _WITHOUT_PORTS:
        return False
    first, last = _port(rule.get("destinationPort")), _port(rule.get("destinationPortTo"))
    if protocol in _EVERY_PROTOCOL and (first or 0) == 0 and (last or 0) == 0:
        return 0 <= port <= _LAST_PORT
    if rule.get("destinationPort") == "*":
        return True
    if first is None:
        return False
    return first <= port <= (first if last is None else last)


def _action(rule: dict[str, Value]) -> str:
    return (values.text(rule.get("action")) or "").lower()


def _ranked(rules: list[dict[str, Value]]) -> list[dict[str, Value]]:
    """The rules as they are matched: by number, rules without one last, deny first at equal numbers."""
    numbered = [(values.number(rule.get("number")), rule) for rule in rules]
    known = [
        (number, _action(rule) != "deny", position)
        for position, (number, rule) in enumerate(numbered)
        if number is not None
    ]
    return [rules[position] for _, _, position in sorted(known)] + [rule for number, rule in numbered if number is None]


def _intervals(rules: list[dict[str, Value]]) -> Iterator[_Interval]:
    for rank, rule in enumerate(rules):
        for block in _sources(rule.get("source")):
            first = int(block.network_address)
            yield _Interval(block.version, first, first + block.num_addresses - 1, rank, _action(rule) == "allow")


def _allowed_addresses(intervals: list[_Interval]) -> int:
    """How many addresses the first interval over them allows: a sweep over the borders, best rank on a heap."""
    starts = sorted(intervals, key=lambda interval: interval.first)
    borders = sorted({interval.first for interval in intervals} | {interval.last + 1 for interval in intervals})
    active: list[tuple[int, int, bool]] = []
    total = entered = 0
    for border, following in itertools.pairwise(borders):
        while entered < len(starts) and starts[entered].first <= border:
            interval = starts[entered]
            heapq.heappush(active, (interval.rank, interval.last, interval.allowed))
            entered += 1
        while active and active[0][1] < border:
            heapq.heappop(active)
        if active and active[0][2]:
            total += following - border
    return total


def _allowed_hosts_for_port(run: Any, subject: Value, port_value: Value) -> int | None:
    port = values.number(port_value)
    if not isinstance(subject, (list, dict)) or port is None:
        return None
    candidates = subject if isinstance(subject, list) else [subject]
    rules = [rule for rule in candidates if isinstance(rule, dict) and _action(rule) in ("allow", "deny")]
    intervals = list(_intervals(_ranked([rule for rule in rules if _covers_port(rule, port)])))
    return sum([_allowed_addresses([item for item in intervals if item.version == version]) for version in (4, 6)])


def _port_fault(value: Value) -> str | None:
    port = values.number(value)
    return None if port is not None and port == int(port) and 0 <= port <= _LAST_PORT else "a port from 0 to 65535"


def _cidr_fault(value: Value) -> str | None:
    return None if network(value) is not None else "an address or CIDR such as '10.0.0.0/8'"


_PORT = Parameter("port", "a port from 0 to 65535, or a path to one", _port_fault)
_CIDR = Parameter("'cidr'", "an address or CIDR, or a path to one", _cidr_fault)

FUNCTIONS = (
    Function(
        "isPublic",
        "Whether it is an address or CIDR that does not lie wholly inside private space; of a list, whether any is.",
        _is_public,
        takes="text or list",
    ),
    Function(
        "isPrivate",
        "Whether it is an address or CIDR that lies wholly inside private space; of a list, whether any is.",
        _is_private,
        takes="text or list",
    ),
    Function(
        "numberOfHosts",
        "The addresses in an address or CIDR; missing when it is neither.",
        _number_of_hosts,
        takes="text",
        gives="number",
    ),
    Function("inSubnet", "Whether the address or CIDR lies within the given one.", _in_subnet, ((_CIDR,),), "text"),
    Function(
        "allowedHostsForPort",
        "How many source addresses an ordered list of rules lets through to a port: the first rule that matches an "
        "address decides, by `number` and deny before allow; no rule denies. Reads `number`, `protocol`, `source`, "
        "`destinationPort`, `destinationPortTo` and `action` of each rule.",
        _allowed_hosts_for_port,
        ((_PORT,),),
        "list of rules",
        "number",
    ),
)
