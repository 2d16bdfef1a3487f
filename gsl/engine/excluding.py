"""Exclusions at work: which of them takes a failure out of the findings, and what became of each."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from gsl.engine.found import Found
from gsl.engine.plan import Job, Plan
from gsl.inventory import schemas
from gsl.inventory.census import Census, UnknownKey
from gsl.inventory.entity import Entity
from gsl.results.exclusion import ACTIVE, EXPIRED, UNUSED, Exclusion, ExclusionSummary, ends_soon
from gsl.results.model import Diagnostic
from gsl.ruleset.exclusions import Waiver
from gsl.semantics.judging import Status, judge
from gsl.semantics.reads import ELEMENTS, Read
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
            if not waiver.covers(entity.account, entity.region):
                continue
            if waiver.condition is not None and not job.rule.is_list:
                found.asked.count(entity, _name(place))
            if _is_about(waiver, root, run):
                found.taken_out[place] += 1
                return waiver.told
        return None


def _is_about(waiver: Waiver, root: Seen, run: Run) -> bool:
    condition = waiver.condition
    return condition is None or judge(condition.statement, root, run).status is Status.PASSED


def _name(place: int) -> str:
    """What the census calls the entities that one exclusion was asked about, of whatever type."""
    return f"exclusion {place}"


def _reads(waiver: Waiver, place: int) -> list[Read]:
    """The paths of its condition."""
    return [replace(read, type=_name(place)) for read in waiver.condition.reads] if waiver.condition is not None else []


def asked_about(plan: Plan) -> Census:
    """What counts which of the paths that conditions read there are, in the entities that they are asked about."""
    return Census([read for place, each in enumerate(plan.options.exclusions.given) for read in _reads(each, place)])


def exclusion_summaries(plan: Plan, found: Found) -> tuple[ExclusionSummary, ...]:
    """What became of each exclusion of a run."""
    told = []
    for place, waiver in enumerate(plan.options.exclusions.given):
        count = found.taken_out[place]
        status = EXPIRED if not waiver.holds(plan.options.now) else ACTIVE if count else UNUSED
        told.append(ExclusionSummary(waiver.told, status, count))
    return tuple(told)


def of_exclusions(plan: Plan, summaries: tuple[ExclusionSummary, ...], found: Found) -> Iterator[Diagnostic]:
    """What is said of exclusions that took nothing out, of those that end soon, and of paths that no entity has."""
    level = "error" if plan.options.exclusions.strict else "warning"
    for place, (waiver, told) in enumerate(zip(plan.options.exclusions.given, summaries)):
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
        for unknown in found.asked.unknown(_reads(waiver, place)):
            if (told.count or unknown.near) and not _in_schemas(plan, waiver, unknown.read):
                sure = "error" if plan.strict and unknown.near else "warning"
                message = f"{which} reads `{unknown.read.text}`, and {_missing(unknown)}"
                yield Diagnostic(
                    sure,
                    "unknown-key",
                    message,
                    file=file,
                    line=int(line),
                    count=unknown.count,
                    key=unknown.key,
                    nearest=unknown.near,
                )


def _missing(unknown: UnknownKey) -> str:
    """Why a path is always missing."""
    if unknown.through_list:
        return f"`{unknown.place}` is a list: it is always missing; use contain: `{unknown.place} contain [...]`"
    near = f"; did you mean `{unknown.near}`?" if unknown.near else ""
    path = f"{unknown.place}.{unknown.key}" if unknown.place else unknown.key
    return f"nothing that it was asked about has `{path}` ({unknown.count} looked at), so it is always missing{near}"


def _in_schemas(plan: Plan, waiver: Waiver, read: Read) -> bool:
    """Whether the schema of a type that its rules are about has a path: then it is missing by chance."""
    for summary in plan.summaries:
        schema = schemas.schema_of(summary.entity_type) if waiver.names(summary.id) else None
        for key in read.steps:
            schema = schemas.element(schema) if key == ELEMENTS else schemas.member(schema, key)
        if schema is not None:
            return True
    return False


def _why_idle(plan: Plan, waiver: Waiver) -> str:
    """Why an exclusion that holds took nothing out, as far as the counts of its rules tell."""
    rules = [summary for summary in plan.summaries if waiver.names(summary.id)]
    if not rules:
        return "no rule of this run is among its `rules`"
    first = ", or another exclusion took it out first" if any([rule.excluded for rule in rules]) else ""
    never = "; errors are never taken out" if any([rule.errors for rule in rules]) else ""
    return f"nothing that it is about failed{first}{never}"
