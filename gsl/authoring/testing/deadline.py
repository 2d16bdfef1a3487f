"""The time that the tests of one rule may take: a rule and its tests may come from strangers."""

from __future__ import annotations

import time

from gsl.errors import InputError

LONGEST = 60.0
"""Seconds for the cases of one file; thousands of usual cases take a second."""


class Deadline:
    """When the time is over."""

    def __init__(self, seconds: float = LONGEST) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    @property
    def is_over(self) -> bool:
        """Whether the time is over."""
        return time.monotonic() > self._end

    def check(self) -> None:
        """Go on. Raises `InputError` when the time is over."""
        if self.is_over:
            message = f"the tests of one rule may take {self.seconds:g} seconds, and these take longer"
            raise InputError("out-of-time", message)
