"""Replies that lack something, whatever it is: one member after the other is taken from every reply."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

import gsl
from gsl.collectors.table import COLLECTORS
from tests.aws import comparing, rich
from tests.aws.comparing import NOW
from tests.aws.stub import Stub, said

Place = tuple[Any, ...]
pytestmark = pytest.mark.usefixtures("kept_clients")
IDENTITIES = ("Id", "Arn", "ARN", "Name", "Identifier")
"""What a thing is known by: without it there is no entity."""


def _places(value: Any, at: Place = ()) -> Iterator[Place]:
    pairs: Any = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, member in pairs:
        if isinstance(value, Mapping):
            yield (*at, key)
        yield from _places(member, (*at, key))


def _without(value: Any, place: Place) -> Any:
    found = copy.deepcopy(value)
    within = found
    for key in place[:-1]:
        within = within[key]
    del within[place[-1]]
    return found


def _types() -> dict[str, list[str]]:
    """The types that an operation has to do with."""
    found: dict[str, dict[str, None]] = {}
    for name, each in COLLECTORS.items():
        for call in (*each.calls, *[one for part in each.parts for one in part.calls]):
            found.setdefault(call.name, {})[name] = None
    return {operation: list(names) for operation, names in found.items()}


@pytest.mark.parametrize("service", sorted({name.split(":")[0] for name in _types()}))
def test_a_member_that_is_not_there(stub: Stub, session: Any, service: str) -> None:
    """It costs what is made of it, and nothing when it may be absent; never the whole list, unless it names a thing."""
    replies: Mapping[str, Any] = rich.replies()
    stub.replies = dict(replies)
    list(gsl.collect(session, workers=1, now=NOW))
    asked = {each.name: each for each in stub.log}
    for operation, names in _types().items():
        if not operation.startswith(f"{service}:"):
            continue
        whole = said(replies[operation], asked[operation])
        for place in _places(whole):
            stub.replies = {**replies, operation: _without(whole, place)}
            found: list[Any] = list(gsl.collect(session, names, workers=1, now=NOW))
            if not str(place[-1]).endswith(IDENTITIES):
                assert not comparing.gaps(found), (operation, place)
