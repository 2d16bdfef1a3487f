"""A report by framework as Markdown: numbers, a table of controls a section, then what failed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gsl.results.assessing import Assessment, Standing
from gsl.results.model import Report
from gsl.results.reporters import Settings
from gsl.results.reporters.frameworks import WORDS, caveats, notes, shares
from gsl.results.reporters.markdown import escaped
from gsl.results.reporters.wording import entity_of, excluded_by

_NAMED = 10


def lines(report: Report, assessments: Sequence[Assessment], settings: Settings) -> Iterator[str]:
    """The pieces of the text."""
    for number, assessment in enumerate(assessments):
        yield "\n" * bool(number)
        yield from _framework(report, assessment)


def _framework(report: Report, assessment: Assessment) -> Iterator[str]:
    framework = assessment.framework
    yield f"## {escaped(framework.name)}\n\n"
    yield "".join([f"{escaped(each)}\n\n" for each in (framework.title, framework.url) if each])
    yield f"{escaped(' '.join(shares(assessment)))}\n\n| status | controls |\n|---|--:|\n"
    for status, count in assessment.counts.items():
        yield f"| {WORDS[status]} | {count} |\n"
    yield f"| **all** | {assessment.total} |\n\n"
    for each in caveats(report, assessment):
        yield f"- **note** {escaped(each)}\n"
    for block in framework.blocks():
        if block.heading:
            yield f"\n{'#' * min(6, 3 + block.depth)} {escaped(block.heading)}\n"
        yield from _controls([assessment.standings[each.id] for each in block.controls])
    if assessment.unmapped:
        yield f"\n{assessment.unmapped} of the rules of the run map to nothing of this framework.\n"


def _controls(standings: Sequence[Standing]) -> Iterator[str]:
    if not standings:
        return
    yield "\n| control | title | status | rules | failed | errors | passed | excluded |\n|---|---|---|---|--:|--:|--:|--:|\n"
    for each in standings:
        verdicts = each.verdicts
        numbers = [str(count) for count in (verdicts.failed, verdicts.errors, verdicts.passed, verdicts.excluded)]
        rules = ", ".join([rule.id for rule in each.rules])
        mark = " (manual)" * (each.control.manual and each.status != "manual")
        cells = [
            escaped(each.control.id),
            escaped(each.control.title),
            f"**{WORDS[each.status]}**{mark}",
            escaped(rules),
        ]
        yield f"| {' | '.join([*cells, *numbers])} |\n"
    before = "\n"
    for each in standings:
        for line in _remarks(each):
            yield before + line
            before = ""


def _remarks(standing: Standing) -> Iterator[str]:
    """What there is to say of a control below the table."""
    said = [escaped(each) for each in notes(standing)]
    if standing.status == "manual" and standing.control.guidance:
        said.append(f"to do by hand: {escaped(standing.control.guidance)}")
    if said:
        yield f"- {escaped(standing.control.id)}: {'; '.join(said)}\n"
    for result in standing.named[:_NAMED]:
        taken = f": {escaped(excluded_by(result.exclusion))}" if result.exclusion is not None else ""
        yield f"- {escaped(standing.control.id)} **{result.status}** {escaped(result.rule_id)}: {escaped(entity_of(result, ' '))}{taken}\n"
    more = len(standing.named[_NAMED:]) + standing.unnamed
    if more:
        yield f"- {escaped(standing.control.id)}: and {more} more\n"
