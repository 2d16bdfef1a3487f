"""Rules that look across entities, on Spark: entities are brought together by account, and judged one account at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from gsl.engine.spark.rows import NAME, Row, Rows, lines_of, rows_of, shown
from gsl.engine.spark.tables import placed_batch
from gsl.engine.spark.working import Batches, Worker, message_of
from gsl.errors import InputError
from gsl.inventory.batches import taken
from gsl.inventory.entity import Entity, account_of
from gsl.inventory.reading import Batch
from gsl.ruleset.checking import type_key

_ACCOUNT = ("accountNumber", "account", "accountId", "cloudAccountId")
_SIZE = 1000
"""Entities of one account that are judged at once."""

Placed = tuple[str, int, str | None, str | None]
"""An account; 0 for what others look up and 1 for the rest; the entity as a JSON line, or an error, or neither."""


class Placing:
    """Says of each row which account it belongs to; rows that no rule needs are left out.

    Of accounts that have nothing else there is one row without an entity, as a list may be empty.
    `told` are the types whose unreadable rows somebody else tells of, all of them if it is `None`.
    """

    def __init__(self, worker: Worker, told: frozenset[str | None] | None) -> None:
        plan = worker.plan
        self._worker = worker
        self._told = told
        self._wanted = plan.types | plan.kept
        self._early = plan.kept if plan.looks_up else frozenset()
        self._all_accounts = bool(plan.on_lists)
        self._accounts: set[str] = set()
        self._decode = _decoder()

    def place(self, batches: Batches, typed: bool, blanks: bool) -> Batches:
        """The rows of a partition with their accounts."""
        self._worker.begin()
        for batch in batches:
            for rows in rows_of(batch.column(0), batch.column(1) if typed else None, blanks):
                placed = list(self._rows(rows))
                if placed:
                    yield placed_batch(placed)

    def _rows(self, rows: Rows) -> Iterator[Placed]:
        for lost in rows.lost:
            yield from self._error(lost.error, lost.row, lost.type)
        lines = rows.data.strip(b"\n").split(b"\n") if rows.each else []
        items = taken(self._decode, rows.data)
        if items is None or len(items) != len(lines):
            items = [self._decoded(line) for line in lines]
        for number, (line, item) in enumerate(zip(lines, items)):
            if item is None or item.entity is not None or item.type.__class__ is not str:
                yield from self._slowly(line, rows.type_of(number))
            else:
                yield from self._one(item.type, account_of(_given(item)), line.decode())

    def _decoded(self, line: bytes) -> Any:
        found = taken(self._decode, line)
        return found[0] if found is not None and len(found) == 1 else None

    def _one(self, type_name: str, account: str, line: str) -> Iterator[Placed]:
        name = type_key(type_name)
        if name in self._wanted:
            self._accounts.add(account)
            yield account, int(name not in self._early), line, None
        elif self._all_accounts and account not in self._accounts:
            self._accounts.add(account)
            yield account, 1, None, None

    def _slowly(self, line: bytes, type_name: str | None) -> Iterator[Placed]:
        """A row that is read as in files: it may hold a finding, or several entities, or be broken."""
        found = list(_entities(self._worker, line))
        for each in found:
            if isinstance(each, InputError):
                yield from self._error(each, line, type_name)
            else:
                text = line.decode() if len(found) == 1 else _text_of(each)
                yield from self._one(each.type, each.account, text)

    def _error(self, error: InputError, row: Row, type_name: str | None) -> Iterator[Placed]:
        if self._told is not None and type_name not in self._told:
            yield "", 1, None, message_of(error, shown(row))


class Accounts:
    """Judges entities that come account by account."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._runner = worker.runner
        self._waiting: list[Row] = []
        self._account: str | None = None

    def partition(self, batches: Batches) -> Batches:
        """The records on a partition, in which each account stands together, what is looked up first."""
        worker = self._worker
        worker.begin()
        for batch in batches:
            for account, late, some in _runs(batch):
                if account != self._account:
                    yield from self._close()
                    self._account = account
                yield from self._take(account, late, some)
        yield from self._close()
        yield worker.part("accounts")

    def _take(self, account: str, late: int, some: list[tuple[str | None, str | None]]) -> Batches:
        worker = self._worker
        for _, error in some:
            if error is not None:
                code, _, message = error.partition(": ")
                worker.fault(code, message, "")
        lines = [line.encode() for line, _ in some if line is not None]
        if any([error is None for _, error in some]):
            worker.inventory.accounts.setdefault(account)
        if self._runner.plan.looks_up and not late:
            self._runner.remember(worker.new_reader().parse(lines_of(lines).data, NAME))
            self._waiting += lines
            return
        yield from self._judge_waiting()
        yield from worker.take(lines_of(lines))

    def _judge_waiting(self) -> Batches:
        """Judge those that others look up, when all of them are known."""
        waiting, self._waiting = self._waiting, []
        for first in range(0, len(waiting), _SIZE):
            yield from self._worker.take(lines_of(waiting[first : first + _SIZE]))

    def _close(self) -> Batches:
        """End an account: judge its lists, and let its entities go."""
        if self._account is None:
            return
        yield from self._judge_waiting()
        self._runner.judge.check_lists(self._runner.plan.on_lists)
        yield from self._worker.drained()
        self._worker.inventory.clear()


def _runs(batch: Any) -> Iterator[tuple[str, int, list[tuple[str | None, str | None]]]]:
    """Rows of one account that follow one another, some at a time."""
    accounts, lates, lines, errors = [column.to_pylist() for column in batch.columns]
    first = 0
    for end in range(1, len(accounts) + 1):
        here = (accounts[first], lates[first])
        if end == len(accounts) or (accounts[end], lates[end]) != here or end - first >= _SIZE:
            yield *here, list(zip(lines[first:end], errors[first:end]))
            first = end


def _entities(worker: Worker, line: bytes) -> Iterator[Entity | InputError]:
    reader = worker.new_reader()
    reader.decoder = None
    for each in reader.parse(lines_of([line]).data, NAME):
        assert not isinstance(each, Batch)
        yield each


def _text_of(entity: Entity) -> str:
    """An entity of several in a row, as a row of its own."""
    data = {**entity.data, "type": entity.type}
    if entity.envelope is not None:
        return json.dumps({"entity": data, "account": entity.envelope})
    return json.dumps(data)


def _decoder() -> Any:
    """The decoder of what tells the account."""
    import msgspec

    members: list[Any] = [(name, Any, None) for name in (*_ACCOUNT, "type", "entity")]
    struct = msgspec.defstruct("Placed", members, gc=False, eq=False)
    return msgspec.json.Decoder(struct).decode_lines


def _given(item: Any) -> dict[str, Any]:
    return {name: getattr(item, name) for name in _ACCOUNT}
