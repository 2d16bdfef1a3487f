"""The command line's cache: parsed rules and the parser's tables, in the user's own cache folder.

One file holds the rules of one argument (a rule file, a folder, an expression), so that a folder of
a thousand rules takes one read. Rules are found by their whole text, which is stronger than any
hash; the file's name is only where to look. Anything wrong with a file is as if it were not there.
"""

from __future__ import annotations

import json
import os
import sys
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any

from gsl.language.tables import PREFIX, keep_tables_in
from gsl.ruleset.shelf import Shelf, using
from gsl.version import VERSION

VARIABLE = "GSL_CACHE_DIR"
"""The environment variable that names another folder; empty, it turns the cache off."""

MOST_FILES = 200
MOST_BYTES = 64 * 1024 * 1024
"""What the cache keeps at most; the oldest files go first."""

LONGEST_FILE = 16 * 1024 * 1024
"""Bytes of rules that one file may hold; of more nothing is kept."""

_USUAL = {"linux": ".cache", "darwin": "Library/Caches"}
"""Where caches lie below the home folder; platformdirs knows the other cases, and takes time to load."""

_RULES = "rules-"
_UNFINISHED = ".rules-"
_STALE = 600
"""Seconds after which an unfinished file belongs to nobody."""

_DEPENDS_ON = ("language", "semantics", "semantics/functions", "ruleset")
_LIBRARIES = ("lark", "re2", "yaml")


def _folder() -> Path | None:
    named = os.environ.get(VARIABLE)
    if named is not None:
        return Path(named) if named else None
    usual, home = _USUAL.get(sys.platform), os.environ.get("HOME", "")
    if usual is not None and "XDG_CACHE_HOME" not in os.environ and home.startswith("/"):
        return Path(home, usual, "gsl")
    import platformdirs

    return Path(platformdirs.user_cache_dir("gsl", appauthor=False))


def _is_private(folder: Path) -> bool:
    """Whether nobody but the user can write there; a cache is trusted like the program itself."""
    if not hasattr(os, "getuid"):
        return True
    status = folder.stat()
    return status.st_uid == os.getuid() and not status.st_mode & 0o022


def _usable_folder() -> Path | None:
    folder = _folder()
    if folder is None:
        return None
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder if _is_private(folder) and os.access(folder, os.W_OK) else None
    except OSError:
        return None


def _program() -> str | None:
    """What parses and validates: this gsl and this Python, with the state of gsl's files and the libraries'."""
    package = Path(__file__).parent.parent
    try:
        files = [entry for name in _DEPENDS_ON for entry in os.scandir(package / name) if entry.is_file()]
        states = [(entry.path, entry.stat()) for entry in files]
        for name in _LIBRARIES:
            spec = PathFinder.find_spec(name)
            if spec is not None and spec.origin is not None:
                states.append((spec.origin, os.stat(spec.origin)))
    except OSError:
        return None
    return f"{VERSION} {sys.version} {sorted([(path, state.st_size, state.st_mtime_ns) for path, state in states])}"


@contextmanager
def kept_rules(*names: str) -> Iterator[None]:
    """Take rules from the cache while this lasts, and keep those that were not there.

    `names` are the arguments that name the rules: paths, ids or expressions. Where the cache cannot
    be used, or is not safe, this does nothing.
    """
    folder, program = _usable_folder(), _program()
    if folder is None or program is None:
        yield
        return
    keep_tables_in(folder)
    owner = [program, *[os.path.abspath(name) if os.path.exists(name) else name for name in names]]
    file = folder / f"{_RULES}{zlib.crc32(json.dumps(owner).encode()):08x}.json"
    shelf = Shelf(_read(file, owner))
    with using(shelf):
        yield
    if shelf.grown:
        _write(file, owner, shelf.used)


def _read(file: Path, owner: list[str]) -> dict[str, Any]:
    """The rules in a file: first a line with the checksum, then JSON."""
    try:
        with file.open("rb") as stream:
            checksum, content = stream.readline(16), stream.read(LONGEST_FILE + 1)
        if len(content) > LONGEST_FILE or int(checksum, 16) != zlib.crc32(content):
            return {}
        found, rules = json.loads(content)
    except (OSError, ValueError, TypeError, RecursionError):
        return {}
    return rules if found == owner and isinstance(rules, dict) else {}


def _write(file: Path, owner: list[str], rules: dict[str, Any]) -> None:
    """Put a file in its place whole or not at all, whoever else does the same."""
    content = json.dumps([owner, rules], separators=(",", ":")).encode()
    if len(content) > LONGEST_FILE:
        return
    unfinished = file.with_name(f".{file.name}-{os.getpid()}")
    try:
        with unfinished.open("xb") as stream:
            stream.write(b"%08x\n" % zlib.crc32(content) + content)
        os.replace(unfinished, file)
        _drop_old(file.parent)
    except OSError:
        with suppress(OSError):
            unfinished.unlink()


def _drop_old(folder: Path) -> None:
    """Keep the newest files of the cache, as far as they fit, and nothing unfinished."""
    files: list[tuple[float, int, str]] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith((_RULES, PREFIX, _UNFINISHED)):
                status = entry.stat()
                files.append((status.st_mtime, status.st_size, entry.path))
    size = 0
    for number, (changed, length, path) in enumerate(sorted(files, reverse=True)):
        size += length
        unfinished = os.path.basename(path).startswith(_UNFINISHED)
        if number >= MOST_FILES or size > MOST_BYTES or (unfinished and changed < time.time() - _STALE):
            Path(path).unlink(missing_ok=True)
