"""The one layout of rules: what it makes of a text, and that neither meaning nor comments change."""

from __future__ import annotations

import random
import re
import time
from pathlib import Path
from random import Random

import pytest
import yaml
from hypothesis import given

import gsl
from gsl.authoring.formatting import format_text
from gsl.errors import Source
from gsl.language.layout import WIDTH, formatted
from gsl.language.parser import parse, text_of_string, tokens_of
from gsl.language.words import string_text
from gsl.ruleset import frontmatter
from tests.generation import Generator, text_of
from tests.layout import respelled
from tests.test_properties import SEEDS, STEADY

ROOT = Path(__file__).parent.parent
CASES = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
OWN = sorted([*(ROOT / "rules").rglob("*.gsl"), *(ROOT / "docs" / "examples").rglob("*.gsl")])
_COMMENTS = ("# one", "#two", "# it's ( [ \" / not closed", "# where should have", "#", "# é \N{PILE OF POO}")


def comments_of(text: str) -> list[str]:
    """The comments of a rule, in order, without the blanks at their ends."""
    found: list[str] = []
    end = 0
    for token in tokens_of(text):
        assert token.start_pos is not None
        found += re.findall(r"#[^\n]*", text[end : token.start_pos])
        found += re.findall(r"#[^\n]*", token) if token.type == "OUTER" else []
        assert token.end_pos is not None
        end = token.end_pos
    return [each.rstrip() for each in [*found, *re.findall(r"#[^\n]*", text[end:])]]


def check(text: str) -> str:
    """The layout of a rule, of which all is held that must hold for each."""
    result = formatted(text, {})
    assert parse(result) == parse(text)
    assert formatted(result, {}) == result
    assert comments_of(result) == comments_of(text)
    assert result.endswith("\n")
    assert not result.endswith("\n\n")
    return result


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(case: dict[str, str]) -> None:
    result = format_text(case["text"])
    assert result == case["layout"]
    assert format_text(result) == result


@STEADY
@given(SEEDS)
def test_a_random_rule_keeps_its_tree_and_comments(seed: int) -> None:
    canonical = text_of(Generator(Random(seed)).statement())
    check(canonical)
    check(respelled(canonical, Random(seed)))


@STEADY
@given(SEEDS)
def test_two_spellings_have_one_layout(seed: int) -> None:
    canonical = text_of(Generator(Random(seed)).statement())
    other = without_comments(respelled(canonical, Random(seed)))
    assert formatted(other, {}) == formatted(canonical, {})


def without_comments(text: str) -> str:
    """A rule with a blank in the place of each comment."""
    pieces, end = "", 0
    for token in tokens_of(text):
        assert token.start_pos is not None
        assert token.end_pos is not None
        pieces += re.sub(r"#[^\n]*", " ", text[end : token.start_pos])
        pieces += re.sub(r"#[^\n]*", " ", token) if token.type == "OUTER" else token
        end = token.end_pos
    return pieces


@STEADY
@given(SEEDS)
def test_comments_at_every_place_are_kept(seed: int) -> None:
    dealt = Random(seed)
    check(commented(text_of(Generator(dealt).statement()), dealt, 0.3))


@STEADY
@given(SEEDS)
def test_needless_parentheses_and_comments(seed: int) -> None:
    dealt = Random(seed)
    canonical = text_of(Generator(dealt).statement())
    wrapped = in_parentheses(canonical, dealt)
    if same_tree(canonical, wrapped):
        check(wrapped)
        check(commented(wrapped, dealt, 0.3))


def in_parentheses(text: str, dealt: random.Random) -> str:
    """A rule with parentheses round some of what stands between keywords; it may mean something else."""

    def wrapped(match: re.Match[str]) -> str:
        depth = dealt.randrange(3)
        return f" {match[1]} {'(' * depth}{match[2]}{')' * depth}"

    return re.sub(r" (where|have|and|or) ([^'/()\[\]#]+?)(?= (?:and|or|should|exclude) |$)", wrapped, text)


def same_tree(first: str, second: str) -> bool:
    try:
        return parse(first) == parse(second)
    except gsl.RuleError:
        return False


@pytest.mark.parametrize("seed", range(40))
def test_parentheses_and_comments_at_every_place(seed: int) -> None:
    rule = (
        "T where ((a = 1) and not (b)) should not ((((fail)))) exclude ((~) contain ['x', ('y'), null])"
        if seed % 2
        else "List < T > should ((a and (b)) or (not ((c = 1)))) and (x) in (('y'), (^ . ^ .z), (~)f(), $L) exclude (((c)))"
    )
    rule = rule.replace("'x', ('y'), null", "(('x'))").replace("((((fail))))", "have (((fail or (^) getValue('x'))))")
    check(commented(rule, Random(seed), seed / 40))


def commented(text: str, dealt: random.Random, often: float) -> str:
    """A rule with comments between its tokens, behind them and on lines of their own."""
    result = ""
    for token in tokens_of(text):
        for _ in range(3):
            if dealt.random() < often:
                result += dealt.choice((" ", "\n", "\n\n")) + dealt.choice(_COMMENTS) + "\n"
        result += " " + token
    return result + dealt.choice(("", " # end", "\n# end\n\n# of all"))


@pytest.mark.parametrize("file", OWN, ids=[file.stem for file in OWN])
def test_a_rule_of_ours_is_in_the_layout(file: Path) -> None:
    text = file.read_text("utf-8")
    assert format_text(text) == text, "run `gsl fmt rules docs/examples`"
    _, rule = frontmatter.split(Source(text))
    check(rule)
    check(commented(rule, Random(len(text)), 0.2))


def test_lines_keep_to_the_width_where_words_allow_it() -> None:
    for seed in range(200):
        for line in formatted(text_of(Generator(Random(seed), depth=6).statement()), {}).splitlines():
            assert len(re.sub(r"'[^']*'|/.*/|[0-9.]{9,}", "x", line)) <= WIDTH + 10, line


@STEADY
@given(SEEDS)
def test_a_string_stays_what_it_is(seed: int) -> None:
    dealt = Random(seed)
    text = "".join(dealt.choices("ab'\"\\\n\r %#", k=dealt.randrange(9)))
    literal = string_text(text)
    assert text_of_string(literal) == text
    assert parse(f"T should have a = {literal}") == parse(check(f"T should have a = {literal}"))


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("it's", '"it\'s"'),
        ('say "it\'s"', "'say \"it''s\"'"),
        ('say "x"', "'say \"x\"'"),
        (r"C:\temp", r"'C:\temp'"),
        ("C:\\", r"'C:\\'"),
        (r"\\server", r"'\\\\server'"),
    ],
)
def test_quotes_and_backslashes(text: str, literal: str) -> None:
    assert string_text(text) == literal


@pytest.mark.parametrize(
    "rule",
    [
        "T should have " + "(" * 198 + "a = 1" + ")" * 198,
        "T should have " + "not (" * 99 + "a = 1 and b" + ")" * 99,
        "T should have " + "not " * 200 + "a",
        "T should have " + "x contain [" * 199 + "a" + "]" * 199,
        "T should have " + "(a = 1 or " * 190 + "b" + ")" * 190,
    ],
)
def test_depth_at_the_limit(rule: str) -> None:
    check(rule)


@pytest.mark.parametrize("part", ["abcd = 1 and ", "(a or b) and ", "a # c\n and ", "x contain ['y', 'z'] or "])
def test_time_is_linear(part: str) -> None:
    def seconds(count: int) -> float:
        rule = "T should have " + part * count + "z"
        started = time.process_time()
        formatted(rule, {})
        return time.process_time() - started

    seconds(100)
    assert seconds(8000) < 20 * seconds(1000) + 1


def test_what_would_grow_over_the_limit_is_refused() -> None:
    rule = "T should have " + "x contain [" * 190 + "a and " * 30000 + "a" + "]" * 190
    with pytest.raises(gsl.RuleError, match="too long to be formatted"):
        formatted(rule, {})
