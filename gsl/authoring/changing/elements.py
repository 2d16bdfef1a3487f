"""Elements that a bracket would take, or would not: made from its conditions alone, for lists to be given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gsl.authoring.changing.inverses import Asked, subjects
from gsl.authoring.changing.near import around
from gsl.authoring.changing.words import like_words, regex_word
from gsl.language import nodes
from gsl.semantics import operators, values
from gsl.semantics.evaluator import is_literal
from gsl.semantics.functions.table import NOTHING, PATH
from gsl.semantics.run import Run
from gsl.semantics.values import Value

Assignment = dict[tuple[str, ...], Value]
"""Values by the keys under which an element must have them; no keys for the element itself."""

_MOST = 3
_DEEPEST = 8
_MOST_CONDITIONS = 200
_MOST_ITEMS = 500


def made_elements(bracket: nodes.Expression, truth: bool, run: Run) -> list[Value]:
    """A few elements on which a bracket has a truth, as far as its literals tell."""
    found = [_built(each) for each in _Maker(run).solve(bracket, truth, 0)]
    return [each for each in found if each is not None][:_MOST]


def _built(assignment: Assignment) -> Value:
    """The element that an assignment asks for; `None` for one that cannot be."""
    if () in assignment:
        return assignment[()]
    element: dict[str, Any] = {}
    for keys, value in assignment.items():
        inside = element
        for key in keys[:-1]:
            inside = inside.setdefault(key, {})
            if not isinstance(inside, dict):
                return None
        inside[keys[-1]] = value
    return element or None


class _Maker:
    """Goes through conditions and gives what would settle them."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self._left = _MOST_CONDITIONS

    def solve(self, node: nodes.Expression, truth: bool, depth: int) -> list[Assignment]:
        """Some assignments that give a condition a truth; an empty one where nothing is known of it."""
        self._left -= 1
        if depth > _DEEPEST or self._left < 0:
            return [{}]
        if isinstance(node, nodes.Not):
            return self.solve(node.operand, not truth, depth + 1)
        if isinstance(node, (nodes.And, nodes.Or)):
            return self._joined(node, truth, depth)
        if isinstance(node, nodes.ArrayOperation):
            return self._nested(node, truth, depth)
        return self._bracket(node, truth) if isinstance(node, nodes.LiteralBracket) else self._atom(node, truth)

    def _joined(self, node: nodes.And | nodes.Or, truth: bool, depth: int) -> list[Assignment]:
        """All operands at once, or any of them."""
        parts = [self.solve(each, truth, depth + 1) for each in node.operands[: 4 * _MOST]]
        if truth is isinstance(node, nodes.Or):
            return [each for part in parts for each in part][:_MOST]
        return _together(parts)

    def _bracket(self, node: nodes.LiteralBracket, truth: bool) -> list[Assignment]:
        """Elements that are one of some literals, or none of them."""
        goals = [word for each in node.literals[:_MOST_ITEMS] for word in _literal_words(each.value)]
        found: list[Assignment] = [{(): goal} for goal in [*goals, "x", 0] if self._is_one(node, goal) is truth]
        return found[:_MOST]

    def _is_one(self, node: nodes.LiteralBracket, value: Value) -> bool:
        return any([is_literal(value, each.value, self.run) for each in node.literals])

    def _nested(self, node: nodes.ArrayOperation, truth: bool, depth: int) -> list[Assignment]:
        keys = _own_keys(node.subject)
        if keys is None:
            return [{}]
        if truth is (node.operator in ("contain-all", "contain-none")):
            return [{keys: []}]
        wanted = node.operator != "contain-all"
        inside = [_built(each) for each in self.solve(node.bracket, wanted, depth + 1)]
        return [{keys: [each]} for each in inside if each is not None] or [{}]

    def _atom(self, node: nodes.Expression, truth: bool) -> list[Assignment]:
        """One test of a path against literals."""
        operand, goals, test = self._test(node)
        keys, call = _own_keys(operand), None
        if keys is None and isinstance(operand, nodes.Call):
            keys, call = _own_keys(operand.subject), operand
        if keys is None or test is None:
            return [{}]
        if call is not None:
            function = self.run.functions.get(call.name.lower())
            arguments = tuple([each.value for each in call.arguments if isinstance(each, nodes.Literal)])
            if function is None or function.reads in (NOTHING, PATH) or len(arguments) < len(call.arguments):
                return [{}]
            goals = subjects(call.name, Asked(self.run, None, arguments, goals))
            apply = function.apply
            return [{keys: goal} for goal in goals if test(apply(self.run, goal, *arguments)) is truth][:1] or [{}]
        return [{keys: goal} for goal in goals if test(goal) is truth][:1] or [{}]

    def _test(self, node: nodes.Expression) -> tuple[nodes.Expression, list[Value], Callable[[Value], bool] | None]:
        """The tested operand, values to try for it, and the test."""
        fold = self.run.fold
        if isinstance(node, nodes.Compare):
            if not isinstance(node.right, nodes.Literal):
                return node.left, [], None
            right, apply = node.right.value, operators.OPERATORS[node.operator].apply
            return node.left, around(right), lambda value: apply(value, right, fold)
        if isinstance(node, nodes.Membership):
            items = self._items(node)
            return (
                node.subject,
                [*items[:_MOST], "x", True],
                lambda value: any([values.equal(value, each, fold) for each in items]) is not node.negated,
            )
        if isinstance(node, nodes.Like):
            pattern = node.pattern
            return (
                node.subject,
                [*like_words(pattern), "x", ""],
                lambda value: operators.like(value, pattern, fold) is not node.negated,
            )
        if isinstance(node, nodes.RegexMatch):
            regex, ignore_case = node.pattern, node.ignore_case
            return (
                node.subject,
                [regex_word(regex), "x", ""],
                lambda value: operators.regex_match(value, regex, ignore_case),
            )
        return node, [True, False], values.truth

    def _items(self, node: nodes.Membership) -> list[Value]:
        found: list[Value] = []
        for item in node.items[:_MOST_ITEMS]:
            if isinstance(item, nodes.Literal):
                found.append(item.value)
            elif isinstance(item, nodes.NamedList):
                found += self.run.lists.get(item.name, [])[:_MOST_ITEMS]
        return found


def _literal_words(literal: Value) -> list[Value]:
    return [*like_words(literal)] if isinstance(literal, str) else around(literal)


def _own_keys(node: nodes.Expression) -> tuple[str, ...] | None:
    """The keys that a path reads of the element itself."""
    return node.keys if isinstance(node, nodes.Path) and node.scope in ("", "$") else None


def _together(parts: list[list[Assignment]]) -> list[Assignment]:
    """One way for all parts at once: the first of each."""
    found: Assignment = {}
    for part in parts:
        found.update(part[0] if part else {})
    return [found]
