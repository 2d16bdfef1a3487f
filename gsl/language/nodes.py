"""The tree of a rule: frozen nodes, each with the span of the text it stands for.

Two trees are equal when they mean the same text apart from layout: spans do not count.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Union, get_args

import attrs

from gsl.errors import Span


@attrs.frozen(eq=False, repr=False)
class Node:
    """What every node has: its place in the rule's text.

    Comparing and showing are written once, here: attrs would compile them for each class, which
    takes longer than all else at the start of a run.
    """

    span: Span

    def _own(self) -> tuple[object, ...]:
        """What it says itself: of spans nothing, of what is inside it only how much there is."""
        inside = _INSIDE.get(type(self), ())
        content: list[object] = [type(self)]
        for name, value in self._fields():
            if name not in inside:
                content += (type(value), value)
            else:
                content.append(len(value) if isinstance(value, tuple) else value is None)
        return tuple(content)

    def _fields(self) -> list[tuple[str, Any]]:
        return [(name, getattr(self, name)) for name, kind in field_types(type(self)).items() if kind != "Span"]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Node):
            return NotImplemented
        return [node._own() for node in walk(self)] == [node._own() for node in walk(other)]

    def __hash__(self) -> int:
        return hash(tuple([node._own() for node in walk(self)]))

    def __repr__(self) -> str:
        shown = ", ".join([f"{name}={value!r}" for name, value in self._fields()])
        return f"{type(self).__name__}({shown})"


@attrs.frozen(eq=False, repr=False)
class Literal(Node):
    """A value written in the rule: text, number, `true`, `false` or `null`."""

    value: str | int | float | bool | None


@attrs.frozen(eq=False, repr=False)
class Path(Node):
    """Keys read from a context; no keys stands for the context itself.

    `scope` is where reading starts: `''` the current context, `'$'` the same by name, `'~'` the
    entity under test, `'^'` the context `levels` brackets further out.
    """

    scope: str
    levels: int
    keys: tuple[str, ...]


@attrs.frozen(eq=False, repr=False)
class NamedList(Node):
    """`$Name`: a list of values that the caller of the run gives."""

    name: str


@attrs.frozen(eq=False, repr=False)
class Call(Node):
    """`subject name(arguments)`. `name` is as written, `name_span` its place."""

    subject: Expression
    name: str
    arguments: tuple[Expression, ...]
    name_span: Span


@attrs.frozen(eq=False, repr=False)
class LiteralBracket(Node):
    """A bracket of literals: the element is like one of the texts or equal to one of the others."""

    literals: tuple[Literal, ...]


@attrs.frozen(eq=False, repr=False)
class ArrayOperation(Node):
    """`subject operator [bracket]`, operator one of `with contain contain-any contain-all contain-none`."""

    operator: str
    subject: Expression
    bracket: Expression
    operator_span: Span


@attrs.frozen(eq=False, repr=False)
class GroupBy(Node):
    """`subject groupBy [key]`: the elements gathered by the value of a path."""

    subject: Expression
    key: Path


@attrs.frozen(eq=False, repr=False)
class Compare(Node):
    """`left operator right`, operator one of `= != < <= > >=`."""

    operator: str
    left: Expression
    right: Expression


@attrs.frozen(eq=False, repr=False)
class Membership(Node):
    """`subject in (items)`, or `not in` when negated."""

    subject: Expression
    items: tuple[Expression, ...]
    negated: bool


@attrs.frozen(eq=False, repr=False)
class Like(Node):
    """`subject like 'pattern'`, or `unlike` when negated."""

    subject: Expression
    pattern: str
    negated: bool


@attrs.frozen(eq=False, repr=False)
class RegexMatch(Node):
    """`subject regexMatch /pattern/`, with `/i` when `ignore_case`."""

    subject: Expression
    pattern: str
    ignore_case: bool
    pattern_span: Span


@attrs.frozen(eq=False, repr=False)
class Not(Node):
    """`not operand`."""

    operand: Expression


@attrs.frozen(eq=False, repr=False)
class And(Node):
    """`operand and operand ...`, two or more."""

    operands: tuple[Expression, ...]


@attrs.frozen(eq=False, repr=False)
class Or(Node):
    """`operand or operand ...`, two or more."""

    operands: tuple[Expression, ...]


@attrs.frozen(eq=False, repr=False)
class Fail(Node):
    """The condition of `should fail`: no entity meets it."""


@attrs.frozen(eq=False, repr=False)
class Target(Node):
    """The entity type a rule is about; `is_list` for `List<T>`."""

    name: str
    is_list: bool


@attrs.frozen(eq=False, repr=False)
class Check(Node):
    """`target where … should [not] have … exclude …`: a rule that gives verdicts."""

    target: Target
    where: Expression | None
    negated: bool
    condition: Expression
    exclude: Expression | None


@attrs.frozen(eq=False, repr=False)
class Query(Node):
    """`target where …`: selects entities and gives no verdict."""

    target: Target
    where: Expression


@attrs.frozen(eq=False, repr=False)
class Placeholder(Node):
    """`true`: a rule still to be written, listed as such."""


Expression = Union[
    Literal,
    Path,
    NamedList,
    Call,
    LiteralBracket,
    ArrayOperation,
    GroupBy,
    Compare,
    Membership,
    Like,
    RegexMatch,
    Not,
    And,
    Or,
    Fail,
]
Statement = Union[Check, Query, Placeholder]


_FIELDS: dict[type[Node], dict[str, str]] = {}


def field_types(kind: type[Node]) -> dict[str, str]:
    """The fields of a class of nodes, with their types as they are written."""
    found = _FIELDS.get(kind)
    if found is None:
        found = _FIELDS[kind] = {each.name: str(each.type) for each in attrs.fields(kind)}
    return found


_LEAVES = ("Path", "tuple[Literal, ...]")
_INSIDE = {
    kind: tuple([name for name, held in field_types(kind).items() if "Expression" in held or held in _LEAVES])
    for kind in (*get_args(Statement), *get_args(Expression))
}
"""The fields of each class that hold the expressions inside it, in the order of the text."""


def children(node: Node) -> list[Expression]:
    """The expressions directly inside a node, in the order of the text."""
    found: list[Expression] = []
    for name in _INSIDE.get(type(node), ()):
        value = getattr(node, name)
        if type(value) is tuple:
            found += value
        elif value is not None:
            found.append(value)
    return found


def walk(node: Node) -> Iterator[Node]:
    """The node and everything inside it, without recursion (a hostile rule may be deep)."""
    pending: list[Node] = [node]
    while pending:
        current = pending.pop()
        yield current
        pending.extend(reversed(children(current)))
