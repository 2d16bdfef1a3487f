"""Bringing expectations up to date: edits of `expect` at their places in the text, and of nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from gsl.authoring.replacing import replace_text
from gsl.authoring.testing.reading import read_text
from gsl.errors import InputError
from gsl.ruleset import yamltext
from gsl.ruleset.yamltext import YamlError

_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*")
_NOTHING = "nothing"

Wanted = Mapping[int, Mapping[str, str]]
"""For the numbers of cases the verdicts that their entities have."""


@attrs.frozen
class Change:
    """One expectation that was written anew; `entity` is empty where a case has a single verdict."""

    case: str
    line: int
    entity: str
    before: str
    after: str

    def __str__(self) -> str:
        entity = f"{self.entity}: " if self.entity else ""
        return f"{self.case}: {entity}{self.before} -> {self.after}"


@attrs.frozen
class _Edit:
    """A stretch of the text and what takes its place."""

    start: int
    end: int
    text: str


def update(path: Path, wanted: Wanted) -> list[Change]:
    """Write the verdicts of cases into their `expect`, keeping comments and layout; gives what it changed.

    Raises `InputError` when the file cannot be edited so that it says just that.
    """
    text = read_text(path)
    try:
        new, changes = updated(text, wanted)
    except YamlError as error:
        raise InputError("invalid-yaml", error.message, str(path), error.mark.line, error.mark.column) from None
    if new != text:
        _check(text, new, wanted, path)
        replace_text(path, new)
    return changes


def updated(text: str, wanted: Wanted) -> tuple[str, list[Change]]:
    """The text of a test file with the verdicts of cases written into it."""
    import yaml

    body = text.removeprefix(_BOM)
    yamltext.load(body)  # refuses what is hostile
    root = yaml.compose(body, yaml.CSafeLoader)
    edits: list[_Edit] = []
    changes: list[Change] = []
    for number, case in enumerate(_member(root, "cases").value):
        if number in wanted:
            for edit, change in _of_case(case, wanted[number], body):
                edits += [edit] if edit is not None else []
                changes += [change] if change is not None else []
    for edit in sorted(edits, key=lambda each: -each.start):
        body = body[: edit.start] + edit.text + body[edit.end :]
    return text[: len(text) - len(text.removeprefix(_BOM))] + body, changes


def _member(mapping: Any, key: str) -> Any:
    return next((value for name, value in mapping.value if name.value == key), None)


def _of_case(case: Any, wanted: Mapping[str, str], text: str) -> Iterator[tuple[_Edit | None, Change | None]]:
    """The edits of one case, and what they change."""
    name, expect = _member(case, "name"), _member(case, "expect")
    line = (expect or name).start_mark.line + 1
    new = next(iter(wanted.values())) if len(wanted) == 1 else _flow(wanted)

    def change(entity: str, before: str, after: str) -> Change:
        return Change(name.value, line, entity, before, after)

    if expect is None:
        yield _inserted(case, name, "expect", new, text), change("", _NOTHING, new)
    elif type(expect).__name__ != "MappingNode":
        if expect.value != new:
            start, end = expect.start_mark.index, expect.end_mark.index
            blank = "" if text[start - 1] in " \t\n" else " "
            yield _Edit(start, end, blank + new), change("", _shown(expect), new)
    else:
        yield from _of_mapping(expect, wanted, text, change)


def _of_mapping(
    expect: Any, wanted: Mapping[str, str], text: str, change: Any
) -> Iterator[tuple[_Edit | None, Change | None]]:
    """The edits of expectations by entity: single verdicts where that is enough, else the whole."""
    known = {key.value: value for key, value in expect.value}
    anew = not known or any([name not in wanted for name in known])
    for name, value in known.items():
        verdict = wanted.get(name)
        if verdict != value.value:
            edit = None if anew else _Edit(value.start_mark.index, value.end_mark.index, str(verdict))
            yield edit, change(name, _shown(value), verdict or _NOTHING)
    for name, verdict in wanted.items():
        if name not in known:
            edit = None if anew else _inserted(expect, expect.value[-1][1], _key(name), verdict, text)
            yield edit, change(name, _NOTHING, verdict)
    if anew:
        end = expect.end_mark.index if expect.flow_style or not known else expect.value[-1][1].end_mark.index
        yield _Edit(expect.start_mark.index, end, _flow(wanted)), None


def _shown(value: Any) -> str:
    return value.value if isinstance(value.value, str) and value.value else _NOTHING


def _inserted(mapping: Any, after: Any, key: str, value: str, text: str) -> _Edit:
    """An entry of a mapping, put in behind a value of it."""
    end = after.end_mark.index
    if mapping.flow_style:
        return _Edit(end, end, f", {key}: {value}")
    line_end = text.find("\n", end)
    line_end = len(text) if line_end < 0 else line_end
    newline = "\r\n" if text[:line_end].endswith("\r") else "\n"
    line_end -= len(newline) - 1
    return _Edit(line_end, line_end, f"{newline}{' ' * mapping.start_mark.column}{key}: {value}")


def _flow(verdicts: Mapping[str, str]) -> str:
    return "{" + ", ".join([f"{_key(name)}: {verdict}" for name, verdict in verdicts.items()]) + "}"


def _key(name: str) -> str:
    """A name as a key: plain where YAML reads it as that text, else in quotes."""
    import json

    import yaml

    plain = _PLAIN.fullmatch(name) is not None and yaml.load(name, yaml.CSafeLoader) == name
    return name if plain else json.dumps(name, ensure_ascii=False)


def _check(old: str, new: str, wanted: Wanted, path: Path) -> None:
    """See that the new text says what it should, and otherwise what the old one said."""
    try:
        before, after = yamltext.load(old)[0], yamltext.load(new)[0]
        same = _without(before, wanted) == _without(after, wanted)
        right = all([_expected(after["cases"][number]) in _forms(verdicts) for number, verdicts in wanted.items()])
    except (YamlError, KeyError, TypeError, AttributeError):
        same = right = False
    if not (same and right):
        message = "the expectations cannot be written into this file as it is laid out: edit it by hand"
        raise InputError("not-updated", message, str(path))


def _without(content: Any, numbers: Wanted) -> Any:
    """All that a file says but for the expectations of some cases."""
    cases = [
        {key: value for key, value in case.items() if key != "expect" or number not in numbers}
        for number, case in enumerate(content["cases"])
    ]
    return {**content, "cases": cases}


def _expected(case: Mapping[str, Any]) -> Any:
    expect = case["expect"]
    return {str(name): verdict for name, verdict in expect.items()} if isinstance(expect, dict) else expect


def _forms(verdicts: Mapping[str, str]) -> Sequence[Any]:
    return (dict(verdicts), *({*verdicts.values()} if len(verdicts) == 1 else ()))
