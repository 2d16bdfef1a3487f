"""The file of tests beside a rule, `X.test.yaml` beside `X.gsl`: what it may say, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from gsl.authoring.testing.entities import EntityFiles
from gsl.errors import GslError, InputError
from gsl.inventory.entity import Entity
from gsl.inventory.given import entities_of
from gsl.language.vocabulary import did_you_mean
from gsl.ruleset import loading, yamltext
from gsl.ruleset.options import Options, options_of
from gsl.ruleset.rule import Rule
from gsl.ruleset.yamltext import YamlError

VERDICTS = ("passed", "failed", "excluded", "not-relevant", "error", "selected")
_FILE_KEYS = ("now", "lists", "cases")
_CASE_KEYS = ("name", "entity", "entities", "expect", "decidedBy", "now", "lists")

LONGEST_FILE = 16 * 1024 * 1024
MOST_CASES = 10_000
MOST_ENTITIES = 100_000
"""Entities of all cases of a file together."""

Given = list[Entity | InputError]


@attrs.frozen
class Case:
    """One case: its name, its place in the list (from 0), and what stands under its keys."""

    name: str
    number: int
    content: dict[str, Any]

    @property
    def expect(self) -> Any:
        """What is expected: a verdict, or one for each entity."""
        return self.content.get("expect")

    @property
    def decided_by(self) -> Any:
        """The paths that are said to decide; `None` when nothing is said."""
        return self.content.get("decidedBy")


@attrs.define
class TestFile:
    """The cases of one rule, and what they share."""

    __test__ = False

    path: Path
    content: dict[str, Any]
    cases: tuple[Case, ...]
    _files: EntityFiles
    _entities: int = 0

    def options(self, case: Case) -> Options:
        """The clock and the lists of a case. Raises `GslError`."""
        lists = {**_lists(self.content), **_lists(case.content)}
        return options_of(case.content.get("now", self.content.get("now")), lists)

    def entities(self, case: Case, rule: Rule) -> Given:
        """The entities of a case. Raises `InputError`."""
        found = self._found(case.content, rule)
        self._entities += len(found)
        if self._entities > MOST_ENTITIES:
            raise InputError("too-many-entities", f"the cases of a file have more than {MOST_ENTITIES:,} entities")
        return found

    def _found(self, content: dict[str, Any], rule: Rule) -> Given:
        if ("entity" in content) == ("entities" in content):
            raise InputError("invalid-case", "a case needs either `entity` or `entities`")
        only = rule.entity_type or None
        if "entity" in content:
            return list(entities_of([content["entity"]], only))
        entities = content["entities"]
        if isinstance(entities, str):
            return self._files.entities(entities, only)
        if not isinstance(entities, list) or (not entities and not rule.is_list):
            raise InputError("invalid-case", "`entities` must be a list with at least one entity, or name a file")
        return list(entities_of(entities or [{"type": "Account", "id": "account"}], only))


def read_tests(path: Path) -> TestFile:
    """The cases of a test file. Raises `InputError` when it is none."""
    content = _read(path)
    _refuse_unknown(content, _FILE_KEYS, "the file", path)
    given = content.get("cases")
    if not isinstance(given, list) or not given:
        raise InputError("no-cases", "`cases` must be a list with at least one case", str(path))
    if len(given) > MOST_CASES:
        raise InputError("too-many-cases", f"the file has more than {MOST_CASES:,} cases", str(path))
    names: set[str] = set()
    cases = [_case(case, number, names, path) for number, case in enumerate(given)]
    return TestFile(path, content, tuple(cases), EntityFiles(path.parent, LONGEST_FILE))


def read_text(path: Path) -> str:
    """The text of a test file. Raises `InputError`."""
    return loading.read_text(path, LONGEST_FILE)


def _read(path: Path) -> dict[str, Any]:
    try:
        content, _ = yamltext.load(read_text(path))
    except YamlError as error:
        message = f"the file is {error.message}" if error.message.startswith("no ") else error.message
        raise InputError("invalid-yaml", message, str(path), error.mark.line, error.mark.column) from None
    if not isinstance(content, dict):
        raise InputError("invalid-yaml", "keys were expected: `cases`, and `now` or `lists` if needed", str(path))
    return content


def _refuse_unknown(content: Mapping[str, Any], known: tuple[str, ...], where: str, path: Path) -> None:
    for key in content:
        if key not in known:
            message = f"{where} has no key `{key}`{did_you_mean(str(key), known) or '.'} Known keys: {', '.join(known)}"
            raise InputError("unknown-test-key", message, str(path))


def _case(case: Any, number: int, names: set[str], path: Path) -> Case:
    if not isinstance(case, dict):
        message = f"case {number + 1} must have keys such as `name`, `entity` and `expect`"
        raise InputError("invalid-case", message, str(path))
    name = case.get("name")
    if not isinstance(name, str) or not name:
        raise InputError("invalid-case", f"case {number + 1} has no `name`", str(path))
    if name in names:
        raise InputError("invalid-case", f"two cases are named `{name}`", str(path))
    _refuse_unknown(case, _CASE_KEYS, f"the case `{name}`", path)
    names.add(name)
    return Case(name, number, case)


def _lists(content: dict[str, Any]) -> dict[str, Any]:
    lists = content.get("lists") or {}
    if not isinstance(lists, dict):
        raise InputError("invalid-case", "`lists` must be names, each with a list of values")
    return lists


def message_of(error: GslError) -> str:
    """What an error says, without its place when it is that of a case."""
    return error.message if isinstance(error, InputError) else str(error)
