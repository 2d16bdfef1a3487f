"""A real pseudo-terminal with a command in it, as a person would sit before it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from types import TracebackType

UP, DOWN, TAB, ENTER, CTRL_A, CTRL_C, CTRL_D = "\x1b[A", "\x1b[B", "\t", "\r", "\x01", "\x03", "\x04"

_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>()][A-B0-9]?|\x1b\][^\x07]*\x07|[\r\x07\x08]")
_OWNING = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execvp(sys.argv[1], sys.argv[1:])"
"""Makes the pseudo-terminal the one that Ctrl-C comes from."""

_PATIENCE = 30


class Terminal:
    """Runs a command in a pseudo-terminal; `seen` is all it wrote since the last wait, escapes taken out.

    Wait for single words of the line that is edited: blanks may come as movements of the cursor."""

    def __init__(self, *arguments: str | Path, program: list[str] | None = None, **environment: str) -> None:
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        settings = {"TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1", "GSL_HISTORY": "", "NO_COLOR": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", _OWNING, *(program or [sys.executable, "-m", "gsl"]), *map(str, arguments)],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**os.environ, **settings, **environment},
            start_new_session=True,
        )
        os.close(theirs)
        self._screen = ours
        self._raw = b""
        self.everything = ""

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait(_PATIENCE)
        os.close(self._screen)

    def type(self, text: str | bytes) -> None:
        """Press keys."""
        os.write(self._screen, text.encode() if isinstance(text, str) else text)

    @property
    def seen(self) -> str:
        return _ESCAPES.sub("", self._raw.decode("utf-8", "replace"))

    def wait_for(self, text: str) -> str:
        """Wait until a text is shown; all that was seen up to and with it. What comes later is kept."""
        end = time.monotonic() + _PATIENCE
        while text not in self.seen:
            assert time.monotonic() < end, f"no {text!r} in {self.seen!r}"
            assert self._read(end), f"it ended without {text!r}: {self.seen!r}"
        before, _, after = self.seen.partition(text)
        self._raw = after.encode()
        return before + text

    def answers(self, line: str, text: str, prompt: str = "IamUser>") -> str:
        """Type a line at the prompt, wait for a text in the answer and then for the next prompt."""
        self.type(line + ENTER)
        found = self.wait_for(text)
        return found + self.wait_for(prompt)

    def wait_for_end(self) -> int:
        """Wait until the command ends; its exit code."""
        while self._read(time.monotonic() + _PATIENCE):
            pass
        return self.process.wait(_PATIENCE)

    def _read(self, end: float) -> bool:
        ready, _, _ = select.select([self._screen], [], [], max(0.0, end - time.monotonic()))
        if not ready:
            return False
        try:
            piece = os.read(self._screen, 1 << 16)
        except OSError:
            return False
        self._raw += piece
        self.everything += piece.decode("utf-8", "replace")
        return bool(piece)
