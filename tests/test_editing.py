"""What editors show and change, below the protocol: positions, edits, names, and texts that break off anywhere."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gsl.authoring.checking.findings import Edit
from gsl.authoring.checking.fixing import edited
from gsl.authoring.editing.front import complete_front
from gsl.authoring.editing.hovering import hover_at
from gsl.authoring.editing.knowledge import NOTHING, learn
from gsl.authoring.editing.looking import look_at
from gsl.authoring.editing.named_lists import lists_of
from gsl.authoring.editing.options import options_from
from gsl.authoring.editing.outline import rule_symbol
from gsl.authoring.editing.positions import Positions
from gsl.authoring.editing.renaming import renamed
from gsl.authoring.editing.words import is_in_front
from gsl.authoring.language_server.converting import difference
from gsl.authoring.language_server.explaining import link_of
from gsl.errors import UsageError
from tests.generation import Generator, text_of

LETTERS = st.text(alphabet=["a", "\u00e9", "\N{GRINNING FACE}", "\n", "\r", "\u2028", "\ud800"], max_size=30)
WIDTHS = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
SIZES = {"utf-8": 1, "utf-16": 2, "utf-32": 4}


@settings(deadline=None, derandomize=True)
@given(LETTERS, st.sampled_from(sorted(WIDTHS)), st.data())
def test_every_offset_has_a_place_and_every_place_its_offset(text: str, encoding: str, data: st.DataObject) -> None:
    positions = Positions(text, encoding)
    offset = data.draw(st.integers(0, len(text)))
    before = text[:offset].replace("\r\n", "\n").replace("\r", "\n")
    line, character = positions.place(offset)
    inside = before.rpartition("\n")[2].encode(WIDTHS[encoding], "surrogatepass")
    assert line == before.count("\n") - (text[offset - 1 : offset + 1] == "\r\n" and offset > 0)
    if text[offset - 1 : offset + 1] != "\r\n":
        assert character == len(inside) // SIZES[encoding]
        assert positions.offset(line, character) == offset


def test_places_outside_are_the_nearest_inside() -> None:
    positions = Positions("ab\ncd")
    assert [positions.place(each) for each in (-3, 2, 99)] == [(0, 0), (0, 2), (1, 2)]
    assert [positions.offset(*each) for each in ((0, 99), (9, 0), (-1, -1), (1, -5))] == [2, 5, 0, 3]
    assert Positions("\N{GRINNING FACE}x").offset(0, 1) == 1


@settings(deadline=None, derandomize=True)
@given(st.text("ab\n", max_size=20), st.text("ab\n", max_size=20))
def test_a_difference_makes_one_text_the_other(before: str, after: str) -> None:
    edits = difference(before, after)
    assert edited(before, edits) == after
    assert len(edits) == (before != after)


def test_a_difference_leaves_out_what_is_the_same() -> None:
    assert difference("a\nb\nc\n", "a\nx\nc\n") == [Edit(2, 4, "x\n")]


@settings(deadline=None, derandomize=True, max_examples=60)
@given(st.integers(min_value=0, max_value=2**32))
def test_texts_that_break_off_anywhere_are_no_fault(seed: int) -> None:
    random = Random(seed)
    text = f"---\nid: a\n---\n{text_of(Generator(random).statement())}"
    text = text[: random.randrange(len(text) + 1)]
    look = look_at(text, "a.gsl", NOTHING.settings)
    assert all(0 <= each.start <= each.end <= len(text) for each in look.notices)
    for _ in range(10):
        offset = random.randrange(len(text) + 1)
        found = hover_at(text, offset, NOTHING.shown, {}, look.notices)
        assert found is None or (found.start <= offset <= found.end and found.text)
        if is_in_front(text, offset):
            complete_front(text, offset)
    symbol = rule_symbol(text, "a.gsl", look)
    assert 0 <= symbol.chosen_start <= symbol.chosen_end <= len(text)


def test_every_check_has_a_page_to_link_to() -> None:
    from gsl.authoring.checking.table import CHECKS

    links = [link_of(code, None) for code in CHECKS]
    assert None not in links
    assert len(set(links)) == len(CHECKS)
    assert link_of("unexpected-end", None) is None


def test_lists_in_all_their_forms(tmp_path: Path) -> None:
    (tmp_path / "ports.txt").write_text("22\n443\n", "utf-8")
    (tmp_path / "lists.json").write_text('{"Ports": "ports.txt", "yes": [1, "a"], "Bad": 7}', "utf-8")
    found = lists_of(options_from({"lists": "lists.json"}, tmp_path)[0])
    assert found.values == {"Ports": ["22", "443"], "yes": [1, "a"]}
    assert found.faults == [f"{tmp_path / 'lists.json'}: `Bad` must be a list of values"]
    assert found.by_name["Ports"].file == tmp_path / "ports.txt"
    assert found.by_name["Ports"].named_in == tmp_path / "lists.json"
    given = lists_of(options_from({"lists": {"$A": [1], "B": "nope.txt"}}, tmp_path)[0])
    assert given.values == {"A": [1]}
    assert len(given.faults) == 1


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("Ports: [1]\n", '"No": [1]\n'),
        ("'Ports': [1]\n", "'No': [1]\n"),
        ('{"Ports": [1]}', '{"No": [1]}'),
        ("\ufeff# a\nPorts: [1]\n", '\ufeff# a\n"No": [1]\n'),
    ],
)
def test_a_renamed_key_stays_a_text(tmp_path: Path, text: str, after: str) -> None:
    file = tmp_path / "lists.yaml"
    file.write_text(text, "utf-8")
    lists = lists_of(options_from({"lists": "lists.yaml"}, tmp_path)[0])
    edits = renamed("Ports", "No", {}, lists, {file: text})
    assert edited(text, edits[file]) == after


def test_a_name_that_is_taken_is_refused(tmp_path: Path) -> None:
    rule = tmp_path / "a.gsl"
    lists = lists_of(options_from({"lists": {"A": [1]}}, tmp_path)[0])
    with pytest.raises(UsageError, match="already"):
        renamed("A", "B", {rule: "T should have a in $A and b in $B"}, lists, {})
    assert renamed("A", "A", {rule: "T should have a in $A"}, lists, {}) == {}


@pytest.mark.parametrize(
    "given",
    [
        *(7, [], {"entities": 7}, {"entities": [1]}, {"entities": ["a\0b"]}, {"lists": 7}, {"lists": {"A": 7}}),
        *({"strict": 1}, {"countSeconds": "x"}, {"countSeconds": True}, {"now": 7}, {"nonsense": 1}),
    ],
)
def test_each_wrong_option_is_told(tmp_path: Path, given: object) -> None:
    options, faults = options_from(given, tmp_path)
    assert len(faults) == 1
    assert (options.entities, options.lists, options.strict) == ((), {}, False)


def test_what_is_read_of_part_of_the_entities_is_not_checked_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gsl.authoring.editing import knowledge

    (tmp_path / "e.jsonl").write_text('{"type": "T", "id": "1", "a": 1}\n' * 10, "utf-8")
    options, _ = options_from({"entities": "e.jsonl"}, tmp_path)
    assert look_at("T should have b", "a.gsl", learn(options).settings).notices
    monkeypatch.setattr(knowledge, "_MOST_BYTES", 0)
    cut = learn(options)
    assert not look_at("T should have b", "a.gsl", cut.settings).notices
    assert cut.shown.of("T") is not None
    assert "not all were read" in cut.summary
