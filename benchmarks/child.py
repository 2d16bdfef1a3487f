"""One measurement in a process of its own: `python -m benchmarks.child CONTESTANT WORK MODE JSONL ARRAY`.

Prints one line of JSON. Building (parsing rules, starting a session) is timed apart. With decoded
entities the work is repeated and the median counts; from files it is done once, cold, as a command would.
"""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks.answers import Files, checksum
from benchmarks.contestants import contestant
from benchmarks.works import work_of

REPEATS = 7
ENOUGH_SECONDS = 2.0


def _decoded(files: Files) -> list[Any]:
    import orjson

    with open(files.array, "rb") as file:
        return orjson.loads(file.read())  # type: ignore[no-any-return]


def _timed(run: Callable[[Any], Any], source: Any, repeats: int) -> tuple[list[float], Any]:
    taken: list[float] = []
    while len(taken) < repeats and sum(taken) < ENOUGH_SECONDS:
        start = time.perf_counter()
        found = run(source)
        taken.append(time.perf_counter() - start)
    return taken, found


def measure(name: str, work_name: str, mode: str, files: Files) -> dict[str, Any]:
    """What one contestant needs for a work: seconds, peak memory, and a checksum of what it finds."""
    start = time.perf_counter()
    given = contestant(name)
    run = given.build(work_of(work_name))
    built = time.perf_counter() - start
    if mode == "dicts":
        source: Any = _decoded(files) if files.array else []
        taken, found = _timed(run, source, REPEATS)
    elif given.fed == "dicts":
        taken, found = _timed(lambda files: run(_decoded(files)), files, 1)
    else:
        taken, found = _timed(run, files, 1)
    memory = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    count, total = found if isinstance(found, tuple) else checksum(found)
    return {
        "seconds": statistics.median(taken),
        "first": taken[0],
        "build": built,
        "count": count,
        "sum": total,
        "peak": memory[0],
        "children": memory[1],
    }


def main() -> None:
    name, work_name, mode, jsonl, array = sys.argv[1:]
    print(json.dumps(measure(name, work_name, mode, Files(jsonl, array))))


if __name__ == "__main__":
    main()
