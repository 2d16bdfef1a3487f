"""Every conformance case through the other forms of evaluation: compiled, projected, several processes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import attrs
import pytest
from msgspec.structs import replace

import gsl
from gsl.ruleset.loading import Loaded
from gsl.ruleset.options import options_of
from gsl.ruleset.rule import Rule
from tests.conformance.cases import Case, all_cases
from tests.forms import Trial, compare, compare_file, load

CASES = [case for case in all_cases() if case.kind in ("row", "run", "value")]
FILES = sorted({case.name.split(":")[0] for case in CASES})


def _entities_of_run(given: Any) -> list[Any]:
    if not isinstance(given, dict):
        return list(given)
    return [{"type": name, **member} for name, members in given.items() for member in members]


def _entities(case: Case, name: str) -> list[Any]:
    if case.kind == "run":
        return _entities_of_run(case.body.get("given", {}))
    return [{"type": name, "id": "t1", **case.body["entity"]}]


def _trials(cases: list[Case]) -> Iterator[tuple[Trial, list[Case]]]:
    """The cases with the same rule and settings as one trial; runs as one each."""
    groups: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        name = case.name if case.kind == "run" else repr((case.kind, case.rule, case.now, case.lists, case.options))
        groups[name].append(case)
    for number, group in enumerate(groups.values()):
        yield _trial(group, number), group


def _trial(group: list[Case], number: int) -> Trial:
    case = group[0]
    texts = [case.rule]
    if case.kind == "value":
        texts = [f"Thing should have ({case.rule}) = null", f"Thing should not have ({case.rule}) isEmpty()"]
    entities = [entity for each in group for entity in _entities(each, gsl.parse(texts[0]).entity_type or "Thing")]
    return Trial(
        tuple(texts),
        tuple(entities),
        ("lines", "array", "keyed")[number % 3],
        case.options["case_sensitive"],
        2 if case.kind == "run" and number % 4 == 0 else 1,
        300 if number % 2 else 256 * 1024,
        0,
        case.now,
        case.lists,
        bool(case.body.get("strict")),
    )


@pytest.mark.parametrize("file", FILES)
def test_every_form_says_the_same(file: str) -> None:
    for trial, group in _trials([case for case in CASES if case.name.split(":")[0] == file]):
        try:
            compare(trial)
        except AssertionError as error:
            raise AssertionError(f"{group[0].name}: {trial.rules}: {error}") from error


@pytest.mark.parametrize("file", FILES)
def test_compiled_verdicts_are_those_that_are_pinned(file: str) -> None:
    for case in CASES:
        if case.kind != "row" or case.name.split(":")[0] != file:
            continue
        rule = gsl.parse(case.rule)
        if rule.is_list or rule.looked_up:
            continue
        compiled = gsl.compile(rule, now=case.now, lists=case.lists, **case.options)
        (entity,) = _entities(case, rule.entity_type or "Thing")
        wanted = {rule.id: gsl.Status(case.body["expect"])} if rule.entity_type else {}
        assert compiled.verdicts(entity) == wanted, f"{case.name}: {case.rule} on {entity}"


def test_all_rows_at_once_in_several_processes() -> None:
    """One file with a type for each rule: as many structs as there are rules, and parts for three processes."""
    groups: dict[str, list[tuple[Trial, Rule]]] = defaultdict(list)
    for trial, group in _trials([case for case in CASES if case.kind == "row"]):
        rule = gsl.parse(trial.rules[0], id=group[0].name)
        if rule.entity_type and not rule.is_list and not rule.looked_up:
            groups[repr((trial.now, trial.lists, trial.case_sensitive))].append((trial, rule))
    for members in groups.values():
        if len(members) > 100:
            _compare_together(members)


def _compare_together(members: list[tuple[Trial, Rule]]) -> None:
    loaded = Loaded()
    entities = []
    for number, (trial, rule) in enumerate(members):
        name = f"T{number}"
        statement: Any = rule.statement
        target = attrs.evolve(statement.target, name=name)
        loaded.take(replace(rule, statement=attrs.evolve(statement, target=target)))
        entities += [{**entity, "type": name} for entity in trial.entities]
    trial = members[0][0]
    options = options_of(trial.now, trial.lists, None, trial.case_sensitive)
    for layout in ("lines", "array"):
        whole = attrs.evolve(trial, entities=tuple(entities), layout=layout, jobs=3, chunk=2000)
        compare_file(whole, loaded, options)


def test_a_difference_is_found() -> None:
    """The comparison itself can fail."""
    trial = Trial(("Thing should have a = 1",), ({"type": "Thing", "id": "t", "a": 2},))
    loaded, options = load(trial)
    other = replace(options, now=options.now + 1)
    with pytest.raises(AssertionError, match="now"):
        compare_file(trial, loaded, options, other)
