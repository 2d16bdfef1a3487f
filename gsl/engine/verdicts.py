"""Verdicts one by one, by the reference evaluator: with reasons, over gaps, over lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from gsl.engine.excluding import Excluder
from gsl.engine.explaining import Explainer, Names, names_of
from gsl.engine.found import Found
from gsl.engine.plan import Job
from gsl.inventory.entity import Entity
from gsl.language import nodes
from gsl.results.model import Result, Selected
from gsl.results.records import failure_order, plain_exclusion
from gsl.ruleset.checking import listing, result_of
from gsl.semantics.judging import Judgement, Status, entity_root, judge, list_item, list_root
from gsl.semantics.places import Uncollected
from gsl.semantics.run import Run, Seen
from gsl.semantics.trace import value_trace
from gsl.semantics.values import UNKNOWN

_REPORTED = (Status.FAILED, Status.EXCLUDED, Status.ERROR, Status.SELECTED)
"""The verdicts that every report has one by one; of the others it has the counts."""


class Subject(Struct, frozen=True, eq=False):
    """What one evaluation is about: the entity (or list), its context, and the surroundings."""

    entity: Entity
    root: Seen
    run: Run

    @property
    def names(self) -> list[str]:
        """What a user may call it: account/id, id, arn or name; the account of a list."""
        if self.root.members is not None:
            return [self.entity.account]
        found = [self.entity.data.get(key) for key in ("arn", "name")]
        full = f"{self.entity.account}/{self.entity.id}"
        return [full, self.entity.id, *[name for name in found if isinstance(name, str) and name]]

    @property
    def label(self) -> str:
        """The clearest of its names."""
        return self.names[-1]


class Judge:
    """Gives verdicts and takes them into what was found."""

    def __init__(
        self,
        found: Found,
        keep_all: bool = False,
        reasons: bool = True,
        excluder: Excluder | None = None,
        entities: bool = False,
    ) -> None:
        self.found = found
        self.keep_all = keep_all
        self.reasons = reasons
        self.by_name = not (reasons or entities) and excluder is None
        """Whether nothing more is needed of an entity that failed than its names."""
        self.excluder = excluder
        self.pause: Callable[[], None] | None = None
        """Called before each verdict, if given; it may raise to end the run."""
        self.heard: Callable[[Found, Job, Judgement], None] | None = None
        """Told of each verdict of the reference, if given, with what takes it in; verdicts are then not kept."""
        self._explainer = Explainer(entities)
        self._selecting: set[int] | None = None
        self._tails: list[tuple[str, str | None]]
        self._orders: bytes

    def subject(self, job: Job, entity: Entity) -> Subject:
        """A rule's subject that is one entity."""
        return Subject(entity, entity_root(entity.data, entity.errors), self._run(job, entity))

    def list_subject(self, job: Job, account: str) -> Subject:
        """A rule's subject that is the list of all entities of its type in an account."""
        entity = listing(job.type, account)
        items = self.found.inventory.listed(job.type, account)
        root = list_root(tuple([list_item(item.data, number, item.errors) for number, item in enumerate(items)]))
        entity = replace(entity, secrets=frozenset().union(*[item.secrets for item in items]))
        return Subject(entity, root, self._run(job, entity))

    def check(self, job: Job, entity: Entity) -> None:
        """Judge one entity, or take a gap for what it is."""
        if entity.gap is not None:
            self._lost(job, entity, entity.gap, self._run(job, entity))
        else:
            self._judge(job, self.subject(job, entity))

    def explain(self, job: Job, entity: Entity, excluded: bool) -> None:
        """Take in a pair that compiled code found, or that the rule itself excludes, and why."""
        if isinstance(job.rule.statement, nodes.Query):
            self.found.counts[job.number].count(Status.SELECTED)
            self.found.selected.append(Selected(job.rule.id, *names_of(entity)))
            return
        if not excluded and self.excluder is not None and self.excluder.may_exclude(job, entity):
            self.check(job, entity)
            return
        record = self._explainer.record(job, entity, excluded)
        if record is None:
            self.check(job, entity)
        else:
            self._take(job, record, excluded)

    def excluded(self, jobs: Sequence[Job], pairs: list[tuple[Names, int]]) -> None:
        """Take in pairs that the rules themselves exclude, as names and rule numbers, without asking why."""
        made: dict[int, tuple[tuple[Any, ...], int]] = {}
        for names, number in pairs:
            rule = jobs[number].rule
            if number not in made:
                made[number] = plain_exclusion(rule.severity, (), None)
            fields, order = made[number]
            self._take(jobs[number], ((rule.id, *names, *fields), order), True)

    def _take(self, job: Job, record: tuple[tuple[Any, ...], int], excluded: bool) -> None:
        counts, found = self.found.counts[job.number], self.found
        counts.count(Status.EXCLUDED if excluded else Status.FAILED)
        (found.excluded if excluded else found.findings).append_plain(*record)

    def check_lists(self, jobs: Iterable[Job]) -> None:
        """Judge the lists of all accounts."""
        inventory = self.found.inventory
        for job in jobs:
            for account in inventory.accounts:
                subject = self.list_subject(job, account)
                gap = inventory.gap(job.type, account)
                if gap is not None:
                    self._lost(job, subject.entity, gap, subject.run)
                    continue
                items = [item.data for item in inventory.listed(job.type, account)]
                self.found.census.count(Entity(f"List<{job.rule.entity_type}>", {"items": items}))
                self._judge(job, subject)

    def failed(self, jobs: Sequence[Job], rows: list[tuple[Names, Sequence[int]]]) -> None:
        """Take in what compiled code found, as entities' names and rule numbers, without asking why."""
        found = self.found
        if self._selecting is None:
            self._learn(jobs)
        tails, orders = self._tails, self._orders
        if self._selecting:
            rows = self._without_selected(rows)
        found.findings.append_failures(
            [(names, [tails[number] for number in numbers]) for names, numbers in rows],
            bytes([orders[number] for _, numbers in rows for number in numbers]),
        )
        for number, count in Counter(chain.from_iterable([numbers for _, numbers in rows])).items():
            found.counts[number].failed += count

    def _learn(self, jobs: Sequence[Job]) -> None:
        """Note what all findings of a rule share, by its number, and which rules are queries."""
        self._selecting = {job.number for job in jobs if isinstance(job.rule.statement, nodes.Query)}
        self._tails = [(job.rule.id, job.rule.severity) for job in jobs]
        self._orders = bytes([failure_order(job.rule.severity) for job in jobs])

    def _without_selected(self, rows: list[tuple[Names, Sequence[int]]]) -> list[tuple[Names, Sequence[int]]]:
        """Take in what queries selected; gives the rest."""
        left: list[tuple[Names, Sequence[int]]] = []
        found, queries = self.found, self._selecting or ()
        for names, numbers in rows:
            others = [number for number in numbers if number not in queries]
            for number in numbers:
                if number in queries:
                    found.selected.append(Selected(self._tails[number][0], *names))
                    found.counts[number].selected += 1
            if others:
                left.append((names, others))
        return left

    def _judge(self, job: Job, subject: Subject) -> None:
        if self.pause is not None:
            self.pause()
        entity, root, run = subject.entity, subject.root, subject.run
        judgement = judge(job.rule.statement, root, run)
        taken = None
        if judgement.status is Status.FAILED and self.excluder is not None:
            taken = self.excluder.of(job, entity, root, run, self.found)
        status = judgement.status if taken is None else Status.EXCLUDED
        self.found.counts[job.number].count(status, judgement.on_missing)
        if self.heard is not None:
            self.heard(self.found, job, judgement)
        elif status in _REPORTED or self.keep_all:
            result = result_of(job.rule, judgement, root, entity, run, self.reasons)
            if self._explainer.entities:
                result = replace(result, entity=self._explainer.shown(entity))
            self._keep(result if taken is None else replace(result, status=status, exclusion=taken))

    def _run(self, job: Job, entity: Entity) -> Run:
        def note(code: str, message: str) -> None:
            self.found.note(code, message, entity.file or "")

        return job.run.anew(entity.account, entity.region, note)

    def _lost(self, job: Job, entity: Entity, gap: Uncollected, run: Run) -> None:
        """The error verdict for entities that could not be listed."""
        statement = job.rule.statement
        assert not isinstance(statement, nodes.Placeholder)
        root = entity_root(entity.data, (gap,))
        node = nodes.Path(statement.target.span, "~", 0, ())
        trace = value_trace(node, UNKNOWN, root.place, (), None, gap)
        judgement = Judgement(Status.ERROR, (trace,))
        self.found.counts[job.number].count(Status.ERROR)
        if self.heard is not None:
            self.heard(self.found, job, judgement)
            return
        result = result_of(job.rule, judgement, root, entity, run, self.reasons)
        reasons = tuple([replace(reason, expression=job.rule.entity_type) for reason in result.reasons])
        self._keep(replace(result, reasons=reasons))

    def _keep(self, result: Result) -> None:
        self.found.keep(result, self.keep_all)
