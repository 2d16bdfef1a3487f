"""`gsl.collect`: the entities of AWS accounts, as they come."""

from __future__ import annotations

import contextlib
import datetime
import queue
import threading
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from gsl.collectors.clients import Traffic
from gsl.collectors.collecting import Run, Scope, Skipped, Unit, Wanted
from gsl.collectors.parts import CallFailed, Entity
from gsl.collectors.places import Role, caller_of
from gsl.collectors.problems import Problem
from gsl.collectors.rate import RateLimit
from gsl.collectors.table import COLLECTORS
from gsl.collectors.wording import instant
from gsl.errors import UsageError
from gsl.language.vocabulary import did_you_mean

Types = Iterable[str] | Mapping[str, Iterable[str] | None] | None
WORKERS = 16
_WAITING = 1000
"""Entities that may wait to be taken."""


class Collection:
    """The entities of a run of collecting; iterate over it once.

    What could not be collected is in `problems` when the iteration has ended, and what was left out
    on purpose in `skipped`; `calls` counts the HTTP requests. Entities that lack something carry
    `_errors`, and types that could not be listed come as gap records, so that no rule passes on them.
    """

    def __init__(self, run: Run) -> None:
        self._run = run

    def __iter__(self) -> Iterator[Entity]:
        if self._run.workers > 1:
            return _in_threads(self._run)
        return _in_order(self._run)

    @property
    def problems(self) -> list[Problem]:
        """The calls that failed."""
        return self._run.problems.sorted()

    @property
    def skipped(self) -> list[Skipped]:
        """The accounts and regions that were left out: suspended, or not enabled."""
        return sorted(self._run.skipped, key=lambda each: (each.account, each.region))

    @property
    def calls(self) -> int:
        """The HTTP requests made so far."""
        return self._run.traffic.calls


def collect(
    session: Any = None,
    types: Types = None,
    regions: Iterable[str] | None = None,
    *,
    org: bool = False,
    accounts: Iterable[str] = (),
    exclude_accounts: Iterable[str] = (),
    role_name: str | None = None,
    external_id: str | None = None,
    session_name: str = "gsl",
    workers: int = WORKERS,
    max_rps: float | None = None,
    now: datetime.datetime | str | None = None,
) -> Collection:
    """The entities of AWS accounts, as dicts that `gsl.evaluate` takes.

    Args:
        session: A boto3 session; the default one when left out.
        types: Entity types, or a mapping of types to the paths that are needed (`None`: all); all
            types when left out. Calls that fill nothing that is needed are not made; what they would
            have filled is marked in `_errors` with the code `NotCollected`.
        regions: Region names; all that each account has enabled when left out.
        org: Go to all active accounts of the caller's organisation.
        accounts: Account numbers to go to, instead of the caller's own or all of the organisation.
        exclude_accounts: Account numbers to leave out.
        role_name: The role to take in every account but the caller's own, with `external_id` and
            `session_name`.
        workers: Threads; with 1 every call is made in the caller's thread, in a fixed order.
        max_rps: At most so many HTTP requests a second.
        now: The `collectedAt` of the entities; the clock when left out.

    Raises:
        UsageError: For unknown types, or when AWS does not know the caller. What fails later fails
            softly: see `Collection`.
    """
    wanted = Wanted(types_of(types))
    role = Role(role_name, external_id, session_name) if role_name else None
    scope = Scope(None if regions is None else tuple(regions), org, tuple(accounts), tuple(exclude_accounts), role)
    run = prepared(session, wanted, scope, workers, max_rps, now)
    return Collection(replace(run, mark=True))


def prepared(
    session: Any,
    wanted: Wanted,
    scope: Scope,
    workers: int = WORKERS,
    max_rps: float | None = None,
    now: datetime.datetime | str | None = None,
) -> Run:
    """A run that knows who asks. Raises `UsageError`."""
    if session is None:
        import boto3

        session = boto3.Session()
    if workers < 1:
        raise UsageError(f"workers must be 1 or more, not {workers}")
    traffic = Traffic(RateLimit(max_rps))
    text = instant(now or datetime.datetime.now(datetime.UTC)) or ""
    return Run(caller_of(session, text, traffic, max(10, workers)), wanted, scope, workers)


def types_of(types: Types) -> dict[str, frozenset[str] | None]:
    """Types with their wanted paths. Raises `UsageError` for one that there is no collector of."""
    if types is None:
        return dict.fromkeys(COLLECTORS)
    if isinstance(types, str):
        types = [types]
    found = types if isinstance(types, Mapping) else dict.fromkeys(types)
    for name in found:
        if name not in COLLECTORS:
            near = did_you_mean(name, COLLECTORS)
            raise UsageError(f"there is no collector of `{name}`{near or '.'} There are: {', '.join(COLLECTORS)}")
    return {name: None if paths is None else frozenset(paths) for name, paths in found.items()}


def _in_order(run: Run) -> Iterator[Entity]:
    with contextlib.suppress(CallFailed):
        for _, entities in run.one_by_one():
            yield from entities


class _Ended(Exception):
    """Nobody takes the entities any more."""


def _in_threads(run: Run) -> Iterator[Entity]:
    waiting: queue.Queue[Entity | BaseException | None] = queue.Queue(_WAITING)
    ended = threading.Event()

    def put(thing: Entity | BaseException | None) -> None:
        while not ended.is_set():
            with contextlib.suppress(queue.Full):
                waiting.put(thing, timeout=0.1)
                return
        raise _Ended

    def sink(unit: Unit, entities: Iterator[Entity]) -> None:
        for entity in entities:
            put(entity)

    def work() -> None:
        with contextlib.suppress(_Ended):
            try:
                run.to(sink)
            except CallFailed:
                put(None)
            except Exception as fault:
                put(fault)
            else:
                put(None)

    thread = threading.Thread(target=work, name="gsl-collect", daemon=True)
    thread.start()
    try:
        while (thing := waiting.get()) is not None:
            if isinstance(thing, BaseException):
                raise thing
            yield thing
    finally:
        ended.set()
        thread.join()
