"""Values and truths where nothing is unknown: as the reference has them, without a trace.

It knows the usual parts of conditions, and takes what they do from the same tables.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from gsl.language import nodes
from gsl.semantics import operators, values
from gsl.semantics.deciding import Functions
from gsl.semantics.evaluator import is_literal
from gsl.semantics.functions.table import NOTHING, PATH
from gsl.semantics.run import Run
from gsl.semantics.scopes import SCOPES
from gsl.semantics.values import Value

Contexts = tuple[Value, ...]
"""The values of the contexts, from the entity under test inwards."""

Getter = Callable[[Contexts, Run], Value]
Test = Callable[[Contexts, Run], bool]

TRUE_OF_NONE = ("contain-all", "contain-none")
"""Array operators that hold when no element serves."""


class Unusual(Exception):
    """A part that only the reference evaluates."""


class Untraced:
    """Looks at the nodes of a condition once, and gives what evaluates them. Raises `Unusual`."""

    def __init__(self, functions: Functions) -> None:
        self.functions = functions

    # --- values

    def value(self, node: nodes.Expression) -> Getter:
        """What gives the value of an operand."""
        if isinstance(node, nodes.Literal):
            constant = node.value
            return lambda contexts, run: constant
        if isinstance(node, nodes.Path):
            return path_of(node)
        if isinstance(node, nodes.NamedList):
            name = node.name
            return lambda contexts, run: run.lists[name]
        if isinstance(node, nodes.Call):
            return self._call(node)
        if isinstance(node, nodes.ArrayOperation) and node.operator == "with":
            subject, bracket = self.value(node.subject), self.truth(node.bracket)
            return lambda contexts, run: [
                each for each in elements(subject(contexts, run)) if bracket((*contexts, each), run)
            ]
        raise Unusual

    def _call(self, node: nodes.Call) -> Getter:
        function = self.functions[node.name.lower()]
        if function.supplied or function.reads in (NOTHING, PATH):
            raise Unusual
        apply, subject = function.apply, self.value(node.subject)
        arguments = [self.value(argument) for argument in node.arguments]
        return lambda contexts, run: _finite(
            apply(run, subject(contexts, run), *[argument(contexts, run) for argument in arguments])
        )

    # --- truths

    def truth(self, node: nodes.Expression) -> Test:
        """What gives the truth of a condition."""
        make = TRUTHS.get(type(node))
        if make is not None:
            return make(self, node)
        value = self.value(node)
        return lambda contexts, run: values.truth(value(contexts, run))

    def _compare(self, node: nodes.Compare) -> Test:
        left, right, apply = self.value(node.left), self.value(node.right), operators.OPERATORS[node.operator].apply
        if isinstance(node.right, nodes.Literal):
            constant = node.right.value
            return lambda contexts, run: apply(left(contexts, run), constant, run.fold)
        return lambda contexts, run: apply(left(contexts, run), right(contexts, run), run.fold)

    def _membership(self, node: nodes.Membership) -> Test:
        subject, items, negated = self.value(node.subject), [self.value(each) for each in node.items], node.negated

        def membership(contexts: Contexts, run: Run) -> bool:
            value = subject(contexts, run)
            for item in items:
                found = item(contexts, run)
                for each in found if isinstance(found, list) else (found,):
                    if values.equal(value, each, run.fold):
                        return not negated
            return negated

        return membership

    def _like(self, node: nodes.Like) -> Test:
        subject, pattern, negated = self.value(node.subject), node.pattern, node.negated
        return lambda contexts, run: operators.like(subject(contexts, run), pattern, run.fold) is not negated

    def _regex_match(self, node: nodes.RegexMatch) -> Test:
        subject, pattern, ignore_case = self.value(node.subject), node.pattern, node.ignore_case
        return lambda contexts, run: operators.regex_match(subject(contexts, run), pattern, ignore_case)

    def _literal_bracket(self, node: nodes.LiteralBracket) -> Test:
        literals = [each.value for each in node.literals]
        return lambda contexts, run: any([is_literal(contexts[-1], each, run) for each in literals])

    def _not(self, node: nodes.Not) -> Test:
        operand = self.truth(node.operand)
        return lambda contexts, run: not operand(contexts, run)

    def _junction(self, node: nodes.And | nodes.Or) -> Test:
        operands, settled = [self.truth(each) for each in node.operands], isinstance(node, nodes.Or)

        def junction(contexts: Contexts, run: Run) -> bool:
            for operand in operands:
                if operand(contexts, run) is settled:
                    return settled
            return not settled

        return junction

    def _array_operation(self, node: nodes.ArrayOperation) -> Test:
        subject, bracket = self.value(node.subject), self.truth(node.bracket)
        is_all = node.operator == "contain-all"
        served = node.operator not in TRUE_OF_NONE

        def array_operation(contexts: Contexts, run: Run) -> bool:
            value = subject(contexts, run)
            if value is None and is_all:
                return False
            for element in elements(value):
                if bracket((*contexts, element), run) is not is_all:
                    return served
            return not served

        return array_operation


TRUTHS: dict[type[nodes.Node], Callable[[Untraced, Any], Test]] = {
    nodes.Compare: Untraced._compare,
    nodes.Membership: Untraced._membership,
    nodes.Like: Untraced._like,
    nodes.RegexMatch: Untraced._regex_match,
    nodes.LiteralBracket: Untraced._literal_bracket,
    nodes.Not: Untraced._not,
    nodes.And: Untraced._junction,
    nodes.Or: Untraced._junction,
    nodes.ArrayOperation: Untraced._array_operation,
}


def path_of(node: nodes.Path) -> Getter:
    """What gives the value under a path."""
    pick, levels, keys = SCOPES[node.scope].pick, node.levels, node.keys

    def path(contexts: Contexts, run: Run) -> Value:
        value = pick(contexts, levels)
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
        return value if value.__class__ in _SURE else _finite(value)

    return path


_SURE = frozenset((str, bool, int, list, dict, type(None)))
"""Classes of values that are no floats."""


def _finite(value: Value) -> Value:
    """The value; missing for NaN and the infinities."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def elements(value: Value) -> list[Value]:
    """The elements an array operator looks at."""
    if isinstance(value, list):
        return [each if each.__class__ in _SURE else _finite(each) for each in value]
    return [] if value is None else [value]
