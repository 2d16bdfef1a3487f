"""Where the lines typed at `gsl repl` are remembered: a file of the user's own, that nobody else can read."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

VARIABLE = "GSL_HISTORY"
"""The environment variable that names another file; empty, nothing is remembered."""

LONGEST = 1024 * 1024
"""Bytes of the file; of a longer one the latest quarter is kept."""


def history_file() -> Path | None:
    """The file, made if need be; `None` where nothing is to be remembered or nothing can be."""
    named = os.environ.get(VARIABLE)
    if named == "":
        return None
    try:
        file = Path(named) if named is not None else _usual()
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(file, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    except (OSError, ValueError):
        return None
    try:
        if not file.is_file():
            return None
        with suppress(OSError, AttributeError):
            os.fchmod(handle, 0o600)
        _shorten(handle)
    except OSError:
        return None
    finally:
        os.close(handle)
    return file


def _usual() -> Path:
    import platformdirs

    return Path(platformdirs.user_state_dir("gsl", appauthor=False)) / "history"


def _shorten(handle: int) -> None:
    """Drop the oldest lines of a file that has grown too long; what is kept begins with an entry."""
    size = os.fstat(handle).st_size
    if size <= LONGEST:
        return
    os.lseek(handle, size - LONGEST // 4, os.SEEK_SET)
    kept = os.read(handle, LONGEST // 4)
    start = kept.find(b"\n#")
    os.ftruncate(handle, 0)
    os.lseek(handle, 0, os.SEEK_SET)
    os.write(handle, kept[start:] if start >= 0 else b"")
