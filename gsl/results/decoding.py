"""The JSON of saved reports, which may be hostile: of bounded depth, half surrogate pairs included."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

import msgspec

from gsl.inventory.nesting import DEEPEST


def places(file: BinaryIO) -> Iterator[Any]:
    """The events of a JSON text, each with its place. Raises `RecursionError` where places would grow without end."""
    import ijson

    return ijson.parse(_not_deep(ijson.basic_parse(file, use_float=True)))  # type: ignore[no-any-return]


def _not_deep(events: Iterator[Any]) -> Iterator[Any]:
    depth = 0
    for event in events:
        if event[0] in ("start_array", "start_map"):
            depth += 1
            if depth > DEEPEST:
                raise RecursionError
        elif event[0] in ("end_array", "end_map"):
            depth -= 1
        yield event


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
