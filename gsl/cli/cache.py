"""The command line's cache: the parser's tables, in the user's own cache folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import lark

from gsl.language.parser import keep_tables_in
from gsl.version import VERSION

VARIABLE = "GSL_CACHE_DIR"
"""The environment variable that names another folder; empty, it turns the cache off."""


def _folder() -> Path | None:
    named = os.environ.get(VARIABLE)
    if named is not None:
        return Path(named) if named else None
    import platformdirs

    return Path(platformdirs.user_cache_dir("gsl", appauthor=False))


def _is_private(folder: Path) -> bool:
    """Whether nobody but the user can write there; a cache is trusted like the program itself."""
    if not hasattr(os, "getuid"):
        return True
    status = folder.stat()
    return status.st_uid == os.getuid() and not status.st_mode & 0o022


def use_cache() -> None:
    """Keep the parser's tables between runs, where that is possible and safe; else do without."""
    folder = _folder()
    if folder is None:
        return
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _is_private(folder) or not os.access(folder, os.W_OK):
            return
    except OSError:
        return
    python = f"{sys.implementation.name}{sys.version_info.major}{sys.version_info.minor}"
    keep_tables_in(folder / f"parser-{VERSION}-lark{lark.__version__}-{python}.bin")
