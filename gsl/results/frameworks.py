"""Frameworks: trees of controls, such as benchmarks have, to which rules map."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct


class Control(Struct, frozen=True):
    """What is asked for at one number of a framework.

    `manual` says that the framework itself leaves it to people; `guidance` is what they do then.
    `rules` are patterns of ids (`*`, `?`) of rules that map to it besides those that name it.
    """

    id: str
    title: str = ""
    manual: bool = False
    guidance: str = ""
    rules: tuple[str, ...] = ()


class Section(Struct, frozen=True):
    """A part of a framework: the parts below it, then its own controls."""

    id: str
    title: str = ""
    sections: tuple[Section, ...] = ()
    controls: tuple[Control, ...] = ()

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Section]]:
        """The section and those below it, each with how deep it lies, in their order."""
        yield depth, self
        for each in self.sections:
            yield from each.walk(depth + 1)


class Framework(Struct, frozen=True):
    """A version of a framework, by the name that rules have for it.

    `complete` says that no control of it is missing here. Of one that is not `known` there is no
    tree: its controls are only the sections that rules name.
    """

    name: str
    title: str = ""
    version: str = ""
    url: str = ""
    complete: bool = True
    known: bool = True
    sections: tuple[Section, ...] = ()

    def walk(self) -> Iterator[tuple[int, Section]]:
        """All sections, each with how deep it lies, in their order."""
        for each in self.sections:
            yield from each.walk()

    def controls(self) -> Iterator[Control]:
        """All controls, in their order."""
        for _, section in self.walk():
            yield from section.controls
