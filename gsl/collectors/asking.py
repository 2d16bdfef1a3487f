"""Parts of the commonest form: one call gives one property."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gsl.collectors.parts import Call, Entity, Fill, Part, Raw, View

Shape = Callable[[Any], Any]
"""From what a call gave (`None` when it is not configured) to a property."""


def _as_it_is(value: Any) -> Any:
    return value


def _here(view: View, raw: Raw) -> View:
    return view


def of_each(
    path: str,
    call: Call,
    arguments: Callable[[Raw], Mapping[str, Any]],
    shape: Shape = _as_it_is,
    where: Callable[[View, Raw], View] = _here,
) -> Part:
    """A part that makes a call for each entity, in the region that `where` says, and fills `path`."""

    def prepare(view: View) -> Fill:
        def fill(entity: Entity, raw: Raw) -> None:
            entity[path] = shape(where(view, raw).value(call, **arguments(raw)))

        return fill

    return Part((path,), (call,), prepare, each=True)


def of_all(path: str, call: Call, shape: Shape = _as_it_is) -> Part:
    """A part that makes a call once for an account and region, and fills `path` of all entities."""

    def prepare(view: View) -> Fill:
        found = shape(view.value(call))

        def fill(entity: Entity, raw: Raw) -> None:
            entity[path] = found

        return fill

    return Part((path,), (call,), prepare)
