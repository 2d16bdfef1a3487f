"""Which files a configuration says to be exclusions or frameworks, for editors: their names need not tell."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gsl.cli.configuration.finding import candidates
from gsl.cli.configuration.reading import ConfigurationError, File, named

_ENDINGS = (".yaml", ".yml")


def files_named(folder: Path) -> tuple[list[str], list[str]]:
    """The files of exclusions and those of frameworks that the configuration of a folder names, for any command."""
    file = _found(str(folder))
    if file is None:
        return [], []
    return list(_paths(file, "exclusions")), [each for each in _paths(file, "framework") if each.endswith(_ENDINGS)]


def _found(folder: str) -> File | None:
    for path in candidates(folder):
        try:
            return named(path) if os.path.isfile(path) else None
        except ConfigurationError:  # the commands say what is wrong with it
            continue
    return None


def _paths(file: File, key: str) -> Iterator[str]:
    tables = [file.content, *[each for each in file.content.values() if isinstance(each, dict)]]
    for table in tables:
        given: Any = table.get(key)
        for each in given if isinstance(given, list) else [given]:
            if isinstance(each, str) and each and "\0" not in each:
                yield os.path.normpath(os.path.join(file.folder, each))
