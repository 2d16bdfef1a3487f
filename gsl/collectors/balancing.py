"""What classic load balancers and those of the second generation share: attributes of text, and tags in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from gsl.collectors.parts import Call, Entity, Fill, Part, Raw, View
from gsl.collectors.wording import tags

_TAGGED_AT_ONCE = 20
"""The most load balancers that AWS tells the tags of in one call."""


def tags_part(call: Call, argument: str, member: str, balancers: Callable[[View], Iterable[Raw]]) -> Part:
    """The part that fills `tags`: `member` of a load balancer is what `argument` of the call is a list of."""

    def prepare(view: View) -> Fill:
        names = [raw[member] for raw in balancers(view)]
        found = {each.get(member): tags(each.get("Tags")) for each in _described(view, call, argument, names)}

        def fill(entity: Entity, raw: Raw) -> None:
            entity["tags"] = found.get(raw[member], [])

        return fill

    return Part(("tags",), (call,), prepare)


def _described(view: View, call: Call, argument: str, names: list[str]) -> Iterator[Any]:
    for start in range(0, len(names), _TAGGED_AT_ONCE):
        yield from view.items(call, **{argument: names[start : start + _TAGGED_AT_ONCE]})


def is_public(raw: Raw) -> bool:
    """Whether a load balancer has public addresses."""
    return bool(raw.get("Scheme") == "internet-facing")


def group_ids(raw: Raw) -> list[str]:
    """The security groups of a load balancer; network load balancers may have none."""
    return list(raw.get("SecurityGroups") or ())
