"""The plainest view of an account: boto3's clients and paginators, no threads, no retries, no limits."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import boto3
from botocore.exceptions import ClientError
from jsonschema import Draft202012Validator

from gsl.collectors.parts import Call, CallFailed, Collector, Entity, Place, Raw, View
from gsl.inventory import schemas

T = TypeVar("T")

ACCOUNT = "123456789012"
"""The account that moto makes everything in."""

ADDED = {"accountNumber": ACCOUNT, "source": "aws", "collectedAt": "2024-06-01T00:00:00Z"}
"""What the runtime adds to every entity, besides its type and region."""


def client(endpoint: str, service: str, region: str = "us-east-1") -> Any:
    """A client of boto3, for what tests make and what views ask."""
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )


class PlainPlace:
    """A place to map in: an account, a region, a partition."""

    def __init__(self, region: str = "us-east-1", account: str = ACCOUNT, partition: str = "aws") -> None:
        self.region = region
        self.account = account
        self.partition = partition


class PlainView(PlainPlace):
    """An account and region behind `endpoint`, with the failing calls of `denied` (`ec2:DescribeVpcs`)."""

    now = "2024-06-01T00:00:00Z"

    def __init__(self, endpoint: str, region: str = "us-east-1", denied: tuple[str, ...] = ()) -> None:
        super().__init__(region)
        self.endpoint = endpoint
        self.denied = denied
        self.made: list[str] = []
        self._clients: dict[str, Any] = {}
        self._kept: dict[str, Any] = {}

    def items(self, call: Call, **arguments: Any) -> Iterator[Any]:
        for reply in self._replies(call, arguments):
            yield from _member(reply, call) or ()

    def value(self, call: Call, **arguments: Any) -> Any:
        try:
            return _member(self._reply(call, arguments), call)
        except CallFailed as failed:
            if failed.code in call.absent:
                return None
            raise

    def once(self, name: str, make: Callable[[], T]) -> T:
        if name not in self._kept:
            try:
                self._kept[name] = make()
            except CallFailed as failed:
                self._kept[name] = failed
        if isinstance(self._kept[name], CallFailed):
            raise self._kept[name]
        kept: T = self._kept[name]
        return kept

    def at(self, region: str) -> PlainView:
        return self if region == self.region else PlainView(self.endpoint, region, self.denied)

    def wants(self, path: str) -> bool:
        return True

    def _client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = client(self.endpoint, service, self.region)
        return self._clients[service]

    def _replies(self, call: Call, arguments: dict[str, Any]) -> Iterator[Any]:
        client = self._client(call.service)
        if not client.can_paginate(call.operation):
            yield self._reply(call, arguments)
            return
        self._note(call)
        try:
            yield from client.get_paginator(call.operation).paginate(**{**call.arguments, **arguments})
        except ClientError as error:
            raise _failed(call, error, self.region) from error

    def _reply(self, call: Call, arguments: dict[str, Any]) -> Any:
        self._note(call)
        try:
            return getattr(self._client(call.service), call.operation)(**{**call.arguments, **arguments})
        except ClientError as error:
            raise _failed(call, error, self.region) from error

    def _note(self, call: Call) -> None:
        self.made.append(call.name)
        if call.name in self.denied:
            raise CallFailed(call, "AccessDenied", "denied", self.region)


def _failed(call: Call, error: ClientError, region: str) -> CallFailed:
    said = error.response.get("Error", {})
    return CallFailed(call, said.get("Code", ""), said.get("Message", ""), region)


def _member(reply: Any, call: Call) -> Any:
    for step in call.result.split(".") if call.result else ():
        reply = (reply or {}).get(step)
    return reply


def collect(collector: Collector, view: View) -> list[Entity]:
    """All entities, with `_errors` of the parts that failed."""
    listed = list(collector.listing(view))
    for part in collector.parts:
        try:
            fill = part.prepare(view)
        except CallFailed as failed:
            fill = _failing(failed)
        for entity, raw in listed:
            try:
                fill(entity, raw)
            except CallFailed as failed:
                for path in part.fills:
                    entity.setdefault("_errors", []).append(
                        {"path": path, "operation": failed.call.name, "code": failed.code, "message": failed.message}
                    )
    return [entity for entity, _ in listed]


def _failing(failed: CallFailed) -> Callable[[Entity, Raw], None]:
    def fill(entity: Entity, raw: Raw) -> None:
        raise failed

    return fill


def check(collector: Collector, entity: Entity, place: Place) -> None:
    """An entity is of its schema, has only listed keys, and is what JSON can hold."""
    schema = schemas.schema_of(collector.type)
    assert schema is not None, collector.type
    region = entity.get("region", None if collector.is_global else place.region.replace("-", "_"))
    full = {**ADDED, "type": collector.type, "region": region, **entity}
    assert json.loads(json.dumps(full)) == full, "not JSON as it is"
    Draft202012Validator(_closed(schema)).validate(full)
    for required in ("id", "arn", "name", "tags"):
        assert required in entity, required


def _closed(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema, in which an object without the mark `open` has no other keys than the listed ones."""
    closed = copy.deepcopy(schema)
    _close(closed)
    return closed


def _close(schema: dict[str, Any]) -> None:
    if "properties" in schema and not schema.get("open"):
        schema["additionalProperties"] = False
    for member in schema.get("properties", {}).values():
        _close(member)
    if "items" in schema:
        _close(schema["items"])
