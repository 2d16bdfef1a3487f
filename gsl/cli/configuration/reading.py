"""A configuration file as it stands: its tables, and the line of each key."""

from __future__ import annotations

import os
import re
from typing import Any

from msgspec import Struct

from gsl.cli.configuration.finding import SHARED, candidates
from gsl.errors import GslError, printable

LARGEST = 1 << 18
"""Bytes of a configuration file."""

MOST_DOTS = 2000
"""Dots in a line: the time that tomllib takes for a key grows with the square of its parts."""

_HEADER = re.compile(r"\[([^\[\]]*)\]")
_PLACE = re.compile(r"(.*) \(at line ([0-9]+), column ([0-9]+)\)")
_OURS = re.compile(
    rb"""tool["']?[ \t]*\.[ \t]*["']?gsl\b|^[ \t]*(\[[ \t]*["']?tool["']?[ \t]*\]|["']?tool["']?[ \t]*=)""",
    re.MULTILINE,
)
"""What a pyproject.toml with a table for gsl has somewhere; others need no parser."""

_QUOTES = " \t\"'"


class ConfigurationError(GslError):
    """A configuration file that cannot be used: where, what is wrong, what to do."""


class File(Struct, frozen=True):
    """A configuration file.

    `content` are its tables, `within` the keys that lead to them in the file. A file that was found
    and not `named` by the user is trusted less.
    """

    path: str
    named: bool
    content: dict[str, Any]
    text: str
    within: tuple[str, ...] = ()

    @property
    def folder(self) -> str:
        """What relative paths in it are relative to."""
        return os.path.dirname(os.path.abspath(self.path))

    def place(self, *keys: str) -> str:
        """`file:line` of a key, or of the nearest thing around it."""
        return f"{self.path}:{line_of(self.text, (*self.within, *keys))}"

    def wrong(self, message: str, *keys: str) -> ConfigurationError:
        """An error at a key."""
        return ConfigurationError(printable(f"{self.place(*keys)}: error[configuration]: {message}"))


def found(start: str) -> File | None:
    """The configuration that holds in a folder. Raises `ConfigurationError`."""
    for path in candidates(start):
        shown = os.path.relpath(path, start)
        file = _read(shown if not shown.startswith(os.pardir) else path, False)
        if file is not None:
            return file
    return None


def named(path: str) -> File:
    """The configuration in a file that the user named. Raises `ConfigurationError`."""
    if not path:
        raise ConfigurationError("error[configuration]: --config names no file")
    file = _read(path, True)
    if file is None:
        raise ConfigurationError(f"{printable(path)}: error[configuration]: there is no table [tool.gsl] in it")
    return file


def _read(path: str, by_user: bool) -> File | None:
    """A file; `None` for a pyproject.toml without a table for gsl."""
    content = _bytes(path, by_user)
    shared = os.path.basename(path) == SHARED
    if shared and not _OURS.search(content):
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigurationError(f"{printable(path)}:{line}: error[configuration]: this is not UTF-8") from None
    tables = _parsed(path, text)
    if not shared:
        return File(path, by_user, tables, text)
    tool = tables.get("tool")
    own = tool.get("gsl") if isinstance(tool, dict) else None
    if own is None:
        return None
    file = File(path, by_user, {}, text, ("tool", "gsl"))
    if not isinstance(own, dict):
        raise file.wrong("`tool.gsl` has to be a table")
    return File(path, by_user, own, text, ("tool", "gsl"))


def _bytes(path: str, by_user: bool) -> bytes:
    if not by_user and not os.path.isfile(path):  # a folder, a link that leads nowhere, a pipe
        raise ConfigurationError(printable(f"{path}: error[configuration]: this is no file"))
    try:
        with open(path, "rb") as stream:
            content = stream.read(LARGEST + 1)
    except OSError as error:
        who = "; GSL_CONFIG names it" if os.environ.get("GSL_CONFIG") == path else ""
        why = f"cannot be read: {error.strerror or error}{who}"
        raise ConfigurationError(printable(f"{path}: error[configuration]: {why}")) from None
    if len(content) > LARGEST:
        raise ConfigurationError(printable(f"{path}: error[configuration]: larger than {LARGEST // 1024} KB"))
    return content


def _parsed(path: str, text: str) -> dict[str, Any]:
    import tomllib

    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > MOST_DOTS:
            where = f"{path}:{number}: error[configuration]"
            raise ConfigurationError(printable(f"{where}: more than {MOST_DOTS} dots in a line; break it"))
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ConfigurationError(printable(f"{path}: error[configuration]: nested too deep")) from None
    except ValueError as error:
        place = _PLACE.fullmatch(str(error))
        where = f"{path}:{place[2]}:{place[3]}" if place else path
        told = place[1] if place else str(error)
        raise ConfigurationError(printable(f"{where}: error[configuration]: this is not TOML: {told}")) from None


def line_of(text: str, keys: tuple[str, ...]) -> int:
    """The line in which a key is set; else that of the longest beginning of its path.

    tomllib tells no places, so lines are compared: exact for keys and headers on lines of their own.
    """
    best, line = 0, 1
    table: tuple[str, ...] = ()
    for number, each in enumerate(text.splitlines(), 1):
        header = _HEADER.match(each.strip())
        path = table = _parts(header[1]) if header else table
        if header is None:
            key, mark, _ = each.partition("=")
            path = (*table, *_parts(key)) if mark else ()
        if len(path) > best and path == keys[: len(path)]:
            best, line = len(path), number
    return line


def _parts(text: str) -> tuple[str, ...]:
    return tuple([part.strip(_QUOTES) for part in text.split(".")])
