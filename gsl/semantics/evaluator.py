"""The meaning of an expression: walk its nodes over an entity and record what each one gave.

This is the reference: small, complete, and slow on purpose. It evaluates every part, so that the
deciding set can be taken and explained. What was not collected is `UNKNOWN`, with Kleene's logic.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from gsl.language import nodes
from gsl.language.formatter import format_expression
from gsl.semantics import operators, values
from gsl.semantics.access import as_condition, elements_of, read, used_whole
from gsl.semantics.functions.properties import keys_of
from gsl.semantics.functions.table import NOTHING, PATH, Function
from gsl.semantics.kleene import Truth, all_true, any_true, negated
from gsl.semantics.places import Place, Uncollected
from gsl.semantics.run import Run, Seen
from gsl.semantics.scopes import context_of
from gsl.semantics.trace import Element, Trace, derived_place, truth_trace, value_trace
from gsl.semantics.values import UNKNOWN, Value

Scope = tuple[Seen, ...]
"""The contexts from the entity under test inwards; the last one is the current one."""


def evaluate(node: nodes.Expression, scope: Scope, run: Run) -> Trace:
    """What an expression gives in a context: its value as an operand and its truth as a condition."""
    return _EVALUATORS[type(node)](node, scope, run)


def _whole(node: nodes.Expression, scope: Scope, run: Run) -> Trace:
    return used_whole(_EVALUATORS[type(node)](node, scope, run))


def condition(node: nodes.Expression, scope: Scope, run: Run) -> Trace:
    """What an expression gives as a condition."""
    return as_condition(_EVALUATORS[type(node)](node, scope, run))


def _literal(node: nodes.Literal, scope: Scope, run: Run) -> Trace:
    return value_trace(node, node.value)


def _path(node: nodes.Path, scope: Scope, run: Run) -> Trace:
    seen = read(context_of(node.scope, node.levels, scope), node.keys, run)
    members = seen.members.get("") if seen.members is not None else None
    return value_trace(node, seen.value, seen.place, (), members, seen.cause)


def _named_list(node: nodes.NamedList, scope: Scope, run: Run) -> Trace:
    return value_trace(node, run.lists[node.name])


def _call(node: nodes.Call, scope: Scope, run: Run) -> Trace:
    function = run.functions[node.name.lower()]
    subject = evaluate(node.subject, scope, run)
    arguments = tuple([_whole(argument, scope, run) for argument in node.arguments])
    if function.reads == PATH:
        return _property_call(node, subject, arguments, run)
    if function.reads != NOTHING:
        subject = used_whole(subject)
    parts = (subject, *arguments)
    for part in parts if function.reads != NOTHING else arguments:
        if part.value is UNKNOWN:
            return value_trace(node, UNKNOWN, None, parts, None, part.cause)
    result = _applied(node, function, subject.value, [argument.value for argument in arguments], run)
    if isinstance(result, Seen):
        return _found(node, result, parts)
    if isinstance(result, float) and not math.isfinite(result):
        result = None
    if isinstance(result, list) and all([isinstance(element, Seen) for element in result]) and result:
        members = tuple([_labelled(node, seen, number) for number, seen in enumerate(result)])
        return value_trace(node, [seen.value for seen in members], None, parts, members)
    return value_trace(node, result, None, parts)


def _applied(node: nodes.Call, function: Function, subject: Value, arguments: list[Value], run: Run) -> Any:
    """What a function gives; one that the caller of the run supplied may fail, which leaves it unknown."""
    if not function.supplied:
        return function.apply(run, subject, *arguments)
    try:
        result = function.apply(run, subject, *arguments)
        values.kind(result)
        return result
    except Exception as error:  # whatever the caller's own code raises must not lose the run
        message = f"the supplied function `{node.name}` failed: {type(error).__name__}: {error}"
        run.note("function-failed", message)
        return run.unknown(Uncollected((), node.name, "FunctionFailed", message))


def _found(node: nodes.Call, seen: Seen, parts: tuple[Trace, ...]) -> Trace:
    if seen.value is UNKNOWN:
        return value_trace(node, UNKNOWN, None, parts, None, seen.cause)
    return value_trace(node, seen.value, _labelled(node, seen, None).place, parts)


def _labelled(node: nodes.Call, seen: Seen, number: int | None) -> Seen:
    """A found resource, under the name of the call that found it."""
    label = format_expression(node) + ("" if number is None else f"[{number}]")
    return replace(seen, place=Place(replace(seen.place.origin, label=label)))


def _property_call(node: nodes.Call, subject: Trace, arguments: tuple[Trace, ...], run: Run) -> Trace:
    """`getValue`: reads one path of its subject, or of each element of a list."""
    keys = keys_of(str(arguments[0].value))
    parts = (subject, *arguments)
    if subject.value is UNKNOWN:
        return value_trace(node, UNKNOWN, subject.place, parts, None, subject.cause)
    if not isinstance(subject.value, list) and not (subject.value is None and elements_of(subject)):
        place = subject.place or derived_place(format_expression(subject.node))
        seen = read(Seen(subject.value, place), keys, run)
        return value_trace(node, seen.value, seen.place, parts, None, seen.cause)
    members = tuple([read(element, keys, run) for element in elements_of(subject)])
    unknown = [member for member in members if member.value is UNKNOWN]
    if unknown:
        return value_trace(node, UNKNOWN, None, parts, None, unknown[0].cause)
    return value_trace(node, [member.value for member in members], None, parts, members)


def _literal_bracket(node: nodes.LiteralBracket, scope: Scope, run: Run) -> Trace:
    element = scope[-1]
    subject = used_whole(
        value_trace(nodes.Path(node.span, "$", 0, ()), element.value, element.place, cause=element.cause)
    )
    if subject.value is UNKNOWN:
        return truth_trace(node, UNKNOWN, (subject,))
    return truth_trace(node, any([is_literal(subject.value, each.value, run) for each in node.literals]), (subject,))


def is_literal(value: Value, literal: Value, run: Run) -> bool:
    """Whether an element fits a literal of a bracket."""
    if isinstance(literal, str):
        return operators.like(value, literal, run.fold)
    return values.equal(value, literal, run.fold)


def _at_element(bracket: nodes.Expression, seen: Seen, scope: Scope, run: Run) -> Element:
    """What a bracket gives at an element; one that may not even be there decides nothing."""
    own = condition(bracket, (*scope, seen), run)
    trace = replace(own, value=UNKNOWN, found=UNKNOWN, cause=own.cause or seen.cause) if seen.lost else own
    return Element(seen, trace, own)


def _array_operation(node: nodes.ArrayOperation, scope: Scope, run: Run) -> Trace:
    subject = _EVALUATORS[type(node.subject)](node.subject, scope, run)
    if subject.value is UNKNOWN:
        return Trace(node, UNKNOWN, UNKNOWN, None, (subject,), (), None, subject.cause)
    found = elements_of(subject)
    run.budget.spend(len(found), scope[0].value)
    elements = tuple([_at_element(node.bracket, seen, scope, run) for seen in found])
    truths: list[Truth] = [element.trace.truth for element in elements]
    if node.operator == "contain-all":
        truth = all_true(truths) if subject.value is not None or truths else False
    elif node.operator == "contain-none":
        truth = negated(any_true(truths))
    else:
        truth = any_true(truths)
    if node.operator != "with":
        return Trace(node, truth, truth, None, (subject,), elements)
    if any([each is UNKNOWN for each in truths]):
        unknown = [element.trace for element in elements if element.trace.truth is UNKNOWN]
        return Trace(node, UNKNOWN, truth, None, (subject,), elements, None, unknown[0].first_cause())
    kept = tuple([element.seen for element in elements if element.trace.truth is True])
    return Trace(node, [seen.value for seen in kept], truth, None, (subject,), elements, kept)


def _group_by(node: nodes.GroupBy, scope: Scope, run: Run) -> Trace:
    subject = evaluate(node.subject, scope, run)
    if subject.value is UNKNOWN:
        return value_trace(node, UNKNOWN, None, (subject,), None, subject.cause)
    groups: dict[Any, tuple[Value, list[Seen]]] = {}
    for element in elements_of(subject):
        key = used_whole(evaluate(node.key, (*scope, element), run))
        if key.value is UNKNOWN:
            return value_trace(node, UNKNOWN, None, (subject,), None, key.cause)
        own = (
            key.value
            if isinstance(key.value, list) and key.value
            else [None if key.value in ("", [], {}) else key.value]
        )
        distinct: dict[Any, Value] = {}
        for each in own:
            distinct.setdefault(values.identity(each, run.fold), each)
        for identity, each in distinct.items():
            groups.setdefault(identity, (each, []))[1].append(element)
    label = format_expression(node)
    members = tuple([_group(label, number, key, kept) for number, (key, kept) in enumerate(groups.values())])
    return value_trace(node, [seen.value for seen in members], None, (subject,), members)


def _group(label: str, number: int, key: Value, kept: list[Seen]) -> Seen:
    value = {"key": key, "values": [seen.value for seen in kept]}
    return Seen(value, derived_place(f"{label}[{number}]"), None, {"values": tuple(kept)})


def _compare(node: nodes.Compare, scope: Scope, run: Run) -> Trace:
    left = used_whole(_EVALUATORS[type(node.left)](node.left, scope, run))
    right = used_whole(_EVALUATORS[type(node.right)](node.right, scope, run))
    if left.value is UNKNOWN or right.value is UNKNOWN:
        return truth_trace(node, UNKNOWN, (left, right))
    truth = operators.OPERATORS[node.operator].apply(left.value, right.value, run.fold)
    return truth_trace(node, truth, (left, right))


def _membership(node: nodes.Membership, scope: Scope, run: Run) -> Trace:
    subject = _whole(node.subject, scope, run)
    items = tuple([_whole(item, scope, run) for item in node.items])
    truth: Truth = UNKNOWN
    if subject.value is not UNKNOWN:
        truth = any_true([_is_item(subject.value, item, run) for item in items])
    return truth_trace(node, negated(truth) if node.negated else truth, (subject, *items))


def _is_item(value: Value, item: Trace, run: Run) -> Truth:
    """Whether an item of `in` is the value; one that is a list stands for its elements."""
    if item.value is UNKNOWN:
        unknown: Truth = UNKNOWN
        return unknown
    candidates: list[Value] = item.value if isinstance(item.value, list) else [item.value]
    return any([values.equal(value, each, run.fold) for each in candidates])


def _like(node: nodes.Like, scope: Scope, run: Run) -> Trace:
    subject = _whole(node.subject, scope, run)
    if subject.value is UNKNOWN:
        return truth_trace(node, UNKNOWN, (subject,))
    return truth_trace(node, operators.like(subject.value, node.pattern, run.fold) is not node.negated, (subject,))


def _regex_match(node: nodes.RegexMatch, scope: Scope, run: Run) -> Trace:
    subject = _whole(node.subject, scope, run)
    if subject.value is UNKNOWN:
        return truth_trace(node, UNKNOWN, (subject,))
    return truth_trace(node, operators.regex_match(subject.value, node.pattern, node.ignore_case), (subject,))


def _not(node: nodes.Not, scope: Scope, run: Run) -> Trace:
    operand = as_condition(_EVALUATORS[type(node.operand)](node.operand, scope, run))
    return truth_trace(node, negated(operand.truth), (operand,))


def _and(node: nodes.And, scope: Scope, run: Run) -> Trace:
    parts = []
    for operand in node.operands:
        parts.append(as_condition(_EVALUATORS[type(operand)](operand, scope, run)))
    return truth_trace(node, all_true([part.truth for part in parts]), tuple(parts))


def _or(node: nodes.Or, scope: Scope, run: Run) -> Trace:
    parts = []
    for operand in node.operands:
        parts.append(as_condition(_EVALUATORS[type(operand)](operand, scope, run)))
    return truth_trace(node, any_true([part.truth for part in parts]), tuple(parts))


def _fail(node: nodes.Fail, scope: Scope, run: Run) -> Trace:
    return truth_trace(node, False, ())


_EVALUATORS: dict[type[nodes.Node], Callable[[Any, Scope, Run], Trace]] = {
    nodes.Literal: _literal,
    nodes.Path: _path,
    nodes.NamedList: _named_list,
    nodes.Call: _call,
    nodes.LiteralBracket: _literal_bracket,
    nodes.ArrayOperation: _array_operation,
    nodes.GroupBy: _group_by,
    nodes.Compare: _compare,
    nodes.Membership: _membership,
    nodes.Like: _like,
    nodes.RegexMatch: _regex_match,
    nodes.Not: _not,
    nodes.And: _and,
    nodes.Or: _or,
    nodes.Fail: _fail,
}
