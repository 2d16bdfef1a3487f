"""Dates of the accounts, counted from the instant of the test: moto's clock is the machine's."""

from __future__ import annotations

import datetime

NOW = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
"""When the accounts are collected and evaluated."""


def ago(days: float) -> datetime.datetime:
    """The instant so many days back; days to come are negative."""
    return NOW - datetime.timedelta(days=days)


def text(instant: datetime.datetime) -> str:
    """As AWS writes it."""
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")
