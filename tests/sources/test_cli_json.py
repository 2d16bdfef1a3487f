"""Replies of AWS, as its command prints them, as entity files."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from gsl.collectors.sources.replies import REPLIES
from gsl.collectors.table import COLLECTORS
from gsl.inventory import window
from gsl.inventory.reading import Target
from tests.sources.reading import read, read_json, untold, written
from tests.support import gsl, user, write_json

ACCOUNT = "111122223333"
OTHER = "444455556666"
ARN = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:"
SSH = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


def group(identity: str = "sg-1", account: str = ACCOUNT, **more: Any) -> dict[str, Any]:
    """A member of DescribeSecurityGroups."""
    arn = f"arn:aws:ec2:eu-west-1:{account}:security-group/{identity}"
    own = {"GroupId": identity, "GroupName": "web", "VpcId": "vpc-1", "OwnerId": account, "SecurityGroupArn": arn}
    return {**own, "IpPermissions": [SSH], "IpPermissionsEgress": [], **more}


def vpc(identity: str = "vpc-1", account: str = ACCOUNT) -> dict[str, Any]:
    """A member of DescribeVpcs, which names no region."""
    return {"VpcId": identity, "CidrBlock": "10.0.0.0/16", "IsDefault": True, "OwnerId": account, "State": "available"}


def trail(name: str, home: str) -> dict[str, Any]:
    """A member of DescribeTrails."""
    arn = f"arn:aws:cloudtrail:{home}:{ACCOUNT}:trail/{name}"
    return {"Name": name, "TrailARN": arn, "HomeRegion": home, "S3BucketName": "logs", "IsMultiRegionTrail": True}


def details(**lists: Any) -> dict[str, Any]:
    """A reply of GetAccountAuthorizationDetails."""
    empty: dict[str, Any] = {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
    return {**empty, "IsTruncated": False, **lists}


def ann(**more: Any) -> dict[str, Any]:
    """A member of `UserDetailList`."""
    own = {"UserName": "ann", "UserId": "AIDAEXAMPLE1", "Arn": f"arn:aws:iam::{ACCOUNT}:user/ann", "Path": "/"}
    policy = {"PolicyName": "read", "PolicyArn": "arn:aws:iam::aws:policy/read"}
    return {**own, "CreateDate": "2024-05-15T08:00:00+00:00", "AttachedManagedPolicies": [policy], **more}


def test_a_reply_gives_what_it_says_and_nothing_else() -> None:
    found = read_json({"SecurityGroups": [group(Tags=[{"Key": "team", "Value": "a"}])]})
    web = found.one()
    assert (web["type"], web["id"], web["accountNumber"], web["region"]) == (
        "SecurityGroup",
        "sg-1",
        ACCOUNT,
        "eu_west_1",
    )
    assert (web["source"], web["collectedAt"]) == ("aws-cli", None)
    assert web["inboundRules"][0]["port"] == 22
    assert web["tags"] == [{"key": "team", "value": "a"}]
    every = {path for part in COLLECTORS["SecurityGroup"].parts for path in part.fills}
    assert untold(web) == every
    vpcs = next(each for each in web["_errors"] if each["path"] == "vpc")
    assert vpcs["message"] == "this file does not say it; `aws ec2 describe-vpcs` does"


def test_documents_in_one_file_join() -> None:
    log = {"FlowLogId": "fl-1", "ResourceId": "vpc-1", "FlowLogStatus": "ACTIVE"}
    found = read_json({"Vpcs": [vpc()]}, {"FlowLogs": [log]}, {"SecurityGroups": [group(), group("sg-2", VpcId="v-2")]})
    assert not found.errors
    whole = found.one(type="VPC")
    assert whole["hasFlowLogs"] is True
    assert whole["region"] == "eu_west_1"
    assert whole["arn"] == f"{ARN}vpc/vpc-1"
    assert "subnets" in untold(whole)
    web = found.one(id="sg-1")
    assert web["vpc"]["isDefault"] is True
    assert "vpc" not in untold(web)
    assert "vpc.internetGateways" in untold(web)
    assert "vpc" in untold(found.one(id="sg-2"))


def test_no_flow_logs_are_known_to_be_none_only_when_they_were_listed() -> None:
    assert read_json({"Vpcs": [vpc()]}, {"FlowLogs": []}).one()["hasFlowLogs"] is False
    assert {"hasFlowLogs", "flowLogs"} <= untold(read_json({"Vpcs": [vpc()]}).one())


def test_accounts_do_not_mix() -> None:
    found = read_json(
        {"Vpcs": [vpc()]}, {"Vpcs": [vpc("vpc-2", OTHER)]}, {"SecurityGroups": [group("sg-2", OTHER, VpcId="vpc-2")]}
    )
    assert found.one(id="sg-2")["vpc"]["isDefault"] is True
    assert found.one(id="vpc-1")["accountNumber"] == ACCOUNT
    assert found.one(id="vpc-2")["accountNumber"] == OTHER
    assert (found.one(id="vpc-1")["region"], found.one(id="vpc-2")["region"]) == (None, "eu_west_1")


def test_without_a_region_there_is_none_and_no_arn() -> None:
    found = read_json({"Vpcs": [vpc()]})
    assert found.one()["region"] is None
    assert found.one()["arn"] is None
    assert "arn" in untold(found.one())
    assert found.notes["no-region"][1] == 1


def test_zones_tell_the_region() -> None:
    volume = {"VolumeId": "v-1", "AvailabilityZone": "us-west-2-lax-1a", "Encrypted": False}
    assert read_json({"Volumes": [volume]}).one()["region"] == "us_west_2"
    machine = {"InstanceId": "i-1", "State": {"Name": "running"}, "Placement": {"AvailabilityZone": "eu-west-1b"}}
    found = read_json({"Reservations": [{"OwnerId": ACCOUNT, "Instances": [machine]}]}).one()
    assert (found["region"], found["accountNumber"], found["arn"]) == ("eu_west_1", ACCOUNT, f"{ARN}instance/i-1")


@pytest.mark.parametrize("more", [{"NextToken": "t"}, {"nextToken": "t"}])
def test_a_reply_that_goes_on_leaves_a_gap(more: dict[str, Any]) -> None:
    found = read_json({"SecurityGroups": [group()], **more}, {"Vpcs": [vpc()], **more})
    assert found.one(id="sg-1")["inboundRules"]
    assert "vpc" in untold(found.one(id="sg-1"))
    gaps = [each for each in found.entities if "id" not in each]
    assert [(each["type"], each["_errors"][0]["path"]) for each in gaps] == [("SecurityGroup", ""), ("VPC", "")]


def test_the_last_page_ends_a_reply() -> None:
    pages = {"SecurityGroups": [group()], "NextToken": "t"}, {"SecurityGroups": [group("sg-2")]}
    assert [each["id"] for each in read_json(*pages).entities] == ["sg-1", "sg-2"]


def test_authorization_details_in_one_document() -> None:
    document = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    policy = {
        "PolicyName": "read",
        "PolicyId": "ANPAEXAMPLE",
        "Arn": "arn:aws:iam::aws:policy/read",
        "AttachmentCount": 1,
        "DefaultVersionId": "v1",
        "PolicyVersionList": [{"Document": document, "VersionId": "v1", "IsDefaultVersion": True}],
    }
    team = {"GroupName": "team", "GroupId": "AGPAEXAMPLE", "Arn": f"arn:aws:iam::{ACCOUNT}:group/team", "Path": "/"}
    found = read_json(
        details(UserDetailList=[ann(GroupList=["team"])], GroupDetailList=[team], Policies=[policy]),
    )
    person = found.one(type="IamUser", name="ann")
    assert person["combinedPolicies"][0]["policyDocument"] == document
    assert person["attachedGroups"] == ["team"]
    assert {"mfaActive", "firstAccessKey", "mfaType"} <= untold(person)
    assert found.one(type="IamGroup")["users"] == ["ann"]
    assert found.one(type="IamPolicy")["users"] == [{"name": "ann", "id": "AIDAEXAMPLE1"}]
    assert not [each for each in found.entities if each["type"] == "IamRole"]


def test_what_a_filter_left_out_is_not_collected() -> None:
    assert "combinedPolicies" in untold(read_json(details(UserDetailList=[ann()])).one(name="ann"))
    own = {
        "PolicyId": "ANPA",
        "PolicyName": "p",
        "Arn": f"arn:aws:iam::{ACCOUNT}:policy/p",
        "DefaultVersionId": "v1",
        "PolicyVersionList": [],
    }
    team = {"GroupName": "team", "GroupId": "AGPA", "Arn": f"arn:aws:iam::{ACCOUNT}:group/team"}
    found = read_json(details(UserDetailList=[ann()], GroupDetailList=[team], Policies=[own]))
    assert "combinedPolicies.0.policyDocument" in untold(found.one(name="ann"))


def test_short_lists_of_iam() -> None:
    role = {"RoleName": "r", "RoleId": "AROA", "Arn": f"arn:aws:iam::{ACCOUNT}:role/r", "Path": "/"}
    policy = {
        "PolicyName": "p",
        "PolicyId": "ANPA",
        "Arn": f"arn:aws:iam::{ACCOUNT}:policy/p",
        "DefaultVersionId": "v1",
    }
    short = {key: value for key, value in ann().items() if key != "AttachedManagedPolicies"}
    found = read_json({"Users": [short]}, {"Roles": [role]}, {"Policies": [policy]})
    person = found.one(type="IamUser")
    assert (person["createDate"], person["path"], person["region"]) == ("2024-05-15T08:00:00Z", "/", None)
    assert {"managedPolicies", "tags", "mfaActive", "permissionsBoundary"} <= untold(person)
    assert "path" not in untold(person)
    assert {"managedPolicies", "inlinePolicies", "tags", "combinedPolicies", "roleLastUsed"} <= untold(
        found.one(type="IamRole")
    )
    assert {"document", "users"} <= untold(found.one(type="IamPolicy"))
    one = read_json({"Role": {**role, "RoleLastUsed": {}, "Tags": []}}).one()
    assert one["roleLastUsed"]["lastUsedDate"] == "0001-01-01T00:00:00Z"
    assert not {"tags", "roleLastUsed"} & untold(one)


def test_a_user_who_is_listed_twice_is_one() -> None:
    short = {key: value for key, value in ann().items() if key != "AttachedManagedPolicies"}
    found = read_json(details(UserDetailList=[ann()]), {"Users": [short]})
    assert found.one(name="ann")["managedPolicies"]


def test_settings_of_the_account() -> None:
    found = read_json({"PasswordPolicy": {"MinimumPasswordLength": 8, "ExpirePasswords": False}}).one()
    assert (found["type"], found["accountNumber"], found["passwordPolicy"]["minPasswordLength"]) == ("Iam", "", 8)
    assert {"arn", "stats", "rootMfaType"} <= untold(found)
    both = read_json({"SummaryMap": {"Users": 3, "AccountMFAEnabled": 0}}, details(UserDetailList=[ann()]))
    assert both.one(type="Iam")["stats"]["accountMfaEnabled"] is False
    assert both.one(type="Iam")["accountNumber"] == ACCOUNT


def test_trails_are_of_their_home_regions_and_count_once() -> None:
    trails = [trail("a", "eu-west-1"), trail("b", "us-east-1")]
    found = read_json({"trailList": trails}, {"trailList": trails})
    assert {each["name"]: each["region"] for each in found.entities} == {"a": "eu_west_1", "b": "us_east_1"}
    assert len(found.entities) == 2
    assert {"status", "bucket.isPublic", "eventSelectors"} <= untold(found.one(name="a"))


def test_keys_and_tables_are_known_of_their_descriptions() -> None:
    arn = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/k"
    key = {
        "KeyId": "k",
        "Arn": arn,
        "KeyManager": "CUSTOMER",
        "KeySpec": "SYMMETRIC_DEFAULT",
        "Origin": "AWS_KMS",
        "Enabled": True,
    }
    found = read_json({"KeyMetadata": key}, {"KeyMetadata": {**key, "KeyId": "l", "Arn": arn[:-1] + "l"}})
    assert (found.one(id="k")["isCustomerManaged"], found.one(id="l")["region"]) == (True, "eu_west_1")
    assert {"rotationStatus", "policy", "aliases", "tags"} <= untold(found.one(id="k"))
    table = {"TableName": "t", "TableArn": f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/t", "TableStatus": "ACTIVE"}
    one = read_json({"Table": table}).one()
    assert (one["arn"], one["status"]) == (table["TableArn"], "ACTIVE")
    assert "status" in untold(read_json({"TableNames": ["t"]}).one())


def test_a_bucket_list_says_little() -> None:
    bucket = {"Name": "logs", "CreationDate": "2024-01-01T00:00:00+00:00"}
    one = read_json({"Buckets": [bucket], "Owner": {"ID": "x"}}).one()
    assert (one["arn"], one["accountNumber"]) == ("arn:aws:s3:::logs", "")
    assert {"region", "acl", "policy", "accountPublicAccessBlock", "tags"} <= untold(one)


def test_the_same_reply_to_another_question_is_no_answer() -> None:
    snapshot = {"SnapshotId": "s", "VolumeId": "v", "VolumeSize": 1, "OwnerId": ACCOUNT}
    assert "isPublic" in untold(read_json({"Snapshots": [snapshot]}).one())


NO_REPLIES: list[Any] = [
    {"SecurityGroups": [{"id": "a"}]},
    {"SecurityGroups": [{"GroupId": "a"}]},
    {"SecurityGroups": [group()], "S3Bucket": [{"id": "b"}]},
    {"Users": [{"Username": "cognito"}]},
    {"Policy": "{}"},
    {"Vpcs": [{**vpc(), "type": 1}, {"id": 2}]},
    {"type": "X", "id": "1"},
    {"IamUser": [user("a")]},
]


@pytest.mark.parametrize("document", NO_REPLIES)
def test_other_objects_are_read_as_before(document: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    found = read_json(document)
    monkeypatch.setattr("gsl.inventory.reading.source_of", lambda feed: None)
    before = read_json(document)
    assert found.entities == before.entities
    assert list(map(str, found.errors)) == list(map(str, before.errors))


def test_a_type_of_the_rules_is_never_taken_for_a_reply() -> None:
    found = read_json({"Users": [ann()]}, target=Target(frozenset(("Users",))))
    assert found.one() == ann()


def test_a_broken_reply_is_an_error() -> None:
    text = json.dumps({"SecurityGroups": [group(), group("sg-2")]})
    assert [each.code for each in read(text[:-9]).errors] == ["truncated-json"]


def test_too_large_a_reply_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window, "LARGEST", 1000)
    monkeypatch.setattr(window, "CHUNK", 500)
    found = read_json({"SecurityGroups": [group(f"sg-{n}") for n in range(20)]})
    assert [each.code for each in found.errors] == ["too-large"]


def test_odd_replies_cost_only_themselves() -> None:
    found = read_json({"SecurityGroups": [group(IpPermissions=7)]}, {"Vpcs": [vpc()]})
    gap = next(each for each in found.entities if each["type"] == "SecurityGroup")
    assert gap["_errors"][0]["code"] == "UnexpectedReply"
    assert found.one(type="VPC")
    huge = read_json({"Volumes": [{"VolumeId": "v", "AvailabilityZone": "eu-west-1a", "Size": 10**30}]})
    assert huge.one()["size"] == 10**30
    assert read_json({"Content": "!!", "ReportFormat": "text/csv"}).errors[0].code == "odd-reply"


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("size", [64, 1000, 256 * 1024])
def test_the_ends_of_chunks_do_not_matter(indent: int | None, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window, "CHUNK", size)
    text = "\n".join(json.dumps(each, indent=indent) for each in ({"Vpcs": [vpc()]}, {"SecurityGroups": [group()]}))
    assert [each["type"] for each in read(text).entities] == ["SecurityGroup", "VPC"]


def test_the_command_takes_files_folders_and_pipes(tmp_path: Path) -> None:
    text = json.dumps({"SecurityGroups": [group()]}, indent=4)
    file = written(tmp_path / "groups.json", text)
    written(tmp_path / "packed.json.gz", gzip.compress(text.encode()))
    write_json(tmp_path / "own.json", [{"type": "SecurityGroup", "id": "own", "inboundRules": [{"port": 22}]}])
    rule = "SecurityGroup should not have inboundRules contain [port = 22]"
    assert gsl("eval", "-e", rule, file).code == 1
    assert gsl("eval", "-e", rule, "-", stdin=text).code == 1
    for jobs in ("1", "2"):
        ran = gsl("eval", "-e", rule, tmp_path, "--format", "json", "--jobs", jobs)
        assert [each["entityId"] for each in ran.report["findings"]] == ["sg-1", "own", "sg-1"]
    assert (
        "not collected (ec2:DescribeVpcs NotCollected)"
        in gsl("eval", "-e", "SecurityGroup should have vpc.isDefault = false", file).out
    )


def test_large_replies_are_not_cut_for_several_processes(tmp_path: Path) -> None:
    lines = [
        json.dumps({"SecurityGroups": [group(f"sg-{n}-{m}", Description="x" * 1800) for m in range(300)]})
        for n in range(30)
    ]
    file = written(tmp_path / "groups.jsonl", "\n".join(lines))
    write_json(tmp_path / "own.json", [{"type": "SecurityGroup", "id": "own"}])
    assert file.stat().st_size > 16 << 20
    ran = gsl("eval", "-e", "SecurityGroup should have id", tmp_path, "--format", "json", "--jobs", "2")
    assert ran.report["summary"]["entities"] == 9_001


def test_every_reply_of_the_table_is_one_of_a_call() -> None:
    calls = {call for each in COLLECTORS.values() for call in each.calls}
    calls |= {call for each in COLLECTORS.values() for part in each.parts for call in part.calls}
    known = {(call.service, call.result) for call in calls}
    short = {"Content", "Users", "Groups", "Roles", "User", "Role", "Policy"}
    assert {key for key, reply in REPLIES.items() if (reply.service, key) not in known} == short
