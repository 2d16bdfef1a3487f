"""Entities on disk: what a folder says of itself, what is taken up again, and what a killed run leaves."""

from __future__ import annotations

import datetime
import gzip
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from gsl.cli.group import cli
from gsl.collectors.collecting import Unit
from gsl.collectors.shards import MANIFEST, Shards
from gsl.errors import UsageError
from tests.aws import people
from tests.aws.stub import OWN, Asked, Stub, denied
from tests.support import Ran

pytestmark = pytest.mark.usefixtures("kept_clients")
TYPES = "SecurityGroup,Volume,EFS"
HERE = Path(OWN) / "us-east-1"
TEMPORARY = ".*"


@pytest.fixture
def account(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> Stub:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIATESTING")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    stub.replies = {
        "sts:GetCallerIdentity": {"Account": OWN, "Arn": people.arn("scanner"), "UserId": "x"},
        "ec2:DescribeRegions": {"Regions": [{"RegionName": "us-east-1"}, {"RegionName": "eu-west-1"}]},
        "ec2:DescribeSecurityGroups": {"SecurityGroups": [{"GroupId": f"sg-{at}", "VpcId": "v"} for at in range(50)]},
        "ec2:DescribeVolumes": {"Volumes": [{"VolumeId": "vol-1"}]},
        "efs:DescribeFileSystems": {"FileSystems": [{"FileSystemId": "fs-1"}]},
    }
    return stub


def _command(*arguments: str) -> Ran:
    """Run `gsl` in this process, which has boto3 already."""
    done = CliRunner().invoke(cli, arguments, standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return Ran(done.return_value, done.stdout, done.stderr)


def _run(folder: Path, *options: str) -> Ran:
    return _command("collect", "--types", TYPES, "-o", str(folder), *options)


def _shards(folder: Path, region: str = "us-east-1") -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / OWN / region / MANIFEST).read_text())["shards"]
    return found


def _entities(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()]


def test_what_is_whole_partial_or_failed(account: Stub, tmp_path: Path) -> None:
    account.faults[("ec2:DescribeVpcs", "*")] = denied
    account.faults[("efs:DescribeFileSystems", "eu-west-1")] = denied
    done = _run(tmp_path)
    assert done.code == 2
    here, there = _shards(tmp_path), _shards(tmp_path, "eu-west-1")
    assert {name: each["status"] for name, each in here.items()} == {
        "EFS": "complete",
        "SecurityGroup": "partial",
        "Volume": "complete",
    }
    assert there["EFS"]["status"] == "failed"
    assert (here["SecurityGroup"]["count"], here["SecurityGroup"]["errorCount"]) == (50, 50)
    whole = json.loads((tmp_path / MANIFEST).read_text())
    assert whole["status"] == "partial"
    assert {each["operation"] for each in whole["problems"]} == {"DescribeVpcs", "DescribeFileSystems"}
    assert _entities(tmp_path / OWN / "eu-west-1" / "EFS.jsonl.gz")[0]["_errors"][0]["path"] == ""


def test_what_is_complete_is_not_asked_again(account: Stub, tmp_path: Path) -> None:
    account.faults[("efs:DescribeFileSystems", "eu-west-1")] = denied
    assert _run(tmp_path).code == 2
    account.forget()
    done = _run(tmp_path, "--resume")
    assert done.code == 0
    assert {(each.name, each.region) for each in account.log if each.operation.startswith("DescribeF")} == {
        ("efs:DescribeFileSystems", "eu-west-1"),
        ("efs:DescribeFileSystemPolicy", "eu-west-1"),
    }
    assert not [each for each in account.log if each.name in ("ec2:DescribeSecurityGroups", "ec2:DescribeVolumes")]
    assert "5 kept from before" in done.out


def test_without_resume_everything_is_asked_again(account: Stub, tmp_path: Path) -> None:
    _run(tmp_path)
    account.forget()
    _run(tmp_path)
    assert account.counts["ec2:DescribeVolumes"] == 2


@pytest.mark.parametrize(("age", "asked"), [("2h", 0), ("30m", 2)])
def test_what_is_too_old_is_asked_again(account: Stub, tmp_path: Path, age: str, asked: int) -> None:
    _run(tmp_path)
    then = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=1)
    for file in tmp_path.glob(f"{OWN}/*/{MANIFEST}"):
        told = json.loads(file.read_text())
        for each in told["shards"].values():
            each["finishedAt"] = then.strftime("%Y-%m-%dT%H:%M:%SZ")
        file.write_text(json.dumps(told))
    account.forget()
    _run(tmp_path, "--resume", "--max-age", age)
    assert account.counts["ec2:DescribeVolumes"] == asked


def test_what_was_collected_for_fewer_paths_is_asked_again(account: Stub, tmp_path: Path) -> None:
    rule = tmp_path / "rule.gsl"
    rule.write_text("SecurityGroup should have name = 'x'")
    folder = tmp_path / "entities"
    assert _run(folder, "--types", "SecurityGroup", "--rules", str(rule)).code == 0
    assert "ec2:DescribeVpcs" not in account.counts
    account.forget()
    assert _run(folder, "--types", "SecurityGroup", "--rules", str(rule), "--resume").code == 0
    assert account.counts["ec2:DescribeSecurityGroups"] + account.counts["ec2:DescribeVpcs"] == 0
    rule.write_text("SecurityGroup should have vpc.isDefault = false")
    _run(folder, "--types", "SecurityGroup", "--rules", str(rule), "--resume")
    assert account.counts["ec2:DescribeSecurityGroups"] == account.counts["ec2:DescribeVpcs"] == 2
    account.forget()
    _run(folder, "--types", "SecurityGroup", "--resume")
    assert account.counts["ec2:DescribeSecurityGroups"] == 2, "all paths are more than some"
    account.forget()
    _run(folder, "--types", "SecurityGroup", "--rules", str(rule), "--resume")
    assert not account.counts["ec2:DescribeSecurityGroups"], "some paths are less than all"


@pytest.mark.parametrize("damage", ["gone", "garbled manifest", "no file"])
def test_what_is_damaged_is_asked_again(account: Stub, tmp_path: Path, damage: str) -> None:
    _run(tmp_path)
    if damage == "gone":
        (tmp_path / HERE / MANIFEST).unlink()
    elif damage == "garbled manifest":
        (tmp_path / HERE / MANIFEST).write_text("{")
    else:
        (tmp_path / HERE / "Volume.jsonl.gz").unlink()
    account.forget()
    assert _run(tmp_path, "--resume").code == 0
    assert account.counts["ec2:DescribeVolumes"] == 1
    assert len(_entities(tmp_path / HERE / "Volume.jsonl.gz")) == 1


def test_the_same_bytes_each_time(account: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one", "two"):
        _run(tmp_path / name)
    files = [sorted(tmp_path.glob(f"{name}/{OWN}/*/*.gz")) for name in ("one", "two")]
    for one, two in zip(*files):
        stripped = [[each | {"collectedAt": ""} for each in _entities(file)] for file in (one, two)]
        assert stripped[0] == stripped[1]


def _slow(asked: Asked) -> Mapping[str, Any]:
    time.sleep(0.3 if asked.arguments.get("NextToken") else 0)
    return {"SecurityGroups": [{"GroupId": f"sg-{at}"} for at in range(50)]}


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)])
def test_a_killed_run_leaves_nothing_half(account: Stub, tmp_path: Path, number: signal.Signals, code: int) -> None:
    account.page = 5
    account.replies["ec2:DescribeSecurityGroups"] = _slow
    command = [sys.executable, "-m", "gsl", "collect", "--types", TYPES, "-o", str(tmp_path)]
    running = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ})
    _until(lambda: account.counts["ec2:DescribeSecurityGroups"] >= 4)
    running.send_signal(number)
    _, told = running.communicate(timeout=60)
    assert running.returncode == code
    if number != signal.SIGKILL:
        assert not list(tmp_path.rglob(TEMPORARY)), "no temporary file stays"
        assert "--resume" in told
    assert not list(tmp_path.rglob("SecurityGroup*"))
    account.replies["ec2:DescribeSecurityGroups"] = {"SecurityGroups": [{"GroupId": f"sg-{at}"} for at in range(50)]}
    account.forget()
    assert _run(tmp_path, "--resume").code == 0
    assert len(_entities(tmp_path / HERE / "SecurityGroup.jsonl.gz")) == 50
    assert json.loads((tmp_path / MANIFEST).read_text())["status"] == "complete"


def test_nothing_is_begun_after_a_run_was_cut_short(tmp_path: Path) -> None:
    """Threads that are left to themselves may come to their next file before the process ends."""
    shards = Shards(tmp_path, {"Volume": None, "EFS": None}, "1")

    def cut() -> Iterator[dict[str, Any]]:
        yield {"id": "vol-1"}
        shards.abandon()

    for name, entities in (("Volume", cut()), ("EFS", iter([{"id": "fs-1"}]))):
        with pytest.raises(UsageError, match="cannot be written"):
            shards.take(Unit(OWN, "us-east-1", name), entities)
    with pytest.raises(OSError, match="cut short"):
        shards.write(tmp_path / HERE / MANIFEST, {})
    assert not [each for each in tmp_path.rglob("*") if each.is_file()]


def _until(is_so: Any) -> None:
    end = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < end, "it never comes to that"
        time.sleep(0.01)


def test_a_scan_says_error_where_something_is_missing(account: Stub, tmp_path: Path) -> None:
    rule = tmp_path / "rule.gsl"
    rule.write_text("SecurityGroup should have vpc.isDefault = false")
    account.faults[("ec2:DescribeVpcs", "eu-west-1")] = denied
    account.replies["ec2:DescribeVpcs"] = {"Vpcs": [{"VpcId": "v", "IsDefault": False}]}
    done = _command("scan", "--rules", str(rule), "--format", "json", "-q")
    assert (done.report["summary"]["passed"], done.report["summary"]["errors"]) == (50, 50)
    assert done.code == 2


@pytest.mark.parametrize("fault", ["ec2:DescribeRegions", "sts:AssumeRole"])
def test_a_place_that_is_reached_again_has_no_gap_left(account: Stub, tmp_path: Path, fault: str) -> None:
    there = "222222222222" if fault == "sts:AssumeRole" else OWN
    account.replies["sts:AssumeRole"] = {
        "Credentials": {
            "AccessKeyId": "ASIATESTING",
            "SecretAccessKey": "s",
            "SessionToken": "t",
            "Expiration": datetime.datetime(2099, 1, 1, tzinfo=datetime.UTC),
        }
    }
    options = ("--accounts", there, "--role-name", "Audit", "--resume")
    account.faults[(fault, "*")] = denied
    assert _run(tmp_path, *options).code == 2
    gap = tmp_path / there / "global" / "Volume.jsonl.gz"
    assert _entities(gap)[0]["_errors"][0]["path"] == ""
    account.faults.clear()
    done = _run(tmp_path, *options)
    assert done.code == 0, done.err
    assert "earlier-files" not in done.err
    assert not gap.exists()
    assert _command("eval", "-e", "Volume should have id", str(tmp_path)).code == 0
