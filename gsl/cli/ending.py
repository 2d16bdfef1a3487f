"""How the command ends when it is cut short: signals, readers that go away, outputs that are closed."""

from __future__ import annotations

import atexit
import contextlib
import errno
import io
import os
import signal
import sys
from types import FrameType
from typing import NoReturn, TextIO


class Stopped(KeyboardInterrupt):
    """A signal other than Ctrl-C that asks the command to end."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class Ended(BaseException):
    """The command was cut short: with what exit code, and what is said of it."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    def leave(self) -> NoReturn:
        """Say it and exit at once: nothing disturbs the last words, and no reader is waited for."""
        _ignore_signals()
        if isinstance(sys.stdout, Output):
            sys.stdout.drop()
        with contextlib.suppress(OSError, AttributeError):
            sys.stderr.write(f"{self.message}\n")
            sys.stderr.flush()
        exit_at_once(self.code)


def exit_at_once(code: int) -> NoReturn:
    """End the process when all is written: Python would take the whole heap apart first.

    That takes 10 ms after a short run, and seconds after a big one.
    """
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(code)


def _ignore_signals() -> None:
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None:
            signal.signal(number, signal.SIG_IGN)


def ended(stop: KeyboardInterrupt, told: str = "") -> Ended:
    """How a command ends that was stopped; the exit code is the shell's for that signal."""
    number = stop.number if isinstance(stop, Stopped) else signal.SIGINT
    word = "interrupted" if number == signal.SIGINT else "terminated"
    return Ended(128 + number, f"{word}{told}")


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    raise Stopped(number)


def listen() -> None:
    """Make the signals that end a program do so in order: files are removed, one line is said."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _stop)


class _ClosedOutput(io.StringIO):
    """Stands for a standard output that was closed before the start: writing to it is an error."""

    def write(self, text: str) -> int:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF), "standard output")


class Output(io.TextIOWrapper):
    """A standard stream whose reader may go away, as `head` does: what comes then goes nowhere.

    So the command comes to its own end, with its own exit code.
    """

    reader_gone = False

    def write(self, text: str) -> int:
        """Write, or drop what nobody reads."""
        try:
            return super().write(text)
        except BrokenPipeError:
            self.drop()
            return len(text)

    def flush(self) -> None:
        """Flush, or drop what nobody reads."""
        try:
            super().flush()
        except BrokenPipeError:
            self.drop()

    def drop(self) -> None:
        """Let what was not written yet, and all that comes, go nowhere."""
        self.reader_gone = True
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.fileno())
        os.close(nowhere)


def prepare_streams() -> None:
    """Make standard output and error ready for any text and any reader."""
    sys.stdout = _ClosedOutput() if sys.stdout is None else _prepared(sys.stdout)
    if sys.stderr is not None:
        sys.stderr = _prepared(sys.stderr)


def _prepared(stream: TextIO) -> TextIO:
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    lines, through = stream.line_buffering, stream.write_through
    return Output(stream.buffer, stream.encoding, "backslashreplace", line_buffering=lines, write_through=through)
