"""The Pygments lexer of rule files: YAML front matter, then a rule. Only Pygments loads this file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pygments.lexer import Lexer
from pygments.lexers.data import YamlLexer
from pygments.token import (
    Comment,
    Error,
    Keyword,
    Name,
    Number,
    Operator,
    Punctuation,
    String,
    Text,
    Whitespace,
    _TokenType,
)

from gsl.authoring.pieces import pieces_of
from gsl.ruleset.frontmatter import fences

TOKENS = {
    "blank": Whitespace,
    "comment": Comment.Single,
    "clause": Keyword,
    "connective": Operator.Word,
    "test": Operator.Word,
    "array": Operator.Word,
    "constant": Keyword.Constant,
    "type": Name.Class,
    "function": Name.Builtin,
    "call": Name.Function,
    "path": Name,
    "scope": Name.Builtin.Pseudo,
    "list": Name.Constant,
    "string": String,
    "regex": String.Regex,
    "number": Number,
    "comparator": Operator,
    "punctuation": Punctuation,
    "error": Error,
}
"""The token of Pygments for each kind of piece."""

LONGEST_LINE = 1000
"""Characters in a line of front matter that are coloured; the YAML lexer takes time quadratic in them."""

Unprocessed = Iterator[tuple[int, _TokenType, str]]


class GslLexer(Lexer):
    """Colours rule files wherever Pygments does: `pygmentize rule.gsl`, fences in MkDocs and Sphinx."""

    name = "GSL"
    aliases: ClassVar = ["gsl"]
    filenames: ClassVar = ["*.gsl"]
    mimetypes: ClassVar = ["text/x-gsl"]

    def get_tokens_unprocessed(self, text: str) -> Unprocessed:
        """The tokens of any text, each with its place; joined they are the text."""
        found = fences(text)
        below = 0
        if found:
            (start, inside), (end, below) = found[0], (found[1] if len(found) > 1 else (len(text), len(text)))
            yield 0, Text, text[:start]
            yield start, Punctuation, text[start:inside]
            yield from _yaml(text, inside, end)
            yield end, Punctuation, text[end:below]
        for piece in pieces_of(text[below:]):
            yield below, TOKENS[piece.kind], piece.text
            below += len(piece.text)


def _yaml(text: str, start: int, end: int) -> Unprocessed:
    front = text[start:end]
    if any([len(line) > LONGEST_LINE for line in front.split("\n")]):
        yield start, Text, front
        return
    tokens: Unprocessed = YamlLexer().get_tokens_unprocessed(front)  # type: ignore[no-untyped-call]
    for place, token, value in tokens:
        yield start + place, token, value
