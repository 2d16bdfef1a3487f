"""The record of an evaluation: what every part of an expression was, and where it was read."""

from __future__ import annotations

from msgspec import Struct

from gsl.language import nodes
from gsl.semantics import values
from gsl.semantics.kleene import Truth
from gsl.semantics.places import Origin, Place, Uncollected
from gsl.semantics.run import Seen
from gsl.semantics.values import UNKNOWN, Unknown, Value


class Element(Struct, frozen=True, eq=False):
    """One element that an array operator looked at, and what its bracket counts as there.

    `own` is what the bracket gave; of an element that may not even be there it counts as unknown.
    """

    seen: Seen
    trace: Trace
    own: Trace


class Trace(Struct, frozen=True, eq=False):
    """One node and what it gave.

    `value` is its value as an operand, `truth` as a condition: the one that was `found`, else that
    of the value. `place` is where the value was read, if it was read as it is. `parts` are the
    traces of its operands, in the order of the text; `elements` those of an array operator.
    `members` are the elements of a list with places of their own. `cause` is the failed call
    behind an unknown value.
    """

    node: nodes.Expression
    value: Value | Unknown
    found: Truth | None = None
    place: Place | None = None
    parts: tuple[Trace, ...] = ()
    elements: tuple[Element, ...] = ()
    members: tuple[Seen, ...] | None = None
    cause: Uncollected | None = None

    @property
    def truth(self) -> Truth:
        """What it is as a condition."""
        if self.found is None:
            return UNKNOWN if self.value is UNKNOWN else values.truth(self.value)
        return self.found

    def first_cause(self) -> Uncollected | None:
        """The failed call behind this unknown value, or behind the first unknown part of it."""
        pending = [self]
        while pending:
            trace = pending.pop(0)
            if trace.cause is not None:
                return trace.cause
            inside = [*trace.parts, *[element.trace for element in trace.elements]]
            pending += [part for part in inside if part.truth is UNKNOWN]
        return None


def value_trace(
    node: nodes.Expression,
    value: Value | Unknown,
    place: Place | None = None,
    parts: tuple[Trace, ...] = (),
    members: tuple[Seen, ...] | None = None,
    cause: Uncollected | None = None,
) -> Trace:
    """The trace of an operand, whose truth is that of its value."""
    return Trace(node, value, None, place, parts, (), members, cause)


def truth_trace(node: nodes.Expression, truth: Truth, parts: tuple[Trace, ...]) -> Trace:
    """The trace of a condition, whose value is its truth."""
    return Trace(node, truth, truth, None, parts)


def derived_place(label: str) -> Place:
    """The place of a value that an expression made: its path is the expression itself."""
    return Place(Origin(label))
