"""The benchmarks measure equal answers: seeded data, and functions that agree with the language."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import gsl
from benchmarks.answers import checksum
from benchmarks.generate import KINDS, SHAPES, entities, write
from benchmarks.harness import Series, leave_out_wrong
from benchmarks.page import Page
from benchmarks.works import WORKS

COUNT = 800


def _by_hand(name: str) -> Iterator[tuple[str, str]]:
    for entity in entities(name, COUNT, 7):
        for case in WORKS[name].cases:
            if case.type == entity["type"] and case.fails(entity):
                yield case.id, entity["id"]


@pytest.mark.parametrize("name", WORKS)
def test_functions_by_hand_agree_with_the_language(name: str) -> None:
    rules = [gsl.parse(case.gsl, id=case.id) for case in WORKS[name].cases]
    report = gsl.evaluate(rules, entities(name, COUNT, 7), now="2024-06-01T00:00:00Z")
    found = [(finding.rule_id, finding.entity_id) for finding in report.findings]
    assert sorted(found) == sorted(_by_hand(name))
    assert {rule_id for rule_id, _ in found} == {rule.id for rule in rules}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_settles_every_byte(tmp_path: Path, kind: str, shape: str) -> None:
    first, again, other = tmp_path / "first", tmp_path / "again", tmp_path / "other"
    write(first, kind, 50, 3, shape)
    write(again, kind, 50, 3, shape)
    write(other, kind, 50, 4, shape)
    assert first.read_bytes() == again.read_bytes() != other.read_bytes()


@pytest.mark.parametrize("kind", KINDS)
def test_both_shapes_hold_the_same(tmp_path: Path, kind: str) -> None:
    rule = next(case.gsl for case in WORKS[kind].cases)
    reports = []
    for shape in SHAPES:
        write(tmp_path / shape, kind, 60, 3, shape)
        reports.append(gsl.evaluate(rule, str(tmp_path / shape), now="2024-06-01T00:00:00Z"))
    assert reports[0].summary == reports[1].summary
    assert reports[0].summary.entities == 60


def _series(name: str, count: int, total: int) -> Series:
    return Series(name, [{"seconds": 1.0, "count": count, "sum": total, "peak": 1, "children": 0}])


def test_who_finds_something_else_is_left_out() -> None:
    first, equal, other = _series("hand:loop", 2, 5), _series("peer", 2, 5), _series("hasty", 2, 6)
    leave_out_wrong([first, equal, other])
    assert first.rounds
    assert equal.rounds
    assert not other.rounds
    assert other.excluded == "finds other pairs than hand:loop"


def test_a_checksum_knows_pairs_and_not_their_order() -> None:
    pairs = [("r", "1"), ("r", "2"), ("s", "1")]
    assert checksum(pairs) == checksum(reversed(pairs))
    assert checksum(pairs) != checksum([("r", "1"), ("s", "2"), ("s", "1")])


def test_tables_go_between_the_marks_of_the_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "a\n\n<!-- measured: x -->\nold\n<!-- /measured -->\n\nb\n<!-- measured: y -->\nkept\n<!-- /measured -->\n"
    )
    Page(page).put("x", "| 1 |")
    assert "old" not in page.read_text()
    assert "<!-- measured: x -->\n| 1 |\n<!-- /measured -->\n\nb\n<!-- measured: y -->\nkept" in page.read_text()
