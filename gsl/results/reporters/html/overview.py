"""The first screen of the page: what was found, what was not looked at, what changed, and pictures of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gsl.results.comparison import CHANGES
from gsl.results.model import Report
from gsl.results.reporters.html.counting import (
    COLUMNS,
    ERROR,
    FACETS,
    NO_SEVERITY,
    STATES,
    Counts,
    by_framework,
    by_severity,
    counts_of,
    natural,
    state_of,
)
from gsl.results.reporters.html.markup import Row, bar, chart, counted, leading, number, text
from gsl.results.reporters.wording import moment
from gsl.results.summaries import RuleSummary

_SHOWN = 12
_NOWHERE = {"account": "no account", "region": "global, no region", "type": "no type"}
_HEADS = {"account": "Account", "region": "Region", "type": "Entity type"}
_WORDS = {
    "new": "New",
    "changed": "Changed",
    "unchanged": "Unchanged",
    "fixed": "Fixed",
    "excluded": "Excluded since",
    "not-evaluated": "Not evaluated",
    "unknown": "Unknown",
}


def verdicts(report: Report) -> Iterator[str]:
    """The sum of the run in a sentence, a bar and numbers."""
    summary = report.summary
    findings = summary.failed + summary.errors
    yield f'<section class="card hero"><h2>{counted(findings, "finding", "findings")}</h2><p class="lead">'
    hit = sum([bool(rule.failed or rule.errors) for rule in report.rules])
    yield f"in {number(hit)} of {counted(summary.rules, 'rule', 'rules')}, "
    yield f"over {counted(summary.entities, 'entity', 'entities')}.</p>"
    missing = f", {number(summary.passed_on_missing)} only because a value was missing" * bool(
        summary.passed_on_missing
    )
    counts = [
        ("failed", "failed", summary.failed, ""),
        ("error", "could not be decided", summary.errors, ""),
        ("passed", "passed", summary.passed, missing),
        ("excluded", "excluded", summary.excluded, ""),
        ("nothing", "not relevant", summary.not_relevant, ""),
    ]
    whole = sum([count for _, _, count, _ in counts])
    yield bar([(color, count) for color, _, count, _ in counts], whole) + '<ul class="legend">'
    for color, word, count, more in counts:
        label = leading(word, status=color) if color in ("failed", "error", "excluded") and count else word
        yield f'<li><i class="dot c-{color}"></i><b>{number(count)}</b> {label}{more}</li>'
    yield "</ul>"
    if findings:
        yield from _severities(report)
    yield "</section>"


def coverage(report: Report) -> Iterator[str]:
    """What was not looked at: never a silent pass."""
    items = list(_unseen(report))
    state = "alert" if items else "fine"
    title = "Not everything was looked at" if items else "Everything was looked at"
    yield f'<section class="card coverage {state}"><h2>{title}</h2>'
    if not items:
        yield "<p>Every rule could run and looked at something, and every verdict could be decided.</p></section>"
        return
    yield '<ul class="unseen-list">'
    for item in items:
        yield f"<li>{item}</li>"
    yield "</ul></section>"


def _unseen(report: Report) -> Iterator[str]:
    """What there is to say of what was not looked at, gravest first."""
    summary = report.summary
    if not report.rules:
        yield "<b>There was no rule to run.</b>"
    if not report.entities:
        yield "<b>There was no entity to look at.</b>"
    lost = [each for each in enumerate(report.rules) if each[1].could_not_run]
    if lost:
        yield f"<b>{counted(len(lost), 'rule', 'rules')} could not run:</b> {_named(lost)}"
    if summary.errors:
        told = leading(counted(summary.errors, "verdict", "verdicts"), status="error")
        yield f"<b>{told} could not be decided</b>, mostly because data could not be collected."
    yield from _diagnosed(report)
    nothing = [each for each in enumerate(report.rules) if each[1].looked_at_nothing]
    if nothing:
        yield f"<b>{counted(len(nothing), 'rule', 'rules')} looked at nothing:</b> {_named(nothing)}"
    places = [each for each in enumerate(report.rules) if each[1].kind == "placeholder"]
    if places:
        yield f"<b>{counted(len(places), 'rule is a placeholder', 'rules are placeholders')}</b> that check nothing: {_named(places)}"
    if summary.passed_on_missing:
        yield f"<b>{counted(summary.passed_on_missing, 'pass', 'passes')}</b> held only because a value was missing."
    stale = [each.status for each in report.exclusions if each.status != "active"]
    if stale:
        yield f'<b>{counted(len(stale), "exclusion", "exclusions")}</b> expired or took nothing out: see <a href="#exclusions">exclusions</a>.'


def _diagnosed(report: Report) -> Iterator[str]:
    for level, one, many in (("error", "error", "errors"), ("warning", "warning", "warnings")):
        count = sum([each.level == level for each in report.diagnostics])
        if count:
            yield f'<b>{counted(count, one, many)}</b> of the run itself: see <a href="#notes">notes</a>.'


def _named(rules: list[tuple[int, RuleSummary]]) -> str:
    """The ids of rules, leading to their rows; many are folded away."""
    links = [f'<a href="#rule-{number}">{text(rule.id)}</a>' for number, rule in rules]
    shown = ", ".join(links[:_SHOWN])
    if not links[_SHOWN:]:
        return shown
    rest = ", ".join(links[_SHOWN:])
    return f"{shown} <details><summary>and {number(len(links) - _SHOWN)} more</summary>{rest}</details>"


def trend(report: Report) -> Iterator[str]:
    """What changed since the baseline, where there is one."""
    if report.comparison is None:
        return
    counts = report.comparison.counts
    yield '<section class="card trend"><h2>Since the baseline</h2>'
    yield f'<p class="quiet">The baseline is of <time>{text(moment(report.comparison.now))}</time>.</p><dl class="tiles">'
    for change, meaning in CHANGES.items():
        count = counts.get(change, 0)
        label = leading(_WORDS[change], change=change, status="any") if count else _WORDS[change]
        yield f'<div class="t-{change}" title="{text(meaning)}"><dt>{label}</dt><dd>{number(count)}</dd></div>'
    yield "</dl>"
    unsure = counts.get("not-evaluated", 0) + counts.get("unknown", 0)
    if unsure:
        yield f'<p class="warned"><b>{counted(unsure, "finding", "findings")}</b> of the baseline went without being seen to pass. Nobody fixed them as far as this report knows.</p>'
    yield "</section>"


def charts(report: Report) -> Iterator[str]:
    """The findings in pictures."""
    if not report.summary.failed + report.summary.errors:
        return
    yield '<div class="charts">'
    counts = counts_of(report.findings)
    for facet in (*FACETS[2:], *FACETS[:2]):
        rows = list(_rows(facet, counts[facet]))
        yield from chart(f"Findings by {_HEADS[facet].lower()}", (_HEADS[facet], "Findings"), rows)
    yield "</div>"
    yield '<p class="legend key" aria-hidden="true">'
    for column in COLUMNS:
        word = {ERROR: "could not be decided", NO_SEVERITY: "no severity"}.get(column, column)
        yield f'<span><i class="dot c-{column}"></i>{word}</span> '
    yield "</p>"


def _severities(report: Report) -> Iterator[str]:
    rows = []
    for grade, (findings, rules) in by_severity(report.rules).items():
        if grade == NO_SEVERITY and not findings:
            continue
        word = "No severity" if grade == NO_SEVERITY else grade.capitalize()
        label = leading(word, severity=grade) if findings else word
        told = f"{counted(findings, 'finding', 'findings')} of {counted(rules, 'rule', 'rules')}"
        rows.append(Row(label, [(grade, findings)], told, number(findings)))
    yield from chart("Findings by severity", ("Severity", "Findings"), rows, kind="severities")


def _rows(facet: str, counts: Counts) -> Iterable[Row]:
    """The values of a facet, those with most findings first."""
    for value, numbers in sorted(counts.items(), key=lambda item: (-sum(item[1]), natural(item[0]))):
        parts = list(zip(COLUMNS, numbers))
        told = ", ".join([f"{number(count)} {_told(column)}" for column, count in parts if count])
        label = leading(value or _NOWHERE[facet], **{facet: value})
        yield Row(label, parts, told, number(sum(numbers)))


def _told(column: str) -> str:
    return {ERROR: "not decided", NO_SEVERITY: "without severity"}.get(column, column)


def frameworks(report: Report) -> Iterator[str]:
    """How the rules of each framework stand, section by section."""
    found = by_framework(report.rules)
    if not found:
        return
    numbers = {id(rule): place for place, rule in enumerate(report.rules)}
    yield '<section id="frameworks" aria-labelledby="frameworks-title"><h2 id="frameworks-title">Frameworks</h2>'
    yield '<p class="legend">'
    for state, word in zip(STATES, ("rules failed", "could not be decided", "passed", "looked at nothing")):
        yield f'<span><i class="dot c-{state}"></i>{word}</span> '
    yield '</p><div class="card folds">'
    for name, rules in found.items():
        yield from _framework(name, rules, numbers)
    yield "</div></section>"


def _framework(name: str, rules: list[RuleSummary], numbers: dict[int, int]) -> Iterator[str]:
    from gsl.results.reporters.html.counting import by_section

    states = [state_of(rule) for rule in rules]
    parts = [(state, states.count(state)) for state in STATES]
    told = f"{number(states.count('passed'))} of {counted(len(rules), 'rule', 'rules')} passed"
    yield f'<details class="fold"><summary><span class="fold-name">{text(name)}</span>{bar(parts, len(rules))}<span class="fold-told">{told}</span></summary>'
    yield f'<div class="scroll"><table><caption class="unseen">{text(name)}, by section</caption><thead><tr><th scope=col>Section</th><th scope=col>Rule</th><th scope=col>State</th><th scope=col class="num">Findings</th></tr></thead><tbody>'
    for section, members in by_section(name, rules).items():
        for rule in members:
            yield f'<tr><th scope=row>{text(section)}</th><td><a href="#rule-{numbers[id(rule)]}">{text(rule.title)}</a></td>'
            yield f'<td>{badge(state_of(rule))}</td><td class="num">{number(rule.failed + rule.errors)}</td></tr>'
    yield "</tbody></table></div></details>"


_STATE_WORDS = {"failed": "Failed", "error": "Not decided", "passed": "Passed", "nothing": "Looked at nothing"}


def badge(state: str, word: str | None = None) -> str:
    """A word on a tint of its colour."""
    return f'<span class="badge b-{state}">{text(word or _STATE_WORDS.get(state, state))}</span>'
