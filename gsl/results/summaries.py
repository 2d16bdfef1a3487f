"""The counts of a run, for each rule and over all, and what a report says of a rule besides."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field

from gsl.semantics.judging import Status


class About(Struct, frozen=True):
    """What a report tells of a rule besides its counts, for those who act on its findings.

    `line` is where the rule itself begins in its file, `None` for rules without a file of their own.
    `frameworks` maps the name of a framework to
    the sections that the rule maps to.
    """

    category: str | None = None
    description: str | None = None
    remediation: str | None = None
    frameworks: dict[str, list[str]] = field(default_factory=dict)
    references: list[str] = field(default_factory=list)
    line: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """What it tells, as members of a rule in the report's JSON."""
        return {name: getattr(self, name) for name in self.__struct_fields__}


_COUNTS = {
    Status.PASSED: "passed",
    Status.FAILED: "failed",
    Status.EXCLUDED: "excluded",
    Status.ERROR: "errors",
    Status.NOT_RELEVANT: "not_relevant",
    Status.SELECTED: "selected",
}

COUNTS = (*_COUNTS.values(), "passed_on_missing")
"""The fields of a summary that count."""


class RuleSummary(Struct, rename="camel"):
    """The counts of one rule: one for each entity it was run on."""

    id: str
    title: str
    severity: str | None
    entity_type: str
    kind: str = "check"
    file: str | None = None
    passed: int = 0
    failed: int = 0
    excluded: int = 0
    errors: int = 0
    not_relevant: int = 0
    selected: int = 0
    passed_on_missing: int = 0
    could_not_run: bool = False
    about: About = About()

    def count(self, status: Status, on_missing: bool = False) -> None:
        """Take one verdict into account."""
        name = _COUNTS[status]
        setattr(self, name, getattr(self, name) + 1)
        self.passed_on_missing += on_missing

    def cleared(self) -> RuleSummary:
        """The same rule without any counts, to count a part of the run with."""
        return RuleSummary(self.id, self.title, self.severity, self.entity_type, self.kind, self.file)

    def add(self, other: RuleSummary) -> None:
        """Add the counts of another part of the same run."""
        for name in COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def tested(self) -> int:
        """The entities the rule was run on."""
        return self.relevant + self.not_relevant

    @property
    def relevant(self) -> int:
        """Those that `where` did not leave out."""
        return self.passed + self.failed + self.excluded + self.errors + self.selected

    @property
    def status(self) -> str:
        """`error failed not-applicable passed placeholder query`, in that order of claim."""
        if self.could_not_run:
            return "error"
        if self.kind != "check":
            return self.kind if not self.errors else "error"
        if self.failed or self.errors:
            return "failed" if self.failed else "error"
        return "passed" if self.relevant else "not-applicable"

    @property
    def looked_at_nothing(self) -> bool:
        """Whether it gave no verdict on anything, though it could run."""
        counted = self.tested if self.kind == "query" else self.relevant
        return not self.could_not_run and self.kind != "placeholder" and counted == 0

    def to_dict(self) -> dict[str, Any]:
        """The counts as the report's JSON has them."""
        return {
            "id": self.id,
            "title": self.title,
            "severity": self.severity,
            "entityType": self.entity_type,
            "kind": self.kind,
            "file": self.file,
            "status": self.status,
            "tested": self.tested,
            "relevant": self.relevant,
            "passed": self.passed,
            "failed": self.failed,
            "excluded": self.excluded,
            "errors": self.errors,
            "notRelevant": self.not_relevant,
            "selected": self.selected,
            "passedOnMissing": self.passed_on_missing,
            **self.about.to_dict(),
        }


class Summary(Struct, frozen=True):
    """The counts of a whole run. Verdicts count pairs of rule and entity; `entities` distinct entities."""

    rules: int
    entities: int
    passed: int
    failed: int
    excluded: int
    errors: int
    not_relevant: int
    passed_on_missing: int

    def to_dict(self) -> dict[str, int]:
        """The counts as the report's JSON has them."""
        return {
            "rules": self.rules,
            "entities": self.entities,
            "passed": self.passed,
            "failed": self.failed,
            "excluded": self.excluded,
            "errors": self.errors,
            "notRelevant": self.not_relevant,
            "passedOnMissing": self.passed_on_missing,
        }
