"""What a run has found so far: counts, findings, diagnostics. What parts of a run found adds up, in order."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from msgspec import Struct, field

from gsl.engine.diagnostics import of_error
from gsl.errors import InputError
from gsl.inventory.census import Census
from gsl.inventory.index import Inventory
from gsl.results.model import Diagnostic, Result, Selected
from gsl.results.spool import Spool
from gsl.results.summaries import RuleSummary
from gsl.semantics.judging import Status

MOST_ERRORS = 1000
"""Errors of a code that are told of a file."""

DecidingClause = tuple[int, str, int, bool | None]
"""A part of a rule that decided: the number of the rule's job, the verdict, the number of the node in the
order of `nodes.walk` (-1 for the rule as a whole), and its truth, `None` for unknown."""


class Found(Struct, eq=False):
    """What was found in the entities of a run, or of a part of it.

    `counts` has a summary for each job. `types` counts the records of each type, gaps too;
    `entities` those that are no gaps; `told` is how many entities and findings were told of as
    progress. `errors` are what could not be read, the first `most` of a code in a file, `faults` their
    numbers by code and file. `notes` counts warnings by (code, message, file), `taken_out` findings by
    the place of the exclusion that they fell under, `asked` what conditions of exclusions read, `clauses`
    the parts of rules that decided, where somebody does.
    """

    counts: list[RuleSummary]
    census: Census
    inventory: Inventory = field(default_factory=Inventory)
    errors: list[Diagnostic] = field(default_factory=list)
    faults: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    most: int = MOST_ERRORS
    notes: dict[tuple[str, str, str], int] = field(default_factory=lambda: defaultdict(int))
    types: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    taken_out: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    asked: Census = field(default_factory=lambda: Census(()))
    entities: int = 0
    told: tuple[int, int] = (0, 0)
    findings: Spool[Result] = field(default_factory=Spool)
    excluded: Spool[Result] = field(default_factory=Spool)
    verdicts: Spool[Result] = field(default_factory=Spool)
    selected: Spool[Selected] = field(default_factory=Spool)
    clauses: Counter[DecidingClause] = field(default_factory=Counter)

    def note(self, code: str, message: str, file: str = "", count: int = 1) -> None:
        """Take a warning in; the same one is said once, with its count."""
        self.notes[code, message, file] += count

    def keep(self, result: Result, keep_all: bool) -> None:
        """Take a verdict in that the report has one by one."""
        if result.status in (Status.FAILED, Status.ERROR):
            self.findings.append(result)
        elif result.status is Status.SELECTED:
            ids = (result.entity_type, result.entity_id, result.entity_name, result.account, result.region)
            self.selected.append(Selected(result.rule_id, *ids))
        elif result.status is Status.EXCLUDED:
            self.excluded.append(result)
        elif keep_all and result.status is Status.PASSED:
            self.verdicts.append(result)

    def lost(self, error: InputError) -> None:
        """Take in what could not be read; of many errors of a code in a file the first ones are told."""
        kind = (error.code, error.file)
        self.faults[kind] += 1
        if self.faults[kind] <= self.most:
            self.errors += of_error(error)

    @property
    def unread(self) -> list[Diagnostic]:
        """What could not be read, and how much more of it there was than is told."""
        told = list(self.errors)
        for (code, file), count in self.faults.items():
            if count > self.most:
                more = f"and {count - self.most:,} more of these errors in this file"
                told.append(Diagnostic("error", code, more, file=file))
        return told

    def _absorb_errors(self, other: Found) -> None:
        room = {kind: self.most - self.faults[kind] for kind in other.faults}
        for each in other.errors:
            kind = (each.code, each.file)
            room[kind] -= 1
            if room[kind] >= 0:
                self.errors.append(each)
        self.faults.update(other.faults)

    def absorb(self, other: Found) -> None:
        """Add what the next part of the same run found."""
        for mine, theirs in zip(self.counts, other.counts):
            mine.add(theirs)
        self.census.absorb(other.census)
        self.asked.absorb(other.asked)
        self.inventory.absorb(other.inventory)
        self._absorb_errors(other)
        for key, count in other.notes.items():
            self.notes[key] += count
        for name, count in other.types.items():
            self.types[name] += count
        for place, count in other.taken_out.items():
            self.taken_out[place] += count
        self.entities += other.entities
        self.findings.absorb(other.findings)
        self.excluded.absorb(other.excluded)
        self.verdicts.absorb(other.verdicts)
        self.selected.absorb(other.selected)
        self.clauses.update(other.clauses)


def counted(counts: RuleSummary, total: int, others: Sequence[int]) -> None:
    """Add verdicts that compiled code gave on usual entities: (not relevant, on missing, apart).

    `apart` are those that are counted one by one; the rest of `total` passed.
    """
    not_relevant, on_missing, apart = others
    counts.not_relevant += not_relevant
    counts.passed_on_missing += on_missing
    passed = total - not_relevant - apart
    if counts.kind == "check":
        counts.passed += passed
