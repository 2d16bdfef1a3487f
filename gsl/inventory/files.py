"""The files that a name stands for: one file, those of a folder or of a pattern; nothing lost in silence."""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from gsl.errors import InputError

STDIN = "-"
SUFFIXES = (".json", ".jsonl", ".ndjson")
_PACKED = (".gz", ".zst")
_PARQUET = ".parquet"
_CSV = ".csv"
MANIFEST = "manifest.json"
"""What `gsl collect` calls the file that says how collecting went."""


def files_below(folder: Path, wanted: Callable[[str], bool]) -> Iterator[Path | InputError]:
    """The wanted files of a folder and its subfolders, in order of name.

    Links to folders are followed, each folder once. What cannot be read, or is no file although
    its name is wanted, comes as an `InputError`.
    """
    lost: list[InputError] = []

    def onerror(error: OSError) -> None:
        what = f"the folder cannot be read: {error.strerror or error}"
        lost.append(InputError("unreadable-file", what, str(error.filename or folder)))

    seen: set[tuple[int, int]] = set()
    found: list[Path] = []
    for top, folders, names in os.walk(folder, onerror=onerror, followlinks=True):
        status = os.stat(top)
        if (status.st_dev, status.st_ino) in seen:
            folders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        found += [Path(top) / name for name in names if wanted(name)]
    yield from lost
    for file in sorted(found):
        fault = _fault(file)
        yield file if fault is None else InputError("unreadable-file", fault, str(file))


def _fault(file: Path) -> str | None:
    try:
        status = file.stat()
    except OSError as error:
        return f"the file cannot be read: {error.strerror or error}"
    return None if stat.S_ISREG(status.st_mode) else "this is no regular file"


def files_of(source: str) -> list[str | InputError]:
    """The entity files that a name stands for, in order: itself, what a folder holds, what fits a pattern."""
    try:
        return [source] if source == STDIN else _files(Path(source))
    except InputError as error:
        return [error]
    except OSError as error:
        return [InputError("unreadable-file", f"this cannot be read: {error.strerror or error}", source)]


def _files(path: Path) -> list[str | InputError]:
    if path.is_dir():
        below = files_below(path, is_entity_file)
        found = [each if isinstance(each, InputError) else str(each) for each in below if not _is_other(each)]
        if not found:
            kinds = ", ".join(SUFFIXES)
            message = f"the folder holds no entity file ({kinds}, plain, .gz or .zst, or .parquet) and no credential report (.csv)"
            raise InputError("no-files", message, str(path))
        return found
    if path.exists():
        return [str(path)]
    if not glob.has_magic(str(path)):
        raise InputError("no-such-file", "there is no such file or folder", str(path))
    matching = sorted(each for each in glob.glob(str(path), recursive=True) if not os.path.isdir(each))
    if not matching:
        raise InputError("no-files", "no file fits this pattern", str(path))
    return list(matching)


def is_entity_file(name: str) -> bool:
    """Whether the name of a file in a folder says that it holds entities."""
    name = name.lower()
    if name.startswith("."):
        return False
    plain = next((name.removesuffix(suffix) for suffix in _PACKED if name.endswith(suffix)), name)
    return plain.endswith((*SUFFIXES, _CSV)) or name.endswith(_PARQUET)


def _is_other(file: Path | InputError) -> bool:
    """Whether a file in a folder has nothing to do with entities: a manifest, a CSV that is no credential report."""
    if not isinstance(file, Path):
        return False
    from gsl.inventory.foreign import is_csv, looks_like_report

    return _is_manifest(file) or (is_csv(file.name) and not looks_like_report(str(file)))


def _is_manifest(file: Path) -> bool:
    """Whether a file is what `gsl collect` writes beside entities: by its name and its first words."""
    if file.name != MANIFEST:
        return False
    try:
        with file.open("rb") as stream:
            head = stream.read(200)
    except OSError:
        return False
    return b'"kind": "gsl-collection"' in head


READ_ONCE = "this file is named more than once; it is read once"
"""What there is to say of a file that `once` found again."""


def once(sources: Iterable[str]) -> tuple[list[str], list[str]]:
    """What names stand for with each regular file once, and the files that were named again.

    Names stay as they are where nothing is named again.
    """
    named = list(sources)
    if len(named) < 2:
        return named, []
    kept: list[str] = []
    again: list[str] = []
    seen: set[tuple[int, int]] = set()
    for source in named:
        fresh: list[str] = []
        met: list[str] = []
        for path in files_of(source):
            if isinstance(path, InputError):
                fresh.append(path.file or source)
            else:
                (met if _known(path, seen) else fresh).append(path)
        kept += fresh if met else [source]
        again += met
    return kept, again


def _known(path: str, seen: set[tuple[int, int]]) -> bool:
    """Whether a file was met before; from now on it was. Streams never were."""
    try:
        status = None if path == STDIN else os.stat(path)
    except (OSError, ValueError):
        return False
    if status is None or not stat.S_ISREG(status.st_mode):
        return False
    place = (status.st_dev, status.st_ino)
    known = place in seen
    seen.add(place)
    return known


def total_size(sources: Iterable[str]) -> int | None:
    """The bytes of all files that names stand for; `None` when one is no regular file."""
    total = 0
    for source in sources:
        for path in files_of(source):
            if isinstance(path, InputError):
                continue
            try:
                status = None if path == STDIN else os.stat(path)
            except (OSError, ValueError):
                continue
            if status is None or not stat.S_ISREG(status.st_mode):
                return None
            total += status.st_size
    return total
