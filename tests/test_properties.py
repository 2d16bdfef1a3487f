"""What must hold for every rule and every entity, tried on random ones; deterministic from run to run."""

from __future__ import annotations

import copy
import json
import math
import re
from collections.abc import Callable
from random import Random
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import gsl
from gsl.language import nodes
from gsl.language.parser import parse
from gsl.results.masking import shown
from gsl.semantics import values
from gsl.semantics.functions import FUNCTIONS
from gsl.semantics.places import Origin, Place, Uncollected
from gsl.semantics.reads import ELEMENTS
from tests import rewriting
from tests.generation import LISTS, NOW, Entity, Generator, Shape, literals_of, scalar, shapes_of, text_of
from tests.layout import respelled
from tests.rewriting import Change, rewritten

STEADY = settings(derandomize=True, deadline=None, max_examples=400, database=None)
SEEDS = st.integers(0, 2**32 - 1)
UNREAD = {"path": "zz.never.read", "operation": "GetZz", "code": "AccessDenied", "message": "no"}
LOOK_UPS = ("getResource", "getResources")
BY_KEY_ORDER = ("Like", "RegexMatch", "LiteralBracket")
"""What looks at the text of an object, in which the order of its keys shows."""


def result(statement: nodes.Statement, entity: Entity, **options: Any) -> gsl.Result:
    found: gsl.Result = gsl.parse(text_of(statement)).check(entity, now=NOW, lists=LISTS, **options)
    return found


def status(statement: nodes.Statement, entity: Entity, **options: Any) -> str:
    return str(result(statement, entity, **options).status)


def told(statement: nodes.Statement, entity: Entity, *more: object) -> str:
    """What a failing test shows."""
    return "\n".join([text_of(statement), repr(entity), *[str(each) for each in more]])


def a_case(seed: int, **options: Any) -> tuple[Generator, nodes.Statement, Entity]:
    generator = Generator(Random(seed), **options)
    statement = generator.statement()
    return generator, statement, generator.entity(statement)


def same_after(seed: int, change: Change) -> None:
    """The verdict stays what it is when the rule is rewritten."""
    _, statement, entity = a_case(seed)
    other = rewritten(statement, change)
    assert status(statement, entity) == status(other, entity), told(statement, entity, text_of(other))


# --- the text of a rule


@STEADY
@given(SEEDS)
def test_a_rule_written_and_read_is_the_same_rule(seed: int) -> None:
    statement = Generator(Random(seed)).statement()
    text = text_of(statement)
    assert parse(text) == statement, text
    assert text_of(parse(text)) == text


@STEADY
@given(SEEDS)
def test_every_random_rule_is_valid(seed: int) -> None:
    gsl.parse(text_of(Generator(Random(seed)).statement()))


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_can_be_called(name: str) -> None:
    for seed in range(20):
        generator = Generator(Random(seed), depth=2)
        statement = generator.check_of(generator.call(FUNCTIONS[name]))
        if rewriting.holds(statement, nodes.Path):
            assert parse(text_of(statement)) == statement
            result(statement, generator.entity(statement))


@STEADY
@given(SEEDS)
def test_layout_does_not_matter(seed: int) -> None:
    _, statement, entity = a_case(seed)
    text = respelled(text_of(statement), Random(seed))
    assert parse(text) == statement, repr(text)
    assert (parse(text) != statement) is False, repr(text)
    first, second = result(statement, entity), gsl.parse(text).check(entity, now=NOW, lists=LISTS)
    assert first.status == second.status, told(statement, entity, repr(text))
    assert [each.expression for each in first.reasons] == [each.expression for each in second.reasons]
    assert [each.values for each in first.reasons] == [each.values for each in second.reasons]


@STEADY
@given(SEEDS)
def test_the_span_of_a_node_is_its_text(seed: int) -> None:
    statement = Generator(Random(seed)).statement()
    text = respelled(text_of(statement), Random(seed))
    for node in nodes.walk(parse(text)):
        span = node.span
        assert 0 <= span.start <= span.end <= len(text), repr(text)
        before = text[: span.start]
        assert (span.line, span.column) == (before.count("\n") + 1, span.start - before.rfind("\n")), repr(text)


# --- logic


@STEADY
@given(SEEDS)
def test_should_not_is_the_opposite_of_should(seed: int) -> None:
    _, statement, entity = a_case(seed)
    assume(isinstance(statement, nodes.Check) and not isinstance(statement.condition, nodes.Fail))
    assert isinstance(statement, nodes.Check)
    opposite = {"passed": "failed", "failed": "passed"}
    found = status(statement, entity)
    other = attrs.evolve(statement, negated=not statement.negated)
    assert status(other, entity) == opposite.get(found, found), told(statement, entity)


@STEADY
@given(SEEDS)
def test_should_not_have_is_should_have_not(seed: int) -> None:
    _, statement, entity = a_case(seed)
    assume(isinstance(statement, nodes.Check) and not isinstance(statement.condition, nodes.Fail))
    assert isinstance(statement, nodes.Check)
    other = attrs.evolve(statement, negated=not statement.negated, condition=rewriting.negation(statement.condition))
    first, second = result(statement, entity), result(other, entity)
    assert first.status == second.status, told(statement, entity)
    assert [each.expression for each in first.reasons] == [each.expression for each in second.reasons]
    assert first.passed_on_missing == second.passed_on_missing, told(statement, entity)


@STEADY
@given(SEEDS)
def test_de_morgan(seed: int) -> None:
    same_after(seed, rewriting.by_de_morgan)


@STEADY
@given(SEEDS)
def test_double_negation(seed: int) -> None:
    same_after(seed, rewriting.twice_negated)


@STEADY
@given(SEEDS)
def test_order_of_operands_and_items_does_not_matter(seed: int) -> None:
    same_after(seed, rewriting.shuffled(Random(seed)))


@STEADY
@given(SEEDS)
def test_negated_operators_are_exact_negations(seed: int) -> None:
    same_after(seed, rewriting.by_opposite)


@STEADY
@given(SEEDS)
def test_comparisons_can_be_turned_round(seed: int) -> None:
    same_after(seed, rewriting.mirrored)


@STEADY
@given(SEEDS)
def test_contain_none_is_not_contain_any(seed: int) -> None:
    same_after(seed, rewriting.by_contain_any)
    same_after(seed, rewriting.by_contain_none)


@STEADY
@given(SEEDS)
def test_a_literal_bracket_is_short_for_like_and_equal(seed: int) -> None:
    same_after(seed, rewriting.written_out)


# --- values


def two_values(seed: int) -> tuple[Any, Any]:
    generator = Generator(Random(seed), strange=True)
    first = generator.value()
    return first, generator.value([first, scalar(generator.random)])


@STEADY
@given(SEEDS, st.booleans())
def test_equality_is_symmetric_and_reflexive(seed: int, case_sensitive: bool) -> None:
    first, second = two_values(seed)
    fold = values.same_text if case_sensitive else str.casefold
    assert values.equal(first, second, fold) is values.equal(second, first, fold), (first, second)
    assert values.equal(first, copy.deepcopy(first), fold), first


@STEADY
@given(SEEDS, st.booleans())
def test_what_is_identical_is_equal(seed: int, case_sensitive: bool) -> None:
    first, second = two_values(seed)
    fold = values.same_text if case_sensitive else str.casefold
    assert values.identity(first, fold) == values.identity(copy.deepcopy(first), fold)
    if values.identity(first, fold) == values.identity(second, fold):
        assert values.equal(first, second, fold), (first, second)


@STEADY
@given(SEEDS)
def test_order_is_antisymmetric(seed: int) -> None:
    first, second = two_values(seed)
    found, other = values.order(first, second), values.order(second, first)
    assert other == (None if found is None else -found), (first, second)
    if values.number(first) is not None or values.date(first) is not None or isinstance(first, str):
        assert values.order(first, first) == 0 or isinstance(first, str), first


@STEADY
@given(SEEDS)
def test_order_of_one_kind_is_transitive(seed: int) -> None:
    random = Random(seed)
    drawn = [scalar(random) for _ in range(12)]
    kinds: list[Callable[[Any], bool]] = [
        lambda value: values.number(value) is not None,
        lambda value: isinstance(value, str) and values.date(value) is not None,
    ]
    for kind in kinds:
        of_kind = [value for value in drawn if kind(value)]
        for one in of_kind:
            for two in of_kind:
                for three in of_kind:
                    if values.order(one, two) in (-1, 0) and values.order(two, three) in (-1, 0):
                        assert values.order(one, three) in (-1, 0), (one, two, three)


# --- entities


def with_keys_reversed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: with_keys_reversed(value[key]) for key in reversed(value)}
    return [with_keys_reversed(each) for each in value] if isinstance(value, list) else value


@STEADY
@given(SEEDS)
def test_the_order_of_keys_does_not_matter(seed: int) -> None:
    _, statement, entity = a_case(seed, without=BY_KEY_ORDER)
    first, second = result(statement, entity), result(statement, with_keys_reversed(entity))
    assert (first.status, first.reasons) == (second.status, second.reasons), told(statement, entity)


@STEADY
@given(SEEDS)
def test_the_fingerprint_does_not_depend_on_the_order_of_keys(seed: int) -> None:
    generator, statement, entity = a_case(seed)
    entity |= {generator.random.choice(("id", "accountNumber", "region", "name")): {"b": "x", "a": 1}}
    first, second = result(statement, entity), result(statement, with_keys_reversed(entity))
    assert first.fingerprint == second.fingerprint, told(statement, entity)


@STEADY
@given(SEEDS)
def test_the_order_of_other_entities_does_not_matter(seed: int) -> None:
    generator = Generator(Random(seed), without=LOOK_UPS)
    statement = generator.check(listing=0)
    entities = generator.entities(statement)
    rule = gsl.parse(text_of(statement))
    first = gsl.evaluate(rule, entities, now=NOW, lists=LISTS, keep_all=True)
    second = gsl.evaluate(rule, entities[::-1], now=NOW, lists=LISTS, keep_all=True)
    assert first.summary == second.summary, told(statement, {}, entities)
    for one, two in (
        (first.findings, second.findings),
        (first.excluded, second.excluded),
        (first.verdicts, second.verdicts),
    ):
        assert sorted(map(repr, one or ())) == sorted(map(repr, two or ())), told(statement, {}, entities)


@STEADY
@given(SEEDS)
def test_accounts_do_not_see_each_other(seed: int) -> None:
    generator = Generator(Random(seed))
    statement = generator.check(listing=0.5)
    here = [{**entity, "accountNumber": "1"} for entity in generator.entities(statement)]
    there = [{**entity, "accountNumber": "2"} for entity in generator.entities(statement)]
    rule = gsl.parse(text_of(statement))
    alone = gsl.evaluate(rule, here, now=NOW, lists=LISTS, keep_all=True)
    both = gsl.evaluate(rule, [*there, *here], now=NOW, lists=LISTS, keep_all=True)
    of_here = [each for each in (*both.findings, *both.excluded, *(both.verdicts or ())) if each.account == "1"]
    assert [*alone.findings, *alone.excluded, *(alone.verdicts or ())] == of_here, told(statement, {}, here, there)


@STEADY
@given(SEEDS)
def test_equal_entities_give_equal_results(seed: int) -> None:
    _, statement, entity = a_case(seed)
    before = copy.deepcopy(entity)
    first = result(statement, entity)
    assert repr(entity) == repr(before), "checking an entity changed it"
    assert first == result(statement, copy.deepcopy(entity)), told(statement, entity)
    assert first == result(statement, json.loads(json.dumps(entity))), told(statement, entity)


@STEADY
@given(SEEDS)
def test_check_and_evaluate_agree(seed: int) -> None:
    generator = Generator(Random(seed), without=LOOK_UPS)
    statement = generator.check()
    entity = generator.entity(statement)
    assert isinstance(statement, nodes.Check)
    if statement.target.is_list:
        entity["items"] = [{**item, "accountNumber": "1"} for item in entity["items"]]
        assume(entity["items"])
    rule = gsl.parse(text_of(statement))
    given_entities = entity["items"] if statement.target.is_list else [entity]
    report = gsl.evaluate(rule, given_entities, now=NOW, lists=LISTS, keep_all=True)
    alone = rule.check(entity, now=NOW, lists=LISTS)
    found = [*report.findings, *report.excluded, *(report.verdicts or ())]
    assert found == ([] if str(alone.status) == "not-relevant" else [alone]), told(statement, entity)


@STEADY
@given(SEEDS)
def test_the_fingerprint_names_rule_and_entity_only(seed: int) -> None:
    generator, statement, entity = a_case(seed, without=("List",))
    assume(isinstance(statement, nodes.Check) and not statement.target.is_list)
    identity = {"id": "i-1", "accountNumber": "123", "region": "us_east_1"}
    first = result(statement, {**entity, **identity})
    other = {"type": entity["type"], "zz": generator.value(), **identity, "region": "us-east-1"}
    assert first.fingerprint == result(statement, other).fingerprint
    assert first.fingerprint != result(statement, {**entity, **identity, "id": "i-2"}).fingerprint
    assert first.fingerprint != result(statement, {**entity, **identity, "accountNumber": "124"}).fingerprint


@STEADY
@given(SEEDS)
def test_what_no_rule_reads_changes_nothing(seed: int) -> None:
    generator, statement, entity = a_case(seed)
    assume(isinstance(statement, nodes.Check) and not rewriting.uses_whole_context(statement))
    more = {**entity, "zz": generator.value(), "Zz": float("nan")}
    assert result(statement, {**entity, "id": "t"}) == result(statement, {**more, "id": "t"}), told(statement, more)


# --- missing


def nulls_moved(value: Any, shape: Shape) -> Any:
    """The value with the nulls that a rule names left out, and the missing keys there as null.

    An object that is empty stays so: whether `{x: null}` is empty is a question of its own.
    """
    if isinstance(value, list):
        return [nulls_moved(each, shape.get(ELEMENTS, {})) for each in value]
    if not isinstance(value, dict):
        return value
    kept = {
        key: nulls_moved(each, shape.get(key, {}))
        for key, each in value.items()
        if each is not None or key not in shape
    }
    absent = [key for key in shape if key != ELEMENTS and key not in value]
    return kept | dict.fromkeys(absent) if kept and value else value


def values_of(found: gsl.Result) -> list[Any]:
    """The values in the reasons of a result; of an object, whose nulls count, not the length."""
    shown = [each.value for reason in found.reasons for each in reason.values]
    return [{**each, "length": 0} if isinstance(each, dict) and each["kind"] == "object" else each for each in shown]


@STEADY
@given(SEEDS)
def test_a_missing_key_and_a_null_are_the_same(seed: int) -> None:
    _, statement, entity = a_case(seed, without=(*LOOK_UPS, "length", *BY_KEY_ORDER))
    assume(isinstance(statement, nodes.Check) and not statement.target.is_list)
    assume(not rewriting.uses_whole_context(statement))
    assert isinstance(statement, nodes.Check)
    entity["id"] = "t"
    other = nulls_moved(entity, shapes_of(statement)[statement.target.name])
    first, second = result(statement, entity), result(statement, other)
    assert (first.status, first.passed_on_missing) == (second.status, second.passed_on_missing), told(
        statement, entity, other
    )
    assert values_of(first) == values_of(second), told(statement, entity, other)


@pytest.mark.parametrize(
    "rule", ["Thing should have o = p", "Thing should have p in (o)", "Thing should have o.x = null"]
)
def test_a_null_member_counts_as_absent_where_objects_are_compared(rule: str) -> None:
    assert gsl.parse(rule).check({"o": {}, "p": {"x": None}}).passed


def without_non_finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_non_finite(each) for key, each in value.items()}
    if isinstance(value, list):
        return [without_non_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


@STEADY
@given(SEEDS)
def test_not_a_number_is_missing(seed: int) -> None:
    generator = Generator(Random(seed), strange=True)
    statement = generator.statement()
    entity = generator.entity(statement)
    for _ in range(20):
        if without_non_finite(entity) != entity:
            break
        entity = generator.entity(statement)
    assume(without_non_finite(entity) != entity)
    entity["id"] = "t"
    first, second = result(statement, entity), result(statement, without_non_finite(entity))
    assert first == second, told(statement, entity)


# --- uncollected


def with_error(entity: Entity, path: str) -> Entity:
    error = {"path": path, "operation": "GetX", "code": "AccessDenied", "message": "no"}
    return {**entity, "_errors": [*entity.get("_errors", []), error]}


@STEADY
@given(SEEDS)
def test_an_error_on_a_path_that_is_not_read_changes_nothing(seed: int) -> None:
    _, statement, entity = a_case(seed)
    assume(isinstance(statement, nodes.Check) and not statement.target.is_list)
    assume(not rewriting.uses_whole_context(statement))
    first, second = (
        result(statement, entity),
        result(statement, {**entity, "_errors": [*entity.get("_errors", []), UNREAD]}),
    )
    assert (first.status, first.reasons) == (second.status, second.reasons), told(statement, entity)


@settings(STEADY, max_examples=2500)
@given(SEEDS)
def test_less_knowledge_keeps_the_verdict_or_makes_it_an_error(seed: int) -> None:
    generator, statement, entity = a_case(seed, depth=4 + seed % 3)
    assume(isinstance(statement, (nodes.Check, nodes.Query)))
    assert isinstance(statement, (nodes.Check, nodes.Query))
    shape = shapes_of(statement)[statement.target.name]
    if statement.target.is_list:
        assume(entity["items"])
        number = generator.random.randrange(len(entity["items"]))
        items = list(entity["items"])
        path = generator.error(shape)["path"]
        items[number] = with_error(items[number], path)
        other: Entity = {"items": items}
    else:
        path = generator.error(shape)["path"]
        other = with_error(entity, path)
    assume("_errors" in entity or "length" not in text_of(statement))
    before, after = status(statement, entity), status(statement, other)
    assert after in (before, "error"), told(statement, entity, path, f"{before} became {after}")


def replaced(value: Any, keys: list[str], new: Any) -> Any:
    """A value with another one under a path of `_errors`: an element number after a list, or every element.

    A path that does not fit the value (an element of a text) says nothing that could be replaced.
    """
    if not keys:
        return new
    if isinstance(value, list) and not keys[0].isdigit():
        return [replaced(each, keys, new) for each in value]
    if keys[0].isdigit() and not isinstance(value, dict):
        number = int(keys[0])
        assume(number < 5 and (value is None or (isinstance(value, list) and number <= len(value))))
        elements = [*(value or []), *[None] * (number + 1)][: max(len(value or []), number + 1)]
        return [*elements[:number], replaced(elements[number], keys[1:], new), *elements[number + 1 :]]
    assume(value is None or isinstance(value, dict))
    return {**(value or {}), keys[0]: replaced((value or {}).get(keys[0]), keys[1:], new)}


@settings(STEADY, max_examples=300, suppress_health_check=[HealthCheck.filter_too_much])
@given(SEEDS)
def test_what_was_not_collected_could_have_been_anything(seed: int) -> None:
    """A verdict that stands without a value stands with every value."""
    generator = Generator(Random(seed), depth=4 + seed % 3)
    statement = generator.check(listing=0)
    entity = generator.entity(statement, errors=0)
    path = generator.error(shapes_of(statement)[statement.target.name])["path"]
    verdict = status(statement, with_error(entity, path))
    assume(verdict != "error" and not rewriting.uses_whole_context(statement))
    own = literals_of(statement)
    for _ in range(8):
        other = replaced(entity, path.split("."), generator.value(own))
        assert status(statement, other) == verdict, told(statement, entity, path, other, verdict)


LOST = [  # rule, entity, path of the error: the verdict may become an error, and nothing else
    ("xs contain [~.on = true]", {"on": True}, "xs.z"),
    ("xs contain [~.on = true]", {"on": True}, "xs.0.z"),
    ("xs contain [~.on = true]", {"on": True, "xs": []}, "xs.1.z"),
    ("xs with [~.on = true]", {"on": True}, "xs.z"),
    ("xs contain-none [~.on = true]", {"on": True}, "xs.z"),
    ("xs contain-all [~.on = true]", {"on": True}, "xs.z"),
    ("xs contain-all [~.on = false]", {"on": True, "xs": []}, "xs.1.z"),
    ("t in (xs with [$.b = null])", {"xs": ["x", "y"]}, "xs.1.b"),
    ("t in ('z', xs with [$.b = null])", {"xs": ["x", "y"]}, "xs.1"),
    ("t not in (xs with [$.b = null])", {"xs": ["x", "y"], "t": "x"}, "xs.1"),
]


@pytest.mark.parametrize(("rule", "entity", "path"), LOST)
@pytest.mark.parametrize("should", ["should have", "should not have"])
def test_elements_that_only_errors_tell_of_decide_nothing(rule: str, entity: Entity, path: str, should: str) -> None:
    parsed = gsl.parse(f"Thing {should} {rule}")
    before, after = str(parsed.check(entity).status), str(parsed.check(with_error(entity, path)).status)
    assert after in (before, "error"), f"{before} became {after}"


@pytest.mark.parametrize(
    "rule", ["xs getValue('k') = 1", "xs getValue('k') isEmpty()", "xs getValues('k') contain [$ = 1]"]
)
@pytest.mark.parametrize("xs", [{}, {"xs": None}])
@pytest.mark.parametrize("path", ["xs.0.k", "xs.1.k", "xs.k", "xs.0", "xs"])
def test_a_property_of_elements_that_only_errors_tell_of_is_unknown(rule: str, xs: Entity, path: str) -> None:
    assert str(gsl.parse(f"Thing should have {rule}").check(with_error(xs, path)).status) == "error"


@settings(STEADY, max_examples=600)
@given(SEEDS)
def test_a_gap_keeps_a_verdict_or_makes_it_an_error(seed: int) -> None:
    generator = Generator(Random(seed))
    statement = generator.check(listing=0.4)
    entities = [{**each, "accountNumber": "1"} for each in generator.entities(statement) if "_errors" not in each]
    rule = gsl.parse(text_of(statement))
    gap = {**generator.gap(generator.random.choice(sorted(rule.types))), "accountNumber": "1"}
    entities.append({"type": "Elsewhere", "id": "e", "accountNumber": "1"})
    before = gsl.evaluate(rule, entities, now=NOW, lists=LISTS, keep_all=True)
    after = gsl.evaluate(rule, [*entities, gap], now=NOW, lists=LISTS, keep_all=True)
    assert after.summary.passed <= before.summary.passed, told(statement, {}, entities, gap)
    assert after.summary.failed <= before.summary.failed, told(statement, {}, entities, gap)
    assert after.summary.not_relevant <= before.summary.not_relevant, told(statement, {}, entities, gap)
    if gap["type"] == rule.entity_type:
        assert after.summary.errors > 0


# --- reasons


@STEADY
@given(SEEDS)
def test_every_failure_and_error_has_a_reason(seed: int) -> None:
    _, statement, entity = a_case(seed)
    found = result(statement, entity)
    if str(found.status) in ("failed", "error"):
        assert found.reasons, told(statement, entity)
    json.dumps(found.to_dict(), allow_nan=False)


def keys_of_subjects(statement: nodes.Statement) -> set[str]:
    """The keys that array operators read their lists from: part of every reason inside their brackets."""
    subjects = [each.subject for each in nodes.walk(statement) if isinstance(each, nodes.ArrayOperation)]
    paths = [node for subject in subjects for node in nodes.walk(subject) if isinstance(node, nodes.Path)]
    return {key for path in paths for key in path.keys or ("",)}


def paths_in(shape: Shape) -> list[str]:
    """The paths that a rule reads, and those they lead through, without element numbers."""
    found: list[str] = []
    for key, below in shape.items():
        inner = paths_in(below)
        found += inner if key == ELEMENTS else [key, *[f"{key}.{path}" for path in inner]]
    return list(dict.fromkeys(found))


def place_of(path: str, error: str) -> Place:
    """A place as reasons spell it, with an error on a path of the same entity."""
    parts = path.replace("]", "").replace("[", ".").split(".") if path != "~" else []
    keys = tuple([int(part) if part.isdigit() else part for part in parts])
    return Place(Origin("", (Uncollected(tuple(error.split("."))),)), keys)


@settings(STEADY, suppress_health_check=[HealthCheck.filter_too_much])
@given(SEEDS)
def test_the_deciding_set_decides(seed: int) -> None:
    """What is not among the reasons may be unknown: the verdict stands."""
    generator = Generator(Random(seed), without=(*LOOK_UPS, "GroupBy", "getValue", "getValues"))
    statement = attrs.evolve(generator.check(listing=0), where=None, exclude=None)
    entity = generator.entity(statement, errors=0)
    found = result(statement, entity)
    read = [each.path for reason in found.reasons for each in reason.values]
    assume(not any("[" in each.expression for each in found.reasons) and not any("(" in path for path in read))
    for path in paths_in(shapes_of(statement)[statement.target.name]):
        places = [place_of(each, path) for each in read]
        decided = any(place.covering() or place.below() for place in places)
        if not decided and keys_of_subjects(statement).isdisjoint((path.split(".")[0], "")):
            other = result(statement, with_error(entity, path))
            assert found.status == other.status, told(statement, entity, path, found.reasons)


PLAIN_PATH = re.compile(r"~|(?!(?:true|false|null)\b)[A-Za-z_][\w:.\[\]-]*", re.ASCII)
"""A place in the entity, and not the spelling of an expression that made the value."""


def at(value: Any, path: str) -> Any:
    """What stands at a path as reasons spell it."""
    for part in path.replace("[", ".[").split("."):
        if part.startswith("["):
            value = value[int(part[1:-1])]
        elif part != "~":
            value = value.get(part) if isinstance(value, dict) else None
    return value


@STEADY
@given(SEEDS)
def test_the_values_of_reasons_stand_where_they_say(seed: int) -> None:
    _, statement, entity = a_case(seed, without=(*LOOK_UPS, "GroupBy", "getValue", "getValues"))
    for reason in result(statement, entity).reasons:
        for read in reason.values:
            hidden = isinstance(read.value, dict) and read.value["kind"] in ("masked", "uncollected")
            filtered = read.path in ("items", "~") and "items" in entity  # `where` leaves items out
            if hidden or filtered or not PLAIN_PATH.fullmatch(read.path):
                continue
            assert read.value == shown(at(entity, read.path)), told(statement, entity, read)


@STEADY
@given(SEEDS)
def test_keys_that_no_entity_has_are_reported_and_no_others(seed: int) -> None:
    generator = Generator(Random(seed), without=LOOK_UPS)
    statement = generator.check(listing=0)
    entities = [each for each in generator.entities(statement) if "_errors" not in each]
    rule = gsl.parse(text_of(statement))
    same_type = [each for each in entities if each["type"] == rule.entity_type]
    first_keys = {read.steps[0] for read in rule.reads if read.type == rule.entity_type and read.steps[0] != ELEMENTS}
    absent = {key for key in first_keys if same_type and not any(key in each for each in same_type)}
    report = gsl.evaluate(rule, entities, now=NOW, lists=LISTS)
    found = {each.path for each in report.diagnostics if each.code == "unknown-key" and each.path == each.key}
    assert found == absent, told(statement, {}, entities)


@STEADY
@given(SEEDS)
def test_a_rule_reads_what_it_says_it_reads(seed: int) -> None:
    """Without all other keys, of every type, the verdicts are the same (what is masked may differ)."""
    generator = Generator(Random(seed))
    statement = generator.check(listing=0)
    assume(not rewriting.uses_whole_context(statement))
    entities = [{**each, "id": f"i{number}"} for number, each in enumerate(generator.entities(statement))]
    rule = gsl.parse(text_of(statement))
    kept = {"type", "id", "arn", "externalId", "name", "accountNumber", "region", "_errors"}
    read = {name: kept | {each.steps[0] for each in rule.reads if each.type == name} for name in rule.types}
    fewer = [{key: value for key, value in each.items() if key in read.get(each["type"], kept)} for each in entities]
    first = gsl.evaluate(rule, entities, now=NOW, lists=LISTS, keep_all=True)
    second = gsl.evaluate(rule, fewer, now=NOW, lists=LISTS, keep_all=True)
    assert outline(first) == outline(second), told(statement, {}, entities)


def outline(report: gsl.Report) -> list[Any]:
    """The verdicts of a report with the expressions that decided them."""
    found = [*report.findings, *report.excluded, *(report.verdicts or ())]
    return [
        report.summary,
        *[(each.entity_id, each.status, [reason.expression for reason in each.reasons]) for each in found],
    ]


def test_the_key_of_a_look_up_is_read() -> None:
    rule = gsl.parse("Thing should have getResource('Other', a, 'nmae') isEmpty()")
    assert ("Other", ("nmae",)) in {(each.type, each.steps) for each in rule.reads}
    entities = [{"type": "Thing", "id": "1", "a": "x"}, {"type": "Other", "id": "2", "name": "x"}]
    assert "unknown-key" in [each.code for each in gsl.evaluate(rule, entities).diagnostics]
