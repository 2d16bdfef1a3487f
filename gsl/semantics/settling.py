"""Why a condition has its truth where nothing is unknown: from values alone, without a trace.

Of conditions whose parts are usual ones it says what `deciding` says of the reference's traces, at a
part of the cost: a report may hold millions of reasons.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from gsl.language import nodes
from gsl.semantics.deciding import Functions
from gsl.semantics.run import Run
from gsl.semantics.scopes import SCOPES
from gsl.semantics.untraced import TRUE_OF_NONE, TRUTHS, Contexts, Getter, Untraced, Unusual, elements, path_of
from gsl.semantics.values import Value

Paths = tuple[str, ...]
"""The paths that lead to the contexts; empty for the entity itself."""


class Read(Struct, frozen=True, eq=False):
    """A path that a part reads: what gives its value, and how it goes on from where it is read.

    `top` is the path from the entity itself, `suffix` is added to any other.
    """

    value: Getter
    pick: Callable[[Paths, int], str]
    levels: int
    top: str
    suffix: str

    def path(self, paths: Paths) -> str:
        """The path in some contexts, spelled as `Place.path` spells it; empty for the entity itself."""
        base = self.pick(paths, self.levels)
        return base + self.suffix if base else self.top


class Part(Struct, frozen=True, eq=False):
    """What is to be told of an atom: the paths it reads and the value of its left side.

    `result` is `None` where the left side is the path that is read first; `sided` are the paths
    that it reads.
    """

    node: nodes.Expression
    reads: tuple[Read, ...]
    result: Getter | None = None
    sided: tuple[Read, ...] = ()


class Settled(Struct, eq=False):
    """One part of a deciding set with the contexts that it stood in, and its count."""

    part: Part
    contexts: Contexts
    paths: Paths
    count: int | None

    def read(self, reads: tuple[Read, ...], run: Run) -> dict[str, Value]:
        """Paths with what was there, each once."""
        found: dict[str, Value] = {}
        for read in reads:
            path = read.path(self.paths) or "~"
            if path not in found:
                found[path] = read.value(self.contexts, run)
        return found


Settling = Callable[[Value, Run], list[Settled]]
"""Gives the deciding set of a condition that has a known truth on an entity."""

_Decide = Callable[[Contexts, Paths, Run, int | None], list[Settled]]
"""The same in some contexts, inside an array operator with a count."""


def settling(node: nodes.Expression, truth: bool, functions: Functions) -> Settling | None:
    """What gives the deciding set of a condition that has a truth; `None` if a part is not a usual one."""
    planner = _Planner(functions)
    try:
        planner.truth(node)  # parts whose values nothing asks for must be usual ones too: they are told of
        decide = planner.deciding(node, truth)
    except Unusual:
        return None
    return lambda entity, run: decide((entity,), ("",), run, None)


class _Planner(Untraced):
    """Gives what finds deciding sets. Raises `Unusual`."""

    def deciding(self, node: nodes.Expression, truth: bool) -> _Decide:
        """What gives the deciding set of a condition that has a truth."""
        if isinstance(node, nodes.Not):
            return self.deciding(node.operand, not truth)
        if isinstance(node, (nodes.And, nodes.Or)):
            settled = truth is isinstance(node, nodes.Or)
            return self._smallest(node, truth) if settled else self._all(node, truth)
        part = self._part(node)
        if isinstance(node, nodes.ArrayOperation) and truth is not (node.operator in TRUE_OF_NONE):
            return self._at_first(node, part)
        return lambda contexts, paths, run, count: [Settled(part, contexts, paths, count)]

    def _all(self, node: nodes.And | nodes.Or, truth: bool) -> _Decide:
        """Every operand was needed."""
        operands = [self.deciding(each, truth) for each in node.operands]

        def decide(contexts: Contexts, paths: Paths, run: Run, count: int | None) -> list[Settled]:
            found: list[Settled] = []
            for operand in operands:
                found += operand(contexts, paths, run, count)
            return found

        return decide

    def _smallest(self, node: nodes.And | nodes.Or, truth: bool) -> _Decide:
        """One operand would have done: the first with the smallest set. None is smaller than one part."""
        operands = [(self.truth(each), self.deciding(each, truth)) for each in node.operands]

        def decide(contexts: Contexts, paths: Paths, run: Run, count: int | None) -> list[Settled]:
            smallest: list[Settled] = []
            for test, operand in operands:
                if test(contexts, run) is truth:
                    found = operand(contexts, paths, run, count)
                    if len(found) == 1:
                        return found
                    if not smallest or len(found) < len(smallest):
                        smallest = found
            return smallest

        return decide

    def _at_first(self, node: nodes.ArrayOperation, whole: Part) -> _Decide:
        """The first element that settles it; the whole operator where there is none."""
        if not isinstance(node.subject, nodes.Path):
            raise Unusual
        wanted = node.operator != "contain-all"
        subject, test, inner = _read(node.subject), self.truth(node.bracket), self.deciding(node.bracket, wanted)

        def decide(contexts: Contexts, paths: Paths, run: Run, count: int | None) -> list[Settled]:
            value = subject.value(contexts, run)
            members = elements(value)
            serving = [number for number, each in enumerate(members) if test((*contexts, each), run) is wanted]
            if not serving:
                return [Settled(whole, contexts, paths, count)]
            first = serving[0]
            path = subject.path(paths) + (f"[{first}]" if isinstance(value, list) else "")
            return inner((*contexts, members[first]), (*paths, path), run, len(serving))

        return decide

    def _part(self, node: nodes.Expression) -> Part:
        side = nodes.children(node)[0] if isinstance(node, _SIDED) else node
        if isinstance(side, (nodes.Path, nodes.LiteralBracket)):
            return Part(node, _reads(node))
        filters = isinstance(side, nodes.ArrayOperation) and side.operator == "with"
        make = self.truth if type(side) in TRUTHS and not filters else self.value
        return Part(node, _reads(node), make(side), _reads(side))


_SIDED = (nodes.Compare, nodes.Membership, nodes.Like, nodes.RegexMatch)


def _reads(node: nodes.Expression) -> tuple[Read, ...]:
    """The paths that a part reads outside its brackets, in the order of the text."""
    if isinstance(node, nodes.LiteralBracket):
        return _reads(nodes.Path(node.span, "$", 0, ()))
    if isinstance(node, nodes.Path):
        return (_read(node),)
    inside = [node.subject] if isinstance(node, nodes.ArrayOperation) else nodes.children(node)
    return tuple([read for each in inside for read in _reads(each)])


def _read(node: nodes.Path) -> Read:
    top = ""
    for key in node.keys:
        top += f".{key}" if top else key
    suffix = "".join([f".{key}" for key in node.keys])
    return Read(path_of(node), SCOPES[node.scope].pick, node.levels, top, suffix)
