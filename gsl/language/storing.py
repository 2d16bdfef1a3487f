"""Trees as plain data and back, for caches: names, texts and numbers, and nothing that could run.

A tree is a list of records, one a node, and a list of the numbers of all its spans. A node stands
after those inside it (reverse Polish order), so that reading takes no recursion and uses each once.
A record is the node's class and what its fields hold, from the last to the first; of nodes inside
only how many, where that is open.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any, get_args

from gsl.errors import Span
from gsl.language import nodes
from gsl.language.vocabulary import ARRAY_OPERATORS

Items = Iterator[Any]
Stack = list[nodes.Node]
Spans = Iterator[Span]
Reader = Callable[[Items, Stack, Spans], Any]

_EXPRESSIONS = get_args(nodes.Expression)
_CLASSES: dict[str, type[nodes.Node]] = {
    each.__name__: each for each in (*get_args(nodes.Statement), *_EXPRESSIONS, nodes.Target)
}
_SIGNS = frozenset(["", "$", "~", "^", "=", "!=", "<", "<=", ">", ">=", *ARRAY_OPERATORS])


class UnreadableTree(ValueError):
    """Data that are no tree."""


def stored(statement: nodes.Statement) -> list[Any]:
    """The records and the span numbers of a tree."""
    records: list[list[Any]] = []
    spans: list[Span] = []
    pending: list[nodes.Node] = [statement]
    while pending:
        node = pending.pop()
        items: list[Any] = []
        for name, kind in nodes.field_types(type(node)).items():
            value = getattr(node, name)
            if isinstance(value, Span):
                spans.append(value)
            else:
                items += _items(value, kind, pending)
        records.append([type(node).__name__, *reversed(items)])
    records.reverse()
    places = [(span.start, span.end, span.line, span.column) for span in reversed(spans)]
    return [records, [number for place in places for number in place]]


def _items(value: Any, kind: str, pending: list[nodes.Node]) -> list[Any]:
    """What a record says of a field; nodes inside wait for their turn."""
    if isinstance(value, nodes.Node):
        pending.append(value)
        return [True] if "None" in kind else []
    if isinstance(value, tuple) and kind != "tuple[str, ...]":
        pending.extend(value)
        return [len(value)]
    return [list(value) if isinstance(value, tuple) else value]


def tree_of(data: Any) -> nodes.Statement:
    """The tree that data stand for, spans included. Raises `UnreadableTree` when they are none."""
    stack: Stack = []
    try:
        records, numbers = data
        spans = _spans(numbers)
        for record in records:
            items = iter(record)
            name = next(items)
            values = [read(items, stack, spans) for read in _SHAPES[name]]
            stack.append(_CLASSES[name](*reversed(values)))
            if [*items]:
                raise UnreadableTree(name)
    except (TypeError, ValueError, LookupError, StopIteration) as error:
        raise UnreadableTree(str(error)) from None
    statement = stack[0] if len(stack) == 1 and not [*spans] else None
    if not isinstance(statement, (nodes.Check, nodes.Query, nodes.Placeholder)):
        raise UnreadableTree("no statement")
    return statement


def _spans(numbers: Any) -> Spans:
    if {*map(type, numbers)} != {int} or len(numbers) % 4:
        raise UnreadableTree("no spans")
    return map(Span, numbers[0::4], numbers[1::4], numbers[2::4], numbers[3::4])


def _span(items: Items, stack: Stack, spans: Spans) -> Span:
    return next(spans)


def _plain(*kinds: type) -> Reader:
    def read(items: Items, stack: Stack, spans: Spans) -> Any:
        item = next(items)
        if type(item) not in kinds:
            raise UnreadableTree("another kind of value")
        return item

    return read


@functools.lru_cache(maxsize=4096)
def _word(item: Any) -> str:
    """A name or key, as the grammar has them; nothing else comes out of a cache."""
    if type(item) is str and item.isascii() and item.replace("-", "_").replace(":", "_").isidentifier():
        return item
    raise UnreadableTree("no name")


def _name(items: Items, stack: Stack, spans: Spans) -> str:
    return _word(next(items))


def _keys(items: Items, stack: Stack, spans: Spans) -> tuple[str, ...]:
    item = next(items)
    if type(item) is not list:
        raise UnreadableTree("no keys")
    return tuple(map(_word, item))


def _sign(items: Items, stack: Stack, spans: Spans) -> str:
    item = next(items)
    if item not in _SIGNS:
        raise UnreadableTree("no operator or scope")
    return str(item)


def _node(*kinds: type) -> Reader:
    def read(items: Items, stack: Stack, spans: Spans) -> Any:
        node = stack.pop()
        if type(node) not in kinds:
            raise UnreadableTree("another node")
        return node

    return read


def _node_or_none(*kinds: type) -> Reader:
    required = _node(*kinds)

    def read(items: Items, stack: Stack, spans: Spans) -> Any:
        there = next(items)
        if there is None:
            return None
        if there is not True:
            raise UnreadableTree("neither a node nor none")
        return required(items, stack, spans)

    return read


def _several(*kinds: type) -> Reader:
    def read(items: Items, stack: Stack, spans: Spans) -> Any:
        count = next(items)
        if type(count) is not int or not 0 <= count <= len(stack):
            raise UnreadableTree("too few nodes")
        found = tuple(stack[len(stack) - count :])
        del stack[len(stack) - count :]
        if not {*map(type, found)} <= {*kinds}:
            raise UnreadableTree("another node")
        return found

    return read


_READERS: dict[str, Reader] = {
    "Span": _span,
    "str": _plain(str),
    "int": _plain(int),
    "bool": _plain(bool),
    "str | int | float | bool | None": _plain(str, int, float, bool, type(None)),
    "tuple[str, ...]": _keys,
    "Target": _node(nodes.Target),
    "Path": _node(nodes.Path),
    "Expression": _node(*_EXPRESSIONS),
    "Expression | None": _node_or_none(*_EXPRESSIONS),
    "tuple[Expression, ...]": _several(*_EXPRESSIONS),
    "tuple[Literal, ...]": _several(nodes.Literal),
}
"""How a field is read, by its type as `nodes.py` writes it."""

_BY_NAME: dict[str, Reader] = {"name": _name, "operator": _sign, "scope": _sign}
"""Texts that are not any text."""

_SHAPES = {
    name: [_BY_NAME.get(each) or _READERS[held] for each, held in reversed(nodes.field_types(kind).items())]
    for name, kind in _CLASSES.items()
}
"""How the fields of each class are read, from the last to the first."""
