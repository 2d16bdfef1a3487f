"""Every call of a whole collection fails once, in several ways: nothing is lost in silence, nothing passes for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

import gsl
from gsl.collectors.places import IDENTITY, REGIONS
from gsl.collectors.table import COLLECTORS
from tests.aws import comparing, rich
from tests.aws.comparing import NOW
from tests.aws.stub import Answer, Asked, Stub, denied, dropped, empty, garbled, said

pytestmark = pytest.mark.usefixtures("kept_clients")
OPERATIONS = sorted(
    {
        call.name
        for each in COLLECTORS.values()
        for call in (*each.calls, *[one for part in each.parts for one in part.calls])
    }
)


class Clean:
    """A collection without a fault: its entities, verdicts, and the arguments of every call."""

    def __init__(self, stub: Stub, session: Any) -> None:
        stub.replies = rich.replies()
        self.entities = _collected(session)
        self.verdicts = comparing.verdicts(self.entities)
        self.asked = list(stub.log)

    def of(self, operation: str) -> list[Any]:
        """The entities that an operation has to do with."""
        return [each for each in self.entities if each["type"] in _types_of(operation)]

    def arguments(self, operation: str) -> list[str]:
        """The different arguments that an operation was called with."""
        return list(dict.fromkeys([_written(each) for each in self.asked if each.name == operation]))


_CLEAN: list[Clean] = []


@pytest.fixture
def clean(stub: Stub, session: Any) -> Clean:
    if not _CLEAN:
        _CLEAN.append(Clean(stub, session))
    stub.forget()
    stub.replies = rich.replies()
    return _CLEAN[0]


def _collected(session: Any, operation: str | None = None, workers: int = 1) -> list[Any]:
    """The whole account, or the types that an operation has to do with."""
    types = None if operation is None else _types_of(operation)
    return list(gsl.collect(session, types, workers=workers, now=NOW))


def _types_of(operation: str) -> list[str]:
    return [
        name
        for name, each in COLLECTORS.items()
        if operation in {call.name for call in (*each.calls, *[one for part in each.parts for one in part.calls])}
    ]


def _written(asked: Asked) -> str:
    return json.dumps(asked.arguments, sort_keys=True)


def _checked(clean: Clean, faulty: list[Any], operation: str) -> None:
    wrong = [
        *comparing.lost(clean.entities, faulty),
        *comparing.falsely_passed(clean.verdicts, comparing.verdicts(faulty)),
    ]
    if operation != REGIONS.name:
        wrong += comparing.not_theirs(faulty, COLLECTORS, operation)
    assert not wrong, "\n".join(wrong)


def test_the_account_has_something_of_every_type_and_every_call_is_made(clean: Clean) -> None:
    assert {each["type"] for each in clean.entities} == set(COLLECTORS)
    assert not [each for each in clean.entities if "_errors" in each]
    assert {each.name for each in clean.asked} == {*OPERATIONS, IDENTITY.name, REGIONS.name}
    assert {"passed", "failed"} <= set(clean.verdicts.values())


def test_what_is_lost_in_silence_is_noticed(clean: Clean) -> None:
    silent = [
        {**each, "inboundRules": []} if each["type"] == "SecurityGroup" else each
        for each in clean.entities
        if each["type"] != "EFS"
    ]
    lost = comparing.lost(clean.entities, silent)
    assert any(["is gone without a gap" in each for each in lost])
    assert "SecurityGroup.inboundRules differs and does not say so" in lost
    assert comparing.falsely_passed(clean.verdicts, comparing.verdicts(silent))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_that_is_denied(clean: Clean, stub: Stub, session: Any, operation: str) -> None:
    stub.faults[(operation, "*")] = denied
    _checked(clean, _collected(session), operation)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_whose_answer_nobody_can_read(clean: Clean, stub: Stub, session: Any, operation: str) -> None:
    """Such as the page of a proxy. It costs what a denial costs."""
    stub.faults[(operation, "*")] = garbled
    assert not comparing.lost(clean.of(operation), _collected(session, operation))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_that_fails_for_some_arguments_only(
    clean: Clean, stub: Stub, session: Any, operation: str
) -> None:
    known = clean.arguments(operation)
    for arguments in known if len(known) > 1 else ():
        stub.faults[(operation, "*")] = _only(stub.replies, operation, arguments)
        _checked(clean, _collected(session), operation)


def _only(replies: Mapping[str, Any], operation: str, arguments: str) -> Answer:
    def answer(asked: Asked) -> Mapping[str, Any]:
        return denied(asked) if _written(asked) == arguments else said(replies[operation], asked)

    return answer


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_whose_connection_is_lost(clean: Clean, stub: Stub, session: Any, operation: str) -> None:
    """The service counts as dead from then on: what it would have said later is missing too."""
    stub.faults[(operation, "*")] = dropped
    assert not comparing.lost(clean.of(operation), _collected(session, operation))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_that_says_nothing(clean: Clean, stub: Stub, session: Any, operation: str) -> None:
    """It may mean that there is nothing. It must not cost other types anything."""
    stub.faults[(operation, "*")] = empty
    found = {each["type"] for each in _collected(session, operation)}
    assert found | _listed_by(operation) >= set(_types_of(operation))


def _listed_by(operation: str) -> set[str]:
    return {name for name, each in COLLECTORS.items() if operation in {call.name for call in each.calls}}


@pytest.mark.parametrize("fault", [denied, dropped, garbled], ids=["denied", "dropped", "garbled"])
def test_everything_fails_but_the_answer_who_asks(clean: Clean, stub: Stub, session: Any, fault: Answer) -> None:
    stub.faults[("*", "*")] = fault
    stub.faults[(IDENTITY.name, "*")] = stub.replies[IDENTITY.name]
    faulty = _collected(session, workers=8)
    assert not comparing.lost(clean.entities, faulty)
    assert "passed" not in comparing.verdicts(faulty).values()
