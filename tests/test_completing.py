"""Completion: what is offered at a place of a rule that is being written."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from gsl.authoring.checking.shapes import Shapes
from gsl.authoring.completing import MOST, Candidate, Known, complete
from gsl.errors import Source
from gsl.language.parser import parse
from gsl.language.vocabulary import ARRAY_OPERATORS, MEANINGS, RESERVED
from gsl.ruleset.frontmatter import split
from gsl.semantics.functions import FUNCTIONS, function_table
from gsl.semantics.functions.dates import UNITS
from gsl.semantics.operators import OPERATORS
from tests.bounds import within

RULES = sorted((Path(__file__).parent.parent / "rules").rglob("*.gsl"))

ROOM: dict[str, Any] = {
    "title": "Room",
    "description": "A room.",
    "type": "object",
    "properties": {
        "floor": {"type": "integer", "description": "Which floor it is on."},
        "locked": {"type": "boolean"},
        "state": {"type": "string", "enum": ["free", "it's taken"]},
        "doors": {
            "type": "array",
            "items": {"type": "object", "properties": {"width": {"type": "number"}, "keys": {"type": "array"}}},
        },
        "owner": {"type": "object", "properties": {"name": {"type": "string", "examples": ["Ann"]}, "null": {}}},
        "where": {"type": "string"},
        "two words": {"type": "string"},
        "built": {"type": "string", "examples": ["2024-05-01"]},
    },
}
KNOWN = Known(Shapes({"Room": ROOM}), ("Cities",))


def offered(marked: str, current: str | None = None, known: Known = KNOWN) -> list[Candidate]:
    """What is offered at the `|` of a text."""
    before, _, after = marked.partition("|")
    return complete(before + after, len(before), known, current)


def texts(marked: str, current: str | None = None) -> list[str]:
    return [each.text for each in offered(marked, current)]


def completed(marked: str, number: int = 0) -> str:
    """The text with a candidate put in."""
    before, _, after = marked.partition("|")
    chosen = offered(marked)[number]
    return before[: chosen.start] + chosen.text + after


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("Roo|", ["Room"]),
        ("roo|", ["Room"]),
        ("Room |", ["should", "where"]),
        ("Room wh|", ["where"]),
        ("Room where fl|", ["floor"]),
        ("Room where owner.|", ["name", "null"]),
        ("Room where owner.na|", ["name"]),
        ("Room where doors.|", []),
        ("Room where floor > 3 |", ["and", "or", "should"]),
        ("Room where locked = |", ["true", "false"]),
        ("Room where state = |", ["'free'", "'it''s taken'"]),
        ("Room where state = '|", ["free'"]),
        ("Room where state = 'f|'", ["free"]),
        ("Room where state in ('|", ["free'"]),
        ("Room where owner.name like '|", ["Ann'"]),
        ("Room where state in |", ["$Cities"]),
        ("Room where state in ('free', $C|", ["$Cities"]),
        ("Room where state not |", ["in"]),
        ("Room should |", ["have", "not", "fail"]),
        ("Room should not |", ["have"]),
        ("Room should have |", ["not"]),
        ("Room should have locked = true |", ["and", "or", "exclude"]),
        ("Room should have doors contain [|", ["width", "keys", "$", "~", "^"]),
        ("Room should have doors contain [ width > 3 |", ["and", "or"]),
        ("Room should have doors contain [ ~ow|", ["owner"]),
        ("Room should have doors contain [ ^.owner.n|", ["name", "null"]),
        ("Room should have doors contain [ $.w|", ["width"]),
        ("Room should have doors contain [ width > 3 ] and ow|", ["owner"]),
        ("Room should have doors with [ width > 3 ] con|", [f"{each} [" for each in ARRAY_OPERATORS if each[0] == "c"]),
        ("Room should have doors first() getValue('|", ["width'", "keys'"]),
        ("Room should have doors groupBy [wi|", ["width"]),
        ("Room should have built before(-3, 'd|", ["days'"]),
        ("Room should have built dateDifference(bui|", ["built"]),
        ("Room should have getResource('Roo|", ["Room'"]),
        ("Room should have getResource('Room', floor, 'o|", ["owner'"]),
        ("Room should have built bef|", ["before("]),
        ("Room should have doors leng|", ["length()"]),
        ("Lis|", ["List"]),
        ("List<Roo|", ["Room"]),
        ("List<Room> should have |", ["not", "items"]),
        ("List<Room> where fl|", ["floor"]),
        ("List<Room> should have items contain [fl|", ["floor"]),
        ("Room should have owner.name = 'x' exclude fl|", ["floor"]),
    ],
)
def test_what_is_offered_first(marked: str, expected: list[str]) -> None:
    assert texts(marked)[: max(1, len(expected))] == expected


@pytest.mark.parametrize(
    "marked",
    ["# Ro|", "Room where state = 'x' # an|", "Room where floor = 3|", "Room where state regexMatch /fl|", "Room ) |x"],
)
def test_nothing_is_offered_where_nothing_known_can_stand(marked: str) -> None:
    assert texts(marked) in ([], ["should", "where"])


@pytest.mark.parametrize(
    "marked",
    ["Room where ) ( and or fl|", "Room where floor = = fl|", "Room where floor foo and fl|", "Room where ] , , fl|"],
)
def test_a_text_that_is_no_rule_is_completed_all_the_same(marked: str) -> None:
    assert "floor" in texts(marked)


def test_after_a_value_come_all_operators_and_functions() -> None:
    found = {each.label for each in offered("Room where floor |")}
    assert found > {*OPERATORS, "in", "not in", "like", "unlike", "regexMatch", "and", "or", "should"}
    written = {each.text.rstrip("[ ").split("(")[0] for each in offered("Room where floor |")}
    assert written > {*ARRAY_OPERATORS, "groupBy", *FUNCTIONS} - {"getResource", "getResources"}


def test_a_function_shows_its_parameters() -> None:
    (before,) = [each for each in offered("Room where built |") if each.text == "before("]
    assert before.kind == "function"
    assert before.label == "before(n, 'unit') | before(date)"
    assert before.meaning == FUNCTIONS["before"].doc


def test_what_suits_the_value_comes_first() -> None:
    functions = [each.text for each in offered("Room where built |") if each.kind == "function"]
    assert functions.index("before(") < functions.index("sum()")
    functions = [each.text for each in offered("Room where doors |") if each.kind == "function"]
    assert functions.index("first()") < functions.index("before(")
    assert texts("Room where doors |")[0] == "with ["
    assert texts("Room where floor |")[0] == "="


def test_all_units_are_offered() -> None:
    assert texts("Room should have built before(-3, '|") == [f"{unit}s'" for unit in UNITS]
    assert texts("Room should have built before(-3, |")[: len(UNITS)] == [f"'{unit}s'" for unit in UNITS]


def test_a_property_says_what_it_is() -> None:
    (floor,) = offered("Room where fl|")
    assert (floor.kind, floor.start, floor.meaning) == ("property", 11, "a number: Which floor it is on.")


def test_keys_that_cannot_be_written_are_not_offered() -> None:
    found = texts("Room where |")
    assert "locked" in found
    assert not {"where", "two words"} & set(found)


def test_a_candidate_takes_the_place_of_what_is_written() -> None:
    assert completed("Room where owner.na| = 'x'") == "Room where owner.name = 'x'"
    assert completed("Room where state = 'fr|'") == "Room where state = 'free'"
    assert completed("Room where built before(-3, 'mo|") == "Room where built before(-3, 'months'"


def test_with_a_current_type_a_condition_stands_alone() -> None:
    assert texts("fl|", "Room") == ["floor"]
    assert {"floor", "Room", "IamUser"} < set(texts("|", "Room"))
    assert texts("floor > 3 |", "Room") == ["and", "or"]
    assert "firstAccessKey" in texts("IamUser where first|", "Room")
    assert texts("IamUser |", "Room") == ["should", "where"]
    assert texts("owner.n|", "Room") == ["name", "null"]


def test_functions_of_the_caller_are_offered() -> None:
    known = Known(KNOWN.shapes, (), function_table({"isTidy": lambda value, how: True}))
    assert [each.label for each in offered("Room where floor isT|", known=known)] == ["isTidy(how)"]


def test_every_keyword_has_a_meaning() -> None:
    assert {each.lower() for each in MEANINGS} > {*RESERVED, *ARRAY_OPERATORS}


def test_much_is_cut() -> None:
    many = {f"key{number}": {"type": "string", "description": "x" * 10_000} for number in range(5 * MOST)}
    known = Known(Shapes({"Many": {"title": "Many", "type": "object", "properties": many}}))
    found = offered("Many where |", known=known)
    assert len(found) == MOST
    assert max(len(each.meaning) for each in found) <= 200


@pytest.mark.parametrize("rule", random.Random(5).sample(RULES, 25), ids=lambda rule: str(rule.stem))
def test_what_authors_wrote_is_offered(rule: Path) -> None:
    """Cut behind the first letters of each word, a bundled rule is completed to what it says."""
    from gsl.authoring.unfinished import words_of

    _, text = split(Source(rule.read_text("utf-8")))
    parse(text)
    offers_any = 0
    for word in words_of(text):
        if word.kind != "word" or len(word.text) < 3:
            continue
        place = word.start + word.text.rfind(".") + 2
        found = complete(text[:place], place, Known())
        key = text[place - 1 : word.end]
        names = {each.text.split("(")[0].removesuffix(" [").removesuffix(" in") for each in found}
        offers_any += key in names
        if word.text.lower() in MEANINGS or word.text.lower() in function_table():
            assert key.lower() in {name.lower() for name in names}, (text[:place], key)
    assert offers_any >= 2


@pytest.mark.parametrize(
    "unit",
    [
        "'a",
        "''",
        "(",
        "^.",
        "a and ",
        "a.b",
        "/\\",
        "contain [ ",
        "\\'",
        "x getValue('a') ",
        "$.x[",
        "# x\n",
        "~(",
        ")",
    ],
)
def test_time_is_linear_in_a_hostile_text(unit: str) -> None:
    text = "IamUser should " + unit * (200_000 // len(unit))
    with within(10):
        complete(text, len(text), KNOWN)
        complete(text, len(text), KNOWN, "Room")


def test_no_text_breaks_it() -> None:
    pieces = [*"'\"/()[],.~^$<>=#\\ \n", "Room", " where ", " should ", " and ", "owner.", " contain ", "before", "-3"]
    chance = random.Random(11)
    for _ in range(3000):
        text = "".join(chance.choices(pieces, k=chance.randrange(1, 25)))
        cursor = chance.randrange(len(text) + 1)
        for each in complete(text, cursor, KNOWN, chance.choice([None, "Room"])):
            assert 0 <= each.start <= cursor
