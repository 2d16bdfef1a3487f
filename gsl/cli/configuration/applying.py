"""What a run takes from file and environment, put where click looks for it, and where each value came from."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from gsl.cli.configuration import variables
from gsl.cli.configuration.finding import candidates

if TYPE_CHECKING:
    from gsl.cli.configuration.reading import File

KEPT = "gsl.configuration"
"""Under what click's context keeps it."""


class Configuration:
    """The file of a run, if there is one, and where the values that it gives stand.

    `load` gives a command by its name; it is asked for others than the called one only where needed.
    """

    def __init__(self, commands: tuple[str, ...], load: Callable[[str], click.Command]) -> None:
        self.commands = commands
        self.load = load
        self.file: File | None = None
        self.places: dict[str, dict[str, str]] = {}
        """By command and parameter."""
        self._keys: dict[str, frozenset[str]] = {}

    def names(self) -> Collection[str]:
        """The names of the commands."""
        return self.commands

    def keys(self) -> Collection[str]:
        """The keys of the options of all commands."""
        return {key for keys in self._all().values() for key in keys}

    def variables(self) -> list[str]:
        """The variables that set an option of some command."""
        found = {
            name
            for command, keys in self._all().items()
            for key in keys
            for name in variables.variables_of(command, key)
        }
        return sorted({*found, "GSL_CONFIG", "GSL_NO_CONFIG"})

    def _all(self) -> dict[str, frozenset[str]]:
        if not self._keys:
            self._keys = {name: frozenset(variables.options_of(self.load(name))) for name in self.commands}
        return self._keys

    def read(self, named: str | None, start: str | None) -> None:
        """Read the file that the user named, else the one that holds in a folder. Raises `ConfigurationError`."""
        if named is not None or (start is not None and any(candidates(start))):
            from gsl.cli.configuration import reading

            self.file = reading.named(named) if named is not None else reading.found(start or "")

    def defaults(self, name: str) -> dict[str, Any]:
        """What the file sets for a command, by parameter. Raises `ConfigurationError`."""
        if self.file is None:
            return {}
        from gsl.cli.configuration.values import values_of

        values, self.places[name] = values_of(self.file, name, self.load(name), self)
        return values

    def warnings(self, name: str) -> Iterator[str]:
        """What is said of variables that no option takes."""
        own = [
            variable for key in variables.options_of(self.load(name)) for variable in variables.variables_of(name, key)
        ]
        if variables.unread(os.environ, [*own, "GSL_CONFIG", "GSL_NO_CONFIG"]):
            known = self.variables()
            for each in variables.unread(os.environ, known):
                told = variables.warning_of(each, known, self.commands)
                if told is not None:
                    yield told


def here() -> str | None:
    """The current folder; `None` when it is gone."""
    try:
        return os.getcwd()
    except OSError:
        return None


def apply(context: click.Context, configuration: Configuration, named: str | None, without: bool) -> None:
    """Let a command take its options from file and environment. Raises `ConfigurationError`."""
    context.meta[KEPT] = configuration
    name = context.invoked_subcommand
    configuration.read(named, None if without else here())
    if name is None or name not in configuration.commands:
        return
    context.default_map = {name: configuration.defaults(name)}
    for told in configuration.warnings(name):
        click.echo(told, err=True)


def origin_of(context: click.Context, option: click.Option) -> str | None:
    """Where the value of an option came from: a variable, or a place in a file; `None` for any other."""
    source = context.get_parameter_source(option.name or "")
    if source is ParameterSource.ENVIRONMENT:
        return next((name for name in option.envvar or () if os.environ.get(name)), None)
    if source is ParameterSource.DEFAULT_MAP:
        configuration = context.meta.get(KEPT)
        return configuration.places.get(context.info_name, {}).get(option.name) if configuration else None
    return None


def explained(error: click.UsageError) -> click.UsageError:
    """An error in options that says where the values came from that were not given on the command line."""
    if error.ctx is None:
        return error
    message = error.format_message()
    told = []
    for option in error.ctx.command.params:
        if isinstance(option, click.Option) and _is_about(error, message, option):
            origin = origin_of(error.ctx, option)
            told += [f" --{variables.key_of(option)} is set by {origin}."] if origin is not None else []
    ended = message if message.endswith("?") else f"{message.rstrip('.')}."
    return click.UsageError(f"{ended}{''.join(told)}", error.ctx) if told else error


def _is_about(error: click.UsageError, message: str, option: click.Option) -> bool:
    named = f"--{variables.key_of(option)}"
    return getattr(error, "param", None) is option or any([word.rstrip(".,:;") == named for word in message.split()])
