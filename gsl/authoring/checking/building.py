"""From the conditions of a context to formulas: which subjects there are, and what is asked of them.

A context is the entity under test, or the element in one bracket. Inside it the same text means
the same value, so every subject is known by its canonical text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gsl.authoring.checking.asking import Empty, Equal, LikeText, Order, Regex, Test, passes
from gsl.authoring.checking.covering import EVERY_KIND
from gsl.authoring.checking.formulas import AllOf, AnyOf, Budget, Constant, Formula, Neg, Variable, leaf
from gsl.language import nodes
from gsl.language.formatter import format_expression
from gsl.semantics import operators, values
from gsl.semantics.functions import FUNCTIONS

_KINDS = {
    "boolean": frozenset(("boolean", "missing")),
    "number": frozenset(("number", "missing")),
    "text": frozenset(("text", "missing")),
    "list": frozenset(("list", "missing")),
    "object": frozenset(("object", "missing")),
}
_BOOLEAN = frozenset(("boolean",))
_LOGIC = (nodes.Compare, nodes.Membership, nodes.Like, nodes.RegexMatch, nodes.Not, nodes.And, nodes.Or)
_COUNTS = frozenset(("length", "datedifference", "numberofhosts", "allowedhostsforport"))
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_BY_NAME = {function.name.lower(): function for function in FUNCTIONS.values()}


class Context:
    """The formulas of one context. `bracket_truth(node)` says what is known of a bracket: always, never or neither."""

    def __init__(self, budget: Budget, bracket_truth: Callable[[nodes.ArrayOperation], bool | None]) -> None:
        self.budget = budget
        self.bracket_truth = bracket_truth
        self._variables: dict[str, Variable] = {}
        self._built: dict[int, tuple[nodes.Expression, Formula]] = {}

    def formula(self, node: nodes.Expression) -> Formula:
        """What a condition says."""
        known = self._built.get(id(node))
        if known is None:
            self.budget.spend(1)
            known = self._built[id(node)] = (node, self._made(node))
        return known[1]

    def _made(self, node: nodes.Expression) -> Formula:
        maker = _MAKERS.get(type(node))
        return leaf(self._subject(node)) if maker is None else maker(self, node)

    def _variable(self, key: str, kinds: frozenset[str] = EVERY_KIND, least: int | None = None) -> Variable:
        self.budget.spend(1 + len(key) // 20)
        return self._variables.setdefault(key, Variable(kinds, least))

    def open(self, key: str) -> Formula:
        """A condition that is not looked into: the same wherever it has the same text."""
        return leaf(self._variable(f"condition {key}", _BOOLEAN))

    def _subject(self, node: nodes.Expression) -> Variable:
        text = _text(node)
        if isinstance(node, nodes.Call):
            function = _BY_NAME.get(node.name.lower())
            kinds = _KINDS.get(function.gives if function is not None else "", EVERY_KIND)
            return self._variable(text, kinds, 0 if node.name.lower() in _COUNTS else None)
        logic = isinstance(node, _LOGIC) or (isinstance(node, nodes.ArrayOperation) and node.operator != "with")
        return self._variable(text, _BOOLEAN if logic else EVERY_KIND)

    def asked(self, subject: nodes.Expression, test: Test) -> Formula:
        """A test of a subject; a literal one is tested at once."""
        if isinstance(subject, nodes.Literal):
            return Constant(passes(test, subject.value, str.casefold))
        return leaf(self._subject(subject), test)


def _text(node: nodes.Expression) -> str:
    """What names a subject: its canonical text, `$.x` as `x`."""
    if isinstance(node, nodes.Path) and node.scope == "$":
        return format_expression(nodes.Path(node.span, "", 0, node.keys))
    return format_expression(node)


def _literal(context: Context, node: nodes.Literal) -> Formula:
    return Constant(values.truth(node.value))


def _fail(context: Context, node: nodes.Fail) -> Formula:
    return Constant(False)


def _not(context: Context, node: nodes.Not) -> Formula:
    return Neg(context.formula(node.operand))


def _and(context: Context, node: nodes.And) -> Formula:
    return AllOf(tuple([context.formula(each) for each in node.operands]))


def _or(context: Context, node: nodes.Or) -> Formula:
    return AnyOf(tuple([context.formula(each) for each in node.operands]))


def _compare(context: Context, node: nodes.Compare) -> Formula:
    subject, operator, other = node.left, node.operator, node.right
    if isinstance(subject, nodes.Literal) and isinstance(other, nodes.Literal):
        apply = operators.OPERATORS[operator].apply
        both = {apply(subject.value, other.value, fold) for fold in (str.casefold, values.same_text)}
        return Constant(both.pop()) if len(both) == 1 else context.open(_text(node))
    if isinstance(subject, nodes.Literal):
        subject, operator, other = other, _FLIPPED.get(operator, operator), subject
    if not isinstance(other, nodes.Literal):
        return context.open(_text(node))
    if operator in ("=", "!="):
        equal = context.asked(subject, Equal((other.value,)))
        return equal if operator == "=" else Neg(equal)
    return context.asked(subject, Order(operator, other.value))


def _membership(context: Context, node: nodes.Membership) -> Formula:
    literals = tuple([item.value for item in node.items if isinstance(item, nodes.Literal)])
    others = [item for item in node.items if not isinstance(item, nodes.Literal)]
    subject = _text(node.subject)
    parts: list[Formula] = [context.open(f"{subject} in {format_expression(item)}") for item in others]
    if literals and isinstance(node.subject, nodes.Literal):
        parts.append(context.open(_text(node)))
    elif literals:
        parts.append(context.asked(node.subject, Equal(literals)))
    found = parts[0] if len(parts) == 1 else AnyOf(tuple(parts))
    return Neg(found) if node.negated else found


def _like(context: Context, node: nodes.Like) -> Formula:
    if isinstance(node.subject, nodes.Literal):
        return context.open(_text(node))
    found = context.asked(node.subject, LikeText(node.pattern))
    return Neg(found) if node.negated else found


def _regex_match(context: Context, node: nodes.RegexMatch) -> Formula:
    return context.asked(node.subject, Regex(node.pattern, node.ignore_case))


def _literal_bracket(context: Context, node: nodes.LiteralBracket) -> Formula:
    element = nodes.Path(node.span, "", 0, ())
    tests = [_fits(each.value) for each in node.literals]
    return AnyOf(tuple([context.asked(element, test) for test in tests]))


def _fits(literal: Any) -> Test:
    return LikeText(literal) if isinstance(literal, str) else Equal((literal,))


def _call(context: Context, node: nodes.Call) -> Formula:
    if node.name.lower() == "isempty" and not isinstance(node.subject, nodes.Literal):
        return context.asked(node.subject, Empty())
    return leaf(context._subject(node))


def _array_operation(context: Context, node: nodes.ArrayOperation) -> Formula:
    always = context.bracket_truth(node)
    operator = "contain-all" if node.operator == "contain-all" else "contain"
    text = f"{_text(node.subject)} {operator} [{format_expression(node.bracket)}]"
    if operator == "contain-all":
        return context.open(text)
    found: Formula = Constant(False) if always is False else context.open(text)
    return Neg(found) if node.operator == "contain-none" else found


_MAKERS: dict[type[nodes.Node], Callable[[Context, Any], Formula]] = {
    nodes.Literal: _literal,
    nodes.Fail: _fail,
    nodes.Not: _not,
    nodes.And: _and,
    nodes.Or: _or,
    nodes.Compare: _compare,
    nodes.Membership: _membership,
    nodes.Like: _like,
    nodes.RegexMatch: _regex_match,
    nodes.LiteralBracket: _literal_bracket,
    nodes.Call: _call,
    nodes.ArrayOperation: _array_operation,
}
