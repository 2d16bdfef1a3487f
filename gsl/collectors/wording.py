"""From AWS's forms to those of entities: names of members, dates, tags, policy documents, regions."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote

from gsl.collectors.parts import NEVER, Place


def camel(name: str) -> str:
    """An AWS member in camelCase: `VpcId` is `vpcId`, `MFADelete` is `mfaDelete`, `DBName` is `dbName`."""
    capitals = len(name) - len(name.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    if capitals == len(name):
        return name.lower()
    return name[: max(capitals - 1, 1)].lower() + name[max(capitals - 1, 1) :] if capitals else name


def camel_keys(value: Any) -> Any:
    """AWS's members in camelCase at all levels, dates as text. Not for documents whose keys are data."""
    if isinstance(value, Mapping):
        return {camel(key): camel_keys(member) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [camel_keys(member) for member in value]
    return instant(value) if isinstance(value, datetime.datetime) else value


def instant(value: Any) -> str | None:
    """A date as `2024-06-01T00:00:00Z`: of a `datetime`, a text with any zone, or Unix seconds; `None` of none."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        try:
            value = datetime.datetime.fromisoformat(value)
        except ValueError:
            return str(value)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        value = datetime.datetime.fromtimestamp(value, datetime.UTC)
    if value.tzinfo is None:
        value = value.replace(tzinfo=datetime.UTC)
    try:
        value = value.astimezone(datetime.UTC)
    except OverflowError:
        return NEVER if value.year == 1 else None
    text: str = value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return text.rjust(20, "0")


def tags(found: Iterable[Mapping[str, Any]] | Mapping[str, str] | None) -> list[dict[str, Any]]:
    """Tags as `[{key, value}]`: of `[{Key, Value}]`, of `[{TagKey, TagValue}]` or of a mapping."""
    if isinstance(found, Mapping):
        return [{"key": key, "value": value} for key, value in found.items()]
    return [
        {
            "key": each.get("Key", each.get("TagKey", each.get("key"))),
            "value": each.get("Value", each.get("TagValue", each.get("value"))),
        }
        for each in found or ()
    ]


def tag(found: Iterable[Mapping[str, Any]], key: str, default: str = "") -> str:
    """The value of the tag `key` among `[{key, value}]`."""
    return next((str(each["value"]) for each in found if each["key"] == key), default)


def arn(place: Place, service: str, resource: str, account: str | None = None) -> str:
    """The ARN of a thing in a place; of `account` when it is not the place's (some have none)."""
    return f"arn:{place.partition}:{service}:{place.region}:{place.account if account is None else account}:{resource}"


def document(value: Any) -> Any:
    """A policy document as an object: of an object, of JSON, or of JSON in URL encoding; `None` of none.

    What is no JSON stays the text that it is.
    """
    if not isinstance(value, str):
        return value
    if not value:
        return None
    for text in (value, unquote(value)):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            continue
    return value


def region_of(region: str | None) -> str | None:
    """A region in CloudGuard's spelling: `us_west_2`; `None` for global."""
    return region.replace("-", "_") if region else None


def aws_region(region: str | None) -> str:
    """A region in AWS's spelling: `us-west-2`."""
    return (region or "").replace("_", "-")
