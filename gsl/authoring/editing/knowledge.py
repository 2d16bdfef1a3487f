"""What an editor knows besides the text: schemas, what the entities of the workspace have, its named lists."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from msgspec import Struct, field

from gsl.authoring.checking.learning import schemas_in
from gsl.authoring.checking.running import Settings
from gsl.authoring.checking.shapes import Shapes
from gsl.authoring.checking.table import chosen
from gsl.authoring.editing.named_lists import Lists, lists_of
from gsl.authoring.editing.options import EditorOptions
from gsl.errors import GslError, InputError
from gsl.inventory.entity import Entity
from gsl.inventory.inferring import inferred
from gsl.inventory.reading import EntityReader, Target
from gsl.inventory.schemas import Schema
from gsl.results.masking import Secrets, holds_secret, secret_texts
from gsl.results.secret_keys import is_secret_key
from gsl.results.secret_shapes import has_secret

_MOST_BYTES = 64 * 1024 * 1024
_MOST_SECONDS = 10.0
_MOST_FAULTS = 5
_MOST_SECRETS = 1000
_MOST_COMPARED = 3_000_000
"""Pairs of a value and a secret that are looked at; what comes later is taken for secret."""


class Knowledge(Struct, frozen=True, eq=False):
    """What is known. `settings` are those of the checks, `shown` are schemas with values out of the entities."""

    settings: Settings
    shown: Shapes
    lists: Lists = field(default_factory=Lists)
    faults: tuple[str, ...] = ()
    summary: str = ""


NOTHING = Knowledge(Settings(Shapes()), Shapes())


def learn(options: EditorOptions) -> Knowledge:
    """Read what the options name: of entities as much as there is time for."""
    faults: list[str] = []
    given: dict[str, Schema] = {}
    for file in options.schemas:
        try:
            given |= schemas_in([file])
        except GslError as error:
            faults.append(str(error))
    entities = _Entities(options.entities)
    met = dict(inferred(entities.read(), is_secret_key, has_secret))
    lists = lists_of(options)
    faults += entities.faults + lists.faults
    checked = Shapes(given, {} if entities.is_cut else met)  # of a part, nobody knows what keys the rest has
    settings = Settings(checked, options.strict, chosen((), (), options.strict))
    cut = " (not all were read)" if entities.is_cut else ""
    summary = f"schemas given: {len(given)}, types in your entities: {len(met)}{cut}, named lists: {len(lists.by_name)}"
    return Knowledge(settings, _with_values(given, met, entities.secrets), lists, tuple(faults[:_MOST_FAULTS]), summary)


class _Entities:
    """The entities of some files, up to what may be read."""

    def __init__(self, sources: tuple[str, ...]) -> None:
        self.sources = sources
        self.faults: list[str] = []
        self.is_cut = False
        self.secrets: set[str] = set()
        self._read = 0

    def _took(self, count: int) -> None:
        self._read += count

    def read(self) -> Iterator[Entity]:
        """The entities; errors among them are kept."""
        deadline = time.monotonic() + _MOST_SECONDS
        reader = EntityReader(Target(), progress=self._took)
        for source in self.sources:
            for each in reader.read(source):
                if isinstance(each, InputError) and len(self.faults) < _MOST_FAULTS:
                    self.faults.append(str(each))
                elif isinstance(each, Entity):
                    if len(self.secrets) < _MOST_SECRETS:
                        self.secrets |= secret_texts(each.data)
                    yield each
                if self._read > _MOST_BYTES or time.monotonic() > deadline:
                    self.is_cut = True
                    return


class _Marking:
    """Schemas from entities, with what was met in them as `met`; what holds a secret of theirs left out."""

    def __init__(self, secrets: set[str]) -> None:
        self._secrets = Secrets(None, frozenset(secrets))
        self._count = max(1, len(secrets))
        self._left = 0 if len(secrets) >= _MOST_SECRETS else _MOST_COMPARED

    def marked(self, schema: Schema) -> Schema:
        """A schema and those inside it."""
        found = {name: each for name, each in schema.items() if name != "examples"}
        met = [each for each in schema.get("examples", ()) if not self._is_secret(each)]
        return _inside({**found, "met": met} if met else found, self.marked)

    def _is_secret(self, value: Any) -> bool:
        if not isinstance(value, str):
            return False
        self._left -= self._count
        return self._left < 0 or holds_secret(value, self._secrets)


def _with_values(given: dict[str, Schema], met: dict[str, Schema], secrets: set[str]) -> Shapes:
    """Schemas in which values of entities come before other examples."""
    marking = _Marking(secrets)
    marked = {name: marking.marked(schema) for name, schema in met.items()}
    both = Shapes(given, marked)
    found = dict(given)
    for name in marked:
        schema = both.of(name)
        if schema is not None:
            found[name] = _completed(schema)
    return Shapes(found)


def _completed(schema: Schema) -> Schema:
    found = dict(schema)
    if "met" in found:
        found["examples"] = [*found["met"], *[each for each in found.get("examples", ()) if each not in found["met"]]]
    return _inside(found, _completed)


def _inside(schema: Schema, change: Any) -> Schema:
    if "properties" in schema:
        schema["properties"] = {key: change(each) for key, each in schema["properties"].items()}
    if "items" in schema:
        schema["items"] = change(schema["items"])
    return schema
