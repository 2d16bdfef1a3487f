"""Users, groups, roles and policies of an account in bulk, kept as JSON: there may be tens of thousands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from gsl.collectors.parts import NEVER, Call, Entity, View
from gsl.collectors.wording import document, instant, tags


def details_call(*kinds: str) -> Call:
    """The bulk call for some kinds of entities."""
    return Call(
        "iam", "get_account_authorization_details", _MEMBERS[kinds[0]], arguments={"MaxItems": 1000, "Filter": [*kinds]}
    )


_MEMBERS = {
    "User": "UserDetailList",
    "Group": "GroupDetailList",
    "Role": "RoleDetailList",
    "LocalManagedPolicy": "Policies",
    "AWSManagedPolicy": "Policies",
}
USERS = details_call("User")
GROUPS = details_call("Group")
ROLES = details_call("Role")
POLICIES = details_call("LocalManagedPolicy", "AWSManagedPolicy")

_BOUNDARY = "PermissionsBoundary"


def raw_details(view: View, call: Call) -> Iterator[Any]:
    """What AWS says of all entities of a kind. Raises `CallFailed`."""
    for packed in view.once(f"iam-{call.result}", lambda: [msgspec.json.encode(each) for each in view.items(call)]):
        yield msgspec.json.decode(packed)


def managed(raw: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The managed policies that are attached to a user, group or role."""
    attached = raw.get("AttachedManagedPolicies") or ()
    return [{"arn": each.get("PolicyArn"), "name": each.get("PolicyName")} for each in attached]


def inline(found: Any) -> list[dict[str, Any]]:
    """The policies that are written into a user, group or role."""
    return [{"name": each.get("PolicyName"), "document": document(each.get("PolicyDocument"))} for each in found or ()]


def boundary(raw: Mapping[str, Any]) -> dict[str, Any] | None:
    """The permissions boundary of a user or role."""
    found = raw.get(_BOUNDARY)
    if not found:
        return None
    return {
        "permissionsBoundaryArn": found.get("PermissionsBoundaryArn"),
        "permissionsBoundaryType": found.get("PermissionsBoundaryType"),
    }


def user(raw: Mapping[str, Any]) -> Entity:
    """A user of `GetAccountAuthorizationDetails` or `ListUsers`."""
    return {
        "id": raw.get("UserId"),
        "name": raw.get("UserName"),
        "arn": raw.get("Arn"),
        "createDate": instant(raw.get("CreateDate")),
    }


def role(raw: Mapping[str, Any]) -> Entity:
    """A role of `GetAccountAuthorizationDetails`, `ListRoles` or `GetRole`."""
    used = raw.get("RoleLastUsed")
    entity = {
        "id": raw.get("RoleId"),
        "name": raw.get("RoleName"),
        "arn": raw.get("Arn"),
        "path": raw.get("Path"),
        "createDate": instant(raw.get("CreateDate")),
        "description": raw.get("Description"),
        "maxSessionDuration": raw.get("MaxSessionDuration"),
        "assumeRolePolicy": document(raw.get("AssumeRolePolicyDocument")),
        "permissionsBoundary": boundary(raw),
        "isServiceLinked": str(raw.get("Path") or "").startswith("/aws-service-role/"),
        "tags": tags(raw.get("Tags")),
    }
    if used is not None:  # an empty one says "not used", none says nothing
        entity["roleLastUsed"] = {
            "lastUsedDate": instant(used.get("LastUsedDate")) or NEVER,
            "region": used.get("Region"),
        }
    return entity


def group(raw: Mapping[str, Any]) -> Entity:
    """A group of `GetAccountAuthorizationDetails` or `ListGroups`."""
    return {
        "id": raw.get("GroupId"),
        "name": raw.get("GroupName"),
        "arn": raw.get("Arn"),
        "path": raw.get("Path"),
        "createDate": instant(raw.get("CreateDate")),
    }


def policy(raw: Mapping[str, Any]) -> Entity:
    """A managed policy of `GetAccountAuthorizationDetails` or `ListPolicies`."""
    return {
        "id": raw.get("PolicyId"),
        "name": raw.get("PolicyName") or str(raw.get("Arn") or "").rpartition("/")[2],
        "arn": raw.get("Arn"),
        "path": raw.get("Path"),
        "createDate": instant(raw.get("CreateDate")),
        "updateDate": instant(raw.get("UpdateDate")),
        "description": raw.get("Description"),
        "defaultVersionId": raw.get("DefaultVersionId"),
        "attachmentCount": raw.get("AttachmentCount", 0),
        "permissionsBoundaryUsageCount": raw.get("PermissionsBoundaryUsageCount", 0),
        "isAttachable": raw.get("IsAttachable", True),
        "isAwsManaged": ":iam::aws:" in str(raw.get("Arn") or ""),
        "tags": tags(raw.get("Tags")),
    }


def default_version(raw: Mapping[str, Any]) -> Any:
    """The document of a policy's default version."""
    versions = raw.get("PolicyVersionList") or ()
    return next((document(each.get("Document")) for each in versions if each.get("IsDefaultVersion")), None)
