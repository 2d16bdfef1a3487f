"""The forms of evaluation held equal: the reference, compiled on dicts, projected from files, several processes.

A `Trial` is some rules, some entities and a way to write them to a file. `compare(trial)` runs them
through every form, raises `Wrong` where one differs from the reference, and counts the pairs of a
rule and an entity that it held equal.
"""

from __future__ import annotations

import datetime
import decimal
import json
import os
import tempfile
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from types import MappingProxyType
from typing import Any

import attrs
from msgspec import to_builtins
from msgspec.structs import replace

import gsl
from gsl.engine import forms, sources
from gsl.engine.plan import Plan
from gsl.engine.runner import Runner
from gsl.inventory import parts, window
from gsl.inventory.entity import Entity
from gsl.inventory.given import entities_of
from gsl.language import nodes
from gsl.results.model import Report
from gsl.ruleset.checking import missing_lists, type_key
from gsl.ruleset.loading import Loaded
from gsl.ruleset.options import Options, options_of
from gsl.ruleset.rule import Rule
from gsl.semantics.judging import entity_root, judge
from gsl.semantics.run import NoResources
from tests.fuzz.running import Wrong
from tests.generation import ANYWHERE, KEYS, LISTS, NOW, TYPES, Generator, Shape, literals_of, shapes_of, text_of

LAYOUTS = ("lines", "array", "keyed", "documents")
LOOKING = ("getResource", "getResources")
_BEFORE = ("1", "null", "[]", "{}", '"x"', "[{}]")
"""What stands under a key that stands there twice, the first time."""


@attrs.frozen
class Trial:
    """What is compared.

    `seed` draws how the file spells things; `jobs` and `chunk` say how it is read. As dicts `exotic`
    entities hold what Python has for JSON: tuples, decimals, dates.
    """

    rules: tuple[str, ...]
    entities: tuple[Any, ...]
    layout: str = "lines"
    case_sensitive: bool = False
    jobs: int = 1
    chunk: int = 256 * 1024
    seed: int = 0
    now: Any = NOW
    lists: dict[str, list[Any]] = LISTS
    strict: bool = False
    exotic: bool = False


# --- drawing


def draw(random: Random) -> Trial:
    """Random rules on a few types, and entities that mostly fit them."""
    looking = () if random.random() < 0.1 else LOOKING
    generator = Generator(random, random.choice((1, 2, 3, 3, 4)), looking, strange=random.random() < 0.2)
    types = random.sample(TYPES, random.choice((1, 1, 2, 3)))
    listing = 0.1 if random.random() < 0.2 else 0.0
    statements: list[nodes.Statement] = []
    for _ in range(random.choice((1, 1, 2, 4, 8))):
        statements.append(_statement(generator, types, listing, statements))
    return Trial(
        tuple([text_of(each) for each in statements]),
        tuple(entities_for(generator, statements, random.choice((1, 3, 10, 25, 60)))),
        random.choice(LAYOUTS),
        random.random() < 0.25,
        random.choice((1, 1, 1, 1, 1, 1, 2, 3)),
        random.choice((64, 300, 2000, 256 * 1024)),
        random.randrange(2**32),
        exotic=random.random() < 0.15,
    )


def _statement(
    generator: Generator, types: list[str], listing: float, before: list[nodes.Statement]
) -> nodes.Statement:
    """A rule on one of the types; often one that has parts in common with a rule before it."""
    if before and generator.chance(0.4):
        return _like(generator, generator.random.choice(before), generator.random.choice(before))
    if generator.chance(0.1):
        found: nodes.Check | nodes.Query = generator.query()
    else:
        found = generator.check(listing)
    target = attrs.evolve(found.target, name=generator.random.choice(types))
    return attrs.evolve(found, target=target)


def _like(generator: Generator, one: nodes.Statement, other: nodes.Statement) -> nodes.Statement:
    """A rule with the conditions of two others, some of their literals exchanged."""
    pick = generator.random.choice
    if (
        not isinstance(one, nodes.Check)
        or not isinstance(other, nodes.Check)
        or isinstance(other.condition, nodes.Fail)
    ):
        return one
    if one.target.is_list or other.target.is_list or isinstance(one.condition, nodes.Fail):
        return one
    parts = tuple([_exchanged(each, generator) for each in (one.condition, other.condition)])
    condition = pick((parts[0], parts[1], nodes.And(ANYWHERE, parts), nodes.Or(ANYWHERE, parts[::-1])))
    where = pick((None, None, other.where, other.condition))
    return attrs.evolve(one, condition=condition, where=where, negated=generator.chance(0.5), exclude=other.exclude)


def _exchanged(node: Any, generator: Generator) -> Any:
    """An expression with some of its literals exchanged, but for arguments of functions."""
    if isinstance(node, tuple):
        return tuple([_exchanged(each, generator) for each in node])
    if isinstance(node, nodes.Literal):
        twins = {"1": (1, True, 1.0, "1"), "True": (True, 1, "true"), "0": (0, False, "0", ""), "None": (None, "null")}
        choices = twins.get(str(node.value), (node.value, str(node.value)[:50].upper(), 1, "x", 7.5))
        return attrs.evolve(node, value=generator.random.choice(choices)) if generator.chance(0.3) else node
    if isinstance(node, nodes.Call):
        return attrs.evolve(node, subject=_exchanged(node.subject, generator))
    if not isinstance(node, nodes.Node) or isinstance(node, nodes.GroupBy):
        return node
    members = {name: getattr(node, name) for name in nodes.field_types(type(node)) if name != "span"}
    return attrs.evolve(node, **{name: _exchanged(value, generator) for name, value in members.items()})


def entities_for(generator: Generator, statements: list[nodes.Statement], count: int) -> list[Any]:
    """Entities of all types that some rules look at, grown along what all of them read together."""
    shapes: dict[str, Shape] = {}
    for statement in statements:
        for name, shape in shapes_of(statement).items():
            _merge(shapes.setdefault(name, {}), shape)
    own = [value for statement in statements for value in literals_of(statement)]
    types = sorted(shapes) or ["Thing"]
    errors = generator.random.choice((0.0, 0.05, 0.25))
    oddness = generator.random.choice((0.0, 0.05, 0.3))
    generator.tidy = generator.chance(0.4)
    found = []
    for _ in range(count):
        name = generator.random.choice((*types, *types, *types, generator.random.choice(TYPES)))
        entity = generator.entity_along(shapes.get(name, {}), own, name, errors)
        if generator.chance(0.3):
            entity["type"] = entity["type"].replace("AWS_IAM_", "AWS::IAM::")
        found.append(_odd(entity, generator) if generator.chance(oddness) else entity)
    return found


def _merge(into: Shape, other: Shape) -> None:
    for key, below in other.items():
        _merge(into.setdefault(key, {}), below)


def _odd(entity: dict[str, Any], generator: Generator) -> Any:
    """The entity, but not quite as entities should be."""
    random = generator.random
    kind = random.randrange(12)
    if kind == 0:
        return {key: value for key, value in entity.items() if key != "id"}
    if kind == 1:
        return {key: value for key, value in entity.items() if key not in ("id", "type")}
    if kind == 2:
        return {
            **entity,
            "type": random.choice((None, 7, "", ["Thing"], {"a": 1}, True, "thing", "AWS::IAM::Role", "AWS::IAM_Role")),
        }
    if kind == 3:
        return {**entity, "id": random.choice((None, "", 0, 7.5, [], ["x"], {"a": 1}, True, False))}
    if kind == 4:
        return {**entity, "_errors": random.choice(([], None, {}, "", "x", [1], {"path": "a"}, [{"path": ""}], 0))}
    if kind == 5:
        return generator.gap(random.choice(TYPES))
    if kind == 6:
        return {"entity": entity, "account": random.choice(("9", {"id": "8"}, None))}
    if kind == 7:
        return {**entity, "entity": random.choice((None, 1, {"type": "Thing", "id": "inner"}))}
    if kind == 8:
        return {**entity, random.choice(("accountNumber", "region", "name", "account", "arn")): generator.value()}
    if kind == 9:
        return {**entity, random.choice(KEYS): random.choice((10**4000, 2**64, 1e400, float("nan")))}
    if kind == 10:
        return {random.choice((*KEYS, "a.b", "o.a", "0")): generator.value(), **entity}
    return random.choice((None, 7, "x", [], [entity], {}))


# --- writing


def written(trial: Trial) -> bytes:
    """The file of a trial: the entities in one of the shapes, spelled in one of the many ways there are."""
    random = Random(trial.seed)
    texts = [_json_text(each, random) for each in trial.entities]
    if trial.layout == "lines":
        content = "\n".join([text.replace("\n", " ") for text in texts]) + random.choice(("", "\n"))
    elif trial.layout == "documents":
        content = "\n".join(texts)
    elif trial.layout == "array":
        content = "[" + random.choice((",", ", ", ",\n", "\n,\n  ")).join(texts) + "]"
    else:
        content = _keyed_text(trial, texts, random)
    return content.encode("utf-8")


def _keyed_text(trial: Trial, texts: list[str], random: Random) -> str:
    groups: list[tuple[str, list[str]]] = []
    for entity, text in zip(trial.entities, texts):
        name = entity.get("type") if isinstance(entity, dict) else None
        name = name if isinstance(name, str) else "Thing"
        if not groups or (groups[-1][0] != name and random.random() < 0.7):
            groups.append((name, []))
        groups[-1][1].append(text)
    return "{" + ",\n".join([f"{json.dumps(name)}: [{', '.join(members)}]" for name, members in groups]) + "}"


def _json_text(value: Any, random: Random) -> str:
    """A JSON text of a value: now and then with blanks, escapes, and keys that stand there twice."""
    if isinstance(value, dict):
        members = []
        for key, member in value.items():
            if random.random() < 0.03:
                members.append(f"{_json_key(key, random)}: {random.choice(_BEFORE)}")
            members.append(f"{_json_key(key, random)}:{random.choice(('', ' '))}{_json_text(member, random)}")
        return "{" + ", ".join(members) + "}"
    if isinstance(value, list):
        return "[" + random.choice((",", ", ", "\n,")).join([_json_text(each, random) for each in value]) + "]"
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**4000:
        return random.choice((str(value), "9" * 4301))
    try:
        text = json.dumps(value, ensure_ascii=random.random() < 0.5)
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = json.dumps(value)
    return text.replace("Infinity", "1e999") if random.random() < 0.5 and isinstance(value, float) else text


def _json_key(key: str, random: Random) -> str:
    if key and random.random() < 0.02:
        return f'"\\u{ord(key[0]):04x}{json.dumps(key[1:])[1:]}' if ord(key[0]) < 0x10000 else json.dumps(key)
    return json.dumps(key)


# --- comparing


def compare(trial: Trial) -> int:
    """Hold all forms equal; gives the number of pairs of a rule and an entity. Raises `Wrong`."""
    loaded, options = load(trial)
    tried = forms._TRIED
    forms._TRIED = 4 if trial.seed % 2 else tried
    try:
        pairs = _compare_dicts(trial, loaded, options)
        compare_file(trial, loaded, options)
    finally:
        forms._TRIED = tried
    return pairs


def load(trial: Trial) -> tuple[Loaded, Options]:
    """The rules and settings of a trial."""
    loaded = Loaded()
    for number, text in enumerate(trial.rules):
        loaded.take(gsl.parse(text, id=f"rule-{number}"))
    return loaded, options_of(trial.now, trial.lists, None, trial.case_sensitive)


def _compare_dicts(trial: Trial, loaded: Loaded, options: Options) -> int:
    for reasons in (True, False):
        wanted, found = [
            _report(Runner(loaded, options, trial.strict, reasons=reasons, compiled=compiled), trial.entities)
            for compiled in (False, True)
        ]
        _same("dicts" if reasons else "dicts without reasons", found, wanted)
    single = [rule for rule in loaded.rules if rule.entity_type and not rule.is_list and not rule.looked_up]
    if any([missing_lists(rule, options) for rule in loaded.rules]) or not single:
        return 0
    return _compare_pairs(trial, single, options)


def _report(runner: Runner, entities: tuple[Any, ...]) -> Report:
    return runner.run(entities_of(list(entities), runner.plan.target.only, runner.note))


def _compare_pairs(trial: Trial, rules: list[Rule], options: Options) -> int:
    """`gsl.compile` and the code that counts, beside the reference, for each pair."""
    compiled = gsl.compile(rules, now=trial.now, lists=trial.lists, case_sensitive=trial.case_sensitive)
    plan = Plan(Loaded(rules), options, False, NoResources())
    random = Random(trial.seed)
    usable: list[Any] = []
    wanted: list[tuple[str, int]] = []
    pairs = 0
    for each in trial.entities:
        given = exotic(each, random) if trial.exotic else each
        entity = _entity(given, rules)
        expected = None if entity is None else _judged(entity, plan)
        try:
            found = {rule: str(status) for rule, status in compiled.verdicts(given).items()}
        except gsl.InputError:
            found = None
        if found != (None if expected is None else {rule: pair[0] for rule, pair in expected.items()}):
            raise Wrong("verdicts", f"{found} instead of {expected} for {given!r}")
        if entity is None or expected is None:
            continue
        _compare_missing(entity, expected, plan)
        usable.append(given)
        checks = [rule.id for rule in rules if isinstance(rule.statement, nodes.Check)]
        wanted += [(rule, id(given)) for rule in checks if expected.get(rule, ("",))[0] in ("failed", "error")]
        pairs += len(expected)
    failing = [(rule, id(given)) for rule, given in compiled.failing(usable)]
    if failing != wanted:
        raise Wrong("failing", f"{failing}\n{wanted}")
    return pairs


def _entity(given: Any, rules: list[Rule]) -> Entity | None:
    """The entity as the reference sees it; `None` for what is none."""
    types = {type_key(rule.entity_type) for rule in rules}
    found = next(iter(entities_of([given], next(iter(types)) if len(types) == 1 else None)))
    return None if isinstance(found, gsl.InputError) else found


def _judged(entity: Entity, plan: Plan) -> dict[str, tuple[str, bool]]:
    """The status by the reference of each rule on the entity's type, and whether it held on a missing value."""
    found = {}
    for job in plan.by_type.get(type_key(entity.type), ()):
        if entity.is_gap:
            found[job.rule.id] = ("error", False)
            continue
        run = replace(job.run, account=entity.account, region=entity.region)
        judgement = judge(job.rule.statement, entity_root(entity.data, entity.errors), run)
        found[job.rule.id] = (str(judgement.status), judgement.on_missing)
    return found


def _compare_missing(entity: Entity, expected: dict[str, tuple[str, bool]], plan: Plan) -> None:
    """Whether compiled code counts a pass as held on a missing value."""
    if entity.errors or not expected:
        return
    form = plan.form(type_key(entity.type))
    outcome = form.run([entity.data])
    undecided = {number for _, number in outcome.undecided}
    for job in plan.by_type[type_key(entity.type)]:
        if job.number in form.numbers and job.number not in undecided:
            found = bool(outcome.on_missing.get(job.number))
            if found != expected[job.rule.id][1]:
                raise Wrong("on missing", f"{found} instead of {not found} for {job.rule.id} and {entity.data!r}")


def exotic(value: Any, random: Random) -> Any:
    """The value with parts of it as other things than JSON, that mean the same."""
    if isinstance(value, dict):
        members = {key: exotic(member, random) for key, member in value.items()}
        return random.choice((members, members, OrderedDict(members), MappingProxyType(members)))
    if isinstance(value, list):
        elements = [exotic(element, random) for element in value]
        return random.choice((elements, elements, tuple(elements)))
    if random.random() < 0.7 or isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float)):
        other = (decimal.Decimal(value), float("nan"), float("-inf"), decimal.Decimal("NaN"), decimal.Decimal("1.50"))
        return random.choice(other)
    moment = datetime.datetime(2024, 6, 1, 12, tzinfo=datetime.UTC)
    return random.choice((_Text(value), moment, moment.date(), frozenset((value,)), _Number(7), (), value))


class _Text(str):
    """A text of a class of its own."""


class _Number(int):
    """A number of a class of its own."""


def compare_file(trial: Trial, loaded: Loaded, options: Options, other: Options | None = None) -> None:
    """Hold a run over a file equal to the reference's, in one process and in several. Raises `Wrong`."""
    strict = trial.strict
    with _file(written(trial)) as path, small(trial.chunk):
        for reasons in (True, False):
            shared: dict[str, Any] = {"strict": strict, "reasons": reasons}
            wanted = sources.evaluate_sources(loaded, [path], options, compiled=False, **shared)
            found = sources.evaluate_sources(loaded, [path], other or options, **shared)
            _same("file" if reasons else "file without reasons", found, wanted, unread=True)
            if trial.jobs > 1:
                found = sources.evaluate_sources(loaded, [path], options, jobs=trial.jobs, **shared)
                _same("processes" if reasons else "processes without reasons", found, wanted, unread=True)


@contextmanager
def _file(content: bytes) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "entities.json")
        with open(path, "wb") as file:
            file.write(content)
        yield path


@contextmanager
def small(chunk: int) -> Iterator[None]:
    """Read in chunks of so many bytes, and split what is larger than a few of them."""
    before = window.CHUNK, parts.LEAST, sources._WORTH_SPLITTING
    window.CHUNK, parts.LEAST, sources._WORTH_SPLITTING = chunk, min(chunk, 1000), 0
    try:
        yield
    finally:
        window.CHUNK, parts.LEAST, sources._WORTH_SPLITTING = before


def _same(form: str, found: Report, wanted: Report, unread: bool = False) -> None:
    """Raise where a report differs from the reference's.

    With `unread` parts of the input the number of numbers that are none need not agree.
    """
    one, other = told(found, unread), told(wanted, unread)
    if one == other:
        return
    for part in other:
        if one[part] != other[part]:
            raise Wrong(f"{form}: {part}", _difference(one[part], other[part]))


def told(report: Report, unread: bool = False) -> dict[str, Any]:
    """All that a report says, in order, and what its JSON leaves out of diagnostics and rules."""
    left_out = ("non-finite-number",) if unread else ()
    return {
        **{key: json.dumps(value) if key in ("now", "summary") else value for key, value in report.to_dict().items()},
        "rules": [to_builtins(each) for each in report.rules],
        "diagnostics": [to_builtins(each) for each in report.diagnostics if each.code not in left_out],
    }


def _difference(found: Any, wanted: Any) -> str:
    if not isinstance(found, list):
        return f"{found} instead of {wanted}"
    extra = [each for each in found if each not in wanted]
    lacking = [each for each in wanted if each not in found]
    return f"too much: {extra[:3]}\nlacking: {lacking[:3]}" if extra or lacking else "another order"
