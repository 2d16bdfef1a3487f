"""The accounts, collected and checked with all rules once."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import Struct

import gsl
from gsl.collectors import clients
from gsl.collectors.problems import Problem
from gsl.results.model import Report
from tests.accounts import by_hand, furnishing
from tests.accounts.dates import NOW
from tests.accounts.world import BROKEN, FEDERATED, GOOD, REGION, Account, served


class Checked(Struct, frozen=True):
    """An account, its entities, what all rules say of them, and the calls that failed."""

    account: Account
    entities: list[dict[str, Any]]
    report: Report
    problems: list[Problem]


class World(Struct, frozen=True):
    """All accounts by number, and the calls that were answered by hand."""

    accounts: dict[str, Checked]
    by_hand: set[str]


@pytest.fixture(scope="session")
def world() -> World:
    """The accounts of moto, furnished, collected and checked; moto is as it was afterwards."""
    with pytest.MonkeyPatch.context() as patch, served():
        # moto answers what it does not know with a fault of its own, which is not worth asking twice
        patch.setattr(clients, "ATTEMPTS", 1)
        accounts = {BROKEN: furnishing.broken(), GOOD: furnishing.good(), FEDERATED: furnishing.federated()}
        made = by_hand.answer(patch, accounts.values())
        return World({number: _checked(each) for number, each in accounts.items()}, made)


def _checked(account: Account) -> Checked:
    collection = gsl.collect(account.session, regions=[REGION], now=NOW)
    entities = list(collection)
    report = gsl.evaluate(list(gsl.bundled().values()), entities, now=NOW, keep_all=True)
    return Checked(account, entities, report, collection.problems)
