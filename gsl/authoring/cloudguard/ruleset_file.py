"""`ruleset.yaml`: what CloudGuard says of a ruleset as a whole, with the files of its rules in their order."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from msgspec import Struct

from gsl.authoring.cloudguard.json_values import unlike_json
from gsl.authoring.cloudguard.writing import yaml_text
from gsl.errors import InputError
from gsl.ruleset.loading import read_export, read_text
from gsl.ruleset.yamltext import YamlError, load

RULESET_FILE = "ruleset.yaml"
_HEAD = "# The ruleset that the rules of this folder came from; `gsl export` reads it.\n"
_RULES = "rules"


class Entry(Struct, frozen=True, eq=False):
    """A rule of a ruleset: its file and the fields it has there; or, without a file, its value, which is kept as JSON."""

    file: str | None
    fields: tuple[str, ...] = ()
    value: Any = None


class RulesetFile(Struct, frozen=True, eq=False):
    """A ruleset as a whole: its fields, among which `rules` keeps its place; `None` for a bare list of rules."""

    fields: dict[str, Any] | None
    entries: tuple[Entry, ...]

    def value(self, rules: list[Any]) -> Any:
        """The ruleset with its rules."""
        return rules if self.fields is None else {**self.fields, _RULES: rules}

    def text(self) -> str:
        """The file."""
        usual = _commonest([each.fields for each in self.entries if each.file is not None])
        listed = [_told(each, usual) for each in self.entries]
        return _HEAD + yaml_text({"ruleset": self.value(listed), "fields": list(usual)})


def _told(entry: Entry, usual: tuple[str, ...]) -> Any:
    if entry.file is None:
        return {"json": json.dumps(entry.value)}  # in letters that any file can hold
    return entry.file if entry.fields == usual else {"file": entry.file, "fields": list(entry.fields)}


def _commonest(rows: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The fields that most rules have; of equally many, those that come first."""
    counts = Counter(rows).most_common(1)
    return counts[0][0] if counts else ()


def read_ruleset_file(file: Path) -> RulesetFile:
    """A ruleset file read again. Raises `InputError`."""
    return ruleset_of_text(read_text(file), str(file))


def ruleset_of_text(text: str, name: str) -> RulesetFile:
    """The ruleset that the text of such a file tells of. Raises `InputError`."""
    try:
        content, _ = load(text)
    except YamlError as error:
        raise InputError("ruleset-file", error.message, name, error.mark.line, error.mark.column) from None
    ruleset = content.get("ruleset") if isinstance(content, dict) else None
    listed = ruleset.get(_RULES) if isinstance(ruleset, dict) else ruleset
    if not isinstance(listed, list):
        message = "a mapping was expected, with `ruleset` and below it `rules`, a list of files of this folder"
        raise InputError("ruleset-file", message, name)
    odd = unlike_json(ruleset)
    if odd is not None:
        raise InputError("not-json", odd, name)
    usual = _names(content.get("fields", []), name)
    entries = tuple([_entry(each, usual, name) for each in listed])
    return RulesetFile(ruleset if isinstance(ruleset, dict) else None, entries)


def _entry(told: Any, usual: tuple[str, ...], name: str) -> Entry:
    if isinstance(told, str):
        return Entry(told, usual)
    if isinstance(told, dict) and isinstance(told.get("json"), str) and len(told) == 1:
        value, lost = read_export(told["json"], name)
        if lost:
            raise InputError("number-too-large", "a number in it is too large to be kept", name)
        return Entry(None, (), value)
    if isinstance(told, dict) and isinstance(told.get("file"), str) and set(told) == {"file", "fields"}:
        return Entry(told["file"], _names(told["fields"], name))
    raise InputError("ruleset-file", f"`rules` lists files of this folder, which {str(told)[:60]!r} is not", name)


def _names(told: Any, name: str) -> tuple[str, ...]:
    if not isinstance(told, Iterable) or not all([isinstance(each, str) for each in told]) or isinstance(told, str):
        raise InputError("ruleset-file", "`fields` must be a list of names of fields", name)
    return tuple(told)
