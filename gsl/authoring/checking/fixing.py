"""Mending rule files: safe edits only, and only where the rule still means the same afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs

from gsl.authoring.checking.findings import Edit
from gsl.authoring.checking.running import Found, Settings, check_rule, is_rule_file
from gsl.authoring.checking.style import is_same_in_like, is_word, negated, undone
from gsl.authoring.replacing import replace_text
from gsl.errors import GslError, Source
from gsl.language import nodes
from gsl.language.depth import with_room
from gsl.ruleset.loading import RULE_SUFFIX, rule_of_text
from gsl.ruleset.rule import Rule

_MOST_ROUNDS = 20
_MOST_ALONE = 10
"""Fixes that are tried one by one when all at once cannot be applied; each try parses the rule."""


def fixed(rule: Rule, settings: Settings) -> tuple[Rule, list[Found]]:
    """A rule after all safe fixes, and what they mended. Nothing is written."""
    mended: list[Found] = []
    if not is_rule_file(rule) or not rule.source.name.lower().endswith(RULE_SUFFIX):
        return rule, mended
    for _ in range(_MOST_ROUNDS):
        applied, better = _round(rule, settings)
        if better is None:
            break
        mended += applied
        rule = better
    return rule, mended


def _round(rule: Rule, settings: Settings) -> tuple[list[Found], Rule | None]:
    """Apply the fixes that do not overlap: all at once, or the first that works."""
    candidates = [each for each in check_rule(rule, settings) if each.finding.edits]
    chosen: list[Found] = []
    reached = -1
    for each in sorted(candidates, key=lambda found: min([edit.start for edit in found.finding.edits])):
        edits = each.finding.edits
        if min([edit.start for edit in edits]) >= reached:
            chosen.append(each)
            reached = max([edit.end for edit in edits])
    for attempt in (chosen, *[[each] for each in chosen[:_MOST_ALONE]]):
        better = _attempted(rule, [edit for each in attempt for edit in each.finding.edits])
        if better is not None:
            return attempt, better
    return [], None


def _attempted(rule: Rule, edits: list[Edit]) -> Rule | None:
    """The rule with some edits, if it still means the same."""
    if not edits:
        return None
    text = edited(rule.source.text, edits)
    try:
        better = rule_of_text(Source(text, rule.source.name, rule.source.file))
    except GslError:
        return None
    same = with_room(lambda: simplified(better.statement) == simplified(rule.statement))
    return better if same and better.metadata == rule.metadata else None


def edited(text: str, edits: list[Edit]) -> str:
    """A text with some stretches replaced."""
    for edit in sorted(edits, key=lambda each: each.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def simplified(node: Any) -> Any:
    """A tree in which what fixes exchange is spelled in one way; equal ones mean the same."""
    changed: dict[str, Any] = {}
    for name in nodes.field_types(type(node)):
        value = getattr(node, name)
        if isinstance(value, nodes.Node):
            changed[name] = simplified(value)
        elif isinstance(value, tuple) and value and isinstance(value[0], nodes.Node):
            changed[name] = tuple([simplified(each) for each in value])
    return _plain(attrs.evolve(node, **changed) if changed else node)


def _plain(node: Any) -> Any:
    if isinstance(node, nodes.Not):
        return undone(node) or negated(node.operand) or node
    if isinstance(node, nodes.RegexMatch) and is_same_in_like(node):
        return nodes.Like(node.span, node.subject, f"%{node.pattern}%", False)
    if isinstance(node, nodes.Like) and "%" not in node.pattern and is_word(node.pattern):
        word = nodes.Literal(node.span, node.pattern)
        return nodes.Compare(node.span, "!=" if node.negated else "=", node.subject, word)
    return node


def write(rule: Rule) -> None:
    """Put a rule's text into its file, whole or not at all. Raises `InputError`."""
    replace_text(Path(rule.source.name), rule.source.text)
