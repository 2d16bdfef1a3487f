"""What a Python process of Spark does: rules compiled once, and verdicts on the rows of a partition."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import attrs

from gsl.engine.runner import Given, Runner
from gsl.engine.spark.rows import NAME, Rows, rows_of, shown
from gsl.engine.spark.tables import Record, Unread, found_batch, part_batch
from gsl.errors import InputError, printable
from gsl.inventory.reading import Batch, EntityReader, Target
from gsl.results.model import Diagnostic, Result, Selected
from gsl.results.spool import Spool
from gsl.ruleset.loading import Loaded
from gsl.ruleset.options import Options

MOST_RULESETS = 4
"""Rulesets that a process keeps compiled."""

_MOST_RECORDS = 2000
_MOST_NOTES = 100
_AT_ONCE = 512

Batches = Iterator[Any]


@attrs.frozen(eq=False, repr=False)
class Setup:
    """What a run is given: rules, the types of all rules that run together with them, and the settings.

    With `only_counts` nothing is wanted but the counts.
    """

    target: Target
    loaded: Loaded
    options: Options
    keep_all: bool
    reasons: bool
    only_counts: bool = False


_workers: dict[str, Worker] = {}


def worker_of(key: str, packed: bytes) -> Worker:
    """The worker of a setup; it is made once in a process."""
    found = _workers.pop(key, None)
    if found is None:
        found = Worker(pickle.loads(packed))
    _workers[key] = found
    while len(_workers) > MOST_RULESETS:
        del _workers[next(iter(_workers))]
    return found


class Worker:
    """Judges rows of entities; one partition after the other."""

    def __init__(self, setup: Setup) -> None:
        self.runner = Runner(setup.loaded, setup.options, False, setup.keep_all, setup.reasons)
        self.plan = self.runner.plan
        self.plan.target = setup.target
        self.inventory = self.runner.found.inventory
        self.decoder = self.runner.decoder()
        self.only_counts = setup.only_counts
        self.severities = {each.id: each.severity for each in self.plan.summaries}

    def begin(self) -> None:
        """Begin a partition: nothing was found yet."""
        self.runner.restart("")
        self.inventory.clear()
        self.unread: list[Record] = []
        self.faults: dict[tuple[str, str], int] = {}
        found = self.runner.found
        found.inventory = self.inventory
        found.most = sys.maxsize  # each row that could not be read becomes a record
        for name in ("findings", "excluded", "verdicts", "selected"):
            setattr(found, name, Spool())
        self.reader = self.new_reader()

    def new_reader(self) -> EntityReader:
        """A reader that has read nothing yet."""
        return EntityReader(self.plan.target, self.runner.note, self.decoder)

    def partition(self, batches: Batches, typed: bool, blanks: bool) -> Batches:
        """The records on the rows of a partition: the findings, and at last one that has the counts."""
        self.begin()
        for batch in batches:
            for rows in rows_of(batch.column(0), batch.column(1) if typed else None, blanks):
                yield from self.take(rows)
        yield self.part("rows")

    def take(self, rows: Rows) -> Batches:
        """The findings in some rows."""
        for lost in rows.lost:
            self.fault(lost.error.code, lost.error.message, shown(lost.row))
        given = self.reader.parse(rows.data, NAME)
        for some in _portions(given):
            self.runner.take(some)
            if sum([len(each) for each in self._spools()]) > _MOST_RECORDS:
                yield from self.drained(rows.text)
        yield from self.drained(rows.text)

    def drained(self, text: Callable[[int | None], str] = lambda line: "") -> Batches:
        """What was found since the last time."""
        errors: list[Diagnostic] = self.runner.found.errors
        for error in errors:
            self.fault(error.code, error.message, text(error.line))
        errors.clear()
        for records in (self.unread, *self._spools()) if not self.only_counts else ():
            source: Iterator[Record] = iter(records)
            while some := list(islice(source, _MOST_RECORDS)):
                yield found_batch(some, self.severities)
        self.unread.clear()
        for spool in (*self._spools(), self.runner.found.excluded):
            spool.close()

    @property
    def _taken(self) -> tuple[Spool[Result], ...]:
        """The excluded verdicts, where they are handed on."""
        return (self.runner.found.excluded,) if self.runner.keep_all else ()

    def _spools(self) -> tuple[Spool[Result] | Spool[Selected], ...]:
        """What holds the verdicts that were found and not yet handed on."""
        found = self.runner.found
        return found.findings, *self._taken, found.verdicts, found.selected

    def fault(self, code: str, message: str, text: str) -> None:
        """Take in a row that could not be read."""
        self.unread.append(Unread(f"{code}: {message}; the row: {text}" if text else f"{code}: {message}"))
        key = (code, message) if len(self.faults) < _MOST_NOTES else (code, "more rows could not be read")
        self.faults[key] = self.faults.get(key, 0) + 1

    def part(self, half: str) -> Any:
        """What the partition adds to the counts."""
        found = self.runner.found
        part = {
            "half": half,
            "entities": found.entities,
            "types": dict(found.types),
            "notes": [[*key[:2], count] for key, count in islice(found.notes.items(), _MOST_NOTES)],
            "errors": [[*key, count] for key, count in self.faults.items()],
            "census": found.census.to_plain(),
        }
        return part_batch(found.counts, part)


def _portions(given: Iterable[Given]) -> Iterator[list[Given]]:
    """What a reader gives: batches, which do not outlive the next one, alone; the rest some at a time."""
    pending: list[Given] = []
    for each in given:
        if not isinstance(each, Batch) and len(pending) < _AT_ONCE:
            pending.append(each)
            continue
        if pending:
            yield pending
        if isinstance(each, Batch):
            yield [each]
            pending = []
        else:
            pending = [each]
    if pending:
        yield pending


def message_of(error: InputError, text: str) -> str:
    """What is said of a row that could not be read."""
    return f"{error.code}: {printable(error.message)}; the row: {text}"
