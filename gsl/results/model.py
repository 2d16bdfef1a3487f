"""What a run gives: verdicts with their reasons, counts per rule, diagnostics, and the report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct, field
from msgspec.structs import force_setattr

from gsl.errors import bounded
from gsl.inventory.entity import fingerprint
from gsl.results.exclusion import Exclusion, ExclusionSummary
from gsl.results.severity import severity_rank
from gsl.results.summaries import RuleSummary, Summary
from gsl.semantics.judging import Status

SCHEMA_VERSION = "1"
"""The version of the report's JSON; it changes when a reader could break."""


class ReadValue(Struct, frozen=True, rename="camel"):
    """A path that decided and what was there.

    Texts are cut at 200 characters; missing is `None`; lists, objects, masked and uncollected
    values are `{"kind": ...}`.
    """

    path: str
    value: Any


class Reason(Struct, frozen=True, rename="camel"):
    """One part of a deciding set.

    `expression` is the part in canonical spelling, `line` and `column` its place in the rule's
    file. `values` are the paths it read; `result` the value of its left side. `count` is how many
    elements of the list would have served as well, `None` outside array operators.
    """

    expression: str
    line: int
    column: int
    values: tuple[ReadValue, ...] = ()
    result: Any = None
    count: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """The reason as the report's JSON has it."""
        return {
            "expression": self.expression,
            "line": self.line,
            "column": self.column,
            "values": [{"path": each.path, "value": each.value} for each in self.values],
            "result": self.result,
            "count": self.count,
        }


class Result(Struct, frozen=True, rename="camel"):
    """The verdict of one rule on one entity, and why.

    `passed_on_missing` says that a pass held only because a value was missing. `exclusion` says
    what took an excluded one out. `change` says what it is next to a baseline: one of
    `gsl.results.comparison.CHANGES`; `before` are the reasons of a changed one then. `entity` is
    the entity's JSON, secrets masked, where it was asked for.
    """

    rule_id: str
    severity: str | None
    status: Status
    entity_type: str
    entity_id: str
    entity_name: str
    account: str
    region: str
    reasons: tuple[Reason, ...] = ()
    passed_on_missing: bool = False
    exclusion: Exclusion | None = None
    change: str | None = None
    before: tuple[Reason, ...] = ()
    entity: dict[str, Any] | None = None

    @property
    def fingerprint(self) -> str:
        """What names this pair of rule and entity, the same from run to run."""
        return fingerprint(self.rule_id, self.entity_type, self.account, self.region, self.entity_id)

    @property
    def passed(self) -> bool:
        """Whether the verdict is a pass; no other verdict is one."""
        return self.status is Status.PASSED

    def to_dict(self) -> dict[str, Any]:
        """The result as the report's JSON has it."""
        told: dict[str, Any] = {
            "ruleId": self.rule_id,
            "severity": self.severity,
            "status": str(self.status),
            **_entity_fields(self),
            "fingerprint": self.fingerprint,
            "reasons": [reason.to_dict() for reason in self.reasons],
        }
        if self.passed_on_missing:
            told["passedOnMissing"] = True
        if self.exclusion is not None:
            told["exclusion"] = self.exclusion.to_dict()
        if self.change is not None:
            told["change"] = self.change
        if self.before:
            told["before"] = [reason.to_dict() for reason in self.before]
        if self.entity is not None:
            told["entity"] = self.entity
        return told


NO_ENTITIES = "no-entities-of-type"
"""The code of a diagnostic that the input has no entity of a type: its message begins `no TYPE is`."""


class Diagnostic(Struct, frozen=True, rename="camel"):
    """Something to know about the run that is no verdict.

    `level` is `error`, `warning` or `note`; `code` is stable. `count` is how often it was met.
    `key` and `nearest` belong to unknown keys, `excerpt` and `text_name` to problems in rules.
    """

    level: str
    code: str
    message: str
    rule_id: str | None = None
    path: str | None = None
    file: str | None = None
    line: int | None = None
    column: int | None = None
    count: int | None = None
    key: str | None = None
    nearest: str | None = None
    excerpt: str | None = None
    text_name: str | None = None

    def __post_init__(self) -> None:
        force_setattr(self, "message", bounded(self.message))

    def to_dict(self) -> dict[str, Any]:
        """The diagnostic as the report's JSON has it."""
        return {
            "level": self.level,
            "code": self.code,
            "message": self.message,
            "ruleId": self.rule_id,
            "path": self.path,
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "count": self.count,
        }

    @property
    def location(self) -> str:
        """`file:line:column`, as far as known; for texts without a file of their own, their name."""
        return ":".join(
            [str(part) for part in (self.text_name or self.file, self.line, self.column) if part is not None]
        )


class Selected(Struct, frozen=True, rename="camel"):
    """An entity that a query selected."""

    rule_id: str
    entity_type: str
    entity_id: str
    entity_name: str
    account: str
    region: str

    def to_dict(self) -> dict[str, Any]:
        """The entity as the report's JSON has it."""
        return {"ruleId": self.rule_id, **_entity_fields(self)}


class Comparison(Struct, frozen=True):
    """What changed since a baseline.

    `now` is the instant of the baseline. `counts` has a number for each of
    `gsl.results.comparison.CHANGES`. `gone` are the findings of the baseline that are none any more,
    with the reasons they had; their `change` says what became of them.
    """

    now: str
    counts: dict[str, int]
    gone: Sequence[Result]

    def to_dict(self) -> dict[str, Any]:
        """The numbers as the report's JSON has them."""
        return {"now": self.now, "counts": self.counts}


class Report(Struct, frozen=True):
    """Everything a run gave.

    `now` is the run's instant as ISO text. `findings` are the failed and error verdicts in input
    order, `excluded` the excluded ones, `verdicts` the passed ones when they were asked for.
    `selected` are the entities of queries, which never touch the exit code. The four are sequences
    that may lie in a temporary file: to go through one is cheap, to make a list of it takes memory.
    `exclusions` are those that were given to the run. `comparison` says what changed since a
    baseline, where there is one.
    """

    now: str
    entities: int
    rules: tuple[RuleSummary, ...]
    findings: Sequence[Result]
    verdicts: Sequence[Result] | None
    selected: Sequence[Selected]
    diagnostics: tuple[Diagnostic, ...]
    titles: dict[str, str] = field(default_factory=dict)
    excluded: Sequence[Result] = ()
    exclusions: tuple[ExclusionSummary, ...] = ()
    comparison: Comparison | None = None

    def __repr__(self) -> str:
        shown = [f"{name}={getattr(self, name)!r}" for name in self.__struct_fields__ if name != "titles"]
        return f"Report({', '.join(shown)})"

    @property
    def summary(self) -> Summary:
        """The counts over all rules."""

        def total(name: str) -> int:
            return sum([getattr(rule, name) for rule in self.rules])

        names = ("passed", "failed", "excluded", "errors", "not_relevant", "passed_on_missing")
        return Summary(len(self.rules), self.entities, *[total(name) for name in names])

    def exit_code(self, fail_on: str | None = None, only_new: bool = False) -> int:
        """2 for anything that could not be decided, else 1 for a finding at or above `fail_on`, else 0.

        `fail_on` is a severity; `None` is any. A rule without severity counts as at or above any.
        With `only_new` failures that the baseline had do not count.
        """
        if any([each.level == "error" for each in self.diagnostics]) or any([rule.errors for rule in self.rules]):
            return 2
        least = severity_rank(fail_on) if fail_on is not None else 0
        if only_new:
            return int(any(each.change == "new" and severity_rank(each.severity) >= least for each in self.findings))
        return int(any([rule.failed and severity_rank(rule.severity) >= least for rule in self.rules]))

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON; its shape is described by `docs/report.schema.json`."""
        from gsl.version import VERSION

        report: dict[str, Any] = {
            "schemaVersion": SCHEMA_VERSION,
            "tool": {"name": "gsl", "version": VERSION},
            "now": self.now,
            "summary": self.summary.to_dict(),
            "rules": _dicts(self.rules),
            "findings": _dicts(self.findings),
            "excluded": _dicts(self.excluded),
            "exclusions": _dicts(self.exclusions),
            "selected": _dicts(self.selected),
            "diagnostics": _dicts(self.diagnostics),
        }
        if self.verdicts is not None:
            report["verdicts"] = _dicts(self.verdicts)
        if self.comparison is not None:
            report |= {"comparison": self.comparison.to_dict(), "gone": _dicts(self.comparison.gone)}
        return report


def absent_type(told: Diagnostic) -> str:
    """The type that a diagnostic says the input does not have; empty when it says something else."""
    name, mark, _ = told.message.removeprefix("no ").partition(" is ")
    return name if mark and told.code == NO_ENTITIES else ""


def blind_rules(report: Report) -> frozenset[str]:
    """The ids of the rules whose own type the input does not have; look-ups of others do not count."""
    types = {rule.id: rule.entity_type for rule in report.rules}
    said = [each for each in report.diagnostics if each.code == NO_ENTITIES]
    return frozenset([each.rule_id for each in said if each.rule_id and absent_type(each) == types.get(each.rule_id)])


def _dicts(items: Iterable[Any]) -> list[dict[str, Any]]:
    return [item.to_dict() for item in items]


def _entity_fields(item: Result | Selected) -> dict[str, str]:
    """What names the entity of a record."""
    return {
        "entityType": item.entity_type,
        "entityId": item.entity_id,
        "entityName": item.entity_name,
        "account": item.account,
        "region": item.region,
    }
