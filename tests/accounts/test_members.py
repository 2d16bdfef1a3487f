"""Collectors on replies in which AWS says all that it can say: they read only members that there are."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

import gsl
from gsl.collectors import authorization
from gsl.collectors.clients import Clients
from gsl.collectors.parts import Call, View
from gsl.collectors.table import COLLECTORS
from tests.accounts import people
from tests.accounts.dates import NOW
from tests.accounts.shapes import model, output
from tests.accounts.world import BROKEN

FALLBACKS = {
    **{
        f"Tag.{key}": "tags have one of three spellings"
        for key in ("Key", "Value", "key", "value", "TagKey", "TagValue")
    },
    "Address.OwnerId": "addresses are the account's own",
    "IpPermission.Ipv4Ranges": "a spelling of exported groups",
    "ManagedPolicyDetail.Tags": "bulk replies say less than those for one policy",
    "RoleDetail.Description": "bulk replies say less than those for one role",
    "RoleDetail.MaxSessionDuration": "bulk replies say less than those for one role",
}
"""Members that collectors look for and that these replies do not have, and why they may."""

_TEXTS = {"HomeRegion": "us-east-1"}
_DEEPEST = 9


class Reply(dict[str, Any]):
    """A structure of a reply that keeps in mind what was asked of it and cannot be there."""

    def __init__(self, shape: Any, members: dict[str, Any], missed: set[str]) -> None:
        super().__init__(members)
        self._shape = shape
        self._missed = missed

    def _note(self, key: str) -> None:
        if key not in self._shape.members:
            self._missed.add(f"{self._shape.name}.{key}")

    def get(self, key: str, default: Any = None) -> Any:
        self._note(key)
        return super().get(key, default)

    def __getitem__(self, key: str) -> Any:
        self._note(key)
        return super().__getitem__(key)


class Replies:
    """A whole reply to any call."""

    def __init__(self, balancers: str) -> None:
        self.missed: set[str] = set()
        self._balancers = balancers

    def reply(self, call: Call, arguments: dict[str, Any]) -> Any:
        """What the call gives, `call.result` of it."""
        known = model(call.service).operation_model(call.operation_name).input_shape.members
        self.missed |= {f"{call.name}({key})" for key in {**call.arguments, **arguments} if key not in known}
        said = {
            "sts:GetCallerIdentity": {"Account": BROKEN, "Arn": f"arn:aws:iam::{BROKEN}:user/ann"},
            "iam:GenerateCredentialReport": {"State": "COMPLETE"},
            "iam:GetCredentialReport": {"Content": people.report(BROKEN), "GeneratedTime": NOW},
        }
        return said.get(call.name) or self._of(output(call))

    def _of(self, shape: Any, name: str = "", depth: int = 0) -> Any:
        kind = shape.type_name
        if kind == "structure" and depth <= _DEEPEST:
            members = {key: self._of(each, key, depth + 1) for key, each in shape.members.items()}
            return Reply(shape, members, self.missed)
        if kind == "list":
            return [self._of(shape.member, name, depth + 1)] if depth < _DEEPEST else []
        if kind == "string":
            return self._text(shape, name)
        date = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)
        return {"timestamp": date, "boolean": True, "blob": b"", "map": {}, "structure": None}.get(kind, 1)

    def _text(self, shape: Any, name: str) -> str:
        if shape.name == "LoadBalancerTypeEnum":
            return self._balancers
        if name in _TEXTS or shape.enum:
            return _TEXTS.get(name) or str(shape.enum[0])
        if "olicy" in name or "ocument" in name:
            return '{"Version": "2012-10-17", "Statement": []}'
        return f"arn:aws:ec2:us-east-1:{BROKEN}:thing/one" if name.lower().endswith("arn") else name


@pytest.mark.parametrize("balancers", ["application", "network"])
def test_collectors_read_members_that_there_are(balancers: str, monkeypatch: pytest.MonkeyPatch) -> None:
    replies = Replies(balancers)

    def items(clients: Clients, call: Call, region: str, arguments: dict[str, Any]) -> Iterator[Any]:
        yield from replies.reply(call, arguments) or ()

    def raw_details(view: View, call: Call) -> Iterator[Any]:
        yield from view.items(call)  # without the packing, which would forget what a member is of

    monkeypatch.setattr(Clients, "value", lambda clients, call, region, arguments: replies.reply(call, arguments))
    monkeypatch.setattr(Clients, "items", items)
    monkeypatch.setattr(authorization, "raw_details", raw_details)
    session = boto3.Session("testing", "testing", region_name="us-east-1")
    entities = list(gsl.collect(session, regions=["us-east-1"], workers=1))
    other = {"application": "NetworkLoadBalancer", "network": "ApplicationLoadBalancer"}[balancers]
    assert {each["type"] for each in entities} == set(COLLECTORS) - {other}
    assert replies.missed == set(FALLBACKS)
