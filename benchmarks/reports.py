"""What reports cost: each format at two sizes, and how long the HTML page takes to answer in a browser.

    python -m benchmarks.reports [--counts 20000,200000] [--only json,html] [--page-counts 1000,50000]

Each format is made of a saved report by a whole process, `gsl report`; the ratios are to the smallest
number of findings, so that memory that does not grow has the ratio 1. The page is driven in Chromium
by playwright, where both are there: each time is from the event to the second frame after it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

_ACCOUNTS = "[...document.querySelectorAll('.facet')].find((each) => each.textContent.includes('Account'))"

ACTS = {
    "search for a word": "const s = document.getElementById('search'); s.value = 'thing-12'; s.dispatchEvent(new Event('input'))",
    "search for one": "const s = document.getElementById('search'); s.value = 'thing-777'; s.dispatchEvent(new Event('input'))",
    "clear": "document.getElementById('clear').click()",
    "list the accounts": f"{_ACCOUNTS}.open = true",
    "choose an account": f"{_ACCOUNTS}.querySelector('.values-of input').click()",
    "order by entity": "const s = document.getElementById('order'); s.value = 'entity'; s.dispatchEvent(new Event('change'))",
    "next page": "document.getElementById('next').click()",
    "open a finding": "document.querySelectorAll('button.open')[20].click()",
}
"""What a reader does to the page, in order."""

_TIMED = """async (act) => {
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
  const began = performance.now(); new Function(act)(); await frame(); await frame();
  return performance.now() - began;
}"""


def report_file(folder: Path, count: int) -> Path:
    """A saved report of so many findings, of ten accounts and one more for each thousand."""
    import gsl
    from gsl.results.reporters import FORMATS, Settings

    rules = [gsl.parse("Thing should have a > 5 and b = true", id="thing.large")]
    things = (_thing(number, count) for number in range(count))
    file = folder / f"{count}.jsonl"
    with file.open("w") as out:
        out.writelines(FORMATS["jsonl"].write(gsl.evaluate(rules, things, now="2024-06-01"), Settings()))
    return file


def _thing(number: int, count: int) -> dict[str, Any]:
    place = {"accountNumber": f"{111122220000 + number % (count // 1000 + 10)}", "region": "eu_west_1"}
    return {"type": "Thing", "id": f"t{number}", "name": f"thing-{number}", "a": 2, "b": number % 2 == 0, **place}


def cost(command: list[str]) -> tuple[float, float]:
    """The seconds and the most memory in MB of a process."""
    began = time.perf_counter()
    child = os.spawnv(os.P_NOWAIT, command[0], command)
    _, _, usage = os.wait4(child, 0)
    return time.perf_counter() - began, usage.ru_maxrss / 1024


def formats(files: dict[int, Path], names: list[str], folder: Path) -> None:
    """Print a table of the formats."""
    first, *others = files
    heads = "".join([f" {count:,} s | × | MB | × |" for count in others])
    print(f"| format | {first:,} s | MB |{heads}")
    print("|---|---:|---:|" + "---:|---:|---:|---:|" * len(others))
    for name in names:
        cells = []
        for count, file in files.items():
            out = folder / f"report.{name}"
            seconds, memory = cost([sys.executable, "-m", "gsl", "report", str(file), "--format", name, "-o", str(out)])
            if count == first:
                base = seconds, memory
                cells += [f"{seconds:.1f}", f"{memory:.0f}"]
            else:
                cells += [f"{seconds:.1f}", f"{seconds / base[0]:.1f}", f"{memory:.0f}", f"{memory / base[1]:.2f}"]
            out.unlink(missing_ok=True)
        print(f"| `{name}` | {' | '.join(cells)} |", flush=True)


def latency(files: dict[int, Path], rounds: int) -> None:
    """Print a table of how long the page takes to answer."""
    from playwright.sync_api import sync_playwright

    from gsl.results.reporters import FORMATS, Settings
    from gsl.results.saved import read_report

    times: dict[str, dict[int, float]] = {"open the page": {}, **{name: {} for name in ACTS}}
    browser_path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        for count, file in files.items():
            html = file.with_suffix(".html")
            with html.open("w") as out:
                out.writelines(FORMATS["html"].write(read_report(str(file)), Settings()))
            taken: dict[str, list[float]] = {name: [] for name in times}
            for _ in range(rounds):
                page = browser.new_page(viewport={"width": 1360, "height": 900})
                page.goto(html.as_uri(), timeout=120_000)
                taken["open the page"].append(
                    page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
                )
                for name, act in ACTS.items():
                    taken[name].append(page.evaluate(_TIMED, act))
                page.close()
            for name, each in taken.items():
                times[name][count] = statistics.median(each)
        browser.close()
    _print_times(times, list(files))


def _print_times(times: dict[str, dict[int, float]], counts: list[int]) -> None:
    print("| act |" + "".join([f" {count:,} findings, ms |" for count in counts]) + " × |")
    print("|---|" + "---:|" * (len(counts) + 1))
    for name, each in times.items():
        values = [each[count] for count in counts]
        print(f"| {name} |" + "".join([f" {value:.0f} |" for value in values]) + f" {values[-1] / values[0]:.1f} |")


def main() -> None:
    from gsl.results.reporters import FORMATS

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--counts", default="20000,200000", help="findings of the formats")
    parser.add_argument("--page-counts", default="1000,50000", help="findings of the page")
    parser.add_argument("--only", help="the names of some formats, separated by commas")
    parser.add_argument("--rounds", type=int, default=5, help="times that the page is opened")
    given = parser.parse_args()
    names = given.only.split(",") if given.only else [each for each in FORMATS if each != "diff"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sizes, page_sizes = ([int(each) for each in text.split(",")] for text in (given.counts, given.page_counts))
        files = {count: report_file(folder, count) for count in {*sizes, *page_sizes}}
        formats({count: files[count] for count in sizes}, names, folder)
        print()
        latency({count: files[count] for count in page_sizes}, given.rounds)


if __name__ == "__main__":
    main()
