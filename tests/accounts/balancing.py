"""Load balancers of all three kinds."""

from __future__ import annotations

from typing import Any

from tests.accounts.certificates import imported
from tests.accounts.world import Account

TLS_ATTRIBUTES = ("Protocol-TLSv1", "Protocol-TLSv1.1", "Protocol-TLSv1.2")


def _classic(account: Account, name: str, group: str, protocols: tuple[str, ...], certificate: str) -> None:
    listeners: list[dict[str, Any]] = []
    for protocol in protocols:
        port = 443 if protocol == "HTTPS" else 80
        listener: dict[str, Any] = {"Protocol": protocol, "LoadBalancerPort": port, "InstancePort": 8080}
        listeners.append(listener | ({"SSLCertificateId": certificate} if port == 443 else {}))
    account.client("elb").create_load_balancer(
        LoadBalancerName=name,
        Listeners=listeners,
        Subnets=[account.things["subnet-a"]],
        SecurityGroups=[account.things[group]],
    )


def _tls(account: Account, name: str, allowed: tuple[str, ...]) -> None:
    """Which versions of TLS the classic load balancer speaks."""
    elb = account.client("elb")
    elb.create_load_balancer_policy(
        LoadBalancerName=name,
        PolicyName="tls",
        PolicyTypeName="SSLNegotiationPolicyType",
        PolicyAttributes=[
            {"AttributeName": each, "AttributeValue": "true" if each in allowed else "false"} for each in TLS_ATTRIBUTES
        ],
    )
    elb.set_load_balancer_policies_of_listener(LoadBalancerName=name, LoadBalancerPort=443, PolicyNames=["tls"])


def _balancer(account: Account, name: str, kind: str, group: str, **attributes: str) -> str:
    elb = account.client("elbv2")
    options = {"SecurityGroups": [account.things[group]]} if kind == "application" else {}
    subnets = [account.things["subnet-a"], account.things["subnet-b"]]
    reply = elb.create_load_balancer(Name=name, Type=kind, Subnets=subnets, **options)
    made = str(reply["LoadBalancers"][0]["LoadBalancerArn"])
    if attributes:
        pairs = [{"Key": key.replace("__", "."), "Value": value} for key, value in attributes.items()]
        elb.modify_load_balancer_attributes(LoadBalancerArn=made, Attributes=pairs)
    return made


def _listener(account: Account, balancer: str, protocol: str, action: dict[str, Any], **options: Any) -> None:
    account.client("elbv2").create_listener(
        LoadBalancerArn=balancer,
        Protocol=protocol,
        Port=80 if protocol == "HTTP" else 443,
        DefaultActions=[action],
        **options,
    )


def _target(account: Account, protocol: str) -> dict[str, Any]:
    made = account.client("elbv2").create_target_group(
        Name=f"targets-{protocol.lower()}", Protocol=protocol, Port=8080, VpcId=account.things["vpc"]
    )
    return {"Type": "forward", "TargetGroupArn": made["TargetGroups"][0]["TargetGroupArn"]}


def broken(account: Account) -> None:
    """Plain HTTP, old TLS, certificates that end soon, no logs."""
    certificate = imported(account, 10)
    _classic(account, "classic-old", "open-https", ("HTTP", "HTTPS"), certificate)
    _tls(account, "classic-old", TLS_ATTRIBUTES)
    web = _target(account, "HTTP")
    old = {"SslPolicy": "ELBSecurityPolicy-2016-08", "Certificates": [{"CertificateArn": certificate}]}
    application = _balancer(account, "application-old", "application", "open-https")
    _listener(account, application, "HTTP", web)
    _listener(account, application, "HTTPS", web, **old)
    network = _balancer(account, "network-old", "network", "open-https")
    _listener(account, network, "TLS", _target(account, "TCP"), **old)


def good(account: Account) -> None:
    """TLS 1.2 and newer, with logs of everything."""
    certificate = imported(account, 200)
    logs = account.bucket("access-logs")
    _classic(account, "classic-new", "web", ("HTTPS",), certificate)
    _tls(account, "classic-new", ("Protocol-TLSv1.2",))
    account.client("elb").modify_load_balancer_attributes(
        LoadBalancerName="classic-new",
        LoadBalancerAttributes={"AccessLog": {"Enabled": True, "S3BucketName": logs, "EmitInterval": 60}},
    )
    new = {"SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06", "Certificates": [{"CertificateArn": certificate}]}
    attributes = {
        "access_logs__s3__enabled": "true",
        "access_logs__s3__bucket": logs,
        "deletion_protection__enabled": "true",
    }
    application = _balancer(
        account,
        "application-new",
        "application",
        "web",
        routing__http__drop_invalid_header_fields__enabled="true",
        **attributes,
    )
    redirect = {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}
    _listener(account, application, "HTTP", {"Type": "redirect", "RedirectConfig": redirect})
    _listener(account, application, "HTTPS", _target(account, "HTTP"), **new)
    network = _balancer(account, "network-new", "network", "web", **attributes)
    _listener(account, network, "TLS", _target(account, "TCP"), **new)
