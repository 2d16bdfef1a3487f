"""The tree of a rule: frozen nodes, each with the span of the text it stands for.

Two trees are equal when they mean the same text apart from layout: spans do not count.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Union

import attrs

from gsl.errors import Span


@attrs.frozen
class Node:
    """What every node has: its place in the rule's text."""

    span: Span = attrs.field(eq=False, repr=False)


@attrs.frozen
class Literal(Node):
    """A value written in the rule: text, number, `true`, `false` or `null`."""

    value: str | int | float | bool | None

    def __eq__(self, other: object) -> bool:
        same_kind = isinstance(other, Literal) and type(self.value) is type(other.value)
        return same_kind and isinstance(other, Literal) and self.value == other.value

    def __hash__(self) -> int:
        return hash((type(self.value), self.value))


@attrs.frozen
class Path(Node):
    """Keys read from a context; no keys stands for the context itself.

    `scope` is where reading starts: `''` the current context, `'$'` the same by name, `'~'` the
    entity under test, `'^'` the context `levels` brackets further out.
    """

    scope: str
    levels: int
    keys: tuple[str, ...]


@attrs.frozen
class NamedList(Node):
    """`$Name`: a list of values that the caller of the run gives."""

    name: str


@attrs.frozen
class Call(Node):
    """`subject name(arguments)`. `name` is as written, `name_span` its place."""

    subject: Expression
    name: str
    arguments: tuple[Expression, ...]
    name_span: Span = attrs.field(eq=False, repr=False)


@attrs.frozen
class LiteralBracket(Node):
    """A bracket of literals: the element is like one of the texts or equal to one of the others."""

    literals: tuple[Literal, ...]


@attrs.frozen
class ArrayOperation(Node):
    """`subject operator [bracket]`, operator one of `with contain contain-any contain-all contain-none`."""

    operator: str
    subject: Expression
    bracket: Expression
    operator_span: Span = attrs.field(eq=False, repr=False)


@attrs.frozen
class GroupBy(Node):
    """`subject groupBy [key]`: the elements gathered by the value of a path."""

    subject: Expression
    key: Path


@attrs.frozen
class Compare(Node):
    """`left operator right`, operator one of `= != < <= > >=`."""

    operator: str
    left: Expression
    right: Expression


@attrs.frozen
class Membership(Node):
    """`subject in (items)`, or `not in` when negated."""

    subject: Expression
    items: tuple[Expression, ...]
    negated: bool


@attrs.frozen
class Like(Node):
    """`subject like 'pattern'`, or `unlike` when negated."""

    subject: Expression
    pattern: str
    negated: bool


@attrs.frozen
class RegexMatch(Node):
    """`subject regexMatch /pattern/`, with `/i` when `ignore_case`."""

    subject: Expression
    pattern: str
    ignore_case: bool
    pattern_span: Span = attrs.field(eq=False, repr=False)


@attrs.frozen
class Not(Node):
    """`not operand`."""

    operand: Expression


@attrs.frozen
class And(Node):
    """`operand and operand ...`, two or more."""

    operands: tuple[Expression, ...]


@attrs.frozen
class Or(Node):
    """`operand or operand ...`, two or more."""

    operands: tuple[Expression, ...]


@attrs.frozen
class Fail(Node):
    """The condition of `should fail`: no entity meets it."""


@attrs.frozen
class Target(Node):
    """The entity type a rule is about; `is_list` for `List<T>`."""

    name: str
    is_list: bool


@attrs.frozen
class Check(Node):
    """`target where … should [not] have … exclude …`: a rule that gives verdicts."""

    target: Target
    where: Expression | None
    negated: bool
    condition: Expression
    exclude: Expression | None


@attrs.frozen
class Query(Node):
    """`target where …`: selects entities and gives no verdict."""

    target: Target
    where: Expression


@attrs.frozen
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


def children(node: Node) -> Iterator[Expression]:
    """The expressions directly inside a node, in the order of the text."""
    for name in ("where", "condition", "exclude", "left", "right", "operand", "subject", "bracket", "key"):
        child = getattr(node, name, None)
        if isinstance(child, Node):
            yield child  # type: ignore[misc]
    for name in ("operands", "items", "arguments", "literals"):
        yield from getattr(node, name, ())


def walk(node: Node) -> Iterator[Node]:
    """The node and everything inside it, without recursion (a hostile rule may be deep)."""
    pending: list[Node] = [node]
    while pending:
        current = pending.pop()
        yield current
        pending.extend(reversed(list(children(current))))
