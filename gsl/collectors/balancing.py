"""What classic load balancers and those of the second generation share: attributes of text, and tags in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from msgspec import Struct

from gsl.collectors.parts import Call, Entity, Fill, Part, Raw, View
from gsl.collectors.wording import tags

_TAGGED_AT_ONCE = 20
"""The most load balancers that AWS tells the tags of in one call."""


class Tagging(Struct, frozen=True, eq=False):
    """How tags are asked for: `argument` is a list of what a load balancer has as `member`, the answer as `key`."""

    call: Call
    argument: str
    member: str
    key: str


def tags_part(tagging: Tagging, balancers: Callable[[View], Iterable[Raw]]) -> Part:
    """The part that fills `tags` of load balancers."""

    def prepare(view: View) -> Fill:
        names = [raw.get(tagging.member) for raw in balancers(view)]
        found = {each.get(tagging.key): tags(each.get("Tags")) for each in _described(view, tagging, names)}

        def fill(entity: Entity, raw: Raw) -> None:
            entity["tags"] = found.get(raw.get(tagging.member), [])

        return fill

    return Part(("tags",), (tagging.call,), prepare)


def _described(view: View, tagging: Tagging, names: list[Any]) -> Iterator[Any]:
    for start in range(0, len(names), _TAGGED_AT_ONCE):
        yield from view.items(tagging.call, **{tagging.argument: names[start : start + _TAGGED_AT_ONCE]})


def is_public(raw: Raw) -> bool:
    """Whether a load balancer has public addresses."""
    return bool(raw.get("Scheme") == "internet-facing")


def group_ids(raw: Raw) -> list[str]:
    """The security groups of a load balancer; network load balancers may have none."""
    return list(raw.get("SecurityGroups") or ())
