"""The forms of a report by framework: a table from name to what writes it, and what several of them share."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence

from gsl.results.assessing import ASSESSED, Assessment, Standing, assess
from gsl.results.frameworks import Framework
from gsl.results.model import Report
from gsl.results.reporters import Settings

FRAMEWORK_FORMATS = {
    "text": ("text", "lines"),
    "json": ("as_json", "document"),
    "csv": ("tables", "lines"),
    "markdown": ("markdown", "lines"),
    "html": ("page", "document"),
}
"""The module here, and its function, for each of the formats that can tell of frameworks."""

WORDS = {
    "failed": "failed",
    "error": "error",
    "passed": "passed",
    "excluded": "excluded",
    "not-applicable": "not applicable",
    "manual": "manual",
    "not-covered": "not covered",
}
"""The statuses of controls as people read them."""


def framework_pieces(form: str, report: Report, frameworks: Sequence[Framework], settings: Settings) -> Iterator[str]:
    """The pieces of a report by framework, in order; `form` is one of `FRAMEWORK_FORMATS`."""
    module, function = FRAMEWORK_FORMATS[form]
    writer = getattr(importlib.import_module(f"{__name__}.{module}"), function)
    pieces: Iterator[str] = writer(report, [assess(report, each) for each in frameworks], settings)
    return pieces


def shares(assessment: Assessment) -> list[str]:
    """The percents of a framework in sentences: of what passed, and of what was looked at."""
    passed, assessed = assessment.passed_percent, assessment.assessed_percent
    count, total = assessment.assessed, assessment.total
    said = ["No control could be assessed."]
    if passed is not None:
        said = [f"{passed:g} % of the assessed controls passed ({assessment.counts['passed']} of {count})."]
    if assessed is not None:
        said.append(f"{assessed:g} % of the controls were assessed ({count} of {total}).")
    if by_hand(assessment):
        said.append(by_hand(assessment))
    return said


def by_hand(assessment: Assessment) -> str:
    """How many of the assessed controls the framework itself leaves to people, in a sentence; may be empty."""
    marked = sum([each.control.manual and each.status in ASSESSED for each in assessment.standings.values()])
    return (
        f"Of these, {marked} are marked manual in the framework: rules help there, and people have the last word."
        * bool(marked)
    )


def caveats(report: Report, assessment: Assessment) -> list[str]:
    """What a reader has to know before trusting the numbers, in sentences."""
    framework = assessment.framework
    said = []
    if not framework.known:
        said.append("There is no control tree of this framework: these are only the sections that rules name.")
    elif not framework.complete:
        said.append("The list of controls is not known to be complete.")
    if not report.entities:
        said.append("The input had no entities: nothing was looked at.")
    if assessment.total and not any([each.rules for each in assessment.standings.values()]):
        said.append("No rule of this run maps to a control of this framework.")
    blind = [each for each in assessment.standings.values() if each.absent]
    if blind:
        types = ", ".join(sorted({name for each in blind for name in each.absent}))
        one = len(blind) == 1
        said.append(
            f"{len(blind)} {'control' if one else 'controls'} could not be looked at, or in part only, as the input has no {types}."
        )
    errors = sum([each.level == "error" for each in report.diagnostics])
    if errors:
        said.append(
            f"The run had {errors} {'error' if errors == 1 else 'errors'} of its own: not everything was looked at."
        )
    if assessment.unplaced:
        said.append(f"Rules that name the framework and no control of it: {_ids(assessment.unplaced)}.")
    for section, rules in assessment.unknown.items():
        said.append(f"Rules map to `{section}`, which the framework does not have: {_ids(rules)}.")
    return said


def notes(standing: Standing) -> list[str]:
    """What qualifies the status of a control, in short phrases."""
    verdicts, checks = standing.verdicts, standing.checks
    said = []
    lost = sum([rule.could_not_run for rule in checks])
    idle = sum([rule.looked_at_nothing for rule in checks])
    if lost:
        said.append(f"{lost} of {len(checks)} rules could not run")
    if idle and standing.status != "not-applicable":
        said.append(f"{idle} of {len(checks)} rules looked at nothing")
    if standing.absent:
        said.append(f"the input has no {', '.join(standing.absent)}")
    if standing.empty_passes:
        times = "once" if standing.empty_passes == 1 else f"{standing.empty_passes} times"
        said.append(f"passed {times} on an empty list, which does not count")
    if verdicts.passed_on_missing:
        said.append(f"{verdicts.passed_on_missing} passed only because a value was missing")
    if verdicts.excluded and standing.status != "excluded":
        said.append(f"{verdicts.excluded} excluded")
    silent = len(standing.rules) - len(checks)
    if silent:
        said.append(f"{silent} {'rule checks' if silent == 1 else 'rules check'} nothing (query or placeholder)")
    return said


def _ids(rules: Sequence[object]) -> str:
    ids = [str(getattr(rule, "id", "")) for rule in rules]
    return ", ".join(ids[:_SHOWN]) + (f" and {len(ids) - _SHOWN} more" if ids[_SHOWN:] else "")


_SHOWN = 10
