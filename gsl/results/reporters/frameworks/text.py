"""A report by framework for people at a terminal: each control with its status, and what failed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gsl.errors import printable
from gsl.results.assessing import Assessment, Standing
from gsl.results.model import Report
from gsl.results.reporters import Settings
from gsl.results.reporters.frameworks import WORDS, caveats, notes, shares
from gsl.results.reporters.text import Writer
from gsl.results.reporters.wording import entity_of, excluded_by

_COLORS = {"failed": "red", "error": "magenta", "passed": "green", "excluded": "cyan", "manual": "yellow"}
_WIDTH = max([len(word) for word in WORDS.values()])
_NAMED = 5


def lines(report: Report, assessments: Sequence[Assessment], settings: Settings) -> Iterator[str]:
    """The pieces of the text; when quiet, only controls that failed or could not be decided."""
    writer = Writer(settings.color)
    for number, assessment in enumerate(assessments):
        yield "\n" * bool(number)
        yield from _framework(report, assessment, writer, settings.quiet)


def _framework(report: Report, assessment: Assessment, writer: Writer, quiet: bool) -> Iterator[str]:
    framework = assessment.framework
    yield f"{writer.style(framework.name, bold=True)}\n"
    if framework.title:
        yield f"{writer.style(framework.title)}\n"
    if not quiet:
        yield f"{_counted(assessment, writer)}\n{' '.join(shares(assessment))}\n"
    for each in caveats(report, assessment):
        yield f"{writer.style(each, 'yellow')}\n"
    for block in framework.blocks():
        shown = [assessment.standings[each.id] for each in block.controls]
        if quiet:
            shown = [each for each in shown if each.status in ("failed", "error")]
        if (shown or not quiet) and block.heading:
            yield f"\n{'  ' * block.depth}{writer.style(block.heading, bold=True)}\n"
        for standing in shown:
            yield from _control(standing, writer)
    if assessment.unmapped and not quiet:
        rules = "rule" if assessment.unmapped == 1 else "rules"
        yield f"\n{assessment.unmapped} {rules} of the run {'is' if rules == 'rule' else 'are'} not mapped to this framework.\n"


def _counted(assessment: Assessment, writer: Writer) -> str:
    told = [
        writer.style(f"{count} {WORDS[status]}", _COLORS.get(status))
        for status, count in assessment.counts.items()
        if count
    ]
    return f"{assessment.total} {'control' if assessment.total == 1 else 'controls'}: {', '.join(told) or 'none'}"


def _control(standing: Standing, writer: Writer) -> Iterator[str]:
    control, status = standing.control, standing.status
    word = writer.style(WORDS[status].upper().ljust(_WIDTH), _COLORS.get(status), True)
    rules = ", ".join([rule.id for rule in standing.rules])
    mark = "[manual]" * (control.manual and status != "manual")
    told = "  ".join([part for part in (control.id, control.title, mark, f"({rules})" * bool(rules)) if part])
    yield f"{word}  {writer.style(told)}\n"
    margin = " " * (_WIDTH + 2)
    for each in notes(standing):
        yield f"{margin}{each}\n"
    if status == "manual" and control.guidance:
        yield f"{margin}{writer.style(control.guidance)}\n"
    for result in standing.named[:_NAMED]:
        word = writer.style(str(result.status), _COLORS.get(str(result.status)))
        taken = f": {excluded_by(result.exclusion)}" if result.exclusion is not None else ""
        by = f"  {printable(result.rule_id)}" * (len(standing.rules) > 1)
        yield f"{margin}{word}  {entity_of(result)}{by}{taken}\n"
    more = len(standing.named[_NAMED:]) + standing.unnamed
    if more:
        yield f"{margin}and {more} more\n"
