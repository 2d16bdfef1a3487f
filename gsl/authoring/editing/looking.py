"""One look at the text of a rule file: the rule, if it is one, and everything there is to say of it."""

from __future__ import annotations

from collections.abc import Collection

from msgspec import Struct

from gsl.authoring.checking.findings import Edit
from gsl.authoring.checking.running import Settings, check_rule
from gsl.authoring.checking.table import ERROR, WARNING
from gsl.errors import Problem, RuleError, Source
from gsl.language import nodes
from gsl.language.vocabulary import did_you_mean
from gsl.ruleset.loading import rule_of_text
from gsl.ruleset.rule import Rule

NO_LIST = "unknown-list"


class Notice(Struct, frozen=True):
    """One thing to say of a stretch of the text: an error of the language, or what a check found.

    `severity` is `error`, `warning` or `note`; `edits` mend it without changing what the rule means.
    """

    code: str
    severity: str
    message: str
    start: int
    end: int
    edits: tuple[Edit, ...] = ()
    is_check: bool = False


class Look(Struct, frozen=True, eq=False):
    """A text, its rule (`None` when it cannot be used) and the notices in the order of the text."""

    text: str
    name: str
    rule: Rule | None
    notices: tuple[Notice, ...]


def look_at(text: str, name: str, settings: Settings, lists: Collection[str] | None = None) -> Look:
    """Look at the text of a rule file. `lists` are the named lists there are, `None` when nobody says."""
    try:
        rule = rule_of_text(Source(text, name, name))
    except RuleError as error:
        return Look(text, name, None, tuple([_of_problem(each, text) for each in error.problems]))
    found = [
        Notice(
            each.finding.code,
            each.severity,
            each.finding.message,
            *_stretch(each.finding.span.start, each.finding.span.end, text),
            each.finding.edits,
            True,
        )
        for each in check_rule(rule, settings)
    ]
    found += [] if lists is None else _without_list(rule, lists)
    return Look(text, name, rule, tuple(sorted(found, key=lambda each: (each.start, each.code))))


def _of_problem(problem: Problem, text: str) -> Notice:
    start, end = _stretch(problem.span.start, problem.span.end, text)
    return Notice(problem.code, ERROR, problem.message, start, end)


def _stretch(start: int, end: int, text: str) -> tuple[int, int]:
    """A stretch inside the text that has at least one character, where there is one."""
    start = max(0, min(start, len(text)))
    end = min(max(end, start + 1), len(text))
    return (start, end) if start < end or not text else (max(0, end - 1), end)


def _without_list(rule: Rule, lists: Collection[str]) -> list[Notice]:
    found = []
    for node in nodes.walk(rule.statement):
        if isinstance(node, nodes.NamedList) and node.name not in lists:
            message = f"the named list `${node.name}` is not given{did_you_mean(node.name, lists)}"
            found.append(Notice(NO_LIST, WARNING, message, node.span.start, node.span.end))
    return found
