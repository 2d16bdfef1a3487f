"""ELB: classic load balancers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gsl.collectors.balancing import Tagging, group_ids, is_public, tags_part
from gsl.collectors.groups import group_rules_part
from gsl.collectors.parts import Call, Collector, Entity, Fill, Part, Place, Raw, View
from gsl.collectors.vpc_blocks import vpc_parts
from gsl.collectors.wording import arn, instant

BALANCERS = Call("elb", "describe_load_balancers", "LoadBalancerDescriptions", arguments={"PageSize": 400})
TAGS = Tagging(
    Call("elb", "describe_tags", "TagDescriptions"), "LoadBalancerNames", "LoadBalancerName", "LoadBalancerName"
)
POLICIES = Call("elb", "describe_load_balancer_policies", "PolicyDescriptions")
ATTRIBUTES = Call("elb", "describe_load_balancer_attributes", "LoadBalancerAttributes")


def balancers(view: View) -> list[Raw]:
    """The classic load balancers of a region, listed once: their tags are asked for by name."""
    return view.once("classic load balancers", lambda: list(view.items(BALANCERS)))


def balancer(raw: Raw, place: Place) -> Entity:
    """A classic load balancer, by itself; it has no id but its name."""
    name = raw.get("LoadBalancerName")
    return {
        "id": name,
        "arn": arn(place, "elasticloadbalancing", f"loadbalancer/{name}"),
        "name": name,
        "isPublic": is_public(raw),
        "scheme": raw.get("Scheme"),
        "dnsName": raw.get("DNSName"),
        "createdTime": instant(raw.get("CreatedTime")),
        "instances": [each.get("InstanceId") for each in raw.get("Instances") or ()],
        "securityGroups": [{"id": each} for each in group_ids(raw)],
        "elbListeners": [_listener(each.get("Listener") or {}) for each in raw.get("ListenerDescriptions") or ()],
    }


def _listener(raw: Raw) -> dict[str, Any]:
    return {
        "sourcePort": raw.get("LoadBalancerPort"),
        "sourceProtocol": raw.get("Protocol"),
        "instancePort": raw.get("InstancePort"),
        "instanceProtocol": raw.get("InstanceProtocol"),
        "sslCertificateId": raw.get("SSLCertificateId"),
    }


def policy(raw: Raw) -> dict[str, Any]:
    """A policy of listeners, with the names of the attributes that are switched on."""
    return {
        "name": raw.get("PolicyName"),
        "type": raw.get("PolicyTypeName"),
        "attributes": [
            each.get("AttributeName")
            for each in raw.get("PolicyAttributeDescriptions") or ()
            if each.get("AttributeValue") == "true"
        ],
    }


def _policies(view: View) -> Fill:
    """One call for each load balancer: AWS has no call for several. Those without policies need none."""

    def fill(entity: Entity, raw: Raw) -> None:
        names = [list(each.get("PolicyNames") or ()) for each in raw.get("ListenerDescriptions") or ()]
        found: list[Any] = []
        if any(names):
            found = list(view.items(POLICIES, LoadBalancerName=raw.get("LoadBalancerName")))
        policies = {each.get("PolicyName"): policy(each) for each in found}
        for listener, wanted in zip(entity["elbListeners"], names, strict=True):
            listener["policies"] = [policies.get(name, {"name": name}) for name in wanted]

    return fill


def _attributes(view: View) -> Fill:
    def fill(entity: Entity, raw: Raw) -> None:
        found = view.value(ATTRIBUTES, LoadBalancerName=raw.get("LoadBalancerName")) or {}
        log = found.get("AccessLog") or {}
        entity["accessLog"] = {"enabled": bool(log.get("Enabled")), "s3BucketName": log.get("S3BucketName") or None}
        entity["connectionDraining"] = bool((found.get("ConnectionDraining") or {}).get("Enabled"))
        entity["crossZone"] = bool((found.get("CrossZoneLoadBalancing") or {}).get("Enabled"))

    return fill


def _vpc_id(raw: Raw) -> str | None:
    return raw.get("VPCId") or raw.get("VpcId") or None


def _listing(view: View) -> Iterator[tuple[Entity, Raw]]:
    for raw in balancers(view):
        yield balancer(raw, view), raw


COLLECTORS = (
    Collector(
        "ELB",
        "elb",
        (BALANCERS,),
        _listing,
        (
            tags_part(TAGS, balancers),
            *vpc_parts(_vpc_id),
            group_rules_part(group_ids),
            Part(("elbListeners.policies",), (POLICIES,), _policies, each=True),
            Part(("accessLog", "connectionDraining", "crossZone"), (ATTRIBUTES,), _attributes, each=True),
        ),
    ),
)
