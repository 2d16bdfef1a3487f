"""A run in several processes: each judges parts of the input, and what they found is put together in input order."""

from __future__ import annotations

import tempfile
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from gsl.engine.found import Found
from gsl.engine.processes import WorkerDied, copying, follow_parent, stop
from gsl.engine.progress import Progress
from gsl.engine.runner import Runner
from gsl.engine.sources import EVERY, Told
from gsl.inventory.reading import BadSplit, Decoder, EntityReader, Part
from gsl.results.model import Report


class _Worker:
    """The state of one process."""

    runner: Runner
    reader: EntityReader
    counters: Any
    folder: str


_AHEAD = 4
"""Parts in hand for each process, so that what waits to be put together stays little."""


def run_parts(runner: Runner, parts: list[Part], jobs: int, total: int | None, told: Told | None) -> Report | None:
    """The report on parts of an input; `None` when they cannot be judged apart."""
    context = copying()
    if context is None:
        return None
    jobs = min(jobs, len(parts))
    counters = context.Array("q", 3, lock=True)
    with tempfile.TemporaryDirectory(prefix="gsl-") as folder:
        pool = ProcessPoolExecutor(jobs, context, _start, (runner, runner.decoder(), counters, folder))
        try:
            waiting = {number: pool.submit(_judge, part) for number, part in enumerate(parts[: jobs * _AHEAD])}
            for number in range(len(parts)):
                runner.found.absorb(_answer(waiting.pop(number), counters, total, told))
                following = number + jobs * _AHEAD
                if following < len(parts):
                    waiting[following] = pool.submit(_judge, parts[following])
            return runner.report()
        except BadSplit:
            return None
        except BrokenProcessPool:
            message = "a process of the run ended unexpectedly (out of memory?): there is no report; try fewer --jobs"
            raise WorkerDied(message) from None
        finally:
            stop(pool)


def _answer(future: Future[Found], counters: Any, total: int | None, told: Told | None) -> Found:
    """The answer to one part; tells of progress while it waits."""
    while True:
        done, _ = wait((future,), timeout=EVERY if told is not None else None, return_when=FIRST_COMPLETED)
        if told is not None:
            told(Progress(counters[0], total, counters[1], counters[2]))
        if done:
            return future.result()


def _start(runner: Runner, decoder: Decoder | None, counters: Any, folder: str) -> None:
    """Make this process a worker."""
    follow_parent()
    _Worker.runner = runner
    _Worker.folder = folder
    _Worker.counters = counters
    _Worker.reader = EntityReader(runner.plan.target, runner.note, decoder, _count_bytes)


def _count_bytes(count: int) -> None:
    counters, found = _Worker.counters, _Worker.runner.found
    with counters.get_lock():
        counters[0] += count
        counters[1] += found.entities - found.told[0]
        counters[2] += len(found.findings) - found.told[1]
    found.told = (found.entities, len(found.findings))


def _judge(part: Part) -> Found:
    """Judge one part, in a worker."""
    runner = _Worker.runner
    runner.restart(_Worker.folder)
    runner.take(_Worker.reader.read_part(part))
    _count_bytes(0)
    return runner.found
