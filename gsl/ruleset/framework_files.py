"""Reading the file of a framework: YAML to sections and controls, with all that is wrong told at its place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

from gsl.errors import InputError, InputErrors
from gsl.language.vocabulary import did_you_mean
from gsl.results.frameworks import Control, Framework, Section
from gsl.ruleset.yamltext import Mark, YamlError, load_nodes, mark_of, read

LONGEST_FILE = 4 * 1024 * 1024
MOST_PROBLEMS = 20
DEEPEST = 8
"""Sections within one another."""

_TOP = ("name", "version", "title", "url", "complete", "sections", "controls")
_SECTION = ("id", "title", "sections", "controls")
_CONTROL = ("id", "title", "manual", "guidance", "rules")
_TAG = "tag:yaml.org,2002:"


class FrameworkError(InputErrors):
    """A file of a framework that cannot be used; `errors` holds what is wrong in it, each with its place."""


def framework_in(path: str | Path) -> Framework:
    """The framework of a file. Raises `InputError` when it cannot be read, `FrameworkError` when it is wrong."""
    return framework_of(read(Path(path), "the framework", LONGEST_FILE), str(path))


def framework_of(text: str, name: str) -> Framework:
    """The framework of a text; `name` is that of its file. Raises what `framework_in` does."""
    try:
        _, node = load_nodes(text)
    except YamlError as error:
        mark = error.mark
        raise InputError("invalid-yaml", error.message, name, mark.line, mark.column, mark.length) from None
    reading = _Reading(name, text, [], {})
    framework = reading.framework(node)
    if reading.errors:
        raise FrameworkError(tuple(reading.errors))
    return framework


class _Reading(Struct, eq=False):
    """A file being read: what was wrong so far, and where the ids met stand."""

    file: str
    text: str
    errors: list[InputError]
    seen: dict[str, Any]

    def wrong(self, node: Any, message: str) -> None:
        """Note what is wrong at a place; of very much, the first."""
        if len(self.errors) >= MOST_PROBLEMS:
            return
        mark = self.mark(node) if node is not None else Mark(1, 1)
        error = InputError("invalid-framework", message, self.file, mark.line, mark.column, mark.length)
        self.errors.append(error)

    def mark(self, node: Any) -> Mark:
        """The place of a text or number; of anything larger that of its first key or item."""
        shown = node
        while not isinstance(shown.value, str) and shown.value:
            first = shown.value[0]
            shown = first[0] if isinstance(first, tuple) else first
        length = len(self.text[shown.start_mark.index : shown.end_mark.index].rstrip())
        return mark_of(self.text, shown.start_mark, length)

    def framework(self, node: Any) -> Framework:
        """The whole file."""
        found = self.members(node, "a framework", _TOP, ("name",))
        sections = tuple([self.section(each, 1) for each in self.items(found.get("sections"), "sections")])
        controls = tuple([self.control(each) for each in self.items(found.get("controls"), "controls")])
        if not self.errors and not self.seen:
            self.wrong(node, "the framework has no controls: list them under `controls`, or below `sections`")
        name, title, version, url = [self.word(found.get(key), key) for key in ("name", "title", "version", "url")]
        complete = self.truth(found.get("complete"), "complete", True)
        whole = (Section("", "", (), controls),) if controls else ()
        return Framework(name, title, version, url, complete, True, (*whole, *sections))

    def section(self, node: Any, depth: int) -> Section:
        """A section with all below it."""
        found = self.members(node, "a section", _SECTION, ("id",))
        if depth > DEEPEST:
            self.wrong(node, f"sections lie more than {DEEPEST} deep within one another")
            return Section("")
        own = self.word(found.get("id"), "id")
        sections = tuple([self.section(each, depth + 1) for each in self.items(found.get("sections"), "sections")])
        controls = tuple([self.control(each) for each in self.items(found.get("controls"), "controls")])
        return Section(own, self.word(found.get("title"), "title"), sections, controls)

    def control(self, node: Any) -> Control:
        """A control; no two have one id."""
        found = self.members(node, "a control", _CONTROL, ("id", "title"))
        own = self.word(found.get("id"), "id")
        if own in self.seen:
            self.wrong(found["id"], f"the control `{own}` stands twice, first on line {self.seen[own].line + 1}")
        elif own:
            self.seen[own] = found["id"].start_mark
        rules = tuple([self.word(each, "rules") for each in self.items(found.get("rules"), "rules")])
        words = [self.word(found.get(key), key) for key in ("title", "guidance")]
        return Control(own, words[0], self.truth(found.get("manual"), "manual", False), words[1], rules)

    def members(self, node: Any, what: str, known: tuple[str, ...], needed: tuple[str, ...]) -> dict[str, Any]:
        """The values of a mapping by their keys."""
        if node is None or not node.tag.endswith(":map"):
            self.wrong(
                node, f"{what} was expected: keys and values, {' and '.join([f'`{key}`' for key in needed])} at least"
            )
            return {}
        found = {}
        for key, value in node.value:
            if key.value in known:
                found[key.value] = value
            else:
                near = did_you_mean(str(key.value), known) or "."
                self.wrong(key, f"{what} has no key `{key.value}`{near} Known keys: {', '.join(known)}")
        for key in needed:
            if key not in found:
                self.wrong(node, f"{what} needs `{key}`")
        return found

    def items(self, node: Any, key: str) -> Iterator[Any]:
        """The items of a list that may be left out."""
        if node is None:
            return
        if not node.tag.endswith(":seq"):
            self.wrong(node, f"`{key}` must be a list")
            return
        yield from node.value

    def word(self, node: Any, key: str) -> str:
        """A text, or a number as it is written: 1.10 stays 1.10."""
        if node is None:
            return ""
        if not isinstance(node.value, str) or not node.value.strip() or node.tag == f"{_TAG}null":
            self.wrong(node, f"`{key}` must be a text that is not empty")
            return ""
        return node.value.strip()

    def truth(self, node: Any, key: str, otherwise: bool) -> bool:
        """A boolean."""
        if node is None:
            return otherwise
        if node.tag != f"{_TAG}bool":
            self.wrong(node, f"`{key}` must be true or false")
            return otherwise
        return node.value.lower() in ("true", "yes", "on")
