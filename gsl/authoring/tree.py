"""The tree of a rule on paper: indented for people, JSON for tools."""

from __future__ import annotations

from typing import Any

from gsl.errors import Span, printable
from gsl.language import nodes
from gsl.language.formatter import format_expression, literal_text
from gsl.ruleset.rule import Rule


def tree_text(rule: Rule) -> str:
    """The tree, a node a line, children below their node and further in."""
    lines = [printable(rule.id)]
    pending: list[tuple[str, Any, int]] = [("", rule.statement, 1)]
    while pending:
        label, node, depth = pending.pop()
        lines.append("  " * depth + (f"{label}: " if label else "") + printable(_headline(node)))
        inside = [(name, child, depth + 1) for name, child in _labelled_children(node)]
        pending.extend(reversed(inside))
    return "\n".join(lines) + "\n"


def _labelled_children(node: nodes.Node) -> list[tuple[str, nodes.Node]]:
    found: list[tuple[str, nodes.Node]] = []
    for name in nodes.field_types(type(node)):
        value = getattr(node, name)
        if isinstance(value, nodes.Node):
            if not (isinstance(value, nodes.Path) and value.scope == "" and not value.keys):
                found.append((name, value))
        elif isinstance(value, tuple) and value and isinstance(value[0], nodes.Node):
            found += [(name if name != "operands" else "", child) for child in value]
    return found


def _headline(node: nodes.Node) -> str:
    """A node's kind and what is its own, without its children."""
    kind = type(node).__name__
    if isinstance(node, nodes.Literal):
        return f"{kind} {literal_text(node.value)}"
    if isinstance(node, nodes.Path):
        return f"{kind} {format_expression(node)}"
    own = []
    for name in nodes.field_types(type(node)):
        value = getattr(node, name)
        if isinstance(value, bool):
            own += [name] if value else []
        elif isinstance(value, (str, int)):
            own.append(f"/{value}/" if isinstance(node, nodes.RegexMatch) else str(value))
    return " ".join([kind, *own])


def tree_json(rule: Rule) -> dict[str, Any]:
    """The rule as JSON: `id`, `rule` (the text) and `tree`.

    Every node has `node` (its kind), `line`, `column`, `start` and `end`, and its own fields by the
    names of `gsl.language.nodes`.
    """
    return {"id": rule.id, "rule": rule.text, "tree": _node_json(rule.statement)}


def _node_json(node: nodes.Node) -> dict[str, Any]:
    span = node.span
    shown: dict[str, Any] = {
        "node": type(node).__name__,
        "line": span.line,
        "column": span.column,
        "start": span.start,
        "end": span.end,
    }
    for name in nodes.field_types(type(node)):
        value = getattr(node, name)
        if isinstance(value, Span):
            continue
        if isinstance(value, nodes.Node):
            shown[name] = _node_json(value)
        elif isinstance(value, tuple):
            shown[name] = [_node_json(each) if isinstance(each, nodes.Node) else each for each in value]
        else:
            shown[name] = value
    return shown
