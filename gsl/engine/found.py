"""What a run has found so far: counts, findings, diagnostics. What parts of a run found adds up, in order."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from msgspec import Struct, field

from gsl.inventory.census import Census
from gsl.inventory.index import Inventory
from gsl.results.model import Diagnostic, Result, Selected
from gsl.results.spool import Spool
from gsl.results.summaries import RuleSummary
from gsl.semantics.judging import Status

DecidingClause = tuple[int, str, int, bool | None]
"""A part of a rule that decided: the number of the rule's job, the verdict, the number of the node in the
order of `nodes.walk` (-1 for the rule as a whole), and its truth, `None` for unknown."""


class Found(Struct, eq=False):
    """What was found in the entities of a run, or of a part of it.

    `counts` has a summary for each job. `types` counts the records of each type, gaps too;
    `entities` those that are no gaps; `told` is how many entities and findings were told of as
    progress. `notes` counts warnings by (code, message, file), `taken_out` findings by the place of
    the exclusion that they fell under, `asked` what conditions of exclusions read, `clauses` the parts of rules that decided, where somebody does.
    """

    counts: list[RuleSummary]
    census: Census
    inventory: Inventory = field(default_factory=Inventory)
    errors: list[Diagnostic] = field(default_factory=list)
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

    def absorb(self, other: Found) -> None:
        """Add what the next part of the same run found."""
        for mine, theirs in zip(self.counts, other.counts):
            mine.add(theirs)
        self.census.absorb(other.census)
        self.asked.absorb(other.asked)
        self.inventory.absorb(other.inventory)
        self.errors += other.errors
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
