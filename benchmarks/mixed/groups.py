"""Twenty-five rules on security groups: ports, sources, what the group is attached to."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from benchmarks.cases import Case, ago, check, older, yes
from benchmarks.draws import Entity

CASES: list[Case] = []
rule = partial(check, CASES)
DAYS_365 = ago(365)
ANYWHERE = "0.0.0.0/0"
DATABASES = (3306, 5432, 6379, 9200)


def _port_rule(port: int) -> Callable[[Entity], bool]:
    def opens(group: Entity) -> bool:
        for each in group["inboundRules"]:
            if each["scope"] == ANYWHERE:
                first = each["port"]
                if first is not None and first <= port <= each["portTo"]:
                    return True
        return False

    opens.__name__ = f"group_closed_on_{port}"
    return opens


for _port in (22, 25, 53, 443, 3306, 3389, 5432, 6379, 8080, 9200):
    rule(
        f"SecurityGroup should not have inboundRules contain [port <= {_port} and portTo >= {_port} and scope = '{ANYWHERE}']"
    )(_port_rule(_port))


@rule("SecurityGroup should not have inboundRules contain [protocol = 'ALL' and scope = '0.0.0.0/0']")
def group_closed_to_all_protocols(group: Entity) -> bool:
    return any(each["protocol"] == "ALL" and each["scope"] == ANYWHERE for each in group.get("inboundRules") or ())


@rule("SecurityGroup should not have inboundRules contain [protocol = 'UDP' and scope = '0.0.0.0/0']")
def group_closed_to_udp(group: Entity) -> bool:
    return any(each["protocol"] == "UDP" and each["scope"] == ANYWHERE for each in group.get("inboundRules") or ())


@rule("SecurityGroup should not have inboundRules contain [protocol = 'ICMP' and scope = '0.0.0.0/0']")
def group_closed_to_icmp(group: Entity) -> bool:
    return any(each["protocol"] == "ICMP" and each["scope"] == ANYWHERE for each in group.get("inboundRules") or ())


@rule("SecurityGroup should not have inboundRules contain [port = 0 and portTo = 65535]")
def group_names_its_ports(group: Entity) -> bool:
    return any(each["port"] == 0 and each["portTo"] == 65535 for each in group.get("inboundRules") or ())


@rule("SecurityGroup where name = 'default' should have inboundRules isEmpty() and outboundRules isEmpty()")
def group_default_is_closed(group: Entity) -> bool:
    return group["name"] == "default" and bool(group.get("inboundRules") or group.get("outboundRules"))


@rule("SecurityGroup where vpc.isDefault = true should have inboundRules contain-none [scope = '0.0.0.0/0']")
def group_in_default_vpc_is_private(group: Entity) -> bool:
    return yes(group["vpc"].get("isDefault")) and any(
        each["scope"] == ANYWHERE for each in group.get("inboundRules") or ()
    )


@rule("SecurityGroup should have inboundRules contain-all [description != null]")
def group_rules_are_described(group: Entity) -> bool:
    rules = group.get("inboundRules")
    return rules is None or any(each["description"] is None for each in rules)


@rule("SecurityGroup should not have description isEmpty()")
def group_is_described(group: Entity) -> bool:
    return not group.get("description")


@rule("SecurityGroup where networkInterfaces isEmpty() should not have inboundRules contain [scope = '0.0.0.0/0']")
def group_unused_is_private(group: Entity) -> bool:
    return not group.get("networkInterfaces") and any(
        each["scope"] == ANYWHERE for each in group.get("inboundRules") or ()
    )


@rule("SecurityGroup should not have networkAssetsStats contain-all [count = 0] and createdTime before(-365, 'days')")
def group_old_is_used(group: Entity) -> bool:
    stats = group.get("networkAssetsStats")
    return stats is not None and all(each["count"] == 0 for each in stats) and older(group.get("createdTime"), DAYS_365)


@rule("SecurityGroup where isProtected = true should not have outboundRules contain [scope = '0.0.0.0/0']")
def group_protected_stays_inside(group: Entity) -> bool:
    return yes(group.get("isProtected")) and any(each["scope"] == ANYWHERE for each in group.get("outboundRules") or ())


@rule("SecurityGroup should have inboundRules length() < 7 and outboundRules length() < 3")
def group_is_short(group: Entity) -> bool:
    return not (len(group.get("inboundRules") or ()) < 7 and len(group.get("outboundRules") or ()) < 3)


@rule(
    "SecurityGroup where name like '%payments%' or vpc.name = 'payments' "
    "should not have inboundRules contain [port in (3306, 5432, 6379, 9200) and scope = '0.0.0.0/0']"
)
def group_of_payments_hides_databases(group: Entity) -> bool:
    if "payments" not in group["name"] and group["vpc"].get("name") != "payments":
        return False
    return any(each["scope"] == ANYWHERE and each["port"] in DATABASES for each in group.get("inboundRules") or ())


@rule("SecurityGroup where region like 'eu_%' should have tags contain [key = 'environment']")
def group_in_europe_has_environment(group: Entity) -> bool:
    return group["region"].startswith("eu_") and not any(tag["key"] == "environment" for tag in group.get("tags") or ())


@rule("SecurityGroup should not have inboundRules with [scope = '0.0.0.0/0' and protocol = 'TCP'] length() > 1")
def group_has_one_open_tcp_rule(group: Entity) -> bool:
    found = [
        each for each in group.get("inboundRules") or () if each["scope"] == ANYWHERE and each["protocol"] == "TCP"
    ]
    return len(found) > 1
