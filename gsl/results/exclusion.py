"""An exclusion as a report tells of it: who took a finding out, why, and until when."""

from __future__ import annotations

import datetime
from typing import Any

from msgspec import Struct

IN_RULE = "rule"
"""The source of exclusions that a rule makes itself, by `exclude`."""

ACTIVE, EXPIRED, UNUSED = "active", "expired", "unused"
"""What became of an exclusion: it took findings out; it no longer counts; it took nothing out."""

SOON = 14
"""Days before its end from which a report says that an exclusion ends."""


class Exclusion(Struct, frozen=True):
    """What took a finding out of those that count.

    `source` is `rule` for the `exclude` of the rule itself, else `file:line` of the exclusion.
    `expires` is the last day it holds, as ISO text.
    """

    source: str
    reason: str = ""
    owner: str = ""
    expires: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The exclusion as the report's JSON has it."""
        return {"source": self.source, "reason": self.reason, "owner": self.owner, "expires": self.expires}


BY_RULE = Exclusion(IN_RULE)


class ExclusionSummary(Struct, frozen=True):
    """An exclusion that was given to a run, and how many findings it took out; `status` says what became of it."""

    exclusion: Exclusion
    status: str
    count: int

    def to_dict(self) -> dict[str, Any]:
        """The exclusion with its count as the report's JSON has it."""
        return {**self.exclusion.to_dict(), "status": self.status, "count": self.count}


def ends_soon(expires: str | None, now: str) -> str:
    """How soon an exclusion ends that still holds at the instant of a run, in words; empty when that is not soon."""
    try:
        left = (datetime.date.fromisoformat(expires or "") - datetime.date.fromisoformat(now[:10])).days
    except ValueError:  # no end, or what a saved report has instead of a date
        return ""
    if not 0 <= left <= SOON:
        return ""
    return ("today", "tomorrow")[left] if left < 2 else f"in {left} days"
