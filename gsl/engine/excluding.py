"""Exclusions at work: which of them takes a failure out of the findings, and what became of each."""

from __future__ import annotations

from collections.abc import Iterator

from gsl.engine.found import Found
from gsl.engine.plan import Job, Plan
from gsl.inventory.entity import Entity
from gsl.results.exclusion import ACTIVE, EXPIRED, UNUSED, Exclusion, ExclusionSummary, ends_soon
from gsl.results.model import Diagnostic
from gsl.ruleset.exclusions import Waiver
from gsl.semantics.judging import Status, judge
from gsl.semantics.run import Run, Seen


class Excluder:
    """Finds the exclusion of a failure: the first of those given that holds and is about it."""

    def __init__(self, plan: Plan) -> None:
        waivers = list(enumerate(plan.options.exclusions.given))
        holding = [(place, each) for place, each in waivers if each.holds(plan.options.now)]
        self._by_job: dict[int, list[tuple[int, Waiver]]] = {}
        for job in plan.jobs:
            about = [(place, each) for place, each in holding if each.names(job.rule.id)]
            if about:
                self._by_job[job.number] = about

    def may_exclude(self, job: Job, entity: Entity) -> bool:
        """Whether an exclusion is about the rule and the place of an entity."""
        about = self._by_job.get(job.number, ())
        return any([waiver.covers(entity.account, entity.region) for _, waiver in about])

    def of(self, job: Job, entity: Entity, root: Seen, run: Run, found: Found) -> Exclusion | None:
        """The exclusion that takes a failure out, counted among what was found; `None` when none does.

        One whose condition cannot be decided takes nothing out.
        """
        for place, waiver in self._by_job.get(job.number, ()):
            if waiver.covers(entity.account, entity.region) and _is_about(waiver, root, run):
                found.taken_out[place] += 1
                return waiver.told
        return None


def _is_about(waiver: Waiver, root: Seen, run: Run) -> bool:
    condition = waiver.condition
    return condition is None or judge(condition.statement, root, run).status is Status.PASSED


def exclusion_summaries(plan: Plan, found: Found) -> tuple[ExclusionSummary, ...]:
    """What became of each exclusion of a run."""
    told = []
    for place, waiver in enumerate(plan.options.exclusions.given):
        count = found.taken_out[place]
        status = EXPIRED if not waiver.holds(plan.options.now) else ACTIVE if count else UNUSED
        told.append(ExclusionSummary(waiver.told, status, count))
    return tuple(told)


def of_exclusions(plan: Plan, summaries: tuple[ExclusionSummary, ...]) -> Iterator[Diagnostic]:
    """What is said of exclusions that took nothing out, and of those that end soon."""
    level = "error" if plan.options.exclusions.strict else "warning"
    for waiver, told in zip(plan.options.exclusions.given, summaries):
        file, _, line = told.exclusion.source.rpartition(":")
        by = f" of {told.exclusion.owner}" if told.exclusion.owner else ""
        which = f"the exclusion{by} ({told.exclusion.reason})"
        soon = ends_soon(told.exclusion.expires, plan.options.now_text)
        if told.status == EXPIRED:
            message = f"{which} ended on {told.exclusion.expires}: its findings count again"
            yield Diagnostic(level, "expired-exclusion", message, file=file, line=int(line))
        elif told.status == UNUSED:
            message = f"{which} took nothing out: {_why_idle(plan, waiver)}"
            yield Diagnostic(level, "unused-exclusion", message, file=file, line=int(line))
        elif soon:
            many = "the finding that it takes out counts" if told.count == 1 else f"{told.count} findings count"
            message = f"{which} ends {soon}, on {told.exclusion.expires}: then {many} again"
            yield Diagnostic("note", "ending-exclusion", message, file=file, line=int(line))


def _why_idle(plan: Plan, waiver: Waiver) -> str:
    """Why an exclusion that holds took nothing out, as far as the counts of its rules tell."""
    rules = [summary for summary in plan.summaries if waiver.names(summary.id)]
    if not rules:
        return "no rule of this run is among its `rules`"
    first = ", or another exclusion took it out first" if any([rule.excluded for rule in rules]) else ""
    never = "; errors are never taken out" if any([rule.errors for rule in rules]) else ""
    return f"nothing that it is about failed{first}{never}"
