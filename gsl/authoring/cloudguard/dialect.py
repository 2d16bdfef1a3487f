"""What gsl takes and CloudGuard may not: comments, functions of gsl's own, rules that only select."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gsl.errors import InputError
from gsl.language import nodes
from gsl.language.parser import tokens_of
from gsl.ruleset.rule import Rule

OWN_FUNCTIONS = frozenset(
    ("join", "tolower", "toupper", "startswith", "endswith", "unique", "first", "last", "sum", "min", "max")
)
"""Functions that no published rule of CloudGuard uses, in lower case."""

_COMMENT = re.compile(r"#[^\n]*")


def doubts(rule: Rule) -> Iterator[InputError]:
    """What of a rule CloudGuard may not know, each with its place."""
    if isinstance(rule.statement, nodes.Query):
        span = rule.statement.span
        message = "the rule only selects entities; CloudGuard takes rules with `should`"
        yield InputError("not-cloudguards", message, rule.source.name, span.line, span.column)
    for node in nodes.walk(rule.statement):
        if isinstance(node, nodes.Call) and node.name.lower() in OWN_FUNCTIONS:
            message = f"`{node.name}` is a function of gsl, which CloudGuard may not know"
            yield InputError("not-cloudguards", message, rule.source.name, node.span.line, node.span.column)


def without_comments(logic: str) -> str:
    """The text of a rule that parses, without its comments; what stands in quotes is left alone."""
    if "#" not in logic:
        return logic
    pieces, end = [], 0
    for token in tokens_of(logic):
        assert token.start_pos is not None
        assert token.end_pos is not None
        inside = _COMMENT.sub("", token) if token.type == "OUTER" else str(token)
        pieces += [_gap(logic[end : token.start_pos]), inside]
        end = token.end_pos
    return "".join(pieces).strip()


def _gap(text: str) -> str:
    """What is between two words: where a comment was, its line goes with it."""
    if "#" not in text:
        return text
    first, *lines = _COMMENT.sub("", text).split("\n")
    kept = [line for line in lines[:-1] if line.strip()]
    return "\n".join([first.rstrip(), *kept, *lines[-1:]])
