"""Entities of a case that stand in a file of their own: only below the folder of the tests, and only so much."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from gsl.errors import InputError
from gsl.inventory.entity import Entity
from gsl.inventory.reading import EntityReader, Target

_ALL_TOGETHER = 4
"""How many times the longest file all files of one test file may have together."""


class EntityFiles:
    """The entity files that the cases of one test file name; each is read once.

    A name is relative to the test file and stays below its folder, links followed: tests that come
    with somebody's rules must not read whatever else there is on the machine.
    """

    def __init__(self, folder: Path, longest: int) -> None:
        self.folder = folder
        self.longest = longest
        self._left = _ALL_TOGETHER * longest
        self._known: dict[tuple[str, str | None], list[Entity | InputError]] = {}

    def entities(self, name: str, only: str | None) -> list[Entity | InputError]:
        """The entities in a file, those without a type being of type `only`. Raises `InputError`."""
        found = self._known.get((name, only))
        if found is None:
            data = self._read(self.place(name), name)
            reader = EntityReader(Target(frozenset([only] if only else [])))
            found = [each for each in reader.parse(data, name) if isinstance(each, (Entity, InputError))]
            self._known[name, only] = found
        if not found:
            raise InputError("invalid-case", f"{name} has no entities")
        return found

    def place(self, name: str) -> Path:
        """The file that a name is of. Raises `InputError` when it may not be read, or is not there."""
        path = PurePosixPath(name)
        try:
            folder, file = self.folder.resolve(), (self.folder / path).resolve()
        except (OSError, ValueError, RuntimeError):
            raise InputError("no-such-file", f"`{name}` is no name of a file") from None
        if path.is_absolute() or not file.is_relative_to(folder):
            message = f"`{name}` lies outside the folder of the tests: name a file in it or below it"
            raise InputError("file-outside", message)
        try:
            is_there = file.is_file()
        except OSError:
            is_there = False
        if not is_there:
            raise InputError("no-such-file", f"there is no file `{name}` beside the tests")
        return file

    def _read(self, file: Path, name: str) -> bytes:
        most = min(self.longest, self._left)
        try:
            with file.open("rb") as stream:
                data = stream.read(most + 1)
        except OSError as error:
            raise InputError("unreadable-file", f"{name} cannot be read: {error.strerror or error}") from None
        if len(data) > most:
            together = "the entity files of the tests are together" if most < self.longest else f"{name} is"
            limit = self.longest if most == self.longest else _ALL_TOGETHER * self.longest
            raise InputError("file-too-long", f"{together} longer than {limit >> 20} MB")
        self._left -= len(data)
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            raise InputError("invalid-encoding", f"{name} is no UTF-8: plain JSON or JSON lines are taken") from None
        return data
