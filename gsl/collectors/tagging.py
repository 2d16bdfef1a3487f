"""The tags of all resources of a kind in a region, in bulk, for services that list resources without them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gsl.collectors.parts import Call, Entity, Fill, Part, Raw, View
from gsl.collectors.wording import tags

TAGGED = Call(
    "resourcegroupstaggingapi",
    "get_resources",
    "ResourceTagMappingList",
    "tag:GetResources",
    {"ResourcesPerPage": 100},
)


def tags_of(kind: str) -> Part:
    """A part that fills `tags` of resources of a kind (`lambda:function`), found by their ARNs."""

    def prepare(view: View) -> Fill:
        found = _tags(view, kind)

        def fill(entity: Entity, raw: Raw) -> None:
            entity["tags"] = found.get(entity["arn"], [])

        return fill

    return Part(("tags",), (TAGGED,), prepare)


def _tags(view: View, kind: str) -> Mapping[str, list[dict[str, Any]]]:
    # A resource that never had a tag is not listed.
    return {each["ResourceARN"]: tags(each.get("Tags")) for each in view.items(TAGGED, ResourceTypeFilters=[kind])}
