"""Replies of IAM that say less of users, groups, roles and policies than the call that the collectors make."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from gsl.collectors import authorization as details
from gsl.collectors.parts import Call, Entity, Part, Raw
from gsl.collectors.sources.telling import command, untold
from gsl.collectors.table import COLLECTORS
from gsl.collectors.wording import tags


class ShortList(Struct, frozen=True, eq=False):
    """A reply: the type of its members, what they are, the paths that they never tell, and those they may tell."""

    type: str
    mapper: Callable[[Raw], Entity]
    call: Call
    never: tuple[str, ...] = ()
    maybe: Mapping[str, str] = {}

    def entities(self, members: list[Any]) -> Iterator[Entity]:
        """The members as entities, with `_errors` for what they do not tell."""
        known = [path for part in COLLECTORS[self.type].parts for path in part.fills]
        for raw in members:
            entity = self.mapper(raw)
            told = {path for path, member in self.maybe.items() if member in raw}
            paths = [*dict.fromkeys([*self.never, *known, *self.maybe])]
            errors = [_error(self, path) for path in paths if path not in told and path != "path"]
            yield {**entity, "tags": entity.get("tags", []), "_errors": errors}


def _error(short: ShortList, path: str) -> dict[str, Any]:
    part: Part | None = next((each for each in COLLECTORS[short.type].parts if path in each.fills), None)
    call = part.calls[-1] if part is not None else short.call
    return untold(path, call, f"this file does not say it; `{command(call)}` does")


def _user(raw: Raw) -> Entity:
    entity = {**details.user(raw), "path": raw.get("Path", "/")}
    if "Tags" in raw:
        entity["tags"] = tags(raw["Tags"])
    if "PermissionsBoundary" in raw:
        entity["permissionsBoundary"] = details.boundary(raw)
    return entity


_BOUNDARY = {"tags": "Tags", "permissionsBoundary": "PermissionsBoundary"}
_USERS = ShortList("IamUser", _user, details.USERS, maybe=_BOUNDARY)
_ROLES = ShortList(
    "IamRole",
    details.role,
    details.ROLES,
    ("managedPolicies", "inlinePolicies", "instanceProfiles"),
    {**_BOUNDARY, "roleLastUsed": "RoleLastUsed"},
)
_GROUPS = ShortList("IamGroup", details.group, details.GROUPS, ("managedPolicies", "inlinePolicies"))
_POLICIES = ShortList(
    "IamPolicy", details.policy, details.POLICIES, ("document",), {"tags": "Tags", "description": "Description"}
)

SHORT_LISTS: dict[str, ShortList] = {
    "Users": _USERS,
    "User": _USERS,
    "Groups": _GROUPS,
    "Roles": _ROLES,
    "Role": _ROLES,
    "short Policies": _POLICIES,
    "Policy": _POLICIES,
}
"""Replies by name; `ListPolicies` has that of another call, whose policies hold their versions."""
