"""The findings as CSV (RFC 4180), a finding a row, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import chain

from gsl.results.exclusion import Exclusion
from gsl.results.model import Report, Result
from gsl.results.reporters import Settings
from gsl.results.reporters.sentences import not_told
from gsl.results.reporters.wording import title_of, why
from gsl.results.summaries import About

COLUMNS = (
    *("status", "severity", "ruleId", "title", "category", "entityType", "entityId", "entityName", "account", "region"),
    *("why", "change", "excludedBy", "excludedReason", "excludedOwner", "excludedUntil"),
    *("frameworks", "remediation", "fingerprint"),
)
"""The columns, in their order."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}")
_LONGEST = 32_000
"""Characters of a cell; a spreadsheet takes 32,767."""


def lines(report: Report, settings: Settings) -> Iterator[str]:
    """The table, a row at a time: findings, excluded ones, with --all passed ones, then those that are gone."""
    writer = csv.writer(Echo())
    yield writer.writerow(COLUMNS)
    about = {rule.id: rule.about for rule in report.rules}
    gone = report.comparison.gone if report.comparison is not None else ()
    for result in chain(report.findings, report.excluded, report.verdicts or (), gone):
        cells = _cells(result, title_of(report, result.rule_id), about.get(result.rule_id, About()))
        yield writer.writerow([safe(cell) for cell in cells])
    left = not_told(report, rules=True)
    if left:
        settings.note(left)


class Echo:
    """Gives back what is written, so that a row is a text."""

    def write(self, text: str) -> str:
        """The text."""
        return text


def _cells(result: Result, title: str, about: About) -> tuple[str, ...]:
    exclusion = result.exclusion or Exclusion("")
    frameworks = [f"{name}: {', '.join(sections)}" for name, sections in about.frameworks.items() if sections]
    return (
        str(result.status) if result.change not in _GONE else "gone",
        result.severity or "",
        result.rule_id,
        title,
        about.category or "",
        *(result.entity_type, result.entity_id, result.entity_name, result.account, result.region),
        why(result),
        result.change or "",
        *(exclusion.source, exclusion.reason, exclusion.owner, exclusion.expires or ""),
        "; ".join(frameworks),
        about.remediation or "",
        result.fingerprint,
    )


_GONE = ("fixed", "excluded", "not-evaluated", "unknown")


def safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula, without control characters but line ends."""
    cell = "".join([each if each.isprintable() or each in "\n\t" else "\N{REPLACEMENT CHARACTER}" for each in cell])
    cell = cell if len(cell) <= _LONGEST else f"{cell[:_LONGEST]}..."
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
