"""Policies in the other spellings that AWS takes and gives: no verdict of any rule depends on them."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

import gsl
from tests.accounts.conftest import World
from tests.accounts.dates import NOW
from tests.accounts.world import BROKEN, GOOD

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning"),
    pytest.mark.xdist_group("accounts"),  # the world takes seconds to make: once will do
]

Document = dict[str, Any]
_LISTS = ("Action", "NotAction", "Resource", "NotResource")


def _documents(value: Any) -> Iterator[Document]:
    """All policy documents in an entity."""
    if isinstance(value, dict):
        if "Statement" in value:
            yield value
        else:
            for member in value.values():
                yield from _documents(member)
    elif isinstance(value, list):
        for member in value:
            yield from _documents(member)


def _statements(document: Document) -> list[Document]:
    found = document["Statement"]
    return found if isinstance(found, list) else [found]


def _conditions(document: Document) -> Iterator[Document]:
    for statement in _statements(document):
        yield from (statement.get("Condition") or {}).values()


def one_statement_alone(document: Document) -> None:
    if len(_statements(document)) == 1:
        document["Statement"] = _statements(document)[0]


def another_statement_first(document: Document) -> None:
    harmless = {"Effect": "Deny", "Action": "ec2:DescribeVpcs", "Resource": "arn:x", "Principal": {"Service": "x"}}
    document["Statement"] = [harmless, *_statements(document)]


def lists_of_one(document: Document) -> None:
    for statement in _statements(document):
        _as_lists(statement, _LISTS)
        principal = statement.get("Principal")
        if isinstance(principal, dict):
            _as_lists(principal, principal)
    for condition in _conditions(document):
        _as_lists(condition, condition)


def _as_lists(holder: Document, keys: Iterable[str]) -> None:
    for key in keys:
        if isinstance(holder.get(key), str):
            holder[key] = [holder[key]]


def no_lists_of_one(document: Document) -> None:
    for statement in _statements(document):
        for key in _LISTS:
            if isinstance(statement.get(key), list) and len(statement[key]) == 1:
                statement[key] = statement[key][0]


def everyone_as_aws(document: Document) -> None:
    for statement in _statements(document):
        if statement.get("Principal") == "*":
            statement["Principal"] = {"AWS": "*"}


def upper_case_actions(document: Document) -> None:
    for statement in _statements(document):
        for key in ("Action", "NotAction"):
            value = statement.get(key)
            if value is not None:
                statement[key] = value.upper() if isinstance(value, str) else [each.upper() for each in value]


def lower_case_condition_keys(document: Document) -> None:
    for condition in _conditions(document):
        for key in list(condition):
            condition[key.lower()] = condition.pop(key)


def booleans_in_conditions(document: Document) -> None:
    for condition in _conditions(document):
        for key, value in condition.items():
            condition[key] = False if value == "false" else value


Verdicts = dict[tuple[str, str], str]


_AS_COLLECTED: dict[str, Verdicts] = {}


def _before(world: World, number: str) -> Verdicts:
    """The verdicts on an account as it was collected."""
    if number not in _AS_COLLECTED:
        _AS_COLLECTED[number] = _verdicts(world.accounts[number].entities)
    return _AS_COLLECTED[number]


def _verdicts(entities: list[dict[str, Any]]) -> Verdicts:
    report = gsl.evaluate(list(gsl.bundled().values()), entities, now=NOW, keep_all=True, reasons=False)
    found = [*report.excluded, *(report.verdicts or ()), *report.findings]
    return {(each.rule_id, each.entity_id): str(each.status) for each in found}


@pytest.mark.parametrize("number", [BROKEN, GOOD])
@pytest.mark.parametrize(
    "spelling",
    [
        one_statement_alone,
        another_statement_first,
        lists_of_one,
        no_lists_of_one,
        everyone_as_aws,
        upper_case_actions,
        lower_case_condition_keys,
        booleans_in_conditions,
    ],
)
def test_spellings_of_policies_say_the_same(world: World, number: str, spelling: Callable[[Document], None]) -> None:
    entities = copy.deepcopy(world.accounts[number].entities)
    documents = [each for entity in entities for each in _documents(entity)]
    for document in documents:
        spelling(document)
    assert len(documents) > 10
    assert _verdicts(entities) == _before(world, number)


@pytest.mark.parametrize("number", [BROKEN, GOOD])
@pytest.mark.parametrize("partition", ["aws-us-gov", "aws-cn"])
def test_partitions_say_the_same(world: World, number: str, partition: str) -> None:
    entities = world.accounts[number].entities
    moved = json.loads(json.dumps(entities).replace("arn:aws:", f"arn:{partition}:"))
    found = {(rule, id.replace(f"arn:{partition}:", "arn:aws:")): each for (rule, id), each in _verdicts(moved).items()}
    assert found == _before(world, number)
