"""Getting at values: under a path, one by one, or whole, and never past what was not collected."""

from __future__ import annotations

import math

from msgspec.structs import replace

from gsl.language import nodes
from gsl.language.formatter import format_expression
from gsl.semantics.places import Place
from gsl.semantics.run import Run, Seen
from gsl.semantics.trace import Trace, derived_place
from gsl.semantics.values import UNKNOWN, Value


def read(seen: Seen, keys: tuple[str, ...], run: Run) -> Seen:
    """The value under some keys of a value that was met; a path does not go through a list."""
    value, place, members = seen.value, seen.place, seen.members
    if value is UNKNOWN:
        return seen if not keys else Seen(UNKNOWN, Place(place.origin, place.keys + keys), seen.cause)
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    if isinstance(value, float) and not math.isfinite(value):
        run.note("non-finite-number", f"`{'.'.join(keys)}` is {value}: it counts as missing")
        value = None
    if keys:
        place = Place(place.origin, place.keys + keys)
    cause = place.covering() if place.origin.errors else None
    if cause is not None:
        return Seen(UNKNOWN, place, cause)
    found = members.get(keys[0]) if members is not None and len(keys) == 1 else None
    return Seen(value, place) if found is None else Seen(value, place, None, {"": found})


def used_whole(trace: Trace) -> Trace:
    """The trace of an operand that is used whole: unknown when anything inside it is."""
    if trace.value is UNKNOWN:
        return trace
    if trace.members is not None:
        places = [member.place for member in trace.members]
    elif trace.place is None or not trace.place.origin.errors:
        return trace
    else:
        places = [trace.place]
    for place in places:
        if place is not None and place.origin.errors:
            cause = place.covering() or place.below()
            if cause is not None:
                return replace(trace, value=UNKNOWN, found=UNKNOWN, cause=cause)
    return trace


def as_condition(trace: Trace) -> Trace:
    """The trace of an operand that stands as a condition: used whole, unless it is an array operator."""
    return trace if isinstance(trace.node, nodes.ArrayOperation) else used_whole(trace)


def elements_of(trace: Trace) -> tuple[Seen, ...]:
    """The elements an array operator looks at: of a list its own, else the value itself, none of missing.

    An element that could not be collected and has no place in the list is there as an unknown one.
    """
    value, place = trace.value, trace.place
    if trace.members is not None:
        return trace.members
    if place is None:
        place = derived_place(format_expression(trace.node))
    if isinstance(value, list):
        origin, keys = place.origin, place.keys
        found = [Seen(_finite(element), Place(origin, (*keys, number))) for number, element in enumerate(value)]
    else:
        found = [] if value is None else [Seen(value, place)]
    if place.origin.errors and (value is None or isinstance(value, list)):
        found += _lost_elements(place, len(found), value is None)
    return tuple(found)


def _finite(element: Value) -> Value:
    """The element; missing for NaN and the infinities."""
    return None if isinstance(element, float) and not math.isfinite(element) else element


def _lost_elements(place: Place, count: int, missing: bool) -> list[Seen]:
    """The elements that only errors tell of: numbers past the end, anything below a missing value."""
    numbers = [number for number in place.numbers_below() if number >= count]
    places = [place / number for number in numbers]
    if not places and missing and place.below() is not None:
        places = [place / 0]
    return [Seen(UNKNOWN, lost, lost.covering() or lost.below() or place.below(), lost=True) for lost in places]
