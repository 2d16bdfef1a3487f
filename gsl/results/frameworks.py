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

    @property
    def name(self) -> str:
        """Its number and title."""
        return f"{self.id}  {self.title}".strip()

    def blocks(self, depth: int = 0) -> Iterator[Block]:
        """The section as reports show it: its own controls come after the sections below it."""
        yield Block(self, depth, self.name, () if self.sections else self.controls)
        for each in self.sections:
            yield from each.blocks(depth + 1)
        if self.sections and self.controls:
            yield Block(self, depth + 1, f"{self.name}, further controls", self.controls)


class Block(Struct, frozen=True):
    """A heading of a report, with the controls below it; some have none."""

    section: Section
    depth: int
    heading: str
    controls: tuple[Control, ...]


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

    def blocks(self) -> Iterator[Block]:
        """All headings with their controls, in their order."""
        for each in self.sections:
            yield from each.blocks()

    def controls(self) -> Iterator[Control]:
        """All controls, in their order."""
        for block in self.blocks():
            yield from block.controls
