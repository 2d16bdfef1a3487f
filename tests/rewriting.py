"""Rules made from rules: every node of a tree replaced, from the leaves up."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import attrs

from gsl.language import nodes
from tests.generation import ANYWHERE

Change = Callable[[nodes.Expression], nodes.Expression]
_PARTS = (
    "where",
    "condition",
    "exclude",
    "left",
    "right",
    "operand",
    "subject",
    "bracket",
    "operands",
    "items",
    "arguments",
)
_OPPOSITE = {"=": "!=", "!=": "="}
_MIRRORED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def rewritten(node: Any, change: Change) -> Any:
    """The tree with `change` applied to every expression, the innermost first. A `groupBy` key stays as it is."""
    parts: dict[str, Any] = {}
    for name in _PARTS:
        part = getattr(node, name, None)
        if isinstance(part, tuple):
            parts[name] = tuple([rewritten(each, change) for each in part])
        elif isinstance(part, nodes.Node):
            parts[name] = rewritten(part, change)
    if parts:
        node = attrs.evolve(node, **parts)
    return node if isinstance(node, (nodes.Check, nodes.Query, nodes.Placeholder)) else change(node)


def negation(node: nodes.Expression) -> nodes.Not:
    """`not` before an expression."""
    return nodes.Not(ANYWHERE, node)


def by_de_morgan(node: nodes.Expression) -> nodes.Expression:
    """`a and b` as `not (not a or not b)`, and the other way round."""
    if isinstance(node, nodes.And):
        return negation(nodes.Or(ANYWHERE, tuple([negation(each) for each in node.operands])))
    if isinstance(node, nodes.Or):
        return negation(nodes.And(ANYWHERE, tuple([negation(each) for each in node.operands])))
    return node


def twice_negated(node: nodes.Expression) -> nodes.Expression:
    """Every condition with `not not` before it."""
    conditions = (nodes.And, nodes.Or, nodes.Not, nodes.Compare, nodes.Membership, nodes.Like, nodes.RegexMatch)
    return negation(negation(node)) if isinstance(node, conditions) else node


def by_opposite(node: nodes.Expression) -> nodes.Expression:
    """`a = b` as `not a != b`, and so for `like` and `in`."""
    if isinstance(node, nodes.Compare) and node.operator in _OPPOSITE:
        return negation(attrs.evolve(node, operator=_OPPOSITE[node.operator]))
    if isinstance(node, (nodes.Like, nodes.Membership)):
        return negation(attrs.evolve(node, negated=not node.negated))
    return node


def mirrored(node: nodes.Expression) -> nodes.Expression:
    """`a < b` as `b > a`, and so for every comparison."""
    if isinstance(node, nodes.Compare):
        return attrs.evolve(node, operator=_MIRRORED[node.operator], left=node.right, right=node.left)
    return node


def by_contain_any(node: nodes.Expression) -> nodes.Expression:
    """`contain-none` as `not ... contain-any`, `contain` as `contain-any`."""
    if isinstance(node, nodes.ArrayOperation) and node.operator in ("contain", "contain-none"):
        found = attrs.evolve(node, operator="contain-any")
        return found if node.operator == "contain" else negation(found)
    return node


def by_contain_none(node: nodes.Expression) -> nodes.Expression:
    """Every `contain-any` as `not ... contain-none`."""
    if isinstance(node, nodes.ArrayOperation) and node.operator in ("contain", "contain-any"):
        return negation(attrs.evolve(node, operator="contain-none"))
    return node


def written_out(node: nodes.Expression) -> nodes.Expression:
    """A bracket of literals as the test of the element that it is short for."""
    if not isinstance(node, nodes.LiteralBracket):
        return node
    element = nodes.Path(ANYWHERE, "$", 0, ())
    tests: list[nodes.Expression] = []
    for literal in node.literals:
        if isinstance(literal.value, str):
            tests.append(nodes.Like(ANYWHERE, element, literal.value, False))
        else:
            tests.append(nodes.Compare(ANYWHERE, "=", element, literal))
    return tests[0] if len(tests) == 1 else nodes.Or(ANYWHERE, tuple(tests))


def shuffled(random: Random) -> Change:
    """A change that deals the operands of `and` and `or` and the items of `in` anew."""

    def change(node: nodes.Expression) -> nodes.Expression:
        if isinstance(node, (nodes.And, nodes.Or)):
            return attrs.evolve(node, operands=tuple(random.sample(node.operands, len(node.operands))))
        if isinstance(node, nodes.Membership):
            return attrs.evolve(node, items=tuple(random.sample(node.items, len(node.items))))
        return node

    return change


def holds(node: nodes.Node, *kinds: type[nodes.Node]) -> bool:
    """Whether a tree holds a node of one of these classes."""
    return any(isinstance(each, kinds) for each in nodes.walk(node))


def uses_whole_context(node: nodes.Node) -> bool:
    """Whether a rule uses an entity or element as a whole: a path without keys."""
    return any(isinstance(each, nodes.Path) and not each.keys for each in nodes.walk(node))
