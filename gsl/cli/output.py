"""Where a report goes: to standard output or to a file, whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from gsl.errors import UsageError

_TEXT: Any = {"encoding": "utf-8", "errors": "backslashreplace"}


def wants_color(choice: str, output: Path | None) -> bool:
    """Whether to colour the output: on a terminal, unless NO_COLOR is set or the choice says else."""
    if choice != "auto":
        return choice == "always"
    return output is None and sys.stdout.isatty() and "NO_COLOR" not in os.environ


def write(pieces: Iterable[str], output: Path | None) -> None:
    """Write to standard output, or to a file that is replaced only when all is written.

    A reader that goes away ends it quietly. Raises `UsageError` when the file cannot be written.
    """
    if output is None:
        for piece in pieces:
            sys.stdout.write(piece)
            if getattr(sys.stdout, "reader_gone", False):
                return
        sys.stdout.flush()  # messages come after it
        return
    try:
        if is_stream(output):
            with contextlib.suppress(BrokenPipeError), output.open("w", **_TEXT) as stream:
                stream.writelines(pieces)
        else:
            _replace(output.resolve(), pieces)
    except OSError as error:
        raise _unwritable(output, error) from None


def is_stream(output: Path) -> bool:
    """Whether an output is no file that is replaced: a terminal, a pipe, `/dev/null`."""
    return output.exists() and not output.is_file()


def _replace(output: Path, pieces: Iterable[str]) -> None:
    """Write a file beside the old one, and let it take its place."""
    import tempfile

    handle, temporary = tempfile.mkstemp(dir=output.parent, prefix=".gsl-")
    try:
        with open(handle, "w", **_TEXT) as stream:
            stream.writelines(pieces)
        os.chmod(temporary, _file_mode())
        os.replace(temporary, output)
    except BaseException:
        os.unlink(temporary)
        raise


def _unwritable(output: Path, error: Exception) -> UsageError:
    if isinstance(error, FileNotFoundError) and not output.parent.exists():
        return UsageError(f"{output}: cannot be written: there is no folder {output.parent}; make it first")
    return UsageError(f"{output}: cannot be written: {getattr(error, 'strerror', None) or error}")


def check_output(output: Path | None, inputs: Iterable[str], rules: Iterable[str] = ()) -> None:
    """Say now, not after a long run, that a report could not be written. Raises `UsageError`.

    What is read, `inputs` and `rules`, is not written to.
    """
    if output is None:
        return
    if str(output) == "-":
        raise UsageError("-: leave -o out to write to standard output, or name a file")
    from gsl.cli.sparing import spare

    spare(output, inputs, rules)
    if output.is_dir():
        raise UsageError(f"{output}: this is a folder; -o takes a file")
    try:
        folder = output.resolve().parent
        if not output.exists():
            os.stat(folder)
        if not os.access(output if is_stream(output) else folder, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except (OSError, RuntimeError) as error:
        raise _unwritable(output, error) from None


def _file_mode() -> int:
    """The mode of a new file, as the user's mask has it."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def table(rows: Sequence[tuple[str, ...]]) -> str:
    """Rows of text in columns; the last one is as long as it likes."""
    widths = [max([len(row[column]) for row in rows]) for column in range(len(rows[0]) - 1)]
    lines = ["  ".join([*[cell.ljust(width) for cell, width in zip(row, widths)], row[-1]]).rstrip() for row in rows]
    return "\n".join(lines) + "\n"
