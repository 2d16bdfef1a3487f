"""DynamoDB tables: their names in bulk, all else by a call for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gsl.collectors.asking import of_each
from gsl.collectors.parts import Call, Collector, Entity, Fill, Part, Place, Raw, View
from gsl.collectors.tagging import tags_of
from gsl.collectors.wording import instant

TABLES = Call("dynamodb", "list_tables", "TableNames", arguments={"Limit": 100})
DESCRIBE = Call("dynamodb", "describe_table", "Table")
BACKUPS = Call("dynamodb", "describe_continuous_backups", "ContinuousBackupsDescription")

_DESCRIBED = (
    "encrypted",
    "sseDescription",
    "status",
    "itemCount",
    "sizeBytes",
    "creationDate",
    "billingMode",
    "deletionProtectionEnabled",
)


def table(name: str, place: Place) -> Entity:
    """What the name of a table says of it."""
    arn = f"arn:{place.partition}:dynamodb:{place.region}:{place.account}:table/{name}"
    return {"id": name, "arn": arn, "name": name}


def described(raw: Raw) -> Entity:
    """What DescribeTable says of a table. Without a description of encryption, the key is one of AWS's own."""
    encryption = raw.get("SSEDescription")
    return {
        "encrypted": (encryption or {}).get("Status") == "ENABLED",
        "sseDescription": encryption
        and {
            "status": encryption.get("Status"),
            "sseType": encryption.get("SSEType"),
            "kmsMasterKeyArn": encryption.get("KMSMasterKeyArn"),
        },
        "status": raw.get("TableStatus"),
        "itemCount": raw.get("ItemCount"),
        "sizeBytes": raw.get("TableSizeBytes"),
        "creationDate": instant(raw.get("CreationDateTime")),
        # Tables that never had another mode do not name it.
        "billingMode": (raw.get("BillingModeSummary") or {}).get("BillingMode") or "PROVISIONED",
        "deletionProtectionEnabled": bool(raw.get("DeletionProtectionEnabled")),
    }


def has_point_in_time_recovery(backups: Raw) -> bool:
    """Whether a table can be restored to any moment."""
    recovery = backups.get("PointInTimeRecoveryDescription") or {}
    return bool(recovery.get("PointInTimeRecoveryStatus") == "ENABLED")


def _list(view: View) -> Iterator[tuple[Entity, Raw]]:
    for name in view.items(TABLES):
        yield table(name, view), name


def _by_name(raw: Raw) -> Mapping[str, Any]:
    return {"TableName": raw}


def _description(view: View) -> Fill:
    def fill(entity: Entity, raw: Raw) -> None:
        entity.update(described(view.value(DESCRIBE, TableName=raw)))

    return fill


COLLECTORS = (
    Collector(
        "DynamoDbTable",
        "dynamodb",
        (TABLES,),
        _list,
        (
            Part(_DESCRIBED, (DESCRIBE,), _description, each=True),
            of_each("isPointInTimeRecoveryEnabled", BACKUPS, _by_name, has_point_in_time_recovery),
            tags_of("dynamodb:table"),
        ),
    ),
)
