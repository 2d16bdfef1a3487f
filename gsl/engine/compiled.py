"""`gsl.compile`: rules made ready once, for entities that a program holds as dicts."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import chain, islice
from typing import Any

from gsl.engine.compiler.code import Constants
from gsl.engine.compiler.frames import ENTITY
from gsl.engine.compiler.fusing import Guard, is_none_of
from gsl.engine.evaluation import Entities, Rules, evaluate, loaded_rules
from gsl.engine.forms import Form, Outcome
from gsl.engine.plan import Job, Plan
from gsl.errors import InputError, UsageError
from gsl.inventory.entity import Entity
from gsl.inventory.given import entities_of
from gsl.language import nodes
from gsl.results.model import Report
from gsl.ruleset.checking import type_key
from gsl.ruleset.loading import Loaded
from gsl.ruleset.options import Now, Options, options_of
from gsl.semantics.judging import Status, entity_root, judge
from gsl.semantics.run import NoResources

_BLOCK = 1024
_WIDTH = 32
_END = (1 << _WIDTH) - 1
"""A span is one whole number, so that the garbage collector has nothing to look after."""

_FAILING = (Status.FAILED, Status.ERROR)


class _DictGuard(Guard, frozen=True, eq=False):
    """What a usual entity is as a dict: of the type, or without one where it is the only type; without errors."""

    only: bool = False

    def test(self, constants: Constants) -> str:
        """The text of whether a dict is no usual entity."""
        key, errors, carried = [constants.name(each) for each in ("type", "_errors", "entity")]
        other = is_none_of(f"{ENTITY}.get({key})", self.types or (), constants)
        if self.only:
            other = f"({other} and ({key} in {ENTITY} or {carried} in {ENTITY}))"
        return f"{other} or {errors} in {ENTITY}"


class CompiledRules:
    """Rules, compiled to Python functions: one for each entity type.

    Made by `gsl.compile`. It may be used by several threads at once, and pickled.
    """

    def __init__(self, loaded: Loaded, now: Now, options: Options) -> None:
        self._loaded = loaded
        self._now = now
        self._options = options
        if loaded.errors:
            raise loaded.errors[0]
        _ = self._parts

    def __getstate__(self) -> dict[str, Any]:
        return {"_loaded": self._loaded, "_now": self._now, "_options": self._options}

    def __len__(self) -> int:
        return len(self._loaded.rules)

    def __repr__(self) -> str:
        return f"<{len(self)} compiled rules on {', '.join(sorted(self._parts.forms)) or 'nothing'}>"

    def failing(self, entities: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The pairs of a rule's id and an entity where the verdict is failed, or error.

        `entities` are dicts that carry `type`; entities that no rule is about are passed over. The
        pairs come in the order of the entities, then of the rules. Raises `UsageError` for rules
        that look across entities, and `InputError` for what is no entity.
        """
        parts = self._fresh()
        parts.refuse_lists()
        source = iter(entities)
        blocks = iter(lambda: list(islice(source, _BLOCK)), [])
        return chain.from_iterable(map(parts.failing, blocks))

    def verdicts(self, entity: Mapping[str, Any]) -> dict[str, Status]:
        """The verdict of each rule on the entity's type, by the rule's id.

        Raises as `failing` does.
        """
        parts = self._fresh()
        parts.refuse_lists()
        return parts.verdicts(entity)

    def evaluate(self, entities: Entities, **settings: Any) -> Report:
        """The whole report, with reasons; `entities` and settings are those of `gsl.evaluate`."""
        options = self._options
        given = {"lists": options.lists, "functions": options.functions, "case_sensitive": not self._parts.plan.folds}
        return evaluate(self._loaded.rules, entities, **{"now": self._now, **given, **settings})

    @cached_property
    def _parts(self) -> _Parts:
        return _Parts(self._loaded, self._options)

    def _fresh(self) -> _Parts:
        """The compiled parts; where the clock counts and none was given, bound to this moment."""
        if self._now is not None or not self._parts.reads_clock:
            return self._parts
        return self._parts.at(options_of().now)


class _Parts:
    """The functions of one set of rules, bound to one instant."""

    def __init__(self, loaded: Loaded, options: Options) -> None:
        self.plan = plan = Plan(loaded, options, False, NoResources())
        for problem in plan.diagnostics:
            if problem.level == "error":
                raise UsageError(problem.message)
        self.ids = [job.rule.id for job in plan.jobs]
        self.queries = {job.number for job in plan.jobs if isinstance(job.rule.statement, nodes.Query)}
        self.forms = {name: self._form(name) for name in plan.by_type}
        self.rest = {name: self._left_over(name) for name in plan.by_type}

    def at(self, now: int) -> _Parts:
        """The same functions, bound to another instant."""
        other = copy.copy(self)
        other.plan = self.plan.at(now)
        other.forms = {name: form.rebound(other.plan.binding(name)) for name, form in self.forms.items()}
        return other

    @cached_property
    def reads_clock(self) -> bool:
        """Whether a verdict may depend on the instant."""
        names = [
            node.name.lower()
            for job in self.plan.jobs
            for node in nodes.walk(job.rule.statement)
            if isinstance(node, nodes.Call)
        ]
        return any([name in ("before", "after") for name in names])

    def _form(self, name: str) -> Form:
        plan = self.plan
        guard = _DictGuard({}, frozenset((name, name.replace("_", "::"))), plan.target.only is not None)
        return Form(plan.units(name), plan.binding(name), plan.folds, None, guard, marks=False)

    def _left_over(self, name: str) -> list[int]:
        compiled = set(self.forms[name].numbers)
        return [job.number for job in self.plan.by_type[name] if job.number not in compiled]

    def refuse_lists(self) -> None:
        """Raise `UsageError` for rules that need all entities at once."""
        for job in self.plan.jobs:
            if job.rule.is_list or job.rule.looked_up:
                raise UsageError(f"the rule `{job.rule.id}` looks across entities: use evaluate() for it")

    def failing(self, block: list[Mapping[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The failing pairs of a block."""
        numbers: list[int] = []
        spans = [0] * len(block)  # of each entity: where its rules begin and end among the numbers
        apart: list[tuple[int, int]] = []
        for name, places, members in self._groups(block):
            outcome = self.forms[name].run(members)
            others = [pair for pair in self._undecided(name, outcome, len(members)) if self._fails(*pair, members)]
            for index in outcome.odd:
                others += [(index, number) for number, status in self._odd(members[index], index) if status in _FAILING]
            apart += others if places is None else [(places[index], number) for index, number in others]
            before = start = len(numbers)
            numbers += outcome.numbers
            for index, end in zip(outcome.indices, outcome.ends):
                spans[index if places is None else places[index]] = start << _WIDTH | (before + end)
                start = before + end
        ids = self.ids
        found = ((ids[number], entity) for entity, span in zip(block, spans) if span for number in _of(span, numbers))
        return found if not apart and not self.queries else self._merged(block, numbers, spans, apart)

    def _merged(
        self, block: list[Mapping[str, Any]], numbers: list[int], spans: list[int], apart: list[tuple[int, int]]
    ) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The same with pairs that the reference judged, and without what queries selected."""
        pairs = apart + [(index, number) for index, span in enumerate(spans) if span for number in _of(span, numbers)]
        return ((self.ids[number], block[index]) for index, number in sorted(pairs) if number not in self.queries)

    def _fails(self, index: int, number: int, members: list[Any]) -> bool:
        return self._judged(number, members[index], index) in _FAILING

    def _groups(self, block: list[Mapping[str, Any]]) -> Iterator[tuple[str, list[int] | None, list[Any]]]:
        """The entities of a block by type, with their places; those of no type that a rule is about are left out."""
        if len(self.forms) == 1:
            (name,) = self.forms
            yield name, None, block
            return
        groups: dict[str, tuple[list[int], list[Any]]] = {}
        for index, entity in enumerate(block):
            name = self._type_of(entity, index)
            if name in self.forms:
                places, members = groups.setdefault(name, ([], []))
                places.append(index)
                members.append(entity)
        for name, (places, members) in groups.items():
            yield name, places, members

    def _type_of(self, entity: Any, index: int) -> str:
        name = entity.get("type") if isinstance(entity, Mapping) else None
        if name.__class__ is not str or not name:
            name = self._entity(entity, index).type
        return name if name in self.forms else type_key(name)

    def _undecided(self, name: str, outcome: Outcome, count: int) -> list[tuple[int, int]]:
        odd = set(outcome.odd)
        rest = [(index, number) for index in range(count) for number in self.rest[name] if index not in odd]
        return outcome.undecided + rest

    def _judged(self, number: int, entity: Any, index: int) -> Status:
        return self._reference(self.plan.jobs[number], self._entity(entity, index))

    def _reference(self, job: Job, entity: Entity) -> Status:
        if entity.is_gap:
            return Status.ERROR
        run = job.run.anew(entity.account, entity.region)
        return judge(job.rule.statement, entity_root(entity.data, entity.errors), run).status

    def _entity(self, given: Any, index: int) -> Entity:
        found = next(iter(entities_of([given], self.plan.target.only)))
        if isinstance(found, InputError):
            raise InputError(found.code, found.message.replace("entities[0]", f"entities[{index}]"))
        return found

    def _odd(self, given: Any, index: int) -> list[tuple[int, Status]]:
        """The verdicts on an entity that has errors, or is of another type or no dict."""
        name = given.get("type") if given.__class__ is dict else None
        if name.__class__ is str and name and type_key(name) not in self.forms:
            return []
        entity = self._entity(given, index)
        jobs = self.plan.by_type.get(type_key(entity.type), ())
        return [(job.number, self._reference(job, entity)) for job in jobs]

    def verdicts(self, entity: Mapping[str, Any]) -> dict[str, Status]:
        """The verdicts on one entity."""
        name = self._type_of(entity, 0)
        form = self.forms.get(name)
        if form is None:
            return {}
        outcome = form.run([entity])
        if outcome.odd:
            return {self.ids[number]: status for number, status in self._odd(entity, 0)}
        undecided = {number for _, number in self._undecided(name, outcome, 1)}
        found = {number for _, number in outcome.pairs()}
        excluded = {number for _, number in outcome.excluded}
        verdicts = {}
        for job in self.plan.by_type[name]:
            number = job.number
            if number in undecided:
                status = self._judged(number, entity, 0)
            elif number in found:
                status = Status.SELECTED if number in self.queries else Status.FAILED
            elif number in outcome.not_relevant:
                status = Status.NOT_RELEVANT
            else:
                status = Status.EXCLUDED if number in excluded else Status.PASSED
            verdicts[job.rule.id] = status
        return verdicts


def _of(span: int, numbers: list[int]) -> list[int]:
    """The rules of an entity."""
    return numbers[span >> _WIDTH : span & _END]


def compile(
    rules: Rules,
    *,
    now: Now = None,
    lists: Mapping[str, Iterable[Any]] | None = None,
    functions: Mapping[str, Any] | None = None,
    case_sensitive: bool = False,
) -> CompiledRules:
    """Compile rules, to check many entities with them.

    The arguments are those of `gsl.evaluate`. Without `now` each call takes the clock's. Raises
    `GslError` for the first rule that cannot be used.

    >>> compiled = compile("Bucket should have encrypted = true")
    >>> [rule for rule, bucket in compiled.failing([{"type": "Bucket", "id": "b"}])]
    ['expression']
    """
    return CompiledRules(loaded_rules(rules, functions), now, options_of(now, lists, functions, case_sensitive))
