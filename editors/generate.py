"""Writes the TextMate grammar of GSL for editors, from the language's own tables.

python editors/generate.py            # write it
python editors/generate.py --check    # write nothing; exit 1 when the grammar drifted
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from gsl.authoring import pieces
from gsl.authoring.pieces import COMPARATOR, KEY
from gsl.language import vocabulary
from gsl.semantics.functions import FUNCTIONS
from gsl.semantics.scopes import SCOPES

SYNTAXES = Path(__file__).resolve().parent / "vscode" / "syntaxes"
NAMES = {
    "comment": "comment.line.number-sign.gsl",
    "clause": "keyword.control.gsl",
    "connective": "keyword.operator.wordlike.logical.gsl",
    "test": "keyword.operator.wordlike.test.gsl",
    "array": "keyword.operator.wordlike.array.gsl",
    "constant": "constant.language.gsl",
    "type": "entity.name.type.gsl",
    "function": "support.function.gsl",
    "call": "entity.name.function.gsl",
    "path": "variable.other.property.gsl",
    "scope": "variable.language.gsl",
    "list": "variable.other.constant.gsl",
    "string": "string.quoted.gsl",
    "regex": "string.regexp.gsl",
    "number": "constant.numeric.gsl",
    "comparator": "keyword.operator.comparison.gsl",
    "punctuation": "punctuation.gsl",
    "error": "invalid.illegal.gsl",
}
"""The TextMate scope for each kind of piece; themes know the beginnings of these names."""

BLANKS = re.sub(r"\\u([0-9a-f]{4})", r"\\x{\1}", pieces.BLANKS)
NUMBER = pieces.NUMBER.replace("++", "+")  # what Oniguruma, which reads the patterns, spells otherwise

_FENCE = r"(?:---|\.\.\.)[ \t]*$"
_START = r"(?<![A-Za-z0-9_])"
_END = r"(?![A-Za-z0-9_.:-])"
_NEVER = r"(?!)"
_GAP = rf"[{BLANKS}]*"
_LAST = rf"(?={_GAP}(?:#|$))"
_PATH = rf"{KEY}(?:\.{KEY})*"

Rule = dict[str, Any]


def grammar() -> Rule:
    """The grammar of rule files: front matter, then one rule, of which the first word is the type."""
    return {
        "comment": "Written by editors/generate.py from the code. Change the code and run it again.",
        "name": "GSL",
        "scopeName": "source.gsl",
        "fileTypes": ["gsl"],
        "patterns": [_included("front-matter"), _included("comment"), *_beginnings()],
        "repository": {
            "front-matter": _front_matter(),
            "comment": _match("comment", "#.*$"),
            "body": {"patterns": [_included("comment"), *_literals(), *_words(), *_signs()]},
        },
    }


def markdown() -> Rule:
    """What colours the fences of GSL in Markdown."""
    fence = {
        "name": "markup.fenced_code.block.markdown",
        "begin": r"(^|\G)(\s*)(`{3,}|~{3,})\s*(?i:(gsl)((?:\s|\{|:)[^`]*)?$)",
        "beginCaptures": {
            "3": {"name": "punctuation.definition.markdown"},
            "4": {"name": "fenced_code.block.language.markdown"},
            "5": {"name": "fenced_code.block.language.attributes.markdown"},
        },
        "end": r"(^|\G)(\2|\s{0,3})(\3)\s*$",
        "endCaptures": {"3": {"name": "punctuation.definition.markdown"}},
        "patterns": [
            {
                "begin": r"(^|\G)(\s*)(.*)",
                "while": r"(^|\G)(?!\s*([`~]{3,})\s*$)",
                "contentName": "meta.embedded.block.gsl",
                "patterns": [{"include": "source.gsl"}],
            }
        ],
    }
    return {
        "comment": "Written by editors/generate.py from the code. Change the code and run it again.",
        "scopeName": "markdown.gsl.codeblock",
        "injectionSelector": "L:text.html.markdown",
        "patterns": [fence],
    }


def _included(name: str) -> Rule:
    return {"include": f"#{name}"}


def _match(kind: str, pattern: str) -> Rule:
    return {"name": NAMES[kind], "match": pattern}


def _captures(*kinds: str) -> Rule:
    return {str(number): {"name": NAMES[kind]} for number, kind in enumerate(kinds, 1)}


def _words_of(words: Iterable[str]) -> str:
    """A pattern for any of some words, in any case; the longer ones first."""
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return f"(?i:{'|'.join(ordered)})"


def _front_matter() -> Rule:
    """YAML between fences; a `while` ends it at the lower one, whatever is open in the YAML."""
    inside = {
        "begin": f"^(?!{_FENCE})",
        "while": f"^(?!{_FENCE})",
        "contentName": "meta.embedded.block.yaml",
        "patterns": [{"include": "source.yaml"}, _included("comment")],  # the second for editors without YAML
    }
    return {
        "begin": r"(?:\A\x{FEFF}?|\G)(---)[ \t]*$",  # \G: the first line of a fence in Markdown
        "beginCaptures": _captures("punctuation"),
        "end": r"^(---|\.\.\.)[ \t]*$",
        "endCaptures": _captures("punctuation"),
        "patterns": [inside],
    }


def _beginnings() -> list[Rule]:
    """How a rule begins; what follows is its body, to the end."""
    body = {"end": _NEVER, "patterns": [_included("body")]}
    reserved = _words_of(vocabulary.RESERVED)
    following = rf"(?={_GAP}(?:#|$|{_words_of(vocabulary.CLAUSES)}{_END}))"
    listed = rf"{_GAP}(<){_GAP}([A-Za-z_][A-Za-z0-9_]*){_GAP}(>)"
    return [
        {
            "begin": rf"({_words_of([vocabulary.LIST])}){listed}",
            "beginCaptures": _captures("clause", "comparator", "type", "comparator"),
            **body,
        },
        {
            "begin": rf"(?!{reserved}{_END})([A-Za-z_][A-Za-z0-9_]*){_END}{following}",
            "beginCaptures": _captures("type"),
            **body,
        },
        {"begin": rf"(?=[^{BLANKS}#])", **body},
    ]


def _literals() -> list[Rule]:
    return [
        *[_string(quote) for quote in "'\""],
        _regex(),
        _match("number", rf"(?<![A-Za-z0-9_:.-]){NUMBER}"),
    ]


def _string(quote: str) -> Rule:
    escape = {"name": "constant.character.escape.gsl", "match": rf"{quote}{quote}|\\['\"\\]"}
    return {"name": NAMES["string"], "begin": quote, "end": f"{quote}(?!{quote})", "patterns": [escape]}


def _regex() -> Rule:
    """A regular expression, which stands behind `regexMatch` only."""
    literal = {
        "name": NAMES["regex"],
        "begin": "/",
        "end": "/[A-Za-z]*",
        "patterns": [{"name": "constant.character.escape.gsl", "match": r"\\."}],
    }
    word = _words_of([each for each in vocabulary.TESTS if each == "regexMatch"])
    return {
        "begin": rf"{_START}({word}){_END}",
        "beginCaptures": _captures("test"),
        "end": rf"(?=[^{BLANKS}/#])",
        "patterns": [_included("comment"), literal],
    }


def _words() -> list[Rule]:
    should = _words_of([vocabulary.CLAUSES[1]])
    negation = _words_of([vocabulary.CONNECTIVES[0]])
    fail = _words_of([vocabulary.FAIL])
    brackets = _words_of([*vocabulary.ARRAY_OPERATORS, vocabulary.GROUP_BY])
    blank = f"[{BLANKS}]+"
    return [
        {
            "match": rf"{_START}({should})(?:{blank}({negation}))?{blank}({fail}){_END}(?!{_GAP}[(\[])",
            "captures": _captures("clause", "connective", "clause"),
        },
        *[
            _match(kind, rf"{_START}{_words_of(words)}{_END}")
            for kind, words in (
                ("clause", vocabulary.CLAUSES),
                ("connective", vocabulary.CONNECTIVES),
                ("test", vocabulary.TESTS),
                ("constant", vocabulary.CONSTANTS),
            )
        ],
        _match("array", rf"{_START}{brackets}{_END}(?:(?={_GAP}\[)|{_LAST})"),
        _match("function", rf"(?:{_START}|\.){_words_of(FUNCTIONS)}(?={_GAP}\()"),
        _match("call", rf"\.?{_PATH}(?={_GAP}\()"),
        _match("path", rf"(?<=[~^$]|[~^$][ \t])(?:\.{KEY})+|{_PATH}"),
    ]


def _signs() -> list[Rule]:
    scopes = "".join([re.escape(sign) for sign in SCOPES])
    return [
        _match("list", r"\$[A-Za-z_][A-Za-z0-9_]*"),
        _match("scope", f"[{scopes}]"),
        _match("punctuation", r"(?<=\^)\.(?=\^)|[()\[\],]"),
        _match("comparator", COMPARATOR),
        _match("error", rf"(?:\.{KEY})+|-?[0-9][A-Za-z0-9_.]*|[^{BLANKS}]"),
    ]


FILES = {"gsl.tmLanguage.json": grammar, "markdown.tmLanguage.json": markdown}
"""Every generated file, by its name in editors/vscode/syntaxes/."""


def text_of(name: str) -> str:
    """What the file holds."""
    return json.dumps(FILES[name](), indent=2) + "\n"


def drifted() -> list[str]:
    """The files that are not what the code says."""
    files = {name: SYNTAXES / name for name in FILES}
    return [name for name, file in files.items() if not file.exists() or file.read_text("utf-8") != text_of(name)]


def main() -> int:
    """Write the files, or with `--check` say which of them drifted."""
    parser = argparse.ArgumentParser(description="Write the TextMate grammar of GSL from the language's tables.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the grammar drifted")
    check = parser.parse_args().check
    stale = drifted()
    for name in stale:
        if check:
            print(f"{name} is not what the code says: run python editors/generate.py", file=sys.stderr)
        else:
            (SYNTAXES / name).write_text(text_of(name), "utf-8")
            print(f"editors/vscode/syntaxes/{name} written", file=sys.stderr)
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
