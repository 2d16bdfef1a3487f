"""A run in several processes: each judges parts of the input, and what they found is put together in input order."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import tempfile
import threading
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from gsl.engine.found import Found
from gsl.engine.progress import Progress
from gsl.engine.runner import Runner
from gsl.engine.sources import EVERY, Told
from gsl.errors import GslError
from gsl.inventory.reading import BadSplit, Decoder, EntityReader, Part
from gsl.results.model import Report


class WorkerDied(GslError):
    """A process of the run ended without an answer, so that there is no whole report."""


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
    context = _context()
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
            _stop(pool)


def _context() -> Any:
    """How processes are started: as copies of this one, so that rules need not be compiled again."""
    return multiprocessing.get_context("fork") if "fork" in multiprocessing.get_all_start_methods() else None


def _answer(future: Future[Found], counters: Any, total: int | None, told: Told | None) -> Found:
    """The answer to one part; tells of progress while it waits."""
    while True:
        done, _ = wait((future,), timeout=EVERY if told is not None else None, return_when=FIRST_COMPLETED)
        if told is not None:
            told(Progress(counters[0], total, counters[1], counters[2]))
        if done:
            return future.result()


def _stop(pool: ProcessPoolExecutor) -> None:
    """End all processes now."""
    processes = list((pool._processes or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.kill()
    for process in processes:
        process.join()


def _start(runner: Runner, decoder: Decoder | None, counters: Any, folder: str) -> None:
    """Make this process a worker.

    A signal that asks to end may reach all processes at once. Only the parent follows it: a worker that
    ended by itself could be taken for one that died, before the parent hears of the signal.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.freeze()
    _Worker.runner = runner
    _Worker.folder = folder
    _Worker.counters = counters
    _Worker.reader = EntityReader(runner.plan.target, runner.note, decoder, _count_bytes)


def _end_with_parent() -> None:
    """Wait for the parent's end, however it comes, and follow it: nobody would stop a worker then."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


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
