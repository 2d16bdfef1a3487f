"""Collectors of load balancers against moto's server."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from gsl.collectors import classic_loadbalancers as classic
from gsl.collectors import loadbalancers as second
from gsl.collectors.parts import Call, Collector
from tests.collectors.plain_view import PlainPlace, PlainView, check, client, collect

pytest.importorskip("moto")

COLLECTORS = {each.type: each for module in (classic, second) for each in module.COLLECTORS}
TAGS = [{"Key": "team", "Value": "a"}]
ZONES = ["us-east-1a", "us-east-1b"]


@pytest.fixture(scope="module")
def made(endpoint: str) -> dict[str, str]:
    """Load balancers of all kinds; ids by name."""
    api = client(endpoint, "ec2")
    vpc = api.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        api.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for number, zone in enumerate(ZONES)
    ]
    group = api.create_security_group(GroupName="lb", Description="lb", VpcId=vpc)["GroupId"]
    api.authorize_security_group_ingress(GroupId=group, IpProtocol="tcp", FromPort=443, ToPort=443, CidrIp="0.0.0.0/0")
    ids = {"vpc": vpc, "group": group}
    ids["certificate"] = client(endpoint, "acm").request_certificate(DomainName="a.example")["CertificateArn"]
    _classic(endpoint, subnets, group, ids["certificate"])
    return ids | _second(endpoint, subnets, group, ids["certificate"])


def _classic(endpoint: str, subnets: list[str], group: str, certificate: str) -> None:
    api = client(endpoint, "elb")
    https = {"Protocol": "HTTPS", "LoadBalancerPort": 443, "InstanceProtocol": "HTTP", "InstancePort": 80}
    tcp = {"Protocol": "TCP", "LoadBalancerPort": 25, "InstanceProtocol": "TCP", "InstancePort": 25}
    listeners = [{**https, "SSLCertificateId": certificate}, tcp]
    for number in range(23):  # more than the tags that AWS tells in one call
        api.create_load_balancer(
            LoadBalancerName=f"old-{number}",
            Listeners=listeners if number == 0 else [tcp],
            Subnets=subnets,
            SecurityGroups=[group],
            Tags=[{"Key": "number", "Value": str(number)}],
        )
    api.create_load_balancer_policy(
        LoadBalancerName="old-0",
        PolicyName="tls",
        PolicyTypeName="SSLNegotiationPolicyType",
        PolicyAttributes=[
            {"AttributeName": "Protocol-TLSv1", "AttributeValue": "true"},
            {"AttributeName": "Protocol-TLSv1.2", "AttributeValue": "false"},
        ],
    )
    api.set_load_balancer_policies_of_listener(LoadBalancerName="old-0", LoadBalancerPort=443, PolicyNames=["tls"])
    api.modify_load_balancer_attributes(
        LoadBalancerName="old-0",
        LoadBalancerAttributes={
            "CrossZoneLoadBalancing": {"Enabled": True},
            "ConnectionDraining": {"Enabled": True, "Timeout": 60},
        },
    )


def _second(endpoint: str, subnets: list[str], group: str, certificate: str) -> dict[str, str]:
    api = client(endpoint, "elbv2")
    application, network = (
        api.create_load_balancer(
            Name=kind,
            Subnets=subnets,
            Type=kind,
            Tags=TAGS,
            Scheme=scheme,
            **({"SecurityGroups": [group]} if groups else {}),
        )["LoadBalancers"][0]["LoadBalancerArn"]
        for kind, scheme, groups in (("application", "internet-facing", True), ("network", "internal", False))
    )
    redirect = {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}
    to_https = [{"Type": "redirect", "RedirectConfig": redirect}]
    fixed = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]
    api.create_listener(LoadBalancerArn=application, Protocol="HTTP", Port=80, DefaultActions=to_https)
    api.create_listener(
        LoadBalancerArn=application,
        Protocol="HTTPS",
        Port=443,
        SslPolicy="ELBSecurityPolicy-2016-08",
        Certificates=[{"CertificateArn": certificate}],
        DefaultActions=fixed,
    )
    api.modify_load_balancer_attributes(
        LoadBalancerArn=application,
        Attributes=[{"Key": "routing.http.drop_invalid_header_fields.enabled", "Value": "true"}],
    )
    return {"application": application, "network": network}


@pytest.fixture
def view(endpoint: str, made: dict[str, str]) -> PlainView:
    return PlainView(endpoint)


@pytest.mark.parametrize("type_name", COLLECTORS)
def test_entities_are_of_their_schemas(type_name: str, view: PlainView) -> None:
    found = collect(COLLECTORS[type_name], view)
    assert found
    for entity in found:
        check(COLLECTORS[type_name], entity, view)
        assert "_errors" not in entity


@pytest.mark.parametrize(
    ("type_name", "denied", "lost", "kept"),
    [
        ("ELB", "elb:DescribeTags", {"tags"}, "vpc"),
        ("ELB", "elb:DescribeLoadBalancerPolicies", {"elbListeners.policies"}, "elbListeners"),
        ("ELB", "elb:DescribeLoadBalancerAttributes", {"accessLog", "connectionDraining", "crossZone"}, "tags"),
        ("ELB", "ec2:DescribeVpcs", {"vpc"}, "inboundRules"),
        ("ApplicationLoadBalancer", "elbv2:DescribeListenerCertificates", {"listeners.certificates"}, "listeners"),
        ("ApplicationLoadBalancer", "acm:ListCertificates", {"listeners.certificates.expiration"}, "listeners"),
        ("ApplicationLoadBalancer", "ec2:DescribeSecurityGroups", {"inboundRules", "outboundRules"}, "vpc"),
    ],
)
def test_a_failing_call_costs_what_it_fills(
    type_name: str, denied: str, lost: set[str], kept: str, endpoint: str, made: dict[str, str]
) -> None:
    entity = collect(COLLECTORS[type_name], PlainView(endpoint, denied=(denied,)))[0]
    assert {error["path"] for error in entity["_errors"]} == lost
    assert not lost & set(entity)
    assert kept in entity
    if "listeners" in entity:
        assert [each["port"] for each in entity["listeners"]] == [80, 443]


def test_classic(view: PlainView, made: dict[str, str]) -> None:
    found = {each["id"]: each for each in collect(COLLECTORS["ELB"], view)}
    assert len(found) == 23
    assert all(each["tags"] == [{"key": "number", "value": name[4:]}] for name, each in found.items())
    assert view.made.count("elb:DescribeTags") == 2
    assert view.made.count("elb:DescribeLoadBalancerPolicies") == 1
    old = found["old-0"]
    assert old["arn"] == "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/old-0"
    assert old["isPublic"]
    assert old["vpc"]["id"] == made["vpc"]
    assert [each["port"] for each in old["inboundRules"]] == [443]
    https = next(each for each in old["elbListeners"] if each["sourcePort"] == 443)
    assert https["sslCertificateId"] == made["certificate"]
    assert https["policies"] == [{"name": "tls", "type": "SSLNegotiationPolicyType", "attributes": ["Protocol-TLSv1"]}]
    assert (old["crossZone"], old["connectionDraining"], old["accessLog"]["enabled"]) == (True, True, False)


def test_second_generation(view: PlainView, made: dict[str, str]) -> None:
    [application] = collect(COLLECTORS["ApplicationLoadBalancer"], view)
    [network] = collect(COLLECTORS["NetworkLoadBalancer"], view)
    assert (application["id"], network["id"]) == (made["application"], made["network"])
    assert view.made.count("elbv2:DescribeLoadBalancers") == 1
    assert application["tags"] == [{"key": "team", "value": "a"}]
    assert (application["isPublic"], network["isPublic"]) == (True, False)
    assert [each["port"] for each in application["inboundRules"]] == [443]
    assert network["inboundRules"] == []
    assert application["dropInvalidHeaderFields"]
    assert "dropInvalidHeaderFields" not in network
    http, https = application["listeners"]
    redirect = {"redirectProtocol": "HTTPS", "redirectPort": "443", "redirectStatusCode": "HTTP_301"}
    assert http["defaultActions"] == [{"type": "redirect", **redirect}]
    assert http["certificates"] == []
    assert [each["arn"] for each in https["certificates"]] == [made["certificate"]]


class _Told(PlainView):
    """A view that answers from a table."""

    def __init__(self, told: dict[str, list[Any]]) -> None:
        super().__init__("http://localhost")
        self.told = told

    def items(self, call: Call, **arguments: Any) -> Any:
        self.made.append(call.name)
        return iter(self.told.get(call.name, []))

    def at(self, region: str) -> PlainView:
        return self


def _expirations(told: dict[str, list[Any]]) -> tuple[list[dict[str, Any]], list[str]]:
    collector: Collector = COLLECTORS["NetworkLoadBalancer"]
    view = _Told(
        {
            "elbv2:DescribeLoadBalancers": [
                {"LoadBalancerArn": "lb", "Type": "network"},
                {"LoadBalancerArn": "other", "Type": "gateway"},
            ],
            "elbv2:DescribeListeners": [{"ListenerArn": "l", "Protocol": "TLS", "Port": 443}],
            **told,
        }
    )
    [entity] = collect(collector, view)
    found: list[dict[str, Any]] = entity["listeners"][0]["certificates"]
    return found, view.made


def test_certificates_of_acm_and_iam_expire() -> None:
    acm, iam = "arn:aws:acm:us-east-1:123456789012:certificate/1", "arn:aws:iam::123456789012:server-certificate/a"
    day = datetime.datetime(2030, 1, 2, tzinfo=datetime.UTC)
    found, _ = _expirations(
        {
            "elbv2:DescribeListenerCertificates": [
                {"CertificateArn": acm, "IsDefault": True},
                {"CertificateArn": acm, "IsDefault": False},
                {"CertificateArn": iam},
                {"CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/gone"},
            ],
            "acm:ListCertificates": [{"CertificateArn": acm, "NotAfter": day}, {"CertificateArn": "unissued"}],
            "iam:ListServerCertificates": [{"Arn": iam, "Expiration": "2031-01-01T00:00:00+01:00"}],
        }
    )
    assert [each["expiration"] for each in found] == ["2030-01-02T00:00:00Z", "2030-12-31T23:00:00Z", None]


def test_certificates_are_listed_only_when_there_are_some() -> None:
    found, made = _expirations({})
    assert found == []
    assert not {"acm:ListCertificates", "iam:ListServerCertificates"} & set(made)


def test_mappers_take_what_is_absent() -> None:
    place = PlainPlace("cn-north-1", partition="aws-cn")
    assert classic.balancer({"LoadBalancerName": "a"}, place)["arn"].startswith("arn:aws-cn:elasticloadbalancing:cn-")
    assert second.balancer({}, place)["securityGroups"] == []
    assert classic.policy({"PolicyName": "p"}) == {"name": "p", "type": None, "attributes": []}
    assert second.listener({})["defaultActions"] == []
