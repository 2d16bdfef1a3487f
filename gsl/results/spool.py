"""Results in constant memory: a list that keeps its records in a temporary file once they are many."""

from __future__ import annotations

import contextlib
import marshal
import os
import weakref
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, Generic, TypeVar, cast, overload

from gsl.errors import GslError
from gsl.results.model import Result, Selected
from gsl.results.records import Failures, records_of, text_order, to_plain

MEMORY = 1 << 20
"""Bytes of records that a spool keeps in memory; about three thousand results."""

_BLOCK = 1 << 18
_dumps = marshal.dumps
_SHOWN = 3
_ORDERS = 256
"""`text_order` is below that."""

Record = TypeVar("Record", Result, Selected)


class SpoolError(GslError):
    """A temporary file that findings were to be kept in could not be written or read."""

    @classmethod
    def of(cls, error: OSError, folder: str) -> SpoolError:
        """What the system said, with the folder and how to name another one."""
        why = error.strerror or error
        return cls(f"{folder}: the findings cannot be kept there: {why}; name another folder with TMPDIR")


def temporary_folder() -> str:
    """Where temporary files are kept, as messages have it."""
    import tempfile

    try:
        return tempfile.gettempdir()
    except OSError:
        return "the temporary folder"


class Spool(Sequence[Record], Generic[Record]):
    """A sequence that only grows, of results or of selected entities.

    Some are kept in memory; many in a temporary file, with 17 bytes of memory for each, or one for
    each of those that were taken together. The file
    has no name and goes away with the spool. With a `folder` it is a file there, so that a spool
    can be handed to another process: pickling it gives the file away. A spool without one is
    pickled with all its content. Raises `SpoolError` when there is no room.
    """

    def __init__(self, records: Iterable[Record] = (), folder: str | Path | None = None) -> None:
        self._folder = str(folder) if folder is not None else None
        self._reset()
        for record in records:
            self.append(record)

    def _reset(self) -> None:
        self._ends = array("Q")
        """Where each entry ends; most hold one record, some many."""
        self._lasts = array("Q")
        """How many records there are up to the end of each entry."""
        self._orders = bytearray()
        self._kept = bytearray()
        """The records that are not in the file yet; they stand behind those that are."""
        self._written = 0
        self._file: BinaryIO | None = None
        self._path: str | None = None
        self._remove: Any = None

    # --- growing

    def append(self, record: Record) -> None:
        """Take one more record."""
        self.append_plain(to_plain(record), text_order(record))

    def append_plain(self, fields: tuple[Any, ...], order: int) -> None:
        """Take one more record as `to_plain` and `text_order` give it."""
        self._orders.append(order)
        self._end_entry(_dumps(fields))

    def append_failures(self, failures: Failures, orders: bytes) -> None:
        """Take failed results without reasons, several at once, with what `text_order` gives of each."""
        if orders:
            self._orders += orders
            self._end_entry(_dumps(failures))

    def _end_entry(self, content: bytes) -> None:
        self._kept += content
        self._ends.append(self._written + len(self._kept))
        self._lasts.append(len(self._orders))
        if len(self._kept) >= MEMORY:
            self._flush()

    def absorb(self, other: Spool[Record]) -> None:
        """Take all records of another spool over, without loading them; it is empty afterwards."""
        if not self._ends and other._file is not None:
            self._take(other)
            return
        start, before = self._written + len(self._kept), len(self._orders)
        for block in other._blocks():
            self._kept += block
            if len(self._kept) >= MEMORY:
                self._flush()
        if other._written:
            self._flush()  # a block may end within a record, and a record is never in two places
        for first in range(0, len(other._ends), _BLOCK):
            self._ends.extend([start + end for end in other._ends[first : first + _BLOCK]])
            self._lasts.extend([before + last for last in other._lasts[first : first + _BLOCK]])
        self._orders += other._orders
        other.close()

    def _take(self, other: Spool[Record]) -> None:
        """Become what another spool was."""
        assert other._file is not None
        for name in ("_ends", "_lasts", "_orders", "_kept", "_written"):
            setattr(self, name, getattr(other, name))
        other._remove.detach()
        self._own(other._file, other._path)
        other._reset()

    def _blocks(self) -> Iterator[bytes | bytearray]:
        for offset in range(0, self._written, MEMORY):
            yield self._read(offset, min(MEMORY, self._written - offset))
        yield self._kept

    def _flush(self) -> None:
        try:
            file = self._file or self._open()
            file.seek(self._written)
            left = memoryview(bytes(self._kept))
            while left:
                left = left[file.write(left) :]
        except OSError as error:
            raise SpoolError.of(error, self._folder or temporary_folder()) from None
        self._written += len(self._kept)
        self._kept = bytearray()

    def _open(self) -> BinaryIO:
        import tempfile

        if self._folder is None:
            file = tempfile.TemporaryFile(prefix="gsl-", buffering=0)  # noqa: SIM115
            return self._own(cast(BinaryIO, file), None)
        handle, path = tempfile.mkstemp(prefix="gsl-", dir=self._folder)
        return self._own(open(handle, "w+b", buffering=0), path)

    def _own(self, file: BinaryIO, path: str | None) -> BinaryIO:
        """Keep a file, and let it go with this spool or at exit."""
        self._file, self._path = file, path
        self._remove = weakref.finalize(self, _discard, file, path, os.getpid())
        return file

    def close(self) -> None:
        """Let all records and the file go."""
        if self._remove is not None:
            self._remove()
        self._reset()

    def __enter__(self) -> Spool[Record]:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- reading

    def __len__(self) -> int:
        return len(self._orders)

    def __iter__(self) -> Iterator[Record]:
        return chain.from_iterable(self._entries(iter(range(len(self._ends)))))

    def ranked(self) -> Iterator[Record]:
        """The records as the text report has them: by status, then gravest first, then as they came."""
        return self._records(self._in_order())

    def at(self, indexes: Iterable[int]) -> Iterator[Record]:
        """The records at some places; quick where they ascend."""
        return self._records(iter(indexes))

    def _in_order(self) -> Iterator[int]:
        for order in range(_ORDERS):
            index = self._orders.find(order)
            while index >= 0:
                yield index
                index = self._orders.find(order, index + 1)

    def _records(self, indexes: Iterator[int], size: int = _BLOCK) -> Iterator[Record]:
        """The records of some indexes."""
        records: list[Record] = []
        first = 0
        wanted: list[int] = []
        entries = self._entries(iter(wanted.pop, None), size)  # each is asked for by its number
        for index in indexes:
            if not first <= index < first + len(records):
                number = bisect_right(self._lasts, index)
                first = self._lasts[number - 1] if number else 0
                wanted.append(number)
                records = next(entries)
            yield records[index - first]

    def _entries(self, numbers: Iterator[int], size: int = _BLOCK) -> Iterator[list[Record]]:
        """The records of some entries, read in blocks."""
        block: bytes | bytearray | memoryview = b""
        first = last = 0
        for number in numbers:
            start = self._ends[number - 1] if number else 0
            end = self._ends[number]
            if start < first or end > last:
                first = start
                block = memoryview(self._read(start, max(size, end - start)))
                last = start + len(block)
            yield cast("list[Record]", records_of(marshal.loads(block[start - first : end - first])))

    def _read(self, offset: int, size: int) -> bytes:
        """Bytes of the records: up to `size`, never from the file and from memory at once."""
        if offset >= self._written:
            offset -= self._written
            return bytes(self._kept[offset : offset + size])
        assert self._file is not None
        try:
            return read_at(self._file, offset, min(size, self._written - offset))
        except OSError as error:
            raise SpoolError.of(error, self._folder or temporary_folder()) from None

    @overload
    def __getitem__(self, index: int) -> Record: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Record, ...]: ...
    def __getitem__(self, index: int | slice) -> Record | tuple[Record, ...]:
        found = range(len(self))[index]
        if isinstance(found, range):
            return tuple(self._records(iter(found)))
        return next(self._records(iter((found,)), 0))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, (str, bytes)):
            return NotImplemented
        return len(self) == len(other) and all(mine == yours for mine, yours in zip(self, other))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        shown = [repr(record) for record in self[:_SHOWN]]
        if len(self) > _SHOWN:
            shown.append(f"... {len(self) - _SHOWN} more")
        return f"Spool([{', '.join(shown)}])"

    # --- to another process

    def __getstate__(self) -> dict[str, Any]:
        state = {"folder": self._folder, "ends": self._ends[:], "lasts": self._lasts[:], "orders": self._orders[:]}
        if self._path is None or self._folder is None:
            return {**state, "content": b"".join(self._blocks())}
        assert self._file is not None
        self._flush()
        state["path"] = self._path
        self._remove.detach()
        self._file.close()
        self._reset()
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._folder = state["folder"]
        self._reset()
        self._ends, self._lasts, self._orders = state["ends"], state["lasts"], state["orders"]
        if "path" in state:
            self._written = self._ends[-1]
            self._own(Path(state["path"]).open("r+b", buffering=0), state["path"])  # noqa: SIM115
            return
        self._kept += state["content"]
        if len(self._kept) >= MEMORY:
            self._flush()


def read_at(file: BinaryIO, offset: int, size: int) -> bytes:
    """Bytes of a file from some place on."""
    if hasattr(os, "pread"):  # threads that read together do not move one another's place
        return os.pread(file.fileno(), size, offset)
    file.seek(offset)
    return file.read(size)


def _discard(file: BinaryIO, path: str | None, owner: int) -> None:
    """Close a file and remove its name, if it has one and this is no fork of the process that owns it."""
    file.close()
    if path is not None and os.getpid() == owner:
        with contextlib.suppress(OSError):
            os.unlink(path)
