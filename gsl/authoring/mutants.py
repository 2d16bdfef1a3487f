"""Mutants of a rule: the same rule with one small thing wrong, as authors get things wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs

from gsl.errors import Span, bounded
from gsl.language import nodes
from gsl.language.depth import with_room
from gsl.language.formatter import format_statement, literal_text, quoted
from gsl.results.reasons import expression_of
from gsl.ruleset.rule import Rule
from gsl.semantics.validation import validate

MOST_MUTANTS = 200
"""Mutants of one rule that are tried; of more, these many spread evenly over the rule."""

_COMPARISONS = {"=": "!=", "!=": "=", "<": "<=", "<=": "<", ">": ">=", ">=": ">"}
_ARRAY_OPERATORS = {
    "contain": "contain-all",
    "contain-any": "contain-all",
    "contain-all": "contain",
    "contain-none": "contain",
}
_CALLS = {
    "before": "after",
    "after": "before",
    "startswith": "endsWith",
    "endswith": "startsWith",
    "ispublic": "isPrivate",
    "isprivate": "isPublic",
    "min": "max",
    "max": "min",
    "first": "last",
    "last": "first",
}
_CHANGED = "-changed"

_Steps = tuple[tuple[str, int | None], ...]
"""The way from a statement to a node: fields, with a number where the field is a tuple."""


@attrs.frozen
class Mutant:
    """A rule with one change: where it is, what it is in words, and the rule that it gives."""

    span: Span
    change: str
    statement: nodes.Statement


@attrs.frozen
class _Made:
    """What takes the place of a node, the change in words, and the part of the text that it is about."""

    span: Span
    words: str
    new: nodes.Node


@attrs.frozen
class _Change:
    steps: _Steps
    made: _Made


def mutants_of(rule: Rule, most: int = MOST_MUTANTS) -> tuple[list[Mutant], int]:
    """Mutants of a rule that are rules themselves, in the order of its text, and how many were left out."""
    if isinstance(rule.statement, nodes.Placeholder):
        return [], 0
    return with_room(lambda: _mutants(rule, most))


def _mutants(rule: Rule, most: int) -> tuple[list[Mutant], int]:
    changes = list(_changes(rule.statement))
    chosen = [changes[number * len(changes) // most] for number in range(most)] if len(changes) > most else changes
    own = format_statement(rule.statement)
    found = []
    for change in chosen:
        statement = _with(rule.statement, change.steps, change.made.new)
        if format_statement(statement) != own and not validate(statement, rule.functions):
            found.append(Mutant(change.made.span, bounded(change.made.words), statement))
    return found, len(changes) - len(chosen)


def _with(node: Any, steps: _Steps, new: Any) -> Any:
    """A node with another one at the end of some steps."""
    if not steps:
        return new
    (name, number), rest = steps[0], steps[1:]
    value = getattr(node, name)
    if number is None:
        return attrs.evolve(node, **{name: _with(value, rest, new)})
    changed = _with(value[number], rest, new)
    return attrs.evolve(node, **{name: (*value[:number], changed, *value[number + 1 :])})


def _changes(statement: nodes.Statement) -> Iterator[_Change]:
    """Every change of a rule, in the order of its text."""
    pending: list[tuple[_Steps, Any]] = [((), statement)]
    while pending:
        steps, node = pending.pop()
        yield from [_Change(steps, made) for made in _of_node(node)]
        pending.extend(reversed([((*steps, step), child) for step, child in _inside(node)]))


def _inside(node: nodes.Node) -> Iterator[tuple[tuple[str, int | None], nodes.Node]]:
    for name in nodes.field_types(type(node)):
        value = getattr(node, name)
        if isinstance(value, nodes.Node) and not isinstance(value, nodes.Target):
            yield (name, None), value
        elif isinstance(value, tuple):
            for number, each in enumerate(value):
                if isinstance(each, nodes.Node):
                    yield (name, number), each


def _of_node(node: nodes.Node) -> Iterator[_Made]:
    make = _MAKERS.get(type(node))
    return make(node) if make is not None else iter(())


def _instead(node: nodes.Node, new: str, old: str, place: Span | None = None, **fields: Any) -> _Made:
    return _Made(place or node.span, f"`{new}` instead of `{old}`", attrs.evolve(node, **fields))


def _check(node: nodes.Check) -> Iterator[_Made]:
    words = ("should have", "should not have") if node.negated else ("should not have", "should have")
    if not isinstance(node.condition, nodes.Fail):
        yield _instead(node, *words, node.condition.span, negated=not node.negated)
    if node.where is not None:
        yield _Made(node.where.span, "without its `where`", attrs.evolve(node, where=None))
    if node.exclude is not None:
        yield _Made(node.exclude.span, "without its `exclude`", attrs.evolve(node, exclude=None))


def _literal(node: nodes.Literal) -> Iterator[_Made]:
    value = node.value
    others: tuple[Any, ...] = ()
    if isinstance(value, bool):
        others = (not value,)
    elif isinstance(value, (int, float)):
        others = (value + 1, value - 1)
    elif isinstance(value, str):
        others = (value + _CHANGED,)
    for other in others:
        yield _instead(node, literal_text(other), literal_text(value), value=other)


def _compare(node: nodes.Compare) -> Iterator[_Made]:
    other = _COMPARISONS.get(node.operator)
    if other is not None:
        yield _instead(node, other, node.operator, operator=other)


def _array_operation(node: nodes.ArrayOperation) -> Iterator[_Made]:
    other = _ARRAY_OPERATORS.get(node.operator)
    if other is not None:
        yield _instead(node, other, node.operator, node.operator_span, operator=other)


def _call(node: nodes.Call) -> Iterator[_Made]:
    other = _CALLS.get(node.name.lower())
    if other is not None:
        yield _instead(node, other, node.name, node.name_span, name=other)


def _membership(node: nodes.Membership) -> Iterator[_Made]:
    words = ("in", "not in") if node.negated else ("not in", "in")
    yield _instead(node, *words, negated=not node.negated)


def _like(node: nodes.Like) -> Iterator[_Made]:
    words = ("like", "unlike") if node.negated else ("unlike", "like")
    yield _instead(node, *words, negated=not node.negated)
    pattern = node.pattern + _CHANGED
    yield _instead(node, quoted(pattern), quoted(node.pattern), pattern=pattern)


def _regex_match(node: nodes.RegexMatch) -> Iterator[_Made]:
    pattern = f"(?:{node.pattern}){_CHANGED}"
    yield _instead(node, f"/{pattern}/", f"/{node.pattern}/", node.pattern_span, pattern=pattern)


def _not(node: nodes.Not) -> Iterator[_Made]:
    yield _Made(node.span, "without `not`", node.operand)


def _joined(node: nodes.And | nodes.Or) -> Iterator[_Made]:
    if isinstance(node, nodes.And):
        yield _Made(node.span, "`or` instead of `and`", nodes.Or(node.span, node.operands))
    else:
        yield _Made(node.span, "`and` instead of `or`", nodes.And(node.span, node.operands))
    for number, operand in enumerate(node.operands):
        left = (*node.operands[:number], *node.operands[number + 1 :])
        new = left[0] if len(left) == 1 else attrs.evolve(node, operands=left)
        yield _Made(operand.span, f"without `{expression_of(operand)}`", new)


_MAKERS: Mapping[type[nodes.Node], Callable[[Any], Iterator[_Made]]] = {
    nodes.Check: _check,
    nodes.Literal: _literal,
    nodes.Compare: _compare,
    nodes.ArrayOperation: _array_operation,
    nodes.Call: _call,
    nodes.Membership: _membership,
    nodes.Like: _like,
    nodes.RegexMatch: _regex_match,
    nodes.Not: _not,
    nodes.And: _joined,
    nodes.Or: _joined,
}
"""What makes the changes of each kind of node."""
