"""The tests of one rule as a file has them: its cases, what they share, and where all of it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs

from gsl.authoring.testing.entities import EntityFiles
from gsl.errors import InputError
from gsl.inventory.entity import Entity
from gsl.inventory.given import entities_of
from gsl.ruleset.options import Options, options_of
from gsl.ruleset.rule import Rule
from gsl.ruleset.yamlplaces import Places, Step
from gsl.ruleset.yamltext import Mark

VERDICTS = ("passed", "failed", "excluded", "not-relevant", "error", "selected")

MOST_ENTITIES = 100_000
"""Entities of all cases of a file together."""

Given = list[Entity | InputError]


@attrs.frozen
class Trouble:
    """One thing wrong with a case: what, and the way to it from the case."""

    message: str
    way: tuple[Step, ...] = ("name",)
    code: str = "invalid-case"


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

    @property
    def given(self) -> str:
        """The key that has the entities; `name` where there is none."""
        return next((key for key in ("entities", "entity") if key in self.content), "name")


@attrs.define
class TestFile:
    """The cases of one rule, and what they share."""

    __test__ = False

    path: Path
    content: dict[str, Any]
    cases: tuple[Case, ...]
    places: Places
    files: EntityFiles
    _entities: int = 0

    def mark(self, case: Case, way: tuple[Step, ...] = ("name",)) -> Mark:
        """Where something of a case stands; what only the file says, there."""
        if way[0] in self.content and way[0] not in case.content:
            return self.places.at(*way)
        return self.places.at("cases", case.number, *way)

    def now(self, case: Case) -> Any:
        """The clock of a case, or that of the file."""
        return case.content.get("now", self.content.get("now"))

    def lists(self, case: Case) -> dict[str, Any]:
        """The lists of a case, and those of the file. Raises `InputError`."""
        return {**_lists(self.content), **_lists(case.content)}

    def options(self, case: Case) -> Options:
        """The clock and the lists of a case. Raises `GslError`."""
        return options_of(self.now(case), self.lists(case))

    def entities(self, case: Case, rule: Rule) -> Given:
        """The entities of a case whose form is right. Raises `InputError`."""
        found = self._found(case.content, rule)
        self._entities += len(found)
        if self._entities > MOST_ENTITIES:
            raise InputError("too-many-entities", f"the cases of a file have more than {MOST_ENTITIES:,} entities")
        return found

    def _found(self, content: dict[str, Any], rule: Rule) -> Given:
        only = rule.entity_type or None
        if "entity" in content:
            return list(entities_of([content["entity"]], only))
        entities = content["entities"]
        if isinstance(entities, str):
            return self.files.entities(entities, only)
        if not entities and not rule.is_list:
            raise InputError("invalid-case", ENTITIES_WANTED)
        return list(entities_of(entities or [{"type": "Account", "id": "account"}], only))


ENTITIES_WANTED = "`entities` must be a list with at least one entity, or name a file"


def _lists(content: dict[str, Any]) -> dict[str, Any]:
    lists = content.get("lists") or {}
    if not isinstance(lists, dict):
        raise InputError("invalid-case", "`lists` must be names, each with a list of values")
    return lists
