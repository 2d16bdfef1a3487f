"""The accounts, furnished."""

from __future__ import annotations

from tests.accounts import balancing, compute, database, iam, keys, network, serverless, storage, watching
from tests.accounts.world import BROKEN, FEDERATED, GOOD, Account, account

_ORDER = (iam, keys, network, storage, compute, database, balancing, serverless, watching)
"""Each builder uses things of those before it."""


def broken() -> Account:
    """The account in which every rule finds something."""
    made = account(BROKEN)
    for each in _ORDER:
        each.broken(made)
    return made


def good() -> Account:
    """The account in which no rule finds anything, and none looks at nothing."""
    made = account(GOOD)
    for each in _ORDER:
        each.good(made)
    return made


def federated() -> Account:
    """An account for rules that leave nothing for other rules to look at."""
    made = account(FEDERATED)
    iam.federated(made)
    return made
