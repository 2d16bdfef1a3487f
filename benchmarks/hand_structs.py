"""The loop of an engineer who goes to the end: msgspec structs with just the fields of one rule, in chunks.

It is the idea of gsl's own reader, written by hand for one rule and one shape of the data.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from benchmarks.answers import Files
from benchmarks.chunks import whole_lines

Found = list[tuple[str, str]]


class Key(msgspec.Struct):
    lastRotated: str | None = None


class User(msgspec.Struct):
    id: str
    createDate: str
    passwordEnabled: Any = None
    firstAccessKey: Key | None = None


class NetworkRule(msgspec.Struct):
    scope: str
    port: int | None = None
    portTo: int | None = None


class Group(msgspec.Struct):
    id: str
    inboundRules: list[NetworkRule]


def _user_fails(user: User) -> bool:
    if user.passwordEnabled not in (True, "true"):
        return False
    key = user.firstAccessKey
    if key is None or key.lastRotated is None or key.lastRotated == "N/A":
        return False
    apart = datetime.fromisoformat(user.createDate) - datetime.fromisoformat(key.lastRotated)
    return abs(apart.total_seconds()) < 60


def _group_fails(group: Group) -> bool:
    for rule in group.inboundRules:
        if rule.scope == "0.0.0.0/0" and rule.port is not None and rule.portTo is not None:  # noqa: SIM102
            if rule.port <= 22 <= rule.portTo:
                return True
    return False


WORKS: dict[str, tuple[type, Callable[[Any], bool]]] = {"iam": (User, _user_fails), "sg": (Group, _group_fails)}


def build(work: str, rule_id: str) -> Callable[[Files], Found]:
    shape, fails = WORKS[work]
    decode = msgspec.json.Decoder(shape).decode_lines

    def run(files: Files) -> Found:
        found: Found = []
        for chunk in whole_lines(files.jsonl):
            found += [(rule_id, entity.id) for entity in decode(chunk) if fails(entity)]
        return found

    return run
