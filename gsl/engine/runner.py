"""A run: all rules over all entities, in one pass where that is possible, with every verdict counted."""

from __future__ import annotations

from collections.abc import Iterable

from gsl.engine.blocks import BLOCK, Blocks
from gsl.engine.coverage import not_looked_at, unknown_keys
from gsl.engine.excluding import Excluder, asked_about, exclusion_summaries, of_exclusions
from gsl.engine.found import Found
from gsl.engine.plan import Plan
from gsl.engine.verdicts import Judge, Subject
from gsl.errors import InputError
from gsl.inventory.census import Census
from gsl.inventory.entity import Entity
from gsl.inventory.index import Inventory
from gsl.inventory.reading import Batch, Decoder
from gsl.inventory.shapes import NOTES
from gsl.results.model import Diagnostic, Report
from gsl.results.spool import Spool
from gsl.results.summaries import RuleSummary
from gsl.ruleset.checking import type_key
from gsl.ruleset.loading import Loaded
from gsl.ruleset.options import Options
from gsl.ruleset.rule import Rule
from gsl.semantics.reads import Read

Given = Entity | InputError | Batch


class Runner:
    """Runs a set of rules over entities, once.

    Entities come in with `take`, in order; rules that look others up need them to have been shown
    with `remember` before. Verdicts that are reported are explained by the reference evaluator;
    with `compiled` off it gives all others too.
    """

    def __init__(
        self,
        loaded: Loaded,
        options: Options,
        strict: bool = False,
        keep_all: bool = False,
        reasons: bool = True,
        compiled: bool = True,
        entities: bool = False,
    ) -> None:
        inventory = Inventory()
        self.settings = (loaded, options, strict, keep_all, reasons, compiled, entities)
        self.plan = Plan(loaded, options, strict, inventory)
        self.keep_all = keep_all
        self.found = Found(self._counts(), Census(self._reads()), inventory, asked=asked_about(self.plan))
        excluder = Excluder(self.plan) if options.exclusions.given else None
        self.judge = Judge(self.found, keep_all, reasons, excluder, entities)
        self.blocks = Blocks(self.plan, self.found, self.judge, compiled)

    def _counts(self) -> list[RuleSummary]:
        return [self.plan.summaries[place] for place in self.plan.places]

    def _reads(self) -> list[Read]:
        return [read for job in self.plan.jobs for read in job.rule.reads]

    def restart(self, folder: str) -> None:
        """Begin a part of the run: nothing was found yet. What is found is kept in a folder."""
        counts = [each.cleared() for each in self._counts()]
        self.found = Found(counts, Census(self._reads()), asked=asked_about(self.plan))
        for name in ("findings", "excluded", "verdicts", "selected"):
            setattr(self.found, name, Spool(folder=folder))
        self.judge.found = self.blocks.found = self.found

    def note(self, code: str, message: str, file: str = "", count: int = 1) -> None:
        """Take a warning in; the same one is said once, with its count."""
        self.found.note(code, message, file, count)

    def decoder(self) -> Decoder | None:
        """The decoder that entity files are best read with for these rules."""
        return self.blocks.decoder()

    def run(self, entities: Iterable[Given]) -> Report:
        """The report on entities that are at hand."""
        if self.plan.looks_up:
            entities = list(entities)
            self.remember(entities)
        self.take(entities)
        return self.report()

    def remember(self, entities: Iterable[Given]) -> None:
        """Keep what look-ups need, before any entity is judged."""
        for given in entities:
            if isinstance(given, Batch):
                for index in range(len(given.items)):
                    self._keep(given.whole(index))
            else:
                self._keep(given)

    def _keep(self, given: Entity | InputError | None) -> None:
        if isinstance(given, Entity):
            self.plan.remember(self.blocks.own(given), self.found.inventory)

    def take(self, entities: Iterable[Given]) -> None:
        """Judge entities; an error among them is reported and the rest goes on."""
        source = iter(entities)
        pending: list[Entity | InputError | None] = []
        for given in source:
            if isinstance(given, Batch):
                self._flush(pending)
                self.blocks.batch(given)
                continue
            pending.append(given)
            if len(pending) >= BLOCK:
                self._flush(pending)
        self._flush(pending)

    def _flush(self, pending: list[Entity | InputError | None]) -> None:
        if pending:
            self.blocks.entities(pending)
            pending.clear()

    def report(self) -> Report:
        """Judge the lists, and everything that was found as a report."""
        found = self.found
        self.judge.check_lists(self.plan.on_lists)
        diagnostics = [*self.plan.diagnostics, *found.unread]
        diagnostics += not_looked_at(self.plan, found)
        exclusions = exclusion_summaries(self.plan, found)
        diagnostics += of_exclusions(self.plan, exclusions, found)
        diagnostics += unknown_keys(self.plan.jobs, found.census, self.plan.strict)
        for (code, message, file), count in sorted(found.notes.items()):
            level = "note" if code in NOTES else "warning"
            diagnostics.append(Diagnostic(level, code, message, file=file or None, count=count))
        return Report(
            self.plan.options.now_text,
            found.entities,
            tuple(self.plan.summaries),
            found.findings,
            found.verdicts if self.keep_all else None,
            found.selected,
            tuple(diagnostics),
            {summary.id: summary.title for summary in self.plan.summaries},
            found.excluded,
            exclusions,
        )


class Gathering:
    """Entities held together for looking at single verdicts, as `explain` and tests of rules do."""

    def __init__(self, loaded: Loaded, options: Options) -> None:
        self.runner = Runner(loaded, options, compiled=False)
        self.plan = self.runner.plan
        self.plan.kept |= self.plan.types
        self.plan.needs.clear()  # they are judged themselves, so all of them is needed

    def take(self, entities: Iterable[Given]) -> None:
        """Take entities in."""
        self.runner.blocks.remembers = True
        for given in entities:
            if not isinstance(given, Batch):  # there is no decoder that would make one
                self.runner.blocks.gather(given)

    def subjects(self, rule: Rule) -> list[Subject]:
        """What a rule of this run is evaluated on: the entities of its type, or its lists; gaps left out."""
        job = next((job for job in self.plan.jobs if job.rule is rule), None)
        if job is None:
            return []
        inventory, judge = self.runner.found.inventory, self.runner.judge
        if rule.is_list:
            return [judge.list_subject(job, account) for account in inventory.accounts]
        return [judge.subject(job, entity) for entity in inventory.by_type[type_key(rule.entity_type)]]

    def diagnostics(self) -> list[Diagnostic]:
        """What is wrong with the rules and the input."""
        return [*self.plan.diagnostics, *self.runner.found.unread]

    def unknown_keys(self) -> list[Diagnostic]:
        """The paths that no entity has, without running a rule."""
        return list(unknown_keys(self.plan.jobs, self.runner.found.census, self.plan.strict))
