"""Which mutants of a rule its tests do not notice: every change that no case fails for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

from gsl.authoring.coverage import excerpt_of
from gsl.authoring.mutants import Mutant, mutants_of
from gsl.authoring.testing.deadline import LONGEST, Deadline
from gsl.engine.verdicts import Subject
from gsl.errors import printable
from gsl.language import nodes
from gsl.results.masking import Secrets
from gsl.results.reasons import reasons_of
from gsl.ruleset.rule import Rule
from gsl.semantics.judging import Judgement, Status, judge


@attrs.frozen
class Survivor:
    """A change of a rule that its tests did not notice."""

    line: int
    column: int
    change: str
    excerpt: str


@attrs.frozen
class Mutation:
    """How the mutants of one rule fared: `tried` of them, `left_out` for their number or for lack of time."""

    rule_id: str
    file: str
    tried: int
    survivors: tuple[Survivor, ...]
    left_out: int = 0


@attrs.frozen
class Trial:
    """An entity of a case, its verdict under the rule as it is, and whether the paths that decide are checked."""

    subject: Subject
    judgement: Judgement
    by_paths: bool

    @classmethod
    def of(cls, rule: Rule, subject: Subject, by_paths: bool) -> Trial:
        """The trial that an entity of a case is."""
        return cls(subject, judge(rule.statement, subject.root, subject.run), by_paths)

    def notices(self, statement: nodes.Statement) -> bool:
        """Whether the case fails for a changed rule."""
        changed = judge(statement, self.subject.root, self.subject.run)
        if changed.status is not self.judgement.status:
            return True
        return self.by_paths and self._paths(changed) != self._paths(self.judgement)

    def _paths(self, judgement: Judgement) -> set[str]:
        root, run = self.subject.root, self.subject.run
        reasons = reasons_of(judgement, Secrets(root.value), run.functions)
        return {value.path for reason in reasons for value in reason.values}


def mutated(rule: Rule, trials: Sequence[Trial], seconds: float = LONGEST) -> Mutation:
    """Try the mutants of a rule whose tests pass on the entities of its cases, as many as the time allows."""
    mutants, left_out = mutants_of(rule)
    deadline = Deadline(seconds)
    order = _quickest_first(trials)
    survivors = []
    tried = 0
    for mutant in mutants:
        noticed = _is_noticed(mutant, order, deadline)
        if noticed is None:
            break
        tried += 1
        survivors += [] if noticed else [_survivor(rule, mutant)]
    return Mutation(rule.id, rule.source.name, tried, tuple(survivors), left_out + len(mutants) - tried)


def _is_noticed(mutant: Mutant, trials: Sequence[Trial], deadline: Deadline) -> bool | None:
    """Whether a case fails for a mutant; `None` when the time is over before that is known."""
    for trial in trials:
        if deadline.is_over:
            return None
        if trial.notices(mutant.statement):
            return True
    return False


def _quickest_first(trials: Sequence[Trial]) -> list[Trial]:
    """Trials in the order that notices most mutants soonest: what fails or passes before the rest."""
    telling = (Status.FAILED, Status.PASSED)
    return sorted(trials, key=lambda trial: trial.judgement.status not in telling)


def _survivor(rule: Rule, mutant: Mutant) -> Survivor:
    span = mutant.span
    return Survivor(span.line, span.column, mutant.change, excerpt_of(rule, span))


def mutation_text(mutations: Sequence[Mutation], quiet: bool = False) -> str:
    """The survivors with carets, rules whose mutants were not all tried, and the total."""
    lines = []
    for each in mutations:
        for survivor in each.survivors:
            place = f"{printable(each.file)}:{survivor.line}:{survivor.column}"
            lines.append(f"SURVIVED  {place}: {printable(survivor.change)}")
            lines += [survivor.excerpt] if survivor.excerpt else []
        if each.left_out:
            lines.append(f"NOT TRIED  {printable(each.file)}: {each.left_out} more mutants, which are too many")
    if not quiet:
        tried = sum([each.tried for each in mutations])
        survived = sum([len(each.survivors) for each in mutations])
        left_out = sum([each.left_out for each in mutations])
        cut = f", {left_out} not tried" if left_out else ""
        lines.append(f"{tried} mutants: {tried - survived} noticed, {survived} survived{cut}.")
    return "".join([f"{line}\n" for line in lines])


def mutation_json(mutation: Mutation) -> dict[str, Any]:
    """How the mutants of one rule fared, as JSON."""
    return {
        "tried": mutation.tried,
        "notTried": mutation.left_out,
        "survivors": [{"line": each.line, "column": each.column, "change": each.change} for each in mutation.survivors],
    }
