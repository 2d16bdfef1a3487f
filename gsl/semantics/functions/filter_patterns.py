"""`isFilterPatternEqual`: CloudWatch Logs metric filter patterns, parsed and compared by meaning.

The syntax of JSON patterns is that of the CloudWatch Logs user guide: `{ ($.a = x) && ... }`.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import Any

from gsl.semantics.functions.table import Function, Parameter
from gsl.semantics.values import Value

MAX_LENGTH = 16 * 1024
MAX_DEPTH = 100

_TOKEN = r"""\s*(?:
      (?P<mark>&&|\|\||[(){}])
    | (?P<operator>!=|<=|>=|=|<|>)
    | (?P<quoted>"(?:[^"\\]|\\.)*")
    | (?P<regex>%[^%]*%)
    | (?P<word>(?:[^\s(){}&|=<>!"%\[]|\[[^\]\s]*\]|&(?!&)|\|(?!\|)|!(?!=))+)
    )"""
_QUOTED = r'"((?:[^"\\]|\\.)*)"|(\S+)'

Token = tuple[str, str]


class _Malformed(Exception):
    """The pattern is none."""


def _tokens(pattern: str) -> list[Token]:
    tokens: list[Token] = []
    position = 0
    end = len(pattern.rstrip())
    token = re.compile(_TOKEN, re.VERBOSE | re.DOTALL)
    while position < end:
        match = token.match(pattern, position)
        if match is None or match.lastgroup is None:
            raise _Malformed
        tokens.append((match.lastgroup, match.group(match.lastgroup)))
        position = match.end()
    return tokens


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


class _Parser:
    """Recursive descent over the tokens of one JSON pattern; `&&` binds tighter than `||`."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.position = 0
        self.depth = 0

    def pattern(self) -> Hashable:
        self._expect("{")
        meaning = self._joined("||")
        self._expect("}")
        if self.position != len(self.tokens):
            raise _Malformed
        return meaning

    def _peek(self) -> Token:
        return self.tokens[self.position] if self.position < len(self.tokens) else ("end", "")

    def _take(self) -> Token:
        token = self._peek()
        self.position += 1
        return token

    def _expect(self, mark: str) -> None:
        if self._take() != ("mark", mark):
            raise _Malformed

    def _joined(self, mark: str) -> Hashable:
        """Operands under one of the two marks, as a set: their order and repeats do not matter."""
        operands: set[Hashable] = set()
        while True:
            operand = self._joined("&&") if mark == "||" else self._term()
            nested = isinstance(operand, tuple) and operand[0] == mark
            operands |= operand[1] if nested else {operand}  # type: ignore[index]
            if self._peek() != ("mark", mark):
                break
            self._take()
        return operands.pop() if len(operands) == 1 else (mark, frozenset(operands))

    def _term(self) -> Hashable:
        if self._peek() != ("mark", "("):
            return self._condition()
        self._take()
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _Malformed
        meaning = self._joined("||")
        self._expect(")")
        self.depth -= 1
        return meaning

    def _condition(self) -> Hashable:
        kind, selector = self._take()
        if kind != "word" or not selector.startswith("$"):
            raise _Malformed
        kind, word = self._take()
        if kind == "operator":
            return selector, word, self._value()
        return selector, self._predicate(word)

    def _predicate(self, word: str) -> str:
        """`EXISTS`, `NOT EXISTS`, `IS NULL`, `IS TRUE` or `IS FALSE`."""
        words = [word.upper()]
        if words[0] in ("NOT", "IS"):
            words.append(self._take()[1].upper())
        predicate = " ".join(words)
        if predicate not in ("EXISTS", "NOT EXISTS", "IS NULL", "IS TRUE", "IS FALSE"):
            raise _Malformed
        return predicate

    def _value(self) -> str:
        kind, text = self._take()
        if kind == "quoted":
            return _unquoted(text[1:-1])
        if kind in ("word", "regex"):
            return text
        raise _Malformed


def meaning_of(pattern: str) -> Hashable | None:
    """What a pattern matches, in a form in which equal patterns are equal; `None` for an empty one.

    Patterns that are no JSON patterns (terms, space-delimited fields, ones with a mistake) mean
    their words in order.
    """
    if len(pattern) > MAX_LENGTH:
        return None
    try:
        return _Parser(_tokens(pattern)).pattern()
    except _Malformed:
        words = [_unquoted(quoted) if quoted else bare for quoted, bare in re.findall(_QUOTED, pattern, re.DOTALL)]
        return ("words", tuple(words)) if words else None


def _is_filter_pattern_equal(run: Any, subject: Value, pattern: str) -> bool | None:
    if not isinstance(subject, str):
        return None
    meaning = meaning_of(subject)
    return meaning is not None and meaning == meaning_of(pattern)


def _pattern_fault(value: Value) -> str | None:
    if isinstance(value, str) and meaning_of(value) is not None:
        return None
    return "a CloudWatch filter pattern such as '{ ($.eventName = ConsoleLogin) }'"


_PATTERN = Parameter("'pattern'", "a CloudWatch Logs filter pattern", _pattern_fault, literal=True)

FUNCTIONS = (
    Function(
        "isFilterPatternEqual",
        "Whether a CloudWatch metric filter pattern means the same as the given one: layout, order under `&&` and "
        "`||`, and quotes that are optional do not matter; `&&` binds tighter.",
        _is_filter_pattern_equal,
        ((_PATTERN,),),
        "text",
    ),
)
