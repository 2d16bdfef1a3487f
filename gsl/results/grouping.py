"""Results in groups, in constant memory: sorted in runs that lie in a temporary file, and merged."""

from __future__ import annotations

import heapq
import marshal
import weakref
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, islice, pairwise
from typing import Any, BinaryIO, cast

from gsl.results.model import Result
from gsl.results.records import ORDERS, from_plain, text_order, to_plain
from gsl.results.severity import SEVERITIES, severity_rank
from gsl.results.spool import SpoolError, read_at, temporary_folder

MEMORY = 1 << 23
"""Bytes of records that are sorted at once."""

_ENTRIES, _COUNTS = 64, 1024
"""Records and counts that are read at once of each run."""

Key = tuple[Any, ...]
Entry = tuple[Key, int, int, bytes]
"""What groups it, its place in the text report, its number, the record."""

Counts = tuple[int, ...]
"""How many a group has of each place that `text_order` gives: failed ones by severity, gravest first, errors, ..."""


def _by_severity(result: Result) -> Key:
    return (len(SEVERITIES) - severity_rank(result.severity), result.severity or "none")


def _by_entity(result: Result) -> Key:
    return (result.entity_type, result.account, result.region, result.entity_id, result.entity_name)


GROUPS: dict[str, Callable[[Result], Key]] = {
    "rule": lambda result: (*_by_severity(result), result.rule_id),
    "severity": _by_severity,
    "type": lambda result: (result.entity_type,),
    "entity": _by_entity,
    "account": lambda result: (result.account,),
    "region": lambda result: (result.region,),
}
"""By what findings can be grouped; groups stand in the order of these keys."""


class Groups:
    """Results in groups, those of a group in the order of the text report.

    They can be gone through again. What is kept in memory hardly grows with their number: a run of
    the file for every 8 MB of records. Raises `SpoolError` when there is no room in the temporary folder.
    """

    def __init__(self, results: Iterable[Result], by: str) -> None:
        self._key = GROUPS[by]
        self._file: BinaryIO | None = None
        self._runs: list[tuple[list[int], list[int]]] = []
        self._last: list[Entry] = []
        size = 0
        for number, result in enumerate(results):
            plain = marshal.dumps(to_plain(result))
            self._last.append((self._key(result), text_order(result), number, plain))
            size += len(plain)
            if size >= MEMORY:
                self._put_away()
                size = 0
        self._last.sort()

    def __iter__(self) -> Iterator[tuple[Key, Counts, Iterator[Result]]]:
        """Each group: its key, how many it has of what, and its results, to be taken before the next group."""
        entries = groupby(heapq.merge(*[self._read(places) for _, places in self._runs], self._last), _key)
        for (key, counts), (_, found) in zip(self.counts(), entries):
            yield key, counts, _results(found)

    def counts(self) -> Iterator[tuple[Key, Counts]]:
        """Each group and how many it has of what, without the results."""
        counted = heapq.merge(*[self._read(places) for places, _ in self._runs], _counted(self._last))
        for key, parts in groupby(counted, _key):
            yield key, tuple([sum(column) for column in zip(*[counts for _, counts in parts])])

    def _put_away(self) -> None:
        """Write what is in memory as a sorted run, its counts apart."""
        import tempfile

        self._last.sort()
        try:
            if self._file is None:
                self._file = cast(BinaryIO, tempfile.TemporaryFile(prefix="gsl-", buffering=0))  # noqa: SIM115
                weakref.finalize(self, self._file.close)
            self._runs.append((self._written(_counted(self._last), _COUNTS), self._written(self._last, _ENTRIES)))
        except OSError as error:
            raise SpoolError.of(error, temporary_folder()) from None
        self._last = []

    def _written(self, entries: Iterable[tuple[Any, ...]], size: int) -> list[int]:
        """Write entries in blocks: where these begin in the file, and where the last one ends."""
        assert self._file is not None
        places = [self._file.tell()]
        left = iter(entries)
        while block := list(islice(left, size)):
            content = memoryview(marshal.dumps(block))
            while content:
                content = content[self._file.write(content) :]
            places.append(self._file.tell())
        return places

    def _read(self, places: list[int]) -> Iterator[Any]:
        """The entries of a run."""
        assert self._file is not None
        for start, end in pairwise(places):
            try:
                block = read_at(self._file, start, end - start)
            except OSError as error:
                raise SpoolError.of(error, temporary_folder()) from None
            yield from marshal.loads(block)


def _key(entry: tuple[Any, ...]) -> Key:
    key: Key = entry[0]
    return key


def _results(entries: Iterable[Entry]) -> Iterator[Result]:
    for *_, plain in entries:
        yield cast(Result, from_plain(marshal.loads(plain)))


def _counted(entries: Iterable[Entry]) -> Iterator[tuple[Key, Counts]]:
    """The groups of sorted entries, each with how many it has of what."""
    for key, found in groupby(entries, _key):
        counts = [0] * ORDERS
        for _, order, *_ in found:
            counts[order] += 1
        yield key, tuple(counts)
