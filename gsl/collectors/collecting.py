"""A run: every type in every account and region, in threads or one by one in a fixed order."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor

from msgspec import Struct, field

from gsl.collectors.clients import Traffic
from gsl.collectors.parts import CallFailed, Collector, Entity
from gsl.collectors.places import Caller, Regions, Role, Target, regions_of
from gsl.collectors.problems import Problems
from gsl.collectors.table import COLLECTORS
from gsl.collectors.views import Account, LiveView, Paths
from gsl.collectors.working import Work, collected, gap

GLOBAL = "global"
"""Where global entities are said to be, in reports and folders."""


class Wanted(Struct, frozen=True):
    """What to collect: types, each with the paths that are needed of it (`None`: all)."""

    types: Mapping[str, Paths]

    @property
    def collectors(self) -> list[Collector]:
        """The collectors of the types, in the order of the table."""
        return [collector for name, collector in COLLECTORS.items() if name in self.types]


class Unit(Struct, frozen=True):
    """One type in one account and region (AWS's spelling; `global` of global types)."""

    account: str
    region: str
    type: str


class Scope(Struct, frozen=True):
    """Where to collect: the accounts and regions, and the role to take in other accounts."""

    regions: tuple[str, ...] | None = None
    org: bool = False
    accounts: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    role: Role | None = None


class Skipped(Struct, frozen=True):
    """An account, or a region of one, that was left out on purpose, and why."""

    account: str
    region: str
    reason: str


class Progress:
    """How far a run is: accounts, units (all that are known of, and done), entities. Threads count in it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.accounts = self.units = self.done = self.entities = 0

    def add(self, accounts: int = 0, units: int = 0, done: int = 0, entities: int = 0) -> None:
        """Count."""
        with self._lock:
            self.accounts += accounts
            self.units += units
            self.done += done
            self.entities += entities


Sink = Callable[[Unit, Iterator[Entity]], None]
"""What takes the entities of a unit; it is called from several threads, for each unit once."""


class Run(Struct, frozen=True, eq=False):
    """A run of collecting. `skip` says of a unit that it need not be collected again."""

    caller: Caller
    wanted: Wanted
    scope: Scope
    workers: int = 16
    source: str = "api"
    mark: bool = False
    skip: Callable[[Unit], bool] = lambda unit: False
    problems: Problems = field(default_factory=Problems)
    skipped: list[Skipped] = field(default_factory=list)
    progress: Progress = field(default_factory=Progress)

    @property
    def traffic(self) -> Traffic:
        """The requests made so far."""
        return self.caller.traffic

    def to(self, sink: Sink) -> None:
        """Collect everything into a sink. Raises `UsageError` when the organisation cannot be listed."""
        if self.workers == 1:
            for unit, entities in self.one_by_one():
                sink(unit, entities)
            return
        pools = [
            ThreadPoolExecutor(max(1, min(4, self.workers // 4)), "gsl-account"),
            ThreadPoolExecutor(self.workers, "gsl-task"),
            ThreadPoolExecutor(self.workers, "gsl-call"),
        ]
        try:
            _finished([pools[0].submit(self._account, target, sink, pools[1], pools[2]) for target in self._targets()])
        finally:  # after a fault or Ctrl-C nobody waits for calls that are under way
            for pool in pools:
                pool.shutdown(wait=False, cancel_futures=True)

    def one_by_one(self) -> Iterator[tuple[Unit, Iterator[Entity]]]:
        """Every unit with its entities, which must be taken before the next; always in the same order."""
        work = Work(self.problems, None, self.source, self.mark)
        for target in self._targets():
            for task in self._tasks(target):
                yield from task.units(self, work)

    def _targets(self) -> Iterator[Target]:
        try:
            found = list(self.caller.targets(self.scope.org, self.scope.accounts, self.scope.without))
        except CallFailed as failure:
            self.problems.failed(failure, self.caller.account.number, GLOBAL)
            raise
        for target in found:
            if target.reason is None:
                self.progress.add(accounts=1)
                yield target
            else:
                self.skipped.append(Skipped(target.number, "", target.reason))

    def _account(self, target: Target, sink: Sink, tasks: Executor, calls: Executor) -> None:
        work = Work(self.problems, calls, self.source, self.mark)
        _finished([tasks.submit(task.run, self, work, sink) for task in self._tasks(target)])

    def _tasks(self, target: Target) -> list[_Task]:
        """The tasks of an account: its types, a service of a region at a time."""
        try:
            account = self.caller.opened(target, self.scope.role)
        except CallFailed as failure:
            return [self._lost(target, failure)]
        tasks = [
            _Task(account, account.home, tuple(group)) for group in _by_service(self.wanted.collectors, is_global=True)
        ]
        regional = _by_service(self.wanted.collectors, is_global=False)
        if regional:
            regions = regions_of(account, self.scope.regions, lambda: self.caller.session.region_name)
            self._note(account, regions)
            tasks += [_Task(account, region, tuple(group)) for region in regions.enabled for group in regional]
            if regions.failure is not None:
                gone = tuple([each for group in regional for each in group])
                tasks.append(_Task(account, "", gone, regions.failure))
        self.progress.add(units=sum([len(task.collectors) for task in tasks]))
        return tasks

    def _lost(self, target: Target, failure: CallFailed) -> _Task:
        """The task that says of every type that the account could not be reached."""
        self.problems.failed(failure, target.number, GLOBAL)
        lost = Account(
            target.number, self.caller.account.partition, self.caller.account.clients, self.caller.account.now
        )
        self.progress.add(units=len(self.wanted.collectors))
        return _Task(lost, "", tuple(self.wanted.collectors), failure)

    def _note(self, account: Account, regions: Regions) -> None:
        for region in regions.disabled:
            self.skipped.append(Skipped(account.number, region, "the account has not enabled the region"))
        if regions.failure is not None:
            self.problems.failed(regions.failure, account.number, GLOBAL)


class _Task(Struct, frozen=True, eq=False):
    """The types of one service in one region of an account; with a `failure`, which of them all are lost to."""

    account: Account
    region: str
    collectors: tuple[Collector, ...]
    failure: CallFailed | None = None

    def units(self, run: Run, work: Work) -> Iterator[tuple[Unit, Iterator[Entity]]]:
        """The types as units, each with its entities."""
        for collector in self.collectors:
            where = GLOBAL if collector.is_global or not self.region else self.region
            unit = Unit(self.account.number, where, collector.type)
            if not run.skip(unit):
                yield unit, _counted(run, self._entities(collector, run, work))
            run.progress.add(done=1)

    def run(self, run: Run, work: Work, sink: Sink) -> None:
        """Collect the types into a sink, one after the other."""
        for unit, entities in self.units(run, work):
            sink(unit, entities)

    def _entities(self, collector: Collector, run: Run, work: Work) -> Iterator[Entity]:
        if self.failure is None:
            paths = run.wanted.types[collector.type]
            return collected(collector, LiveView(self.account, self.region, paths), paths, work)
        error = {"operation": self.failure.call.name, "code": self.failure.code, "message": self.failure.message}
        return iter([gap(collector, LiveView(self.account, self.region, None), error)])


def _counted(run: Run, entities: Iterator[Entity]) -> Iterator[Entity]:
    """The entities, counted as they pass."""
    for entity in entities:
        run.progress.add(entities="id" in entity)
        yield entity


def _by_service(collectors: list[Collector], is_global: bool) -> list[list[Collector]]:
    groups: dict[str, list[Collector]] = {}
    for collector in collectors:
        if collector.is_global == is_global:
            groups.setdefault(collector.service, []).append(collector)
    return list(groups.values())


def _finished(waiting: list[Future[None]]) -> None:
    """Wait for all; a fault of one ends the wait."""
    for each in waiting:
        each.result()
