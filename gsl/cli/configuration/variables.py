"""The environment: which variables are options, and those that look like one and are none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import click

PREFIX = "GSL_"

SETTINGS = ("GSL_CACHE_DIR", "GSL_HISTORY", "GSL_DEBUG")
"""Variables of gsl that are no options."""

_FOREIGN = ("GSL_RNG_TYPE", "GSL_RNG_SEED", "GSL_IEEE_MODE", "GSL_ROOT_DIR", "GSL_LIBRARY", "GSL_INCLUDE_DIR")
"""Variables of the GNU Scientific Library, which has the same short name."""

SECRET = ("external-id",)
"""Options whose values are shown nowhere."""

APART = ("help", "version", "expression")
"""Options that are about a single call: they are given on the command line only."""


def key_of(option: click.Option) -> str:
    """The long name of an option, as a file has it: `fail-on`."""
    return next((name[2:] for name in option.opts if name.startswith("--")), option.name or "")


def options_of(command: click.Command) -> dict[str, click.Option]:
    """The options of a command that can be set outside the command line, by their keys."""
    options = {key_of(each): each for each in command.params if isinstance(each, click.Option)}
    return {key: option for key, option in options.items() if key not in APART}


def variables_of(command: str, key: str) -> tuple[str, ...]:
    """The variables that set an option; the first that is there wins."""
    general = PREFIX + _shouted(key)
    return (f"{PREFIX}{_shouted(command)}_{_shouted(key)}", general) if command else (general,)


def _shouted(name: str) -> str:
    return name.replace("-", "_").upper()


def listen(name: str, command: click.Command) -> None:
    """Make the options of a command take their variables."""
    for key, option in options_of(command).items():
        option.envvar = list(variables_of(name, key))


def unread(environment: Mapping[str, str], known: Iterable[str]) -> list[str]:
    """The variables that begin as those of gsl do and are none of some known ones."""
    known = {*known, *SETTINGS, *_FOREIGN}
    return sorted([each for each in environment if each.startswith(PREFIX) and each not in known])


def warning_of(variable: str, known: Iterable[str], commands: Iterable[str]) -> str | None:
    """What is said of a variable that no option takes; `None` when it is not likely to be meant for gsl."""
    from gsl.errors import printable
    from gsl.language.vocabulary import nearest

    names = [each.removeprefix(PREFIX) for each in (*known, *SETTINGS)]
    own = variable.removeprefix(PREFIX)
    near = nearest(own, names)
    if near is None and own.split("_")[0] not in {_shouted(each) for each in commands}:
        return None
    mean = f"; did you mean `{PREFIX}{near}`?" if near else ""
    return printable(f"warning[unknown-variable]: no option is set by {variable}{mean}")
