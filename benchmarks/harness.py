"""Runs contestants side by side: a fresh process for each measurement, interleaved round by round.

Ratios are taken within a round, so that both sides met the same machine; medians come last.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import attrs

from benchmarks.answers import Files
from benchmarks.contestants import Contestant

ROOT = Path(__file__).parent.parent
TIMEOUT = 900
SHAPES = ("jsonl", "array")
HOW: dict[str, Any] = {"cwd": ROOT, "capture_output": True, "text": True, "timeout": TIMEOUT}
UNCHECKED = ("hand:scan-msgspec-raw", "gsl:compile", "gsl:parse")
"""These find nothing on purpose."""


@attrs.define
class Series:
    """The measurements of one contestant, one for each round, or why there are none."""

    name: str
    rounds: list[dict[str, Any]] = attrs.field(factory=list)
    excluded: str = ""

    def values(self, key: str = "seconds") -> list[float]:
        return [each[key] for each in self.rounds]

    @property
    def seconds(self) -> float:
        return statistics.median(self.values())

    @property
    def peak_mb(self) -> float:
        """Of all processes: the measured one, and the largest of its children."""
        return max(each["peak"] + each["children"] for each in self.rounds) * 1024 / 1e6

    def over(self, other: Series) -> list[float]:
        """How many times as long as another, round by round."""
        return [mine / theirs for mine, theirs in zip(self.values(), other.values())]


@attrs.frozen
class Task:
    """What the contestants of a table have in common: the work, what they start from, how much of it."""

    work: str
    mode: str
    count: int


class Data:
    """Entity files in a folder, made when first asked for, each by a process of its own."""

    def __init__(self, folder: Path, seed: int, say: Callable[[str], None]) -> None:
        self.folder = folder
        self.seed = seed
        self.say = say

    def files(self, kind: str, count: int, shapes: Sequence[str] = SHAPES) -> Files:
        """The files of so many entities, in the shapes that are asked for."""
        return Files(**{shape: self._file(kind, count, shape) for shape in shapes if count})

    def _file(self, kind: str, count: int, shape: str) -> str:
        file = self.folder / f"{kind}-{count}-{self.seed}.{shape}"
        if not file.exists():
            self.say(f"data: {file.name}")
            part = file.with_suffix(".part")
            options = ["--kind", kind, "--count", str(count), "--seed", str(self.seed), "--shape", shape]
            command = [sys.executable, "-m", "benchmarks.generate", *options, "-o", str(part)]
            subprocess.run(command, cwd=ROOT, check=True)
            part.rename(file)
        return str(file)


def measure(name: str, task: Task, files: Files) -> dict[str, Any] | str:
    """One measurement, or the last line of what went wrong.

    This process stays small: on Linux a child's peak memory begins at that of its parent.
    """
    command = [sys.executable, "-m", "benchmarks.child", name, task.work, task.mode, files.jsonl, files.array]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    try:
        done = subprocess.run(command, **HOW, env=environment, check=False)
    except subprocess.TimeoutExpired:
        return f"not done after {TIMEOUT} s"
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        return lines[-1][:160]
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def _reason(peer: Contestant, task: Task) -> str:
    """Why a contestant does not take part at all."""
    if missing := peer.missing():
        return f"not installed: {', '.join(missing)}"
    if task.count > peer.limit:
        return f"slow: it is asked for {peer.limit:,} entities at most"
    return peer.excluded.get(task.work, "")


def compete(
    contestants: Iterable[Contestant], task: Task, files: Files, rounds: int, say: Callable[[str], None]
) -> dict[str, Series]:
    """All rounds of all contestants; who finds something else than the first one is excluded."""
    series: dict[str, Series] = {}
    for each in contestants:
        series[each.name] = Series(each.name, excluded=_reason(each, task))
    for turn in range(rounds):
        running = [each for each in series.values() if not each.excluded]
        first = turn % max(1, len(running))
        for each in [*running[first:], *running[:first]]:
            result = measure(each.name, task, files)
            if isinstance(result, str):
                each.excluded = f"failed: {result}"
                each.rounds.clear()
            else:
                each.rounds.append(result)
        say(f"{task.work} {task.mode} {task.count}: round {turn + 1} of {rounds}")
    leave_out_wrong(list(series.values()))
    return series


def leave_out_wrong(series: Sequence[Series]) -> None:
    """Exclude whoever finds something else than the loop by hand."""
    answer = next((each for each in series if each.rounds and each.name not in UNCHECKED), None)
    for each in series:
        if not each.rounds or answer is None or each.name in UNCHECKED:
            continue
        wanted = (answer.rounds[0]["count"], answer.rounds[0]["sum"])
        if any([(found["count"], found["sum"]) != wanted for found in each.rounds]):
            each.excluded = f"finds other pairs than {answer.name}"
    for each in series:
        if each.excluded:
            each.rounds.clear()
