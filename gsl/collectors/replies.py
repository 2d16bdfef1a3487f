"""Replies that are none, such as a proxy's page: botocore would take them for replies that say nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_JSON = ("json", "rest-json")


def refuse_garbled(operation_model: Any, response_dict: Mapping[str, Any], **_: Any) -> None:
    """Hears of every reply before it is read. Raises `ResponseParserError` where JSON belongs and is not."""
    if response_dict["status_code"] >= 300 or not _speaks_json(operation_model):
        return
    from botocore.parsers import ResponseParserError

    body = bytes(response_dict["body"] or b"").strip()
    if body and (body[:1] + body[-1:]) not in (b"{}", b"[]"):
        raise ResponseParserError(f"the reply is no JSON; it begins with {body[:60]!r}")


def _speaks_json(operation: Any) -> bool:
    service, shape = operation.service_model, operation.output_shape
    protocol = getattr(service, "resolved_protocol", None) or service.metadata.get("protocol")
    payload = shape.serialization.get("payload") if shape is not None else None
    is_whole = payload is None or shape.members[payload].type_name == "structure"
    return protocol in _JSON and is_whole and not operation.has_streaming_output
