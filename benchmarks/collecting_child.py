"""One measurement of collecting, in a process of its own: prints one line of JSON, or leaves it in a file.

python -m benchmarks.collecting_child users gsl
python -m benchmarks.collecting_child command told.json collect --types IamUser -o entities
"""

from __future__ import annotations

import atexit
import json
import socket
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

THREADS = 16


class Counted:
    """A client of boto3 by hand, its requests counted."""

    def __init__(self, service: str) -> None:
        import boto3
        from botocore.config import Config

        config = Config(max_pool_connections=THREADS, retries={"mode": "adaptive", "total_max_attempts": 8})
        self.client: Any = boto3.client(service, config=config)  # type: ignore[call-overload]
        self.calls = 0
        self._lock = threading.Lock()
        self.client.meta.events.register("before-send", self._count)

    def _count(self, **_: Any) -> None:
        with self._lock:
            self.calls += 1


_OF_A_USER = (
    "list_mfa_devices",
    "get_login_profile",
    "list_groups_for_user",
    "list_user_policies",
    "list_attached_user_policies",
    "list_user_tags",
)


def users_by_hand() -> tuple[int, int]:
    """Users as most tools get them: a handful of calls for each."""
    iam = Counted("iam")

    def whole(user: Any) -> int:
        name = user["UserName"]
        keys = iam.client.list_access_keys(UserName=name)["AccessKeyMetadata"]
        used = [iam.client.get_access_key_last_used(AccessKeyId=key["AccessKeyId"]) for key in keys]
        return len([getattr(iam.client, each)(UserName=name) for each in _OF_A_USER]) + len(used)

    listed = iam.client.get_paginator("list_users").paginate(PaginationConfig={"PageSize": 1000})
    with ThreadPoolExecutor(THREADS) as pool:
        done = list(pool.map(whole, [user for page in listed for user in page["Users"]]))
    return len(done), iam.calls


_OF_A_BUCKET = (
    "get_bucket_tagging",
    "get_bucket_acl",
    "get_bucket_policy",
    "get_bucket_policy_status",
    "get_bucket_versioning",
    "get_bucket_logging",
    "get_bucket_encryption",
    "get_bucket_website",
    "get_public_access_block",
    "get_bucket_ownership_controls",
    "get_bucket_replication",
    "get_bucket_lifecycle_configuration",
    "get_object_lock_configuration",
    "get_bucket_location",
)


def buckets_by_hand() -> tuple[int, int]:
    """Buckets with all their settings, each in a thread."""
    s3 = Counted("s3")

    def whole(bucket: Any) -> int:
        return len([getattr(s3.client, each)(Bucket=bucket["Name"]) for each in _OF_A_BUCKET])

    with ThreadPoolExecutor(THREADS) as pool:
        done = list(pool.map(whole, s3.client.list_buckets()["Buckets"]))
    return len(done), s3.calls


def collected(kind: str) -> tuple[int, int]:
    """What gsl gets."""
    import gsl
    from benchmarks.collecting import TYPES

    collection = gsl.collect(types=[TYPES[kind]], workers=THREADS)
    return sum([1 for _ in collection]), collection.calls


def lead_home() -> None:
    """S3's settings of an account are asked for at a host with the account in its name; it is the stub's too."""
    real = socket.getaddrinfo

    def found(host: Any, *rest: Any, **more: Any) -> Any:
        return real("127.0.0.1" if str(host).endswith(".127.0.0.1") else host, *rest, **more)

    socket.getaddrinfo = found


def measure(kind: str, way: str) -> dict[str, Any]:
    """What a way takes. The import of boto3 is no part of it."""
    import boto3

    lead_home()
    boto3.client("sts")
    start = time.perf_counter()
    if way.startswith("gsl"):
        found, calls = collected(kind)
    else:
        found, calls = {"users": users_by_hand, "buckets": buckets_by_hand}[kind]()
    return {"seconds": time.perf_counter() - start, "count": found, "calls": calls, "peak": peak_mb()}


def peak_mb() -> float:
    """The peak memory of this process; `getrusage` would begin at that of its parent."""
    for line in Path("/proc/self/status").read_text("utf-8").splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024 / 1e6
    return 0.0


def command(told: Path, arguments: list[str]) -> None:
    """Run `gsl` as it is, and leave its peak memory in a file."""
    from gsl.cli.main import run

    atexit.register(lambda: told.write_text(json.dumps({"peak": peak_mb()}), "utf-8"))
    sys.argv = ["gsl", *arguments]
    run()


def main() -> None:
    kind, way, *rest = sys.argv[1:]
    if kind == "command":
        command(Path(way), rest)
    else:
        print(json.dumps(measure(kind, way)))


if __name__ == "__main__":
    main()
