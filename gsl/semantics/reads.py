"""What a rule reads, known before it runs: each path as keys from the entity down."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from gsl.errors import Span
from gsl.language import nodes
from gsl.language.formatter import format_expression
from gsl.semantics.functions.properties import keys_of
from gsl.semantics.functions.table import PATH, Function
from gsl.semantics.scopes import context_of

ELEMENTS = "[]"
"""The step from a list to its elements."""

_WITH_KEY = 3
"""The arguments of a look-up that names the key to compare."""

_SAME = frozenset(("unique",))
_ELEMENT = frozenset(("first", "last"))


class Where(Struct, frozen=True, eq=False):
    """A place that is known before the rule runs: steps from an entity of a type down.

    `listing` marks the entity of a `List<T>` rule, whose only key is `items`.
    """

    type: str
    steps: tuple[str, ...] = ()
    listing: bool = False

    def under(self, keys: tuple[str, ...]) -> Where:
        """The place some keys further."""
        if not self.listing or not keys:
            return Where(self.type, self.steps + keys, self.listing)
        if keys[0] == "items":
            return Where(self.type, keys[1:])
        return Where(f"List<{self.type}>", keys)

    def elements(self) -> Where:
        """The place of the elements; an entity, or an element itself, is its own."""
        if not self.steps or self.steps[-1] == ELEMENTS:
            return self
        return Where(self.type, (*self.steps, ELEMENTS))


class Read(Struct, frozen=True, eq=False):
    """One path that a rule reads. `text` is the path as written, `span` its place in the rule."""

    type: str
    steps: tuple[str, ...]
    text: str
    span: Span

    @property
    def path(self) -> str:
        """The steps as messages show them: `inboundRules[].port`."""
        return ".".join(self.steps).replace(f".{ELEMENTS}", ELEMENTS)


class _Resolver:
    """Walks a rule with the contexts round each node."""

    def __init__(self, functions: Mapping[str, Function]) -> None:
        self.functions = functions
        self.reads: list[Read] = []

    def resolve(self, node: nodes.Expression, contexts: tuple[Where | None, ...]) -> Where | None:
        """The place an expression's value has, if it has one; notes what it reads."""
        if isinstance(node, nodes.Path):
            return self._path(node, contexts)
        if isinstance(node, nodes.Call):
            return self._call(node, contexts)
        if isinstance(node, (nodes.ArrayOperation, nodes.GroupBy)):
            subject = self.resolve(node.subject, contexts)
            inner = (*contexts, subject.elements() if subject is not None else None)
            self.resolve(node.bracket if isinstance(node, nodes.ArrayOperation) else node.key, inner)
            return subject if isinstance(node, nodes.ArrayOperation) and node.operator == "with" else None
        for child in nodes.children(node):
            self.resolve(child, contexts)
        return None

    def _path(self, node: nodes.Path, contexts: tuple[Where | None, ...]) -> Where | None:
        base = context_of(node.scope, node.levels, contexts)
        return self._read(base, node.keys, format_expression(node), node.span)

    def _read(self, base: Where | None, keys: tuple[str, ...], text: str, span: Span) -> Where | None:
        if base is None:
            return None
        place = base.under(keys)
        if place.steps != base.steps:
            self.reads.append(Read(place.type, place.steps, text, span))
        return place

    def _call(self, node: nodes.Call, contexts: tuple[Where | None, ...]) -> Where | None:
        subject = self.resolve(node.subject, contexts)
        for argument in node.arguments:
            self.resolve(argument, contexts)
        function = self.functions.get(node.name.lower())
        name = function.name if function is not None else ""
        if function is not None and function.reads == PATH:
            keys = keys_of(str(getattr(node.arguments[0], "value", "")))
            return self._read(subject.elements() if subject else None, keys, format_expression(node), node.span)
        if name in ("getResource", "getResources"):
            found = Where(str(getattr(node.arguments[0], "value", "")))
            if len(node.arguments) == _WITH_KEY:
                self._read(
                    found, keys_of(str(getattr(node.arguments[-1], "value", ""))), format_expression(node), node.span
                )
            return found
        if subject is not None and name in _ELEMENT:
            return subject.elements()
        return subject if name in _SAME else None


def reads_of(statement: nodes.Statement, functions: Mapping[str, Function]) -> tuple[Read, ...]:
    """Every path that a rule reads, with the entity type it is read from, in the order of the text."""
    if isinstance(statement, nodes.Placeholder):
        return ()
    target = statement.target
    root = Where(target.name, (), target.is_list)
    resolver = _Resolver(functions)
    if statement.where is not None:
        resolver.resolve(statement.where, (root, Where(target.name)) if target.is_list else (root,))
    if isinstance(statement, nodes.Check):
        resolver.resolve(statement.condition, (root,))
        if statement.exclude is not None:
            resolver.resolve(statement.exclude, (root,))
    return tuple(resolver.reads)


def looked_up_by(statement: nodes.Statement) -> frozenset[str]:
    """The entity types that a rule looks up with `getResource` and `getResources`."""
    found: set[str] = set()
    for node in nodes.walk(statement):
        if isinstance(node, nodes.Call) and node.name.lower() in ("getresource", "getresources"):
            found.add(str(getattr(node.arguments[0], "value", "")))
    return frozenset(found)


def lists_of(statement: nodes.Statement) -> dict[str, Span]:
    """The named lists that a rule uses, each with the place of its first use."""
    found: dict[str, Span] = {}
    for node in nodes.walk(statement):
        if isinstance(node, nodes.NamedList):
            found.setdefault(node.name, node.span)
    return found
