"""Options that several commands share, put on a command in the order in which help shows them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

Command = TypeVar("Command", bound=Callable[..., Any])


def with_options(command: Command, options: Sequence[Callable[[Command], Command]]) -> Command:
    """A command with some options, the first of them first in its help."""
    for option in reversed(options):
        command = option(command)
    return command
