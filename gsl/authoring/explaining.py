"""The whole trace of one verdict: every sub-expression of a rule with its value, passes included."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from gsl.authoring.what_if import WhatIf, what_if_text
from gsl.errors import printable
from gsl.language import nodes
from gsl.results.masking import Secrets, shown, shown_text
from gsl.results.reasons import expression_of, shown_result
from gsl.ruleset.rule import Rule
from gsl.semantics.deciding import identity
from gsl.semantics.evaluator import Scope, condition
from gsl.semantics.functions.table import Function
from gsl.semantics.judging import Judgement, judge, list_root
from gsl.semantics.kleene import Truth
from gsl.semantics.run import Run, Seen
from gsl.semantics.trace import Trace
from gsl.semantics.values import UNKNOWN

_CONDITIONS = (
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Compare,
    nodes.Membership,
    nodes.Like,
    nodes.RegexMatch,
    nodes.Fail,
)


_LONGEST_LINE = 80

Decided = frozenset[tuple[object, ...]]


@attrs.frozen
class Line:
    """One line of an explanation: how far in, the expression, its value, whether it decided."""

    depth: int
    text: str
    value: str
    decided: bool = False


@attrs.frozen
class Explanation:
    """A verdict with the trace of the whole rule."""

    rule: Rule
    judgement: Judgement
    lines: tuple[Line, ...]


@attrs.frozen
class _View:
    """What the lines are made with: the functions, the atoms that decided, the entity's secrets."""

    functions: Mapping[str, Function]
    decided: Decided
    secrets: Secrets


def explain(rule: Rule, root: Seen, run: Run) -> Explanation:
    """The verdict of a rule on an entity, and every part of the rule with its value.

    Parts that the verdict did not need (the condition where `where` is false) are evaluated too.
    """
    judgement = judge(rule.statement, root, run)
    decided = frozenset([identity(atom.trace) for atom in judgement.atoms])
    view = _View(run.functions, decided, Secrets(root.value))
    return Explanation(rule, judgement, tuple(_parts(rule, root, run, view)))


def _parts(rule: Rule, root: Seen, run: Run, view: _View) -> Iterator[Line]:
    statement = rule.statement
    if isinstance(statement, nodes.Placeholder):
        yield Line(0, "true", "placeholder: always passes")
        return
    scope: Scope = (root,)
    if statement.where is not None:
        yield Line(0, "where", "")
        if statement.target.is_list:
            items = (root.members or {}).get("items", ())
            traces = [condition(statement.where, (root, item), run) for item in items]
            for number, trace in enumerate(traces):
                yield Line(1, f"items[{number}]", truth_word(trace.truth))
                yield from _trace_lines(trace, 2, view)
            scope = (list_root(tuple([item for item, trace in zip(items, traces) if trace.truth is True])),)
        else:
            yield from _trace_lines(condition(statement.where, scope, run), 1, view)
    if isinstance(statement, nodes.Query):
        return
    yield Line(0, "should not have" if statement.negated else "should have", "")
    yield from _trace_lines(condition(statement.condition, scope, run), 1, view)
    if statement.exclude is not None:
        yield Line(0, "exclude", "")
        yield from _trace_lines(condition(statement.exclude, scope, run), 1, view)


def truth_word(truth: Truth) -> str:
    """`true`, `false` or `unknown`."""
    return "unknown" if truth is UNKNOWN else "true" if truth else "false"


def _trace_lines(trace: Trace, depth: int, view: _View) -> Iterator[Line]:
    """A node and, further in, its operands and the elements its bracket was tried on."""
    node = trace.node
    implied = isinstance(node, nodes.Path) and not node.scope and not node.keys
    if not implied:
        yield Line(depth, _headline(node), _value_text(trace, view), identity(trace) in view.decided)
    for part in trace.parts:
        if not isinstance(part.node, nodes.Literal):
            yield from _trace_lines(part, depth + 1, view)
    for element in trace.elements:
        yield Line(depth + 1, element.seen.place.path, truth_word(element.trace.truth))
        yield from _trace_lines(element.trace, depth + 2, view)


def _headline(node: nodes.Expression) -> str:
    """The expression; of a long one only what joins its parts, which follow below it."""
    text = expression_of(node)
    joined = {nodes.And: "all of", nodes.Or: "any of", nodes.Not: "not"}.get(type(node))
    return text if joined is None or len(text) <= _LONGEST_LINE else joined


def _value_text(trace: Trace, view: _View) -> str:
    """A node's value; for operators the truth, for `with` both."""
    if isinstance(trace.node, nodes.ArrayOperation):
        kept = f"; {shown_text(shown(trace.value))}" if trace.node.operator == "with" else ""
        return truth_word(trace.truth) + kept
    if isinstance(trace.node, (*_CONDITIONS, nodes.LiteralBracket)):
        return truth_word(trace.truth)
    return shown_text(shown_result(trace, view.secrets, view.functions))


def explanation_json(explanation: Explanation, names: Mapping[str, str], answer: WhatIf | None) -> dict[str, Any]:
    """The explanation as JSON; `names` name the entity, `answer` says what would turn the verdict."""
    lines = [
        {"depth": line.depth, "text": line.text, "value": line.value, "decided": line.decided}
        for line in explanation.lines
    ]
    status = str(explanation.judgement.status)
    turned = answer.to_dict() if answer is not None else None
    head = {"schemaVersion": "1", "ruleId": explanation.rule.id, **names, "status": status}
    return {**head, "lines": lines, "whatIf": turned}


def explanation_text(explanation: Explanation, subject: str, answer: WhatIf | None = None) -> str:
    """The explanation as text: the verdict, then the tree; `*` marks the parts that decided.

    An `answer` to what would turn the verdict comes last.
    """
    rows = [
        (line, ("* " if line.decided else "  ") + "  " * line.depth + printable(line.text))
        for line in explanation.lines
    ]
    width = min(max([len(text) for _, text in rows], default=0), 100)
    lines = [f"{printable(explanation.rule.id)}  {printable(subject)}  {str(explanation.judgement.status).upper()}", ""]
    for line, text in rows:
        lines.append(f"{text.ljust(width)}  {printable(line.value)}".rstrip())
    if any([line.decided for line in explanation.lines]):
        lines += ["", "* decided the verdict"]
    text = "\n".join(lines) + "\n"
    return text if answer is None else f"{text}\n{what_if_text(answer)}"
