"""The hundred rules in Rego, made from their GSL: enough of the language for these rules and these data.

Missing values are undefined in Rego, and `not` of undefined is true, which suits GSL well. Where a
built-in function or an order would meet null or another kind, a guard stands before it.
"""

from __future__ import annotations

import json
from datetime import timedelta

import attrs

import gsl
from benchmarks.cases import Case
from benchmarks.draws import NOW
from gsl.language import nodes

NANOSECONDS = {"seconds": 10**9, "days": 86_400 * 10**9}
HELPERS = """
instant(text) := time.parse_rfc3339_ns(text) if {
    is_string(text)
    endswith(text, "Z")
}
apart(one, other) := abs(instant(one) - instant(other))
"""


@attrs.define
class Translation:
    """Rego functions of one argument `e`, the entity or the element at hand."""

    text: list[str] = attrs.field(factory=list)

    def function(self, *bodies: list[str]) -> str:
        """A new function that holds when one of its bodies does; its call on `e`."""
        name = f"f{len(self.text)}"
        self.text.append("\n".join(f"{name}(e) if {{ {'; '.join(body)} }}" for body in bodies))
        return f"{name}(e)"

    def refused(self, body: list[str]) -> list[str]:
        return [f"not {self.function(body)}"]

    def condition(self, node: nodes.Node) -> list[str]:
        """What has to hold, as the lines of a body."""
        match node:
            case nodes.And():
                return [line for each in node.operands for line in self.condition(each)]
            case nodes.Or():
                return [self.function(*[self.condition(each) for each in node.operands])]
            case nodes.Not():
                return self.refused(self.condition(node.operand))
            case nodes.Compare():
                return self.compare(node)
            case nodes.Membership():
                choices = ", ".join(_literal(each) for each in node.items)
                return [f"{_path(node.subject)} in {{{choices}}}"]
            case nodes.Like():
                found = _like(_path(node.subject), node.pattern)
                return self.refused(found) if node.negated else found
            case nodes.ArrayOperation():
                return self.quantified(node)
            case nodes.Call():
                return self.called(node)
        raise NotImplementedError(type(node).__name__)

    def compare(self, node: nodes.Compare) -> list[str]:
        assert isinstance(node.right, nodes.Literal)
        value, left = node.right.value, node.left
        if isinstance(left, nodes.Call) and left.name == "dateDifference":
            unit = left.arguments[1]
            assert isinstance(unit, nodes.Literal)
            limit = value * NANOSECONDS[str(unit.value)]  # type: ignore[operator]
            return [f"apart({_path(left.subject)}, {_path(left.arguments[0])}) {node.operator} {limit}"]
        if isinstance(left, nodes.Call) and left.name == "length":
            return [f"{self.length(left.subject)} {node.operator.replace('=', '==', node.operator == '=')} {value}"]
        path = _path(left)
        if value is None:
            return [f"{path} != null"] if node.operator == "!=" else self.refused([f"{path} != null"])
        if node.operator not in ("=", "!="):
            return [f"is_number({path})", f"{path} {node.operator} {_literal(node.right)}"]
        text = str(value).lower()
        same = f'{path} in {{{text}, "{text}"}}' if text in ("true", "false") else f"{path} == {_literal(node.right)}"
        return [same] if node.operator == "=" else self.refused([same])

    def length(self, subject: nodes.Node) -> str:
        if isinstance(subject, nodes.ArrayOperation):
            return f"count([1 | some each in {_path(subject.subject)}; {self.of_element(subject)}(each)])"
        return f"count(object.get(e, {json.dumps(list(subject.keys))}, []))"  # type: ignore[attr-defined]

    def of_element(self, node: nodes.ArrayOperation) -> str:
        """The name of a function that holds for an element which satisfies the bracket."""
        if not isinstance(node.bracket, nodes.LiteralBracket):
            return self.function(self.condition(node.bracket)).removesuffix("(e)")
        return self.function(*[_like("e", str(each.value)) for each in node.bracket.literals]).removesuffix("(e)")

    def quantified(self, node: nodes.ArrayOperation) -> list[str]:
        elements, holds = _path(node.subject), self.of_element(node)
        if node.operator == "contain-all":
            return [f"every each in {elements} {{ {holds}(each) }}"]
        found = self.function([f"some each in {elements}", f"{holds}(each)"])
        return [f"not {found}"] if node.operator == "contain-none" else [found]

    def called(self, node: nodes.Call) -> list[str]:
        path = _path(node.subject)
        if node.name == "isEmpty":
            return [self.function(self.refused([f"{path} != null"]), [f"count({path}) == 0"])]
        number = node.arguments[0]
        assert isinstance(number, nodes.Literal)
        border = NOW + timedelta(days=int(number.value))  # type: ignore[arg-type]
        sign = {"before": "<", "after": ">"}[node.name]
        return [f"instant({path}) {sign} {int(border.timestamp()) * 10**9}"]

    def fails(self, case: Case) -> str:
        """The name of a function that holds for an entity that fails a rule."""
        check = gsl.parse(case.gsl).statement
        assert isinstance(check, nodes.Check)
        scope = self.condition(check.where) if check.where else []
        holds = self.condition(check.condition)
        return self.function([*scope, *(holds if check.negated else self.refused(holds))]).removesuffix("(e)")


def _path(node: nodes.Node) -> str:
    assert isinstance(node, nodes.Path)
    return "e" + "".join(f"[{json.dumps(key)}]" for key in node.keys)


def _literal(node: nodes.Node) -> str:
    assert isinstance(node, nodes.Literal)
    return json.dumps(node.value)


def _like(path: str, pattern: str) -> list[str]:
    first, *rest = pattern.split("%")
    if not rest:
        return [f"{path} == {json.dumps(pattern)}"]
    *middle, last = rest
    found = [f"is_string({path})"]
    found += [f"startswith({path}, {json.dumps(first)})"] if first else []
    found += [f"contains({path}, {json.dumps(each)})" for each in middle if each]
    return [*found, f"endswith({path}, {json.dumps(last)})"] if last else found


def over_all(cases: tuple[Case, ...]) -> str:
    """A policy whose `failing` are the pairs of rule and entity id, over one document of all entities."""
    translation = Translation()
    lines = ["package bench", "import rego.v1", HELPERS]
    types = sorted({case.type for case in cases})
    lines += [f'all_{name} := [e | some e in input; e.type == "{name}"]' for name in types]
    for case in cases:
        fails = translation.fails(case)
        lines.append(f'failing contains ["{case.id}", e.id] if {{ some e in all_{case.type}; {fails}(e) }}')
    return "\n".join([*lines, *translation.text, ""])
