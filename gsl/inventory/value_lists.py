"""Files of named lists: a JSON array, or one value a line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gsl.errors import InputError, UsageError


def list_in(file: Path, longest: int | None = None) -> list[Any]:
    """The values in a file of at most so many bytes. Raises `UsageError` and `InputError`."""
    try:
        with file.open("rb") as stream:
            data = stream.read(-1 if longest is None else longest + 1)
        if longest is not None and len(data) > longest:
            raise InputError("file-too-long", f"the list is longer than {longest >> 20} MB", str(file))
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{file}: the list cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise InputError("invalid-encoding", f"the byte at offset {error.start} is no UTF-8", str(file)) from None
    return values_in(text, str(file))


def values_in(text: str, name: str) -> list[Any]:
    """The values in the text of such a file; `name` names it in messages. Raises `InputError`."""
    if text.lstrip().startswith("{"):
        raise InputError("not-a-list", "a JSON array, or one value a line, was expected, not an object", name)
    if not text.lstrip().startswith("["):
        return [line.strip() for line in text.splitlines() if line.strip()]
    from gsl.inventory.jsontext import JsonText

    document = JsonText(text, name)
    value, end = document.value(document.skip(0))
    if document.skip(end) < len(text):
        raise document.error("invalid-json", "the file goes on after its list", document.skip(end))
    return list(value)
