"""The progress line of a long run: on standard error, only on a terminal, and gone when it is done."""

from __future__ import annotations

import os
import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gsl.engine.progress import Progress

AFTER = 1.0
"""Seconds that a run takes before it shows its progress."""

_EVERY = 0.1
_KNOWN = "{percentage:3.0f}% |{bar}| {n_fmt}B of {total_fmt}B{postfix}, {remaining} left"
_UNKNOWN = "{desc} {n_fmt}B{postfix}, {elapsed}{bar}"
_SPINNER = "|/-\\"


def can_show() -> bool:
    """Whether standard error is a terminal that can redraw a line."""
    return sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


class ProgressLine:
    """Takes in how far a run has come, and shows it where it may.

    To be used with `with`: the line is erased at the end, however that comes about.
    """

    def __init__(self, wanted: bool = True) -> None:
        self.last: Progress | None = None
        self._shows = wanted and can_show()
        self._started = self._drawn = time.monotonic()
        self._bar: Any = None
        self._turns = 0

    def __call__(self, progress: Progress) -> None:
        """Take in how far the run has come."""
        self.last = progress
        now = time.monotonic()
        if not self._shows or now - self._started < AFTER or now - self._drawn < _EVERY:
            return
        self._drawn = now
        if self._bar is None:
            self._bar = _new_bar(progress.total, now - self._started)
        self._draw(progress, now - self._started)

    def _draw(self, progress: Progress, elapsed: float) -> None:
        bar = self._bar
        bar.n = progress.read
        findings = "finding" if progress.findings == 1 else "findings"
        rate = progress.entities / elapsed
        bar.set_postfix_str(f"{rate:,.0f} entities/s, {progress.findings:,} {findings}", refresh=False)
        if progress.total is None:
            bar.set_description_str(_SPINNER[self._turns % len(_SPINNER)], refresh=False)
            self._turns += 1
        bar.refresh()

    def told(self) -> str:
        """What was done so far, for a message that the run was cut short."""
        if self.last is None:
            return ""
        entities = "entity" if self.last.entities == 1 else "entities"
        findings = "finding" if self.last.findings == 1 else "findings"
        return f" after {self.last.entities:,} {entities}, {self.last.findings:,} {findings}"

    def __enter__(self) -> ProgressLine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def _new_bar(total: int | None, elapsed: float) -> Any:
    import threading

    import tqdm

    tqdm.tqdm.set_lock(threading.RLock())  # its own would be shared with processes, and there are none
    tqdm.tqdm.monitor_interval = 0  # no thread that redraws
    bar = tqdm.tqdm(
        total=total,
        file=sys.stderr,
        leave=False,
        dynamic_ncols=True,
        unit_scale=True,
        bar_format=_UNKNOWN if total is None else _KNOWN,
        delay=AFTER,
    )
    bar.start_t -= elapsed
    return bar
