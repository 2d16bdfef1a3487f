"""Fuzzes evaluation: any valid rule on anything gives a verdict that can be reported, or gsl's own error."""

from __future__ import annotations

import datetime
import decimal
import json
import sys
from collections.abc import Iterator
from random import Random
from typing import Any

import attrs

import gsl
from tests.fuzz.running import Target, Wrong, fuzz, json_left_out, pieces_left_out
from tests.generation import KEYS, LISTS, NOW, TYPES, Generator, text_of

_STATUSES = frozenset(str(status) for status in gsl.Status)
_HUGE = (
    10**4299,
    -(10**4299),
    10**400,
    float("1e308"),
    1.7976931348623157e308,
    "9" * 4300,
    "-" + "9" * 4299,
    "0." + "1" * 4000,
)
_LONG = ("x" * 10000, "%" * 500, "a," * 3000, "(" * 3000, "1" * 4301, "\N{PILE OF POO}" * 1000)
_ODD_ERRORS: tuple[Any, ...] = (
    *(
        "text",
        7,
        True,
        {},
        {"path": "a"},
        [None],
        ["text"],
        [[]],
        [{}],
        [{"path": None}],
        [{"path": ["a"]}],
        [{"path": "a..b"}],
    ),
    *(
        [{"path": "."}],
        [{"path": "a."}],
        [{"path": "xs.99999999999999999999"}],
        [{"path": "xs.٣"}],
        [{"path": "xs.-1"}],
        [{"path": "xs.²"}],
    ),
)


@attrs.frozen
class Case:
    """A rule, what it is checked on, and how."""

    rule: str
    entities: list[Any]
    case_sensitive: bool
    now: Any


def draw(random: Random) -> Case:
    """A random rule and some entities, most of which fit it."""
    generator = Generator(random, depth=random.choice((1, 2, 3, 4, 5)), strange=True)
    statement = generator.statement()
    entities = [generator.entity(statement), *generator.entities(statement)]
    if random.random() < 0.4:
        entities = [_damaged(each, random, generator) for each in entities]
    now = random.choice(
        (NOW, NOW, NOW, 0, -62135596800, "9999-12-31T23:59:59Z", "0001-01-01", datetime.datetime(2024, 6, 1))
    )
    return Case(text_of(statement), entities, random.random() < 0.2, now)


def _damaged(value: Any, random: Random, generator: Generator) -> Any:
    """A value with a part of it exchanged for something that does not belong there."""
    if isinstance(value, dict) and value and random.random() < 0.9:
        key = random.choice(list(value))
        if key == "_errors":
            return {**value, key: random.choice(_ODD_ERRORS)}
        return {**value, key: _damaged(value[key], random, generator)}
    if isinstance(value, list) and value and random.random() < 0.8:
        place = random.randrange(len(value))
        return [*value[:place], _damaged(value[place], random, generator), *value[place + 1 :]]
    return _odd(random, generator)


def _odd(random: Random, generator: Generator) -> Any:
    kind = random.randrange(10)
    if kind == 0:
        return random.choice(_HUGE)
    if kind == 1:
        return random.choice(_LONG)
    if kind == 2:
        moment = datetime.datetime(2024, 6, 1, tzinfo=datetime.UTC)
        return random.choice(
            (moment, moment.date(), datetime.datetime.min, datetime.datetime.max, decimal.Decimal("1.5"))
        )
    if kind == 3:
        odd = (
            ("a", 1),
            {"a", "b"},
            frozenset((1, 2)),
            decimal.Decimal("NaN"),
            decimal.Decimal("1e400"),
            decimal.Decimal("1e-400"),
        )
        return random.choice(odd)
    if kind == 4:
        return random.choice(
            (b"bytes", object(), {1: 2, None: 3}, {"": "", "a.b": 1, "\x00": 2}, complex(1, 1), range(3))
        )
    if kind == 5:
        return _nested(random.choice((5, 100, 126, 127, 128, 129, 500)), random)
    return generator.value(depth=3)


def _nested(depth: int, random: Random) -> Any:
    value: Any = random.choice((1, "a", None))
    for _ in range(depth):
        value = [value] if random.random() < 0.5 else {random.choice(KEYS): value}
    return value


def check(case: Case) -> None:
    """Raises when a verdict is not what a verdict must be."""
    rule = gsl.parse(case.rule)
    for entity in case.entities:
        try:
            result = rule.check(entity, now=case.now, lists=LISTS, case_sensitive=case.case_sensitive)
        except gsl.GslError as error:
            str(error)
            continue
        _check_result(result)
    options: dict[str, Any] = {"now": case.now, "lists": LISTS, "case_sensitive": case.case_sensitive}
    report = gsl.evaluate(rule, case.entities, keep_all=True, **options)
    for result in (*report.findings, *report.excluded, *(report.verdicts or ())):
        _check_result(result)
    _as_json(report.to_dict())
    if report.exit_code() not in (0, 1, 2):
        raise Wrong("an exit code that is none")
    _check_counts(report)
    _check_by_type(rule, case, options)


def _check_result(result: gsl.Result) -> None:
    if str(result.status) not in _STATUSES:
        raise Wrong("a status that is none", str(result.status))
    if str(result.status) in ("failed", "error") and not result.reasons:
        raise Wrong("a verdict without reasons", str(result.status))
    if len(result.fingerprint) != 32:
        raise Wrong("a fingerprint of another length", result.fingerprint)
    _as_json(result.to_dict())


def _as_json(value: Any) -> None:
    json.dumps(value, allow_nan=False)


def _check_counts(report: gsl.Report) -> None:
    (rule,) = report.rules
    if rule.failed + rule.errors != len(report.findings) or rule.selected != len(report.selected):
        raise Wrong("counts that do not match the findings")
    if (rule.passed, rule.excluded) != (len(report.verdicts or ()), len(report.excluded)):
        raise Wrong("counts that do not match the verdicts", f"{rule}")


def _check_by_type(rule: gsl.Rule, case: Case, options: dict[str, Any]) -> None:
    """Entities grouped by type give what the same ones in a row give."""
    fit = [
        each
        for each in case.entities
        if isinstance(each, dict) and isinstance(each.get("type"), str) and each["type"] in TYPES
    ]
    by_type: dict[str, list[Any]] = {}
    for each in fit:
        by_type.setdefault(each["type"], []).append(each)
    in_order = [each for group in by_type.values() for each in group]
    first = gsl.evaluate(rule, in_order, **options)
    second = gsl.evaluate(rule, by_type, **options)
    if (first.summary, first.findings) != (second.summary, second.findings):
        raise Wrong("grouped by type the report is another")


def smaller(case: Case) -> Iterator[Case]:
    """Cases with fewer entities, less of each, and a shorter rule."""
    for entities in pieces_left_out(case.entities):
        yield attrs.evolve(case, entities=entities)
    for tokens in pieces_left_out(case.rule.split(" ")):
        shorter = attrs.evolve(case, rule=" ".join(tokens))
        if _is_rule(shorter.rule):
            yield shorter
    for number, entity in enumerate(case.entities):
        for less in json_left_out(entity):
            yield attrs.evolve(case, entities=[*case.entities[:number], less, *case.entities[number + 1 :]])


def _is_rule(text: str) -> bool:
    try:
        gsl.parse(text)
    except gsl.RuleError:
        return False
    return True


def show(case: Case) -> str:
    """The case as one can paste it."""
    return f"rule = {case.rule!r}\nentities = {case.entities!r}\nnow = {case.now!r}, case_sensitive = {case.case_sensitive}"


TARGET = Target("evaluator", draw, check, smaller, show)

if __name__ == "__main__":
    sys.exit(fuzz(TARGET))
