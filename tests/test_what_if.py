"""What if: the smallest change that turns a verdict is found, really turns it, and shows no secret."""

from __future__ import annotations

import copy
import json
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest
import re2

import gsl as library
from gsl.authoring.changing.words import like_words, regex_word
from gsl.authoring.what_if import MOST_TRIES, WhatIf, what_if, what_if_text
from gsl.inventory.entity import Entity
from gsl.inventory.index import Inventory
from gsl.ruleset.checking import run_for
from gsl.ruleset.options import options_of
from gsl.semantics.judging import Status, entity_root, list_item, list_root
from gsl.semantics.operators import like
from gsl.semantics.places import uncollected
from gsl.semantics.run import Resources, Seen
from tests.bounds import within
from tests.generation import LISTS, NOW, REGEXES, Generator, text_of
from tests.support import gsl, write_json

OPTIONS = options_of(NOW, LISTS)


def root_of(rule: library.Rule, entity: dict[str, Any]) -> Seen:
    if not rule.is_list:
        return entity_root(entity, uncollected(entity))
    return list_root(tuple([list_item(item, at, uncollected(item)) for at, item in enumerate(entity["items"])]))


def asked(text: str, entity: dict[str, Any], resources: Resources | None = None, **more: Any) -> WhatIf | None:
    rule = library.parse(text, id="r")
    whole = {"type": rule.entity_type, **entity} if not rule.is_list else entity
    known = Entity("", whole)
    run = run_for(rule, OPTIONS, resources, known.account, known.region)
    return what_if(rule, root_of(rule, whole), run, **more)


def changes(text: str, entity: dict[str, Any]) -> dict[str, Any]:
    """The changes that turn the verdict, as {path: value after}; ... where a value is to be nothing."""
    answer = asked(text, entity)
    assert answer is not None
    return {each.path: ... if each.kind == "removed" else each.after for each in answer.changes}


@pytest.mark.parametrize(
    ("rule", "entity", "expected"),
    [
        ("T should have mfa = true", {"mfa": False}, {"mfa": True}),
        ("T should have mfa = true", {"mfa": "false"}, {"mfa": "true"}),
        ("T should have mfa = true", {}, {"mfa": True}),
        ("T should not have port <= 22", {"port": 80}, {"port": 22}),
        ("T should not have port < 22", {"port": 21}, {"port": 22}),
        ("T should have port > 22", {"port": "5"}, {"port": "23"}),
        ("T should not have status = 'Enabled'", {"status": "Enabled"}, {"status": "Disabled"}),
        ("T should have status in ('on', 'ready')", {"status": "read"}, {"status": "ready"}),
        ("T should have name like 'web-%-prod'", {"name": "x"}, {"name": "web--prod"}),
        ("T should have arn regexMatch /^arn:aws:iam::\\d{3}:(user|role)/", {"arn": "x"}, {"arn": "arn:aws:iam::000:user"}),
        ("T should have made after(-90, 'days')", {"made": "2024-01-01T00:00:00Z"}, {"made": "2024-03-03T00:00:01Z"}),
        ("T should have made dateDifference(used, 'hours') >= 2", {"made": 1717200000, "used": 1717200000}, {"made": 1717207200}),
        ("T should have xs length() = 3", {"xs": ["a"]}, {"xs": ["a", "a", "a"]}),
        ("T should have xs isEmpty()", {"xs": [{"a": 1}]}, {"xs[0]": ...}),
        ("T should not have xs contain ['bad']", {"xs": ["good", "bad"]}, {"xs[1]": ...}),
        ("T should have address isPrivate()", {"address": "8.8.8.8"}, {"address": "10.0.0.1"}),
        ("T should not have secrets", {"secrets": ["x"]}, {"secrets[0]": ...}),
        ("T should not have a.b = 1", {"a": {"b": 0, "c": 2}}, {"a.b": 1}),
        ("T should have a = 1 and b = 2", {"a": 0, "b": 1}, {"a": 1, "b": 2}),
        ("T should have a = 1 or b = 2", {"a": 1, "b": 2}, {"a": 2, "b": 1}),
        ("T should have a = 1 and b = 2 and c = 3 and d = 4", {}, {"a": 1, "b": 2, "c": 3, "d": 4}),
        ("T should have xs contain [key = 'owner' and value like '%@%']", {"xs": []}, {"xs[0]": {"key": "owner", "value": "@"}}),
        ("T should have xs contain [$ > 3] and xs contain-all [on = 1 or $ = 4]", {}, {"xs": [4]}),
        ("T should not have rules contain [scope = '0.0.0.0/0' and port <= 22 and to >= 22]",
         {"rules": [{"scope": "0.0.0.0/0", "port": 443, "to": 443}]}, {"rules[0].port": 22}),
        ("List<T> should have items length() <= 1", {"items": [{"id": 1}, {"id": 2}]}, {"items[0]": ...}),
        ("List<T> where on = true should have items length() = 1",
         {"items": [{"on": False}, {"on": False}]}, {"items[0].on": True}),
        ("List<T> where on = true should have items contain [root = true]",
         {"items": [{"on": False, "root": False}, {"on": True, "root": False}]}, {"items[1].root": True}),
    ],
)  # fmt: skip
def test_the_smallest_change(rule: str, entity: dict[str, Any], expected: dict[str, Any]) -> None:
    found = changes(rule, entity)
    if rule.startswith("T should have a = 1 or"):
        assert found.keys() == expected.keys()
    else:
        assert found == expected


def test_other_verdicts_have_no_answer() -> None:
    assert asked("T where a = 1 should have b = 1", {"a": 2}) is None
    assert asked("T should have b = 1 exclude a = 1", {"a": 1}) is None
    assert asked("T should have b = 1", {"_errors": [{"path": "b"}]}) is None
    assert asked("T where b = 1", {"b": 1}) is None


def test_what_is_excluded_or_not_relevant_is_no_answer() -> None:
    assert changes("T where a != 5 should have a = 5 or b = 1 exclude c = 1", {"a": 0, "b": 0}) == {"b": 1}


@pytest.mark.parametrize(
    ("rule", "entity", "said"),
    [
        ("T should fail", {}, "the verdict rests on nothing of the entity that could be changed"),
        ("T should have a = 1 and b = 1", {"a": 0, "_errors": [{"path": "b"}]}, "not all of the entity was collected"),
        ("T should have getResource('T', other) getValue('on') = true", {"other": "x"}, "entities of its own type"),
        ("T should have a isEmpty() and a = 1", {"a": 0}, "alone and in pairs, at a"),
    ],
)
def test_when_none_is_found_it_says_what_was_tried(rule: str, entity: dict[str, Any], said: str) -> None:
    answer = asked(rule, entity)
    assert answer is not None
    assert answer.changes == ()
    assert answer.entity is None
    text = what_if_text(answer)
    assert text.startswith("no change was found that would make it pass: ")
    assert said in text
    assert (f"{answer.tried} were tried" in text) is bool(answer.tried)


def test_other_entities_stay_as_they_are() -> None:
    inventory = Inventory()
    inventory.add(Entity("V", {"id": "v1", "on": False}))
    inventory.add(Entity("V", {"id": "v2", "on": True}))
    rule = "T should have getResource('V', v) getValue('on') = true or a = 1"
    answer = asked(rule, {"v": "v1", "a": 0}, inventory)
    assert answer is not None
    assert [(each.path, each.after) for each in answer.changes] == [("a", 1)]


@pytest.mark.parametrize("seed", range(150))
def test_every_change_turns_the_verdict_and_nothing_is_mutated(seed: int) -> None:
    generator = Generator(Random(seed), strange=seed % 3 == 0)
    statement = generator.check()
    rule = library.parse(text_of(statement), id="r")
    for _ in range(3):
        entity = generator.entity(statement)
        before = copy.deepcopy(entity)
        known = Entity("", entity)
        run = run_for(rule, OPTIONS, None, known.account, known.region)
        answer = what_if(rule, root_of(rule, entity), run)
        assert repr(entity) == repr(before)
        if answer is None:
            continue
        assert answer.tried <= MOST_TRIES
        json.dumps(answer.to_dict(), allow_nan=False)
        if answer.changes:
            assert rule.check(answer.entity, now=NOW, lists=LISTS).status is answer.wanted
            assert repr(answer.entity) != repr(entity)
            assert what_if(rule, root_of(rule, entity), run).to_dict() == answer.to_dict()  # type: ignore[union-attr]


def test_most_simple_rules_are_turned() -> None:
    """Without the odd parts of random rules, an answer is the rule and not the exception."""
    turned = total = 0
    for seed in range(150):
        generator = Generator(Random(seed), depth=1, without=("GroupBy", "getResource", "getResources", "Nested"))
        statement = generator.check(listing=0)
        rule = library.parse(text_of(statement), id="r")
        entity = generator.entity(statement, errors=0)
        answer = what_if(rule, root_of(rule, entity), run_for(rule, OPTIONS))
        if answer is not None:
            total += 1
            turned += bool(answer.changes)
    assert total > 80
    assert turned > total * 0.6


def test_secrets_are_masked() -> None:
    cases: list[tuple[str, dict[str, Any]]] = [
        ("T should have password length() >= 14", {"password": "hunter2"}),
        ("T should not have password = name", {"password": "hunter2", "name": "hunter2"}),
        ("T should have tags contain [$ = 'x' or value = 'y']", {"tags": [{"key": "api_key", "value": "hunter2"}]}),
        ("T should not have tags length() = 2", {"tags": [{"password": "hunter2"}]}),
        ("T should not have xs contain [$ = 'hunter2x']", {"xs": ["hunter2"], "token": "hunter2"}),
        ("T should have name = ''", {"name": "hunter2 is it", "o": {"secret": "hunter2"}}),
    ]
    for rule, entity in cases:
        answer = asked(rule, entity)
        assert answer is not None
        assert answer.changes, rule
        assert "hunter2" not in json.dumps(answer.to_dict()) + what_if_text(answer) + repr(answer)


def test_the_clock_ends_it() -> None:
    ticks = count()
    answer = asked("T should have a isEmpty() and a = 1", {"a": 0}, clock=lambda: float(next(ticks)))
    assert answer is not None
    assert 0 < answer.tried <= 3
    assert "more to try" in answer.reason


@pytest.mark.parametrize(
    "rule",
    [
        "T should have " + " and ".join([f"k{number} = {number}" for number in range(4000)]),
        "T should have xs contain-all [" + " or ".join([f"k{number} like '%{number}%'" for number in range(500)]) + "]",
        "T should have " + "xs contain [" * 8 + " and ".join(["(a = 1 or b = 2 and c = 3)"] * 40) + "]" * 8,
        "T should have xs contain [" + ", ".join([f"'{number}'" for number in range(600)]) + "]",
        "T should have name regexMatch /((((a{50}){20})))/ or name = 'b'",
    ],
)
def test_hostile_rules_end_soon(rule: str) -> None:
    entity = {"xs": [{"k": number, "xs": [1, 2]} for number in range(400)], "name": "x" * 100_000}
    with within(20):
        answer = asked(rule, entity)
        assert answer is not None


def test_words_fit_patterns() -> None:
    for pattern in (*REGEXES, r"\x41\x{42}[[:alpha:]]", "(?P<n>ab){2,3}?c*", "[^a-z]+", "[]a]", "[^]a]x", "a{,2}"):
        word = regex_word(pattern)
        assert word is not None
        assert re2.search(pattern, word), (pattern, word)
    for pattern in ("((((", "[", "\\", "a{9999}", "(" * 5000, "a**+?{2}|"):
        regex_word(pattern)
    for pattern in ("%a%b", "", "%", "x_*"):
        assert all([like(word, pattern) for word in like_words(pattern)])


RULE = "IamUser where console = true should have mfa = true"
PEOPLE = [
    {"type": "IamUser", "id": "ann", "console": True, "mfa": True},
    {"type": "IamUser", "id": "bob", "console": True, "mfa": False},
    {"type": "IamUser", "id": "eve", "console": False},
]


@pytest.fixture
def people(tmp_path: Path) -> Path:
    return write_json(tmp_path / "people.json", PEOPLE)


def test_explain_shows_it_last(people: Path) -> None:
    ran = gsl("explain", "-e", RULE, people, "--entity", "bob")
    assert ran.code == 0
    assert ran.out.endswith("\n* decided the verdict\n\nit would pass with one change\n    mfa  false -> true\n")
    assert "it would fail with one change" in gsl("explain", "-e", RULE, people, "--entity", "ann").out
    assert "it would" not in gsl("explain", "-e", RULE, people, "--entity", "eve").out
    assert "it would" not in gsl("explain", "-e", RULE, people, "--entity", "bob", "--no-what-if").out


def test_explain_gives_it_as_json(people: Path) -> None:
    report = gsl("explain", "-e", RULE, people, "--entity", "bob", "--json").report
    assert report["status"] == "failed"
    assert report["entityId"] == "bob"
    assert report["lines"][1]["text"] == "console = true"
    change = {"path": "mfa", "kind": "set", "before": False, "after": True, "example": False}
    assert report["whatIf"]["changes"] == [change]
    assert report["whatIf"]["wanted"] == str(Status.PASSED)
    assert gsl("explain", "-e", RULE, people, "--entity", "eve", "--json").report["whatIf"] is None


def test_it_makes_no_sense_for_a_summary(people: Path) -> None:
    ran = gsl("explain", "-e", RULE, people, "--summary", "--no-what-if")
    assert ran.code == 2
    assert "--no-what-if is about one entity" in ran.err


def test_no_path_drives_the_terminal(tmp_path: Path) -> None:
    odd = write_json(tmp_path / "odd.json", [{"type": "T", "id": "t", "name": "\x1b[31mred"}])
    ran = gsl("explain", "-e", "T should have name = 'x'", odd)
    assert "it would pass" in ran.out
    assert "\x1b" not in ran.out
