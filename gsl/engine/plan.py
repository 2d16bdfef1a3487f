"""What a run does, settled before the first entity: which rules run, on which types, and what they read of them."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Mapping

import attrs
from msgspec import Struct
from msgspec.structs import replace

from gsl.engine import diagnostics
from gsl.engine.compiler.fusing import Unit
from gsl.engine.compiler.runtime import Binding
from gsl.engine.compiler.shapes import Shape, note_needs, note_reads
from gsl.engine.forms import Form
from gsl.engine.pruning import pruned
from gsl.errors import GslError
from gsl.inventory.entity import Entity
from gsl.inventory.index import Inventory
from gsl.inventory.reading import Target
from gsl.language import nodes
from gsl.results.masking import secret_texts
from gsl.results.model import Diagnostic
from gsl.results.summaries import About, RuleSummary
from gsl.ruleset.checking import missing_lists, run_for, type_key
from gsl.ruleset.loading import Loaded
from gsl.ruleset.options import Options
from gsl.ruleset.rule import Rule
from gsl.semantics.reads import lists_of
from gsl.semantics.run import Resources, Run
from gsl.semantics.values import same_text


def about(rule: Rule) -> About:
    """What reports tell of a rule."""
    metadata = rule.metadata
    has_own_file = rule.source.file is not None and rule.source.name == rule.source.file
    return About(
        metadata.category,
        metadata.description,
        metadata.remediation,
        metadata.frameworks,
        metadata.references,
        rule.statement.span.line if has_own_file else None,
    )


class Job(Struct, frozen=True, eq=False):
    """A rule that runs: its number in the run, and the surroundings of its evaluations."""

    number: int
    rule: Rule
    run: Run

    @property
    def type(self) -> str:
        """The entity type it is about, as types are compared."""
        return type_key(self.rule.entity_type)


class Plan:
    """The rules of a run.

    `summaries` has an empty one for every rule, in the order given; those of `jobs` are at the
    places that `places` names. `diagnostics` say which rules cannot run and why.
    """

    def __init__(self, loaded: Loaded, options: Options, strict: bool, resources: Resources) -> None:
        self.loaded = loaded
        self.options = options
        self.strict = strict
        self.diagnostics: list[Diagnostic] = []
        self.summaries: list[RuleSummary] = []
        self.jobs: list[Job] = []
        for rule in loaded.rules:
            self._take(rule, resources)
        for error in loaded.errors:
            self._lost(error)
        for odd in loaded.warnings:
            self.diagnostics.append(Diagnostic("warning", odd.code, odd.message, file=odd.file))
        order = {rule_id: place for place, rule_id in reversed(list(enumerate(loaded.order)))}
        self.summaries.sort(key=lambda summary: order.get(summary.id, -1))
        places = {summary.id: place for place, summary in enumerate(self.summaries)}
        self.places = [places[job.rule.id] for job in self.jobs]
        self.target = Target(frozenset([rule.entity_type for rule in loaded.rules if rule.entity_type]))
        self._arrange()

    def _take(self, rule: Rule, resources: Resources) -> None:
        rule = self._without_exclude(rule)
        kind = "check"
        if isinstance(rule.statement, nodes.Placeholder):
            kind = "placeholder"
        elif isinstance(rule.statement, nodes.Query):
            kind = "query"
        summary = RuleSummary(rule.id, rule.title, rule.severity, rule.entity_type, kind, rule.file)
        summary.about = about(rule)
        self.summaries.append(summary)
        for name in missing_lists(rule, self.options):
            self.diagnostics.append(diagnostics.of_absent_list(rule, name, self.options.lists))
            summary.could_not_run = True
        if summary.could_not_run or kind == "placeholder":
            return
        for name in lists_of(rule.statement):
            if not self.options.lists[name]:
                level = "error" if self.strict else "warning"
                self.diagnostics.append(Diagnostic(level, "empty-list", f"the named list `${name}` is empty", rule.id))
        self.jobs.append(Job(len(self.jobs), rule, run_for(rule, self.options, resources)))

    def _without_exclude(self, rule: Rule) -> Rule:
        """The rule; where rules may not exclude by themselves, without its `exclude`."""
        statement = rule.statement
        if self.options.exclusions.inline or not isinstance(statement, nodes.Check) or statement.exclude is None:
            return rule
        span = statement.exclude.span
        message = "rules may not exclude entities here: its `exclude` is not applied"
        self.diagnostics.append(
            Diagnostic(
                "warning",
                "inline-exclusion",
                message,
                rule.id,
                None,
                rule.source.file,
                span.line,
                span.column,
                text_name=rule.source.name,
            )
        )
        return replace(rule, statement=attrs.evolve(statement, exclude=None))

    def _lost(self, error: GslError) -> None:
        rule_id = error.rule_id
        self.diagnostics += diagnostics.of_error(error)
        if rule_id is not None:
            title = error.rule_title or rule_id
            self.summaries.append(RuleSummary(rule_id, title, error.rule_severity, "", could_not_run=True))

    def _arrange(self) -> None:
        self.by_type: dict[str, list[Job]] = defaultdict(list)
        self.on_lists: list[Job] = []
        listed: set[str] = set()
        self.looked_up: set[str] = set()
        for job in self.jobs:
            if job.rule.is_list:
                self.on_lists.append(job)
                listed.add(job.type)
            else:
                self.by_type[job.type].append(job)
            self.looked_up |= {type_key(name) for name in job.rule.looked_up}
        self.needs: dict[str, Shape] = {}
        read_more = any([waiver.condition is not None for waiver in self.options.exclusions.given])
        for job in self.jobs if not read_more else ():
            if job.rule.is_list or job.rule.looked_up:
                note_needs(job.rule.statement, job.run.functions, self.needs)
        self.kept = frozenset(listed | self.looked_up)
        """Types whose entities must be at hand together."""
        self.types = frozenset([job.type for job in self.jobs])

    def at(self, now: int) -> Plan:
        """The same plan for a run at another instant."""
        other = copy.copy(self)
        other.jobs = [replace(job, run=replace(job.run, now=now)) for job in self.jobs]
        other.by_type = {name: [other.jobs[job.number] for job in jobs] for name, jobs in self.by_type.items()}
        other.on_lists = [other.jobs[job.number] for job in self.on_lists]
        return other

    @property
    def looks_up(self) -> bool:
        """Whether some rule needs all entities of a type before it can judge any."""
        return bool(self.looked_up)

    @property
    def folds(self) -> bool:
        """Whether texts are compared without regard to case."""
        return self.options.fold is not same_text

    def remember(self, entity: Entity, inventory: Inventory) -> None:
        """Keep what other evaluations need of an entity: its account at least."""
        if entity.is_gap or entity.type in self.kept:
            inventory.add(self._pruned(entity))
        else:
            inventory.accounts.setdefault(entity.account)

    def _pruned(self, entity: Entity) -> Entity:
        """An entity with no more than its names and what rules need of it."""
        shape = self.needs.get(entity.type)
        if shape is None or shape.whole:
            return entity
        return replace(entity, data=pruned(entity.data, shape), secrets=secret_texts(entity.data))

    def units(self, type_name: str) -> list[Unit]:
        """The rules on a type that may be compiled."""
        found = []
        for job in self.by_type.get(type_name, ()):
            statement = job.rule.statement
            assert not isinstance(statement, nodes.Placeholder)
            found.append(Unit(job.number, statement, job.run.functions))
        return found

    def shape(self, type_name: str) -> Shape:
        """What the rules on a type read of its entities."""
        root = Shape()
        for unit in self.units(type_name):
            note_reads(unit.statement, unit.functions, root)
        return root

    def binding(self, type_name: str) -> Binding:
        """What the compiled rules on a type are bound to."""
        jobs = self.by_type[type_name]
        functions: Mapping[str, object] = {}
        for job in jobs:
            functions = {**functions, **job.run.functions}
        return Binding(jobs[0].run, functions)  # type: ignore[arg-type]

    def form(self, type_name: str) -> Form:
        """The compiled rules on a type, for decoded dicts."""
        return Form(self.units(type_name), self.binding(type_name), self.folds)
