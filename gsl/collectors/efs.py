"""EFS file systems with their policies and backups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gsl.collectors.asking import of_each
from gsl.collectors.parts import Call, Collector, Entity, Place, Raw, View
from gsl.collectors.wording import document, instant, tags

FILE_SYSTEMS = Call("efs", "describe_file_systems", "FileSystems", arguments={"MaxItems": 100})
POLICY = Call("efs", "describe_file_system_policy", "Policy", absent=("PolicyNotFound",))
BACKUP = Call("efs", "describe_backup_policy", "BackupPolicy", absent=("PolicyNotFound",))


def file_system(raw: Raw, place: Place) -> Entity:
    """An EFS of a member of DescribeFileSystems."""
    name = raw["FileSystemId"]
    arn = f"arn:{place.partition}:elasticfilesystem:{place.region}:{place.account}:file-system/{name}"
    return {
        "id": name,
        "arn": raw.get("FileSystemArn") or arn,
        "name": raw.get("Name") or "",
        "tags": tags(raw.get("Tags")),
        "encrypted": bool(raw.get("Encrypted")),
        "kmsKeyId": raw.get("KmsKeyId"),
        "creationTime": instant(raw.get("CreationTime")),
        "lifeCycleState": raw.get("LifeCycleState"),
        "sizeInBytes": (raw.get("SizeInBytes") or {}).get("Value"),
        "performanceMode": raw.get("PerformanceMode"),
        "throughputMode": raw.get("ThroughputMode"),
        "numberOfMountTargets": raw.get("NumberOfMountTargets"),
    }


def is_backed_up(policy: Raw) -> bool:
    """Whether automatic backups are on; no backup policy is none."""
    return (policy or {}).get("Status") in {"ENABLED", "ENABLING"}


def _list(view: View) -> Iterator[tuple[Entity, Raw]]:
    for raw in view.items(FILE_SYSTEMS):
        yield file_system(raw, view), raw


def _by_id(raw: Raw) -> Mapping[str, Any]:
    return {"FileSystemId": raw["FileSystemId"]}


COLLECTORS = (
    Collector(
        "EFS",
        "efs",
        (FILE_SYSTEMS,),
        _list,
        (
            of_each("policy", POLICY, _by_id, document),
            of_each("isBackupEnabled", BACKUP, _by_id, is_backed_up),
        ),
    ),
)
