"""Coverage of a rule by entities: which of its conditions were seen both true and false.

It is taken from the traces of the reference evaluator, and only from the parts that verdicts rest
on: of an entity that `where` leaves out, nothing but `where` counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import attrs

from gsl.errors import Problem, Span, bounded, printable, render
from gsl.language import nodes
from gsl.language.depth import with_room
from gsl.results.reasons import expression_of
from gsl.ruleset.rule import Rule
from gsl.semantics.evaluator import condition
from gsl.semantics.judging import selected
from gsl.semantics.run import Run, Seen, TooMuchWork
from gsl.semantics.trace import Trace

_ALWAYS_CONDITIONS = (
    nodes.And,
    nodes.Or,
    nodes.Compare,
    nodes.Membership,
    nodes.Like,
    nodes.RegexMatch,
    nodes.LiteralBracket,
)
_NEVER_COUNTED = (nodes.Not, nodes.Literal, nodes.Fail)
"""What cannot be both, and `not`, which says of its operand what that says itself."""

_WITH_CONDITIONS = (nodes.And, nodes.Or, nodes.Not)


def spots_of(statement: nodes.Statement) -> list[nodes.Expression]:
    """The conditions of a rule, in the order of its text: its parts, their operands, and those in brackets."""
    if isinstance(statement, nodes.Placeholder):
        return []
    found: list[nodes.Expression] = []
    pending = [(node, True) for node in reversed(nodes.children(statement))]
    while pending:
        node, is_condition = pending.pop()
        if _counts(node, is_condition):
            found.append(node)
        inside = [(child, _is_condition(node, child)) for child in nodes.children(node)]
        pending.extend(reversed(inside))
    return found


def _counts(node: nodes.Expression, is_condition: bool) -> bool:
    if isinstance(node, nodes.ArrayOperation):
        return is_condition or node.operator != "with"
    return isinstance(node, _ALWAYS_CONDITIONS) or (is_condition and not isinstance(node, _NEVER_COUNTED))


def _is_condition(node: nodes.Expression, child: nodes.Expression) -> bool:
    if isinstance(node, nodes.ArrayOperation):
        return child is node.bracket
    return isinstance(node, _WITH_CONDITIONS)


@attrs.frozen
class Spot:
    """One condition, with how often it was true and false."""

    line: int
    column: int
    text: str
    excerpt: str
    true: int
    false: int

    @property
    def seen(self) -> int:
        """How many of the two outcomes were seen."""
        return bool(self.true) + bool(self.false)

    @property
    def missing(self) -> str:
        """What was not seen; empty when both were."""
        return ("", "never true" if self.false else "never false", "never true or false")[2 - self.seen]


@attrs.frozen
class Coverage:
    """What was seen of the conditions of one rule."""

    rule_id: str
    file: str
    spots: tuple[Spot, ...]

    @property
    def seen(self) -> int:
        """How many outcomes were seen."""
        return sum([spot.seen for spot in self.spots])

    @property
    def outcomes(self) -> int:
        """How many there are: two for each condition."""
        return 2 * len(self.spots)


class Watch:
    """Counts what conditions of one rule come to, entity by entity."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.nodes = spots_of(rule.statement)
        self._places = {id(node): place for place, node in enumerate(self.nodes)}
        self._counts = [[0, 0] for _ in self.nodes]

    def take(self, root: Seen, run: Run) -> None:
        """Evaluate the rule on an entity and count."""
        for trace in _reached(self.rule.statement, root, run):
            self._count(trace)

    def _count(self, trace: Trace) -> None:
        pending = [trace]
        while pending:
            current = pending.pop()
            place = self._places.get(id(current.node))
            if place is not None and isinstance(current.truth, bool):
                self._counts[place][not current.truth] += 1
            pending += current.parts
            pending += [element.trace for element in current.elements if not element.seen.lost]

    def coverage(self) -> Coverage:
        """What was seen so far."""
        source = self.rule.source
        spots = [self._spot(node, *counts) for node, counts in zip(self.nodes, self._counts)]
        return Coverage(self.rule.id, source.name, tuple(spots))

    def _spot(self, node: nodes.Expression, true: int, false: int) -> Spot:
        span = node.span
        excerpt = "" if true and false else excerpt_of(self.rule, span)
        return Spot(span.line, span.column, bounded(expression_of(node)), excerpt, true, false)


def excerpt_of(rule: Rule, span: Span) -> str:
    """The line of a rule in which a span begins, with carets below it."""
    return render(Problem("", "", span), rule.source).partition("\n")[2]


def _reached(statement: nodes.Statement, root: Seen, run: Run) -> list[Trace]:
    """The traces of the parts of a rule that its verdict on an entity rests on."""
    fresh = run.anew()
    try:
        return with_room(lambda: list(_parts(statement, root, fresh)))
    except TooMuchWork:
        return []


def _parts(statement: nodes.Statement, root: Seen, run: Run) -> Iterator[Trace]:
    if isinstance(statement, nodes.Placeholder):
        return
    scope: tuple[Seen, ...] = (root,)
    if statement.where is not None:
        traces, scope, truth = selected(statement, statement.where, scope, run)
        yield from traces
        if truth is not True:
            return
    if isinstance(statement, nodes.Query):
        return
    if statement.exclude is not None:
        exclude = condition(statement.exclude, scope, run)
        yield exclude
        if exclude.truth is not False:
            return
    yield condition(statement.condition, scope, run)


def total(coverages: Iterable[Coverage]) -> tuple[int, int]:
    """The outcomes seen, and all there are, of several rules."""
    given = list(coverages)
    return sum([each.seen for each in given]), sum([each.outcomes for each in given])


def percent(seen: int, outcomes: int) -> str:
    """A share in words, rounded down, so that only all of it is `100.0%`."""
    tenths = 1000 if not outcomes else 1000 * seen // outcomes
    return f"{tenths // 10}.{tenths % 10}%"


def shortfall(coverages: Iterable[Coverage], minimum: float | None) -> str:
    """What to say when the coverage of all rules together is below a minimum in percent; empty when it is not."""
    seen, outcomes = total(coverages)
    if minimum is None or 100 * seen >= minimum * outcomes:
        return ""
    return f"error[low-coverage]: the coverage is {percent(seen, outcomes)}, and {minimum:g}% are asked for"


def coverage_text(coverages: Iterable[Coverage], quiet: bool = False) -> str:
    """Coverage as text: what was not seen, with carets, then the rules and the total; quiet, only the first."""
    given = list(coverages)
    lines = [line for each in given for line in _unseen(each)]
    if not quiet:
        lines += ["COVERAGE  OUTCOMES   RULE"]
        for each in given:
            share = percent(each.seen, each.outcomes)
            lines.append(f"{share:>8}  {f'{each.seen}/{each.outcomes}':<9}  {printable(each.rule_id)}")
        seen, outcomes = total(given)
        lines.append(f"{percent(seen, outcomes)} of the conditions' outcomes were seen: {seen} of {outcomes}.")
    return "".join([f"{line}\n" for line in lines])


def _unseen(coverage: Coverage) -> Iterator[str]:
    for spot in coverage.spots:
        if spot.missing:
            yield f"{printable(coverage.file)}:{spot.line}:{spot.column}: {spot.missing}: {printable(spot.text)}"
            if spot.excerpt:
                yield spot.excerpt


def report_json(coverages: Iterable[Coverage]) -> dict[str, Any]:
    """The coverage of several rules as JSON."""
    given = list(coverages)
    seen, outcomes = total(given)
    return {"schemaVersion": "1", "seen": seen, "outcomes": outcomes, "rules": [coverage_json(each) for each in given]}


def coverage_json(coverage: Coverage) -> dict[str, Any]:
    """The coverage of one rule as JSON, every condition with its counts."""
    return {
        "ruleId": coverage.rule_id,
        "file": coverage.file,
        "seen": coverage.seen,
        "outcomes": coverage.outcomes,
        "conditions": [
            {"line": each.line, "column": each.column, "text": each.text, "true": each.true, "false": each.false}
            for each in coverage.spots
        ],
    }
