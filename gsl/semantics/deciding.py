"""Why: the deciding set of an evaluation, and whether it held only because something was missing."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from gsl.language import nodes
from gsl.language.formatter import format_expression
from gsl.semantics.functions.table import NOTHING, PATH, Function
from gsl.semantics.kleene import Truth, negated
from gsl.semantics.trace import Element, Trace, value_trace
from gsl.semantics.values import UNKNOWN

Functions = Mapping[str, Function]

_COMPOUND = (nodes.Not, nodes.And, nodes.Or, nodes.ArrayOperation)
"""Nodes whose deciding set may have several parts."""


class Atom(Struct, frozen=True, eq=False):
    """One part of a deciding set, with the element count of the array operator round it.

    `count` is how many elements would have served as well; `None` outside array operators.
    """

    trace: Trace
    count: int | None = None


def deciding(trace: Trace, truth: Truth) -> list[Atom]:
    """The smallest set of parts that settle a condition's truth, in the order of the text."""
    return _distinct(_deciding(trace, truth, None))


def _deciding(trace: Trace, truth: Truth, count: int | None) -> list[Atom]:
    node = trace.node
    if not isinstance(node, _COMPOUND):
        return [Atom(trace, count)]
    if isinstance(node, nodes.Not):
        return _deciding(trace.parts[0], negated(truth), count)
    if isinstance(node, (nodes.And, nodes.Or)):
        sets = []
        for part in trace.parts:
            if part.truth is truth:
                sets.append(_deciding(part, truth, count))
        smallest = truth is not UNKNOWN and truth is isinstance(node, nodes.Or)
        return min(sets, key=len, default=[]) if smallest else [atom for atoms in sets for atom in atoms]
    serving = _serving(trace, truth)
    if not serving:
        return [Atom(trace, count)]
    chosen = serving if truth is UNKNOWN else serving[:1]
    atoms = []
    for element in chosen:
        atoms += _of_element(element, trace, len(serving))
    return atoms


def _of_element(element: Element, operation: Trace, count: int) -> list[Atom]:
    """What decided at an element; where the bracket reads nothing of one that is lost, the element itself."""
    if not element.seen.lost or element.own.truth is UNKNOWN:
        return _deciding(element.own, element.own.truth, count)
    seen = element.seen
    lost = value_trace(nodes.Path(operation.node.span, "$", 0, ()), UNKNOWN, seen.place, cause=seen.cause)
    return [Atom(Trace(operation.node, UNKNOWN, UNKNOWN, None, (lost,), cause=seen.cause), count)]


def _serving(trace: Trace, truth: Truth) -> list[Element]:
    """The elements any one of which settles an array operator's truth."""
    assert isinstance(trace.node, nodes.ArrayOperation)
    wanted: Truth
    if truth is UNKNOWN:
        wanted = UNKNOWN
    elif trace.node.operator == "contain-all":
        wanted = False
        if truth is True:
            return []
    else:
        wanted = True
        if truth is (trace.node.operator == "contain-none"):
            return []
    return [element for element in trace.elements if element.trace.truth is wanted]


def _distinct(atoms: list[Atom]) -> list[Atom]:
    if len(atoms) == 1:
        return atoms
    spans = [atom.trace.node.span for atom in atoms]
    if len({(span.start, span.end) for span in spans}) == len(atoms):
        return atoms
    seen = set()
    distinct = []
    for atom in atoms:
        key = identity(atom.trace)
        if key not in seen:
            seen.add(key)
            distinct.append(atom)
    return distinct


def identity(trace: Trace) -> tuple[object, ...]:
    """What tells one atom from another: its place in the rule and the paths it read."""
    return (trace.node.span, *readings(trace, {}))


def readings(trace: Trace, functions: Functions) -> dict[str, Trace]:
    """Every path that an atom reads outside its brackets, in the order of the text, with what was there."""
    found: dict[str, Trace] = {}
    _gather(trace, functions, found)
    return found


def _gather(trace: Trace, functions: Functions, found: dict[str, Trace]) -> None:
    node = trace.node
    parts = trace.parts
    if isinstance(node, nodes.Path):
        path = trace.place.path if trace.place is not None else format_expression(node)
        found.setdefault(path, trace)
        return
    if isinstance(node, nodes.Call):
        function = functions.get(node.name.lower())
        reads = function.reads if function is not None else ""
        if reads == PATH and trace.place is not None:
            found.setdefault(trace.place.path, trace)
            return
        if reads == NOTHING:
            parts = parts[1:]
    for part in parts:
        _gather(part, functions, found)


def left_side(trace: Trace) -> Trace:
    """The side of an atom whose value a reader wants to see: the left one of a comparison, else itself."""
    sided = (nodes.Compare, nodes.Membership, nodes.Like, nodes.RegexMatch, nodes.LiteralBracket)
    return trace.parts[0] if isinstance(trace.node, sided) else trace


def held_on_missing(trace: Trace, truth: Truth, functions: Functions) -> bool:
    """Whether a condition had its truth only because a value was missing.

    Where all parts were needed, one that held so is enough; where any would have done, all must.
    """
    node = trace.node
    if isinstance(node, nodes.Not):
        return held_on_missing(trace.parts[0], negated(truth), functions)
    if isinstance(node, (nodes.And, nodes.Or)):
        held = []
        for part in trace.parts:
            if part.truth is truth:
                held.append(held_on_missing(part, truth, functions))
        return any(held) if truth is isinstance(node, nodes.And) else all(held)
    if isinstance(node, nodes.ArrayOperation):
        return _operation_on_missing(trace, truth, functions)
    return _atom_on_missing(trace, functions)


def _operation_on_missing(trace: Trace, truth: Truth, functions: Functions) -> bool:
    if trace.parts[0].value is None and not trace.elements:
        return True
    serving = _serving(trace, truth)
    held = [held_on_missing(each.trace, each.trace.truth, functions) for each in serving or trace.elements]
    return all(held) if serving else any(held)


def _atom_on_missing(trace: Trace, functions: Functions) -> bool:
    node = trace.node
    if isinstance(node, nodes.Compare):
        return any([_comes_of_missing(part, functions) for part in trace.parts])
    if isinstance(node, (nodes.Membership, nodes.Like, nodes.RegexMatch, nodes.LiteralBracket)):
        return _is_missing(trace.parts[0])
    if isinstance(node, nodes.Call):
        return trace.value is None or _call_on_missing(trace, functions[node.name.lower()])
    return trace.value is None and not isinstance(node, nodes.Literal)


def _comes_of_missing(trace: Trace, functions: Functions) -> bool:
    """Whether a side of a comparison is missing, or was made of something missing: `length()` is 0 then."""
    if _is_missing(trace):
        return True
    if isinstance(trace.node, nodes.ArrayOperation):
        return _comes_of_missing(trace.parts[0], functions)
    if not isinstance(trace.node, nodes.Call):
        return False
    function = functions[trace.node.name.lower()]
    return function.reads not in (NOTHING, PATH) and _comes_of_missing(trace.parts[0], functions)


def _call_on_missing(trace: Trace, function: Function) -> bool:
    subject, *arguments = trace.parts
    if any([_is_missing(argument) for argument in arguments]):
        return True
    if function.reads in (NOTHING, PATH):
        return False
    return _is_missing(subject) or (function.missing is not None and function.missing(subject.value))


def _is_missing(trace: Trace) -> bool:
    return trace.value is None and not isinstance(trace.node, nodes.Literal)
