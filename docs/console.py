"""Runs the `console` blocks of the pages as a reader would, and compares their output.

    python docs/console.py [--write] PAGE...

A fence with `title="path"` is a file, written before the blocks below it run. The blocks of a page
run one after the other in one folder that holds copies of `docs/examples` and `rules`. A line `...`
in the output stands for what is left out. `--write` fills in what the commands print now.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import textwrap
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_FENCE = re.compile(
    r"^(?P<indent> *)```(?P<kind>[\w-]+)(?: +title=\"(?P<title>[^\"]+)\")?\n(?P<body>.*?)^ *```$", re.M | re.S
)
_CUT = "..."


def commands_of(body: str) -> list[tuple[str, list[str]]]:
    """The commands of a block (lines that begin with `$ `), each with the output shown below it."""
    found: list[tuple[str, list[str]]] = []
    for line in body.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif found and not found[-1][1] and found[-1][0].endswith("\\"):
            found[-1] = (found[-1][0] + "\n" + line, [])
        else:
            found[-1][1].append(line)
    return found


def _run(script: str, folder: Path) -> str:
    """What a shell script prints in a terminal of 80 columns, both streams as they come."""
    path = os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"]
    plain = {name: value for name, value in os.environ.items() if not name.startswith("GSL_")}
    settings = {"PATH": path, "NO_COLOR": "1", "COLUMNS": "80", "TERM": "dumb", "LC_ALL": "C.UTF-8"}
    file = folder / ".script.sh"
    file.write_text(script, "utf-8")
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 80, 0, 0))
    process = subprocess.Popen(
        ["bash", "--norc", str(file)],
        cwd=folder,
        env={**plain, **settings},
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    pieces = []
    while True:
        try:
            piece = os.read(ours, 1 << 16)
        except OSError:
            break
        if not piece:
            break
        pieces.append(piece)
    process.wait()
    os.close(ours)
    file.unlink()
    return b"".join(pieces).decode("utf-8").replace("\r\n", "\n")


def outputs_of(commands: list[str], folder: Path) -> list[list[str]]:
    """What each command of a block prints, line by line, the exit code handed on from one to the next."""
    script = "__code=0\n"
    for number, command in enumerate(commands):
        script += f"printf '\\001{number}\\001'\n(exit $__code)\n{command}\n__code=$?\n"
    printed = re.split("\x01\\d+\x01", _run(script, folder))[1:]
    return [[line.rstrip() for line in text.rstrip("\n").split("\n")] if text.strip("\n") else [] for text in printed]


def agrees(shown: list[str], printed: list[str]) -> bool:
    """Whether the output that a page shows is what was printed, as far as it shows it."""
    wanted = [line.rstrip() for line in shown]
    while wanted and not wanted[-1]:
        wanted.pop()
    if _CUT not in wanted:
        return wanted == printed
    cut = wanted.index(_CUT)
    head, tail = wanted[:cut], wanted[cut + 1 :]
    return printed[:cut] == head and (not tail or printed[-len(tail) :] == tail)


def _block(body: str, folder: Path, faults: list[str], where: str) -> str:
    """A block with its output as printed now; differences go to `faults`."""
    found = commands_of(body)
    made = ""
    for (command, shown), printed in zip(found, outputs_of([each for each, _ in found], folder), strict=True):
        same = agrees(shown, printed)
        if not same:
            faults.append(
                f"{where}: $ {command}\n--- shown\n" + "\n".join(shown) + "\n--- printed\n" + "\n".join(printed)
            )
        made += f"$ {command}\n" + "".join(line + "\n" for line in (shown if same or _CUT in shown else printed))
    return made


def _pieces(text: str, folder: Path, faults: list[str], where: str) -> Iterator[str]:
    last = 0
    for match in _FENCE.finditer(text):
        body = textwrap.dedent(match["body"])
        if match["kind"] == "console":
            yield text[last : match.start("body")]
            yield textwrap.indent(_block(body, folder, faults, where), match["indent"])
            last = match.end("body")
        elif match["title"]:
            file = folder / match["title"]
            if match["title"].startswith("docs/examples/"):
                if file.read_text("utf-8") != body:
                    faults.append(f"{where}: {match['title']} is not as the file is")
            else:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(body, "utf-8")
    yield text[last:]


def run_page(page: Path, write: bool = False) -> list[str]:
    """What a page shows that is not so; with `write` the page is mended."""
    faults: list[str] = []
    text = page.read_text("utf-8")
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "docs" / "examples", Path(folder) / "docs" / "examples")
        shutil.copytree(ROOT / "rules", Path(folder) / "rules")
        made = "".join(_pieces(text, Path(folder), faults, page.name))
    if write:
        page.write_text(made, "utf-8")
    return faults


def main() -> None:
    """Check or mend the pages named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("pages", nargs="+", type=Path)
    options = parser.parse_args()
    faults = [fault for page in options.pages for fault in run_page(page, options.write)]
    print("\n\n".join(faults))
    raise SystemExit(bool(faults) and not options.write)


if __name__ == "__main__":
    main()
