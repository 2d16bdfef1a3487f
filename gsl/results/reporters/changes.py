"""What changed since a baseline, for people: what is new, what failed otherwise, what is no finding any more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gsl.errors import UsageError
from gsl.results.comparison import CHANGED, EXCLUDED, FIXED, NEW, NOT_EVALUATED, UNCHANGED, UNKNOWN
from gsl.results.model import Comparison, Report, Result
from gsl.results.reporters import Settings
from gsl.results.reporters.text import PLAIN, Writer
from gsl.results.reporters.wording import moment

_COLORS = {
    NEW: "red",
    CHANGED: "yellow",
    FIXED: "green",
    EXCLUDED: "cyan",
    NOT_EVALUATED: "magenta",
    UNKNOWN: "magenta",
}
_WORDS = {NOT_EVALUATED: "not evaluated any more", UNKNOWN: "not known to be fixed"}


def lines(report: Report, settings: Settings) -> Iterator[str]:
    """The pieces of the text, in order. Raises `UsageError` for a report that was compared with nothing."""
    comparison = report.comparison
    if comparison is None:
        raise UsageError("the report was compared with nothing: see `gsl diff` and --baseline")
    writer = Writer(settings.color)
    for change in (NEW, CHANGED):
        yield from _records(change, report.findings, report, writer)
    for change in (FIXED, EXCLUDED, NOT_EVALUATED, UNKNOWN):
        yield from _records(change, comparison.gone, report, writer)
    if not settings.quiet:
        yield summary_of_changes(comparison, writer) + "\n"


def _records(change: str, results: Iterable[Result], report: Report, writer: Writer) -> Iterator[str]:
    for result in results:
        if result.change != change:
            continue
        word = writer.style(_WORDS.get(change, change).upper(), _COLORS[change], True)
        title = report.titles.get(result.rule_id, result.rule_id)
        yield from writer.head(word, result, title)
        if change in (NEW, CHANGED):
            yield from writer.reasons(result.reasons)
        if change == CHANGED:
            yield f"    {writer.style('before', bold=True)}\n"
            yield from writer.reasons(result.before, "      ")
        yield "\n"


def summary_of_changes(comparison: Comparison, writer: Writer = PLAIN) -> str:
    """The numbers of a comparison in a line, and what is to be known of them."""
    counts = comparison.counts
    numbers = [
        writer.style(f"{counts[name]} {_WORDS.get(name, name)}", _COLORS.get(name) if counts[name] else None)
        for name in (NEW, CHANGED, UNCHANGED, FIXED, EXCLUDED, NOT_EVALUATED, UNKNOWN)
        if counts[name] or name not in (EXCLUDED, UNKNOWN)
    ]
    line = f"Since {moment(comparison.now)}: {', '.join(numbers)}."
    if counts[UNKNOWN]:
        line += "\nA report without --all does not say what passed: evaluate with --all, or with --baseline, to know what was fixed."
    return line
