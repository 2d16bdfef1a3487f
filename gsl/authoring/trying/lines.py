"""What an author types: a whole rule, a condition on the type at hand, or a value; and whether more is to come."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import attrs

from gsl.authoring.unfinished import words_of
from gsl.errors import Problem, RuleError, Source, Span
from gsl.language import nodes
from gsl.language.scanner import check_limits, scan
from gsl.ruleset.rule import Rule, build_rule
from gsl.semantics.functions import function_table
from gsl.semantics.functions.table import Function

_NAME = "line"
"""What messages call the text."""

_OPERANDS = (nodes.Path, nodes.Literal, nodes.GroupBy)


@attrs.frozen
class Line:
    """What a line says: a rule, and the expression in it whose value is asked for, if one is."""

    rule: Rule
    value: nodes.Expression | None = None


def is_unfinished(text: str) -> bool:
    """Whether a bracket is still open, so that the next line belongs to it."""
    if check_limits(text) is not None:
        return False
    flaw = scan(text)
    return flaw is not None and flaw.code == "unclosed-bracket"


def is_rule(text: str, types: Collection[str]) -> bool:
    """Whether a text begins with an entity type, as whole rules do; `types` are those that are known."""
    first, second = ([word for word in words_of(text) if word.kind != "comment"] + [None, None])[:2]
    if first is None or first.kind != "word":
        return False
    following = second.text.lower() if second is not None else ""
    if first.text.lower() == "list" and following == "<":
        return True
    return first.text in types or following in ("where", "should") or (second is None and first.text == "true")


def line_of(text: str, current: str | None, types: Collection[str]) -> Line:
    """What a text says, where `current` is the type at hand. Raises `RuleError`."""
    functions = function_table()
    if is_rule(text, types):
        return Line(build_rule(Source(text, _NAME), text, _NAME))
    problem = check_limits(text)
    if problem is not None:
        raise RuleError((problem,), Source(text, _NAME))
    if current is None:
        message = "no entity type is chosen: choose one with `.type T`, or write `T where ...` or `T should ...`"
        raise RuleError((Problem("no-type", message, Span.at(text, 0)),), Source(text, _NAME))
    rule = _condition(text, current)
    assert isinstance(rule.statement, nodes.Query)
    return Line(rule, rule.statement.where if _is_value(rule.statement.where, functions) else None)


def _condition(text: str, current: str) -> Rule:
    """A query with a text as its condition; what is wrong with it stands where the author wrote it."""
    above = f"{current} where\n"
    try:
        return build_rule(Source(above + text, _NAME), above + text, _NAME)
    except RuleError as error:
        problems = tuple([_moved(each, len(above)) for each in error.problems])
        raise RuleError(problems, Source(text, _NAME)) from None


def _moved(problem: Problem, by: int) -> Problem:
    span = problem.span
    start = max(0, span.start - by)
    moved = Span(start, max(start + 1, span.end - by), max(1, span.line - 1), span.column if span.line > 1 else 1)
    return Problem(problem.code, problem.message, moved)


def _is_value(node: nodes.Expression, functions: Mapping[str, Function]) -> bool:
    """Whether an expression is there for its value, as a path is, and not for its truth."""
    if isinstance(node, nodes.Call):
        function = functions.get(node.name.lower())
        return function is not None and function.gives != "boolean"
    return isinstance(node, _OPERANDS) or (isinstance(node, nodes.ArrayOperation) and node.operator == "with")
