"""Processes of a run: how they are started, how they end, and what a call gives for each of many things."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from gsl.errors import GslError

Item = TypeVar("Item")
Result = TypeVar("Result")


class WorkerDied(GslError):
    """A process of the run ended without an answer, so that there is no whole report."""


def copying() -> Any:
    """How processes are started: as copies of this one, so that rules need not be compiled again."""
    return multiprocessing.get_context("fork") if "fork" in multiprocessing.get_all_start_methods() else None


def stop(pool: ProcessPoolExecutor) -> None:
    """End all processes now."""
    processes = list((pool._processes or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.kill()
    for process in processes:
        process.join()


def follow_parent() -> None:
    """Make this process a worker, which ends when its parent ends.

    A signal that asks to end may reach all processes at once. Only the parent follows it: a worker that
    ended by itself could be taken for one that died, before the parent hears of the signal.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.freeze()


def _end_with_parent() -> None:
    """Wait for the parent's end, however it comes, and follow it: nobody would stop a worker then."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


class _Worker:
    """What a process of `each_of` was given: the call, and all things that it may be made on."""

    work: tuple[Callable[[Any], Any], Sequence[Any]]


def each_of(call: Callable[[Item], Result], items: Sequence[Item], jobs: int) -> Iterator[Result]:
    """What a call gives for each of some things, in their order, worked out in several processes.

    The processes are copies of this one, so that only the results need to travel.
    """
    context = copying() if jobs > 1 and len(items) > 1 else None
    if context is None:
        yield from map(call, items)
        return
    pool = ProcessPoolExecutor(min(jobs, len(items)), context, _take_up, (call, items))
    try:
        yield from pool.map(_at, range(len(items)))
    except BrokenProcessPool:
        raise WorkerDied("a process ended unexpectedly (out of memory?); try fewer --jobs") from None
    finally:
        stop(pool)


def _take_up(call: Callable[[Any], Any], items: Sequence[Any]) -> None:
    follow_parent()
    _Worker.work = (call, items)


def _at(number: int) -> Any:
    call, items = _Worker.work
    return call(items[number])
