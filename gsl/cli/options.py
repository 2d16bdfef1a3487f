"""Options that several commands share, put on a command in the order in which help shows them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from gsl.language.vocabulary import did_you_mean

Command = TypeVar("Command", bound=Callable[..., Any])


def with_options(command: Command, options: Sequence[Callable[[Command], Command]]) -> Command:
    """A command with some options, the first of them first in its help."""
    for option in reversed(options):
        command = option(command)
    return command


class Choice(click.Choice[str]):
    """One of several words; a mistyped one is answered with the nearest."""

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        """What there is to choose from, and what was probably meant."""
        said = super().get_invalid_choice_message(value, ctx).rstrip(".")
        return said + (did_you_mean(str(value), self.choices) or ".")
