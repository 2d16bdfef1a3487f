"""Rows of a table to JSON lines, some at a time: one line for each row, so that each error finds its row."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import attrs

from gsl.errors import InputError, printable
from gsl.inventory import window
from gsl.results.secret_shapes import masked

NAME = "rows.jsonl"
"""What the reader takes the lines for."""

SIZE = 1 << 20
"""Bytes of JSON lines that are judged before their findings are handed on."""

_SHOWN = 100
_SEARCHED = 2000
"""Characters of a row that are looked at for secrets."""

_MARK = b"\xef\xbb\xbf"
_NULL = b"null"
Row = memoryview | bytes


@attrs.frozen(eq=False, repr=False)
class Lost:
    """A row that cannot be read at all."""

    error: InputError
    row: Row
    type: str | None


@attrs.frozen(eq=False, repr=False)
class Rows:
    """Some rows: as JSON lines, of which `start` is the first, one by one, and the types that they have beside them.

    None of the lines is blank, or the number of values could not tell that each line is one.
    """

    data: bytes
    start: int
    each: Sequence[Row]
    types: Sequence[bytes | None] | None = None
    lost: Sequence[Lost] = ()

    def text(self, line: int | None) -> str:
        """The row that stands in a line, as far as a message shows it."""
        number = (line or 0) - self.start
        return shown(self.each[number]) if 0 <= number < len(self.each) else ""

    def type_of(self, number: int) -> str | None:
        """The type that a row has beside it."""
        return _name(self.types[number]) if self.types is not None else None


def shown(row: Row) -> str:
    """The beginning of a row."""
    text = bytes(row[: 4 * _SEARCHED]).decode("utf-8", "replace")
    return printable(masked(text, _SHOWN)) + ("..." if len(text) > _SHOWN else "")


def rows_of(texts: Any, types: Any = None, blanks: bool = True) -> Iterator[Rows]:
    """The rows of an Arrow column of JSON texts; `types` is a column with the types of the entities.

    `blanks` says that a row without text is none, as in files.
    """
    rows: list[Row] = [_NULL if row is None else row for row in _values(texts)]
    names = [None if name is None else bytes(name) for name in _values(types)] if types is not None else None
    blank = {number for number, row in enumerate(rows) if row[:1] != b"{" and not bytes(row).strip()}
    if blank and blanks:
        names = [name for number, name in enumerate(names) if number not in blank] if names is not None else None
        rows = [row for number, row in enumerate(rows) if number not in blank]
    elif blank:
        rows = [_NULL if number in blank else row for number, row in enumerate(rows)]
    step = max(1, len(rows) * SIZE // max(1, texts.nbytes))
    marks: dict[bytes, tuple[bytes, bytes]] = {}
    for first in range(0, len(rows), step):
        yield _rows(rows[first : first + step], names[first : first + step] if names is not None else None, marks)


def lines_of(lines: Sequence[Row]) -> Rows:
    """Rows that are JSON lines already."""
    return _rows(lines, None, {})


def _values(column: Any) -> list[memoryview | None]:
    """The bytes of each text of a column."""
    import pyarrow

    if not pyarrow.types.is_string(column.type) and not pyarrow.types.is_large_string(column.type):
        column = column.cast(pyarrow.string())
    count = len(column)
    if not count:
        return []
    _, places, content = column.buffers()
    is_large = pyarrow.types.is_large_string(column.type)
    first = column.offset
    raw = memoryview(places)[: (first + count + 1) * (8 if is_large else 4)].cast("B")
    offsets = (raw.cast("q") if is_large else raw.cast("i"))[first:].tolist()
    data = memoryview(content).cast("B") if content is not None else memoryview(b"")
    found: list[memoryview | None] = [data[start:end] for start, end in pairwise(offsets)]
    if column.null_count:
        return [value if valid else None for value, valid in zip(found, column.is_valid().to_pylist())]
    return found


def _rows(rows: Sequence[Row], types: Sequence[bytes | None] | None, marks: dict[bytes, tuple[bytes, bytes]]) -> Rows:
    data = _joined(rows, types, marks)
    lost: list[Lost] = []
    if len(data) - len(data.replace(b"\n", b"")) != len(rows) or len(data) > window.LARGEST or not _is_text(data):
        rows, types, lost = _sound(rows, types)
        data = _joined(rows, types, marks)
    if b"\n" + _MARK in data:
        data = data.replace(b"\n" + _MARK, b"\n")
    if data[:1] == b"{":
        return Rows(data, 1, rows, types, lost)
    return Rows(b"\n" + data, 2, rows, types, lost)  # so that no row can be taken for another kind of file


def _is_text(data: Row) -> bool:
    try:
        str(data, "utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _sound(
    rows: Sequence[Row], types: Sequence[bytes | None] | None
) -> tuple[list[Row], list[bytes | None] | None, list[Lost]]:
    """The rows that can be read, each as one line, with their types, and the others."""
    names = types if types is not None else [None] * len(rows)
    found: list[tuple[Row, bytes | None]] = []
    lost = []
    for row, name in zip(rows, names):
        error = _error(row)
        if error is not None:
            lost.append(Lost(error, row, _name(name)))
        else:
            found.append((bytes(row).removeprefix(_MARK).replace(b"\n", b" "), name))
    return [row for row, _ in found], [name for _, name in found] if types is not None else None, lost


def _error(row: Row) -> InputError | None:
    if len(row) > window.LARGEST:
        message = f"the row has more than {window.LARGEST >> 20} MiB, the most that one entity may have"
        return InputError("too-large", message)
    return None if _is_text(row) else InputError("invalid-encoding", "the row is no UTF-8")


def _name(name: bytes | None) -> str | None:
    return None if name is None else name.decode("utf-8", "replace")


def _joined(
    rows: Sequence[Row], types: Sequence[bytes | None] | None, marks: dict[bytes, tuple[bytes, bytes]]
) -> bytes:
    """The rows as lines, each entity with the type that its row has for it."""
    if types is None:
        return b"\n".join((*rows, b""))
    parts: list[Row] = []
    for row, name in zip(rows, types):
        if name is None or not row:
            parts += (row, b"\n")
            continue
        before, after = marks.get(name) or _marks(name, marks)
        if row[:2] == b'{"' and row[-1:] == b"}":
            parts += (before, row[1:-1], after)
        else:
            parts += _marked(bytes(row).removeprefix(_MARK).strip(b" \t\r\n"), before, after)
    return b"".join(parts)


def _marked(row: bytes, before: bytes, after: bytes) -> tuple[bytes, ...]:
    """An entity with its type, if it is one."""
    if row[:1] != b"{" or row[-1:] != b"}":
        return row, b"\n"
    inner = row[1:-1]
    return (before, inner, after) if inner.strip() else (before[:-1], b"}\n")


def _marks(name: bytes, marks: dict[bytes, tuple[bytes, bytes]]) -> tuple[bytes, bytes]:
    """What stands before and after the members of an entity: its type, first to be quickly found, last to count."""
    member = b'"type":' + json.dumps(name.decode("utf-8", "replace")).encode()
    found = marks[name] = (b"{" + member + b",", b"," + member + b"}\n")
    return found
