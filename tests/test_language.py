"""The grammar itself, and the tree and text of rules."""

from __future__ import annotations

import logging

import lark
import pytest

from gsl.errors import RuleError, Source, Span, render
from gsl.language import nodes
from gsl.language.formatter import format_statement
from gsl.language.parser import _lark, parse
from gsl.language.vocabulary import nearest


def test_the_grammar_has_no_conflicts(caplog: pytest.LogCaptureFixture) -> None:
    level = lark.logger.level
    lark.logger.setLevel(logging.DEBUG)
    lark.logger.addHandler(caplog.handler)
    _lark.cache_clear()
    try:
        parse("Thing should have a")
    finally:
        lark.logger.removeHandler(caplog.handler)
        lark.logger.setLevel(level)
    assert not [record for record in caplog.records if "onflict" in record.getMessage()]


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("T where a=1 should not b<>'x'", "T where a = 1 should not have b != 'x'"),
        ("T SHOULD have (a OR b) and NOT c", "T should have (a or b) and not c"),
        ("T should have ((a and b)) or c", "T should have a and b or c"),
        ("T should have not (a and b)", "T should have not (a and b)"),
        ("T should have a contain['x' , 1]", "T should have a contain ['x', 1]"),
        ('T should have a like "it\'s"', "T should have a like 'it''s'"),
        (r"T should have a regexMatch /a\/b/i", r"T should have a regexMatch /a\/b/i"),
        ("T should have ^.^.x = ~.y", None),
        (
            "T should have a contain [b contain [^.^.x = ~y and ~getValue('z') and $.w and $ = 1]]",
            "T should have a contain [b contain [^.^.x = ~.y and ~getValue('z') and $.w and $ = 1]]",
        ),
        (
            "List<T> should have items groupBy[k] length()>=1.50",
            "List<T> should have items groupBy [k] length() >= 1.5",
        ),
        ("T should have (a = 1) = true", "T should have (a = 1) = true"),
        ("T should have a in $L exclude b not in ('x', $M, c)", "T should have a in $L exclude b not in ('x', $M, c)"),
        ("T should FAIL", "T should fail"),
        ("T where x", "T where x"),
        ("TRUE", "true"),
    ],
)
def test_canonical_text(text: str, canonical: str | None) -> None:
    tree = parse(text)
    shown = format_statement(tree)
    assert parse(shown) == tree
    if canonical is not None:
        assert shown == canonical


def test_nodes_carry_their_span() -> None:
    tree = parse("T\nwhere a = 1 should have\n  b contain [ c ]")
    assert isinstance(tree, nodes.Check)
    assert tree.where is not None
    assert (tree.where.span.line, tree.where.span.column) == (2, 7)
    assert isinstance(tree.condition, nodes.ArrayOperation)
    assert (tree.condition.operator_span.line, tree.condition.operator_span.column) == (3, 5)
    assert tree.condition.span.end - tree.condition.span.start == len("b contain [ c ]")


def test_trees_differ_by_kind_of_literal() -> None:
    assert parse("T should have a = 1") != parse("T should have a = true")
    assert parse("T should have a = 1") != parse("T should have a = '1'")
    assert parse("T should have a = 1") == parse("T  should\nhave a=1 # note")


def test_walk_meets_every_node() -> None:
    tree = parse("T where a should have b contain [c = d length()] or e in (f, $L) exclude g like 'x'")
    paths = [node.keys[0] for node in nodes.walk(tree) if isinstance(node, nodes.Path) and node.keys]
    assert paths == ["a", "b", "c", "d", "e", "f", "g"]


def test_a_caret_stands_under_the_word_in_long_lines() -> None:
    text = "T should have " + "a = 1 and " * 200 + "b dateDiference(c, 'days') = 1"
    start = text.index("dateDiference")
    from gsl.errors import Problem

    shown = render(Problem("code", "message", Span.at(text, start, start + 13)), Source(text)).split("\n")
    column = shown[2].index("^")
    assert shown[1][column : column + 13] == "dateDiference"
    assert max(len(line) for line in shown) < 140


def test_nearest_names() -> None:
    assert nearest("wher", ["where", "should"]) == "where"
    assert nearest("adn", ["and", "or"]) == "and"
    assert nearest("x" * 1000, ["x"]) is None
    assert nearest("zzz", ["where"]) is None


def test_a_parse_error_is_a_rule_error() -> None:
    with pytest.raises(RuleError, match=r"mine\.gsl:1:3"):
        parse("T shuld have x", Source("T shuld have x", "mine.gsl"))
