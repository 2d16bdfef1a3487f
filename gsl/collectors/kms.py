"""KMS keys with their aliases, policies and rotation; a key that may not be looked at is listed all the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gsl.collectors.asking import of_each
from gsl.collectors.parts import NEVER, Call, CallFailed, Collector, Entity, Fill, Part, Place, Raw, View
from gsl.collectors.wording import document, instant, tags

KEYS = Call("kms", "list_keys", "Keys", arguments={"Limit": 1000})
ALIASES = Call("kms", "list_aliases", "Aliases", arguments={"Limit": 100})
DESCRIBE = Call("kms", "describe_key", "KeyMetadata")
ROTATION = Call("kms", "get_key_rotation_status")
POLICY = Call("kms", "get_key_policy", "Policy", arguments={"PolicyName": "default"})
TAGS = Call("kms", "list_resource_tags", "Tags", arguments={"Limit": 50})

_DESCRIBED = (
    "isCustomerManaged",
    "keyManager",
    "keyState",
    "keySpec",
    "keyUsage",
    "origin",
    "creationDate",
    "deletionDate",
    "enabled",
    "multiRegion",
    "description",
)


def key(raw: Raw, place: Place) -> Entity:
    """What a member of ListKeys says of a key."""
    return {"id": raw["KeyId"], "arn": raw["KeyArn"], "name": raw["KeyId"]}


def described(metadata: Raw) -> Entity:
    """What DescribeKey says of a key."""
    manager = metadata.get("KeyManager")
    return {
        "isCustomerManaged": manager == "CUSTOMER",
        "keyManager": manager,
        "keyState": metadata.get("KeyState"),
        "keySpec": metadata.get("KeySpec") or metadata.get("CustomerMasterKeySpec"),
        "keyUsage": metadata.get("KeyUsage"),
        "origin": metadata.get("Origin"),
        "creationDate": instant(metadata.get("CreationDate")),
        "deletionDate": instant(metadata.get("DeletionDate")) or NEVER,
        "enabled": bool(metadata.get("Enabled")),
        "multiRegion": bool(metadata.get("MultiRegion")),
        "description": metadata.get("Description") or "",
    }


def can_rotate(metadata: Raw) -> bool:
    """Whether AWS can rotate a key by itself, and the account decides on it."""
    return (
        metadata.get("KeyManager") == "CUSTOMER"
        and (metadata.get("KeySpec") or metadata.get("CustomerMasterKeySpec")) == "SYMMETRIC_DEFAULT"
        and metadata.get("Origin") == "AWS_KMS"
        and not metadata.get("CustomKeyStoreId")
    )


def _aliases(view: View) -> Mapping[str, list[str]]:
    """The aliases of the keys of a region, in order."""
    return view.once("kms-aliases", lambda: _listed_aliases(view))


def _listed_aliases(view: View) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in view.items(ALIASES):
        found.setdefault(each.get("TargetKeyId", ""), []).append(each["AliasName"])
    return {key: sorted(names) for key, names in found.items()}


def _list(view: View) -> Iterator[tuple[Entity, Raw]]:
    names, errors = _known_aliases(view)
    for raw in view.items(KEYS):
        entity = key(raw, view)
        if names.get(entity["id"]):
            entity["name"] = names[entity["id"]][0]
        if errors:
            entity["_errors"] = list(errors)
        # Parts keep here what DescribeKey said: two of them want it.
        yield entity, dict(raw)


def _known_aliases(view: View) -> tuple[Mapping[str, list[str]], list[dict[str, str]]]:
    """The aliases, or what their failure costs: keys that may be listed are listed, whatever their names are."""
    try:
        return _aliases(view), []
    except CallFailed as failure:
        return {}, [failure.at("name")]


def _metadata(view: View, raw: Raw) -> Any:
    if "Metadata" not in raw:
        raw["Metadata"] = view.value(DESCRIBE, KeyId=raw["KeyId"])
    return raw["Metadata"]


def _description(view: View) -> Fill:
    def fill(entity: Entity, raw: Raw) -> None:
        entity.update(described(_metadata(view, raw)))

    return fill


def _rotation(view: View) -> Fill:
    def fill(entity: Entity, raw: Raw) -> None:
        status: Raw = {}
        if can_rotate(_metadata(view, raw)):
            status = view.value(ROTATION, KeyId=raw["KeyId"])
        entity["rotationStatus"] = status.get("KeyRotationEnabled")
        entity["rotationPeriodInDays"] = status.get("RotationPeriodInDays")

    return fill


def _alias_names(view: View) -> Fill:
    found = _aliases(view)

    def fill(entity: Entity, raw: Raw) -> None:
        entity["aliases"] = found.get(entity["id"], [])

    return fill


def _tags(view: View) -> Fill:
    def fill(entity: Entity, raw: Raw) -> None:
        entity["tags"] = tags(view.items(TAGS, KeyId=raw["KeyId"]))

    return fill


def _by_id(raw: Raw) -> Mapping[str, Any]:
    return {"KeyId": raw["KeyId"]}


COLLECTORS = (
    Collector(
        "KMS",
        "kms",
        (KEYS, ALIASES),
        _list,
        (
            Part(_DESCRIBED, (DESCRIBE,), _description, each=True),
            Part(("rotationStatus", "rotationPeriodInDays"), (DESCRIBE, ROTATION), _rotation, each=True),
            Part(("aliases",), (ALIASES,), _alias_names),
            of_each("policy", POLICY, _by_id, document),
            Part(("tags",), (TAGS,), _tags, each=True),
        ),
    ),
)
