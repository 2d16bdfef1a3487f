"""The hundred rules in CEL, made from their GSL: enough of the language for these rules and these data.

What may be missing is asked for with `has` first, and guards stand where null would be an error.
"""

from __future__ import annotations

import json
from datetime import timedelta

import gsl
from benchmarks.cases import Case
from benchmarks.draws import NOW
from gsl.language import nodes

SOMETIMES = {
    "firstAccessKey",
    "permissionsBoundary",
    "outboundRules",
    "publicAccessBlock",
    "replication",
    "Condition",
    "enabledLogExports",
}
"""The members that some entities lack."""


def _path(node: nodes.Node, at: str) -> str:
    """A member that is always there by its name, another one with null in its place."""
    assert isinstance(node, nodes.Path)
    first, *rest = node.keys
    value = f"{at}.{first}" + "".join(f".{key}" if key.isidentifier() else f"[{json.dumps(key)}]" for key in rest)
    return f"(has({at}.{first}) ? {value} : null)" if first in SOMETIMES else value


def _literal(node: nodes.Node) -> str:
    assert isinstance(node, nodes.Literal)
    return json.dumps(node.value)


def _like(value: str, pattern: str) -> str:
    first, *rest = pattern.split("%")
    if not rest:
        return f"{value} == {json.dumps(pattern)}"
    *middle, last = rest
    found = [f"{value} != null"]
    found += [f"{value}.startsWith({json.dumps(first)})"] if first else []
    found += [f"{value}.contains({json.dumps(each)})" for each in middle if each]
    found += [f"{value}.endsWith({json.dumps(last)})"] if last else []
    return f"({' && '.join(found)})"


def condition(node: nodes.Node, at: str) -> str:
    """A GSL condition as a CEL expression about `at`, the entity or the element at hand."""
    match node:
        case nodes.And():
            return f"({' && '.join(condition(each, at) for each in node.operands)})"
        case nodes.Or():
            return f"({' || '.join(condition(each, at) for each in node.operands)})"
        case nodes.Not():
            return f"!({condition(node.operand, at)})"
        case nodes.Compare():
            return _compare(node, at)
        case nodes.Membership():
            choices = ", ".join(_literal(each) for each in node.items)
            return f"({_path(node.subject, at)} in [{choices}])"
        case nodes.Like():
            found = _like(_path(node.subject, at), node.pattern)
            return f"!{found}" if node.negated else found
        case nodes.ArrayOperation():
            return _quantified(node, at)
        case nodes.Call():
            return _called(node, at)
    raise NotImplementedError(type(node).__name__)


def _compare(node: nodes.Compare, at: str) -> str:
    assert isinstance(node.right, nodes.Literal)
    value, left, operator = node.right.value, node.left, node.operator
    if isinstance(left, nodes.Call) and left.name == "dateDifference":
        return _apart(left, operator, value, at)
    if isinstance(left, nodes.Call):
        return f"({_length(left.subject, at)} {'==' if operator == '=' else operator} {value})"
    path = _path(left, at)
    if operator not in ("=", "!="):
        return f"({path} != null && {path} {operator} {value})"
    text = str(value).lower()
    same = f'({path} in [{text}, "{text}"])' if text in ("true", "false") else f"({path} == {_literal(node.right)})"
    return same if operator == "=" else f"!{same}"


def _apart(node: nodes.Call, operator: str, limit: object, at: str) -> str:
    one, other = _path(node.subject, at), _path(node.arguments[0], at)
    unit = node.arguments[1]
    assert isinstance(unit, nodes.Literal)
    length = f"duration('{int(str(limit)) * {'seconds': 1, 'days': 86_400}[str(unit.value)]}s')"
    ways = [f"timestamp({a}) - timestamp({b}) {operator} {length}" for a, b in ((one, other), (other, one))]
    joined = f" {'&&' if operator[0] == '<' else '||'} ".join(ways)
    return f"({_is_date(one)} && {_is_date(other)} && ({joined}))"


def _is_date(value: str) -> str:
    return f"{value} != null && {value}.endsWith('Z')"


def _length(subject: nodes.Node, at: str) -> str:
    if isinstance(subject, nodes.ArrayOperation):
        return f"size({_path(subject.subject, at)}.filter(r, {_of_element(subject)}))"
    path = _path(subject, at)
    return f"({path} == null ? 0 : size({path}))"


def _of_element(node: nodes.ArrayOperation) -> str:
    if not isinstance(node.bracket, nodes.LiteralBracket):
        return condition(node.bracket, "r")
    return " || ".join(_like("r", str(each.value)) for each in node.bracket.literals)


def _quantified(node: nodes.ArrayOperation, at: str) -> str:
    path, holds = _path(node.subject, at), _of_element(node)
    macro = "all" if node.operator == "contain-all" else "exists"
    found = f"({path} != null && {path}.{macro}(r, {holds}))"
    return f"!{found}" if node.operator == "contain-none" else found


def _called(node: nodes.Call, at: str) -> str:
    path = _path(node.subject, at)
    if node.name == "isEmpty":
        return f"({path} == null || size({path}) == 0)"
    number = node.arguments[0]
    assert isinstance(number, nodes.Literal)
    border = (NOW + timedelta(days=int(str(number.value)))).strftime("%Y-%m-%dT%H:%M:%SZ")
    sign = {"before": "<", "after": ">"}[node.name]
    return f"({_is_date(path)} && timestamp({path}) {sign} timestamp('{border}'))"


def fails(case: Case) -> str:
    """An expression about `e` that holds for an entity that fails a rule."""
    check = gsl.parse(case.gsl).statement
    assert isinstance(check, nodes.Check)
    holds = condition(check.condition, "e")
    failed = holds if check.negated else f"!({holds})"
    return f"{condition(check.where, 'e')} && {failed}" if check.where else failed


def of_type(cases: tuple[Case, ...], name: str) -> str:
    """A list of truths, one for each rule on a type: one program, one conversion of the entity."""
    return f"[{', '.join(fails(case) for case in cases if case.type == name)}]"
