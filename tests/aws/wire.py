"""AWS's protocols from the server's side: replies as bytes and arguments as values, by botocore's own service models."""

from __future__ import annotations

import base64
import datetime
import email.utils
import json
import threading
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape, quoteattr

from botocore.session import get_session

Shape = Any
_LOCK = threading.Lock()
_SESSION = get_session()
_MODELS: dict[str, Any] = {}
_PAGES: dict[str, Any] = {}


def model_of(service: str) -> Any:
    """The model of a service, under boto3's name."""
    with _LOCK:
        if service not in _MODELS:
            _MODELS[service] = _SESSION.get_service_model(service)
        return _MODELS[service]


def paging_of(service: str, operation: str) -> Mapping[str, Any] | None:
    """How an operation gives its pages; `None` when it has none."""
    with _LOCK:
        if service not in _PAGES:
            try:
                _PAGES[service] = _SESSION.get_paginator_model(service)
            except Exception:  # a service without
                _PAGES[service] = None
    try:
        found: Mapping[str, Any] | None = _PAGES[service].get_paginator(operation) if _PAGES[service] else None
    except ValueError:
        return None
    return found


class Wire:
    """What goes out: status, headers, body."""

    def __init__(self, body: bytes = b"", headers: Mapping[str, str] | None = None, status: int = 200) -> None:
        self.body = body
        self.headers = dict(headers or {})
        self.status = status


def reply(operation: Any, value: Mapping[str, Any]) -> Wire:
    """A reply of an operation, in the protocol that botocore speaks with the service."""
    protocol = operation.service_model.resolved_protocol
    shape = operation.output_shape
    if protocol == "json":
        return Wire(_json(shape, value), {"Content-Type": "application/x-amz-json-1.1"})
    if protocol in ("query", "ec2"):
        return Wire(_query(operation, value, protocol).encode(), {"Content-Type": "text/xml"})
    return _rest(operation, value, protocol)


def error(operation: Any, code: str, message: str, status: int) -> Wire:
    """An error, in the protocol that botocore speaks with the service."""
    protocol = operation.service_model.resolved_protocol
    if protocol in ("json", "rest-json"):
        body = json.dumps({"__type": code, "message": message}).encode()
        return Wire(body, {"Content-Type": "application/json", "x-amzn-errortype": code}, status)
    inner = f"<Error><Code>{escape(code)}</Code><Message>{escape(message)}</Message></Error>"
    if protocol == "ec2":
        text = f"<Response><Errors>{inner}</Errors><RequestID>r</RequestID></Response>"
    elif operation.service_model.service_name == "s3":
        text = inner
    else:
        text = f"<ErrorResponse>{inner}<RequestId>r</RequestId></ErrorResponse>"
    return Wire(text.encode(), {"Content-Type": "text/xml"}, status)


def _members(shape: Shape, value: Mapping[str, Any]) -> Iterator[tuple[str, Shape, Any]]:
    """The members of a structure that are given. A name that the model does not have is a mistake of the test."""
    for name, given in value.items():
        if name not in shape.members:
            raise KeyError(f"{shape.name} has no member {name}")
        if given is not None:
            yield name, shape.members[name], given


def _moment(value: Any, form: str) -> Any:
    if isinstance(value, str):
        value = datetime.datetime.fromisoformat(value)
    if form == "unixtimestamp":
        return value.timestamp()
    if form == "rfc822":
        return email.utils.format_datetime(value.astimezone(datetime.UTC), usegmt=True)
    return value.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _blob(value: bytes | str) -> bytes:
    return value.encode() if isinstance(value, str) else value


def plain(shape: Shape, value: Any) -> Any:
    """A value for JSON: names of the wire, dates as numbers."""
    kind = shape.type_name
    if kind == "structure" and not shape.is_document_type:
        return {
            member.serialization.get("name", name): plain(member, each) for name, member, each in _members(shape, value)
        }
    if kind == "list":
        return [plain(shape.member, each) for each in value]
    if kind == "map":
        return {key: plain(shape.value, each) for key, each in value.items()}
    if kind == "timestamp":
        return _moment(value, shape.serialization.get("timestampFormat", "unixtimestamp"))
    if kind == "blob":
        return base64.b64encode(_blob(value)).decode()
    return value


def _json(shape: Shape, value: Mapping[str, Any]) -> bytes:
    return json.dumps({} if shape is None else plain(shape, value)).encode()


def _query(operation: Any, value: Mapping[str, Any], protocol: str) -> str:
    shape = operation.output_shape
    inner = "" if shape is None else _inside(shape, value)
    wrapper = shape.serialization.get("resultWrapper") if shape is not None else None
    if wrapper:
        inner = f"<{wrapper}>{inner}</{wrapper}>"
    last = (
        "<requestId>r</requestId>"
        if protocol == "ec2"
        else "<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>"
    )
    return f"<{operation.name}Response>{inner}{last}</{operation.name}Response>"


def _inside(shape: Shape, value: Mapping[str, Any]) -> str:
    return "".join(
        [
            _element(member, _tag(member, name), each)
            for name, member, each in _members(shape, value)
            if not member.serialization.get("xmlAttribute") and "location" not in member.serialization
        ]
    )


def _tag(member: Shape, name: str) -> str:
    """The name of a member's element; elements of a flattened list may have a name of their own."""
    if member.type_name == "list" and member.serialization.get("flattened"):
        own = member.member.serialization.get("name")
        if own:
            return str(own)
    return str(member.serialization.get("name", name))


def _element(shape: Shape, tag: str, value: Any) -> str:
    kind = shape.type_name
    if kind == "structure":
        return f"<{tag}{_attributes(shape, value)}>{_inside(shape, value)}</{tag}>"
    if kind == "list":
        if shape.serialization.get("flattened"):
            return "".join([_element(shape.member, tag, each) for each in value])
        own = shape.member.serialization.get("name", "member")
        return f"<{tag}>{''.join([_element(shape.member, own, each) for each in value])}</{tag}>"
    if kind == "map":
        key, own = shape.key.serialization.get("name", "key"), shape.value.serialization.get("name", "value")
        pairs = [f"{_element(shape.key, key, each)}{_element(shape.value, own, value[each])}" for each in value]
        if shape.serialization.get("flattened"):
            return "".join([f"<{tag}>{pair}</{tag}>" for pair in pairs])
        return f"<{tag}>{''.join([f'<entry>{pair}</entry>' for pair in pairs])}</{tag}>"
    return f"<{tag}>{escape(_text(shape, value))}</{tag}>"


def _attributes(shape: Shape, value: Mapping[str, Any]) -> str:
    found = ""
    for name, member, each in _members(shape, value):
        if member.serialization.get("xmlAttribute"):
            tag = member.serialization.get("name", name)
            space = f' xmlns:{tag.split(":")[0]}="urn:x"' if ":" in tag else ""
            found += f"{space} {tag}={quoteattr(str(each))}"
    return found


def _text(shape: Shape, value: Any, form: str = "iso8601") -> str:
    kind = shape.type_name
    if kind == "timestamp":
        return str(_moment(value, shape.serialization.get("timestampFormat", form)))
    if kind == "blob":
        return base64.b64encode(_blob(value)).decode()
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def _rest(operation: Any, value: Mapping[str, Any], protocol: str) -> Wire:
    shape = operation.output_shape
    kind = "text/xml" if protocol == "rest-xml" else "application/json"
    if operation.name == "GetBucketLocation":  # botocore reads this one by hand
        return Wire(
            _element(
                shape.members["LocationConstraint"], "LocationConstraint", value.get("LocationConstraint", "")
            ).encode()
        )
    if shape is None:
        return Wire(b"", {"Content-Type": kind})
    headers, body = {"Content-Type": kind}, {}
    for name, member, each in _members(shape, value):
        if member.serialization.get("location") == "header":
            headers[member.serialization.get("name", name)] = _text(member, each, "rfc822")
        elif "location" not in member.serialization:
            body[name] = each
    payload = shape.serialization.get("payload")
    if payload:
        shape, body = (
            shape.members[payload],
            body.get(payload, {} if shape.members[payload].type_name == "structure" else ""),
        )
        if shape.type_name in ("blob", "string"):
            return Wire(_blob(body), headers)
    if protocol == "rest-json":
        members = dict(body.items())
        return Wire(_json(shape, members), headers)
    return Wire(_element(shape, shape.serialization.get("name", shape.name), body).encode(), headers)


def arguments(operation: Any, body: bytes, query: str, path: Mapping[str, str]) -> dict[str, Any]:
    """The arguments of a request, about as boto3 was given them."""
    protocol, shape = operation.service_model.resolved_protocol, operation.input_shape
    if shape is None:
        return {}
    if protocol in ("query", "ec2"):
        found = _form(shape, dict(parse_qsl(body.decode(), keep_blank_values=True)), "", protocol)
        return found if isinstance(found, dict) else {}
    own = dict(json.loads(body)) if body and protocol in ("json", "rest-json") else {}
    for name, member in shape.members.items():
        tag = member.serialization.get("name", name)
        where = {"uri": path, "querystring": dict(parse_qsl(query, keep_blank_values=True))}
        given = where.get(member.serialization.get("location"), own).get(tag)
        if given is not None:
            own[name] = given
    return own


def _form(shape: Shape, form: Mapping[str, str], prefix: str, protocol: str) -> Any:
    """What a form says under a prefix; `None` when it says nothing."""
    if prefix and not any([key == prefix or key.startswith(f"{prefix}.") for key in form]):
        return None
    if shape.type_name == "structure":
        found = {}
        for name, member in shape.members.items():
            tag = _form_tag(name, member, protocol)
            given = _form(member, form, f"{prefix}.{tag}" if prefix else tag, protocol)
            if given is not None:
                found[name] = given
        return found or None
    if shape.type_name == "list":
        within = (
            ""
            if protocol == "ec2" or shape.serialization.get("flattened")
            else f".{shape.member.serialization.get('name', 'member')}"
        )
        listed: list[Any] = []
        while (each := _form(shape.member, form, f"{prefix}{within}.{len(listed) + 1}", protocol)) is not None:
            listed.append(each)
        return listed or None
    text = form.get(prefix)
    if text is None:
        return None
    if shape.type_name in ("integer", "long"):
        return int(text)
    return text == "true" if shape.type_name == "boolean" else text


def _form_tag(name: str, member: Shape, protocol: str) -> str:
    if protocol == "ec2":
        own = member.serialization.get("queryName") or member.serialization.get("name", name)
        return str(own[0].upper() + own[1:])
    if member.type_name == "list" and member.serialization.get("flattened") and member.member.serialization.get("name"):
        return str(member.member.serialization["name"])
    return str(member.serialization.get("name", name))
