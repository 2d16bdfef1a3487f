"""What a rule file holds, as editors list it: the rule by its id, and its parts."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from gsl.authoring.editing.looking import Look
from gsl.errors import GslError, RuleError, Source
from gsl.language import nodes
from gsl.ruleset import frontmatter
from gsl.ruleset.loading import RULE_SUFFIX

_LONGEST_NAME = 200


class Symbol(Struct, frozen=True):
    """A named stretch of the text; `chosen` is the stretch that its name is shown for."""

    name: str
    detail: str
    start: int
    end: int
    chosen_start: int
    chosen_end: int
    inside: tuple[Symbol, ...] = ()


def rule_symbol(text: str, name: str, look: Look | None = None) -> Symbol:
    """The rule of a file: its id, or the file's stem; found without parsing, its parts with a look."""
    rule_id, title, start, end = _named(text, name)
    inside = tuple(_parts(look.rule.statement)) if look is not None and look.rule is not None else ()
    return Symbol(rule_id, title, 0, len(text), start, end, inside)


def _named(text: str, name: str) -> tuple[str, str, int, int]:
    """The id and title of a rule, and where its id stands."""
    stem = name.replace("\\", "/").rpartition("/")[2].removesuffix(RULE_SUFFIX) or name
    body = len(text) - len(text.lstrip())
    source = Source(text, name)
    try:
        front, rule = frontmatter.split(source)
        body = len(rule) - len(rule.lstrip())
        values, places = frontmatter.parse(front, source) if front else ({}, {})
    except (RuleError, GslError):
        return stem, "", 0, min(1, len(text))
    given, title = values.get("id"), values.get("title")
    title = title if isinstance(title, str) else ""
    if isinstance(given, str) and given.strip():
        line_end = text.find("\n", places["id"].start)
        return given.strip()[:_LONGEST_NAME], title, places["id"].start, line_end if line_end >= 0 else len(text)
    body = min(body, max(0, len(text) - 1))
    line_end = text.find("\n", body)
    return stem[:_LONGEST_NAME], title, body, line_end if line_end >= 0 else len(text)


def _parts(statement: nodes.Statement) -> Iterator[Symbol]:
    if isinstance(statement, nodes.Placeholder):
        return
    yield _part(statement.target.name, "entity type", statement.target)
    if statement.where is not None:
        yield _part("where", "", statement.where)
    if isinstance(statement, nodes.Check):
        yield _part("should not" if statement.negated else "should", "", statement.condition)
        if statement.exclude is not None:
            yield _part("exclude", "", statement.exclude)


def _part(name: str, detail: str, node: nodes.Node) -> Symbol:
    span = node.span
    return Symbol(name, detail, span.start, span.end, span.start, span.end)
