"""Measures gsl, loops by hand and other engines side by side, and prints markdown tables.

    python -m benchmarks --tables ab --rounds 5 --json measured.json

Data are made in a temporary folder, or kept with --data for the next run. Peers that are not
installed are skipped with a word. docs/performance.md explains the tables.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import attrs

from benchmarks import collecting
from benchmarks.contestants import Contestant, ours, peers
from benchmarks.harness import ROOT, Data, Task, compete
from benchmarks.machine import facts
from benchmarks.page import Page
from benchmarks.races import RACES, Race
from benchmarks.scaling import NAMES, Scaling
from benchmarks.tables import GOAL_HEAD, Line, rows, standings, verdict, verdicts
from benchmarks.works import WORKS


def say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tables", default="abcdefg", help="letters of the tables, such as ab (default: all)")
    parser.add_argument("--work", choices=WORKS, action="append", help="only this work; may be repeated")
    parser.add_argument("--count", type=int, help="entities, instead of each table's own number; the largest in d")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peers", default="all", help="names of peers joined by commas, `all` or `none`")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data", type=Path, help="a folder to keep the data in")
    parser.add_argument("--json", type=Path, help="also write every measurement of a, b and c to this file")
    parser.add_argument("--page", type=Path, help="also put the tables between the marks of this page")
    return parser.parse_args()


@attrs.frozen
class Session:
    """One run of the command: what was asked for, and what has been measured so far."""

    given: argparse.Namespace
    data: Data
    page: Page
    goals: list[Line] = attrs.field(factory=list)
    kept: list[dict[str, Any]] = attrs.field(factory=list)

    @property
    def works(self) -> list[str]:
        return list(self.given.work or WORKS)

    def run(self) -> None:
        """All tables that were asked for."""
        self.page.put("machine", rows(["", ""], facts().items()))
        for table in self.given.tables:
            if table in "abc":
                self._races(table)
            elif table in "de":
                self._scaling(table)
            elif table == "f":
                self._start()
            elif table == "g":
                self._collecting()
        if self.goals:
            self.page.put("short", rows(GOAL_HEAD, self.goals))

    def _races(self, table: str) -> None:
        races = [race for race in RACES if race.table == table and race.work in self.works]
        if races:
            self.page.put(table, "\n\n".join([self._race(race) for race in races]))

    def _race(self, race: Race) -> str:
        task = Task(race.work, race.mode, self.given.count or race.count)
        taking_part = [*map(ours, race.ours), *self._peers(race)]
        files = self.data.files(race.work, task.count)
        series = compete(taking_part, task, files, self.given.rounds, say)
        self.goals.extend(verdicts(series, race.subject, race.title, race.goals))
        measured = {name: attrs.asdict(each) for name, each in series.items()}
        self.kept.append({"table": race.table, "title": race.title, "count": task.count, "series": measured})
        drawn = standings(series, task, race.yardstick, race.subject)
        return f"**{race.title}, {task.count:,} entities**\n\n{drawn}"

    def _peers(self, race: Race) -> list[Contestant]:
        """The peers of a race among those asked for; decoded entities are only for those that take them."""
        names = self.given.peers
        found = [each for each in peers() if each.name.startswith(race.peers)]
        if race.mode == "dicts":
            found = [each for each in found if each.fed == "dicts"]
        return found if names == "all" else [each for each in found if each.name.startswith(tuple(names.split(",")))]

    def _scaling(self, table: str) -> None:
        works = tuple(work for work in NAMES if work in self.works)
        scaling = Scaling(self.data, self.given.rounds, say, works)
        largest = self.given.count or 1_000_000
        if table == "d":
            text = f"{scaling.processes(largest)}\n\n{scaling.sizes(largest)}"
        else:
            text = f"{scaling.rules()}\n\n{scaling.compiling()}"
        self.page.put(table, text)
        self.goals.extend(scaling.goals)

    def _collecting(self) -> None:
        if importlib.util.find_spec("boto3") is None:
            say("collecting: boto3 is not installed")
            return
        self.page.put("g", collecting.tables(self.given.rounds, say))

    def _start(self) -> None:
        command = [sys.executable, "benchmarks/startup.py", "--rounds", str(self.given.rounds)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        self.page.put("f", f"```text\n{(done.stdout or done.stderr).strip()}\n```")
        found = re.search(r"^eval 1 x 1000 .* ([0-9.]+) x import lark$", done.stdout, re.MULTILINE)
        if found:
            what = '`gsl eval`, one rule, 1,000 entities, to `python -c "import lark"`'
            ratio = float(found[1])
            self.goals.append(verdict(what, "≤ 2 × its time", f"{ratio:.2f} ×", ratio <= 2))


def main() -> None:
    given = _arguments()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.data or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        session = Session(given, Data(folder, given.seed, say), Page(given.page))
        session.run()
    if given.json:
        given.json.write_text(json.dumps({"machine": facts(), "races": session.kept}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
