"""Named lists across files: where each stands in rules, tests and files of lists, and what a new name changes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from gsl.authoring.checking.findings import Edit
from gsl.authoring.editing.named_lists import Lists, key_places
from gsl.authoring.editing.words import lists_in
from gsl.authoring.editing.workspace import is_rule_name
from gsl.errors import UsageError, printable
from gsl.ruleset import yamltext
from gsl.ruleset.yamltext import YamlError

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_NO_TEXTS = frozenset(("true", "false", "yes", "no", "on", "off", "null", "y", "n"))
_LONGEST_NAME = 200


class Use(Struct, frozen=True):
    """A place where a list's name stands; in rules with its `$`, in YAML as a key."""

    file: Path
    start: int
    end: int
    is_key: bool = False


def uses_of(name: str, texts: Mapping[Path, str], lists: Lists) -> list[Use]:
    """Each place of a list in rules and tests, and the one in a file of lists."""
    found: list[Use] = []
    for path, text in texts.items():
        if name not in text:
            continue
        if is_rule_name(path.name):
            found += [Use(path, each.start, each.end) for each in lists_in(text) if each.text == f"${name}"]
        else:
            found += [Use(path, start, end, True) for start, end in _keys_in_tests(text, name)]
    given = lists.by_name.get(name)
    if given is not None and given.named_in is not None:
        found.append(Use(given.named_in, given.start, given.end, True))
    return found


def _keys_in_tests(text: str, name: str) -> Iterator[tuple[int, int]]:
    """Where a test file gives a list: below `lists` of the file and of its cases."""
    import yaml

    shift = len(text) - len(text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}"))
    try:
        yamltext.load(text[shift:])
    except YamlError:
        return
    root = yaml.compose(text[shift:], yaml.CSafeLoader)
    cases = _member(root, "cases")
    below = cases.value if cases is not None and isinstance(cases.value, list) else []
    for owner in (root, *below):
        place = key_places(_member(owner, "lists"), shift).get(name)
        if place is not None:
            yield place


def _member(node: Any, key: str) -> Any:
    if node is None or node.tag != "tag:yaml.org,2002:map":
        return None
    return next((value for found, value in node.value if found.value == key), None)


def renamed(
    name: str, new: str, texts: Mapping[Path, str], lists: Lists, other: Mapping[Path, str]
) -> dict[Path, list[Edit]]:
    """The edits that give a list another name, by file. `other` are the texts of files of lists.

    Raises `UsageError` when the name is none, or is another list's.
    """
    new = new.removeprefix("$")
    if not _NAME.fullmatch(new) or len(new) > _LONGEST_NAME:
        raise UsageError(f"`{printable(new[:60])}` is no name of a list: letters, digits and `_`, first no digit")
    if new == name:
        return {}
    if new in lists.by_name or uses_of(new, texts, lists):
        raise UsageError(f"there is a list `${new}` already")
    edits: dict[Path, list[Edit]] = {}
    for use in uses_of(name, texts, lists):
        text = texts.get(use.file, other.get(use.file, ""))
        written = _as_key(new, text[use.start : use.end]) if use.is_key else f"${new}"
        edits.setdefault(use.file, []).append(Edit(use.start, use.end, written))
    return edits


def _as_key(name: str, before: str) -> str:
    """A key as YAML and JSON take it, in quotes where there were some or where it would be no text."""
    if before[:1] in ("'", '"'):
        return before[0] + name + before[0]
    return f'"{name}"' if name.lower() in _NO_TEXTS else name
