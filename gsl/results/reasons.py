"""From the deciding set of a judgement to the reasons that a report carries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gsl.language import nodes
from gsl.language.depth import with_room
from gsl.language.formatter import format_expression
from gsl.results.masking import holds_secret, is_secret_path, secret_texts, shown
from gsl.results.model import ReadValue, Reason
from gsl.semantics.deciding import Atom, Reading, left_side, readings
from gsl.semantics.functions.table import Function
from gsl.semantics.judging import Judgement
from gsl.semantics.run import Seen
from gsl.semantics.trace import Trace


def reasons_of(judgement: Judgement, root: Seen, functions: Mapping[str, Function]) -> tuple[Reason, ...]:
    """The reasons of a verdict, in the order of the rule's text."""
    secrets = secret_texts(root.value)
    atoms = judgement.atoms
    return with_room(lambda: tuple([_reason(atom, secrets, functions) for atom in atoms]))


def _reason(atom: Atom, secrets: frozenset[str], functions: Mapping[str, Function]) -> Reason:
    trace = atom.trace
    found = readings(trace, functions)
    values = tuple(
        [ReadValue(each.path, shown(each.value, is_secret(each, secrets), each.trace.cause)) for each in found]
    )
    span = trace.node.span
    result = shown_result(left_side(trace), secrets, functions)
    return Reason(expression_of(trace.node), span.line, span.column, values, result, atom.count)


def shown_result(trace: Trace, secrets: frozenset[str], functions: Mapping[str, Function]) -> Any:
    """The value of a trace as a report shows it; what was made of a secret's text is one too."""
    derived = [each for each in readings(trace, functions) if is_secret(each, secrets)]
    secret = holds_secret(trace.value, secrets) or (bool(derived) and isinstance(trace.value, str))
    if isinstance(trace.node, nodes.Path):
        secret = secret or bool(derived)
    return shown(trace.value, secret, trace.cause)


def is_secret(reading: Reading, secrets: frozenset[str]) -> bool:
    """Whether a value looks like a secret, by the keys that lead to it or by its text."""
    return is_secret_path(reading.path, reading.value) or holds_secret(reading.value, secrets)


def expression_of(node: nodes.Expression) -> str:
    """An atom in canonical spelling; a bracket of literals as the test of its element it is short for."""
    if not isinstance(node, nodes.LiteralBracket):
        return format_expression(node)
    tests = []
    for literal in node.literals:
        operator = "like" if isinstance(literal.value, str) else "="
        tests.append(f"$ {operator} {format_expression(literal)}")
    return " or ".join(tests)
