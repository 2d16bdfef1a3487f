"""From the deciding set of a judgement to the reasons that a report carries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from gsl.language import nodes
from gsl.language.depth import with_room
from gsl.language.formatter import format_expression
from gsl.results.masking import Secrets, holds_secret, is_maskable, shown, texts_below
from gsl.results.model import ReadValue, Reason
from gsl.results.records import PlainReason
from gsl.results.secret_keys import is_secret_path
from gsl.results.secret_shapes import tells_of
from gsl.semantics.deciding import Atom, left_side, readings
from gsl.semantics.functions.table import Function
from gsl.semantics.judging import Judgement
from gsl.semantics.places import Uncollected
from gsl.semantics.trace import Trace

if TYPE_CHECKING:
    from gsl.semantics.run import Run
    from gsl.semantics.settling import Settled
    from gsl.semantics.untraced import Getter


def reasons_of(judgement: Judgement, secrets: Secrets, functions: Mapping[str, Function]) -> tuple[Reason, ...]:
    """The reasons of a verdict, in the order of the rule's text; `secrets` are those of its entity."""
    atoms = judgement.atoms
    return with_room(lambda: tuple([_reason(atom, secrets, functions) for atom in atoms]))


def _reason(atom: Atom, secrets: Secrets, functions: Mapping[str, Function]) -> Reason:
    trace = atom.trace
    read = readings(trace, functions)
    found = [ReadValue(path, _shown_at(path, each.value, secrets, each.cause)) for path, each in read.items()]
    side = left_side(trace)
    is_read = isinstance(side.node, nodes.Path)  # then it is what was read first
    result = found[0].value if is_read else shown_result(side, secrets, functions)
    span = trace.node.span
    return Reason(expression_of(trace.node), span.line, span.column, tuple(found), result, atom.count)


def plain_reasons(settled: Iterable[Settled], secrets: Secrets, run: Run) -> tuple[PlainReason, ...]:
    """The reasons of a deciding set that was found without traces, in plain form."""
    return tuple([_plain_reason(each, secrets, run) for each in settled])


def _plain_reason(settled: Settled, secrets: Secrets, run: Run) -> PlainReason:
    part = settled.part
    read = settled.read(part.reads, run)
    found = tuple([(path, _shown_at(path, value, secrets)) for path, value in read.items()])
    result = found[0][1] if part.result is None else _shown_made(part.result, settled, secrets, run)
    span = part.node.span
    return expression_of(part.node), span.line, span.column, found, result, settled.count


def _shown_at(path: str, value: Any, secrets: Secrets, cause: Uncollected | None = None) -> Any:
    if value is None or value is True or value is False:
        return value
    secret = is_maskable(value) and (is_secret(path, value, secrets) or _is_made_of_secret(path, value, secrets))
    return shown(value, secret, cause)


def _shown_made(made: Getter, settled: Settled, secrets: Secrets, run: Run) -> Any:
    """A value that an expression made as a report shows it: one made of a secret's text is one too."""
    value = made(settled.contexts, run)
    secret = isinstance(value, str) and _tells_secret(value, settled.read(settled.part.sided, run), secrets)
    return shown(value, secret)


def shown_result(trace: Trace, secrets: Secrets, functions: Mapping[str, Function]) -> Any:
    """The value of a trace as a report shows it; what was made of a secret's text is one too."""
    value = trace.value
    secret = False
    if isinstance(value, str) or (isinstance(trace.node, nodes.Path) and is_maskable(value)):
        read = {path: each.value for path, each in readings(trace, functions).items()}
        secret = _tells_secret(value, read, secrets)
    return shown(value, secret, trace.cause)


def _tells_secret(value: Any, read: Mapping[str, Any], secrets: Secrets) -> bool:
    """Whether a value holds a secret, or was made of one."""
    if holds_secret(value, secrets) or any([is_secret(path, each, secrets) for path, each in read.items()]):
        return True
    if not isinstance(value, str):
        return False
    return tells_of(value, texts_below([*read.values()])) or any(
        [_is_made_of_secret(path, value, secrets) for path in read]
    )


def _is_made_of_secret(path: str, value: Any, secrets: Secrets) -> bool:
    """Whether a text out of a list that a function made, `url split('@')[0]`, has a piece of a secret."""
    return ")" in path and isinstance(value, str) and secrets.pieces.are_in(value)


def is_secret(path: str, value: Any, secrets: Secrets) -> bool:
    """Whether a value looks like a secret, by the keys that lead to it or by its text."""
    return is_secret_path(path, value) or holds_secret(value, secrets)


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
