"""What rules read in common, so that their function reads it once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from gsl.engine.compiler.frames import Names
from gsl.engine.compiler.shapes import is_root_property, parts_of
from gsl.language import nodes
from gsl.semantics.functions.properties import keys_of
from gsl.semantics.functions.table import Function

_TEXTUAL = (nodes.Like, nodes.Membership)


def shared_names(rules: Iterable[tuple[nodes.Statement, Mapping[str, Function]]], folds: bool) -> Names:
    """Variables for the paths of the entity that two or more rules read, and for what they make of them."""
    paths: Counter[tuple[str, ...]] = Counter()
    folded: Counter[tuple[str, ...]] = Counter()
    dates: Counter[tuple[str, ...]] = Counter()
    tests: Counter[nodes.Expression] = Counter()
    for statement, functions in rules:
        uses = _Uses(functions)
        for part in parts_of(statement):
            uses.visit(part, 0)
        paths.update(uses.paths)
        folded.update(uses.folded)
        dates.update(uses.dates)
        tests.update(uses.tests)
    names = Names()
    for keys, count in paths.items():
        if count > 1:
            names.paths[keys] = f"p{len(names.paths)}"
    for keys in names.paths:
        if folds and folded[keys] > 1:
            names.folded[keys] = f"c{len(names.folded)}"
        if dates[keys] > 1:
            names.dates[keys] = f"d{len(names.dates)}"
    for node, count in tests.items():
        if count > 1 and names.paths.get(tested_path(node)):
            names.tests[node] = f"a{len(names.tests)}"
    return names


def tested_path(node: nodes.Expression) -> tuple[str, ...]:
    """The keys of the path of the entity that a test with nothing but literals looks at; empty for other nodes."""
    subject: nodes.Expression | None = None
    if isinstance(node, nodes.Compare) and isinstance(node.right, nodes.Literal) and node.right.value is not None:
        subject = node.left if node.operator in ("=", "!=") else None
    elif isinstance(node, nodes.Like) or (
        isinstance(node, nodes.Membership) and all([isinstance(item, nodes.Literal) for item in node.items])
    ):
        subject = node.subject
    if isinstance(subject, nodes.Path) and subject.scope in ("", "$"):
        return subject.keys
    return ()


class _Uses:
    """The paths of the entity that one rule reads, with what it makes of them."""

    def __init__(self, functions: Mapping[str, Function]) -> None:
        self.functions = functions
        self.paths: set[tuple[str, ...]] = set()
        self.folded: set[tuple[str, ...]] = set()
        self.dates: set[tuple[str, ...]] = set()
        self.tests: set[nodes.Expression] = set()

    def visit(self, node: nodes.Expression, depth: int) -> None:
        """Note what an expression reads; `depth` brackets stand round it."""
        keys = self._keys(node, depth)
        if keys:
            for count in range(1, len(keys) + 1):
                self.paths.add(keys[:count])
            return
        if depth == 0 and tested_path(node):
            self.tests.add(node)
        if isinstance(node, _TEXTUAL) or (isinstance(node, nodes.Compare) and isinstance(node.right, nodes.Literal)):
            subject = node.left if isinstance(node, nodes.Compare) else node.subject
            texts = not isinstance(node, nodes.Compare) or (
                isinstance(node.right.value, str) and node.operator in ("=", "!=")  # type: ignore[union-attr]
            )
            if texts and (found := self._keys(subject, depth)):
                self.folded.add(found)
        if isinstance(node, nodes.Call) and node.name.lower() in ("before", "after", "datedifference"):
            self.dates |= {found for each in (node.subject, *node.arguments) if (found := self._keys(each, depth))}
        if isinstance(node, (nodes.ArrayOperation, nodes.GroupBy)):
            self.visit(node.subject, depth)
            self.visit(node.bracket if isinstance(node, nodes.ArrayOperation) else node.key, depth + 1)
            return
        for child in nodes.children(node):
            self.visit(child, depth)

    def _keys(self, node: nodes.Expression, depth: int) -> tuple[str, ...]:
        """The keys of a path of the entity; empty for everything else."""
        if isinstance(node, nodes.Path) and (node.scope == "~" or (node.scope in ("", "$") and depth == 0)):
            return node.keys
        if isinstance(node, nodes.Path) and node.scope == "^" and node.levels == depth:
            return node.keys
        if isinstance(node, nodes.Call):
            function = self.functions.get(node.name.lower())
            if function is not None and is_root_property(node, function, depth + 1):
                return keys_of(str(node.arguments[0].value))  # type: ignore[union-attr]
        return ()
