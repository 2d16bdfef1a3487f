"""Fuzzes the reading of rules: any text ends, soon, in a rule or in an error that can be shown.

What is read must also survive being written: the canonical spelling is the same rule.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from random import Random

import gsl
from gsl.errors import Span
from gsl.language import nodes
from gsl.language.formatter import format_statement
from gsl.language.parser import parse
from tests.fuzz.running import Target, Wrong, fuzz, pieces_left_out
from tests.generation import TEXTS, Generator, text_of
from tests.layout import respelled, tokens_of

_WORDS = (
    *(
        "Thing",
        "where",
        "should",
        "not",
        "have",
        "and",
        "or",
        "in",
        "like",
        "unlike",
        "regexMatch",
        "exclude",
        "true",
        "null",
    ),
    *(
        "with",
        "contain",
        "contain-any",
        "contain-all",
        "contain-none",
        "groupBy",
        "List",
        "items",
        "fail",
        "a",
        "a.b",
        "xs",
    ),
    *(
        "(",
        ")",
        "[",
        "]",
        ",",
        "=",
        "!=",
        "<",
        ">=",
        "==",
        "<>",
        "<",
        ">",
        "$",
        "~",
        "^",
        ".",
        "$x",
        "^.^",
        "$.a",
        "~.b",
    ),
    *(
        "'a'",
        '"b"',
        "'",
        '"',
        "/a/",
        "/a/i",
        "/",
        "\\",
        "#",
        "# c\n",
        "1",
        "-1",
        "1.5",
        "1.",
        "-",
        "1e5",
        "a-",
        "a..b",
        "a[0]",
    ),
    *(
        "length()",
        "isEmpty()",
        "before(1, 'days')",
        "getValue('a')",
        "alength()",
        "xyz()",
        "!",
        "&&",
        "||",
        "*",
        "+",
        "%",
        "{",
    ),
    *(
        "\n",
        "\t",
        "\r",
        " ",
        "\x00",
        "\x1b[31m",
        "\u200b",
        "\u2019",
        "“",
        "é",
        "\ud800",
        "\N{PILE OF POO}",
        "\u2028",
        "\x85",
        "\u202e",
    ),
)


def draw(random: Random) -> str:
    """A text: noise, a soup of words, or a rule with something done to it."""
    make = random.choice((_noise, _soup, _changed, _changed, _changed, _changed, _repeated))
    return make(random)


def _noise(random: Random) -> str:
    length = random.choice((0, 1, 5, 50, 500))
    if random.random() < 0.5:
        return random.randbytes(length).decode(random.choice(("latin-1", "utf-8", "utf-16-le")), "replace")
    return "".join(
        [
            chr(random.choice((random.randrange(128), random.randrange(0x3000), random.randrange(0x110000))))
            for _ in range(length)
        ]
    )


def _soup(random: Random) -> str:
    words = [random.choice(_WORDS) for _ in range(random.choice((1, 3, 10, 40)))]
    start = random.choice(("", "Thing should have ", "Thing where "))
    return start + random.choice((" ", "", " ")).join(words)


def _rule(random: Random) -> str:
    return text_of(Generator(random, depth=random.choice((1, 2, 3, 4))).statement())


def _changed(random: Random) -> str:
    text = _rule(random)
    if random.random() < 0.3:
        text = respelled(text, random)
    for _ in range(random.choice((1, 1, 2, 5))):
        text = random.choice((_with_tokens_changed, _with_characters_changed, _with_tokens_changed, _spliced))(
            text, random
        )
    return text


def _with_tokens_changed(text: str, random: Random) -> str:
    tokens = tokens_of(text) or [""]
    place, other = random.randrange(len(tokens)), random.randrange(len(tokens))
    change = random.randrange(5)
    if change == 0:
        del tokens[place]
    elif change == 1:
        tokens.insert(place, tokens[other])
    elif change == 2:
        tokens[place], tokens[other] = tokens[other], tokens[place]
    else:
        tokens[place : place + change - 3] = [random.choice(_WORDS)]
    return " ".join(tokens)


def _with_characters_changed(text: str, random: Random) -> str:
    place = random.randrange(len(text) + 1)
    end = place + random.choice((0, 1, 1, 3))
    return text[:place] + random.choice((*TEXTS, *_WORDS, "", "")) + text[end:]


def _spliced(text: str, random: Random) -> str:
    other = _rule(random)
    return text[: random.randrange(len(text) + 1)] + other[random.randrange(len(other) + 1) :]


def _repeated(random: Random) -> str:
    """A piece of a rule so often that anything worse than linear shows."""
    pieces: tuple[Callable[[], str], ...] = (
        lambda: random.choice(_WORDS),
        lambda: _soup(random)[:40],
        lambda: _rule(random)[:40],
    )
    piece = random.choice(pieces)()
    count = random.choice((2, 20, 199, 201, 1000, 20000)) // (1 + len(piece) // 8)
    return (
        random.choice(("", "Thing should have ", "Thing should have a = "))
        + piece * count
        + random.choice(("", " a", "]", ")"))
    )


def check(text: str) -> None:
    """Raises when a text is not read as it should be."""
    try:
        statement = gsl.parse(text).statement
    except gsl.RuleError as error:
        _check_error(error, text)
        return
    for node in nodes.walk(statement):
        _check_span(node.span, text)
    written = format_statement(statement)
    if parse(written) != statement:
        raise Wrong("another rule after writing it", repr(written))
    if format_statement(parse(written)) != written:
        raise Wrong("another spelling after writing it again", repr(written))


def _check_error(error: gsl.RuleError, text: str) -> None:
    if not error.problems:
        raise Wrong("an error without problems")
    for problem in error.problems:
        _check_span(problem.span, text)
        if not problem.message or not problem.code:
            raise Wrong("a problem without message or code")
    shown = str(error)
    if not all([character.isprintable() or character == "\n" for character in shown]):
        raise Wrong("an error that is not printable", repr(shown))
    if max(map(len, shown.split("\n"))) > 1000:
        raise Wrong("an error with an endless line", shown[:200])


def _check_span(span: Span, text: str) -> None:
    if not 0 <= span.start <= span.end <= len(text) + 1:
        raise Wrong("a span outside the text", f"{span} of {len(text)}")
    line_start = text.rfind("\n", 0, span.start) + 1
    if (span.line, span.column) != (text.count("\n", 0, span.start) + 1, span.start - line_start + 1):
        raise Wrong("a wrong line or column", str(span))


def smaller(text: str) -> Iterator[str]:
    """Shorter texts: without some tokens, then without some characters."""
    for tokens in pieces_left_out(text.split(" ")):
        yield " ".join(tokens)
    for characters in pieces_left_out(text):
        yield "".join(characters)


TARGET = Target("parser", draw, check, smaller)

if __name__ == "__main__":
    sys.exit(fuzz(TARGET))
