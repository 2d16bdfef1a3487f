"""Collectors of EC2 against moto's server."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from gsl.collectors import addresses, ec2, images, instances, network, volumes, vpcs
from gsl.collectors.parts import Collector, Entity
from tests.collectors.plain_view import PlainView, check, client, collect

pytest.importorskip("moto")

COLLECTORS = {
    each.type: each for module in (network, vpcs, instances, volumes, images, addresses) for each in module.COLLECTORS
}
NAMED = [{"Key": "Name", "Value": "web"}, {"Key": "team", "Value": "a"}]


def _tagged(kind: str) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": NAMED}]


@pytest.fixture(scope="module")
def made(endpoint: str) -> dict[str, str]:
    """A VPC with everything in it; ids by name."""
    api = client(endpoint, "ec2")
    ids = _network(api)
    ids |= _machine(api, client(endpoint, "iam"), ids)
    ids["snapshot"] = api.create_snapshot(VolumeId=ids["volume"], Description="mine")["SnapshotId"]
    ids["public snapshot"] = api.create_snapshot(VolumeId=ids["volume"])["SnapshotId"]
    api.modify_snapshot_attribute(
        SnapshotId=ids["public snapshot"],
        Attribute="createVolumePermission",
        OperationType="add",
        GroupNames=["all"],
    )
    ids["image"] = api.create_image(InstanceId=ids["instance"], Name="golden")["ImageId"]
    ids["free address"] = api.allocate_address(Domain="vpc")["AllocationId"]
    return ids


def _network(api: Any) -> dict[str, str]:
    vpc = api.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=_tagged("vpc"))["Vpc"]["VpcId"]
    subnet = api.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24", TagSpecifications=_tagged("subnet"))
    ids = {"vpc": vpc, "subnet": subnet["Subnet"]["SubnetId"]}
    ids["igw"] = api.create_internet_gateway(TagSpecifications=_tagged("internet-gateway"))["InternetGateway"][
        "InternetGatewayId"
    ]
    api.attach_internet_gateway(InternetGatewayId=ids["igw"], VpcId=vpc)
    ids["vgw"] = api.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    api.attach_vpn_gateway(VpnGatewayId=ids["vgw"], VpcId=vpc)
    other = api.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    peering = api.create_vpc_peering_connection(VpcId=vpc, PeerVpcId=other)["VpcPeeringConnection"]
    ids |= {"other": other, "peering": peering["VpcPeeringConnectionId"]}
    api.create_vpc_endpoint(VpcId=vpc, ServiceName="com.amazonaws.us-east-1.s3", VpcEndpointType="Gateway")
    ids["routes"] = api.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    api.create_route(RouteTableId=ids["routes"], DestinationCidrBlock="0.0.0.0/0", GatewayId=ids["igw"])
    api.associate_route_table(RouteTableId=ids["routes"], SubnetId=ids["subnet"])
    api.create_flow_logs(
        ResourceIds=[vpc],
        ResourceType="VPC",
        TrafficType="ALL",
        LogDestinationType="cloud-watch-logs",
        LogGroupName="flow",
        DeliverLogsPermissionArn="arn:aws:iam::123456789012:role/flow",
    )
    return ids | _guards(api, vpc)


def _guards(api: Any, vpc: str) -> dict[str, str]:
    group = api.create_security_group(GroupName="web", Description="web servers", VpcId=vpc)["GroupId"]
    world = {"IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "world"}], "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}
    api.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[
            {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, **world},
            {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]},
        ],
    )
    acl = api.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"]
    api.create_network_acl_entry(
        NetworkAclId=acl,
        RuleNumber=100,
        Protocol="6",
        RuleAction="allow",
        Egress=False,
        CidrBlock="0.0.0.0/0",
        PortRange={"From": 3389, "To": 3389},
    )
    return {"group": group, "acl": acl}


def _machine(api: Any, iam: Any, ids: dict[str, str]) -> dict[str, str]:
    iam.create_role(RoleName="web", AssumeRolePolicyDocument='{"Statement": []}')
    profile = iam.create_instance_profile(InstanceProfileName="web")["InstanceProfile"]["Arn"]
    iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="web")
    [image] = api.describe_images(Filters=[{"Name": "name", "Values": ["amzn-ami-hvm-2017.09.1*"]}])["Images"][:1]
    [instance] = api.run_instances(
        ImageId=image["ImageId"],
        MinCount=1,
        MaxCount=1,
        InstanceType="t3.micro",
        SubnetId=ids["subnet"],
        SecurityGroupIds=[ids["group"]],
        IamInstanceProfile={"Arn": profile},
        MetadataOptions={"HttpTokens": "required"},
        TagSpecifications=_tagged("instance"),
    )["Instances"]
    [gone] = api.run_instances(ImageId=image["ImageId"], MinCount=1, MaxCount=1)["Instances"]
    api.terminate_instances(InstanceIds=[gone["InstanceId"]])
    address = api.allocate_address(Domain="vpc")["AllocationId"]
    api.associate_address(AllocationId=address, InstanceId=instance["InstanceId"])
    volume = api.create_volume(
        AvailabilityZone="us-east-1a", Size=8, Encrypted=True, VolumeType="gp3", TagSpecifications=_tagged("volume")
    )["VolumeId"]
    api.attach_volume(VolumeId=volume, InstanceId=instance["InstanceId"], Device="/dev/sdf")
    found = {"instance": instance["InstanceId"], "gone": gone["InstanceId"], "address": address, "volume": volume}
    return found | {"profile": profile, "used image": image["ImageId"]}


@pytest.fixture
def view(endpoint: str, made: dict[str, str]) -> PlainView:
    return PlainView(endpoint)


def _collected(type_name: str, view: PlainView) -> dict[str, Entity]:
    found = {each["id"]: each for each in collect(COLLECTORS[type_name], view)}
    assert found
    return found


@pytest.mark.parametrize("type_name", COLLECTORS)
def test_entities_are_of_their_schemas_and_whole(type_name: str, view: PlainView) -> None:
    collector = COLLECTORS[type_name]
    for entity in _collected(type_name, view).values():
        check(collector, entity, view)
        assert "_errors" not in entity
        for part in collector.parts:
            for path in part.fills:
                assert _has(entity, path), path


def _has(value: Any, path: str) -> bool:
    first, _, rest = path.partition(".")
    if isinstance(value, list):
        return all(_has(each, path) for each in value)
    return value is None or (first in value and (not rest or _has(value[first], rest)))


@pytest.mark.parametrize("type_name", COLLECTORS)
def test_calls_are_those_that_are_named_and_few(type_name: str, view: PlainView) -> None:
    collector = COLLECTORS[type_name]
    found = collect(collector, view)
    named = {call.name for call in collector.calls} | {call.name for part in collector.parts for call in part.calls}
    assert set(view.made) <= named
    if type_name == "SecurityGroup":
        assert len(found) > 3
        assert sorted(view.made) == sorted(named)  # each call once


@pytest.mark.parametrize("type_name", COLLECTORS)
def test_a_failing_call_costs_what_it_fills(type_name: str, endpoint: str, made: dict[str, str]) -> None:
    collector = COLLECTORS[type_name]
    listing = {call.name for call in collector.calls}
    for part in collector.parts:
        for call in part.calls:
            if call.name in listing:
                continue
            expected = {path for each in collector.parts if call in each.calls for path in each.fills}
            for entity in collect(collector, PlainView(endpoint, denied=(call.name,))):
                assert {error["path"] for error in entity["_errors"]} == expected
                assert not expected & set(entity)
                check(collector, entity, PlainView(endpoint))


def test_parts_fill_what_mappers_leave(view: PlainView) -> None:
    for collector in COLLECTORS.values():
        bare = structs.replace(collector, parts=())
        for entity in collect(bare, view):
            for part in collector.parts:
                assert not set(part.fills) & set(entity), collector.type


def test_security_groups(view: PlainView, made: dict[str, str]) -> None:
    group = _collected("SecurityGroup", view)[made["group"]]
    assert group["name"] == "web"
    assert group["description"] == "web servers"
    seen = [(each["protocol"], each["port"], each["portTo"], each["scope"]) for each in group["inboundRules"]]
    assert set(seen) == {("TCP", 22, 22, "0.0.0.0/0"), ("TCP", 22, 22, "::/0"), ("ALL", 0, 65535, made["group"])}
    assert [each["scope"] for each in group["outboundRules"]] == ["0.0.0.0/0"]
    assert group["vpc"]["id"] == made["vpc"]
    assert [each["externalId"] for each in group["vpc"]["internetGateways"]] == [made["igw"]]
    assert {each["type"]: each["count"] for each in group["networkAssetsStats"]}["instances"] == 1
    [interface] = group["networkInterfaces"]
    assert interface["attachment"]["instanceId"] == made["instance"]


def test_network_acls(view: PlainView, made: dict[str, str]) -> None:
    acl = _collected("NACL", view)[made["acl"]]
    first = acl["inbound"][0]
    assert (first["protocol"], first["destinationPort"], first["source"]) == ("TCP", 3389, "0.0.0.0/0")
    assert (first["direction"], first["action"]) == ("INBOUND", "ALLOW")
    assert not acl["isDefault"]


def test_vpcs(view: PlainView, made: dict[str, str]) -> None:
    found = _collected("VPC", view)
    vpc, other = found[made["vpc"]], found[made["other"]]
    assert vpc["name"] == "web"
    assert vpc["hasFlowLogs"]
    assert not other["hasFlowLogs"]
    assert [each["id"] for each in vpc["subnets"]] == [made["subnet"]]
    tables = {each["routeTableId"]: each for each in vpc["routeTables"]}
    assert tables[made["routes"]]["associations"] == [{"isMain": False, "subnetId": made["subnet"]}]
    assert {each["gatewayId"] for each in tables[made["routes"]]["routes"]} == {"local", made["igw"]}
    assert [each["externalId"] for each in vpc["vpnGateways"]] == [made["vgw"]]
    assert [each["peerVpcId"] for each in vpc["vpcPeeringConnections"]] == [made["other"]]
    assert [each["peerVpcId"] for each in other["vpcPeeringConnections"]] == [made["vpc"]]
    assert [each["type"] for each in vpc["endpoints"]] == ["Gateway"]
    assert vpc["cidrBlocks"] == ["10.0.0.0/16"]


def test_subnets_and_routes(view: PlainView, made: dict[str, str]) -> None:
    subnet = _collected("Subnet", view)[made["subnet"]]
    assert subnet["enableFlowLogs"]
    assert subnet["routeTable"]["id"] == made["routes"]
    assert made["igw"] in [each["gatewayId"] for each in subnet["routeTable"]["routes"]]
    assert subnet["nacl"]["isDefault"]
    table = _collected("RouteTable", view)[made["routes"]]
    assert {"0.0.0.0/0": made["igw"]}.items() <= {
        each["destinationCidrBlock"]: each["gatewayId"] for each in table["routes"]
    }.items()
    assert {"isMain": False, "subnetId": made["subnet"]} in table["associations"]


def test_instances(view: PlainView, made: dict[str, str]) -> None:
    found = _collected("Instance", view)
    assert made["gone"] not in found
    instance = found[made["instance"]]
    assert instance["arn"] == f"arn:aws:ec2:us-east-1:123456789012:instance/{made['instance']}"
    assert instance["isPublic"]
    assert instance["isRunning"]
    assert instance["metadataOptions"]["httpTokens"] == "required"
    assert {each["port"] for each in instance["inboundRules"]} == {0, 22}
    assert made["volume"] in [each["volumeId"] for each in instance["volumes"]]
    assert instance["imageDetails"]["id"] == made["used image"]
    assert instance["profileArn"] == made["profile"]
    assert [each["name"] for each in instance["roles"]] == ["web"]
    assert instance["vpc"]["id"] == made["vpc"]


def test_disks_images_and_addresses(view: PlainView, made: dict[str, str]) -> None:
    volume = _collected("Volume", view)[made["volume"]]
    assert volume["encrypted"]
    assert [each["instanceId"] for each in volume["attachments"]] == [made["instance"]]
    snapshots = _collected("Snapshot", view)
    assert snapshots[made["snapshot"]]["arn"] == f"arn:aws:ec2:us-east-1::snapshot/{made['snapshot']}"
    assert _collected("AMI", view)[made["image"]]["name"] == "golden"
    addresses_ = _collected("ElasticIP", view)
    assert addresses_[made["free address"]]["associationId"] is None
    assert addresses_[made["address"]]["associationId"]


def test_public_snapshots_are_asked_for_at_once() -> None:
    class View(PlainView):
        def items(self, call: Any, **arguments: Any) -> Any:
            all_ = [{"SnapshotId": "snap-1"}, {"SnapshotId": "snap-2"}]
            return iter(all_[1:] if arguments.get("RestorableByUserIds") == ["all"] else all_)

    found: list[Entity] = collect(_of(volumes.COLLECTORS, "Snapshot"), View("http://localhost"))
    assert [each["isPublic"] for each in found] == [False, True]


def _of(collectors: tuple[Collector, ...], type_name: str) -> Collector:
    return next(each for each in collectors if each.type == type_name)


def test_pages_are_as_large_as_can_be() -> None:
    for name in ("SECURITY_GROUPS", "INSTANCES", "VOLUMES", "SUBNETS"):
        assert getattr(ec2, name).arguments["MaxResults"] == 1000
