"""What a run would do, without doing it: its calls, and the least permissions for them."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from gsl.collectors import places
from gsl.collectors.collecting import Scope, Wanted
from gsl.collectors.parts import Call
from gsl.collectors.views import wanted as is_wanted

ONCE, REGION, ENTITY = "account", "region", "entity"


class Planned(Struct, frozen=True):
    """A call that a run would make: how often (once an `account`, `region` or `entity`), for which types."""

    call: Call
    per: str
    types: tuple[str, ...]


def planned(wanted: Wanted, scope: Scope) -> list[Planned]:
    """The calls of a run, by service and operation. Lists take a call for each page."""
    found: dict[str, Planned] = {}
    for call, per in _places(wanted, scope):
        _add(found, call, per, "")
    for collector in wanted.collectors:
        place = ONCE if collector.is_global else REGION
        paths = wanted.types[collector.type]
        for call in collector.calls:
            _add(found, call, place, collector.type)
        for part in collector.parts:
            if any([is_wanted(path, paths) for path in part.fills]):
                for call in part.calls:
                    _add(
                        found,
                        call,
                        ENTITY if part.each and call not in part.shared else _place(call, place),
                        collector.type,
                    )
    return [found[name] for name in sorted(found)]


def _place(call: Call, place: str) -> str:
    """IAM is asked once for an account, also by types of regions."""
    return ONCE if call.service == "iam" else place


_RANK = (ONCE, REGION, ENTITY)


def _add(found: dict[str, Planned], call: Call, per: str, type_name: str) -> None:
    before = found.get(call.name)
    types = (*(before.types if before else ()), *([type_name] if type_name else []))
    often = per if before is None else max(per, before.per, key=_RANK.index)
    found[call.name] = Planned(call, often, tuple(dict.fromkeys(types)))


def _places(wanted: Wanted, scope: Scope) -> list[tuple[Call, str]]:
    calls = [(places.IDENTITY, ONCE)]
    if scope.org:
        calls.append((places.LIST_ACCOUNTS, ONCE))
    if scope.role is not None:
        calls.append((places.ASSUME_ROLE, ONCE))
    if any([not each.is_global for each in wanted.collectors]):
        calls.append((places.REGIONS, ONCE))
    return calls


_CALLERS = frozenset((places.ASSUME_ROLE.action, places.LIST_ACCOUNTS.action))
"""Actions that only the caller needs, not the role in each account."""

_FREE = frozenset(("sts:GetCallerIdentity",))
"""Actions that need no permission."""


def policy(plan: list[Planned], role_name: str | None = None) -> dict[str, Any]:
    """The IAM policy that allows exactly the calls of a plan.

    Permission to list accounts and to take a role belongs to the caller alone: statements of their own.
    """
    actions = sorted({each.call.action for each in plan} - _FREE - _CALLERS)
    statements: list[dict[str, Any]] = [
        {"Sid": "GslCollect", "Effect": "Allow", "Action": actions, "Resource": "*"},
    ]
    if any([each.call is places.LIST_ACCOUNTS for each in plan]):
        lists = [places.LIST_ACCOUNTS.action]
        statements.append({"Sid": "GslListAccounts", "Effect": "Allow", "Action": lists, "Resource": "*"})
    if role_name is not None:
        role = f"arn:*:iam::*:role/{role_name.lstrip('/')}"
        statements.append({"Sid": "GslTakeRole", "Effect": "Allow", "Action": ["sts:AssumeRole"], "Resource": role})
    return {"Version": "2012-10-17", "Statement": statements}
