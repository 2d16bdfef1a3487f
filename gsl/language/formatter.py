"""Tree to text: the canonical spelling on one line, which parses back to an equal tree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gsl.language import nodes
from gsl.language.depth import with_room

_OR, _AND, _NOT, _OPERAND = range(4)
"""How tightly a node binds; an operand inside a tighter place needs parentheses."""

_BINDING: dict[type[nodes.Node], int] = {
    nodes.Or: _OR,
    nodes.And: _AND,
    nodes.Not: _NOT,
    nodes.Compare: _NOT,
    nodes.Membership: _NOT,
    nodes.Like: _NOT,
    nodes.RegexMatch: _NOT,
}


def quoted(text: str) -> str:
    """The string literal for a text."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def literal_text(value: str | int | float | bool | None) -> str:
    """The literal for a value, as a rule spells it."""
    if isinstance(value, str):
        return quoted(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return str(value)
    from decimal import Decimal

    digits = format(Decimal(repr(value)), "f")
    return digits if "." in digits else digits + ".0"


def _path(node: nodes.Path) -> str:
    scope = ".".join("^" * node.levels) if node.scope == "^" else node.scope
    return ".".join(part for part in (scope, *node.keys) if part)


def _call(node: nodes.Call) -> str:
    arguments = ", ".join(_inside(argument, _OR) for argument in node.arguments)
    call = f"{node.name}({arguments})"
    subject = _inside(node.subject, _OPERAND)
    if not subject:
        return call
    joined = isinstance(node.subject, nodes.Path) and node.subject.scope in ("^", "~") and not node.subject.keys
    return subject + call if joined else f"{subject} {call}"


def _literal_bracket(node: nodes.LiteralBracket) -> str:
    return ", ".join(literal_text(literal.value) for literal in node.literals)


def _array_operation(node: nodes.ArrayOperation) -> str:
    return f"{_inside(node.subject, _OPERAND)} {node.operator} [{_inside(node.bracket, _OR)}]"


def _membership(node: nodes.Membership) -> str:
    word = "not in" if node.negated else "in"
    subject = _inside(node.subject, _OPERAND)
    if len(node.items) == 1 and isinstance(node.items[0], nodes.NamedList):
        return f"{subject} {word} ${node.items[0].name}"
    items = ", ".join(_inside(item, _OPERAND) for item in node.items)
    return f"{subject} {word} ({items})"


def _like(node: nodes.Like) -> str:
    word = "unlike" if node.negated else "like"
    return f"{_inside(node.subject, _OPERAND)} {word} {quoted(node.pattern)}"


def regex_text(node: nodes.RegexMatch) -> str:
    """The regular expression literal, as a rule spells it."""
    pattern = ""
    escaped = False
    for character in node.pattern:
        pattern += "\\/" if character == "/" and not escaped else character
        escaped = character == "\\" and not escaped
    return f"/{pattern}/" + ("i" if node.ignore_case else "")


def _regex_match(node: nodes.RegexMatch) -> str:
    return f"{_inside(node.subject, _OPERAND)} regexMatch {regex_text(node)}"


def _compare(node: nodes.Compare) -> str:
    return f"{_inside(node.left, _OPERAND)} {node.operator} {_inside(node.right, _OPERAND)}"


_FORMATS: dict[type[nodes.Node], Callable[[Any], str]] = {
    nodes.Literal: lambda node: literal_text(node.value),
    nodes.Path: _path,
    nodes.NamedList: lambda node: f"${node.name}",
    nodes.Call: _call,
    nodes.LiteralBracket: _literal_bracket,
    nodes.ArrayOperation: _array_operation,
    nodes.GroupBy: lambda node: f"{_inside(node.subject, _OPERAND)} groupBy [{_path(node.key)}]",
    nodes.Compare: _compare,
    nodes.Membership: _membership,
    nodes.Like: _like,
    nodes.RegexMatch: _regex_match,
    nodes.Not: lambda node: f"not {_inside(node.operand, _NOT)}",
    nodes.And: lambda node: " and ".join([_inside(operand, _NOT) for operand in node.operands]),
    nodes.Or: lambda node: " or ".join([_inside(operand, _AND) for operand in node.operands]),
    nodes.Fail: lambda node: "fail",
}


def _inside(node: nodes.Expression, binding: int) -> str:
    text = _FORMATS[type(node)](node)
    return f"({text})" if _BINDING.get(type(node), _OPERAND) < binding else text


def format_expression(node: nodes.Expression) -> str:
    """The canonical spelling of an expression: one blank round operators, single quotes."""
    return with_room(lambda: _inside(node, _OR))


def format_statement(statement: nodes.Statement) -> str:
    """The canonical spelling of a whole rule, on one line."""
    if isinstance(statement, nodes.Placeholder):
        return "true"
    target = f"List<{statement.target.name}>" if statement.target.is_list else statement.target.name
    where = f" where {format_expression(statement.where)}" if statement.where is not None else ""
    if isinstance(statement, nodes.Query):
        return target + where
    fail = isinstance(statement.condition, nodes.Fail)
    should = " should" + (" not" if statement.negated else "") + ("" if fail else " have")
    exclude = f" exclude {format_expression(statement.exclude)}" if statement.exclude is not None else ""
    return f"{target}{where}{should} {format_expression(statement.condition)}{exclude}"
