"""An exclusion as a report tells of it: who took a finding out, why, and until when."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

IN_RULE = "rule"
"""The source of exclusions that a rule makes itself, by `exclude`."""

ACTIVE, EXPIRED, UNUSED = "active", "expired", "unused"
"""What became of an exclusion: it took findings out; it no longer counts; it took nothing out."""


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
