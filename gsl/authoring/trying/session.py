"""What an author has at hand while trying expressions out: entities, a type, settings, the last answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from gsl.authoring.checking.shapes import Shapes
from gsl.authoring.completing import Known
from gsl.authoring.trying.answers import Listed, Values, Verdicts, subjects_of, values_of, verdicts_of
from gsl.authoring.trying.lines import is_rule, line_of
from gsl.engine.diagnostics import of_error
from gsl.engine.verdicts import Subject
from gsl.errors import InputError, UsageError
from gsl.inventory import schemas
from gsl.inventory.entity import Entity
from gsl.inventory.inferring import Inference
from gsl.inventory.reading import STDIN, EntityReader, Target
from gsl.inventory.schemas import Schema
from gsl.language.vocabulary import did_you_mean
from gsl.results.masking import secret_texts
from gsl.results.model import Diagnostic
from gsl.results.secret_keys import is_secret_key
from gsl.results.secret_shapes import has_secret
from gsl.ruleset.checking import type_key
from gsl.ruleset.options import Options
from gsl.ruleset.rule import Rule
from gsl.semantics.judging import entity_root
from gsl.semantics.run import Run

MOST_HELD = 500_000
"""Entities that are held; of larger inputs the beginning is."""

MOST_LEARNT = 2_000
"""Entities of a type from which its properties are learnt."""

MOST_SECRETS = 1_000
"""Secrets that examples are searched for; where entities hold more, there are no examples."""

MOST_SHOWN = 1_000
"""The most entities that an answer may list."""


class Session:
    """Entities, and what the author chose; `ask` answers an expression."""

    def __init__(self, options: Options, limit: int = 5) -> None:
        self.options = options
        self.limit = limit
        self.entities: list[Entity] = []
        self.counts: Counter[str] = Counter()
        self.current: str | None = None
        self.rule: Rule | None = None
        self.listed: list[Listed] = []
        self._inference = Inference(is_secret_key, has_secret)
        self._secrets: set[str] = set()
        self._known: Known | None = None

    # --- entities ---------------------------------------------------------------------------------

    def load(self, source: str) -> tuple[int, list[Diagnostic]]:
        """Take the entities of a file or folder in: how many came, and what was wrong. Raises `UsageError`."""
        if source == STDIN:
            raise UsageError("standard input (-) has the expressions; entities come from files")
        said: list[Diagnostic] = []
        before = len(self.entities)
        for each in self._read(source, said):
            self._take(each)
        if len(self.entities) == MOST_HELD:
            message = f"{MOST_HELD:,} entities are held, more were left out: use gsl eval for all"
            said.append(Diagnostic("warning", "too-many-entities", message))
        if self.current is None and self.counts:
            self.current = self.counts.most_common(1)[0][0]
        self._known = None
        return len(self.entities) - before, said

    def _read(self, source: str, said: list[Diagnostic]) -> Iterator[Entity]:
        def note(code: str, message: str, file: str, count: int) -> None:
            said.append(Diagnostic("warning", code, message, file=file or None, count=count))

        for each in EntityReader(Target(), note).read(source):
            if len(self.entities) >= MOST_HELD:
                return
            if isinstance(each, InputError):
                said += of_error(each)
            elif isinstance(each, Entity):
                yield each

    def _take(self, entity: Entity) -> None:
        self.entities.append(entity)
        if entity.is_gap:
            return
        name = type_key(entity.type)
        self.counts[name] += 1
        if self.counts[name] <= MOST_LEARNT:
            self._inference.take(entity)
            if len(self._secrets) <= MOST_SECRETS:
                self._secrets |= entity.secrets | secret_texts(entity.data)

    # --- what is known ----------------------------------------------------------------------------

    @property
    def known(self) -> Known:
        """What completion offers: gsl's schemas, and what the entities have."""
        if self._known is None:
            met = {type_key(name): schema for name, schema in self._inference.schemas().items()}
            for schema in met.values():
                self._hide_secrets(schema)
            self._known = Known(Shapes({}, met), tuple(self.options.lists))
        return self._known

    def _hide_secrets(self, schema: Schema) -> None:
        """Leave out the examples that hold a secret of some entity, under whatever key they stand."""
        examples = schema.get("examples", [])
        hidden = len(self._secrets) > MOST_SECRETS
        safe = [each for each in examples if not hidden and not self._tells_secret(str(each).casefold())]
        if len(safe) < len(examples):
            schema["examples"] = safe
        for inner in (*schema.get("properties", {}).values(), *([schema["items"]] if "items" in schema else [])):
            self._hide_secrets(inner)

    def _tells_secret(self, text: str) -> bool:
        return any([secret in text for secret in self._secrets])

    @property
    def types(self) -> Mapping[str, int]:
        """The types of the entities, each with how many there are."""
        return dict(sorted(self.counts.items()))

    def choose(self, name: str) -> None:
        """Make a type the one at hand. Raises `UsageError` when nobody knows it."""
        name = type_key(name)
        if name not in self.counts and schemas.schema_of(name) is None:
            near = did_you_mean(name, [*self.counts, *schemas.known_types()])
            raise UsageError(f"no entity is of type `{name}`, and gsl has no schema of it{near}")
        self.current = name

    # --- expressions ------------------------------------------------------------------------------

    def is_type(self, text: str) -> bool:
        """Whether a line is nothing but the name of a type."""
        return type_key(text.strip()) in self.counts or schemas.schema_of(text.strip()) is not None

    def has_property(self, key: str) -> bool:
        """Whether entities of the type at hand have a key, as far as is known."""
        return schemas.member(self.known.shapes.of(self.current or ""), key) is not None

    def ask(self, text: str) -> Verdicts | Values:
        """The answer to a rule, a condition or a value. Raises `RuleError` and `UsageError`."""
        types = {*self.counts, *schemas.known_types()}
        line = line_of(text, self.current, types)
        if not line.rule.entity_type:
            raise UsageError("`true` is a placeholder for a rule: there is nothing to select")
        answer: Verdicts | Values
        if line.value is not None:
            answer = values_of(line.rule, line.value, self.entities, self.options, self.limit)
        else:
            answer = verdicts_of(line.rule, self.entities, self.options, self.limit)
        if is_rule(text, types):
            self.current = line.rule.entity_type
        self.rule, self.listed = line.rule, list(answer.listed)
        return answer

    def named(self, name: str) -> Listed:
        """An entity by its number in the last answer, or by its id or name. Raises `UsageError`."""
        if name.isascii() and name.isdigit() and len(name) < 10 and 0 < int(name) <= len(self.listed):
            return self.listed[int(name) - 1]
        wanted = type_key(self.rule.entity_type) if self.rule is not None else self.current
        found = [each for each in self._called(name) if type_key(each.type) == wanted]
        if self.rule is not None and self.rule.is_list:
            subjects = subjects_of(self.rule, self.entities, self.options, [(name, "")])
        elif self.rule is not None and found:
            subjects = subjects_of(self.rule, self.entities, self.options, [(found[0].account, found[0].id)])
        else:
            subjects = [_subject(each, self.options) for each in found]
        for subject in subjects:
            return Listed(self.rule, subject)
        told = f"the last answer lists {len(self.listed)} entities" if self.listed else "nothing is listed yet"
        raise UsageError(f"`{name}` is neither a number of the last answer nor an id or name of its type; {told}")

    def _called(self, name: str) -> Iterator[Entity]:
        return (each for each in self.entities if not each.is_gap and name in (each.id, each.name))


def _subject(entity: Entity, options: Options) -> Subject:
    return Subject(entity, entity_root(entity.data, entity.errors), Run(options.now, options.fold))
