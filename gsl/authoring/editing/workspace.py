"""The rule files and test files of a workspace, found and read within limits."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct, field

from gsl.authoring.testing.finding import TEST_SUFFIX
from gsl.errors import GslError
from gsl.ruleset.loading import RULE_SUFFIX, read_text

MOST_FILES = 5000
MOST_FOLDERS = 20_000
MOST_SECONDS = 5.0
_LONGEST = 1024 * 1024
_ALL_TOGETHER = 256 * 1024 * 1024
_SKIPPED = ("node_modules", "__pycache__", "venv")


class Files(Struct, eq=False):
    """Texts by path. `cut` says why there may be more; it is empty when that is all of them."""

    texts: dict[Path, str] = field(default_factory=dict)
    cut: str = ""


def is_rule_name(name: str) -> bool:
    """Whether a file's name is that of a rule."""
    return name.lower().endswith(RULE_SUFFIX)


def files_in(folders: Iterable[Path], opened: Mapping[Path, str], tests: bool = False) -> Files:
    """The rule files below some folders, those that are open as they are there; with `tests` test files too.

    What cannot be read is left out.
    """
    found = Files()
    deadline = time.monotonic() + MOST_SECONDS
    size = 0
    for path in _paths(folders, tests, deadline, found):
        text = opened.get(path)
        if text is None:
            try:
                text = read_text(path, _LONGEST)
            except GslError:
                continue
        size += len(text)
        if size > _ALL_TOGETHER or time.monotonic() > deadline:
            found.cut = "the files are too many or too long"
            break
        found.texts[path] = text
    for path, text in opened.items():
        if path not in found.texts and _is_wanted(path.name, tests):
            found.texts[path] = text
    return found


def _paths(folders: Iterable[Path], tests: bool, deadline: float, found: Files) -> list[Path]:
    paths: dict[Path, None] = {}
    visited = 0
    for folder in folders:
        for top, below, names in os.walk(folder):
            visited += 1
            below[:] = sorted([each for each in below if not each.startswith(".") and each not in _SKIPPED])
            for name in sorted(names):
                if _is_wanted(name, tests) and not name.startswith("."):
                    paths[Path(top) / name] = None
            if len(paths) > MOST_FILES or visited > MOST_FOLDERS or time.monotonic() > deadline:
                found.cut = f"there are more than {MOST_FILES:,} files or {MOST_FOLDERS:,} folders, or they are slow"
                return list(paths)[:MOST_FILES]
    return list(paths)


def _is_wanted(name: str, tests: bool) -> bool:
    return is_rule_name(name) or (tests and name.lower().endswith(TEST_SUFFIX))
