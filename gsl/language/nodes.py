"""The tree of a rule: frozen nodes, each with the span of the text it stands for.

Two trees are equal when they mean the same text apart from layout: spans do not count.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Union, get_args

from msgspec import Struct

from gsl.errors import Span


class Node(Struct, frozen=True, eq=False):
    """What every node has: its place in the rule's text.

    Spans count neither for equality nor for what is shown.
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

    def __ne__(self, other: object) -> bool:
        return not self == other  # said here, as structs have a `!=` of their own

    def __hash__(self) -> int:
        return hash(tuple([node._own() for node in walk(self)]))

    def __repr__(self) -> str:
        shown = ", ".join([f"{name}={value!r}" for name, value in self._fields()])
        return f"{type(self).__name__}({shown})"


class Literal(Node, frozen=True):
    """A value written in the rule: text, number, `true`, `false` or `null`."""

    value: str | int | float | bool | None


class Path(Node, frozen=True):
    """Keys read from a context; no keys stands for the context itself.

    `scope` is where reading starts: `''` the current context, `'$'` the same by name, `'~'` the
    entity under test, `'^'` the context `levels` brackets further out.
    """

    scope: str
    levels: int
    keys: tuple[str, ...]


class NamedList(Node, frozen=True):
    """`$Name`: a list of values that the caller of the run gives."""

    name: str


class Call(Node, frozen=True):
    """`subject name(arguments)`. `name` is as written, `name_span` its place."""

    subject: Expression
    name: str
    arguments: tuple[Expression, ...]
    name_span: Span


class LiteralBracket(Node, frozen=True):
    """A bracket of literals: the element is like one of the texts or equal to one of the others."""

    literals: tuple[Literal, ...]


class ArrayOperation(Node, frozen=True):
    """`subject operator [bracket]`, operator one of `with contain contain-any contain-all contain-none`."""

    operator: str
    subject: Expression
    bracket: Expression
    operator_span: Span


class GroupBy(Node, frozen=True):
    """`subject groupBy [key]`: the elements gathered by the value of a path."""

    subject: Expression
    key: Path


class Compare(Node, frozen=True):
    """`left operator right`, operator one of `= != < <= > >=`."""

    operator: str
    left: Expression
    right: Expression


class Membership(Node, frozen=True):
    """`subject in (items)`, or `not in` when negated."""

    subject: Expression
    items: tuple[Expression, ...]
    negated: bool


class Like(Node, frozen=True):
    """`subject like 'pattern'`, or `unlike` when negated."""

    subject: Expression
    pattern: str
    negated: bool


class RegexMatch(Node, frozen=True):
    """`subject regexMatch /pattern/`, with `/i` when `ignore_case`."""

    subject: Expression
    pattern: str
    ignore_case: bool
    pattern_span: Span


class Not(Node, frozen=True):
    """`not operand`."""

    operand: Expression


class And(Node, frozen=True):
    """`operand and operand ...`, two or more."""

    operands: tuple[Expression, ...]


class Or(Node, frozen=True):
    """`operand or operand ...`, two or more."""

    operands: tuple[Expression, ...]


class Fail(Node, frozen=True):
    """The condition of `should fail`: no entity meets it."""


class Target(Node, frozen=True):
    """The entity type a rule is about; `is_list` for `List<T>`."""

    name: str
    is_list: bool


class Check(Node, frozen=True):
    """`target where … should [not] have … exclude …`: a rule that gives verdicts."""

    target: Target
    where: Expression | None
    negated: bool
    condition: Expression
    exclude: Expression | None


class Query(Node, frozen=True):
    """`target where …`: selects entities and gives no verdict."""

    target: Target
    where: Expression


class Placeholder(Node, frozen=True):
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


def field_types(kind: type[Node]) -> dict[str, str]:
    """The fields of a class of nodes in their order, each with its type as it is written above."""
    return {**Node.__annotations__, **kind.__annotations__}


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
