"""VPCs and what is in them: security groups, network ACLs, subnets, flow logs."""

from __future__ import annotations

from typing import Any

from tests.accounts.world import Account

ANYONE = "0.0.0.0/0"
ANYONE_V6 = "::/0"

PORTS: dict[str, tuple[tuple[str, int, int], ...]] = {
    "GSL.AWS.NET.05": (("tcp", 22, 22),),
    "GSL.AWS.NET.06": (("tcp", 3389, 3389), ("udp", 3380, 3390)),
    "GSL.AWS.NET.07": (("tcp", 445, 445),),
    "GSL.AWS.NET.08": (("tcp", 139, 139), ("udp", 137, 137), ("udp", 138, 138)),
    "GSL.AWS.NET.09": (("tcp", 23, 23),),
    "GSL.AWS.NET.10": (("tcp", 20, 20), ("tcp", 21, 21)),
    "GSL.AWS.NET.11": (("tcp", 25, 25),),
    "GSL.AWS.NET.12": (("tcp", 135, 135),),
    "GSL.AWS.NET.13": (("tcp", 5900, 5900), ("tcp", 5901, 5910)),
    "GSL.AWS.NET.14": (("tcp", 5985, 5985), ("tcp", 5986, 5986)),
    "GSL.AWS.NET.15": (("tcp", 2375, 2375), ("tcp", 2376, 2376)),
    "GSL.AWS.NET.16": (("tcp", 6443, 6443), ("tcp", 10250, 10250)),
    "GSL.AWS.NET.17": (("tcp", 2379, 2379), ("tcp", 2380, 2380)),
    "GSL.AWS.NET.18": (("tcp", 3306, 3306),),
    "GSL.AWS.NET.19": (("tcp", 5432, 5432),),
    "GSL.AWS.NET.20": (("tcp", 1433, 1433), ("udp", 1434, 1434)),
    "GSL.AWS.NET.21": (("tcp", 1521, 1521),),
    "GSL.AWS.NET.22": (("tcp", 27017, 27017),),
    "GSL.AWS.NET.23": (("tcp", 6379, 6379),),
    "GSL.AWS.NET.24": (("tcp", 11211, 11211), ("udp", 11211, 11211)),
    "GSL.AWS.NET.25": (("tcp", 9200, 9200), ("tcp", 9300, 9300)),
    "GSL.AWS.NET.26": (("tcp", 7000, 7000), ("tcp", 9042, 9042)),
    "GSL.AWS.NET.27": (("tcp", 5601, 5601),),
}
"""The ports that a rule is about; a security group is opened for each."""

WIDE_OPEN = ("open-to-all", "open-tcp-0-65535", "open-v6-all")
"""The security groups that every one of these rules objects to."""


def name_of(protocol: str, first: int, last: int) -> str:
    """The name of the security group that is open there."""
    return f"open-{protocol}-{first}" if first == last else f"open-{protocol}-{first}-{last}"


OPEN_GROUPS = (
    *sorted({name_of(*each) for of_rule in PORTS.values() for each in of_rule}),
    *WIDE_OPEN,
    *("open-v6-tcp-22", "open-icmp", "open-https"),
)
"""All security groups of the broken account but the default ones."""


def rule(protocol: str, first: int, last: int, scope: str = ANYONE) -> dict[str, Any]:
    """A rule of a security group."""
    if ":" in scope:
        return {**_ports(protocol, first, last), "Ipv6Ranges": [{"CidrIpv6": scope}]}
    return {**_ports(protocol, first, last), "IpRanges": [{"CidrIp": scope}]}


def _ports(protocol: str, first: int, last: int) -> dict[str, Any]:
    return {"IpProtocol": protocol} | ({} if protocol == "-1" else {"FromPort": first, "ToPort": last})


def group(account: Account, name: str, *rules: dict[str, Any], vpc: str = "vpc") -> str:
    """A security group with inbound rules; the outbound rule is what AWS gives it."""
    ec2 = account.client("ec2")
    made = ec2.create_security_group(GroupName=name, Description=name, VpcId=account.things[vpc])["GroupId"]
    if rules:
        ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=list(rules))
    account.things[name] = made
    return str(made)


def vpc(account: Account) -> None:
    """A VPC with two subnets."""
    ec2 = account.client("ec2")
    made = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    account.things["vpc"] = made
    for number, zone in enumerate("ab"):
        subnet = ec2.create_subnet(VpcId=made, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"us-east-1{zone}")
        account.things[f"subnet-{zone}"] = subnet["Subnet"]["SubnetId"]


def broken(account: Account) -> None:
    """The default VPC as it is, and a security group for every port that should not be open."""
    vpc(account)
    ec2 = account.client("ec2")
    for each in ec2.describe_vpcs()["Vpcs"]:
        if each["IsDefault"]:
            account.things["default vpc"] = each["VpcId"]
    for each in ec2.describe_network_acls()["NetworkAcls"]:
        account.things["acl" if each["VpcId"] == account.things["vpc"] else "acl of default vpc"] = each["NetworkAclId"]
    for each in ec2.describe_subnets()["Subnets"]:
        if each["DefaultForAz"]:
            account.things[f"default subnet {each['AvailabilityZone'][-1]}"] = each["SubnetId"]
    subnet = account.things["subnet-a"]
    ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": True})
    for ports in {each for of_rule in PORTS.values() for each in of_rule}:
        group(account, name_of(*ports), rule(*ports))
    group(account, "open-to-all", rule("-1", 0, 0))
    group(account, "open-tcp-0-65535", rule("tcp", 0, 65535))
    group(account, "open-v6-all", rule("-1", 0, 0, ANYONE_V6))
    group(account, "open-v6-tcp-22", rule("tcp", 22, 22, ANYONE_V6))
    group(account, "open-icmp", rule("icmp", -1, -1))
    group(account, "open-https", rule("tcp", 443, 443))


def good(account: Account) -> None:
    """Two VPCs, the default one too, from which all that is generous by default is taken."""
    vpc(account)
    ec2 = account.client("ec2")
    group(account, "web", rule("tcp", 443, 443), rule("tcp", 22, 22, "10.0.0.0/8"), rule("icmp", -1, -1))
    group(account, "database", rule("tcp", 5432, 5432, "10.0.0.0/8"))
    for name in ("web", "database"):
        ec2.create_network_interface(SubnetId=account.things["subnet-a"], Groups=[account.things[name]])
    for each in ec2.describe_security_groups()["SecurityGroups"]:
        _emptied(ec2, each)
    only_https = [rule("tcp", 443, 443)]
    ec2.authorize_security_group_egress(GroupId=account.things["web"], IpPermissions=only_https)
    for each in ec2.describe_network_acls()["NetworkAcls"]:
        _narrowed(ec2, each["NetworkAclId"])
    for each in ec2.describe_subnets()["Subnets"]:
        ec2.modify_subnet_attribute(SubnetId=each["SubnetId"], MapPublicIpOnLaunch={"Value": False})
    account.client("logs").create_log_group(logGroupName="flow")
    ec2.create_flow_logs(
        ResourceType="VPC",
        ResourceIds=[each["VpcId"] for each in ec2.describe_vpcs()["Vpcs"]],
        TrafficType="ALL",
        LogGroupName="flow",
        DeliverLogsPermissionArn=f"arn:aws:iam::{account.number}:role/flow",
    )


def _emptied(ec2: Any, group: dict[str, Any]) -> None:
    """No outbound rules; a default group has no inbound ones either."""
    if group["IpPermissionsEgress"]:
        ec2.revoke_security_group_egress(GroupId=group["GroupId"], IpPermissions=group["IpPermissionsEgress"])
    if group["GroupName"] == "default" and group["IpPermissions"]:
        ec2.revoke_security_group_ingress(GroupId=group["GroupId"], IpPermissions=group["IpPermissions"])


def _narrowed(ec2: Any, acl: str) -> None:
    """HTTPS from everywhere; SSH is denied before a wider rule would let it in."""
    ec2.delete_network_acl_entry(NetworkAclId=acl, RuleNumber=100, Egress=False)
    entries = ((90, "deny", 22, 22), (91, "deny", 3389, 3389), (100, "allow", 443, 443), (110, "allow", 1024, 65535))
    for number, action, first, last in (*entries, (120, "allow", 20, 25)):
        ec2.create_network_acl_entry(
            NetworkAclId=acl,
            RuleNumber=number,
            Protocol="6",
            RuleAction=action,
            Egress=False,
            CidrBlock=ANYONE,
            PortRange={"From": first, "To": last},
        )
