"""Where the parser keeps its tables between runs; known without loading the parser."""

from __future__ import annotations

import sys
from pathlib import Path

from gsl.version import VERSION

PREFIX = "parser-"

_folder: Path | None = None


def keep_tables_in(folder: Path | None) -> None:
    """Keep the parser's tables, which take 50 ms to make, in a folder from now on.

    lark reads them only when they were made from the same grammar by the same lark and Python, and
    makes them anew otherwise. They are a pickle: only the user may be able to write in the folder.
    """
    global _folder  # noqa: PLW0603 - set by the command line, before anything is parsed
    _folder = folder


def tables_file() -> Path | None:
    """The file for the tables of this gsl, lark and Python; `None` when they are not kept."""
    if _folder is None:
        return None
    import lark

    return _folder / f"{PREFIX}{VERSION}-lark{lark.__version__}-{sys.implementation.cache_tag}.bin"
