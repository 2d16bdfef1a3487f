"""What rules read of an entity, as a tree: the keys at each place, and the places that are used whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct, field

from gsl.language import nodes
from gsl.semantics.functions.properties import keys_of
from gsl.semantics.functions.table import NOTHING, PATH, Function
from gsl.semantics.scopes import context_of

LOOKS = frozenset(("isEmpty", "length"))
"""Functions that only ask whether something is there and how many elements it has."""


class Shape(Struct, eq=False):
    """One place: the keys that are read below it, in the value itself or in each element of a list.

    `whole` places are needed with everything in them, as plain JSON.
    """

    children: dict[str, Shape] = field(default_factory=dict)
    whole: bool = False

    def under(self, keys: Iterable[str]) -> Shape:
        """The place some keys further, made when it is new."""
        shape = self
        for key in keys:
            shape = shape.children.setdefault(key, Shape())
        return shape

    def at(self, keys: Iterable[str]) -> Shape | None:
        """The place some keys further; `None` where the value is plain JSON."""
        shape = self
        for key in keys:
            if shape.is_plain:
                return None
            shape = shape.children[key]
        return None if shape.is_plain else shape

    @property
    def is_plain(self) -> bool:
        """Whether the value there is kept as plain JSON: needed whole, or with nothing read below it."""
        return self.whole or not self.children


Contexts = tuple[Shape | None, ...]


class _Reading:
    """Walks a rule and notes in the shapes what each value is needed for. `None` is plain JSON."""

    def __init__(self, functions: Mapping[str, Function]) -> None:
        self.functions = functions

    def whole(self, node: nodes.Expression, contexts: Contexts) -> None:
        """An expression whose value is used as it is."""
        shape = self.shape(node, contexts)
        if shape is not None:
            shape.whole = True

    def seen(self, node: nodes.Expression, contexts: Contexts) -> None:
        """An expression of which only the kind and the size matter."""
        self.shape(node, contexts)

    def shape(self, node: nodes.Expression, contexts: Contexts) -> Shape | None:
        """The place that an expression's value has; reads what is inside it."""
        if isinstance(node, nodes.Path):
            base = context_of(node.scope, node.levels, contexts)
            return None if base is None else base.under(node.keys)
        if isinstance(node, nodes.ArrayOperation):
            subject = self.shape(node.subject, contexts)
            self._condition(node.bracket, (*contexts, subject))
            return subject if node.operator == "with" else None
        if isinstance(node, nodes.GroupBy):
            self.whole(node.subject, contexts)
            self.whole(node.key, (*contexts, None))
            return None
        if isinstance(node, nodes.Call):
            return self._call(node, contexts)
        self._inside(node, contexts)
        return None

    def _call(self, node: nodes.Call, contexts: Contexts) -> Shape | None:
        function = self.functions[node.name.lower()]
        if is_root_property(node, function, len(contexts)):
            base = contexts[0]
            return None if base is None else base.under(keys_of(str(node.arguments[0].value)))  # type: ignore[union-attr]
        for argument in node.arguments:
            self.whole(argument, contexts)
        if function.name in LOOKS and not function.supplied:
            self.seen(node.subject, contexts)
        elif function.reads != NOTHING:
            self.whole(node.subject, contexts)
        return None

    def _condition(self, node: nodes.Expression, contexts: Contexts) -> None:
        """An expression that stands as a condition."""
        if isinstance(node, nodes.LiteralBracket):
            self.whole(nodes.Path(node.span, "$", 0, ()), contexts)
        elif isinstance(node, (nodes.And, nodes.Or, nodes.Not)):
            for child in nodes.children(node):
                self._condition(child, contexts)
        else:
            self.seen(node, contexts)

    def _inside(self, node: nodes.Expression, contexts: Contexts) -> None:
        against_null = isinstance(node, nodes.Compare) and is_null(node.right) and node.operator in ("=", "!=")
        for child in nodes.children(node):
            if isinstance(node, (nodes.And, nodes.Or, nodes.Not)):
                self._condition(child, contexts)
            elif against_null:
                self.seen(child, contexts)
            else:
                self.whole(child, contexts)


class _Needs(_Reading):
    """The same for entities that are kept for others: look-ups have shapes too, by type."""

    def __init__(self, functions: Mapping[str, Function], types: dict[str, Shape]) -> None:
        super().__init__(functions)
        self.types = types

    def seen(self, node: nodes.Expression, contexts: Contexts) -> None:
        """A pruned object could not tell how many keys it had; a list of entities can."""
        shape = self.shape(node, contexts)
        of_entities = any([shape is root for root in self.types.values()])
        one = isinstance(node, nodes.Call) and self.functions[node.name.lower()].name == "getResource"
        if shape is not None and (one or not of_entities):
            shape.whole = True

    def _call(self, node: nodes.Call, contexts: Contexts) -> Shape | None:
        function = self.functions[node.name.lower()]
        if function.reads == PATH and not function.supplied:
            subject = self.shape(node.subject, contexts)
            return None if subject is None else subject.under(keys_of(str(node.arguments[0].value)))  # type: ignore[union-attr]
        if function.reads != NOTHING or function.supplied:
            return super()._call(node, contexts)
        for argument in node.arguments:
            self.whole(argument, contexts)
        type_name, _, *key = [getattr(argument, "value", "") for argument in node.arguments]
        found = self.types.setdefault(str(type_name).replace("::", "_"), Shape())
        for path in key:
            found.under(keys_of(str(path)))
        return found


def note_needs(statement: nodes.Statement, functions: Mapping[str, Function], types: dict[str, Shape]) -> None:
    """Note, by type, what a rule needs of entities that must be at hand together: listed or looked up."""
    assert not isinstance(statement, nodes.Placeholder)
    needs = _Needs(functions, types)
    root: Shape | None = None
    if statement.target.is_list:
        items = types.setdefault(statement.target.name, Shape())
        root = Shape({"items": items})
    for part in parts_of(statement):
        on_items = root is not None and part is statement.where
        needs._condition(part, (root, items) if on_items else (root,))


def is_null(node: nodes.Expression) -> bool:
    """Whether an expression is the literal `null`."""
    return isinstance(node, nodes.Literal) and node.value is None


def is_root_property(node: nodes.Call, function: Function, contexts: int) -> bool:
    """Whether a call is `getValue` on the entity itself, which reads a path by another spelling."""
    subject = node.subject
    if function.reads != PATH or not isinstance(subject, nodes.Path) or subject.keys:
        return False
    return subject.scope == "~" or (subject.scope in ("", "$") and contexts == 1)


def note_reads(statement: nodes.Statement, functions: Mapping[str, Function], root: Shape) -> None:
    """Note in a type's shape what a rule about it reads. Not for rules on `List<T>`."""
    reading = _Reading(functions)
    for part in parts_of(statement):
        reading._condition(part, (root,))


def parts_of(statement: nodes.Statement) -> list[nodes.Expression]:
    """The conditions of a rule: `where`, what it should have, `exclude`."""
    if isinstance(statement, nodes.Placeholder):
        return []
    parts = [statement.where]
    if isinstance(statement, nodes.Check):
        parts += [statement.condition, statement.exclude]
    return [part for part in parts if part is not None]
