"""Made-up users and security groups: the entities of the works with one rule."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from benchmarks.draws import NOW, REGIONS, TEAMS, WORDS, Entity, common, date, digits, flag, text

SERVICES = ("s3", "ec2", "sts", "dynamodb", "kms", "N/A")
POLICIES = (
    "ReadOnlyAccess",
    "PowerUserAccess",
    "SecurityAudit",
    "IAMUserChangePassword",
    "AmazonS3FullAccess",
    "Billing",
)


def _access_key(rng: Random, first_day: int, rotated: str | None = None) -> Entity:
    active = rng.random() < 0.6
    used = date(rng, 400) if active and rng.random() < 0.8 else rng.choice(("N/A", "no_information"))
    return {
        "isActive": active,
        "lastRotated": rotated or (date(rng, first_day + 1) if rng.random() < 0.8 else "N/A"),
        "lastUsedDate": used,
        "lastUsedRegion": rng.choice(REGIONS) if used[0] == "2" else "N/A",
        "lastUsedService": rng.choice(SERVICES) if used[0] == "2" else "N/A",
    }


def _policy(rng: Random, account: str) -> Entity:
    name = rng.choice(POLICIES) if rng.random() < 0.97 else "AdministratorAccess"
    owner = "aws" if rng.random() < 0.7 else account
    return {"id": "ANPA" + digits(rng, 16).upper(), "arn": f"arn:aws:iam::{owner}:policy/{name}", "name": name}


def iam_user(rng: Random, number: int) -> Entity:
    """A user as the credential report has it; some 4.8 % got their key with their password."""
    name = f"{rng.choice(WORDS)}-{rng.choice(TEAMS)}-{number}"
    user = common(rng, "IamUser", number, f"AIDA{number:016d}", name)
    age = rng.randrange(2, 1500)
    created = NOW - timedelta(days=age, seconds=rng.randrange(86400))
    console = flag(rng, 0.6)
    with_console = console in (True, "true")
    together = rng.random() < (0.087 if with_console else 0.3)
    key = _access_key(rng, age, text(created + timedelta(seconds=rng.randrange(0, 55))) if together else None)
    last_login = date(rng, min(age, 500)) if with_console and rng.random() < 0.8 else "no_information"
    mfa = flag(rng, 0.7)
    account = user["accountNumber"]
    user |= {
        "arn": f"arn:aws:iam::{account}:user/{name}",
        "path": "/" if rng.random() < 0.8 else "/service/",
        "credentialReportDate": "2024-05-31T22:00:00Z",
        "createDate": text(created),
        "passwordEnabled": console,
        "passwordLastUsed": last_login if with_console else "N/A",
        "passwordLastChanged": date(rng, age) if with_console else "N/A",
        "passwordNextRotation": date(rng, 0, -90) if with_console and rng.random() < 0.5 else "not_supported",
        "mfaActive": mfa,
        "mfaType": rng.choice(("Virtual", "Hardware")) if mfa in (True, "true") else None,
        "virtualMfaEnabled": mfa in (True, "true") and rng.random() < 0.8,
        "firstAccessKey": key,
        "secondAccessKey": _access_key(rng, age),
        "firstCertificate": {"isActive": rng.random() < 0.05, "lastRotated": "N/A"},
        "secondCertificate": {"isActive": False, "lastRotated": "0001-01-01T00:00:00Z"},
        "managedPolicies": [_policy(rng, account) for _ in range(rng.randrange(2, 5))],
        "inlinePolicies": [{"id": None, "name": f"inline-{rng.choice(WORDS)}"}] if rng.random() < 0.2 else [],
        "attachedGroups": rng.sample(("admins", "developers", "auditors", "operators"), rng.randrange(0, 3)),
    }
    if rng.random() < 0.5:
        user["permissionsBoundary"] = {"type": "Policy", "arn": f"arn:aws:iam::{account}:policy/boundary"}
    if rng.random() < 0.04:
        del user["firstAccessKey"]
    return user


_OPEN, _PRIVATE = "0.0.0.0/0", ("10.0.0.0/8", "10.20.0.0/16", "172.16.4.0/22", "192.168.1.0/24")
_PORTS = (80, 443, 443, 3306, 3389, 5432, 6379, 8080, 9200, 53, 25)


def _network_rule(rng: Random, open_share: float = 0.3) -> Entity:
    protocol = rng.choice(("TCP", "TCP", "TCP", "UDP", "ICMP", "ALL"))
    port = 22 if rng.random() < 0.06 else rng.choice(_PORTS)
    if port == 22:
        open_share = 0.22
    scope = _OPEN if rng.random() < open_share else rng.choice(_PRIVATE)
    rule: Entity = {"protocol": protocol, "port": port, "portTo": port, "scope": scope}
    if rng.random() < 0.05:
        rule["portTo"] = port + rng.randrange(1, 30)
    if protocol == "ICMP":
        rule["port"] = rule["portTo"] = None
    elif protocol == "ALL" and rng.random() < 0.04:
        rule["port"], rule["portTo"] = 0, 65535
    rule["description"] = f"{rng.choice(WORDS)} for {rng.choice(TEAMS)}" if rng.random() < 0.7 else None
    rule["serviceType"] = "CidrBlock"
    return rule


def security_group(rng: Random, number: int) -> Entity:
    """A security group with its rules; some 5.6 % let SSH in from everywhere."""
    name = "default" if rng.random() < 0.05 else f"{rng.choice(TEAMS)}-{rng.choice(WORDS)}-{number}"
    group = common(rng, "SecurityGroup", number, f"sg-{number:017x}", name)
    interfaces = rng.randrange(0, 3)
    group |= {
        "description": f"{rng.choice(WORDS)} of {rng.choice(TEAMS)}" if rng.random() < 0.8 else "",
        "vpc": {
            "id": f"vpc-{digits(rng, 17)}",
            "name": rng.choice(TEAMS),
            "cidr": "10.0.0.0/8",
            "isDefault": flag(rng, 0.1),
        },
        "isProtected": flag(rng, 0.3),
        "createdTime": date(rng, 1500) if rng.random() < 0.9 else "N/A",
        "inboundRules": [_network_rule(rng) for _ in range(rng.randrange(2, 8))],
        "outboundRules": [_network_rule(rng, 0.6) for _ in range(rng.randrange(1, 3))],
        "networkInterfaces": [{"id": f"eni-{digits(rng, 17)}", "status": "in-use"} for _ in range(interfaces)],
        "networkAssetsStats": [
            {"type": "instances", "count": interfaces},
            {"type": "lambda", "count": rng.randrange(0, 2)},
        ],
    }
    if rng.random() < 0.03:
        del group["outboundRules"]
    return group
