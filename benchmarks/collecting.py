"""Measures collecting from AWS beside asking for each user and bucket by itself: `python -m benchmarks.collecting`.

A stub answers over loopback, each request after 50 ms, as AWS does. Each measurement has a process
of its own; the stub has another, so that neither waits for the other's interpreter.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.harness import ROOT
from benchmarks.tables import rows

LATENCY = 0.05
WAYS = {
    "users": ("gsl", "boto3, user by user, 16 threads"),
    "buckets": ("gsl", "boto3, bucket by bucket, 16 threads"),
}
COUNTS = {"users": 1000, "buckets": 200}
LARGE = {"users": 20_000, "groups": 50_000}
TYPES = {"users": "IamUser", "buckets": "S3Bucket", "groups": "SecurityGroup"}


@contextmanager
def stub_of(kind: str, count: int, latency: float) -> Iterator[str]:
    """The address of a stub with so many of a kind, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.collecting_stub", kind, str(count), str(latency)]
    running = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert running.stdin
    assert running.stdout
    try:
        yield running.stdout.readline().strip()
    finally:
        running.communicate()


def environment(address: str) -> dict[str, str]:
    """What leads boto3 to a stub."""
    given = {
        "AWS_ENDPOINT_URL": address,
        "AWS_ACCESS_KEY_ID": "AKIATESTING",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "PYTHONPATH": str(ROOT),
    }
    return {**os.environ, **given}


def measure(address: str, kind: str, way: str) -> dict[str, Any]:
    """Seconds, calls and peak memory of a way, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.collecting_child", kind, way]
    done = subprocess.run(command, cwd=ROOT, env=environment(address), capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def peak(kind: str, count: int) -> dict[str, Any]:
    """Seconds and peak memory of `gsl collect` over very many things of a kind."""
    with stub_of(kind, count, 0.0) as address, tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "told.json"
        options = ["collect", "--types", TYPES[kind], "-o", f"{folder}/entities", "-q"]
        command = [sys.executable, "-m", "benchmarks.collecting_child", "command", str(told), *options]
        start = time.perf_counter()
        subprocess.run(command, cwd=ROOT, env=environment(address), check=True)
        seconds = time.perf_counter() - start
        manifest = json.loads((Path(folder) / "entities" / "manifest.json").read_text("utf-8"))
        return {"seconds": seconds, **json.loads(told.read_text("utf-8")), **manifest}


def race(kind: str, rounds: int, say: Callable[[str], None]) -> str:
    """A table of the ways to get things of a kind, the ratios to gsl among them."""
    found: dict[str, list[dict[str, Any]]] = {way: [] for way in WAYS[kind]}
    with stub_of(kind, COUNTS[kind], LATENCY) as address:
        for turn in range(rounds):
            for way, measured in found.items():
                measured.append(measure(address, kind, way))
            say(f"{kind}: round {turn + 1} of {rounds}")
    first = found[WAYS[kind][0]]
    lines = [_line(way, measured, first) for way, measured in found.items()]
    head = ["", "calls", "seconds", "× calls", "× seconds", "peak MB"]
    return f"**{COUNTS[kind]:,} {kind}, {LATENCY * 1000:.0f} ms for each request**\n\n{rows(head, lines)}"


def _line(way: str, measured: list[dict[str, Any]], first: list[dict[str, Any]]) -> tuple[str, ...]:
    seconds = statistics.median([each["seconds"] for each in measured])
    ratio = statistics.median([mine["seconds"] / theirs["seconds"] for mine, theirs in zip(measured, first)])
    calls = measured[0]["calls"]
    memory = max([each["peak"] for each in measured])
    return way, f"{calls:,}", f"{seconds:.2f}", f"{calls / first[0]['calls']:,.1f}", f"{ratio:.1f}", f"{memory:.0f}"


def memory(say: Callable[[str], None]) -> str:
    """A table of what very large accounts take."""
    lines = []
    for kind, count in LARGE.items():
        found = peak(kind, count)
        lines.append((f"{count:,} {kind}", f"{found['calls']:,}", f"{found['seconds']:.1f}", f"{found['peak']:.0f}"))
        say(f"{kind}: {count:,}")
    return f"**`gsl collect`, no delay**\n\n{rows(['', 'calls', 'seconds', 'peak MB'], lines)}"


def tables(rounds: int, say: Callable[[str], None]) -> str:
    """Everything, as markdown."""
    return "\n\n".join([*[race(kind, rounds, say) for kind in WAYS], memory(say)])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.collecting", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    print(tables(given.rounds, lambda word: print(word, file=sys.stderr, flush=True)))


if __name__ == "__main__":
    main()
