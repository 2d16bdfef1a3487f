"""What an expression gives over entities: verdicts with why, or values."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from gsl.engine.runner import Gathering, Runner
from gsl.engine.verdicts import Subject
from gsl.inventory.entity import Entity
from gsl.language import nodes
from gsl.language.depth import with_room
from gsl.results.masking import Secrets, bounded_copy, shown_text, texts_below
from gsl.results.model import Diagnostic, Reason, Result, Selected
from gsl.results.reasons import is_secret, reasons_of, shown_result
from gsl.results.secret_shapes import Pieces
from gsl.results.summaries import RuleSummary
from gsl.ruleset.checking import type_key
from gsl.ruleset.loading import Loaded
from gsl.ruleset.options import Options
from gsl.ruleset.rule import Rule
from gsl.semantics.deciding import readings
from gsl.semantics.evaluator import evaluate
from gsl.semantics.judging import Status, judge
from gsl.semantics.run import TooMuchWork
from gsl.semantics.trace import Trace
from gsl.semantics.values import UNKNOWN

MOST_REASONS = 10
MOST_DISTINCT = 10_000
_LONGEST_VALUE = 100
_MOST_PARTS = 40


@attrs.frozen
class Listed:
    """An entity of an answer, which commands can go back to; what was found of it stands beside."""

    rule: Rule | None
    subject: Subject
    status: str = ""
    reasons: tuple[Reason, ...] = ()
    value: str = ""


@attrs.frozen
class Verdicts:
    """How a rule or condition judges the entities of its type; those listed are the ones to look at first."""

    rule: Rule
    summary: RuleSummary
    listed: tuple[Listed, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


@attrs.frozen
class Values:
    """The values of an expression over the entities of a type, and how often the commonest of them occur."""

    rule: Rule
    total: int
    listed: tuple[Listed, ...]
    common: tuple[tuple[str, int], ...]
    distinct: int
    diagnostics: tuple[Diagnostic, ...] = ()


# --- verdicts ------------------------------------------------------------------------------------


def verdicts_of(rule: Rule, entities: Sequence[Entity], options: Options, limit: int) -> Verdicts:
    """Judge entities: all of them as a run does, then those that are listed again, for the reasons."""
    runner = Runner(Loaded([rule]), options, reasons=False)
    report = runner.run(entities)
    (summary,) = report.rules
    found: Iterator[Result | Selected] = itertools.chain(report.findings, report.selected)
    wanted = [(each.account, each.entity_id) for each in itertools.islice(found, limit)]
    subjects = subjects_of(rule, entities, options, wanted)
    listed = itertools.islice(_judged(rule, subjects), limit)
    return Verdicts(rule, summary, tuple(listed), report.diagnostics)


def subjects_of(
    rule: Rule, entities: Sequence[Entity], options: Options, wanted: list[tuple[str, str]]
) -> Iterable[Subject]:
    """What a rule is evaluated on, of the entities with some accounts and ids; of lists, those with the accounts.

    Only for look-ups and lists all entities have to be held together.
    """
    names = frozenset(wanted)
    if rule.is_list:
        accounts = {account for account, _ in names}
        return [each for each in _gathered(rule, entities, options) if each.entity.account in accounts]
    if rule.looked_up:
        held = _gathered(rule, entities, options)
        return [each for each in held if (each.entity.account, each.entity.id) in names]
    name = type_key(rule.entity_type)
    chosen = [each for each in entities if type_key(each.type) == name and (each.account, each.id) in names]
    return _gathered(rule, chosen, options)


def _gathered(rule: Rule, entities: Sequence[Entity], options: Options) -> list[Subject]:
    gathering = Gathering(Loaded([rule]), options)
    gathering.take(entities)
    return gathering.subjects(rule)


def _judged(rule: Rule, subjects: Iterable[Subject]) -> Iterator[Listed]:
    for subject in subjects:
        judgement = judge(rule.statement, subject.root, subject.run)
        if judgement.status in (Status.FAILED, Status.ERROR, Status.SELECTED):
            secrets = Secrets(subject.root.value, subject.entity.secrets)
            reasons = reasons_of(judgement, secrets, subject.run.functions)
            yield Listed(rule, subject, str(judgement.status), reasons)


# --- values --------------------------------------------------------------------------------------


def values_of(rule: Rule, node: nodes.Expression, entities: Sequence[Entity], options: Options, limit: int) -> Values:
    """The values of an expression over the entities of a rule's type."""
    runner = Runner(Loaded([rule]), options, reasons=False)
    report = runner.run(entities)
    listed: list[Listed] = []
    counts: Counter[str] = Counter()
    total = 0
    for subject in _gathered(rule, entities, options):
        total += 1
        text = _value_text(node, subject)
        if text in counts or len(counts) < MOST_DISTINCT:
            counts[text] += 1
        if len(listed) < limit:
            listed.append(Listed(rule, subject, value=text))
    return Values(rule, total, tuple(listed), tuple(counts.most_common(limit)), len(counts), report.diagnostics)


def _value_text(node: nodes.Expression, subject: Subject) -> str:
    run = subject.run.anew()
    try:
        return with_room(lambda: _shown(evaluate(node, (subject.root,), run), subject))
    except TooMuchWork:
        return "too much work: the brackets look at too many elements"


def _shown(trace: Trace, subject: Subject) -> str:
    secrets = Secrets(subject.root.value, subject.entity.secrets)
    if trace.value is UNKNOWN or not isinstance(trace.value, (list, dict)):
        return shown_text(shown_result(trace, secrets, subject.run.functions))
    read = readings(trace, subject.run.functions)
    if any([is_secret(path, each.value, secrets) for path, each in read.items()]) or _is_made_of(trace, read, secrets):
        return "masked"
    path = trace.place.path if trace.place is not None else next(iter(read), "")
    return compact(bounded_copy(trace.value, path, secrets, _MOST_PARTS))


def _is_made_of(trace: Trace, read: Mapping[str, Trace], secrets: Secrets) -> bool:
    """Whether a list or object was made of texts that give a secret away, so that its parts may not any more."""
    sources = [each.value for each in read.values()]
    if any([each is trace.value for each in sources]):
        return False
    return bool(Pieces(texts_below(sources))) or (any([")" in path for path in read]) and bool(secrets.pieces))


def compact(value: Any) -> str:
    """A value as JSON on one line, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}..."
