"""ApplicationLoadBalancer and NetworkLoadBalancer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gsl.collectors.balancing import Tagging, group_ids, is_public, tags_part
from gsl.collectors.groups import group_rules_part
from gsl.collectors.iam import CERTIFICATES
from gsl.collectors.parts import Call, Collector, Entity, Fill, Part, Place, Raw, View
from gsl.collectors.policies import at_home
from gsl.collectors.vpc_blocks import vpc_id, vpc_parts
from gsl.collectors.wording import instant

_PAGES = {"PageSize": 400}
BALANCERS = Call("elbv2", "describe_load_balancers", "LoadBalancers", arguments=_PAGES)
TAGS = Tagging(Call("elbv2", "describe_tags", "TagDescriptions"), "ResourceArns", "LoadBalancerArn", "ResourceArn")
LISTENERS = Call("elbv2", "describe_listeners", "Listeners", arguments=_PAGES)
LISTENER_CERTIFICATES = Call("elbv2", "describe_listener_certificates", "Certificates", arguments=_PAGES)
ATTRIBUTES = Call("elbv2", "describe_load_balancer_attributes", "Attributes")

_KEY_TYPES = ("RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1")
ACM_CERTIFICATES = Call(
    "acm",
    "list_certificates",
    "CertificateSummaryList",
    # left to itself ACM lists those with short RSA keys only
    arguments={"MaxItems": 1000, "Includes": {"keyTypes": list(_KEY_TYPES)}},
)


def balancers(view: View, kind: str) -> list[Raw]:
    """The load balancers of a type (`application`, `network`), listed once for all types."""
    found = view.once("load balancers", lambda: list(view.items(BALANCERS)))
    return [raw for raw in found if raw.get("Type") == kind]


def balancer(raw: Raw, place: Place) -> Entity:
    """A load balancer, by itself."""
    return {
        "id": raw.get("LoadBalancerArn"),
        "arn": raw.get("LoadBalancerArn"),
        "name": raw.get("LoadBalancerName"),
        "isPublic": is_public(raw),
        "scheme": raw.get("Scheme"),
        "dnsName": raw.get("DNSName"),
        "createdTime": instant(raw.get("CreatedTime")),
        "state": (raw.get("State") or {}).get("Code"),
        "securityGroups": [{"id": each} for each in group_ids(raw)],
    }


def listener(raw: Raw) -> dict[str, Any]:
    """A listener, without its certificates."""
    return {
        "arn": raw.get("ListenerArn"),
        "port": raw.get("Port"),
        "protocol": raw.get("Protocol"),
        "sslPolicy": raw.get("SslPolicy"),
        "defaultActions": [_action(each) for each in raw.get("DefaultActions") or ()],
    }


def _action(raw: Raw) -> dict[str, Any]:
    redirect = raw.get("RedirectConfig") or {}
    return {
        "type": raw.get("Type"),
        "redirectProtocol": redirect.get("Protocol"),
        "redirectPort": redirect.get("Port"),
        "redirectStatusCode": redirect.get("StatusCode"),
    }


def _listeners(view: View) -> Fill:
    def fill(entity: Entity, raw: Raw) -> None:
        found = view.items(LISTENERS, LoadBalancerArn=raw.get("LoadBalancerArn"))
        entity["listeners"] = [listener(each) for each in found]

    return fill


def _certificates(view: View) -> Fill:
    """All certificates of the listeners that have any, not only the first that a listener itself shows."""

    def fill(entity: Entity, raw: Raw) -> None:
        for each in entity.get("listeners", ()):
            each["certificates"] = _of_listener(view, each) if each["protocol"] in {"HTTPS", "TLS"} else []

    return fill


def _of_listener(view: View, found: Mapping[str, Any]) -> list[dict[str, Any]]:
    raws = view.items(LISTENER_CERTIFICATES, ListenerArn=found["arn"])
    # the first certificate may be listed twice: as such, and as one among all
    return [{"arn": arn} for arn in dict.fromkeys(raw.get("CertificateArn") for raw in raws)]


def _expirations(view: View) -> Fill:
    """ACM's and IAM's certificates are listed when the first listener has one of them."""

    def fill(entity: Entity, raw: Raw) -> None:
        for each in entity.get("listeners", ()):
            for certificate in each.get("certificates", ()):
                certificate["expiration"] = _expiration(view, certificate["arn"] or "")

    return fill


def _expiration(view: View, arn: str) -> str | None:
    if ":iam:" in arn:
        home = at_home(view)
        return home.once(
            "expirations of IAM's certificates", lambda: _dates(home, CERTIFICATES, "Arn", "Expiration")
        ).get(arn)
    return view.once(
        "expirations of ACM's certificates", lambda: _dates(view, ACM_CERTIFICATES, "CertificateArn", "NotAfter")
    ).get(arn)


def _dates(view: View, call: Call, arn: str, date: str) -> dict[str, str | None]:
    return {raw[arn]: instant(raw.get(date)) for raw in view.items(call)}


Attributes = Mapping[str, str]


def _attributes_of_both(found: Attributes) -> dict[str, Any]:
    return {
        "accessLog": {
            "enabled": found.get("access_logs.s3.enabled") == "true",
            "s3BucketName": found.get("access_logs.s3.bucket") or None,
        },
        "deletionProtection": found.get("deletion_protection.enabled") == "true",
    }


def _attributes_of_application(found: Attributes) -> dict[str, Any]:
    return {
        **_attributes_of_both(found),
        "dropInvalidHeaderFields": found.get("routing.http.drop_invalid_header_fields.enabled") == "true",
        "desyncMitigationMode": found.get("routing.http.desync_mitigation_mode"),
    }


def _attributes(mapper: Callable[[Attributes], dict[str, Any]]) -> Part:
    """The part of what the attributes say. AWS has no call for those of several load balancers."""

    def prepare(view: View) -> Fill:
        def fill(entity: Entity, raw: Raw) -> None:
            found = view.items(ATTRIBUTES, LoadBalancerArn=raw.get("LoadBalancerArn"))
            entity.update(mapper({each.get("Key"): each.get("Value") for each in found}))

        return fill

    return Part(tuple(mapper({})), (ATTRIBUTES,), prepare, each=True)


def _listing(kind: str) -> Callable[[View], Iterator[tuple[Entity, Raw]]]:
    def listed(view: View) -> Iterator[tuple[Entity, Raw]]:
        for raw in balancers(view, kind):
            yield balancer(raw, view), raw

    return listed


_PARTS = (
    *vpc_parts(vpc_id),
    group_rules_part(group_ids),
    Part(("listeners",), (LISTENERS,), _listeners, each=True),
    Part(("listeners.certificates",), (LISTENER_CERTIFICATES,), _certificates, each=True),
    Part(
        ("listeners.certificates.expiration",),
        (ACM_CERTIFICATES, CERTIFICATES),
        _expirations,
        each=True,
        shared=(ACM_CERTIFICATES, CERTIFICATES),
    ),
)


def _collector(type_name: str, kind: str, mapper: Callable[[Attributes], dict[str, Any]]) -> Collector:
    tagged = tags_part(TAGS, lambda view: balancers(view, kind))
    return Collector(type_name, "elbv2", (BALANCERS,), _listing(kind), (tagged, *_PARTS, _attributes(mapper)))


COLLECTORS = (
    _collector("ApplicationLoadBalancer", "application", _attributes_of_application),
    _collector("NetworkLoadBalancer", "network", _attributes_of_both),
)
