"""The JSON of saved reports, which may be hostile: of bounded depth, half surrogate pairs included."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

import msgspec

from gsl.inventory.nesting import Nesting


def places(file: BinaryIO) -> Iterator[Any]:
    """The events of a JSON text, each with its place. Raises `TooDeep` where places would grow without end."""
    import ijson

    return ijson.parse(_Looked(file), use_float=True)  # type: ignore[no-any-return]


class _Looked:
    """The bytes of a file, their depth looked at."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._nesting = Nesting()

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        return self._nesting.take(self._file.read(size))


def decoded(line: bytes) -> Any:
    """A record of JSON lines, half surrogate pairs included. Raises `msgspec.DecodeError`."""
    try:
        return msgspec.json.decode(line)
    except RecursionError:
        raise msgspec.DecodeError("it is nested too deep") from None
    except msgspec.DecodeError:
        if b"\\ud" not in line.lower():
            raise
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise msgspec.DecodeError(str(error)) from None
