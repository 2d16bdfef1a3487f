"""A report by framework as CSV (RFC 4180), a control a row, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence

from gsl.results.assessing import Assessment, Standing
from gsl.results.frameworks import Section
from gsl.results.model import Report
from gsl.results.reporters import Settings
from gsl.results.reporters.frameworks import notes
from gsl.results.reporters.tables import Echo, safe

COLUMNS = (
    *("framework", "version", "section", "sectionTitle", "control", "title", "status", "manual", "rules"),
    *("failed", "errors", "passed", "excluded", "notRelevant", "passedOnMissing", "notes", "guidance"),
)
"""The columns, in their order."""


def lines(report: Report, assessments: Sequence[Assessment], settings: Settings) -> Iterator[str]:
    """The table, a row at a time; sections that rules name and a framework does not have come last."""
    writer = csv.writer(Echo())
    yield writer.writerow(COLUMNS)
    for assessment in assessments:
        for block in assessment.framework.blocks():
            for control in block.controls:
                cells = _cells(assessment, block.section, assessment.standings[control.id])
                yield writer.writerow([safe(cell) for cell in cells])
        for name, rules in assessment.unknown.items():
            framework = assessment.framework
            told = ("", "", name, "", "unknown", "", ", ".join([rule.id for rule in rules]))
            row = (framework.name, framework.version, *told, *[""] * 6, "the framework has no such control", "")
            yield writer.writerow([safe(cell) for cell in row])


def _cells(assessment: Assessment, section: Section, standing: Standing) -> tuple[str, ...]:
    framework, control = assessment.framework, standing.control
    return (
        framework.name,
        framework.version,
        section.id,
        section.title,
        control.id,
        control.title,
        standing.status,
        "yes" if control.manual else "",
        ", ".join([rule.id for rule in standing.rules]),
        *[str(count) for count in standing.verdicts.to_dict().values()],
        "; ".join(notes(standing)),
        control.guidance,
    )
