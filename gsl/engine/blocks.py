"""Entities in blocks through compiled rules; whatever is unusual about one goes to the reference evaluator.

Findings come in input order, and within an entity in the order of the rules, however the blocks fall.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, cast

from msgspec import Struct
from msgspec.structs import replace

from gsl.engine.compiler.fusing import Guard
from gsl.engine.explaining import Names, names_of
from gsl.engine.forms import Form, Outcome
from gsl.engine.found import Found, counted
from gsl.engine.plan import Plan
from gsl.engine.projection import Projection, TypeDecoder, UnionDecoder, WholeDecoder, project
from gsl.engine.verdicts import Judge
from gsl.errors import InputError
from gsl.inventory.entity import Entity
from gsl.inventory.reading import Batch, Decoder
from gsl.ruleset.checking import type_key

BLOCK = 512
"""Entities from a program that are judged together."""

_FOUND, _EXCLUDED, _OPEN = range(3)
"""What is known of a pair: compiled code found it, or excluded it, or the reference has still to judge it."""

_Event = tuple[int, int, int]
"""An entity's index, a rule's number, and what is known of the pair."""


class _Kind(Struct, frozen=True, eq=False):
    """Structs of one type: how they were decoded, and the rules compiled for them."""

    type: str
    projection: Projection
    form: Form


class Blocks:
    """Takes batches and entities, and adds what the rules say of them to what was found."""

    def __init__(self, plan: Plan, found: Found, judge: Judge, compiled: bool = True) -> None:
        self.remembers = not plan.looks_up
        self.plan = plan
        self.found = found
        self.judge = judge
        self.compiled = compiled and not judge.keep_all
        self._dicts: dict[str, Form] = {}
        self._classes: dict[type, _Kind] = {}
        self._keyed: _Kind | None = None
        self._owned: tuple[Entity, Entity] | None = None
        """The last entity that was renamed: often several rules fail on one."""
        self._others: dict[Any, str] = {}
        self._fields: dict[type, Any] = {}

    # --- how entities are decoded

    def decoder(self) -> Decoder | None:
        """The decoder that these rules are best served with; `None` for the reader's own."""
        if not self.compiled or not self.plan.by_type or self.plan.kept:
            return WholeDecoder() if self.compiled or self.judge.heard is not None else None
        tagged = len(self.plan.by_type) > 1
        projections = [project(name, self.plan.shape(name), tagged, self.judge.by_name) for name in self.plan.by_type]
        kinds = [self._kind(each, tagged) for each in projections if each is not None]
        if len(kinds) < len(projections) or not all([self._is_all(kind) for kind in kinds]):
            return WholeDecoder()
        for kind in kinds:
            self._classes[kind.projection.struct] = kind
            for struct, names in kind.projection.fields.values():
                self._fields[struct] = names
        if not tagged:
            return TypeDecoder(kinds[0].projection)
        return self._union(kinds)

    def _union(self, kinds: list[_Kind]) -> Decoder:
        decoder = UnionDecoder([kind.projection for kind in kinds])
        for kind in kinds:
            for struct in decoder.structs_of(kind.type):
                self._classes[struct] = kind
                self._fields[struct] = kind.projection.names
        self._others = decoder.classes
        return decoder

    def _kind(self, projection: Projection, tagged: bool) -> _Kind:
        types = None if tagged else frozenset((projection.type, projection.type.replace("_", "::")))
        return _Kind(projection.type, projection, self._form(projection, Guard(projection.names, types)))

    def _form(self, projection: Projection, guard: Guard) -> Form:
        plan, name = self.plan, projection.type
        return Form(plan.units(name), plan.binding(name), plan.folds, projection, guard)

    def _is_all(self, kind: _Kind) -> bool:
        """Whether all rules on a type could be compiled for its structs."""
        return len(kind.form.numbers) == len(self.plan.by_type[kind.type])

    # --- batches

    def batch(self, batch: Batch) -> None:
        """Judge the entities of a batch."""
        items = batch.items
        if items and items[0].__class__ is dict:
            self._batch_of_dicts(batch)
        elif len(self._classes) == 1 and not self._others:
            (kind,) = self._classes.values()
            if batch.type_name is None:
                self._judge(batch, [(kind, None, items)], [])
            elif type_key(batch.type_name) == kind.type:
                self._batch_of_keyed(batch, kind)
            else:
                self._each(batch, range(len(items)))
        else:
            self._batch_of_types(batch)

    def _batch_of_dicts(self, batch: Batch) -> None:
        entities: list[Entity | InputError | None] = []
        for index, item in enumerate(batch.items):
            name: Any = item.get("type") if item.__class__ is dict else None
            usual = batch.type_name is None and name.__class__ is str and name in self.plan.by_type
            if usual and item.get("_errors") is None and item.get("id"):
                entities.append(Entity(name, item, None, batch.file))
            else:
                entities += batch.all(index)
        self.entities(entities)

    def _batch_of_keyed(self, batch: Batch, kind: _Kind) -> None:
        """A list under the type that the rules are about: what an entity says of its own type is no matter."""
        if self._keyed is None:
            guard = Guard(kind.projection.names)
            self._keyed = replace(kind, form=self._form(kind.projection, guard))
        self._judge(batch, [(self._keyed, None, batch.items)], [])

    def _batch_of_types(self, batch: Batch) -> None:
        """Structs of several types, told apart by their classes."""
        groups: dict[type, tuple[list[int], list[Any]]] = {}
        odd: list[int] = []
        for index, item in enumerate(batch.items):
            what = item.__class__
            group = groups.get(what)
            if group is None:
                group = groups[what] = ([], [])
            group[0].append(index)
            group[1].append(item)
        kinds: list[tuple[_Kind, list[int] | None, list[Any]]] = []
        for what, (indices, items) in groups.items():
            if what in self._classes and batch.type_name is None:
                kinds.append((self._classes[what], indices, items))
            elif what in self._others and batch.type_name is None:
                odd += self._uncalled(self._others[what], indices, items)
            else:
                odd += indices
        self._judge(batch, kinds, odd)

    def _uncalled(self, name: str, indices: list[int], items: list[Any]) -> list[int]:
        """Count entities that no rule is about; gives those that may be gaps or findings."""
        if type_key(name) in self.plan.by_type:  # the name of a type of the rules, in a third spelling
            return indices
        odd = [index for index, item in zip(indices, items) if item.f0 is not None or item.f1 is not None]
        self._count(type_key(name), len(items) - len(odd))
        return odd

    def _count(self, name: str, count: int) -> None:
        if count:
            self.found.types[name] += count
            self.found.entities += count

    def _judge(self, batch: Batch, groups: list[tuple[_Kind, list[int] | None, list[Any]]], odd: list[int]) -> None:
        """Run groups of structs through their rules, the odd ones one by one, and report in order."""
        found: list[tuple[int, Sequence[int]]] = []
        events: list[_Event] = []
        named: dict[int, Names | None] = {}
        for kind, indices, items in groups:
            outcome = kind.form.run(items)
            self._tally(kind.type, outcome, len(items) - len(outcome.odd), kind.form)
            places = range(len(items)) if indices is None else indices
            found += [(places[index], numbers) for index, numbers in outcome.rows()]
            events += [(places[index], number, known) for index, number, known in _apart(outcome)]
            odd += self._set_aside(kind, outcome, items, places)
            self._look(batch, kind, items, places, set(outcome.odd))
            if self.judge.by_name:
                for index in chain(outcome.indices, [index for index, _ in outcome.excluded]):
                    named[places[index]] = kind.projection.names_of(items[index])
        is_open = odd or any([known == _OPEN for _, _, known in events])
        if named and not is_open and None not in named.values():
            names = cast(dict[int, Names], named)
            self.judge.failed(self.plan.jobs, [(names[index], numbers) for index, numbers in sorted(found)])
            self.judge.excluded(self.plan.jobs, [(names[index], number) for index, number, _ in sorted(events)])
        else:
            events += [(index, number, _FOUND) for index, numbers in found for number in numbers]
            self._report(batch, events + [(index, -1, _OPEN) for index in odd], named)

    def _tally(self, name: str, outcome: Outcome, usual: int, form: Form) -> None:
        """Count what compiled rules found, apart from the pairs that are reported or judged one by one."""
        self._count(name, usual)
        apart = Counter(outcome.numbers)
        apart.update([number for _, number in chain(outcome.undecided, outcome.excluded)])
        for number in form.numbers:
            others = [each.get(number, 0) for each in (outcome.not_relevant, outcome.on_missing)]
            counted(self.found.counts[number], usual, (*others, apart[number]))

    def _set_aside(self, kind: _Kind, outcome: Outcome, items: list[Any], places: Sequence[int]) -> list[int]:
        """Those of the odd entities that need a closer look; others are of a type that no rule is about."""
        names = kind.projection.names
        if "type" not in names:
            return [places[index] for index in outcome.odd]
        closer = []
        for index in outcome.odd:
            item = items[index]
            name = getattr(item, names["type"])
            plain = getattr(item, names["_errors"]) is None and getattr(item, names["entity"]) is None
            if plain and name.__class__ is str and name and type_key(name) != kind.type:
                self._count(type_key(name), 1)
            else:
                closer.append(places[index])
        return closer

    def _look(self, batch: Batch, kind: _Kind, items: list[Any], places: Sequence[int], odd: set[int]) -> None:
        """Show entities to the census: the first of a type whole, the others as they are."""
        census = self.found.census
        wanted = census.wants(kind.type)
        usual = items if not odd else [item for index, item in enumerate(items) if index not in odd]
        if wanted:
            first = [places[index] for index in range(len(items)) if index not in odd][:wanted]
            for place in first:
                entity = batch.whole(place)
                if isinstance(entity, Entity):
                    census.count(self.own(entity))
            usual = usual[wanted:]
        census.look(kind.type, usual, self._fields)

    def _report(self, batch: Batch, events: list[_Event], named: dict[int, Names | None]) -> None:
        """Report pairs, and judge the odd entities (of rule -1), in input order."""
        for index, number, known in sorted(events):
            names = named.get(index)
            if number < 0:
                self.entities(batch.all(index))
            elif names is not None and known != _OPEN:
                self._by_name(number, names, known)
            else:
                entity = batch.whole(index)
                assert isinstance(entity, Entity)
                self._settle(number, self.own(entity), known)

    def _by_name(self, number: int, names: Names, known: int) -> None:
        """Report a pair of which no more is wanted than the names."""
        if known == _EXCLUDED:
            self.judge.excluded(self.plan.jobs, [(names, number)])
        else:
            self.judge.failed(self.plan.jobs, [(names, (number,))])

    def _settle(self, number: int, entity: Entity, known: int) -> None:
        """Have the reference judge a pair, or tell why compiled code found it."""
        job = self.plan.jobs[number]
        if known == _OPEN or not self.judge.reasons:
            self.judge.check(job, entity)
        else:
            self.judge.explain(job, entity, known == _EXCLUDED)

    def _each(self, batch: Batch, indices: Sequence[int]) -> None:
        for index in indices:
            self.entities(batch.all(index))

    # --- entities

    def entities(self, given: Sequence[Entity | InputError | None]) -> None:
        """Judge whole entities; take errors and gaps for what they are."""
        usual: dict[str, list[int]] = defaultdict(list)
        events: list[_Event] = []
        met: dict[int, Entity] = {}
        for index, each in enumerate(given):
            if isinstance(each, InputError):
                self.found.lost(each)
            elif each is not None:
                met[index] = entity = self.own(each)
                jobs = self.plan.by_type.get(entity.type, ())
                if self._take_in(entity) and self.compiled and jobs:
                    usual[entity.type].append(index)
                else:
                    events += [(index, job.number, _OPEN) for job in jobs]
        for name, indices in usual.items():
            events += self._usual(name, indices, met)
        for index, number, known in sorted(events):
            if known == _OPEN or not self.judge.by_name:
                self._settle(number, met[index], known)
            else:
                self._by_name(number, names_of(met[index]), known)

    def own(self, entity: Entity) -> Entity:
        """The entity under the name that its type has in rules."""
        if "::" not in entity.type:
            return entity
        if self._owned is None or self._owned[0] is not entity:
            self._owned = entity, replace(entity, type=type_key(entity.type))
        return self._owned[1]

    def gather(self, given: Entity | InputError) -> None:
        """Take an entity in without judging it."""
        if isinstance(given, InputError):
            self.found.lost(given)
        else:
            self._take_in(self.own(given))

    def _take_in(self, entity: Entity) -> bool:
        """Count an entity, and keep it where others need it; says whether compiled rules can judge it."""
        found = self.found
        is_gap = entity.is_gap
        if self.remembers and (is_gap or self.plan.kept):
            self.plan.remember(entity, found.inventory)
        if is_gap:
            found.types[entity.type] += 1
            return False
        usual = not entity.errors
        if not usual or entity.type not in self.plan.by_type or not self.compiled:
            self._count(entity.type, 1)
        if not entity.own_id and entity.type in self.plan.types:
            message = f"{entity.type} without id, arn or name: a hash of its data stands for it"
            found.note("no-entity-id", message, entity.file or "")
        found.census.count(entity)
        return usual

    def _usual(self, name: str, indices: list[int], met: dict[int, Entity]) -> list[_Event]:
        form = self._dicts.get(name)
        if form is None:
            form = self._dicts[name] = self.plan.form(name)
        outcome = form.run([met[index].data for index in indices])
        self._tally(name, outcome, len(indices), form)
        events = [(indices[index], number, _FOUND) for index, number in outcome.pairs()]
        events += [(indices[index], number, known) for index, number, known in _apart(outcome)]
        compiled = set(form.numbers)
        rest = [job.number for job in self.plan.by_type[name] if job.number not in compiled]
        return events + [(index, number, _OPEN) for index in indices for number in rest]


def _apart(outcome: Outcome) -> Iterator[_Event]:
    """The pairs that compiled code did not find, and did not pass either."""
    for index, number in outcome.excluded:
        yield index, number, _EXCLUDED
    for index, number in outcome.undecided:
        yield index, number, _OPEN
