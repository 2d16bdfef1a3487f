"""From the deciding set of a judgement to the reasons that a report carries."""

from __future__ import annotations

from collections.abc import Mapping

from gsl.language import nodes
from gsl.language.formatter import format_expression
from gsl.results.masking import is_secret_key, is_secret_path, shown
from gsl.results.model import ReadValue, Reason
from gsl.semantics.deciding import Atom, Reading, left_side, readings
from gsl.semantics.functions.table import Function
from gsl.semantics.judging import Judgement
from gsl.semantics.run import Seen
from gsl.semantics.values import UNKNOWN


def reasons_of(judgement: Judgement, root: Seen, functions: Mapping[str, Function]) -> tuple[Reason, ...]:
    """The reasons of a verdict, in the order of the rule's text."""
    return tuple([_reason(atom, root, functions) for atom in judgement.atoms])


def _reason(atom: Atom, root: Seen, functions: Mapping[str, Function]) -> Reason:
    trace = atom.trace
    found = readings(trace, functions)
    values = tuple(
        [ReadValue(each.path, shown(each.value, _is_secret(each, root), each.trace.cause)) for each in found]
    )
    left = left_side(trace)
    left_readings = readings(left, functions)
    secret = any([_is_secret(each, root) for each in left_readings]) and not isinstance(left.value, (int, float))
    result = shown(left.value, secret, left.cause)
    span = trace.node.span
    return Reason(expression_of(trace.node), span.line, span.column, values, result, atom.count)


def expression_of(node: nodes.Expression) -> str:
    """An atom in canonical spelling; a bracket of literals as the test of its element it is short for."""
    if not isinstance(node, nodes.LiteralBracket):
        return format_expression(node)
    tests = []
    for literal in node.literals:
        operator = "like" if isinstance(literal.value, str) else "="
        tests.append(f"$ {operator} {format_expression(literal)}")
    return " or ".join(tests)


def _is_secret(reading: Reading, root: Seen) -> bool:
    """Whether a path, or the name beside a `value`, looks like that of a secret."""
    if is_secret_path(reading.path, reading.value):
        return True
    place = reading.trace.place
    if reading.value is UNKNOWN or place is None or not place.keys or place.keys[-1] not in ("value", "Value"):
        return False
    parent = root.value
    for key in place.keys[:-1]:
        if isinstance(key, int):
            parent = parent[key] if isinstance(parent, list) and key < len(parent) else parent
        else:
            parent = parent.get(key) if isinstance(parent, dict) else None
    names = [parent.get(key) for key in ("key", "name", "Key", "Name")] if isinstance(parent, dict) else []
    return any([isinstance(name, str) and is_secret_key(name) for name in names])
