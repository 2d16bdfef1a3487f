"""How a run ends that is cut short: Ctrl-C, SIGTERM, readers that go away, full disks; and its progress."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import re
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs
import pytest

from tests.support import gsl, user, write_json

MFA = "IamUser should have mfaActive = true"
pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals, FIFOs and terminals of Unix")


def a_line(number: int, notes: str = "") -> bytes:
    return (json.dumps(user(f"u{number}", mfaActive=False, notes=notes)) + "\n").encode()


@attrs.define
class Feeder:
    """A FIFO that is fed about 2 MB a second, until it is told to stop or the reader goes away."""

    path: Path
    stop: threading.Event = attrs.field(factory=threading.Event)
    lines: int = 0
    """How many were written so far: all but the last ones are read."""

    def run(self) -> None:
        with contextlib.suppress(BrokenPipeError), self.path.open("wb", buffering=0) as fifo:
            for number in itertools.count():
                if self.stop.wait(0.005):
                    return
                fifo.write(a_line(number, "x" * 10_000))
                self.lines += 1


@pytest.fixture
def fed(tmp_path: Path) -> Iterator[Callable[..., Feeder]]:
    """Starts a feeder of a new FIFO."""
    feeders = []

    def start() -> Feeder:
        feeder = Feeder(tmp_path / "entities.jsonl")
        os.mkfifo(feeder.path)
        thread = threading.Thread(target=feeder.run, daemon=True)
        thread.start()
        feeders.append((feeder, thread))
        return feeder

    yield start
    for feeder, thread in feeders:
        feeder.stop.set()
        with contextlib.suppress(OSError):
            os.close(os.open(feeder.path, os.O_RDONLY | os.O_NONBLOCK))
        thread.join(10)


def until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < end, "it never comes to that"
        time.sleep(0.01)


def bytes_in(folder: Path) -> int:
    """How much there is in the files of a folder that a run writes to, and removes them from."""
    total = 0
    for file in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError):
            total += file.stat().st_size if file.is_file() else 0
    return total


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "gsl", *map(str, arguments)]


def environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "NO_COLOR": "1", "TMPDIR": str(folder), "TERM": "xterm"}


# --- signals


@pytest.mark.parametrize(
    ("number", "code", "word"),
    [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated"), (signal.SIGHUP, 129, "terminated")],
)
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_stopped_run_says_what_was_done_and_leaves_nothing(
    number: signal.Signals, code: int, word: str, jobs: int, fed: Callable[..., Feeder], tmp_path: Path
) -> None:
    old, temporary = tmp_path / "report.json", tmp_path / "temporary"
    old.write_text("old")
    temporary.mkdir()
    feeder = fed()
    arguments = ("eval", "-e", MFA, feeder.path, "-o", old, "--jobs", jobs)
    process = subprocess.Popen(
        command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(temporary)
    )
    until(lambda: feeder.lines > 500)
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert process.returncode == code
    assert out == ""
    assert re.fullmatch(rf"{word} after [1-9][0-9,]* entities, [0-9,]+ findings?; no report was written\n", err)
    assert old.read_text() == "old"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["entities.jsonl", "report.json", "temporary"]
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_to_all_processes_is_told_once(number: signal.Signals, code: int, tmp_path: Path) -> None:
    temporary, entities = tmp_path / "temporary", tmp_path / "u.jsonl"
    temporary.mkdir()
    entities.write_bytes(b"".join([a_line(each) for each in range(300_000)]))
    rules = [option for value in range(10) for option in ("-e", f"IamUser should have mfaActive = {value}")]
    process = subprocess.Popen(
        command("eval", *rules, entities, "--jobs", "2"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=environment(temporary),
    )
    until(lambda: bytes_in(temporary) > 20_000_000)
    os.killpg(process.pid, number)
    _, err = process.communicate(timeout=30)
    assert process.returncode == code
    assert re.fullmatch(r"\w+ after [1-9][0-9,]* entities, [1-9][0-9,]* findings; no report was written\n", err)
    assert list(temporary.iterdir()) == []
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


def test_workers_end_with_a_parent_that_was_killed(tmp_path: Path) -> None:
    entities = tmp_path / "u.jsonl"
    entities.write_bytes(b"".join([a_line(each) for each in range(300_000)]))
    process = subprocess.Popen(
        command("eval", "-e", MFA, entities, "--jobs", "2", "-o", tmp_path / "out"),
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env=environment(tmp_path),
    )
    until(lambda: bool(list(tmp_path.glob("gsl-*/*"))) or process.poll() is not None)  # a worker found something
    assert process.poll() is None
    process.kill()
    process.wait()
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    pytest.fail("workers are left")


def test_a_report_that_was_begun_is_said_to_be_incomplete(tmp_path: Path) -> None:
    entities = write_json(tmp_path / "u.json", [user(f"u{number}") for number in range(5000)])
    process = subprocess.Popen(
        command("eval", "-e", MFA, entities), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(2)
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 130  # though nobody reads
    err = process.communicate()[1]
    assert err.startswith("interrupted after 5,000 entities") or err.startswith("interrupted; ")
    assert err.endswith("; the report is incomplete\n")


def test_every_command_ends_with_one_line() -> None:
    process = subprocess.Popen(command("explain", "-e", MFA, "-"), stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.write(b" " * 1_000_000)  # a pipe takes less: most of it was read when this is done
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (143, b"terminated\n")


def test_a_signal_that_was_ignored_stays_so(fed: Callable[..., Feeder]) -> None:
    feeder = fed()
    process = subprocess.Popen(
        ["nohup", *command("eval", "-e", MFA, feeder.path, "-q", "--no-reasons")],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    until(lambda: feeder.lines > 300)
    process.send_signal(signal.SIGHUP)
    time.sleep(0.2)
    assert process.poll() is None
    feeder.stop.set()
    assert process.communicate(timeout=60)[1] == b""
    assert process.returncode == 1


# --- readers that go away


@pytest.mark.parametrize("form", ["text", "json", "jsonl"])
@pytest.mark.parametrize(("count", "rule", "code"), [(1, MFA, 1), (3000, MFA, 1), (3000, "IamUser should have id", 0)])
def test_a_closed_pipe_changes_neither_exit_code_nor_messages(
    form: str, count: int, rule: str, code: int, tmp_path: Path
) -> None:
    entities = write_json(tmp_path / "u.json", [user(f"u{number}") for number in range(count)])
    arguments = ("eval", "-e", rule, "-e", "Disk should have x", entities, "--all", "--format", form)
    reader = subprocess.Popen(["true"], stdin=subprocess.PIPE)
    reader.wait()
    assert reader.stdin is not None
    done = subprocess.run(
        command(*arguments), stdout=reader.stdin, stderr=subprocess.PIPE, text=True, check=False, timeout=60
    )
    reader.stdin.close()
    assert done.returncode == code
    assert re.sub(r"\w+: ", "", done.stderr) == re.sub(r"\w+: ", "", gsl(*map(str, arguments)).err)
    assert "no-entities-of-type" in done.stderr


def test_head_ends_the_writing(tmp_path: Path) -> None:
    entities = write_json(tmp_path / "u.json", [user(f"u{number}") for number in range(5000)])
    line = " ".join([f"'{each}'" for each in command("eval", "-e", MFA, entities)])
    for redirection in ("", "2>&1"):
        script = f"set -o pipefail; {line} {redirection} | head -1; echo ${{PIPESTATUS[0]}}"
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False, timeout=60)
        assert done.stdout.endswith("\n1\n")
        assert done.stderr == ""


def test_other_commands_end_quietly_too() -> None:
    script = f"set -o pipefail; '{sys.executable}' -m gsl rules | true; '{sys.executable}' -m gsl --help | true"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


# --- disks that are full


def test_a_full_disk_leaves_the_old_report_whole(tmp_path: Path) -> None:
    entities = write_json(tmp_path / "u.json", [user(f"u{number}") for number in range(500)])
    old = tmp_path / "report.json"
    old.write_text("old")
    done = subprocess.run(
        command("eval", "-e", MFA, entities, "-o", old),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "GSL_CACHE_DIR": ""},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
    )
    assert done.returncode == 2
    assert done.stderr == f"error: {old}: cannot be written: File too large\n"
    assert old.read_text() == "old"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["report.json", "u.json"]


def test_a_full_disk_for_findings_is_one_message(tmp_path: Path) -> None:
    entities = tmp_path / "u.jsonl"
    entities.write_bytes(b"".join([a_line(number) for number in range(10_000)]))
    done = subprocess.run(
        command("eval", "-e", MFA, entities, "--jobs", "1"),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "GSL_CACHE_DIR": "", "TMPDIR": str(tmp_path)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
    )
    assert done.returncode == 2
    told = "the findings cannot be kept there: File too large; name another folder with TMPDIR"
    assert done.stderr == f"error: {tmp_path}: {told}\n"
    assert [each.name for each in tmp_path.iterdir()] == ["u.jsonl"]


def test_a_device_that_is_full_is_named(tmp_path: Path) -> None:
    link = tmp_path / "full"
    link.symlink_to("/dev/full")
    entities = write_json(tmp_path / "u.json", [user("u")])
    ran = gsl("eval", "-e", MFA, entities, "-o", link)
    assert (ran.code, ran.err) == (2, f"error: {link}: cannot be written: No space left on device\n")
    assert link.is_symlink()


def test_a_link_is_followed_and_stays(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    link = tmp_path / "latest.txt"
    link.symlink_to("deep/report.txt")
    entities = write_json(tmp_path / "u.json", [user("u")])
    for _ in range(2):
        assert gsl("eval", "-e", MFA, entities, "-o", link).code == 1
        assert link.is_symlink()
        assert "FAILED" in (tmp_path / "deep" / "report.txt").read_text()


def test_an_output_that_cannot_be_is_said_before_the_run(tmp_path: Path) -> None:
    for output in (tmp_path, tmp_path / "none" / "x", tmp_path / "u.json" / "x"):
        ran = gsl("eval", "-e", MFA, "-", "-o", output, stdin='{"type": "Broken"')
        assert ran.code == 2
        assert ran.err.startswith(f"error: {output}: ")
        assert "truncated-json" not in ran.err


# --- options


def test_no_reasons_leaves_only_them_out(tmp_path: Path) -> None:
    entities = write_json(tmp_path / "u.json", [user(f"u{number}", mfaActive=number == 1) for number in range(3)])
    for extra in ((), ("--all",)):
        full = gsl("eval", "-e", MFA, entities, "--format", "json", *extra).report
        lean = gsl("eval", "-e", MFA, entities, "--format", "json", "--no-reasons", *extra).report
        for each in (*full["findings"], *full["excluded"], *full.get("verdicts", ())):
            assert each["reasons"]
            each["reasons"] = []
        assert lean == {**full, "now": lean["now"]}


@pytest.mark.parametrize("jobs", ["0", "-1", "many"])
def test_jobs_are_at_least_one(jobs: str, tmp_path: Path) -> None:
    ran = gsl("eval", "-e", MFA, tmp_path, "--jobs", jobs)
    assert ran.code == 2
    assert "--jobs" in ran.err
