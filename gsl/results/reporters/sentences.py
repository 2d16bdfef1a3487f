"""How formats for other programs tell a result: clean texts, sentences, instants, and what has no place in them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from gsl.errors import InputError, printable
from gsl.results.comparison import CHANGES
from gsl.results.masking import shown_text
from gsl.results.model import Reason, Report, Result
from gsl.results.reporters.wording import counted
from gsl.results.summaries import RuleSummary
from gsl.semantics.judging import Status

_REASONS_IN_A_SENTENCE = 3


def clean(text: str) -> str:
    """A text of several lines without control characters."""
    if text.isprintable():
        return text
    return "\n".join([printable(line) for line in text.split("\n")])


def clean_value(value: Any) -> Any:
    """A value that a report shows, without control characters."""
    if isinstance(value, dict):
        return {clean(key): clean_value(member) for key, member in value.items()}
    if isinstance(value, list):
        return [clean_value(each) for each in value]
    return clean(value) if isinstance(value, str) else value


def named(result: Result) -> str:
    """The entity of a result: its type, its name and its id."""
    if not result.entity_id:
        return f"{printable(result.entity_type)} (could not be listed)"
    name = result.entity_name
    told = f"{name} ({result.entity_id})" if name and name != result.entity_id else result.entity_id
    return printable(f"{result.entity_type} {told}")


def reason_text(reason: Reason) -> str:
    """A reason on one line: the deciding part of the rule, and what was there."""
    told = [f"{each.path}: {shown_text(each.value)}" for each in reason.values]
    more = [f"{reason.count} elements like this"] if reason.count is not None and reason.count > 1 else []
    return printable(reason.expression + (f" ({'; '.join([*told, *more])})" if told or more else ""))


def why(result: Result) -> str:
    """The reasons of a result in a sentence; the first ones where they are many."""
    told = [reason_text(each) for each in result.reasons[:_REASONS_IN_A_SENTENCE]]
    left = len(result.reasons) - len(told)
    return ", ".join(told) + (f" and {left} more" if left else "")


_SAID = {
    Status.FAILED: "fails",
    Status.ERROR: "could not be decided for",
    Status.EXCLUDED: "is excluded for",
    Status.PASSED: "passes for",
}


def sentence(result: Result, title: str) -> str:
    """What a result says, in one sentence."""
    if result.change in CHANGES and result.change not in ("new", "changed", "unchanged"):
        verdict = f"earlier finding, {CHANGES[result.change]}: " if result.change != "fixed" else "fixed: "
        return f"{verdict}{named(result)}: {printable(title)}"
    reasons = f": {why(result)}" if result.reasons else ""
    if result.status is Status.FAILED:
        return f"{named(result)} fails '{printable(title)}'{reasons}"
    return f"'{printable(title)}' {_SAID.get(result.status, 'is reported for')} {named(result)}{reasons}"


def instant(report: Report) -> datetime:
    """The instant of the run, in UTC. Raises `InputError` for a saved report that names none."""
    return _instant(report.now)


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InputError(
            "invalid-report", f"`{printable(text[:50])}` is no instant such as 2024-06-01T00:00:00Z"
        ) from None


def iso(text: str) -> str:
    """An instant as ISO text in UTC, ending in `Z`. Raises `InputError` when it is none."""
    return _instant(text).isoformat().replace("+00:00", "Z")


def sections(rule: RuleSummary | None) -> list[tuple[str, str]]:
    """The sections of frameworks that a rule maps to; the section is empty where only the framework is known."""
    frameworks = rule.about.frameworks if rule is not None else {}
    return [(printable(name), printable(each)) for name, found in frameworks.items() for each in found or [""]]


def links(references: Iterable[str]) -> list[str]:
    """Those of the references that are links of the web."""
    return [
        each
        for each in references
        if each.startswith(("https://", "http://")) and each.isprintable() and " " not in each
    ]


def not_told(report: Report, *, rules: bool = False, errors: bool = True) -> str:
    """What a format has no place for, in a sentence: selected entities, errors of the run, lost rules; may be empty."""
    lost = {
        "entity that queries selected|entities that queries selected": len(report.selected),
        "error of the run|errors of the run": errors and sum([each.level == "error" for each in report.diagnostics]),
        "rule that could not run|rules that could not run": rules
        and sum([each.could_not_run for each in report.rules]),
    }
    said = [counted(count, *names.split("|")) for names, count in lost.items() if count]
    return f"no place for {' and '.join(said)}" if said else ""
