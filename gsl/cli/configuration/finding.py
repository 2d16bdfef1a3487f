"""Where the configuration lies: the first `gsl.toml` or `pyproject.toml` with a table for gsl, going upwards."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator

OWN = "gsl.toml"
SHARED = "pyproject.toml"


def candidates(start: str) -> Iterator[str]:
    """The files that may hold the configuration, the nearest first; a `gsl.toml` that is no file is told of."""
    for folder in folders(start):
        for name in (OWN, SHARED):
            file = os.path.join(folder, name)
            if _is_of_others(folder, file):
                continue
            if os.path.isfile(file) or (name == OWN and os.path.lexists(file)):
                yield file


def folders(start: str) -> Iterator[str]:
    """The folders that are looked in: from `start` upwards, to the root of the repository or the home folder.

    A folder above that everyone may write to ends it: others could put a file there.
    """
    home = os.path.expanduser("~")
    folder = start
    while True:
        yield folder
        above = os.path.dirname(folder)
        if folder in (above, home) or os.path.lexists(os.path.join(folder, ".git")) or _open_to_all(above):
            return
        folder = above


def _is_of_others(folder: str, file: str) -> bool:
    """Whether somebody else put a file where everyone may write."""
    try:
        return _open_to_all(folder) and os.lstat(file).st_uid != os.getuid()
    except OSError:
        return False  # there is none


def _open_to_all(folder: str) -> bool:
    try:
        return os.name == "posix" and bool(os.stat(folder).st_mode & stat.S_IWOTH)
    except OSError:
        return True
