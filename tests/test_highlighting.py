"""Colours: pieces of any text, the Pygments lexer, and what users of both see."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name, get_lexer_for_filename
from pygments.token import Comment, Error, Keyword, Name, Operator, String, Text, Whitespace

import gsl
from gsl.authoring.highlighting import LONGEST_LINE, TOKENS, GslLexer
from gsl.authoring.pieces import KINDS, pieces_of
from gsl.language import vocabulary
from gsl.language.parser import tokens_of
from gsl.ruleset.bundled import bundled
from gsl.semantics.functions import FUNCTIONS
from tests.test_docs import DOCS, _blocks

RULES = bundled()
_AWKWARD = "---\n.../\\'\"#.~^$<>=!(),[]{}|&*%:@ \t\r\v\ufeff\u2028\u00e9abZ_-019\x00"
_WORDS = ["regexMatch /", "List<", "should not fail", "contain [", "where ", "a.", "before(", "---\n", "a: |\n  "]
TEXTS = st.lists(st.one_of(st.text(_AWKWARD, max_size=12), st.text(max_size=5), st.sampled_from(_WORDS)), max_size=12)


def kinds(text: str) -> list[tuple[str, str]]:
    return [(piece.kind, piece.text) for piece in pieces_of(text) if piece.kind != "blank"]


def kind_of(word: str, text: str) -> str:
    (kind,) = {kind for kind, piece in kinds(text) if piece == word}
    return kind


def tokens(text: str) -> list[tuple[Any, str]]:
    return [(token, value) for _, token, value in GslLexer().get_tokens_unprocessed(text)]


def test_pieces_of_a_rule() -> None:
    text = "List<IamRole> where ~a.b like 'x' # why\nshould not have items contain-any [$.n before(-1, 'days')]"
    assert kinds(text) == [
        ("clause", "List"),
        ("comparator", "<"),
        ("type", "IamRole"),
        ("comparator", ">"),
        ("clause", "where"),
        ("scope", "~"),
        ("path", "a.b"),
        ("test", "like"),
        ("string", "'x'"),
        ("comment", "# why"),
        ("clause", "should"),
        ("connective", "not"),
        ("clause", "have"),
        ("path", "items"),
        ("array", "contain-any"),
        ("punctuation", "["),
        ("scope", "$"),
        ("path", ".n"),
        ("function", "before"),
        ("punctuation", "("),
        ("number", "-1"),
        ("punctuation", ","),
        ("string", "'days'"),
        ("punctuation", ")"),
        ("punctuation", "]"),
    ]


@pytest.mark.parametrize(
    ("word", "text", "kind"),
    [
        ("Iam", "Iam", "type"),
        ("IamUser", "IamUser\n# c\nwhere x", "type"),
        ("x", "x length() > 1", "path"),
        ("not", "T should not have a", "connective"),
        ("not.found", "T should have not.found", "path"),
        ("NULL", "T should have a = NULL", "constant"),
        (".null", "T should have ~.null = 1", "path"),
        ("fail", "T should fail", "clause"),
        ("fail", "T should not fail", "clause"),
        ("fail", "T should have fail", "path"),
        ("with", "T should have tags with # c\n [a]", "array"),
        ("with", "T should have with = 1", "path"),
        ("groupBy", "T should have a groupBy [b] length() > 1", "array"),
        ("list", "T should have list < 3", "path"),
        ("LENGTH", "T should have a LENGTH () > 1", "function"),
        ("ours", "T should have a ours()", "call"),
        (".", "T should have a with [^ . ^.b = 1]", "punctuation"),
        ("$Ours", "T should have a in $Ours", "list"),
        ("/a'[/", "T should have a regexMatch /a'[/]", "regex"),
        (r"/a'\/b/i", r"T should have a regexMatch /a'\/b/i", "regex"),
        ("'it''s'", "T should have a = 'it''s'", "string"),
        ("'open", "T should have a = 'open", "error"),
        ("1e5", "T should have a = 1e5", "error"),
        ("/", "T should have a / b", "error"),
        (".size", "T should have disk .size = 1", "error"),
        ("\N{LEFT SINGLE QUOTATION MARK}", "T should have a = \N{LEFT SINGLE QUOTATION MARK}x", "error"),
    ],
)
def test_kind_of_a_word_in_its_place(word: str, text: str, kind: str) -> None:
    assert kind_of(word, text) == kind


@pytest.mark.parametrize("word", sorted(vocabulary.RESERVED))
def test_every_reserved_word_is_one_in_any_case(word: str) -> None:
    assert {kind_of(each, f"T should have a {each} b") for each in (word, word.upper())} <= {
        "clause",
        "connective",
        "test",
        "constant",
    }


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_is_one(name: str) -> None:
    assert kind_of(name, f"T should have a {name}()") == "function"


@pytest.mark.parametrize("name", RULES)
def test_bundled_rule_is_cut_as_the_parser_cuts_it(name: str) -> None:
    rule = RULES[name]
    cut = [text for kind, text in kinds(rule.text) if kind != "comment"]
    assert cut == [str(token) for token in tokens_of(rule.text)]
    whole = tokens(rule.source.text)
    assert "".join([value for _, value in whole]) == rule.source.text
    assert not [value for token, value in whole if token is Error]


@given(TEXTS)
@settings(max_examples=400, deadline=None)
def test_pieces_joined_are_the_text(parts: list[str]) -> None:
    text = "".join(parts)
    pieces = list(pieces_of(text))
    assert "".join([piece.text for piece in pieces]) == text
    assert {piece.kind for piece in pieces} <= set(KINDS)
    assert all(piece.text for piece in pieces)


@given(TEXTS, st.booleans())
@settings(max_examples=400, deadline=None)
def test_tokens_joined_are_the_text(parts: list[str], front: bool) -> None:
    text = ("---\n" if front else "") + "".join(parts)
    place = 0
    for start, _, value in GslLexer().get_tokens_unprocessed(text):
        assert start == place
        place += len(value)
        assert text[start:place] == value
    assert place == len(text)


HOSTILE = [
    "'\\'",
    "'\\'\n",
    "a regexMatch /\\/",
    "-",
    ".a-",
    "1.",
    "^.",
    "(",
    "contain ",
    "#\n",
    "a: 'b\n",
    "%",
    "---",
    "\n---x",
    '"',
    "a:-",
]


@pytest.mark.parametrize("front", ["", "---\n"])
@pytest.mark.parametrize("unit", HOSTILE)
def test_time_is_linear_in_the_text(unit: str, front: str) -> None:
    text = front + unit * (200_000 // len(unit))
    start = time.process_time()
    assert "".join([value for _, value in tokens(text)]) == text
    assert time.process_time() - start < 10  # a second or less; quadratic time would be minutes


def test_front_matter_is_yaml_and_the_rule_gsl() -> None:
    found = tokens("---\nseverity: high # s\n---\nT should have severity = 1")
    assert (Name.Tag, "severity") in found
    assert (Comment.Single, "# s") in found
    assert (Name.Class, "T") in found
    assert (Name, "severity") in found


def test_front_matter_that_is_being_written_is_yaml_to_the_end() -> None:
    assert (Name.Tag, "where") in tokens("---\nwhere: x\nT should fail")


def test_front_matter_with_a_line_beyond_measure_has_no_colours() -> None:
    line = "a: " + "b" * LONGEST_LINE + "\n"
    assert (Text, line) in tokens(f"---\n{line}---\nT should fail")


def test_a_mark_of_byte_order_is_no_error() -> None:
    assert Error not in {token for token, _ in tokens("\ufeff---\nid: a\n---\nT should fail")}
    assert tokens("\ufeffT should fail")[0] == (Whitespace, "\ufeff")


def test_every_kind_has_a_token() -> None:
    assert set(TOKENS) == set(KINDS)


def test_pygments_finds_the_lexer() -> None:
    assert isinstance(get_lexer_by_name("gsl"), GslLexer)
    assert isinstance(get_lexer_for_filename("rules/A.1.gsl"), GslLexer)


def test_html_that_a_page_shows() -> None:
    page = highlight("T should not have a = 'x'", get_lexer_by_name("gsl"), HtmlFormatter())
    for part in ('"nc">T<', '"k">should<', '"ow">not<', '"n">a<', '"o">=<', "\"s\">'x'<"):
        assert part in page


@pytest.mark.parametrize("text", _blocks("gsl"))
def test_rule_in_the_documentation_has_colours_and_no_errors(text: str) -> None:
    found = {token for token, _ in tokens(text)}
    assert Error not in found
    assert found & {Keyword, Operator.Word, Keyword.Constant}


def test_the_package_does_without_pygments() -> None:
    folder = Path(gsl.__file__).parent
    using = [
        file.name
        for file in folder.rglob("*.py")
        if "import pygments" in (text := file.read_text("utf-8")) or "from pygments" in text
    ]
    assert using == ["highlighting.py"]
    script = "import sys; sys.modules['pygments'] = None; import gsl.authoring.pieces; print(gsl.bundled()['D9.AWS.IAM.79'].id)"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout == "D9.AWS.IAM.79\n"


def test_pygmentize_colours_a_rule_file(tmp_path: Path) -> None:
    file = tmp_path / "a.gsl"
    file.write_text("---\nid: a\n---\nT should have a regexMatch /x/\n")
    command = [sys.executable, "-m", "pygments", "-f", "raw", str(file)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert "Token.Literal.String.Regex\t'/x/'" in ran.stdout
    assert "Token.Name.Tag\t'id'" in ran.stdout
    assert String.Regex is TOKENS["regex"]


def _colours() -> ModuleType:
    spec = importlib.util.spec_from_file_location("colours", DOCS / "colours.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_blocks_without_colours_are_noticed() -> None:
    source = textwrap.dedent(
        """
        ```gsl title="a.gsl"
        T should fail
        ```
        ```{.gsl}
        x length()
        ```
        """
    )
    block = '<div class="language-gsl highlight"><span class="filename">a</span><code>{}</code></div>'
    good = '<span class="nc">T</span> <span class="k">should</span>'
    faults = _colours().faults
    assert faults(source, block.format(good) * 2) == []
    assert faults(source, block.format(good)) == ["2 blocks of GSL, of which 1 were built as such"]
    assert faults(source, block.format(good) + block.format("x")) == ["block 2 of GSL has no colours"]
    assert faults(source, block.format(good) + block.format(good + '<span class="err">/</span>')) == [
        "block 2 of GSL holds what the lexer takes for an error"
    ]
