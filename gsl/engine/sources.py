"""A run over entity files: read as fast as the rules allow, in one process or several, with word of how far it is."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterable

from gsl.engine.progress import Progress
from gsl.engine.runner import Given, Runner
from gsl.inventory.files import READ_ONCE, once
from gsl.inventory.reading import STDIN, EntityReader, parts_of, total_size
from gsl.results.model import Report
from gsl.ruleset.loading import Loaded
from gsl.ruleset.options import Options

EVERY = 0.1
"""Seconds between two words of progress."""

_WORTH_SPLITTING = 16 * 1024 * 1024
"""Bytes of input from which several processes pay."""

Told = Callable[[Progress], None]


def evaluate_sources(
    loaded: Loaded,
    inputs: Iterable[str],
    options: Options,
    *,
    strict: bool = False,
    keep_all: bool = False,
    reasons: bool = True,
    jobs: int = 1,
    progress: Told | None = None,
    compiled: bool = True,
    include_entities: bool = False,
) -> Report:
    """Check the entities of files with rules.

    `inputs` are files, folders, patterns, or `-` for standard input. `jobs` processes share the
    work; the report is the same whatever their number. `progress` hears about ten times a second.
    Raises `WorkerDied` when one of the processes ended without an answer.
    """
    sources = list(inputs)

    def runner() -> Runner:
        return Runner(loaded, options, strict, keep_all, reasons, compiled, include_entities)

    return run_sources(runner, sources, jobs, progress)[1]


def run_sources(
    make: Callable[[], Runner], sources: list[str], jobs: int = 1, progress: Told | None = None
) -> tuple[Runner, Report]:
    """Have runners judge the entities of files, in several processes where that pays; the one that has it all."""
    sources, again = once(sources)
    total = total_size(sources)
    if jobs > 1 and total is not None and total >= _WORTH_SPLITTING:
        parts = parts_of(sources, jobs)
        if len(parts) > 1:
            from gsl.engine.parallel import run_parts

            first = _told_of(make(), again)
            _remember(first, sources)
            report = run_parts(first, parts, jobs, total, progress)
            if report is not None:
                return first, report
    alone = _told_of(make(), again)
    _run(alone, sources, Teller(alone, total, progress))
    return alone, alone.report()


def _told_of(runner: Runner, again: Iterable[str]) -> Runner:
    """A runner that knows of files that were named more than once."""
    for path in again:
        runner.note("named-twice", READ_ONCE, path)
    return runner


def _run(runner: Runner, sources: list[str], teller: Teller) -> None:
    """Judge the entities of all sources, in this process."""
    _remember(runner, sources)
    reader = EntityReader(runner.plan.target, runner.note, runner.decoder(), teller.read)
    for source in sources:
        if runner.plan.looks_up and not can_be_read_twice(source):
            entities: list[Given] = list(EntityReader(runner.plan.target, runner.note).read(source))
            runner.remember(entities)
            runner.take(entities)
        else:
            runner.take(reader.read(source))


def _remember(runner: Runner, sources: list[str]) -> None:
    """Read what look-ups need, before the first entity is judged."""
    if not runner.plan.looks_up:
        return
    reader = EntityReader(runner.plan.target)
    for source in sources:
        if can_be_read_twice(source):
            runner.remember(reader.read(source))


def can_be_read_twice(source: str) -> bool:
    """Whether an input is no stream: a file, a folder, a pattern."""
    if source == STDIN:
        return False
    try:
        mode = os.stat(source).st_mode
    except OSError:
        return True
    return stat.S_ISREG(mode) or stat.S_ISDIR(mode)


class Teller:
    """Tells how far a run has come, now and then."""

    def __init__(self, runner: Runner, total: int | None, told: Told | None) -> None:
        self.runner = runner
        self.total = total
        self.told = told
        self.count = 0
        self._last = time.monotonic()

    def read(self, count: int) -> None:
        """Hear that some bytes were read."""
        self.count += count
        if self.told is not None and time.monotonic() - self._last > EVERY:
            self._last = time.monotonic()
            found = self.runner.found
            self.told(Progress(self.count, self.total, found.entities, len(found.findings)))
