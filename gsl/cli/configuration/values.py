"""From what a configuration file says to values of options: kinds, choices and paths, checked one by one."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, Protocol

import click

from gsl.cli.configuration.reading import ConfigurationError, File
from gsl.cli.configuration.variables import APART, SECRET, options_of

GUARDED = (
    "profile",
    "org",
    "accounts",
    "role-name",
    "external-id",
    "session-name",
    "fix",
    "update",
    "prune",
)
"""Options that a file must not set unless the user named it: whose credentials to use where, and what changes files."""


def value_of(file: File, keys: tuple[str, ...], option: click.Option, value: Any) -> Any:
    """What an option is set to by the file's value at some keys. Raises `ConfigurationError`."""
    if keys[-1] in GUARDED and not file.named:
        raise file.wrong(
            f"`{keys[-1]}` is not taken from a file that was only found: name the file with --config, "
            f"or set GSL_{keys[-1].replace('-', '_').upper()}",
            *keys,
        )
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise file.wrong(f"`{keys[-1]}` is a number larger than TOML has", *keys)
    given = _of_kind(file, keys, option, value)
    parts = given if isinstance(given, list) else [given]
    if any([isinstance(each, str) and "\0" in each for each in parts]):
        raise file.wrong(f"`{keys[-1]}` holds a character that no option takes (\\u0000)", *keys)
    for each in parts:
        _check(file, keys, option, each)
    placed = [_placed(file, keys, option, each) for each in parts]
    return placed if isinstance(given, list) else placed[0]


def _of_kind(file: File, keys: tuple[str, ...], option: click.Option, value: Any) -> Any:
    """The value, if it is of the option's kind; a list of several is joined where the option takes commas."""
    wanted, fits = _kind(option)
    if option.multiple:
        value = [value] if isinstance(value, str) else value
        if not isinstance(value, list) or not all([isinstance(each, str) for each in value]):
            raise file.wrong(f"`{keys[-1]}` takes texts in a list, not {_shown(value)}", *keys)
        return value
    if takes_commas(option) and isinstance(value, list) and all([isinstance(each, str) for each in value]):
        return ",".join(value)
    if not isinstance(value, fits) or isinstance(value, bool) is not (fits is bool):
        quotes = "; put it in quotes" if fits is str and not isinstance(value, (dict, list)) else ""
        given = "what is there" if keys[-1] in SECRET else _shown(value)
        raise file.wrong(f"`{keys[-1]}` takes {wanted}, not {given}{quotes}", *keys)
    return value


def _kind(option: click.Option) -> tuple[str, Any]:
    """What an option takes, in words and as Python has it."""
    if option.is_flag:
        return "true or false", bool
    if isinstance(option.type, click.types.FloatParamType):
        return "a number", (int, float)
    if isinstance(option.type, click.types.IntParamType):
        return "a whole number", int
    return ("a text, or texts in a list" if takes_commas(option) else "a text"), str


def takes_commas(option: click.Option) -> bool:
    """Whether several values go into one text."""
    return (option.metavar or "").endswith(",...")


def takes_path(option: click.Option) -> bool:
    """Whether the value is a path, or ends with one."""
    return isinstance(option.type, click.Path) or (option.metavar or "").endswith(("FILE", "FOLDER"))


def _shown(value: Any) -> str:
    """A value of TOML as messages have it."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, str):
        return f"the text `{value[:80]}`"
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else f"`{str(value)[:80]}`"


def _check(file: File, keys: tuple[str, ...], option: click.Option, value: Any) -> None:
    """Whether the option's own type takes the value."""
    if isinstance(option.type, click.Path):
        return
    try:
        option.type.convert(value, option, None)
    except click.BadParameter as error:
        told = error.message.rstrip(".").replace("'", "`")
        raise file.wrong(f"`{keys[-1]}`: {told}", *keys) from None


def _placed(file: File, keys: tuple[str, ...], option: click.Option, value: Any) -> Any:
    """A path made relative to the file's folder; of a file that was only found it has to stay in there."""
    if not isinstance(value, str):
        return value
    if option.metavar == "RULES":
        inside = os.path.join(file.folder, value)
        if not (os.sep in value or "/" in value or os.path.exists(inside)):
            return value  # an id or a pack
        name, mark, path = "", "", value
    elif takes_path(option) or (keys[-1] == "framework" and value.lower().endswith((".yaml", ".yml"))):
        named = (option.metavar or "").endswith("=FILE")
        name, mark, path = value.partition("=") if named and "=" in value else ("", "", value)
    else:
        return value
    whole = os.path.normpath(os.path.join(file.folder, path))
    if not file.named and not _lies_in(whole, file.folder):
        raise file.wrong(
            f"`{keys[-1]}` leads out of the folder of a file that was only found: {path}; name the file with --config",
            *keys,
        )
    if not file.named and ".git" in Path(os.path.realpath(whole)).parts:
        raise file.wrong(f"`{keys[-1]}`: a file that was only found may not name what is in .git: {path}", *keys)
    return f"{name}{mark}{_short(whole)}"


def _lies_in(path: str, folder: str) -> bool:
    real, root = os.path.realpath(path), os.path.realpath(folder)
    return real == root or real.startswith(root.rstrip(os.sep) + os.sep)


def _short(path: str) -> str:
    """A path from the current folder: what reports say of it does not depend on where all that lies."""
    try:
        return os.path.relpath(path)
    except (OSError, ValueError):  # no current folder, another drive
        return path


class Known(Protocol):
    """What there is to be set: the commands, and the options of all of them, which takes loading them."""

    def names(self) -> Collection[str]:
        """The names of the commands."""

    def keys(self) -> Collection[str]:
        """The keys of the options of all commands."""


def values_of(file: File, name: str, command: click.Command, known: Known) -> tuple[dict[str, Any], dict[str, str]]:
    """The values that a file has for a command, by parameter, and the place of each. Raises `ConfigurationError`."""
    options = options_of(command)
    values: dict[str, Any] = {}
    places: dict[str, str] = {}
    for keys, value in [*_at_top(file, known), *_in_table(file, name)]:
        option = options.get(keys[-1])
        if option is not None:
            parameter = option.name or keys[-1]
            values[parameter] = value_of(file, keys, option, value)
            places[parameter] = file.place(*keys)
            continue
        others = options if len(keys) > 1 else known.keys()
        if len(keys) > 1 or keys[-1] not in others:
            raise _unknown(file, keys, others)
    return values, places


def _at_top(file: File, known: Known) -> Iterator[tuple[tuple[str, ...], Any]]:
    """What holds for all commands."""
    for key, value in file.content.items():
        if not isinstance(value, dict):
            yield (key,), value
        elif key not in known.names():
            from gsl.language.vocabulary import did_you_mean

            raise file.wrong(f"there is no command `{key}` to set options of{did_you_mean(key, known.names())}", key)


def _in_table(file: File, name: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """What holds for one command."""
    table = file.content.get(name)
    for key, value in table.items() if isinstance(table, dict) else ():
        yield (name, key), value


def _unknown(file: File, keys: tuple[str, ...], known: Collection[str]) -> ConfigurationError:
    if keys[-1] in APART:
        return file.wrong(f"`{keys[-1]}` is given on the command line only", *keys)
    from gsl.language.vocabulary import did_you_mean

    has = f"`gsl {keys[0]}` has no option" if len(keys) > 1 else "no command has an option"
    return file.wrong(f"{has} `{keys[-1]}`{did_you_mean(keys[-1], known)}", *keys)
