"""What the mappers of EC2 make of AWS's replies, odd ones too."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from gsl.collectors.addresses import address
from gsl.collectors.groups import GroupRules, network_rules, ports, protocol
from gsl.collectors.images import image
from gsl.collectors.instances import group_ids, instance
from gsl.collectors.network import ASSET_TYPES, acl_entry, asset_type, assets_stats, network_acl, security_group
from gsl.collectors.parts import CallFailed
from gsl.collectors.volumes import snapshot, volume
from gsl.collectors.vpc_blocks import vpc_block
from gsl.collectors.vpcs import route_table, subnet, vpc
from tests.collectors.plain_view import PlainPlace

PLACE = PlainPlace("eu-west-1", "111122223333")


@pytest.mark.parametrize(
    ("permission", "expected"),
    [
        ({"IpProtocol": "tcp", "FromPort": 22, "ToPort": 23}, ("TCP", 22, 23)),
        ({"IpProtocol": "udp", "FromPort": 0, "ToPort": 0}, ("UDP", 0, 0)),
        ({"IpProtocol": "6", "FromPort": 22, "ToPort": 22}, ("TCP", 22, 22)),
        ({"IpProtocol": "-1"}, ("ALL", 0, 65535)),
        ({"IpProtocol": "-1", "FromPort": -1, "ToPort": -1}, ("ALL", 0, 65535)),
        ({"IpProtocol": "tcp"}, ("TCP", 0, 65535)),
        ({"IpProtocol": "tcp", "FromPort": -1, "ToPort": -1}, ("TCP", 0, 65535)),
        ({"IpProtocol": "tcp", "FromPort": 22}, ("TCP", 22, 22)),
        ({"IpProtocol": "50"}, ("50", 0, 0)),
        ({"IpProtocol": "58", "FromPort": -1, "ToPort": -1}, ("ICMPV6", 0, 0)),
        ({}, ("ALL", 0, 65535)),
    ],
)
def test_protocols_and_ports(permission: dict[str, Any], expected: tuple[str, int, int]) -> None:
    [rule] = network_rules([{**permission, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}])
    assert (rule["protocol"], rule["port"], rule["portTo"]) == expected


def test_icmp_has_types_in_place_of_ports() -> None:
    [rule] = network_rules([{"IpProtocol": "icmp", "FromPort": 8, "ToPort": -1, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}])
    assert (rule["port"], rule["portTo"], rule["icmpType"], rule["icmpCode"]) == (0, 0, 8, -1)


def test_every_range_group_and_list_is_an_element() -> None:
    permission = {
        "IpProtocol": "tcp",
        "FromPort": 443,
        "ToPort": 443,
        "IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "office"}, {"CidrIp": "0.0.0.0/0"}],
        "Ipv6Ranges": [{"CidrIpv6": "::/0"}],
        "PrefixListIds": [{"PrefixListId": "pl-1"}],
        "UserIdGroupPairs": [
            {"GroupId": "sg-2", "UserId": "444455556666", "VpcPeeringConnectionId": "pcx-1"},
            {"GroupName": "old", "UserId": "amazon-elb"},
        ],
    }
    found = [(each["scope"], each["serviceType"], each["description"]) for each in network_rules([permission])]
    assert found == [
        ("10.0.0.0/8", "CIDR", "office"),
        ("0.0.0.0/0", "CIDR", None),
        ("::/0", "CIDR", None),
        ("sg-2", "SecurityGroup", None),
        ("old", "SecurityGroup", None),
        ("pl-1", "PrefixList", None),
    ]
    assert network_rules(None) == network_rules([{"IpProtocol": "-1"}]) == []


def test_ranges_as_aws_config_has_them() -> None:
    old = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "IpRanges": ["10.0.0.0/8"]}
    new = {**old, "Ipv4Ranges": [{"CidrIp": "10.0.0.0/8", "Description": "office"}]}
    assert [each["description"] for each in network_rules([old, new])] == [None, "office"]


def test_words_of_protocols() -> None:
    assert [protocol(each) for each in (None, "", -1, "TCP", 17, "icmpv6", "99", "what")] == [
        *("ALL", "ALL", "ALL", "TCP", "UDP", "ICMPV6", "99", "WHAT"),
    ]
    assert ports("47", 5, 6) == (0, 0)


def test_rules_of_several_groups() -> None:
    rule = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    groups = [
        {"GroupId": "sg-1", "IpPermissions": [rule]},
        {"GroupId": "sg-2", "IpPermissions": [rule], "IpPermissionsEgress": [rule]},
    ]
    rules = GroupRules(groups, "eu-west-1")
    assert rules.of([]) == {"inboundRules": [], "outboundRules": []}
    found = rules.of(["sg-1", "sg-2"])
    assert [len(found["inboundRules"]), len(found["outboundRules"])] == [2, 1]
    found["inboundRules"].clear()
    assert len(rules.of(["sg-1"])["inboundRules"]) == 1


def test_rules_of_an_unknown_group_are_not_none() -> None:
    with pytest.raises(CallFailed, match=r"ec2:DescribeSecurityGroups: InvalidGroup.NotFound: .*sg-3"):
        GroupRules([], "eu-west-1").of(["sg-3"])


def test_bare_replies() -> None:
    assert security_group({"GroupId": "sg-1"}, PLACE)["arn"] == "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-1"
    assert network_acl({"NetworkAclId": "acl-1"}, PLACE)["inbound"] == []
    assert vpc({"VpcId": "vpc-1"}, PLACE)["cidrBlocks"] == []
    assert subnet({"SubnetId": "subnet-1"}, PLACE)["mapPublicIpOnLaunch"] is False
    assert route_table({"RouteTableId": "rtb-1"}, PLACE)["routes"] == []
    assert instance({"InstanceId": "i-1"}, PLACE)["isPublic"] is False
    assert volume({"VolumeId": "vol-1"}, PLACE)["attachments"] == []
    assert snapshot({"SnapshotId": "snap-1"}, PLACE)["startTime"] is None
    assert image({"ImageId": "ami-1"}, PLACE)["platform"] == "linux"
    assert vpc_block({"VpcId": "vpc-1"}, PLACE)["region"] == "eu_west_1"


def test_shared_things_keep_their_owner() -> None:
    shared = subnet({"SubnetId": "subnet-1", "OwnerId": "444455556666"}, PLACE)
    assert shared["arn"] == "arn:aws:ec2:eu-west-1:444455556666:subnet/subnet-1"


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"Protocol": "-1", "Egress": False, "CidrBlock": "10.0.0.0/8"}, ("ALL", 0, 65535, "10.0.0.0/8", "0.0.0.0/0")),
        (
            {"Protocol": "6", "Egress": True, "Ipv6CidrBlock": "::/0", "PortRange": {"From": 1, "To": 2}},
            ("TCP", 1, 2, "0.0.0.0/0", "::/0"),
        ),
        (
            {"Protocol": "1", "CidrBlock": "10.0.0.0/8", "IcmpTypeCode": {"Type": 8, "Code": -1}},
            ("ICMP", 0, 0, "10.0.0.0/8", "0.0.0.0/0"),
        ),
        ({"Protocol": "99", "CidrBlock": "10.0.0.0/8"}, ("99", 0, 0, "10.0.0.0/8", "0.0.0.0/0")),
    ],
)
def test_entries_of_network_acls(entry: dict[str, Any], expected: tuple[str, int, int, str, str]) -> None:
    found = acl_entry({"RuleNumber": 100, "RuleAction": "deny", **entry})
    keys = ("protocol", "destinationPort", "destinationPortTo", "source", "destination")
    assert tuple(found[key] for key in keys) == expected
    assert found["action"] == "DENY"


@pytest.mark.parametrize(
    ("interface", "expected"),
    [
        ({"Attachment": {"InstanceId": "i-1"}}, "instances"),
        ({"InterfaceType": "lambda"}, "LambdaFunctions"),
        ({"InterfaceType": "efs"}, "EFSs"),
        ({"Description": "ELB app/web/1", "RequesterManaged": True}, "ApplicationLoadBalancers"),
        ({"Description": "ELB net/web/1", "InterfaceType": "network_load_balancer"}, "NetworkLoadBalancers"),
        ({"Description": "ELB web", "Attachment": {"InstanceOwnerId": "amazon-elb"}}, "ELBs"),
        ({"Description": "RDSNetworkInterface"}, "RDSs"),
        ({"Description": "RedshiftNetworkInterface"}, "Redshifts"),
        ({"Description": "ElastiCache cache-001"}, "ElastiCacheClusters"),
        ({"Description": "ELB app/mine", "RequesterManaged": False}, "others"),
        ({"Description": "Interface for NAT Gateway nat-1", "InterfaceType": "nat_gateway"}, "others"),
        ({}, "others"),
    ],
)
def test_what_uses_an_interface(interface: dict[str, Any], expected: str) -> None:
    assert asset_type(interface) == expected


def test_all_types_of_assets_are_counted() -> None:
    assert [each["type"] for each in assets_stats(["RDSs", "RDSs"])] == list(ASSET_TYPES)
    assert sum(each["count"] for each in assets_stats(["RDSs", "RDSs", "others"])) == 3


def test_public_addresses_of_instances() -> None:
    second = {"PrivateIpAddresses": [{}, {"Association": {"PublicIp": "203.0.113.9"}}]}
    assert instance({"NetworkInterfaces": [{}, second]}, PLACE)["publicIpAddress"] == "203.0.113.9"
    assert instance({"PublicIpAddress": "203.0.113.7"}, PLACE)["isPublic"] is True


def test_groups_of_instances_are_those_of_all_interfaces() -> None:
    raw = {
        "SecurityGroups": [{"GroupId": "sg-1"}],
        "NetworkInterfaces": [{"Groups": [{"GroupId": "sg-1"}]}, {"Groups": [{"GroupId": "sg-2"}]}],
    }
    assert group_ids(raw) == ["sg-1", "sg-2"]


def test_dates_are_texts_or_dates() -> None:
    date = datetime.datetime(2024, 6, 1, 10, tzinfo=datetime.timezone(datetime.timedelta(hours=2)))
    assert volume({"CreateTime": date}, PLACE)["createTime"] == "2024-06-01T08:00:00Z"
    assert volume({"CreateTime": "2024-06-01T10:00:00.123+02:00"}, PLACE)["createTime"] == "2024-06-01T08:00:00Z"
    assert image({"CreationDate": "2024-06-01T08:00:00.000Z"}, PLACE)["creationDate"] == "2024-06-01T08:00:00Z"


def test_ranges_that_a_vpc_no_longer_has() -> None:
    raw = {
        "CidrBlockAssociationSet": [
            {"CidrBlock": "10.0.0.0/16", "CidrBlockState": {"State": "associated"}},
            {"CidrBlock": "10.1.0.0/16", "CidrBlockState": {"State": "disassociated"}},
        ],
        "Ipv6CidrBlockAssociationSet": [
            {"Ipv6CidrBlock": "2001:db8::/56", "Ipv6CidrBlockState": {"State": "associated"}}
        ],
    }
    assert vpc(raw, PLACE)["cidrBlocks"] == ["10.0.0.0/16", "2001:db8::/56"]


def test_disks_of_images() -> None:
    raw = {
        "BlockDeviceMappings": [
            {"DeviceName": "/dev/xvda", "Ebs": {"Encrypted": False, "SnapshotId": "snap-1", "VolumeSize": 8}},
            {"DeviceName": "/dev/sdb", "VirtualName": "ephemeral0"},
        ]
    }
    assert [each["encrypted"] for each in image(raw, PLACE)["blockDeviceMappings"]] == [False, None]


def test_free_addresses() -> None:
    free = address({"AllocationId": "eipalloc-1", "PublicIp": "203.0.113.7", "InstanceId": ""}, PLACE)
    assert (free["id"], free["instanceId"], free["associationId"]) == ("eipalloc-1", None, None)
    assert address({"PublicIp": "203.0.113.7", "Domain": "standard"}, PLACE)["id"] == "203.0.113.7"
