"""Reasons made of values alone are those that the reference's traces give."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

import gsl
from gsl.inventory.plain import plain
from gsl.language import nodes
from gsl.results.masking import Secrets
from gsl.results.reasons import plain_reasons, reasons_of
from gsl.results.records import PlainReason
from gsl.ruleset.checking import run_for
from gsl.ruleset.options import options_of
from gsl.semantics.evaluator import condition
from gsl.semantics.judging import Judgement, Status, entity_root
from gsl.semantics.settling import settling
from gsl.semantics.values import UNKNOWN
from tests.conformance.cases import all_cases
from tests.generation import LISTS, NOW, Generator, text_of

SECRET = {
    "password": "hunter2",
    "notes": ["the password is hunter2", "nothing"],
    "env": [{"key": "apiKey", "value": "tellNobody"}, {"key": "team", "value": "data"}],
    "port": 22,
}


def reasons_by_trace_and_without(rule: gsl.Rule, entity: Any, **settings: Any) -> tuple[Any, Any] | None:
    """The reasons for the truth of a rule's condition, made both ways; `None` where only a trace tells them."""
    statement, run = rule.statement, run_for(rule, options_of(**settings))
    if not isinstance(statement, nodes.Check) or rule.is_list or rule.looked_up:
        return None
    trace = condition(statement.condition, (entity_root(entity),), run)
    if trace.truth is UNKNOWN:
        return None
    settle = settling(statement.condition, trace.truth is True, run.functions)
    if settle is None:
        return None
    by_trace = reasons_of(Judgement(Status.FAILED, (trace,)), Secrets(entity), run.functions)
    without = plain_reasons(settle(entity, run), Secrets(entity), run)
    return [_plain(reason) for reason in by_trace], list(without)


def _plain(reason: gsl.Reason) -> PlainReason:
    values = tuple([(each.path, each.value) for each in reason.values])
    return reason.expression, reason.line, reason.column, values, reason.result, reason.count


def test_conformance_cases() -> None:
    compared = 0
    for case in all_cases():
        if case.kind != "row":
            continue
        settings = {"now": case.now, "lists": case.lists, "case_sensitive": case.options["case_sensitive"]}
        found = reasons_by_trace_and_without(gsl.parse(case.rule), plain(case.body["entity"]), **settings)
        if found is not None:
            compared += 1
            assert found[0] == found[1], case.name
    assert compared > 1000


@pytest.mark.parametrize("seed", range(8))
def test_random_rules_on_random_entities(seed: int) -> None:
    random = Random(seed)
    compared = 0
    for _ in range(400):
        generator = Generator(random)
        statement = generator.statement()
        entity = generator.entity(statement)
        text = text_of(statement)
        found = reasons_by_trace_and_without(gsl.parse(text), entity, now=NOW, lists=LISTS)
        if found is not None:
            compared += 1
            assert found[0] == found[1], (text, entity)
    assert compared > 100


@pytest.mark.parametrize(
    "condition",
    [
        "password = 'x'",
        "password toUpper() = 'X'",
        "notes contain ['%hunter2%']",
        "notes join(' ') = 'x'",
        "env contain [key = 'apiKey' and value = 'tellNobody']",
        "env contain-all [value = 'x']",
        "env with [value = 'data'] length() > 5",
        "not (port = 22 and (password = 'hunter2' or port > 1))",
    ],
)
def test_secrets_stay_hidden(condition: str) -> None:
    found = reasons_by_trace_and_without(gsl.parse(f"Thing should have {condition}"), SECRET)
    assert found is not None
    assert found[0] == found[1]
    assert "hunter2" not in repr([reason[3:] for reason in found[1]])
    assert "tellNobody" not in repr([reason[3:] for reason in found[1]])
