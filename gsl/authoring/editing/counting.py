"""How the verdicts of one rule on the entities of a workspace come out, within limits and given up at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from gsl.engine.runner import Given, Runner
from gsl.errors import GslError
from gsl.inventory.reading import EntityReader
from gsl.results.model import Report
from gsl.results.summaries import RuleSummary
from gsl.ruleset.loading import Loaded
from gsl.ruleset.options import options_of
from gsl.ruleset.rule import Rule

MOST_BYTES = 1 << 30

_KINDS = (("failed", "fail"), ("passed", "pass"), ("errors", "error"), ("excluded", "excluded"))
_ALWAYS = ("failed", "passed")


class Superseded(Exception):
    """The text has changed: nobody wants the answer any more."""


class Counted(Struct, frozen=True):
    """What counting came to, as a line of text; `is_whole` says whether all entities were looked at."""

    text: str
    is_whole: bool = True


class _Bounds:
    """Entities as they come, until they are too many or take too long."""

    def __init__(self, seconds: float, is_superseded: Callable[[], bool]) -> None:
        self.deadline = time.monotonic() + seconds
        self.is_superseded = is_superseded
        self.read = 0
        self.has_begun = self.stopped = False

    def took(self, count: int) -> None:
        """Hear that some bytes were read."""
        self.read += count

    def within(self, entities: Iterable[Given]) -> Iterator[Given]:
        """The entities that there is time for; the first, or the first block of them, always."""
        for each in entities:
            if self.is_superseded():
                raise Superseded
            late = time.monotonic() > self.deadline or self.read > MOST_BYTES
            self.stopped = self.stopped or (late and self.has_begun)
            if self.stopped:
                return
            self.has_begun = True
            yield each


def count_verdicts(
    rule: Rule,
    sources: Sequence[str],
    lists: Mapping[str, list[Any]],
    now: str | None,
    seconds: float,
    is_superseded: Callable[[], bool],
) -> Counted:
    """Evaluate a rule on entity files and count. Raises `Superseded` when `is_superseded` says so."""
    bounds = _Bounds(seconds, is_superseded)
    try:
        runner = Runner(Loaded([rule]), options_of(now, lists), reasons=False)
    except GslError as error:
        return Counted(f"not counted: {error}", False)
    for taken in (runner.remember,) if runner.plan.looks_up else ():
        for source in sources:
            taken(bounds.within(EntityReader(runner.plan.target, runner.note).read(source)))
    reader = EntityReader(runner.plan.target, runner.note, runner.decoder(), bounds.took)
    for source in sources:
        runner.take(bounds.within(reader.read(source)))
    if bounds.stopped and (runner.plan.looks_up or rule.is_list):
        return Counted(f"not counted: the entities take longer than {seconds:g} s to read", False)
    return _counted(runner.report(), rule, seconds if bounds.stopped else None)


def _counted(report: Report, rule: Rule, stopped: float | None) -> Counted:
    summary = report.rules[0]
    error = next((each for each in report.diagnostics if each.level == "error"), None)
    if summary.could_not_run and error is not None:
        return Counted(f"not run: {error.message}", False)
    text = _in_words(summary)
    if not summary.tested:
        text = f"no entity of the type {rule.entity_type}"
    if stopped is not None:
        return Counted(f"{text}, so far: stopped after {stopped:g} s", False)
    broken = len([each for each in report.diagnostics if each.level == "error"])
    if broken:
        return Counted(f"{text}; {broken} error{'' if broken == 1 else 's'} in reading the entities", False)
    return Counted(text)


def _in_words(summary: RuleSummary) -> str:
    """The counts: `3 fail, 41 pass, 1 error of 45`."""
    if summary.kind == "query":
        return f"{summary.selected:,} selected of {summary.tested:,}"
    parts = [
        f"{count:,} {word}{'s' if name == 'errors' and count != 1 else ''}"
        for name, word in _KINDS
        if (count := getattr(summary, name)) or name in _ALWAYS
    ]
    if summary.not_relevant:
        parts.append(f"{summary.not_relevant:,} not relevant")
    return f"{', '.join(parts)} of {summary.tested:,}"
