"""Exclusions: which findings no longer count, why, who says so, and until when."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from fnmatch import fnmatchcase

from msgspec import Struct

from gsl.results.exclusion import Exclusion
from gsl.ruleset.rule import Rule
from gsl.semantics.values import moment


class Waiver(Struct, frozen=True, eq=False):
    """One exclusion of a file: what it takes out, and what is said of it.

    `rules`, `accounts` and `regions` are patterns (`*` and `?`); none of accounts or regions is any.
    `condition` is true of the entities that it is about. It holds before `ends`.
    """

    told: Exclusion
    rules: tuple[str, ...]
    accounts: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    condition: Rule | None = None
    ends: datetime.datetime | None = None

    def holds(self, now: int) -> bool:
        """Whether it still holds at an instant, in microseconds."""
        return self.ends is None or moment(now) < self.ends

    def names(self, rule_id: str) -> bool:
        """Whether a rule is among those that it is about."""
        return _fits(rule_id, self.rules)

    def covers(self, account: str, region: str) -> bool:
        """Whether an entity's place is among those that it is about."""
        return (not self.accounts or _fits(account, self.accounts)) and (
            not self.regions or _fits(_region(region), [_region(each) for each in self.regions])
        )


class Exclusions(Struct, frozen=True, eq=False):
    """The exclusions of a run.

    `strict` makes errors of those that expired or took nothing out. Without `inline` the `exclude`
    of rules is not applied.
    """

    given: tuple[Waiver, ...] = ()
    strict: bool = False
    inline: bool = True


def _fits(text: str, patterns: Iterable[str]) -> bool:
    return any([fnmatchcase(text, pattern) for pattern in patterns])


def _region(name: str) -> str:
    return name.replace("_", "-").lower()
