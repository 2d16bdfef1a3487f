"""What the pictures of the page show: findings by severity, account, region and type, rules by framework."""

from __future__ import annotations

from collections.abc import Iterable

from gsl.results.model import Result
from gsl.results.severity import SEVERITIES
from gsl.results.summaries import RuleSummary
from gsl.semantics.judging import Status

NO_SEVERITY = "none"
GRADES = (*reversed(SEVERITIES), NO_SEVERITY)
"""The severities as the page has them, gravest first."""

ERROR = "error"
COLUMNS = (*GRADES, ERROR)
"""What findings are counted by: failed ones by severity, and those that could not be decided."""

STATES = ("failed", "error", "passed", "nothing")
"""What a rule can be in a framework: `nothing` is one that looked at nothing, or is none to run."""

FACETS = ("account", "region", "type")
MOST_VALUES = 10_000
OTHERS = "(others)"

Counts = dict[str, list[int]]
"""By value, a number for each of `COLUMNS`."""


def counts_of(findings: Iterable[Result]) -> dict[str, Counts]:
    """The findings counted by each of `FACETS`; values beyond the first ten thousand are counted together."""
    accounts: Counts = {}
    regions: Counts = {}
    types: Counts = {}
    for each in findings:
        column = _COLUMN[ERROR if each.status is Status.ERROR else each.severity or NO_SEVERITY]
        _count(accounts, each.account, column)
        _count(regions, each.region, column)
        _count(types, each.entity_type, column)
    return dict(zip(FACETS, (accounts, regions, types)))


_COLUMN = {name: number for number, name in enumerate(COLUMNS)}


def _count(counts: Counts, value: str, column: int) -> None:
    numbers = counts.get(value)
    if numbers is None:
        if len(counts) >= MOST_VALUES:
            value = OTHERS
        numbers = counts.setdefault(value, [0] * len(COLUMNS))
    numbers[column] += 1


def by_severity(rules: Iterable[RuleSummary]) -> dict[str, tuple[int, int]]:
    """By severity, how many findings there are, and of how many rules."""
    found = dict.fromkeys(GRADES, (0, 0))
    for rule in rules:
        findings = rule.failed + rule.errors
        if findings:
            before = found[rule.severity or NO_SEVERITY]
            found[rule.severity or NO_SEVERITY] = before[0] + findings, before[1] + 1
    return found


def state_of(rule: RuleSummary) -> str:
    """Which of `STATES` a rule is in."""
    status = rule.status
    return status if status in STATES else "nothing"


def by_framework(rules: Iterable[RuleSummary]) -> dict[str, list[RuleSummary]]:
    """The rules that map to each framework, by its name."""
    found: dict[str, list[RuleSummary]] = {}
    for rule in rules:
        for framework in rule.about.frameworks:
            found.setdefault(framework, []).append(rule)
    return dict(sorted(found.items(), key=lambda item: natural(item[0])))


def by_section(framework: str, rules: Iterable[RuleSummary]) -> dict[str, list[RuleSummary]]:
    """The rules of a framework by its sections, in their order."""
    found: dict[str, list[RuleSummary]] = {}
    for rule in rules:
        for section in rule.about.frameworks[framework]:
            found.setdefault(section, []).append(rule)
    return dict(sorted(found.items(), key=lambda item: natural(item[0])))


def natural(name: str) -> list[tuple[int, int, str]]:
    """Sorts names such as 1.10 after 1.9."""
    parts: list[tuple[int, int, str]] = []
    word = ""
    for letter in f"{name[:200]}\0":
        if word and (letter.isdecimal() != word[0].isdecimal() or letter == "\0"):
            digits = word[0].isdecimal()
            parts.append((0, int(word), "") if digits else (1, 0, word))
            word = ""
        word += letter
    return parts
