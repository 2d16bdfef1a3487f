"""Accounts as collectors see them: a place to make calls from, with a memory for what several need."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from msgspec import Struct, field

from gsl.collectors.clients import Clients
from gsl.collectors.parts import Call, CallFailed

T = TypeVar("T")
Paths = frozenset[str] | None
"""The wanted paths of a type; `None`: all."""

HOMES = {"aws": "us-east-1", "aws-us-gov": "us-gov-west-1", "aws-cn": "cn-north-1"}
"""The region of a partition where its global services are asked."""


class _Memory:
    """What is made once, with its failure; each under a lock of its own, so that others need not wait."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cells: dict[tuple[str, str], _Cell] = {}

    def get(self, key: tuple[str, str], make: Callable[[], T]) -> T:
        with self._lock:
            cell = self._cells.setdefault(key, _Cell())
        return cell.get(make)


class _Cell:
    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._made: Any = None
        self._failure: CallFailed | None = None
        self._done = False

    def get(self, make: Callable[[], T]) -> T:
        with self._lock:
            if not self._done:
                try:
                    self._made = make()
                except CallFailed as failure:
                    self._failure = failure
                self._done = True
        if self._failure is not None:
            raise self._failure.with_traceback(None)
        made: T = self._made
        return made


class Account(Struct, frozen=True, eq=False):
    """An account that can be asked. `partition` is `aws`, `aws-us-gov` or `aws-cn`; `now` the instant of the run."""

    number: str
    partition: str
    clients: Clients
    now: str
    name: str = ""
    memory: _Memory = field(default_factory=_Memory)

    def view(self, region: str, paths: Paths = None) -> LiveView:
        """The account in a region, for a type of which some paths are wanted."""
        return LiveView(self, region, paths)

    @property
    def home(self) -> str:
        """The region where global services are asked."""
        return HOMES.get(self.partition, "us-east-1")


class LiveView:
    """The view of an account and region that makes calls through boto3."""

    def __init__(self, account: Account, region: str, paths: Paths) -> None:
        self._account = account
        self.region = region
        self._paths = paths

    @property
    def account(self) -> str:
        """The account's number."""
        return self._account.number

    @property
    def partition(self) -> str:
        """The account's partition."""
        return self._account.partition

    @property
    def now(self) -> str:
        """The instant of the run."""
        return self._account.now

    def items(self, call: Call, **arguments: Any) -> Iterator[Any]:
        """See `View`."""
        return self._account.clients.items(call, self.region, arguments)

    def value(self, call: Call, **arguments: Any) -> Any:
        """See `View`."""
        return self._account.clients.value(call, self.region, arguments)

    def once(self, name: str, make: Callable[[], T]) -> T:
        """See `View`."""
        return self._account.memory.get((self.region, name), make)

    def at(self, region: str) -> LiveView:
        """See `View`."""
        return self if region == self.region else LiveView(self._account, region, self._paths)

    def wants(self, path: str) -> bool:
        """See `View`."""
        return wanted(path, self._paths)


def wanted(path: str, paths: Paths) -> bool:
    """Whether any of some paths is equal to, above or below one."""
    return paths is None or any([_touch(path, each) for each in paths])


def _touch(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")
