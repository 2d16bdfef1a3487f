"""Where the checks are explained: the page that comes with gsl, or wherever the documentation is kept."""

from __future__ import annotations

import functools
from pathlib import Path

from gsl.authoring.checking.table import CHECKS

_PAGE = "checks"


def link_of(code: str, documentation: str | None) -> str | None:
    """The address of what explains a check; `None` for what is none, or when the page is not at hand."""
    if code not in CHECKS:
        return None
    if documentation is not None:
        return f"{documentation.rstrip('/')}/{_PAGE}.html#{code.lower()}"
    file = _page()
    line = _lines().get(code)
    return None if file is None or line is None else f"{file.as_uri()}#L{line}"


@functools.cache
def _page() -> Path | None:
    """The page in an installed package, or in the checkout that it is run from."""
    package = Path(__file__).resolve().parents[2]
    places = (package / "_docs" / f"{_PAGE}.md", package.parent / "docs" / f"{_PAGE}.md")
    return next((place for place in places if place.is_file()), None)


@functools.cache
def _lines() -> dict[str, int]:
    """The line of each check's heading; editors go to lines, not to anchors."""
    file = _page()
    lines = [] if file is None else file.read_text("utf-8").split("\n")
    found = {}
    for number, line in enumerate(lines, 1):
        code = line.removeprefix("### ").partition(":")[0]
        if line.startswith("### ") and code in CHECKS:
            found[code] = number
    return found
