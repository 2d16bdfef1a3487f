"""The tables of the page: rules with all that is known of them, exclusions, notes of the run."""

from __future__ import annotations

from collections.abc import Iterator

from gsl.results.exclusion import ACTIVE, ends_soon
from gsl.results.model import Diagnostic, Report
from gsl.results.reporters.html.counting import GRADES, NO_SEVERITY
from gsl.results.reporters.html.markup import counted, leading, number, prose, reference, text
from gsl.results.reporters.html.overview import badge
from gsl.results.reporters.wording import place_of
from gsl.results.summaries import About, RuleSummary

_MOST_NOTES = 2_000
_STATES = {
    "failed": ("failed", "Failed"),
    "error": ("error", "Error"),
    "passed": ("passed", "Passed"),
    "not-applicable": ("nothing", "Looked at nothing"),
    "placeholder": ("nothing", "Placeholder"),
    "query": ("selected", "Query"),
}
_LEVELS = {"error": "failed", "warning": "medium", "note": "nothing"}
_EXCLUSIONS = {"active": "passed", "expired": "failed", "unused": "medium"}


def rules(report: Report) -> Iterator[str]:
    """A row for each rule, gravest findings first, with its description folded in."""
    order = sorted(enumerate(report.rules), key=lambda each: _rank(each[1]))
    heads = (
        ("severity", "Severity", ""),
        ("title", "Rule", ""),
        ("type", "Type", ""),
        ("state", "State", ""),
        *[(name, name.capitalize(), "num") for name in ("failed", "errors", "passed", "excluded")],
        ("other", "Not relevant", "num"),
    )
    yield '<table id="rule-table"><caption class="unseen">Rules with their counts</caption><thead><tr>'
    for key, word, kind in heads:
        yield f'<th scope=col class="{kind}" data-sort="{key}">{word}</th>'
    yield "</tr></thead><tbody>"
    for place, rule in order:
        yield from _rule(place, rule)
    yield "</tbody></table>"


def _rank(rule: RuleSummary) -> tuple[bool, int, int]:
    """Rules that could not run, then those with findings, the gravest first."""
    return (
        not rule.could_not_run and not rule.failed + rule.errors,
        GRADES.index(rule.severity or NO_SEVERITY),
        -rule.failed - rule.errors,
    )


def _rule(place: int, rule: RuleSummary) -> Iterator[str]:
    grade = rule.severity or NO_SEVERITY
    state, word = (
        ("error", "Could not run") if rule.could_not_run else _STATES.get(rule.status, ("nothing", rule.status))
    )
    yield f'<tr id="rule-{place}" data-grade="{GRADES.index(grade)}" data-state="{state}"><td class="r-sev">{badge(grade, grade)}</td>'
    yield f'<td class="r-title"><details><summary>{text(rule.title)}<small class="mono">{text(rule.id)}</small></summary><div class="about">'
    yield from _about(rule)
    yield f'</div></details></td><td class="r-type" data-label="Type">{text(rule.entity_type)}</td><td class="r-state">{badge(state, word)}</td>'
    counts = (("failed", rule.failed), ("errors", rule.errors), ("passed", rule.passed), ("excluded", rule.excluded))
    for name, count in (*counts, ("not relevant", rule.not_relevant)):
        shown = number(count)
        if count and name in ("failed", "errors", "excluded"):
            status = "error" if name == "errors" else name
            shown = leading(shown, rule=rule.id, status=status)
        yield f'<td class="num{"" if count else " zero"}" data-label="{name}">{shown}</td>'
    yield "</tr>\n"


def _about(rule: RuleSummary) -> Iterator[str]:
    """Description, remediation, references and frameworks of a rule, as far as it has them."""
    about: About = rule.about
    if about.description:
        yield f'<div class="words">{prose(about.description)}</div>'
    if about.remediation:
        yield f'<h3>How to fix it</h3><div class="words">{prose(about.remediation)}</div>'
    if about.references:
        links = "".join([f"<li>{reference(each)}</li>" for each in about.references])
        yield f'<h3>References</h3><ul class="references">{links}</ul>'
    if about.frameworks:
        yield '<h3>Frameworks</h3><ul class="tags">'
        for name, sections in about.frameworks.items():
            yield f"<li>{text(name)} <b>{text(', '.join(sections))}</b></li>"
        yield "</ul>"
    place = f"{rule.file}:{about.line}" if rule.file and about.line else rule.file
    facts = [("Category", about.category), ("File", place)]
    facts += [("Passes on missing values", number(rule.passed_on_missing) if rule.passed_on_missing else None)]
    facts += [("Selected", number(rule.selected) if rule.kind == "query" else None)]
    shown = [f"<div><dt>{name}</dt><dd>{text(value)}</dd></div>" for name, value in facts if value]
    if shown:
        yield f'<dl class="facts">{"".join(shown)}</dl>'


def exclusions(report: Report) -> Iterator[str]:
    """The exclusions of the run, with why, by whom and until when."""
    by_rules = report.summary.excluded - sum([each.count for each in report.exclusions if each.status == "active"])
    if not report.exclusions and not report.summary.excluded:
        yield '<p class="quiet">Nothing was excluded.</p>'
        return
    if by_rules > 0:
        told = leading(counted(by_rules, "verdict is", "verdicts are"), status="excluded")
        yield f"<p>{told} excluded by the rules themselves, with <code>exclude</code>.</p>"
    if not report.exclusions:
        return
    yield '<div class="card scroll"><table><caption class="unseen">Exclusions</caption><thead><tr>'
    for head in ("State", "Reason", "Owner", "Expires", "From"):
        yield f"<th scope=col>{head}</th>"
    yield '<th scope=col class="num">Taken out</th></tr></thead><tbody>'
    for each in report.exclusions:
        taken = each.exclusion
        yield f"<tr><td>{badge(_EXCLUSIONS.get(each.status, 'nothing'), each.status)}</td>"
        yield f'<td class="wide">{text(taken.reason) or _NONE}</td><td data-label="Owner">{text(taken.owner) or _NONE}</td>'
        soon = ends_soon(taken.expires, report.now) if each.status == ACTIVE else ""
        ends = badge("medium", f"ends {soon}") if soon else ""
        yield f'<td class="nowrap" data-label="Expires">{text(taken.expires or "never")} {ends}</td>'
        yield f'<td class="mono" data-label="From">{text(taken.source)}</td>'
        yield f'<td class="num" data-label="Taken out">{number(each.count)}</td></tr>'
    yield "</tbody></table></div>"


_NONE = '<span class="quiet">none given</span>'


def notes(report: Report) -> Iterator[str]:
    """What there is to know about the run that is no verdict."""
    if not report.diagnostics:
        yield '<p class="quiet">There is nothing to note about the run.</p>'
        return
    order = sorted(report.diagnostics, key=lambda each: ("error", "warning", "note").index(each.level))
    yield '<div class="card scroll"><table><caption class="unseen">Notes about the run</caption><thead><tr>'
    for head in ("Level", "What", "Rule", "Where"):
        yield f"<th scope=col>{head}</th>"
    yield '<th scope=col class="num">Times</th></tr></thead><tbody>'
    for each in order[:_MOST_NOTES]:
        yield _note(each)
    yield "</tbody></table></div>"
    if order[_MOST_NOTES:]:
        yield f"<p>{counted(len(order) - _MOST_NOTES, 'note is', 'notes are')} left out here; the JSON report has all.</p>"


def _note(each: Diagnostic) -> str:
    cells = f'<td>{badge(_LEVELS[each.level], each.level)}</td><td class="wide">{text(each.message)}<small class="mono">{text(each.code)}</small></td>'
    cells += f'<td class="mono">{text(each.rule_id or "")}</td><td class="mono">{text(place_of(each))}</td>'
    return f'<tr>{cells}<td class="num">{number(each.count or 1)}</td></tr>'
