"""A run: all rules over all entities, with every verdict counted and nothing passed over in silence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import attrs

from gsl.engine import diagnostics
from gsl.errors import GslError, InputError
from gsl.inventory.census import Census
from gsl.inventory.entity import Entity
from gsl.inventory.index import Inventory
from gsl.language import nodes
from gsl.results.model import Diagnostic, Report, Result, RuleSummary, Selected
from gsl.ruleset.checking import listing, missing_lists, result_of, run_for, type_key
from gsl.ruleset.loading import Loaded
from gsl.ruleset.options import Options
from gsl.ruleset.rule import Rule
from gsl.semantics.judging import Judgement, Status, entity_root, judge, list_item, list_root
from gsl.semantics.places import Uncollected
from gsl.semantics.run import Run, Seen
from gsl.semantics.trace import value_trace
from gsl.semantics.validation import lists_of
from gsl.semantics.values import UNKNOWN

_REPORTED = (Status.FAILED, Status.ERROR, Status.SELECTED)
"""The verdicts that every report has one by one; of the others it has the counts."""


@attrs.frozen
class _Job:
    """A rule that runs, with its counts."""

    rule: Rule
    summary: RuleSummary
    run: Run


@attrs.frozen
class Subject:
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


class Runner:
    """Runs a set of rules over entities with the reference evaluator, once."""

    def __init__(self, loaded: Loaded, options: Options, strict: bool = False, keep_all: bool = False) -> None:
        self.options = options
        self.strict = strict
        self.keep_all = keep_all
        self.inventory = Inventory()
        self.records: list[Entity] = []
        self.diagnostics: list[Diagnostic] = []
        self.findings: list[Result] = []
        self.verdicts: list[Result] = []
        self.selected: list[Selected] = []
        self.summaries: list[RuleSummary] = []
        self.notes: dict[tuple[str, str, str], int] = defaultdict(int)
        self.jobs = [job for rule in loaded.rules if (job := self._job(rule)) is not None]
        for error in loaded.errors:
            self._lost_rule(error)
        for odd in loaded.warnings:
            self.diagnostics.append(Diagnostic("warning", odd.code, odd.message, file=odd.file))
        places = {rule_id: place for place, rule_id in reversed(list(enumerate(loaded.order)))}
        self.summaries.sort(key=lambda summary: places.get(summary.id, -1))
        self.types = frozenset([type_key(job.rule.entity_type) for job in self.jobs])
        self.census = Census([read for job in self.jobs for read in job.rule.reads])

    def _job(self, rule: Rule) -> _Job | None:
        kind = "check"
        if isinstance(rule.statement, nodes.Placeholder):
            kind = "placeholder"
        elif isinstance(rule.statement, nodes.Query):
            kind = "query"
        summary = RuleSummary(rule.id, rule.title, rule.severity, rule.entity_type, kind, rule.file)
        self.summaries.append(summary)
        for name in missing_lists(rule, self.options):
            self.diagnostics.append(diagnostics.of_absent_list(rule, name, self.options.lists))
            summary.could_not_run = True
        if summary.could_not_run or kind == "placeholder":
            return None
        for name in lists_of(rule.statement):
            if not self.options.lists[name]:
                level = "error" if self.strict else "warning"
                self.diagnostics.append(Diagnostic(level, "empty-list", f"the named list `${name}` is empty", rule.id))
        return _Job(rule, summary, run_for(rule, self.options, self.inventory))

    def _lost_rule(self, error: GslError) -> None:
        rule_id = error.rule_id
        self.diagnostics += diagnostics.of_error(error)
        if rule_id is not None:
            title = error.rule_title or rule_id
            self.summaries.append(RuleSummary(rule_id, title, error.rule_severity, "", could_not_run=True))

    def note(self, code: str, message: str, file: str = "", count: int = 1) -> None:
        """Take a warning in; the same one is said once, with its count."""
        self.notes[code, message, file] += count

    def take(self, entities: Iterable[Entity | InputError]) -> None:
        """Take entities in; an error among them is reported and the rest goes on."""
        for given in entities:
            if isinstance(given, InputError):
                self.diagnostics += diagnostics.of_error(given)
                continue
            entity = given if "::" not in given.type else attrs.evolve(given, type=type_key(given.type))
            if not self.inventory.add(entity):
                message = f"several {entity.type} entities have the same account, region and id; each is checked"
                self.note("duplicate-entity", message)
            if not entity.own_id and not entity.is_gap and entity.type in self.types:
                message = f"{entity.type} without id, arn or name: a hash of its data stands for it"
                self.note("no-entity-id", message, entity.file or "")
            self.records.append(entity)

    def report(self) -> Report:
        """Run the rules over what was taken in."""
        by_type: dict[str, list[_Job]] = defaultdict(list)
        for job in self.jobs:
            if not job.rule.is_list:
                by_type[type_key(job.rule.entity_type)].append(job)
        for entity in self.records:
            self.census.count(entity)
            for job in by_type.get(entity.type, ()):
                self._check(job, entity)
        for job in self.jobs:
            if job.rule.is_list:
                self._check_lists(job)
        self._say_what_was_not_looked_at()
        self.diagnostics += self._unknown_keys()
        return self._report()

    def subjects(self, rule: Rule) -> list[Subject]:
        """What a rule of this run is evaluated on: the entities of its type, or its lists; gaps left out."""
        job = next((job for job in self.jobs if job.rule is rule), None)
        if job is None:
            return []
        if rule.is_list:
            return [self._list_subject(job, account) for account in self.inventory.accounts]
        entities = self.inventory.by_type.get(type_key(rule.entity_type), [])
        return [self._subject(job, entity) for entity in entities]

    def _subject(self, job: _Job, entity: Entity) -> Subject:
        return Subject(entity, entity_root(entity.data, entity.errors), self._run(job, entity))

    def _list_subject(self, job: _Job, account: str) -> Subject:
        type_name = type_key(job.rule.entity_type)
        entity = listing(type_name, account)
        items = self.inventory.listed(type_name, account)
        root = list_root(tuple([list_item(item.data, number, item.errors) for number, item in enumerate(items)]))
        return Subject(entity, root, self._run(job, entity))

    def _check(self, job: _Job, entity: Entity) -> None:
        if entity.gap is not None:
            self._lost(job, entity, entity.gap, self._run(job, entity))
            return
        self._judge(job, self._subject(job, entity))

    def _judge(self, job: _Job, subject: Subject) -> None:
        judgement = judge(job.rule.statement, subject.root, subject.run)
        job.summary.count(judgement.status, judgement.on_missing)
        if judgement.status in _REPORTED or self.keep_all:
            self._keep(result_of(job.rule, judgement, subject.root, subject.entity, subject.run))

    def _run(self, job: _Job, entity: Entity) -> Run:
        def note(code: str, message: str) -> None:
            self.note(code, message, entity.file or "")

        return attrs.evolve(job.run, account=entity.account, region=entity.region, note=note)

    def _check_lists(self, job: _Job) -> None:
        type_name = type_key(job.rule.entity_type)
        for account in self.inventory.accounts:
            subject = self._list_subject(job, account)
            gap = self.inventory.gap(type_name, account)
            if gap is not None:
                self._lost(job, subject.entity, gap, subject.run)
                continue
            items = [item.data for item in self.inventory.listed(type_name, account)]
            self.census.count(Entity(f"List<{job.rule.entity_type}>", {"items": items}))
            self._judge(job, subject)

    def _lost(self, job: _Job, entity: Entity, gap: Uncollected, run: Run) -> None:
        """The error verdict for entities that could not be listed."""
        statement = job.rule.statement
        assert not isinstance(statement, nodes.Placeholder)
        root = entity_root(entity.data, (gap,))
        node = nodes.Path(statement.target.span, "~", 0, ())
        trace = value_trace(node, UNKNOWN, root.place, (), None, gap)
        job.summary.count(Status.ERROR)
        result = result_of(job.rule, Judgement(Status.ERROR, (trace,)), root, entity, run)
        reasons = tuple([attrs.evolve(reason, expression=job.rule.entity_type) for reason in result.reasons])
        self._keep(attrs.evolve(result, reasons=reasons))

    def _keep(self, result: Result) -> None:
        if result.status in (Status.FAILED, Status.ERROR):
            self.findings.append(result)
        elif result.status is Status.SELECTED:
            ids = (result.entity_type, result.entity_id, result.entity_name, result.account, result.region)
            self.selected.append(Selected(result.rule_id, *ids))
        elif self.keep_all and result.status in (Status.PASSED, Status.EXCLUDED):
            self.verdicts.append(result)

    def _say_what_was_not_looked_at(self) -> None:
        level = "error" if self.strict else "warning"
        if not self.summaries:
            self.diagnostics.append(Diagnostic(level, "no-rules", "there are no rules: nothing was checked"))
        if not self.records:
            if not any([each.level == "error" for each in self.diagnostics]) or self.strict:
                self.diagnostics.append(Diagnostic(level, "no-entities", "there are no entities: nothing was checked"))
            return
        seen = {*self.inventory.by_type, *self.inventory.gaps}
        for job in self.jobs:
            for type_name in sorted(job.rule.types):
                if type_key(type_name) not in seen:
                    self.diagnostics.append(diagnostics.of_no_entities(job.rule, type_name, seen, self.strict))

    def unknown_keys(self) -> list[Diagnostic]:
        """The paths that no entity has, without running a rule."""
        for entity in self.records:
            self.census.count(entity)
        return list(self._unknown_keys())

    def _unknown_keys(self) -> Iterator[Diagnostic]:
        for job in self.jobs:
            for found in self.census.unknown(job.rule.reads):
                yield diagnostics.of_unknown_key(job.rule, found, self.strict)

    def _report(self) -> Report:
        for (code, message, file), count in self.notes.items():
            level = "note" if code == "type-assumed" else "warning"
            self.diagnostics.append(Diagnostic(level, code, message, file=file or None, count=count))
        return Report(
            self.options.now_text,
            len(self.inventory.entities),
            tuple(self.summaries),
            tuple(self.findings),
            tuple(self.verdicts) if self.keep_all else None,
            tuple(self.selected),
            tuple(self.diagnostics),
            {summary.id: summary.title for summary in self.summaries},
        )
