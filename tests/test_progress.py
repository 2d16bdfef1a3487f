"""The progress line as a terminal sees it: a real `gsl` on a real pseudo-terminal."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable
from pathlib import Path

import attrs
import pytest

from gsl.cli import progress
from gsl.cli.progress import ProgressLine
from gsl.engine.progress import Progress
from tests.test_endings import MFA, Feeder, fed, until  # noqa: F401 - a fixture

WIDTH = 70


@attrs.define
class Screen:
    """What was written to a terminal of one line height's interest, with the times."""

    pieces: list[tuple[float, bytes]] = attrs.field(factory=list)

    @property
    def text(self) -> str:
        return b"".join([piece for _, piece in self.pieces]).decode()

    @property
    def drawn(self) -> list[str]:
        """Each state of the progress line."""
        return [line for line in self.text.split("\r") if line.strip() and "\n" not in line]

    @property
    def final(self) -> list[str]:
        """The lines that stand there in the end."""
        lines = []
        for line in self.text.replace("\r\n", "\n").split("\n"):
            shown = ""
            for part in line.split("\r"):
                shown = part + shown[len(part) :]
            lines.append(shown.rstrip())
        return lines


def on_terminal(
    arguments: list[object], during: Callable[[subprocess.Popen[bytes]], None], **environment: str
) -> tuple[int, bytes, Screen]:
    """Run gsl with standard error on a terminal; its exit code, its output and what the terminal got."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, WIDTH, 0, 0))
    screen = Screen()
    process = subprocess.Popen(
        [sys.executable, "-m", "gsl", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", "NO_COLOR": "1", **environment},
    )
    os.close(theirs)

    def watch() -> None:
        with contextlib.suppress(OSError):
            while piece := os.read(ours, 65536):
                screen.pieces.append((time.monotonic(), piece))

    watcher = threading.Thread(target=watch)
    watcher.start()
    during(process)
    out, _ = process.communicate(timeout=60)
    watcher.join(10)
    os.close(ours)
    return process.returncode, out, screen


def feeding(feeder: Feeder, lines: int) -> Callable[[subprocess.Popen[bytes]], None]:
    """Ends the input after some lines; 200 take a second or more."""

    def during(_: subprocess.Popen[bytes]) -> None:
        until(lambda: feeder.lines >= lines)
        feeder.stop.set()

    return during


def test_a_long_run_shows_its_progress_and_erases_it(fed: Callable[..., Feeder]) -> None:  # noqa: F811
    feeder = fed()
    started = time.monotonic()
    code, out, screen = on_terminal(["eval", "-e", MFA, feeder.path, "--jobs", 1], feeding(feeder, 600))
    assert code == 1
    assert b"FAILED" in out
    assert screen.pieces[0][0] - started > 1
    assert len(screen.drawn) > 3
    assert len(screen.drawn) <= 10 * (screen.pieces[-1][0] - screen.pieces[0][0]) + 3
    for line in screen.drawn:
        assert re.search(r"[0-9,]+ entities/s, [0-9,]+ finding", line)
        assert len(line) <= WIDTH
    assert not any(screen.final)


def test_what_is_said_stands_alone_in_the_end(fed: Callable[..., Feeder]) -> None:  # noqa: F811
    feeder = fed()
    arguments = ["eval", "-e", MFA, "-e", "Disk should have x", feeder.path]
    _, _, screen = on_terminal(arguments, feeding(feeder, 350))
    assert screen.drawn
    assert [line for line in screen.final if line] == [
        "expression-2: warning[no-entities-of-type]: no Disk is in the input: the rule looked at nothing"
    ]


def test_a_ctrl_c_erases_the_line(fed: Callable[..., Feeder]) -> None:  # noqa: F811
    feeder = fed()

    def during(process: subprocess.Popen[bytes]) -> None:
        until(lambda: feeder.lines >= 400)
        process.send_signal(signal.SIGINT)

    code, _, screen = on_terminal(["eval", "-e", MFA, feeder.path], during)
    assert code == 130
    assert screen.drawn
    (said,) = [line for line in screen.final if line]
    assert re.fullmatch(r"interrupted after [0-9,]+ entities, [0-9,]+ findings?; no report was written", said)


@pytest.mark.parametrize(("extra", "environment"), [(["--no-progress"], {}), (["--quiet"], {}), ([], {"TERM": "dumb"})])
def test_nothing_is_shown_where_it_is_not_wanted(
    extra: list[object],
    environment: dict[str, str],
    fed: Callable[..., Feeder],  # noqa: F811
) -> None:
    feeder = fed()
    code, _, screen = on_terminal(["eval", "-e", MFA, feeder.path, *extra], feeding(feeder, 350), **environment)
    assert (code, screen.text) == (1, "")


def test_a_short_run_shows_nothing_and_loads_no_library(tmp_path: Path) -> None:
    entities = tmp_path / "u.jsonl"
    entities.write_text('{"type": "IamUser", "id": "a"}\n')
    code, _, screen = on_terminal(["eval", "-e", MFA, entities], lambda _: None)
    assert (code, screen.text) == (1, "")
    code, _, screen = on_terminal(["eval", "-e", MFA, entities], lambda _: None, PYTHONPROFILEIMPORTTIME="1")
    assert "gsl.cli.progress" in screen.text
    assert "tqdm" not in screen.text


class Terminal:
    """A stream that says it is a terminal and keeps what it gets."""

    encoding = "utf-8"

    def __init__(self) -> None:
        self.text = ""

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.text += text
        return len(text)

    def flush(self) -> None: ...

    def fileno(self) -> int:
        raise OSError


def test_a_known_size_gives_a_bar_and_the_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setattr(progress, "AFTER", 0.3)
    with ProgressLine() as line:
        assert line.told() == ""
        line(Progress(1, 4_000_000, 1, 0))
        assert terminal.text == ""
        time.sleep(0.35)
        line(Progress(1_000_000, 4_000_000, 1000, 1))
        line(Progress(1_100_000, 4_000_000, 2000, 1))
        time.sleep(0.15)
        line(Progress(3_000_000, 4_000_000, 123_456, 1234))
    first, second = [each for each in terminal.text.split("\r") if each.strip()]
    assert re.match(r" 25% \|.*\| 1.00MB of 4.00MB, [0-9,]+ entities/s, 1 finding, 00:0[01] left$", first)
    assert re.match(r" 75% \|.*\| 3.00MB of 4.00MB, [0-9,]+ entities/s, 1,234 findings, 00:00 left$", second)
    assert terminal.text.endswith("\r")
    assert line.told() == " after 123,456 entities, 1,234 findings"
