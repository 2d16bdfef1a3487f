"""Answers as text: how many, the first few with why, and what there is to know besides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from gsl.authoring.trying.answers import MOST_REASONS, Listed, Values, Verdicts
from gsl.errors import printable
from gsl.results.masking import shown_text
from gsl.results.model import Diagnostic, Reason

Paint = Callable[[str, str], str]
"""Gives a text the look of a verdict (`failed`, `error`, `selected`, ...) or of a `name`."""

MOST_NOTES = 5
_LONGEST_LINE = 300
_LONGEST_LABEL = 80
_LONGEST_VALUE = 200
_WIDEST_LABEL = 40


def plain(text: str, look: str) -> str:
    """The text as it is."""
    return text


def told(answer: Verdicts | Values, paint: Paint = plain) -> str:
    """An answer as lines of text, safe for a terminal."""
    lines = list(_values(answer, paint) if isinstance(answer, Values) else _verdicts(answer, paint))
    return "\n".join([*lines, *_notes(answer.diagnostics, paint)]) + "\n"


def went_wrong(answer: Verdicts | Values) -> bool:
    """Whether an expression could not be run, so that its answer says nothing."""
    return any([each.level == "error" for each in answer.diagnostics])


def line_of(text: str, most: int = _LONGEST_LINE) -> str:
    """A text on one line of bounded length, without anything that drives a terminal."""
    shown = printable(text[: most + 1])
    return shown if len(shown) <= most else f"{shown[: most - 3]}..."


def _counted(count: int, type_name: str, is_list: bool = False) -> str:
    if is_list:
        return f"{count:,} {'account' if count == 1 else 'accounts'}"
    return f"{count:,} {line_of(type_name)} {'entity' if count == 1 else 'entities'}"


# --- verdicts ------------------------------------------------------------------------------------


def _verdicts(answer: Verdicts, paint: Paint) -> Iterator[str]:
    summary = answer.summary
    if went_wrong(answer):
        return
    total = _counted(summary.tested, summary.entity_type, answer.rule.is_list)
    if summary.kind == "query":
        yield f"{paint(f'{summary.selected:,} selected', 'selected')} of {total}{_errors(answer, paint)}"
    else:
        yield f"{total}: {', '.join(_counts(answer, paint))}"
    for number, each in enumerate(answer.listed, 1):
        yield from _listed(number, each, paint)
    more = summary.selected + summary.failed + summary.errors - len(answer.listed)
    if more > 0:
        yield f"  and {more:,} more (.limit N lists more)"


def _errors(answer: Verdicts, paint: Paint) -> str:
    errors = answer.summary.errors
    return f", {paint(f'{errors:,} unknown', 'error')}" if errors else ""


def _counts(answer: Verdicts, paint: Paint) -> Iterator[str]:
    summary = answer.summary
    yield paint(f"{summary.failed:,} failed", "failed" if summary.failed else "")
    if summary.errors:
        yield paint(f"{summary.errors:,} error" + ("" if summary.errors == 1 else "s"), "error")
    missing = f" ({summary.passed_on_missing:,} only because a value was missing)" if summary.passed_on_missing else ""
    yield paint(f"{summary.passed:,} passed", "passed" if summary.passed else "") + missing
    if summary.excluded:
        yield f"{summary.excluded:,} excluded"
    if summary.not_relevant:
        yield f"{summary.not_relevant:,} not relevant"


def _listed(number: int, each: Listed, paint: Paint) -> Iterator[str]:
    word = each.status.upper()
    yield f"  {number:<3} {paint(word, each.status)}  {paint(line_of(each.subject.label, _LONGEST_LABEL), 'name')}"
    for reason in each.reasons[:MOST_REASONS]:
        yield line_of(f"        {reason.expression}{_seen(reason)}")
    if each.reasons[MOST_REASONS:]:
        yield f"        and {len(each.reasons) - MOST_REASONS} more reasons"


def _seen(reason: Reason) -> str:
    """What an expression saw: the values it read, its own where it is another, elements like this."""
    seen = [(each.path, shown_text(each.value)) for each in reason.values]
    own = shown_text(reason.result)
    if all([value != own for _, value in seen]):
        seen.append(("result", own))
    text = ", ".join([f"{path}: {value}" for path, value in seen])
    many = f"  ({reason.count} elements like this)" if reason.count is not None and reason.count > 1 else ""
    return f"  <- {text}{many}"


# --- values --------------------------------------------------------------------------------------


def _values(answer: Values, paint: Paint) -> Iterator[str]:
    if went_wrong(answer):
        return
    labels = [line_of(each.subject.label, _LONGEST_LABEL) for each in answer.listed]
    width = min(max(map(len, labels), default=0), _WIDEST_LABEL)
    for number, (each, label) in enumerate(zip(answer.listed, labels), 1):
        yield f"  {number:<3} {paint(label.ljust(width), 'name')}  {line_of(each.value, _LONGEST_VALUE)}"
    more = answer.total - len(answer.listed)
    if more > 0:
        yield f"  and {more:,} more (.limit N lists more)"
    yield f"{_counted(answer.total, answer.rule.entity_type)}{_common(answer)}"


def _common(answer: Values) -> str:
    """The commonest values, where any occurs more than once."""
    if not answer.common or answer.common[0][1] < 2:
        return ""
    shown = ", ".join([f"{line_of(text)} {count:,} times" for text, count in answer.common])
    rest = answer.distinct - len(answer.common)
    return line_of(f": {shown}" + (f", and {rest:,} other values" if rest > 0 else ""))


# --- notes ---------------------------------------------------------------------------------------


def _notes(diagnostics: Iterable[Diagnostic], paint: Paint) -> Iterator[str]:
    said = list(diagnostics)
    for each in said[:MOST_NOTES]:
        yield f"{paint(each.level, 'error' if each.level == 'error' else 'note')}: {line_of(each.message)}"
    if said[MOST_NOTES:]:
        yield f"and {len(said) - MOST_NOTES} more messages"
