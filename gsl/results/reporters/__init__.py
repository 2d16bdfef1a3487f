"""The output formats: a table from name to a function that writes a report, one file each."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct

from gsl.results.model import Report


class Settings(Struct, frozen=True, eq=False):
    """How a report is to look: with colour, and without table and summary when `quiet`."""

    color: bool = False
    quiet: bool = False


Reporter = Callable[[Report, Settings], Iterator[str]]


def _text(report: Report, settings: Settings) -> Iterator[str]:
    from gsl.results.reporters import text

    return text.lines(report, settings.color, settings.quiet)


def _json(report: Report, settings: Settings) -> Iterator[str]:
    from gsl.results.reporters import as_json

    return as_json.document(report)


def _json_lines(report: Report, settings: Settings) -> Iterator[str]:
    from gsl.results.reporters import as_json

    return as_json.lines(report)


REPORTERS: dict[str, Reporter] = {"text": _text, "json": _json, "jsonl": _json_lines}
"""Each gives the pieces of its text, in order; files are written in UTF-8."""
