"""EFS file systems, DynamoDB tables, RDS instances and snapshots."""

from __future__ import annotations

from typing import Any

import pytest

from gsl.collectors import dynamodb, efs, rds
from tests.collectors.canned import CannedView, client, failed_paths, failure
from tests.collectors.plain_view import PlainPlace, PlainView, check, collect

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

(EFS,) = efs.COLLECTORS
(TABLE,) = dynamodb.COLLECTORS
RDS, SNAPSHOT = rds.COLLECTORS


def test_file_system() -> None:
    raw = {"FileSystemId": "fs-1", "Encrypted": True, "SizeInBytes": {"Value": 6}, "Tags": [{"Key": "a", "Value": "b"}]}
    entity = efs.file_system(raw, PlainPlace("eu-west-1"))
    assert entity["arn"] == "arn:aws:elasticfilesystem:eu-west-1:123456789012:file-system/fs-1"
    assert (entity["encrypted"], entity["sizeInBytes"], entity["name"]) == (True, 6, "")
    assert [efs.is_backed_up(each) for each in (None, {"Status": "DISABLED"}, {"Status": "ENABLED"})] == [0, 0, 1]


def test_file_systems_in_moto(endpoint: str) -> None:
    made = client(endpoint, "efs")
    created = made.create_file_system(
        CreationToken="a", Encrypted=True, Backup=True, Tags=[{"Key": "Name", "Value": "x"}]
    )
    made.create_file_system(CreationToken="b")
    view = PlainView(endpoint)
    found = {each["id"]: each for each in collect(EFS, view)}
    for each in found.values():
        check(EFS, each, view)
        assert "_errors" not in each
        assert each["policy"] is None
    assert found[created["FileSystemId"]]["isBackupEnabled"] is True
    assert sorted(each["encrypted"] for each in found.values()) == [False, True]


def test_file_system_policy() -> None:
    listed = [{"FileSystemId": "fs-1"}]
    policy = '{"Statement": [{"Effect": "Allow"}]}'
    view = CannedView({"efs:DescribeFileSystems": listed, "efs:DescribeFileSystemPolicy": policy})
    (entity,) = collect(EFS, view)
    assert entity["policy"] == {"Statement": [{"Effect": "Allow"}]}
    assert failed_paths(entity) == {"isBackupEnabled"}


def test_table() -> None:
    plain = dynamodb.described({"TableStatus": "ACTIVE"})
    assert (plain["encrypted"], plain["sseDescription"], plain["billingMode"]) == (False, None, "PROVISIONED")
    sse = {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": "key"}
    assert dynamodb.described({"SSEDescription": sse})["encrypted"] is True
    assert dynamodb.described({"SSEDescription": {**sse, "Status": "DISABLED"}})["encrypted"] is False


def test_tables_in_moto(endpoint: str) -> None:
    made = client(endpoint, "dynamodb")
    for name, extra in (("plain", {}), ("tagged", {"Tags": [{"Key": "team", "Value": "data"}]})):
        made.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            **extra,
        )
    recovery = {"PointInTimeRecoveryEnabled": True}
    made.update_continuous_backups(TableName="tagged", PointInTimeRecoverySpecification=recovery)
    view = PlainView(endpoint)
    plain, tagged = sorted(collect(TABLE, view), key=lambda each: str(each["name"]))
    for each in (plain, tagged):
        check(TABLE, each, view)
        assert "_errors" not in each
        assert each["billingMode"] == "PAY_PER_REQUEST"
    assert (plain["tags"], tagged["tags"]) == ([], [{"key": "team", "value": "data"}])
    assert (plain["isPointInTimeRecoveryEnabled"], tagged["isPointInTimeRecoveryEnabled"]) == (False, True)


def test_a_table_that_may_not_be_described_is_listed() -> None:
    view = CannedView({"dynamodb:ListTables": ["hidden"], "resourcegroupstaggingapi:GetResources": []})
    (entity,) = collect(TABLE, view)
    assert entity["name"] == "hidden"
    assert {"encrypted", "status", "isPointInTimeRecoveryEnabled"} <= failed_paths(entity)


def test_instance() -> None:
    raw = {
        "DBInstanceIdentifier": "orders",
        "Engine": "postgres",
        "PubliclyAccessible": True,
        "StorageEncrypted": False,
        "Endpoint": {"Address": "host", "Port": 5432},
        "DBParameterGroups": [{"DBParameterGroupName": "p"}],
        "DBSubnetGroup": {
            "VpcId": "vpc-1",
            "Subnets": [{"SubnetIdentifier": "subnet-1", "SubnetAvailabilityZone": {"Name": "us-east-1a"}}],
        },
    }
    entity = rds.instance(raw, PlainPlace())
    assert entity["arn"] == "arn:aws:rds:us-east-1:123456789012:db:orders"
    assert (entity["port"], entity["dbType"], entity["isPublic"]) == (5432, "postgres", True)
    assert entity["createdTime"] == "0001-01-01T00:00:00Z"
    assert entity["parameterGroups"] == ["p"]
    assert entity["nics"][0]["subnet"]["id"] == "subnet-1"


def _network(endpoint: str) -> tuple[str, str]:
    """A group and a subnet group for a database."""
    ec2 = client(endpoint, "ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=f"us-east-1{zone}")["Subnet"]
        for n, zone in enumerate("ab")
    ]
    group = ec2.create_security_group(GroupName="db", Description="db", VpcId=vpc)["GroupId"]
    permission = {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])
    client(endpoint, "rds").create_db_subnet_group(
        DBSubnetGroupName="net", DBSubnetGroupDescription="net", SubnetIds=[each["SubnetId"] for each in subnets]
    )
    return group, vpc


@pytest.fixture(scope="module")
def databases(endpoint: str) -> tuple[str, str]:
    group, vpc = _network(endpoint)
    made = client(endpoint, "rds")
    made.create_db_instance(
        DBInstanceIdentifier="orders",
        DBInstanceClass="db.t3.micro",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername="root",
        MasterUserPassword="not-a-real-one",
        VpcSecurityGroupIds=[group],
        DBSubnetGroupName="net",
        StorageEncrypted=True,
        Tags=[{"Key": "team", "Value": "data"}],
    )
    for name in ("open", "closed"):
        made.create_db_snapshot(DBSnapshotIdentifier=name, DBInstanceIdentifier="orders")
    made.modify_db_snapshot_attribute(DBSnapshotIdentifier="open", AttributeName="restore", ValuesToAdd=["all"])
    return endpoint, vpc


def test_instances_in_moto(databases: tuple[str, str]) -> None:
    endpoint, vpc = databases
    view = PlainView(endpoint)
    (entity,) = collect(RDS, view)
    check(RDS, entity, view)
    assert "_errors" not in entity
    assert entity["isStorageEncrypted"] is True
    assert entity["vpc"]["id"] == vpc
    assert entity["tags"] == [{"key": "team", "value": "data"}]
    assert [(each["port"], each["scope"]) for each in entity["inboundRules"]] == [(5432, "10.0.0.0/8")]


def test_denied_groups_cost_rules_only(databases: tuple[str, str]) -> None:
    view = PlainView(databases[0], denied=("ec2:DescribeSecurityGroups",))
    (entity,) = collect(RDS, view)
    assert failed_paths(entity) == {"inboundRules", "outboundRules"}
    assert entity["isStorageEncrypted"] is True


def test_snapshots_in_moto(databases: tuple[str, str]) -> None:
    view = PlainView(databases[0])
    found = {each["name"]: each for each in collect(SNAPSHOT, view)}
    for each in found.values():
        check(SNAPSHOT, each, view)
        assert "_errors" not in each
    assert (found["open"]["isPublic"], found["closed"]["isPublic"]) == (True, False)
    assert found["open"]["dbInstanceIdentifier"] == "orders"


def test_a_snapshot_whose_attributes_are_denied() -> None:
    def attributes(arguments: Any) -> Any:
        denied = failure("AccessDenied")
        return denied if arguments["DBSnapshotIdentifier"] == "a" else {"DBSnapshotAttributes": []}

    listed = [{"DBSnapshotIdentifier": "a"}, {"DBSnapshotIdentifier": "b"}]
    view = CannedView({"rds:DescribeDBSnapshots": listed, "rds:DescribeDBSnapshotAttributes": attributes})
    one, two = collect(SNAPSHOT, view)
    assert failed_paths(one) == {"isPublic"}
    assert two["isPublic"] is False
