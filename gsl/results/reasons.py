"""From the deciding set of a judgement to the reasons that a report carries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gsl.language import nodes
from gsl.language.depth import with_room
from gsl.language.formatter import format_expression
from gsl.results.masking import Secrets, holds_secret, is_maskable, is_secret_path, shown
from gsl.results.model import ReadValue, Reason
from gsl.semantics.deciding import Atom, Reading, left_side, readings
from gsl.semantics.functions.table import Function
from gsl.semantics.judging import Judgement
from gsl.semantics.trace import Trace


def reasons_of(judgement: Judgement, secrets: Secrets, functions: Mapping[str, Function]) -> tuple[Reason, ...]:
    """The reasons of a verdict, in the order of the rule's text; `secrets` are those of its entity."""
    atoms = judgement.atoms
    return with_room(lambda: tuple([_reason(atom, secrets, functions) for atom in atoms]))


def _reason(atom: Atom, secrets: Secrets, functions: Mapping[str, Function]) -> Reason:
    trace = atom.trace
    found = [ReadValue(each.path, _shown_reading(each, secrets)) for each in readings(trace, functions)]
    side = left_side(trace)
    is_read = isinstance(side.node, nodes.Path)  # then it is what was read first
    result = found[0].value if is_read else shown_result(side, secrets, functions)
    span = trace.node.span
    return Reason(expression_of(trace.node), span.line, span.column, tuple(found), result, atom.count)


def _shown_reading(reading: Reading, secrets: Secrets) -> Any:
    value = reading.value
    return shown(value, is_maskable(value) and is_secret(reading, secrets), reading.trace.cause)


def shown_result(trace: Trace, secrets: Secrets, functions: Mapping[str, Function]) -> Any:
    """The value of a trace as a report shows it; what was made of a secret's text is one too."""
    value = trace.value
    secret = False
    if isinstance(value, str) or (isinstance(trace.node, nodes.Path) and is_maskable(value)):
        secret = holds_secret(value, secrets) or any([is_secret(each, secrets) for each in readings(trace, functions)])
    return shown(value, secret, trace.cause)


def is_secret(reading: Reading, secrets: Secrets) -> bool:
    """Whether a value looks like a secret, by the keys that lead to it or by its text."""
    return is_secret_path(reading.path, reading.value) or holds_secret(reading.value, secrets)


_MOST_KEPT = 10_000
_kept: dict[int, tuple[nodes.Expression, str]] = {}
"""Texts of atoms by the identity of their nodes, which are kept so that no other takes it over."""


def expression_of(node: nodes.Expression) -> str:
    """An atom in canonical spelling; a bracket of literals as the test of its element it is short for."""
    kept = _kept.get(id(node))
    if kept is not None:
        return kept[1]
    text = _expression_of(node)
    if len(_kept) >= _MOST_KEPT:
        _kept.clear()
    _kept[id(node)] = (node, text)
    return text


def _expression_of(node: nodes.Expression) -> str:
    if not isinstance(node, nodes.LiteralBracket):
        return format_expression(node)
    tests = []
    for literal in node.literals:
        operator = "like" if isinstance(literal.value, str) else "="
        tests.append(f"$ {operator} {format_expression(literal)}")
    return " or ".join(tests)
