"""Which policies apply to whom: documents, everything a user or role may do, and roles as others show them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from gsl.collectors import authorization as details
from gsl.collectors.parts import View
from gsl.collectors.views import HOMES
from gsl.collectors.wording import document

ROLE_CALLS = (details.ROLES, details.POLICIES)
"""The calls that `role_blocks` makes."""

PROFILE_CALLS = ROLE_CALLS
"""The calls that `roles_of_profiles` makes."""


class Packed(Mapping[str, Any]):
    """Values kept as JSON, taken out when they are asked for."""

    def __init__(self) -> None:
        self._packed: dict[str, bytes] = {}

    def put(self, key: str, value: Any) -> None:
        """Keep a value."""
        self._packed[key] = msgspec.json.encode(value)

    def __getitem__(self, key: str) -> Any:
        return msgspec.json.decode(self._packed[key])

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)


def at_home(view: View) -> View:
    """The account where its global services are asked."""
    return view.at(HOMES.get(view.partition, "us-east-1"))


def documents(view: View) -> Packed:
    """The managed policies of an account by ARN: `{id, name, document}`."""
    return at_home(view).once("iam-policy-documents", lambda: _documents(at_home(view)))


def _documents(view: View) -> Packed:
    found = Packed()
    for raw in details.raw_details(view, details.POLICIES):
        text = details.default_version(raw)
        found.put(raw["Arn"], {"id": raw.get("PolicyId"), "name": raw.get("PolicyName"), "document": text})
    return found


def groups(view: View) -> Packed:
    """The groups of an account by name, as AWS describes them."""
    return at_home(view).once("iam-groups-by-name", lambda: _groups(at_home(view)))


def _groups(view: View) -> Packed:
    found = Packed()
    for raw in details.raw_details(view, details.GROUPS):
        found.put(raw["GroupName"], raw)
    return found


def combined(view: View, raw: Mapping[str, Any], inline_member: str, group_names: Any = ()) -> list[dict[str, Any]]:
    """All policies that apply to a user, role or group, with their documents and where they come from."""
    found = _own(view, raw, inline_member, "")
    for name in group_names or ():
        group = groups(view).get(name)
        if group is not None:
            found += _own(view, group, "GroupPolicyList", "Group")
    return found


def _own(view: View, raw: Mapping[str, Any], inline_member: str, origin: str) -> list[dict[str, Any]]:
    known = documents(view)
    found = []
    for each in raw.get("AttachedManagedPolicies") or ():
        policy = known.get(each.get("PolicyArn")) or {"id": None, "document": None}
        found.append(_combined(policy["id"], each.get("PolicyName"), f"{origin}Managed", policy["document"]))
    for each in raw.get(inline_member) or ():
        found.append(_combined(None, each.get("PolicyName"), f"{origin}Inline", document(each.get("PolicyDocument"))))
    return found


def _combined(policy_id: str | None, name: str | None, relation: str, text: Any) -> dict[str, Any]:
    return {"id": policy_id, "name": name, "relationType": relation, "policyDocument": text}


def role_blocks(view: View) -> Packed:
    """The roles of an account by ARN, as functions and instances show them."""
    return at_home(view).once("iam-role-blocks", lambda: _role_blocks(at_home(view)))


def _role_blocks(view: View) -> Packed:
    found = Packed()
    for raw in details.raw_details(view, details.ROLES):
        found.put(raw["Arn"], role_block(view, raw))
    return found


def role_block(view: View, raw: Mapping[str, Any]) -> dict[str, Any]:
    """A role as functions and instances show it."""
    return {
        "id": raw.get("RoleId"),
        "name": raw.get("RoleName"),
        "arn": raw.get("Arn"),
        "assumeRolePolicy": document(raw.get("AssumeRolePolicyDocument")),
        "managedPolicies": details.managed(raw),
        "inlinePolicies": details.inline(raw.get("RolePolicyList")),
        "combinedPolicies": combined(view, raw, "RolePolicyList"),
    }


def roles_of_profiles(view: View) -> Packed:
    """The roles of each instance profile, by the profile's ARN."""
    return at_home(view).once("iam-roles-of-profiles", lambda: _roles_of_profiles(at_home(view)))


def _roles_of_profiles(view: View) -> Packed:
    found: dict[str, list[str]] = {}
    for raw in details.raw_details(view, details.ROLES):
        for profile in raw.get("InstanceProfileList") or ():
            found.setdefault(profile.get("Arn"), []).append(raw["Arn"])
    blocks = role_blocks(view)
    packed = Packed()
    for arn, roles in found.items():
        packed.put(arn, [blocks[role] for role in roles])
    return packed


def attached(view: View, kind: str) -> dict[str, list[dict[str, Any]]]:
    """Who has a managed policy, by its ARN: of `users`, `groups` or `roles`, each `{name, id}`."""
    return at_home(view).once(f"iam-attached-{kind}", lambda: _attached(at_home(view), kind))


_KINDS = {
    "users": (details.USERS, "UserName", "UserId"),
    "groups": (details.GROUPS, "GroupName", "GroupId"),
    "roles": (details.ROLES, "RoleName", "RoleId"),
}


def _attached(view: View, kind: str) -> dict[str, list[dict[str, Any]]]:
    call, name, own_id = _KINDS[kind]
    found: dict[str, list[dict[str, Any]]] = {}
    for raw in details.raw_details(view, call):
        for each in raw.get("AttachedManagedPolicies") or ():
            found.setdefault(each.get("PolicyArn"), []).append({"name": raw.get(name), "id": raw.get(own_id)})
    return found
