"""What grows with what: processes, memory, entities, rules, and the time to compile."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator

import attrs

from benchmarks.contestants import contestant
from benchmarks.harness import Data, Series, Task, compete
from benchmarks.tables import Line, rows, seconds, spread, verdict

Say = Callable[[str], None]
SIZES = (10_000, 100_000, 1_000_000)
RULES = (1, 10, 100, 1_000)
TYPES = 4
"""Of the mixed work: a rule applies to one entity in four."""
NAMES = {"iam": "1 rule", "mixed": "100 rules"}
MEMORY_GOALS = {"iam": 48, "mixed": 100}
ONE, TWO = "gsl:stream", "gsl:stream-two-processes"


@attrs.frozen
class Scaling:
    """Measures series that belong together; what went wrong and which goals are met is kept."""

    data: Data
    rounds: int
    say: Say
    works: tuple[str, ...]
    left_out: list[str] = attrs.field(factory=list)
    goals: list[Line] = attrs.field(factory=list)

    def run(self, names: list[str], task: Task) -> dict[str, Series]:
        """All rounds of some contestants; those that failed are noted and not in the answer."""
        kind = task.work.partition("-")[0]
        shapes = ("jsonl",) if task.mode == "files" else ("array",)
        files = self.data.files(kind, task.count, shapes)
        series = compete(map(contestant, names), task, files, self.rounds, self.say)
        self.left_out.extend(
            f"- `{name}`, {task.work}: {each.excluded}" for name, each in series.items() if each.excluded
        )
        return {name: each for name, each in series.items() if each.rounds}

    def table(self, head: list[str], lines: Iterator[Line]) -> str:
        """A table, and below it who is left out."""
        drawn = rows(head, lines)
        notes = "\n".join(dict.fromkeys(self.left_out))
        self.left_out.clear()
        return f"{drawn}\n\n{notes}" if notes else drawn

    def processes(self, count: int) -> str:
        """Two processes against one."""
        return self.table(["", "one process", "two processes", "times faster"], self._processes(count))

    def _processes(self, count: int) -> Iterator[Line]:
        for work in self.works:
            series = self.run([ONE, TWO], Task(work, "files", count))
            if len(series) == 2:
                gains = series[ONE].over(series[TWO])
                if work == "iam":
                    gain = statistics.median(gains)
                    self.goals.append(
                        verdict("two processes against one", "≥ 1.75 × faster", f"{gain:.2f}", gain >= 1.75)
                    )
                yield [
                    f"{NAMES[work]}, {count:,} entities",
                    *(seconds(series[n].seconds) for n in (ONE, TWO)),
                    spread(gains),
                ]

    def sizes(self, largest: int) -> str:
        """Time and peak memory against the number of entities, one process."""
        return self.table(["", "entities", "median", "an entity", "peak MB"], self._sizes(largest))

    def _sizes(self, largest: int) -> Iterator[Line]:
        for work in self.works:
            for count in [size for size in SIZES if size <= largest]:
                ours = self.run([ONE], Task(work, "files", count)).get(ONE)
                if ours:
                    each = f"{ours.seconds / count * 1e6:.2f} µs"
                    peak, wanted = ours.peak_mb, MEMORY_GOALS[work]
                    what = f"peak memory, {NAMES[work]}, {count:,} entities"
                    self.goals.append(verdict(what, f"≤ {wanted} MB", f"{peak:.0f} MB", peak <= wanted))
                    yield [NAMES[work], f"{count:,}", seconds(ours.seconds), each, f"{peak:.0f}"]

    def rules(self, count: int = 10_000) -> str:
        """Time against the number of rules, over decoded entities of four types."""
        return self.table(["rules", "", "median", "a rule and an entity of its type"], self._rules(count))

    def _rules(self, count: int) -> Iterator[Line]:
        for number in RULES:
            names = ["hand:loop", "gsl:failing"] if number <= 100 else ["gsl:failing"]
            for name, each in self.run(names, Task(f"mixed-{number}", "dicts", count)).items():
                pair = each.seconds / count / number * TYPES * 1e9
                yield [f"{number:,}", f"`{name}`", seconds(each.seconds), f"{pair:,.0f} ns"]

    def compiling(self) -> str:
        """Parsing and compiling, apart, the first time in a process."""
        return self.table(["rules", "", "median"], self._compiling())

    def _compiling(self) -> Iterator[Line]:
        for number, wanted in ((100, 0.050), (1_000, 0.500)):
            series = self.run(["gsl:parse", "gsl:compile"], Task(f"mixed-{number}", "dicts", 0))
            for name, each in series.items():
                first = statistics.median(each.values("first"))
                if name == "gsl:compile":
                    what = f"compiling {number:,} parsed rules"
                    self.goals.append(verdict(what, f"≤ {wanted * 1000:.0f} ms", seconds(first), first <= wanted))
                yield [f"{number:,}", f"`{name}`", seconds(first)]
