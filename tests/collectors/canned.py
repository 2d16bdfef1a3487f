"""A view with replies given beforehand, for calls that moto does not know and for denials of some things only."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import boto3

from gsl.collectors.parts import Call, CallFailed
from tests.collectors.plain_view import PlainPlace

T = TypeVar("T")

Answer = Callable[[Mapping[str, Any]], Any]


class CannedView(PlainPlace):
    """Answers by call (`macie2:GetMacieSession`): a value, a failure, or a function of region and arguments.

    Calls without an answer are denied. What is asked is kept in `asked`.
    """

    now = "2024-06-01T00:00:00Z"

    def __init__(self, replies: Mapping[str, Any], region: str = "us-east-1") -> None:
        super().__init__(region)
        self.replies = replies
        self.asked: list[str] = []
        self._kept: dict[tuple[str, str], Any] = {}

    def items(self, call: Call, **arguments: Any) -> Iterator[Any]:
        yield from self._reply(call, arguments) or ()

    def value(self, call: Call, **arguments: Any) -> Any:
        try:
            return self._reply(call, arguments)
        except CallFailed as failed:
            if failed.code in call.absent:
                return None
            raise

    def once(self, name: str, make: Callable[[], T]) -> T:
        key = (self.region, name)
        if key not in self._kept:
            try:
                self._kept[key] = make()
            except CallFailed as failed:
                self._kept[key] = failed
        if isinstance(self._kept[key], CallFailed):
            raise self._kept[key]
        kept: T = self._kept[key]
        return kept

    def at(self, region: str) -> CannedView:
        other = CannedView(self.replies, region)
        other.asked, other._kept = self.asked, self._kept
        return other

    def wants(self, path: str) -> bool:
        return True

    def _reply(self, call: Call, arguments: Mapping[str, Any]) -> Any:
        self.asked.append(call.name)
        reply = self.replies.get(call.name, failure("AccessDenied", "denied"))
        if callable(reply):
            reply = reply({"region": self.region, **call.arguments, **arguments})
        if isinstance(reply, Failure):
            raise CallFailed(call, reply.code, reply.message, self.region)
        return reply


class Failure:
    """That a call fails, and how."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = message


def failure(code: str, message: str = "") -> Failure:
    return Failure(code, message)


def failed_paths(entity: Mapping[str, Any]) -> set[str]:
    return {each["path"] for each in entity.get("_errors", [])}


def client(endpoint: str, service: str, region: str = "us-east-1") -> Any:
    """A client to make things with in moto, before they are collected."""
    return boto3.client(
        service, endpoint_url=endpoint, region_name=region, aws_access_key_id="testing", aws_secret_access_key="testing"
    )
