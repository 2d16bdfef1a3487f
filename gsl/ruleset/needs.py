"""What rules need of entities: which types, and which of their properties."""

from __future__ import annotations

from collections.abc import Iterable

from gsl.language import nodes
from gsl.ruleset.rule import Rule
from gsl.semantics.reads import ELEMENTS, looked_up_by

Needs = dict[str, frozenset[str] | None]


def needs_of(rules: Iterable[Rule]) -> Needs:
    """The entity types that rules are about or look up, each with the paths that are read of it.

    A path is keys joined by dots, down to the first list. `None` stands for the whole entity.
    """
    found: dict[str, set[str]] = {}
    whole: set[str] = set()
    for rule in rules:
        if isinstance(rule.statement, nodes.Placeholder):
            continue
        for name in (rule.entity_type, *looked_up_by(rule.statement)):
            found.setdefault(_plain(name), set())
        if not rule.statement.target.is_list and _takes_it_whole(rule.statement):
            whole.add(_plain(rule.entity_type))
        for read in rule.reads:
            paths = found.get(_plain(read.type))
            if paths is not None:
                paths.add(_path(read.steps))
    return {name: None if name in whole else frozenset(paths - {""}) for name, paths in found.items()}


def _plain(name: str) -> str:
    return name.replace("::", "_")


def _path(steps: tuple[str, ...]) -> str:
    return ".".join(steps[: steps.index(ELEMENTS)] if ELEMENTS in steps else steps)


def _takes_it_whole(statement: nodes.Statement) -> bool:
    """Whether a rule uses the entity itself as a value: `$ length() > 3`, `~ regexMatch /x/`."""
    return any([_is_whole(node, False) for node in nodes.children(statement)])


def _is_whole(node: nodes.Node, inside: bool) -> bool:
    """Whether an expression uses the entity as a value; `inside` brackets the plain context is an element."""
    if isinstance(node, nodes.Path):
        return not node.keys and (node.scope in ("~", "^") or not inside)
    inside = inside or isinstance(node, (nodes.ArrayOperation, nodes.GroupBy))
    return any([_is_whole(child, inside) for child in _used(node)])


def _used(node: nodes.Node) -> list[nodes.Expression]:
    """The expressions inside a node whose values are used as they are."""
    if not isinstance(node, nodes.Call) or node.name.lower() not in _OF_PARTS:
        return nodes.children(node)
    return [child for child in nodes.children(node) if child is not node.subject]


_OF_PARTS = ("getvalue", "getvalues", "getresource", "getresources")
"""Functions that do not read all of their subject."""
