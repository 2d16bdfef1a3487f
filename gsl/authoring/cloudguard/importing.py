"""A ruleset of CloudGuard as a folder of rule files, from which `exporting` makes the same ruleset again."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import attrs

from gsl.authoring.cloudguard.fields import LOGIC, front_of, given_of
from gsl.authoring.cloudguard.naming import Names
from gsl.authoring.cloudguard.rule_file import RuleFile, rule_file_of
from gsl.authoring.cloudguard.ruleset_file import RULESET_FILE, Entry, RulesetFile, ruleset_of_text
from gsl.authoring.cloudguard.writing import yaml_text
from gsl.authoring.replacing import replace_text
from gsl.errors import GslError, InputError, Source, UsageError
from gsl.inventory.files import files_below
from gsl.ruleset.loading import RULE_SUFFIX, exported_id, read_export, read_text, rule_of_text, rules_of_export
from gsl.ruleset.metadata import CLOUDGUARD

_OURS = ("frameworks", "references")
"""The keys of front matter that CloudGuard has no fields for: an update leaves them as they are."""


@attrs.frozen
class Import:
    """What an import would write: texts by file name, the ruleset file last; and what is wrong with rules.

    `broken` are errors of rules that are written all the same; `kept` counts the rules that could
    not be files of their own, and are kept in the ruleset file.
    """

    folder: Path
    texts: dict[str, str]
    rules: int
    kept: int
    broken: tuple[GslError, ...]

    def there(self) -> list[Path]:
        """The files that are there already."""
        found = [self.folder / name for name in self.texts]
        return [file for file in found if file.exists() or file.is_symlink()]

    def strangers(self) -> list[Path]:
        """Rule files of the folder that are not of this ruleset."""
        if not self.folder.is_dir():
            return []
        ours = {self.folder / name for name in self.texts}
        found = files_below(self.folder, lambda name: name.lower().endswith(RULE_SUFFIX))
        return [file for file in found if isinstance(file, Path) and file not in ours]

    def write(self, update: bool = False) -> None:
        """Write the files; those that are there only with `update`. Raises `UsageError` and `InputError`."""
        there = set(self.there())
        if there and not update:
            raise UsageError(_in_the_way(sorted(there), self.folder))
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{self.folder}: cannot be made: {error.strerror or error}") from None
        for name, text in self.texts.items():
            file = self.folder / name
            if file in there:
                replace_text(file, _with_ours(text, file) if name != RULESET_FILE else text)
            else:
                _write_new(file, text)


def _in_the_way(files: list[Path], folder: Path) -> str:
    shown = ", ".join([file.name for file in files[:3]]) + (f" and {len(files) - 3} more" if len(files) > 3 else "")
    return f"{folder}: {shown} there already; nothing was written. Choose another folder (--to), or --update it"


def _write_new(file: Path, text: str) -> None:
    try:
        with file.open("xb") as stream:
            stream.write(text.encode("utf-8"))
    except OSError as error:
        raise UsageError(f"{file}: cannot be written: {error.strerror or error}") from None


def _with_ours(text: str, file: Path) -> str:
    """The text with what only the file that is there says. A file that cannot be read says nothing."""
    try:
        before = rule_file_of(read_text(file), str(file))
    except GslError:
        return text
    ours = {key: before.front[key] for key in _OURS if key in before.front}
    if not ours:
        return text
    made = rule_file_of(text, str(file))
    cloudguard = {CLOUDGUARD: made.front[CLOUDGUARD]} if CLOUDGUARD in made.front else {}
    front = {key: value for key, value in made.front.items() if key != CLOUDGUARD}
    return _text_of({**front, **ours, **cloudguard}, made.logic)


def import_of(text: str, name: str, folder: Path) -> Import:
    """What importing the text of an exported ruleset would write. Raises `InputError` for what is none."""
    value, lost = read_export(text, name)
    rules = rules_of_export(value, name)
    if lost:
        raise InputError("number-too-large", "a number in it is too large to be kept; nothing was written", name)
    if rules and all([isinstance(each, dict) and isinstance(each.get("rules"), list) for each in rules]):
        message = f"these are {len(rules)} rulesets: save each in a file of its own, and import them one by one"
        raise InputError("several-rulesets", message, name)
    twice = _key_twice(text)
    if twice is not None:
        message = f"an object has the key `{twice}` twice: one of the two would be lost; nothing was written"
        raise InputError("key-twice", message, name)
    made = _Making(name, folder)
    entries = tuple([made.entry(given, number) for number, given in enumerate(rules, 1)])
    ruleset = RulesetFile(value if isinstance(value, dict) else None, entries)
    made.texts[RULESET_FILE] = _checked(ruleset, value, made, name)
    return Import(folder, made.texts, len(rules), made.kept, tuple(made.broken))


def _key_twice(text: str) -> str | None:
    """A key that stands twice in an object of a text that is JSON."""
    found: list[str] = []

    def look(members: list[tuple[str, Any]]) -> None:
        keys = [key for key, _ in members]
        if len({*keys}) < len(keys):
            found.extend([key for key, count in Counter(keys).items() if count > 1])

    json.JSONDecoder(object_pairs_hook=look, parse_int=str, parse_float=str).decode(
        text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    )
    return found[0] if found else None


def _checked(ruleset: RulesetFile, value: Any, made: _Making, name: str) -> str:
    """The text of the ruleset file, from which the whole comes out as it went in."""
    text = ruleset.text()
    try:
        read = ruleset_of_text(text, RULESET_FILE)
        found = read.value([_given(each, made.texts) for each in read.entries])
    except GslError as error:
        raise InputError("cannot-be-kept", f"the ruleset cannot be kept as files: {error}", name) from None
    if not same(found, value):
        raise InputError("cannot-be-kept", "the ruleset cannot be kept as files without a loss", name)
    return text


def _given(entry: Entry, texts: dict[str, str]) -> Any:
    if entry.file is None:
        return entry.value
    file = rule_file_of(texts[entry.file], entry.file)
    return given_of(file.front, file.logic, entry.fields)


class _Making:
    """The files of an import as they are made, rule by rule."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder = name, folder
        self.texts: dict[str, str] = {}
        self.broken: list[GslError] = []
        self.kept = 0
        self._names = Names()
        self._logics: dict[str, dict[str, int]] = {}

    def entry(self, given: Any, number: int) -> Entry:
        """A rule as a file; where that could not be read again as the same rule, as it is."""
        if isinstance(given, dict):
            logic = given.get(LOGIC)
            rule_id = exported_id(given, logic if isinstance(logic, str) else "", Path(self.name).stem, self._logics)
            text = _rule_text(given, rule_id)
            if _reads_back(text, given):
                file = self._names.of(rule_id, number)
                self.texts[file] = text
                self._look_at(text, str(self.folder / file), rule_id)
                return Entry(file, tuple(given))
        self.kept += 1
        message = f"rule {number} cannot be a rule file; it is kept in {RULESET_FILE} as it is"
        self.broken.append(InputError("no-rule-file", message, self.name))
        return Entry(None, (), given)

    def _look_at(self, text: str, file: str, rule_id: str) -> None:
        try:
            rule_of_text(Source(text, file, file))
        except GslError as error:
            self.broken.append(error.about(rule_id))


def _rule_text(given: dict[str, Any], rule_id: str) -> str:
    front = front_of(given, rule_id)
    logic = given.get(LOGIC, "")
    if isinstance(logic, str) and logic.strip() and _is_text(logic):
        return _text_of(front, logic)
    kept = {LOGIC: given[LOGIC]} if LOGIC in given else {}
    return _text_of({**front, CLOUDGUARD: {**kept, **front.get(CLOUDGUARD, {})}}, "")


def _is_text(logic: str) -> bool:
    try:
        logic.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _text_of(front: dict[str, Any], logic: str) -> str:
    return f"---\n{yaml_text(front)}---\n{logic}\n"


def _reads_back(text: str, given: dict[str, Any]) -> bool:
    """Whether a file with this text gives the rule that it was made of."""
    try:
        text.encode("utf-8")
        file: RuleFile = rule_file_of(text, "")
    except (GslError, UnicodeEncodeError):
        return False
    return not file.problems and same(given_of(file.front, file.logic, tuple(given)), given)


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same to the last: kinds of numbers, and the order of members."""
    pending: list[tuple[Any, Any]] = [(one, other)]
    while pending:
        left, right = pending.pop()
        if type(left) is not type(right):
            return False
        if isinstance(left, dict):
            if list(left) != list(right):
                return False
            pending += zip(left.values(), right.values())
        elif isinstance(left, list):
            if len(left) != len(right):
                return False
            pending += zip(left, right)
        elif left != right:
            return False
    return True
