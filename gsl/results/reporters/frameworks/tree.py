"""One framework in the page for auditors: its numbers, its sections, its controls, and what is left to people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gsl.results.assessing import STATUSES, Assessment, Standing
from gsl.results.frameworks import Block
from gsl.results.model import Report, Result
from gsl.results.reporters.frameworks import WORDS, by_hand, caveats, notes, shares
from gsl.results.reporters.html.markup import bar, counted, number, reference, text
from gsl.results.reporters.wording import excluded_by
from gsl.semantics.judging import Status

_TINTS = {"manual": "medium", "not-applicable": "informational", "not-covered": "nothing"}
_COUNTS = ("failed", "errors", "passed", "excluded", "not_relevant")
_HEADS = ("Failed", "Errors", "Passed", "Excluded", "Not relevant")


def framework_section(report: Report, assessment: Assessment, place: int) -> Iterator[str]:
    """All there is to show of a framework; `place` makes its anchors distinct."""
    framework = assessment.framework
    yield f'<section class="framework" id="framework-{place}"><h2>{text(framework.name)}</h2>'
    origin = " · ".join(
        [text(framework.title)] * bool(framework.title) + [reference(framework.url)] * bool(framework.url)
    )
    yield f'<p class="from">{origin}</p>'
    said = caveats(report, assessment)
    if said:
        yield '<ul class="caveats">' + "".join([f"<li>{text(each)}</li>" for each in said]) + "</ul>"
    yield '<div class="heads">'
    yield from _numbers(assessment)
    yield from _meanings()
    yield "</div>"
    yield from _parts(assessment, place)
    for index, block in enumerate(framework.blocks()):
        yield from _block(assessment, block, f"{place}-{index}")
    yield from _left_to_people(assessment)
    if assessment.unmapped:
        yield f'<p class="quiet">{counted(assessment.unmapped, "rule", "rules")} of the run map to nothing of this framework.</p>'
    yield "</section>"


def _numbers(assessment: Assessment) -> Iterator[str]:
    share = assessment.passed_percent
    big, said = ("–", shares(assessment)[0]) if share is None else (f"{share:g} %", _passed(assessment))
    yield f'<section class="card hero"><p class="big">{big}</p><p class="lead">{said}</p>'
    yield f'{_bar(assessment.counts, assessment.total)}<ul class="legend">'
    for status, count in assessment.counts.items():
        yield f'<li><i class="dot c-{_tint(status)}"></i><b>{number(count)}</b> {WORDS[status]}</li>'
    yield "</ul></section>"


def _passed(assessment: Assessment) -> str:
    count, total, share = assessment.assessed, assessment.total, assessment.assessed_percent
    passed = f"of the assessed controls passed: {assessment.counts['passed']} of {count}."
    assessed = "" if share is None else f"<br>{share:g} % of all controls were assessed: {count} of {total}."
    return f"{passed}{assessed} {text(by_hand(assessment))}"


def _meanings() -> Iterator[str]:
    yield '<section class="card meaning"><h3>What the statuses mean</h3><dl class="meanings">'
    for status, meaning in STATUSES.items():
        yield f"<div><dt>{_badge(status)}</dt><dd>{text(meaning)}</dd></div>"
    yield "</dl></section>"


def _tint(status: str) -> str:
    return _TINTS.get(status, status)


def _badge(status: str) -> str:
    return f'<span class="badge b-{status}">{WORDS[status].capitalize()}</span>'


def _bar(counts: dict[str, int], whole: int) -> str:
    return bar([(_tint(status), count) for status, count in counts.items()], whole)


def _parts(assessment: Assessment, place: int) -> Iterator[str]:
    """A bar for each section with controls, which leads to them."""
    rows = [
        (index, block, _standings(assessment, block))
        for index, block in enumerate(assessment.framework.blocks())
        if block.controls
    ]
    if len(rows) < 2:
        return
    yield '<section class="card parts"><table class="bars"><caption class="unseen">Controls by section</caption>'
    yield '<colgroup><col class="w-label"><col><col class="w-count"></colgroup><thead><tr><th scope=col>Section</th><th scope=col>Share</th><th scope=col>Passed</th></tr></thead><tbody>'
    for index, block, standings in rows:
        statuses = [each.status for each in standings]
        counts = {status: statuses.count(status) for status in STATUSES}
        told = ", ".join([f"{count} {WORDS[status]}" for status, count in counts.items() if count])
        name = text(block.heading or "Controls")
        yield f'<tr title="{told}"><th scope=row><a href="#section-{place}-{index}">{name}</a></th>'
        yield f'<td>{_bar(counts, len(standings))}<span class="unseen">{told}</span></td><td>{counts["passed"]} of {len(standings)}</td></tr>'
    yield "</tbody></table></section>"


def _standings(assessment: Assessment, block: Block) -> list[Standing]:
    return [assessment.standings[each.id] for each in block.controls]


def _block(assessment: Assessment, block: Block, anchor: str) -> Iterator[str]:
    name = block.heading or "Controls"
    yield f'<h3 id="section-{anchor}"{" class=deep" if block.depth else ""}>{text(name)}</h3>'
    if not block.controls:
        return
    yield f'<div class="card"><table class="controls"><caption class="unseen">{text(name)}</caption><thead><tr><th scope=col class="k-id">Control</th><th scope=col>Asks that</th><th scope=col class="k-state">Status</th>'
    yield "".join([f'<th scope=col class="num">{head}</th>' for head in _HEADS]) + "</tr></thead><tbody>"
    for standing in _standings(assessment, block):
        yield from _control(standing)
    yield "</tbody></table></div>"


def _control(standing: Standing) -> Iterator[str]:
    control = standing.control
    yield f'<tr><th scope=row class="k-id">{text(control.id)}</th><td class="k-title">{text(control.title)}'
    yield "".join([f"<small>{text(rule.id)}: {text(rule.title)}</small>" for rule in standing.rules])
    yield "".join([f'<small class="note">{text(each)}</small>' for each in notes(standing)])
    marked = '<small class="marked">manual too</small>' * (control.manual and standing.status != "manual")
    yield f'</td><td class="k-state">{_badge(standing.status)}{marked}</td>'
    for name, head in zip(_COUNTS, _HEADS):
        count = getattr(standing.verdicts, name)
        shown = number(count) if standing.checks else ""
        yield f'<td class="num{"" if count else " zero"}" data-label="{head}">{shown}</td>'
    yield "</tr>"
    if standing.named:
        yield from _found(standing)


def _found(standing: Standing) -> Iterator[str]:
    verdicts = standing.verdicts
    told = [
        f"{number(count)} {word}"
        for count, word in (
            (verdicts.failed, "failed"),
            (verdicts.errors, "not decided"),
            (verdicts.excluded, "excluded"),
        )
        if count
    ]
    yield f'<tr class="named"><td colspan="8"><details open class="inside"><summary>{", ".join(told)}</summary><ul>'
    several = len(standing.rules) > 1
    for each in standing.named:
        yield f"<li>{_entity(each, several)}</li>"
    if standing.unnamed:
        yield f'<li class="quiet">and {number(standing.unnamed)} more</li>'
    yield "</ul></details></td></tr>"


def _entity(result: Result, with_rule: bool) -> str:
    """An entity that failed, where it is, and what took it out where something did."""
    name = result.entity_name or result.entity_id or "(could not be listed)"
    told = [result.entity_type, result.entity_id if result.entity_id != name else "", result.account, result.region]
    where = "".join([f"<small>{text(each)}</small>" for each in (*told, result.rule_id if with_rule else "") if each])
    why = f"<small>{text(excluded_by(result.exclusion))}</small>" if result.exclusion is not None else ""
    state = {Status.FAILED: "failed", Status.ERROR: "error"}.get(result.status, "excluded")
    return f'<span class="state s-{state}">{text(name)}</span>{where}{why}'


def _left_to_people(assessment: Assessment) -> Iterator[str]:
    """The controls that no rule covers and the framework leaves to people, with what there is to do."""
    manual: Sequence[Standing] = [each for each in assessment.standings.values() if each.status == "manual"]
    if not manual:
        return
    yield '<h3>To do by hand</h3><section class="card by-hand"><dl>'
    for each in manual:
        guidance = each.control.guidance or "Assess it as the framework says, and keep what shows it."
        yield f"<dt>{text(each.control.id)}  {text(each.control.title)}</dt><dd>{text(guidance)}</dd>"
    yield "</dl></section>"
