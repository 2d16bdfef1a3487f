"""From measurements to markdown tables, with the goals beside what was measured."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence

import attrs

from benchmarks.harness import Series, Task

Line = list[str]
GOAL_HEAD = ("goal", "wanted", "measured", "met")


@attrs.frozen
class Goal:
    """What gsl may take at most, as a multiple of a rival's time; said as a speed-up where it is small.

    `rival` is a contestant, or the beginning of several names: then the fastest of them counts.
    """

    rival: str
    at_most: float

    @property
    def as_speed_up(self) -> bool:
        return self.at_most <= 0.125

    @property
    def words(self) -> str:
        return f"≥ {1 / self.at_most:.0f} × faster" if self.as_speed_up else f"≤ {self.at_most:.2f} × its time"

    def measured(self, ratio: float) -> str:
        return f"{1 / ratio:.1f} × faster" if self.as_speed_up else f"{ratio:.2f} ×"


def spread(values: Sequence[float], digits: int = 2) -> str:
    """The median, and from where to where."""
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f}-{max(values):.{digits}f})"


def seconds(value: float) -> str:
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.1f} ms"


def rows(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """A markdown table; columns of numbers stand to the right."""
    lines = list(lines)
    firsts = [[line[column][:1] for line in lines] for column in range(len(head))]
    rule = ["---:" if "".join(first).strip("(≥≤").isdigit() else "---" for first in firsts]
    body = [f"| {' | '.join(line)} |" for line in lines]
    return "\n".join([f"| {' | '.join(head)} |", f"|{'|'.join(rule)}|", *body])


def verdict(what: str, wanted: str, measured: str, met: bool) -> Line:
    """One line of a table of goals."""
    return [what, wanted, measured, "yes" if met else "**no**"]


def standings(series: Mapping[str, Series], task: Task, yardstick: str, subject: str) -> str:
    """Everybody who took part, the fastest first."""
    base, ours = series[yardstick], series[subject]
    head = ["", "median", "range", "entities/s", f"× `{yardstick}`", f"`{subject}` takes × it", "found", "peak MB"]
    lines = []
    for each in sorted((each for each in series.values() if each.rounds), key=lambda each: each.seconds):
        taken = each.values()
        lines.append(
            [
                f"`{each.name}`",
                seconds(each.seconds),
                f"{seconds(min(taken))} - {seconds(max(taken))}",
                f"{task.count / each.seconds:,.0f}",
                spread(each.over(base)) if base.rounds else "",
                spread(ours.over(each), 3) if ours.rounds and each is not ours else "",
                f"{each.rounds[0]['count']:,}",
                f"{each.peak_mb:,.0f}",
            ]
        )
    left_out = [f"- `{each.name}` is left out: {each.excluded}" for each in series.values() if each.excluded]
    return "\n".join([rows(head, lines), *(["", *left_out] if left_out else [])])


def verdicts(series: Mapping[str, Series], subject: str, title: str, goals: Iterable[Goal]) -> list[Line]:
    """A line for each goal: against whom, what was wanted, what was measured, whether it is met."""
    lines = []
    ours = series[subject]
    for goal in goals:
        rivals = [each for name, each in series.items() if name.startswith(goal.rival) and each.rounds]
        if not ours.rounds or not rivals:
            lines.append([f"{title}: `{subject}` to `{goal.rival}`", goal.words, "not measured", ""])
            continue
        rival = min(rivals, key=lambda each: each.seconds)
        ratio = statistics.median(ours.over(rival))
        what = f"{title}: `{subject}` to `{rival.name}`"
        lines.append(verdict(what, goal.words, goal.measured(ratio), ratio <= goal.at_most))
    return lines
