"""Snapshots and histories of AWS Config as entity files."""

from __future__ import annotations

import gzip
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from gsl.collectors.sources.config_answers import KINDS
from gsl.collectors.table import COLLECTORS
from gsl.inventory import window
from gsl.inventory.nesting import DEEPEST, Nesting, TooDeep
from tests.sources.config import ACCOUNT, bucket, group, iam, item, snapshot
from tests.sources.reading import Read, read, read_json, untold, written
from tests.support import gsl, write_json

IAM = f"arn:aws:iam::{ACCOUNT}:"


def of(*items: dict[str, Any]) -> Read:
    """What a snapshot gives."""
    return read_json(snapshot(*items))


def one(*items: dict[str, Any]) -> dict[str, Any]:
    """The one entity of a snapshot that gives nothing else."""
    found = of(*items)
    assert not found.errors
    assert not found.notes
    return found.one()


def test_an_item_is_what_the_collector_makes_of_it() -> None:
    web = one(group())
    assert (web["type"], web["id"], web["name"]) == ("SecurityGroup", "sg-1", "web")
    assert (web["accountNumber"], web["region"]) == (ACCOUNT, "eu_west_1")
    assert (web["source"], web["collectedAt"]) == ("config-snapshot", "2024-05-01T10:00:00Z")
    assert web["arn"] == f"arn:aws:ec2:eu-west-1:{ACCOUNT}:security-group/sg-1"
    assert [(each["protocol"], each["port"], each["scope"]) for each in web["inboundRules"]] == [
        ("TCP", 22, "0.0.0.0/0")
    ]
    assert web["tags"] == [{"key": "team", "value": "a"}]
    assert untold(web) == {path for part in COLLECTORS["SecurityGroup"].parts for path in part.fills}


def test_a_bucket_with_all_that_config_has() -> None:
    logs = one(bucket())
    assert (logs["region"], logs["arn"]) == ("eu_west_1", "arn:aws:s3:::logs")
    assert [(each["premission"], each["type"]) for each in logs["acl"]["grants"]] == [
        ("READ", "Group"),
        ("FULL_CONTROL", "CanonicalUser"),
    ]
    assert logs["acl"]["grants"][0]["uri"] == "http://acs.amazonaws.com/groups/global/AllUsers"
    assert logs["policy"] == {"Statement": []}
    assert logs["versioning"] == {"status": "Enabled", "mfaDelete": False}
    assert logs["logging"] == {"enabled": True, "targetBucketName": "others", "targetPrefix": "x"}
    rule = logs["encryption"]["serverSideEncryptionRules"][0]
    assert rule["serverSideEncryptionByDefault"]["serverSideEncryptionAlgorithm"] == "aws:kms"
    assert rule["bucketKeyEnabled"] is True
    assert logs["publicAccessBlockConfiguration"]["blockPublicAcls"] is True
    assert logs["publicAccessBlockConfiguration"]["blockPublicPolicy"] is False
    assert logs["lifecycleRules"] == [{"id": "old", "status": "Enabled"}]
    assert logs["objectLock"] == {"enabled": True}
    assert logs["website"]["indexDocumentSuffix"] == "i"
    assert untold(logs) == {"policyStatus", "objectOwnership", "replication", "accountPublicAccessBlock"}


def test_what_config_does_not_have_of_a_bucket_is_not_collected() -> None:
    bare = one(item("S3::Bucket", {"name": "logs"}, {"BucketPolicy": {"policyText": None}}))
    assert bare["policy"] is None
    assert "policy" not in untold(bare)
    assert {"acl", "encryption", "publicAccessBlockConfiguration", "versioning", "website"} <= untold(bare)


def test_users_roles_groups_and_policies() -> None:
    managed = [{"policyName": "read", "policyArn": "arn:aws:iam::aws:policy/read"}]
    inline = [{"policyName": "own", "policyDocument": "%7B%22Statement%22%3A%5B%5D%7D"}]
    named = {"path": "/", "createDate": "2024-01-01T00:00:00.000Z", "attachedManagedPolicies": managed}
    found = of(
        iam(
            "User",
            {
                **named,
                "userName": "ann",
                "userId": "A",
                "arn": f"{IAM}user/ann",
                "groupList": ["g"],
                "userPolicyList": inline,
            },
        ),
        iam(
            "Role",
            {
                **named,
                "roleName": "r",
                "roleId": "R",
                "arn": f"{IAM}role/r",
                "assumeRolePolicyDocument": "%7B%22Statement%22%3A%5B%5D%7D",
                "rolePolicyList": inline,
                "instanceProfileList": [],
            },
        ),
        iam("Group", {**named, "groupName": "g", "groupId": "G", "arn": f"{IAM}group/g", "groupPolicyList": []}),
        iam(
            "Policy",
            {
                "policyName": "p",
                "policyId": "P",
                "arn": f"{IAM}policy/p",
                "attachmentCount": 1,
                "permissionsBoundaryUsageCount": 0,
                "policyVersionList": [{"document": "%7B%7D", "isDefaultVersion": True, "versionId": "v1"}],
            },
        ),
    )
    assert not found.errors
    assert all(each["region"] is None for each in found.entities)
    ann = found.one(type="IamUser")
    assert ann["attachedGroups"] == ["g"]
    assert ann["managedPolicies"] == [{"arn": "arn:aws:iam::aws:policy/read", "name": "read"}]
    assert ann["inlinePolicies"] == [{"name": "own", "document": {"Statement": []}}]
    assert {"mfaActive", "firstAccessKey", "combinedPolicies", "permissionsBoundary"} <= untold(ann)
    role = found.one(type="IamRole")
    assert role["assumeRolePolicy"] == {"Statement": []}
    assert untold(role) == {
        *("combinedPolicies", "permissionsBoundary", "description", "maxSessionDuration", "roleLastUsed")
    }
    assert untold(found.one(type="IamGroup")) == {"users"}
    assert found.one(type="IamPolicy")["document"] == {}


def test_keys() -> None:
    configuration = {
        **{"keyId": "k", "arn": f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/k", "awsaccountId": ACCOUNT, "enabled": True},
        **{"creationDate": 1577836800000, "keyState": "Enabled", "origin": "AWS_KMS", "keyManager": "CUSTOMER"},
        "customerMasterKeySpec": "SYMMETRIC_DEFAULT",
    }
    more = {"KeyRotationStatus": "false", "Policy": json.dumps(json.dumps({"Statement": []}))}
    key = one(item("KMS::Key", configuration, more, tags={"team": "a"}))
    assert (key["rotationStatus"], key["creationDate"], key["isCustomerManaged"]) == (
        False,
        "2020-01-01T00:00:00Z",
        True,
    )
    assert key["policy"] == {"Statement": []}
    assert key["tags"] == [{"key": "team", "value": "a"}]
    assert untold(key) == {"aliases", "multiRegion"}
    assert "rotationStatus" in untold(one(item("KMS::Key", configuration)))


def test_tables_functions_and_file_systems() -> None:
    arn = f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/t"
    encryption = {"status": "ENABLED", "ssetype": "KMS", "kmsmasterKeyArn": "arn:k"}
    backups = {"pointInTimeRecoveryDescription": {"pointInTimeRecoveryStatus": "ENABLED"}}
    table = one(
        item(
            "DynamoDB::Table",
            {"tableName": "t", "tableArn": arn, "ssedescription": encryption},
            {"ContinuousBackupsDescription": backups},
            tags={"a": "b"},
            ARN=arn,
        )
    )
    assert (table["arn"], table["encrypted"], table["isPointInTimeRecoveryEnabled"]) == (arn, True, True)
    assert table["sseDescription"]["kmsMasterKeyArn"] == "arn:k"
    assert table["tags"] == [{"key": "a", "value": "b"}]
    assert untold(table) == {"deletionProtectionEnabled"}
    arn = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:f"
    function = one(
        item(
            "Lambda::Function",
            {"functionName": "f", "functionArn": arn, "kmskeyArn": "k", "tracingConfig": {"mode": "Active"}},
            {"Policy": '{"Statement": []}'},
            ARN=arn,
        )
    )
    assert (function["kmsKeyArn"], function["resourcePolicy"]) == ("k", {"Statement": []})
    assert {"environmentVariables", "urlConfig", "executionRole"} <= untold(function)
    configuration = {"FileSystemId": "fs-1", "Encrypted": True, "BackupPolicy": {"Status": "ENABLED"}}
    files = one(item("EFS::FileSystem", configuration, tags={"Name": "files"}))
    assert (files["name"], files["encrypted"], files["isBackupEnabled"]) == ("files", True, True)
    assert {"policy", "creationTime"} <= untold(files)


def test_load_balancers() -> None:
    listener = {"protocol": "HTTPS", "loadBalancerPort": 443, "sslcertificateId": "arn:c"}
    attributes = {"accessLog": {"enabled": True, "s3BucketName": "b"}, "crossZoneLoadBalancing": {"enabled": True}}
    policies = [{"policyName": "p", "policyTypeName": "T", "policyAttributeDescriptions": []}]
    old = one(
        item(
            "ElasticLoadBalancing::LoadBalancer",
            {
                "loadBalancerName": "old",
                "dnsname": "old.example",
                "vpcid": "vpc-1",
                "listenerDescriptions": [{"listener": listener, "policyNames": ["p"]}],
            },
            {"LoadBalancerAttributes": attributes, "LoadBalancerPolicies": policies},
        )
    )
    assert (old["type"], old["dnsName"], old["crossZone"]) == ("ELB", "old.example", True)
    assert old["elbListeners"][0]["sslCertificateId"] == "arn:c"
    assert old["elbListeners"][0]["policies"] == [{"name": "p", "type": "T", "attributes": []}]
    assert {"vpc", "inboundRules"} <= untold(old)
    for kind, type_name in (("application", "ApplicationLoadBalancer"), ("network", "NetworkLoadBalancer")):
        arn = f"arn:aws:elasticloadbalancing:eu-west-1:{ACCOUNT}:loadbalancer/x/new/1"
        configuration = {"loadBalancerArn": arn, "dNSName": "new.example", "type": kind, "scheme": "internal"}
        switches = json.dumps([{"key": "deletion_protection.enabled", "value": "true"}])
        new = one(item("ElasticLoadBalancingV2::LoadBalancer", configuration, {"LoadBalancerAttributes": switches}))
        assert (new["type"], new["dnsName"], new["deletionProtection"]) == (type_name, "new.example", True)
        assert {"listeners", "vpc"} <= untold(new)
    gateway = of(item("ElasticLoadBalancingV2::LoadBalancer", {"loadBalancerArn": "a", "type": "gateway"}))
    assert "LoadBalancer (gateway)" in gateway.notes["unknown-resources"][0]


def test_databases_machines_networks_and_trails() -> None:
    database = one(
        item("RDS::DBInstance", {"dBInstanceIdentifier": "db", "publiclyAccessible": True, "multiAZ": False})
    )
    assert (database["isPublic"], database["isMultiAvailabilityZone"]) == (True, False)
    assert {"isStorageEncrypted", "deletionProtection", "vpc"} <= untold(database)
    machine = one(
        item(
            "EC2::Instance",
            {"instanceId": "i-1", "state": {"name": "running"}, "tags": [{"key": "Name", "value": "n"}]},
        )
    )
    assert (machine["name"], machine["isRunning"]) == ("n", True)
    assert {"metadataOptions", "isPublic", "volumes"} <= untold(machine)
    acl = {
        "networkAclId": "a",
        "isDefault": True,
        "entries": [{"egress": False, "protocol": "-1", "ruleAction": "allow"}],
    }
    assert one(item("EC2::NetworkAcl", acl))["inbound"][0]["action"] == "ALLOW"
    for resource, configuration, key in (
        ("VPC", {"vpcId": "v", "isDefault": False, "cidrBlock": "10.0.0.0/8"}, "cidr"),
        ("Subnet", {"subnetId": "s", "cidrBlock": "10.0.0.0/8", "mapPublicIpOnLaunch": True}, "mapPublicIpOnLaunch"),
        ("RouteTable", {"routeTableId": "r", "routes": [{"gatewayId": "local"}]}, "routes"),
        ("Volume", {"volumeId": "v", "encrypted": True}, "encrypted"),
        ("EIP", {"allocationId": "e", "publicIp": "192.0.2.1"}, "publicIp"),
    ):
        assert one(item(f"EC2::{resource}", configuration))[key]
    arn = f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/t"
    trail = one(item("CloudTrail::Trail", {"name": "t", "trailARN": arn, "homeRegion": "us-east-1", "kmsKeyId": None}))
    assert (trail["arn"], trail["region"]) == (arn, "us_east_1")
    assert {"status", "isMultiRegionTrail", "bucket.isPublic"} <= untold(trail)


def test_what_is_left_out_is_said() -> None:
    gone = item("EC2::Volume", None, configurationItemStatus="ResourceDeleted")
    found = of(gone, item("SQS::Queue", {}), item("SQS::Queue", {}), item("SNS::Topic", {}), group())
    assert found.one()["id"] == "sg-1"
    assert found.notes["deleted-resources"][1] == 1
    message, count = found.notes["unknown-resources"]
    assert count == 3
    assert message.endswith("AWS::SQS::Queue, AWS::SNS::Topic")


def test_a_resource_without_configuration_lets_no_rule_pass() -> None:
    found = of(item("EC2::Subnet", None, configurationItemStatus="ResourceNotRecorded")).one()
    assert (found["type"], found["accountNumber"], found["_errors"][0]["path"]) == ("Subnet", ACCOUNT, "")


def test_a_history_of_the_command() -> None:
    plain = group()
    own = {"accountId": ACCOUNT, "arn": plain["ARN"], "configuration": json.dumps(plain["configuration"])}
    rest = {key: value for key, value in plain.items() if key not in ("awsAccountId", "ARN", "configuration")}
    found = read_json({"configurationItems": [{**rest, **own, "configurationItemCaptureTime": 1714557600.5}]}).one()
    assert (found["accountNumber"], found["collectedAt"]) == (ACCOUNT, "2024-05-01T10:00:00Z")
    assert found["inboundRules"][0]["port"] == 22
    assert read_json({"fileVersion": "1.0", "configurationItems": [plain]}).one()["id"] == "sg-1"


def test_odd_items_cost_only_themselves() -> None:
    odd: list[Any] = [7, {}, item("EC2::SecurityGroup", {"groupId": "a", "ipPermissions": 7}), group()]
    found = of(*odd)
    assert found.one()["id"] == "sg-1"
    assert [each.code for each in found.errors] == ["odd-config-item"] * 3
    assert "item 3 of AWS Config" in found.errors[2].message


def test_a_snapshot_that_is_cut_off() -> None:
    text = json.dumps(snapshot(group("sg-1"), group("sg-2"), group("sg-3")))
    found = read(text[:-200])
    assert [each["id"] for each in found.entities] == ["sg-1", "sg-2"]
    assert [each.code for each in found.errors] == ["truncated-json"]
    packed = read(gzip.compress(text.encode())[:-40])
    assert [each.code for each in packed.errors] == ["truncated-gzip"]
    assert [each.code for each in read(text.replace('"sg-2"', "sg-2")).errors] == ["invalid-json"]


def test_a_snapshot_that_is_nested_too_deep_takes_no_memory() -> None:
    text = json.dumps(snapshot(group("sg-1"), group("sg-2"), group("sg-3")))
    found = read(text.replace('"sg-2"', "[" * 100_000))
    assert [each["id"] for each in found.entities] == []
    assert [each.code for each in found.errors] == ["too-deep"]
    assert not read(text.replace('"sg-2"', json.dumps('\\"[{' * 1000))).errors


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_depth_is_told_whatever_the_pieces(size: int) -> None:
    odd = ["\\", '"', '\\"[', "[[", {"}": '\\\\"', '"{': [[]]}, []] * 50
    for depth, fits in ((DEEPEST, True), (DEEPEST + 1, False)):
        value: Any = odd
        for _ in range(depth - 4):
            value = [value, "]"]
        text, nesting = json.dumps(value).encode(), Nesting()
        pieces = [text[start : start + size] for start in range(0, len(text), size)]
        if fits:
            assert b"".join([nesting.take(each) for each in pieces]) == text
            continue
        with pytest.raises(TooDeep):
            b"".join([nesting.take(each) for each in pieces])


@pytest.mark.parametrize("size", [64, 1000, 100_000])
def test_the_ends_of_chunks_do_not_matter(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    text = json.dumps(snapshot(*[group(f"sg-{n}") for n in range(30)]))
    whole = read(text).entities
    assert len(whole) == 30
    monkeypatch.setattr(window, "CHUNK", size)
    assert read(text).entities == whole
    assert read(gzip.compress(text.encode())).entities == whole


def test_the_command_takes_files_folders_and_pipes(tmp_path: Path) -> None:
    text = json.dumps(snapshot(group()))
    file = written(tmp_path / "snapshot.json.gz", gzip.compress(text.encode()))
    write_json(tmp_path / "own.json", [{"type": "SecurityGroup", "id": "own", "inboundRules": [{"port": 22}]}])
    rule = "SecurityGroup should not have inboundRules contain [port = 22]"
    assert gsl("eval", "-e", rule, file).code == 1
    assert gsl("eval", "-e", rule, "-", stdin=text).code == 1
    for jobs in ("1", "2"):
        ran = gsl("eval", "-e", rule, tmp_path, "--format", "json", "--jobs", jobs)
        assert [each["entityId"] for each in ran.report["findings"]] == ["own", "sg-1"]


def test_a_large_snapshot_takes_no_more_memory_and_several_processes_agree(tmp_path: Path) -> None:
    small = _snapshot_file(tmp_path / "small.json", 500)
    large = _snapshot_file(tmp_path / "large.json", 5_000)
    assert large.stat().st_size > 16 << 20, "what several processes share"
    rule = "SecurityGroup should not have inboundRules contain [port = 23]"
    out = tmp_path / "out.txt"
    options = ("--format", "json", "--now", "2024-06-01")
    peaks = [_peak("eval", "-e", rule, file, "--jobs", "1", *options, "-o", out) for file in (small, large)]
    assert peaks[1] - peaks[0] < 8 << 10
    ran = gsl("eval", "-e", rule, large, "--jobs", "2", *options)
    assert ran.out == out.read_text()
    assert ran.report["summary"]["entities"] == 5_000


def _snapshot_file(file: Path, count: int) -> Path:
    head, tail = json.dumps(snapshot()).split("[]")
    with file.open("w") as out:
        out.write(f"{head}[")
        for n in range(count):
            out.write(("," if n else "") + json.dumps({**group(f"sg-{n}"), "relatedEvents": ["x" * 3000]}))
        out.write(f"]{tail}")
    return file


def _peak(*arguments: str | Path) -> int:
    """The most memory of a run, in KiB."""
    pid = os.posix_spawn(
        sys.executable,
        [sys.executable, "-m", "gsl", *map(str, arguments)],
        os.environ,
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)],
    )
    _, status, usage = os.wait4(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    return usage.ru_maxrss


def test_every_kind_is_of_a_type_that_is_collected() -> None:
    types = {"ApplicationLoadBalancer", "NetworkLoadBalancer"}
    for resource, kind in KINDS.items():
        if not resource.startswith("AWS::ElasticLoadBalancingV2"):
            types.add(str(kind.type(None)))  # type: ignore[arg-type]
    assert types <= set(COLLECTORS)
    assert len(types) == len(KINDS) + 1
