"""`gsl collect` and `gsl scan` as a user runs them: real processes, moto's server, folders and exit codes."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.collectors import conftest, test_runs
from tests.support import Ran, gsl

pytestmark = test_runs.pytestmark
endpoint = conftest.endpoint
ACCOUNT = "123456789012"
RULE_79 = "D9.AWS.IAM.79"


@pytest.fixture(scope="module")
def aws(endpoint: str) -> dict[str, Any]:
    """The environment of an account with some users."""
    patch = pytest.MonkeyPatch()
    patch.setenv("AWS_ENDPOINT_URL", endpoint)
    test_runs._furnish(boto3.Session("testing", "testing", region_name="us-east-1"))
    patch.undo()
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
    }


def _shard(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()]


def _collect(folder: Path, aws: dict[str, Any], *options: str) -> Ran:
    return gsl("collect", "-o", folder, "--regions", "us-east-1", *options, **aws)


def test_collect_then_eval(aws: dict[str, Any], tmp_path: Path) -> None:
    folder = tmp_path / "entities"
    ran = _collect(folder, aws, "--types", "IamUser,VPC")
    assert ran.code == 0, ran.err
    assert "IamUser  2" in ran.out
    users = _shard(folder / ACCOUNT / "global" / "IamUser.jsonl.gz")
    assert [user["name"] for user in users] == ["ann", "bob"]
    assert {vpc["region"] for vpc in _shard(folder / ACCOUNT / "us-east-1" / "VPC.jsonl.gz")} == {"us_east_1"}
    shard = json.loads((folder / ACCOUNT / "global" / "manifest.json").read_text())["shards"]["IamUser"]
    assert (shard["status"], shard["count"], shard["errorCount"], shard["paths"]) == ("complete", 2, 0, None)
    whole = json.loads((folder / "manifest.json").read_text())
    assert (whole["status"], whole["entities"], whole["problems"]) == ("complete", 4, [])
    ran = gsl("eval", RULE_79, folder, "--format", "json")
    assert ran.code == 1
    assert [each["entityName"] for each in ran.report["findings"]] == ["ann"]
    assert ran.err == "", "a manifest is no entity file"


def test_scan_reports_and_keeps_nothing(aws: dict[str, Any], tmp_path: Path) -> None:
    ran = gsl("scan", "--rules", RULE_79, "-o", tmp_path / "report.json", TMPDIR=str(tmp_path), **aws)
    assert ran.code == 1, ran.err
    report = json.loads((tmp_path / "report.json").read_text())
    assert [each["entityName"] for each in report["findings"]] == ["ann"]
    assert [each.name for each in tmp_path.iterdir()] == ["report.json"]


def test_scan_says_in_one_line_what_there_is_none_of(aws: dict[str, Any]) -> None:
    ran = gsl(
        "scan",
        "-e",
        "RDS should have isPublic = false",
        "-e",
        "EFS should have encrypted",
        "--regions",
        "us-east-1",
        **aws,
    )
    assert ran.code == 0
    assert "note[none-there]: AWS was asked and has none of these: EFS, RDS" in ran.err
    assert "no-entities-of-type" not in ran.err


def test_rules_that_cannot_be_collected_for(aws: dict[str, Any]) -> None:
    ran = gsl("scan", "-e", "KubernetesPod should have name", **aws)
    assert ran.code == 2
    assert "no rule is about a type that can be collected from AWS; they are about KubernetesPod" in ran.err


def test_resume_collects_only_what_is_missing(aws: dict[str, Any], tmp_path: Path) -> None:
    _collect(tmp_path, aws, "--types", "IamUser")
    first = (tmp_path / ACCOUNT / "global" / "IamUser.jsonl.gz").stat().st_mtime_ns
    ran = _collect(tmp_path, aws, "--types", "IamUser,IamGroup", "--resume")
    assert "1 kept from before" in ran.out
    assert (tmp_path / ACCOUNT / "global" / "IamUser.jsonl.gz").stat().st_mtime_ns == first
    assert (tmp_path / ACCOUNT / "global" / "IamGroup.jsonl.gz").is_file()
    ran = _collect(tmp_path, aws, "--types", "IamUser", "--resume", "--max-age", "0s")
    assert "kept" not in ran.out


def test_a_shard_that_was_collected_for_less_is_not_enough(aws: dict[str, Any], tmp_path: Path) -> None:
    ran = _collect(tmp_path, aws, "--rules", RULE_79)
    assert ran.code == 0
    user = _shard(tmp_path / ACCOUNT / "global" / "IamUser.jsonl.gz")[0]
    assert {"path": "combinedPolicies", "code": "NotCollected"}.items() <= {
        key: value for each in user["_errors"] if each["path"] == "combinedPolicies" for key, value in each.items()
    }.items()
    assert gsl("eval", "-e", "IamUser should have combinedPolicies isEmpty()", tmp_path).code == 2, (
        "never a silent pass"
    )
    assert "kept" in _collect(tmp_path, aws, "--rules", RULE_79, "--resume").out
    assert "kept" not in _collect(tmp_path, aws, "--types", "IamUser", "--resume").out


def test_dry_run_needs_no_credentials(tmp_path: Path) -> None:
    ran = gsl("collect", "--dry-run", "--rules", RULE_79, folder=tmp_path)
    assert ran.code == 0
    assert "iam:GetAccountAuthorizationDetails" in ran.out
    assert "No call was made" in ran.out
    ran = gsl("collect", "--print-policy", "--rules", RULE_79, folder=tmp_path)
    assert json.loads(ran.out)["Statement"][0]["Action"] == [
        "iam:GenerateCredentialReport",
        "iam:GetAccountAuthorizationDetails",
        "iam:GetCredentialReport",
    ]
    assert not list(tmp_path.iterdir())


WRONG = [
    (("--regions", "mars"), "--regions has `mars`: a region is a name such as eu-west-1"),
    (("--regions", ","), "--regions names no region"),
    (("--accounts", "12"), "--accounts has `12`: an account is twelve digits"),
    (("--org",), "--org needs --role-name"),
    (("--external-id", "x"), "--external-id and --session-name belong to --role-name"),
    (("--role-name", "a b"), "--role-name has `a b`"),
    (("--max-age", "1 day"), "--max-age has `1 day`"),
    (("--types", "IamUsr"), "no collector of `IamUsr`; did you mean `IamUser`"),
    (("--rules", "nothing-there"), "`nothing-there` is neither a file"),
    (("--profile", "nobody"), "The config profile (nobody) could not be found"),
]


@pytest.mark.parametrize(("options", "message"), WRONG)
def test_wrong_options(options: tuple[str, ...], message: str, tmp_path: Path) -> None:
    ran = gsl("collect", *options, folder=tmp_path, AWS_EC2_METADATA_DISABLED="true")
    assert ran.code == 2
    assert message in ran.err
    assert "Traceback" not in ran.err
    assert not list(tmp_path.iterdir())


def test_without_credentials_or_network(tmp_path: Path) -> None:
    nobody: dict[str, Any] = {
        "HOME": str(tmp_path),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    ran = gsl("scan", "--rules", RULE_79, **nobody)
    assert ran.code == 2
    assert "AWS does not know who asks (NoCredentialsError" in ran.err
    keys: dict[str, Any] = {
        "AWS_ACCESS_KEY_ID": "a",
        "AWS_SECRET_ACCESS_KEY": "b",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    }
    ran = gsl("scan", "--rules", RULE_79, **nobody, **keys)
    assert ran.code == 2
    assert "AWS cannot be reached (EndpointConnectionError" in ran.err


def test_resume_of_a_scan_needs_a_folder(aws: dict[str, Any]) -> None:
    ran = gsl("scan", "--resume", **aws)
    assert ran.code == 2
    assert "name it with --entities" in ran.err


def test_a_folder_that_cannot_be_made(aws: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    ran = _collect(tmp_path / "file", aws, "--types", "IamUser")
    assert ran.code == 2
    assert "the folder cannot be made" in ran.err


def test_broken_rules_say_what_is_wrong(aws: dict[str, Any]) -> None:
    ran = gsl("scan", "-e", "IamUser shoud have name", **aws)
    assert ran.code == 2
    assert "expression:1:9: error[" in ran.err


def test_nowhere_to_go(aws: dict[str, Any], tmp_path: Path) -> None:
    ran = gsl("collect", "-o", tmp_path, "--exclude-accounts", ACCOUNT, **aws)
    assert ran.code == 2
    assert "nothing was collected: no account is left" in ran.err
    ran = gsl("scan", "-e", "VPC should have isDefault", "--regions", "me-central-1", **aws)
    assert ran.code == 2
    assert "no region is left: the account has not enabled me-central-1" in ran.err
    assert ran.out == ""


def test_files_of_earlier_runs_are_named_and_pruned(aws: dict[str, Any], tmp_path: Path) -> None:
    _collect(tmp_path, aws, "--types", "IamUser,IamGroup")
    ran = _collect(tmp_path, aws, "--types", "IamUser")
    assert "warning[earlier-files]: 1 file of earlier runs" in ran.err
    ran = _collect(tmp_path, aws, "--types", "IamUser", "--prune")
    assert "1 of earlier runs removed" in ran.out
    assert ran.err == ""
    assert not (tmp_path / ACCOUNT / "global" / "IamGroup.jsonl.gz").exists()
    assert list(json.loads((tmp_path / ACCOUNT / "global" / "manifest.json").read_text())["shards"]) == ["IamUser"]


def test_eval_knows_what_there_is_none_of(aws: dict[str, Any], tmp_path: Path) -> None:
    _collect(tmp_path, aws, "--types", "IamUser,RDS")
    ran = gsl("eval", "-e", "RDS should have isPublic = false", tmp_path, "--strict")
    assert ran.code == 0, ran.err
    assert ran.err == "note[none-there]: AWS was asked and has none of these: RDS\n"


def test_scan_takes_several_rules_and_names_types_it_cannot_collect(aws: dict[str, Any]) -> None:
    ran = gsl(
        "scan",
        "--rules",
        RULE_79,
        "-e",
        "Redshift should have name",
        "--regions",
        "us-east-1",
        "--format",
        "json",
        **aws,
    )
    assert {rule["id"] for rule in ran.report["rules"]} == {RULE_79, "expression"}
    assert "warning[no-collector]: these types are not collected from AWS: Redshift" in ran.err
