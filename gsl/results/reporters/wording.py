"""Findings in words, as several formats say them: the entity, why, what took it out. No control characters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from gsl.errors import printable
from gsl.results.exclusion import IN_RULE, Exclusion
from gsl.results.masking import shown_text
from gsl.results.model import NO_ENTITIES, Diagnostic, Reason, Report, Result, Selected, absent_type
from gsl.results.records import text_order
from gsl.results.spool import Spool
from gsl.semantics.judging import Status

_UNREAD = "not collected"
_MAYBE = "did you mean"
_NAMED = 20
"""Names of a list that are told."""

NO_SEVERITY = "none"
"""What stands for the severity of a rule that has none."""


def moment(now: str) -> str:
    """The instant of a run as people read it: without parts of a second."""
    whole, dot, _ = now.partition(".")
    return f"{whole}Z" if dot and now.endswith("Z") else now


def in_order(results: Sequence[Result]) -> Iterator[Result]:
    """Results by status, then gravest first."""
    return results.ranked() if isinstance(results, Spool) else iter(sorted(results, key=text_order))


def entity_of(result: Result | Selected, between: str = "  ") -> str:
    """The entity of a result: its type, name and id, account and region."""
    names = [result.entity_type]
    if isinstance(result, Result) and result.status is Status.ERROR and not result.entity_id:
        names.append("(could not be listed)")
    elif result.entity_name and result.entity_name != result.entity_id:
        names.append(f"{result.entity_name} ({result.entity_id})")
    else:
        names.append(result.entity_id)
    if result.account:
        names.append(f"account {result.account}")
    if result.region:
        names.append(f"region {result.region}")
    return printable(between.join(names))


def reason_lines(reason: Reason) -> Iterator[str]:
    """What one deciding part read, and what it came to."""
    told = [(each.path, shown_text(each.value)) for each in reason.values]
    if all([value != shown_text(reason.result) for _, value in told]):
        told.append(("result", shown_text(reason.result)))
    for path, value in told:
        gone = path == "~" and value.startswith(_UNREAD)
        yield printable(value.replace(_UNREAD, "could not be collected", 1) if gone else f"{path}: {value}")


def more_like_it(reason: Reason) -> str:
    """How many elements decided in the same way, where there are several."""
    return f"  ({reason.count} elements like this)" if reason.count is not None and reason.count > 1 else ""


def why_lines(reasons: Iterable[Reason], margin: str = "  ") -> Iterator[str]:
    """The deciding parts, each with what it read."""
    for reason in reasons:
        yield printable(reason.expression) + more_like_it(reason)
        for line in reason_lines(reason):
            yield margin + line


def why(result: Result) -> str:
    """Why, on one line."""
    return "; ".join([f"{printable(each.expression)} ({', '.join(reason_lines(each))})" for each in result.reasons])


def excluded_by(exclusion: Exclusion) -> str:
    """What took a finding out."""
    if exclusion.source == IN_RULE:
        return "excluded by the rule itself"
    by = f", by {exclusion.owner}" if exclusion.owner else ""
    until = f", until {exclusion.expires}" if exclusion.expires else ""
    return printable(f"excluded{by}{until}: {exclusion.reason} ({exclusion.source})")


def title_of(report: Report, rule_id: str) -> str:
    """The title of a rule; its id when it has none."""
    return printable(report.titles.get(rule_id, rule_id))


def place_of(told: Diagnostic) -> str:
    """Where something is, as `file:line:column` or with the rule for a file, as far as known; what saved reports tell too."""
    name = told.file or told.rule_id
    return ":".join([str(part) for part in (name, told.line, told.column) if part is not None]) if name else ""


def said_of_run(report: Report) -> list[Diagnostic]:
    """The diagnostics of a run; all types that the input does not have are told in one, unless a name may be misspelt."""
    told: list[Diagnostic] = []
    absent: dict[str, list[Diagnostic]] = {}
    for each in report.diagnostics:
        if not absent_type(each) or _MAYBE in each.message:
            told.append(each)
        else:
            absent.setdefault(each.level, []).append(each)
    return [*[_without(level, each) for level, each in absent.items()], *told]


def _without(level: str, absent: list[Diagnostic]) -> Diagnostic:
    """One diagnostic for several that name a type each."""
    types = sorted({absent_type(each) for each in absent})
    return Diagnostic(level, NO_ENTITIES, f"the input has no {several(types)}: what rules ask of it was not looked at")


def several(names: Sequence[str]) -> str:
    """Names with commas between them, the first of many."""
    return ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if names[_NAMED:] else "")


def counted(count: int, one: str, many: str = "") -> str:
    """A number of things."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
