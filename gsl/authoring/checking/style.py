"""How a rule is written: spellings that mislead, and longer ways to say a thing, with fixes where they are safe."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from gsl.authoring.checking.dates import date_findings
from gsl.authoring.checking.findings import Edit, Finding, quoted
from gsl.errors import Span
from gsl.language import nodes
from gsl.language.formatter import format_expression, literal_text

_OLD = re.compile(r"==|<>")
_LIKE = re.compile(r"[\s)]*((?:un)?like)\b", re.IGNORECASE)
_REGEX = re.compile(r"[\s)]*(regexMatch)\b", re.IGNORECASE)
_NEW = {"==": "=", "<>": "!="}
_OPPOSITES = {"=": "!=", "!=": "="}
_META = frozenset(".^$*+?()[]{}|%\\")
_SAME_IN_LIKE = re.compile(r"[0-9:/_,;=@ -]+", re.ASCII)
"""Patterns that `regexMatch` and `like` read alike: without letters, whose case `like` ignores."""

_NEVER_JSON = frozenset("0123456789-[{")
_STRING = re.compile(r"'(?:[^'\\]|\\[\s\S])*'|\"(?:[^\"\\]|\\[\s\S])*\"")
_CONDITIONS = (nodes.Compare, nodes.Membership, nodes.Like, nodes.RegexMatch, nodes.Not, nodes.And, nodes.Or)


def style_findings(statement: nodes.Statement, text: str, strict: bool) -> list[Finding]:
    """What is odd about the way a rule is written. `text` is what its spans count in."""
    found: list[Finding] = []
    for node in nodes.walk(statement):
        for look in _LOOKS.get(type(node), ()):
            found += look(node, text)
        if strict:
            found += _hard_to_read(node, text)
    return found


def _old_spelling(node: nodes.Compare, text: str) -> Iterator[Finding]:
    match = _OLD.search(text, node.left.span.end, node.right.span.start)
    if match is not None and "#" not in text[node.left.span.end : node.right.span.start]:
        new = _NEW[match.group()]
        span = Span.at(text, match.start(), match.end())
        edits = (Edit(match.start(), match.end(), new),)
        yield Finding("GSL301", f"`{match.group()}` is accepted for `{new}`, which is the usual spelling", span, edits)


def _whole_like(node: nodes.Like, text: str) -> Iterator[Finding]:
    if "%" in node.pattern:
        return
    match = _LIKE.match(text, node.subject.span.end, node.span.end)
    operator = "!=" if node.negated else "="
    edits = (Edit(match.start(1), match.end(1), operator),) if match is not None and is_word(node.pattern) else ()
    message = (
        f"{quoted(node)} has no `%`, so the whole text has to fit: write `{operator}`, or `%` where anything may stand"
    )
    yield Finding("GSL108", message, node.span if match is None else Span.at(text, match.start(1), match.end(1)), edits)


def is_word(pattern: str) -> bool:
    """Whether only a text can be like a pattern, so that `=` says the same of every value."""
    plain = pattern.isascii() and pattern[:1] not in _NEVER_JSON
    return plain and pattern != "" and pattern.lower() not in ("true", "false", "null")


def _plain_regex(node: nodes.RegexMatch, text: str) -> Iterator[Finding]:
    match = _REGEX.match(text, node.subject.span.end, node.span.end)
    if match is None or not is_same_in_like(node):
        return
    pattern = literal_text(f"%{node.pattern}%")
    message = f"/{node.pattern}/ is a plain text to be found anywhere: `like {pattern}` says the same"
    edits = (
        Edit(match.start(1), match.end(1), "like"),
        Edit(node.pattern_span.start, node.pattern_span.end, pattern),
    )
    yield Finding("GSL109", message, node.pattern_span, edits)


def _nearly_plain_regex(node: nodes.RegexMatch) -> Iterator[Finding]:
    """One with letters: `like` ignores case in a few ways more."""
    if node.ignore_case and node.pattern.isascii() and not _META & set(node.pattern) and not is_same_in_like(node):
        pattern = literal_text(f"%{node.pattern}%")
        message = f"/{node.pattern}/i is a plain text to be found anywhere: `like {pattern}` ignores case as well"
        yield Finding("GSL109", message, node.pattern_span)


def is_same_in_like(node: nodes.RegexMatch) -> bool:
    """Whether `like '%pattern%'` says the same of every value."""
    return _SAME_IN_LIKE.fullmatch(node.pattern) is not None


def _double_negation(node: nodes.Not, text: str) -> Iterator[Finding]:
    plain = undone(node)
    if plain is None:
        if isinstance(node.operand, nodes.Not):
            yield Finding("GSL207", f"{quoted(node)} is negated twice", node.span)
        return
    end = _closed(text, node.span.start, node.span.end)
    new = format_expression(plain)
    needs = isinstance(plain, (nodes.And, nodes.Or))
    edits = (Edit(node.span.start, end, f"({new})" if needs else new),) if end is not None else ()
    yield Finding("GSL207", f"{quoted(node)} is negated twice: write {quoted(plain)}", node.span, edits)


def undone(node: nodes.Not) -> nodes.Expression | None:
    """A condition that says the same as one that is negated twice; `None` when there is none.

    A bare value is left alone: `not not x` is the truth of x, which may not be x.
    """
    inner = node.operand
    if isinstance(inner, nodes.Not):
        return inner.operand if isinstance(inner.operand, _CONDITIONS) else None
    is_negated = getattr(inner, "negated", False) or getattr(inner, "operator", "") == "!="
    return negated(inner) if is_negated else None


def negated(node: nodes.Expression) -> nodes.Expression | None:
    """A comparison turned into its exact opposite; `None` for what has no operator of that meaning."""
    if isinstance(node, nodes.Compare) and node.operator in _OPPOSITES:
        return nodes.Compare(node.span, _OPPOSITES[node.operator], node.left, node.right)
    if isinstance(node, nodes.Membership):
        return nodes.Membership(node.span, node.subject, node.items, not node.negated)
    if isinstance(node, nodes.Like):
        return nodes.Like(node.span, node.subject, node.pattern, not node.negated)
    return None


def _closed(text: str, start: int, end: int) -> int | None:
    """The end of an expression with the parentheses that close those inside it; `None` when that is not plain."""
    own = _STRING.sub("", text[start:end])
    if "#" in own or "/" in own:
        return None
    for _ in range(own.count("(") - own.count(")")):
        rest = text[end:].lstrip()
        if not rest.startswith(")"):
            return None
        end = len(text) - len(rest) + 1
    return end


def _hard_to_read(node: nodes.Node, text: str) -> Iterator[Finding]:
    condition = node.condition if isinstance(node, nodes.Check) and node.negated else None
    if isinstance(condition, nodes.And) and not _is_in_parentheses(condition.operands[0], text):
        message = "`should not have A and B` fails only when all parts are true: it means not (A and B)"
        yield Finding("GSL205", message, condition.span)
    if isinstance(node, nodes.RegexMatch):
        yield from _nearly_plain_regex(node)
    first = node.operands[0] if isinstance(node, (nodes.And, nodes.Or)) else None
    if not isinstance(first, nodes.Not) or not isinstance(first.operand, _CONDITIONS):
        return
    if not _is_in_parentheses(first.operand, text) and not text[first.span.end :].lstrip().startswith(")"):
        message = f"`not` reaches only to {quoted(first.operand)}; parentheses would say so"
        yield Finding("GSL206", message, first.span)


def _is_in_parentheses(node: nodes.Node, text: str) -> bool:
    return text[: node.span.start].rstrip().endswith("(")


_LOOKS: dict[type[nodes.Node], tuple[Callable[[Any, str], Iterator[Finding]], ...]] = {
    nodes.Compare: (_old_spelling,),
    nodes.Like: (_whole_like,),
    nodes.RegexMatch: (_plain_regex,),
    nodes.Not: (_double_negation,),
    nodes.Call: (date_findings,),
}
