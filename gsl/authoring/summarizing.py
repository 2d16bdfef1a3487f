"""Which clauses of rules decided how often, per verdict, over any number of entities in constant memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import attrs

from gsl.engine.found import DecidingClause, Found
from gsl.engine.plan import Job
from gsl.engine.runner import Runner
from gsl.engine.sources import Told, run_sources
from gsl.errors import bounded, printable
from gsl.language import nodes
from gsl.results.model import Diagnostic, Report
from gsl.results.reasons import expression_of
from gsl.results.summaries import RuleSummary
from gsl.ruleset.loading import Loaded
from gsl.ruleset.options import Options
from gsl.ruleset.rule import Rule
from gsl.semantics.judging import Judgement, Status

_ORDER = {
    Status.FAILED: "failed",
    Status.PASSED: "passed",
    Status.ERROR: "errors",
    Status.EXCLUDED: "excluded",
    Status.NOT_RELEVANT: "not_relevant",
    Status.SELECTED: "selected",
}
"""The verdicts in the order in which they are shown, with the fields of a summary that count them."""

_PLURALS = {Status.FAILED: "failures", Status.PASSED: "passes", Status.ERROR: "errors"}
_WIDEST = 80

_SEVERAL = "Several clauses can decide one entity together, so counts may add up to more than the total.\n"


@attrs.frozen
class Clause:
    """One clause of a rule and how often it decided.

    `truth` is what it was then: `true`, `false` or `unknown`. `count` is the number of entities (for
    a rule on lists: of accounts); where several clauses decided together, each is counted.
    """

    text: str
    line: int
    column: int
    truth: str
    count: int

    def to_dict(self) -> dict[str, Any]:
        """The clause as JSON."""
        return {
            "expression": self.text,
            "line": self.line,
            "column": self.column,
            "truth": self.truth,
            "count": self.count,
        }


@attrs.frozen
class Decisions:
    """One verdict of a rule: how many entities got it, and the clauses that decided, most frequent first."""

    status: Status
    total: int
    clauses: tuple[Clause, ...]

    @property
    def overlap(self) -> bool:
        """Whether several clauses decided one entity, so that their counts add up to more than the total."""
        return sum([clause.count for clause in self.clauses]) > self.total


@attrs.frozen
class RuleDecisions:
    """What decided the verdicts of one rule; `counts` are the usual ones."""

    counts: RuleSummary
    verdicts: tuple[Decisions, ...]

    def to_dict(self) -> dict[str, Any]:
        """The counts and the clauses as JSON."""
        told = [
            {
                "status": str(each.status),
                "total": each.total,
                "clauses": [clause.to_dict() for clause in each.clauses],
            }
            for each in self.verdicts
        ]
        return {**self.counts.to_dict(), "verdicts": told}


@attrs.frozen
class Summary:
    """What decided the verdicts of rules on many entities, and what there is to say of the run."""

    now: str
    entities: int
    rules: tuple[RuleDecisions, ...]
    diagnostics: tuple[Diagnostic, ...]

    def to_dict(self) -> dict[str, Any]:
        """The summary as JSON."""
        return {
            "schemaVersion": "1",
            "now": self.now,
            "entities": self.entities,
            "rules": [rule.to_dict() for rule in self.rules],
            "diagnostics": [each.to_dict() for each in self.diagnostics],
        }


def summarize(
    loaded: Loaded, inputs: Iterable[str], options: Options, *, jobs: int = 1, progress: Told | None = None
) -> Summary:
    """Judge the entities of files with the reference, and count which clauses decided.

    `inputs`, `jobs` and `progress` are what `evaluate_sources` takes. Entities pass through one by
    one; only what rules that look at others need of them is kept, as in any run.
    """

    def listening() -> Runner:
        runner = Runner(loaded, options, compiled=False)
        runner.judge.heard = _Clauses(runner.plan.jobs).hear
        return runner

    runner, report = run_sources(listening, list(inputs), jobs, progress)
    return _summary(runner, report)


class _Clauses:
    """Counts the clauses that decide. Their numbers mean the same in all processes of a run."""

    def __init__(self, jobs: list[Job]) -> None:
        self._numbers = [
            {id(node): number for number, node in enumerate(nodes.walk(job.rule.statement))} for job in jobs
        ]

    def hear(self, found: Found, job: Job, judgement: Judgement) -> None:
        """Take one verdict in; a clause that decided it at several elements counts once."""
        number, status, numbers = job.number, judgement.status.value, self._numbers[job.number]
        met: set[DecidingClause] = set()
        for atom in judgement.atoms:
            truth = atom.trace.truth if isinstance(atom.trace.truth, bool) else None
            met.add((number, status, numbers.get(id(atom.trace.node), -1), truth))
        found.clauses.update(met)


def _summary(runner: Runner, report: Report) -> Summary:
    """What a run counted."""
    clauses: dict[tuple[int, str], list[tuple[int, int, bool | None]]] = {}
    for (number, status, node, truth), count in runner.found.clauses.items():
        clauses.setdefault((number, status), []).append((count, node, truth))
    found = [RuleDecisions(counts, ()) for counts in report.rules]
    for job, place in zip(runner.plan.jobs, runner.plan.places):
        inside = list(nodes.walk(job.rule.statement))
        verdicts = []
        for verdict, name in _ORDER.items():
            total = getattr(report.rules[place], name)
            decided = sorted(clauses.get((job.number, verdict), ()), key=lambda each: (-each[0], each[1], not each[2]))
            told = [_clause(job.rule, inside, *each) for each in decided]
            verdicts += [Decisions(verdict, total, tuple(told))] if total else []
        found[place] = RuleDecisions(report.rules[place], tuple(verdicts))
    return Summary(report.now, report.entities, tuple(found), report.diagnostics)


def _clause(rule: Rule, inside: list[nodes.Node], count: int, number: int, truth: bool | None) -> Clause:
    """A clause; where none decided, as entities could not be listed or took too much work, the rule as a whole."""
    word = "unknown" if truth is None else "true" if truth else "false"
    node: Any = inside[max(number, 0)]
    text = bounded(expression_of(node)) if number >= 0 else f"{rule.entity_type} as a whole"
    return Clause(text, node.span.line, node.span.column, word, count)


def summary_text(summary: Summary) -> str:
    """A summary as text: for each rule its counts, then the clauses of each verdict."""
    blocks = [_rule_text(rule) for rule in summary.rules]
    if any([verdict.overlap for rule in summary.rules for verdict in rule.verdicts]):
        blocks.append(_SEVERAL)
    return "\n".join(blocks)


def _rule_text(rule: RuleDecisions) -> str:
    counts = rule.counts
    told = ", ".join([f"{each.total} {_word(each.status, each.total)}" for each in rule.verdicts]) or _nothing(counts)
    lines = [f"{printable(counts.id)}  {printable(counts.entity_type)}  {told}".rstrip()]
    for verdict in rule.verdicts:
        lines += ["", *_verdict_lines(verdict)]
        if verdict.status is Status.PASSED and counts.passed_on_missing:
            on_missing = f"{counts.passed_on_missing:>{len(str(verdict.total))}} of {verdict.total} passes"
            lines.append(f"{on_missing} held only because a value was missing")
    return "".join([f"{line}\n" for line in lines])


def _word(status: Status, count: int = 0) -> str:
    return "errors" if status is Status.ERROR and count != 1 else str(status).replace("-", " ")


def _nothing(counts: RuleSummary) -> str:
    if counts.could_not_run:
        return "could not run"
    return "placeholder: always passes" if counts.kind == "placeholder" else "no verdicts: there are no entities of it"


def _verdict_lines(verdict: Decisions) -> Iterator[str]:
    """A line for each clause: `41 of 44 failures: a = 1  was false  (line 12)`."""
    plural = _PLURALS.get(verdict.status, _word(verdict.status))
    digits = len(str(verdict.total))
    width = min(max([len(clause.text) for clause in verdict.clauses], default=0), _WIDEST)
    word = max([len(clause.truth) for clause in verdict.clauses], default=0)
    for clause in verdict.clauses:
        share = f"{clause.count:>{digits}} of {verdict.total} {plural}"
        yield f"{share}: {clause.text.ljust(width)}  was {clause.truth.ljust(word)}  (line {clause.line})"
