"""The report as JUnit's XML: a test suite for each rule, a test case for each entity, what could not be done as errors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from gsl.errors import printable
from gsl.results.model import Diagnostic, Report, Result
from gsl.results.reporters import Settings
from gsl.results.reporters.rule_places import RulePlaces
from gsl.results.reporters.wording import counted, entity_of, excluded_by, place_of, title_of, why, why_lines
from gsl.results.summaries import RuleSummary
from gsl.semantics.judging import Status

_RUN = "the run"
_TAGS = {Status.FAILED: "failure", Status.ERROR: "error", Status.EXCLUDED: "skipped"}


def lines(report: Report, settings: Settings) -> Iterator[str]:
    """The pieces of the document, which is one, whatever happened.

    A suite has one case for all entities that passed, unless the report has them one by one. Takes
    eight bytes of memory for each result: their order is not that of the suites.
    """
    problems = [each for each in report.diagnostics if each.level == "error"]
    lost = [rule for rule in report.rules if rule.could_not_run]
    summary = report.summary
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    tests = sum([_tests(rule, report.verdicts is not None) for rule in report.rules]) + len(problems)
    skipped = sum([_skipped(rule) for rule in report.rules])
    errors = summary.errors + len(problems) + len(lost)
    yield f'<testsuites name="gsl" tests="{tests}" failures="{summary.failed}" errors="{errors}" skipped="{skipped}">\n'
    if problems:
        yield from _problem_suite(problems)
    places = RulePlaces(report)
    for rule in report.rules:
        yield from _suite(rule, report, places.of(rule.id))
    yield "</testsuites>\n"


def _tests(rule: RuleSummary, one_by_one: bool) -> int:
    passed = rule.passed if one_by_one else bool(rule.passed)
    return rule.failed + rule.errors + passed + rule.could_not_run + _skipped(rule)


def _skipped(rule: RuleSummary) -> int:
    """Excluded verdicts, and one for a rule that gave no verdict."""
    return rule.excluded + int(rule.looked_at_nothing or rule.kind == "placeholder")


def _problem_suite(problems: list[Diagnostic]) -> Iterator[str]:
    yield f'<testsuite name="{_RUN}" tests="{len(problems)}" failures="0" errors="{len(problems)}" skipped="0">\n'
    for each in problems:
        where = f"{place_of(each)}: " if place_of(each) else ""
        yield from _case(_RUN, each.code, None, "error", f"{where}{each.message}", "")
    yield "</testsuite>\n"


def _suite(rule: RuleSummary, report: Report, results: Iterable[Result]) -> Iterator[str]:
    one_by_one = report.verdicts is not None
    title = title_of(report, rule.id)
    errors = rule.errors + rule.could_not_run
    yield (
        f'<testsuite name={_quoted(rule.id)} tests="{_tests(rule, one_by_one)}" failures="{rule.failed}"'
        f' errors="{errors}" skipped="{_skipped(rule)}" timestamp={_quoted(report.now)}>\n'
    )
    told = {"title": title, "severity": rule.severity or "", "category": rule.about.category or ""}
    yield "<properties>\n"
    for name, value in told.items():
        if value:
            yield f"<property name={_quoted(name)} value={_quoted(value)}/>\n"
    yield "</properties>\n"
    for result in results:
        yield from _result_case(result, rule)
    if rule.passed and not one_by_one:
        yield from _case(rule.id, f"{counted(rule.passed, 'entity', 'entities')} passed", rule, None, "", "")
    if rule.could_not_run:
        yield from _case(rule.id, title, rule, "error", "the rule could not run", "")
    elif rule.looked_at_nothing:
        message = f"it looked at nothing: no {rule.entity_type} that it is about"
        yield from _case(rule.id, title, rule, "skipped", message, "")
    elif rule.kind == "placeholder":
        yield from _case(rule.id, title, rule, "skipped", "the rule is a placeholder", "")
    yield "</testsuite>\n"


def _result_case(result: Result, rule: RuleSummary) -> Iterator[str]:
    tag = _TAGS.get(result.status)
    message = excluded_by(result.exclusion) if result.exclusion is not None else why(result)
    new = f"{result.change}: " if result.change in ("new", "changed") else ""
    body = "\n".join([entity_of(result, " "), *why_lines(result.reasons)])
    yield from _case(rule.id, entity_of(result, " "), rule, tag, new + message, body)


def _case(suite: str, name: str, rule: RuleSummary | None, tag: str | None, message: str, body: str) -> Iterator[str]:
    place = f" file={_quoted(rule.file)}" if rule is not None and rule.file else ""
    if place and rule is not None and rule.about.line is not None:
        place += f' line="{rule.about.line}"'
    head = f"<testcase classname={_quoted(suite)} name={_quoted(name)}{place}"
    if tag is None:
        yield f"{head}/>\n"
    else:
        kind = "" if tag == "skipped" else f' type="{tag}"'
        text = "" if tag == "skipped" else _clean(body)
        yield f"{head}>\n<{tag} message={_quoted(message)}{kind}>{escape(text)}</{tag}>\n</testcase>\n"


def _quoted(text: str) -> str:
    return quoteattr(_clean(printable(text)))


def _clean(text: str) -> str:
    """A text that XML can carry."""
    return "".join([each if each == "\n" or each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text])
