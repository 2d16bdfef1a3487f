"""A rule twice: as GSL text, and as the Python function an engineer would write for this data."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import attrs

from benchmarks.draws import NOW, Entity

Fails = Callable[[Entity], bool]


@attrs.frozen
class Case:
    """One rule; `fails` says whether an entity of the type fails it."""

    id: str
    type: str
    gsl: str
    fails: Fails


def check(cases: list[Case], gsl: str) -> Callable[[Fails], Fails]:
    """Adds the function to `cases`, under its own name, as the equal of a GSL rule."""

    def add(fails: Fails) -> Fails:
        cases.append(Case(fails.__name__.replace("_", "-"), gsl.split(None, 1)[0], gsl, fails))
        return fails

    return add


def yes(value: object) -> bool:
    return value is True or value == "true"


def no(value: object) -> bool:
    return value is False or value == "false"


def moment(value: str | None) -> datetime | None:
    """The date in a text, or None for N/A and its kin; the first character tells them apart."""
    return datetime.fromisoformat(value) if value and value[0] in "0123456789" else None


def ago(days: int) -> datetime:
    return NOW - timedelta(days=days)


def older(value: str | None, border: datetime) -> bool:
    found = moment(value)
    return found is not None and found < border


def newer(value: str | None, border: datetime) -> bool:
    found = moment(value)
    return found is not None and found > border
