"""Names and types: what a rule reads and compares, against what is known of the shape of entities."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from msgspec import Struct

from gsl.authoring.checking.comparing import order_finding, value_finding
from gsl.authoring.checking.findings import Finding, quoted
from gsl.authoring.checking.shapes import Shapes, is_probably_one_of, is_scalar, types_of
from gsl.errors import Span
from gsl.inventory import schemas
from gsl.inventory.schemas import OPEN_KEYS, Schema
from gsl.language import nodes
from gsl.language.depth import with_room
from gsl.language.vocabulary import did_you_mean
from gsl.semantics.functions.properties import keys_of
from gsl.semantics.scopes import context_of

_POLICY_KEYS = frozenset(("Action", "NotAction", "Resource", "NotResource"))
"""Keys of policy statements under which a text or a list of texts may stand."""

_ORDERS = ("<", "<=", ">", ">=")
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


class Place(Struct, frozen=True, eq=False):
    """A place in an entity, with its schema. `free` stands below keys that the cloud's user chooses."""

    schema: Schema
    path: str = ""
    free: bool = False


Known = Place | None
Contexts = tuple[Known, ...]


class Types:
    """The walk over one rule."""

    def __init__(self, statement: nodes.Check | nodes.Query, shapes: Shapes, strict: bool) -> None:
        self.statement = statement
        self.shapes = shapes
        self.strict = strict
        self.findings: list[Finding] = []
        self._listed = {
            node.subject
            for node in nodes.walk(statement)
            if isinstance(node, nodes.ArrayOperation) and isinstance(node.subject, nodes.Path)
        }

    def run(self) -> list[Finding]:
        """All that is found."""
        target = self.statement.target
        entity = self._entity(target.name, target.span)
        root = _listing(entity) if target.is_list else entity
        if self.statement.where is not None:
            self._place(self.statement.where, (root, entity) if target.is_list else (root,))
        if isinstance(self.statement, nodes.Check):
            self._place(self.statement.condition, (root,))
            if self.statement.exclude is not None:
                self._place(self.statement.exclude, (root,))
        return self.findings

    def say(self, code: str, message: str, span: Span) -> None:
        """Note a finding."""
        self.findings.append(Finding(code, message, span))

    def _entity(self, name: str, span: Span) -> Known:
        """The place of an entity of a type; says so when the type is none."""
        schema = self.shapes.of(name)
        if schema is not None:
            return Place(schema)
        near = self.shapes.nearest(name)
        if near is not None or self.strict:
            hint = f"; did you mean `{near}`?" if near else ""
            self.say("GSL101", f"there is no schema of a type `{name}`{hint}", span)
        return None

    def _place(self, node: nodes.Expression, contexts: Contexts) -> Known:
        """The place of an expression's value, if it has one; looks at everything inside."""
        walker = _WALKERS.get(type(node))
        if walker is not None:
            return walker(self, node, contexts)
        for child in nodes.children(node):
            self._place(child, contexts)
        return None

    def under(self, place: Known, keys: Iterable[str], node: nodes.Expression) -> Known:
        """The place some keys further."""
        for key in keys:
            place = None if place is None else self._step(place, key, node)
        return place

    def _step(self, place: Place, key: str, node: nodes.Expression) -> Known:
        schema = place.schema
        free = place.free or schemas.is_open(schema)
        path = f"{place.path}.{key}" if place.path else key
        found = schemas.member(schema, key)
        if types_of(schema) == {"array"}:
            if not free:
                self._through_list(place, key, node)
            return None
        if found is not None:
            if found.get("deprecated"):
                self.say("GSL112", f"`{path}` is deprecated: {found.get('description', '').strip()}", node.span)
            return Place(found, path, free or key in OPEN_KEYS)
        if free or key in OPEN_KEYS:
            return None
        if schemas.is_closed(schema):
            self._unknown_key(place, key, node)
        elif is_scalar(schema):
            self.say("GSL102", f"`{place.path}` is no object by its schema, so {quoted(node)} is missing", node.span)
        return None

    def _unknown_key(self, place: Place, key: str, node: nodes.Expression) -> None:
        """Bundled schemas leave out what gsl does not collect, so what is near no key of theirs may well exist."""
        known = place.schema["properties"]
        if not (is_probably_one_of(key, known) or self.strict or self.shapes.is_whole(self.statement.target.name)):
            return
        near = did_you_mean(key, known)
        where = f"`{place.path}`" if place.path else f"`{self.statement.target.name}`"
        message = f"{where} has no property `{key}` by its schema, so {quoted(node)} is always missing{near}"
        self.say("GSL102", message, node.span)

    def _through_list(self, place: Place, key: str, node: nodes.Expression) -> None:
        hint = f"use contain: `{place.path} contain [{key} ...]`"
        self.say(
            "GSL103", f"{quoted(node)} goes through the list `{place.path}` and is always missing; {hint}", node.span
        )

    def path(self, node: nodes.Path, contexts: Contexts) -> Known:
        """A path."""
        return self.under(context_of(node.scope, node.levels, contexts), node.keys, node)

    def array_operation(self, node: nodes.ArrayOperation, contexts: Contexts) -> Known:
        """An array operator; only `with` has a value whose place is known."""
        subject = self._place(node.subject, contexts)
        if subject is not None and not subject.free and is_scalar(subject.schema):
            message = f"{quoted(node.subject)} is no list by its schema; `{node.operator}` takes it as a list of one"
            self.say("GSL105", message, node.operator_span)
        self._place(node.bracket, (*contexts, _element(subject)))
        return subject if node.operator == "with" else None

    def group_by(self, node: nodes.GroupBy, contexts: Contexts) -> Known:
        """`groupBy`: its key is read from the elements."""
        self._place(node.key, (*contexts, _element(self._place(node.subject, contexts))))
        return None

    def call(self, node: nodes.Call, contexts: Contexts) -> Known:
        """A function; some give a place of their subject, or an entity of another type."""
        subject = self._place(node.subject, contexts)
        for argument in node.arguments:
            self._place(argument, contexts)
        name = node.name.lower()
        first = getattr(node.arguments[0], "value", "") if node.arguments else ""
        if name in ("getvalue", "getvalues"):
            found = self.under(_element(subject), keys_of(str(first)), node)
            return _list_of(found) if subject is not None and "array" in types_of(subject.schema) else found
        if name in ("getresource", "getresources"):
            found = self._entity(str(first), node.arguments[0].span)
            return _list_of(found) if name == "getresources" else found
        if name in ("first", "last"):
            return _element(subject)
        return subject if name == "unique" else None

    def compare(self, node: nodes.Compare, contexts: Contexts) -> Known:
        """A comparison; of interest is one with a literal."""
        left, right = self._place(node.left, contexts), self._place(node.right, contexts)
        if isinstance(node.right, nodes.Literal):
            self._compared(left, node.left, node.operator, node.right, node)
        elif isinstance(node.left, nodes.Literal):
            self._compared(right, node.right, _FLIPPED.get(node.operator, node.operator), node.left, node)
        return None

    def membership(self, node: nodes.Membership, contexts: Contexts) -> Known:
        """`in`: each literal item is compared."""
        subject = self._place(node.subject, contexts)
        for item in node.items:
            self._place(item, contexts)
            known = len(self.findings)
            if isinstance(item, nodes.Literal):
                self._compared(subject, node.subject, "=", item, item)
            if len(self.findings) > known and self.findings[-1].code == "GSL106":
                break
        return None

    def _compared(
        self, place: Known, subject: nodes.Expression, operator: str, literal: nodes.Literal, node: nodes.Expression
    ) -> None:
        """A value at a place, compared with a literal."""
        if isinstance(subject, nodes.Literal):
            return
        found = order_finding(literal.value) if operator in _ORDERS else None
        if found is None and place is not None and not place.free:
            found = value_finding(place.schema, operator, literal.value)
        if found is not None:
            self.say(found[0], f"{quoted(subject)} {found[1]}", node.span)
        elif operator in ("=", "!=") and isinstance(literal.value, str):
            self._maybe_list(place, subject, node)

    def _maybe_list(self, place: Known, subject: nodes.Expression, node: nodes.Expression) -> None:
        if not isinstance(subject, nodes.Path) or subject in self._listed:
            return
        unknown = place is None and subject.keys[-1:] and subject.keys[-1] in _POLICY_KEYS
        if unknown or (place is not None and "array" in types_of(place.schema) and len(types_of(place.schema)) > 1):
            message = (
                f"{quoted(subject)} may be a list, which equals no text: add `{quoted(subject)[1:-1]} contain [...]`"
            )
            self.say("GSL111", message, node.span)


def _list_of(place: Known) -> Known:
    return None if place is None else Place({"type": "array", "items": place.schema}, place.path, place.free)


def _listing(entity: Known) -> Known:
    items = _list_of(entity)
    return None if items is None else Place({"type": "object", "properties": {"items": items.schema}})


def _element(place: Known) -> Known:
    """The place of what an array operator looks at: elements, or the value itself as a list of one."""
    if place is None or "array" not in types_of(place.schema):
        return place
    items = place.schema.get("items")
    if types_of(place.schema) != {"array"} or items is None:
        return None
    return Place(items, f"{place.path}[]", place.free)


_WALKERS: dict[type[nodes.Node], Callable[[Types, Any, Contexts], Known]] = {
    nodes.Path: Types.path,
    nodes.ArrayOperation: Types.array_operation,
    nodes.GroupBy: Types.group_by,
    nodes.Call: Types.call,
    nodes.Compare: Types.compare,
    nodes.Membership: Types.membership,
}


def type_findings(statement: nodes.Statement, shapes: Shapes, strict: bool) -> list[Finding]:
    """What is odd about the names and types of a rule."""
    if isinstance(statement, nodes.Placeholder):
        return []
    return with_room(lambda: Types(statement, shapes, strict).run())
