"""The output formats: a table from name to what writes a report in it, one file each."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from gsl.results.model import Report


OCSF_VERSIONS = ("1.5.0", "1.6.0", "1.7.0", "1.8.0")
"""The versions that events are valid in: what they hold is the same in all of them."""

OCSF_CLASSES = ("compliance", "detection")


def _ignore(message: str) -> None:
    """Nobody listens."""


class Settings(Struct, frozen=True, eq=False):
    """How a report is to look: with colour, and without table and summary when `quiet`.

    With `summary_only` it has numbers alone; `group_by` names one of `gsl.results.grouping.GROUPS`.
    Formats that have no use for these two leave them aside.
    `note` hears what a format had to leave out. `ocsf_version` and `ocsf_class` are what OCSF events
    name: one of `OCSF_VERSIONS` and of `OCSF_CLASSES`.
    """

    color: bool = False
    quiet: bool = False
    note: Callable[[str], None] = _ignore
    summary_only: bool = False
    group_by: str | None = None
    ocsf_version: str = "1.6.0"
    ocsf_class: str = "compliance"


Reporter = Callable[["Report", Settings], Iterator[str]]


class Format(Struct, frozen=True, eq=False):
    """One format: the module here whose function writes it, the endings of its files, and what it is for."""

    module: str
    function: str
    suffixes: tuple[str, ...]
    does: str

    def write(self, report: Report, settings: Settings) -> Iterator[str]:
        """The pieces of the report's text, in order; files are written in UTF-8."""
        module = importlib.import_module(f"gsl.results.reporters.{self.module}")
        pieces: Iterator[str] = getattr(module, self.function)(report, settings)
        return pieces


FORMATS: dict[str, Format] = {
    "text": Format("text", "lines", (".txt",), "for people at a terminal"),
    "json": Format("as_json", "document", (".json",), "the whole report; every other format can be made of it"),
    "jsonl": Format("as_json", "lines", (".jsonl", ".ndjson"), "the same, a record a line"),
    "csv": Format("tables", "lines", (".csv",), "for spreadsheets: a finding a row"),
    "markdown": Format("markdown", "lines", (".md",), "for job summaries and comments"),
    "junit": Format("junit", "lines", (".xml",), "for CI servers: a suite for each rule"),
    "sarif": Format("sarif", "lines", (".sarif", ".sarif.json"), "SARIF 2.1.0, for code scanning"),
    "github": Format("workflow", "lines", (), "annotations of GitHub Actions, on standard output"),
    "ocsf": Format(
        "ocsf", "events", (".ocsf.jsonl", ".ocsf.ndjson", ".ocsf.json"), "OCSF Compliance Findings, an event a line"
    ),
    "asff": Format("asff", "findings", (".asff.json",), "AWS Security Finding Format, for AWS Security Hub"),
    "oscal": Format("oscal", "document", (".oscal.json",), "OSCAL 1.2.3 assessment results, for audits"),
    "cloudguard": Format("cloudguard", "document", (".cloudguard.json",), "an assessment as CloudGuard's API gives it"),
    "diff": Format("changes", "lines", (".diff",), "what changed since a baseline, for people"),
    "html": Format(
        "html.page", "document", (".html", ".htm"), "for people with a browser: one page to search, filter and share"
    ),
}
"""The formats by name. A module is loaded when its format is asked for."""


def format_of(name: str) -> str | None:
    """The format that a file's name ends with; of endings that fit, the longest."""
    lower = name.lower()
    found = [
        (len(suffix), each) for each, form in FORMATS.items() for suffix in form.suffixes if lower.endswith(suffix)
    ]
    return max(found)[1] if found else None
