"""What a run did not look at: types without entities, keys that no entity has. Nothing is passed over in silence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gsl.engine import diagnostics
from gsl.engine.found import Found
from gsl.engine.plan import Job, Plan
from gsl.inventory.census import Census
from gsl.results.model import Diagnostic
from gsl.ruleset.checking import type_key


def not_looked_at(plan: Plan, found: Found) -> Iterator[Diagnostic]:
    """The types and the whole kinds of input that were missing."""
    level = "error" if plan.strict else "warning"
    if not plan.summaries:
        yield Diagnostic(level, "no-rules", "there are no rules: nothing was checked")
    if not found.types:
        said = [*plan.diagnostics, *found.errors]
        if plan.strict or not any([each.level == "error" for each in said]):
            yield Diagnostic(level, "no-entities", "there are no entities: nothing was checked")
        return
    for job in plan.jobs:
        for type_name in sorted(job.rule.types):
            if type_key(type_name) not in found.types:
                yield diagnostics.of_no_entities(job.rule, type_name, found.types, plan.strict)


def unknown_keys(jobs: Iterable[Job], census: Census, strict: bool) -> Iterator[Diagnostic]:
    """The paths that no entity has."""
    for job in jobs:
        for found in census.unknown(job.rule.reads):
            yield diagnostics.of_unknown_key(job.rule, found, strict)
