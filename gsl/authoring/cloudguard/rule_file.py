"""A rule file as the exchange with CloudGuard sees it: front matter as it stands, and the text of the rule to the last blank."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from gsl.errors import Problem, Source
from gsl.ruleset import frontmatter
from gsl.ruleset.loading import refuse_long
from gsl.ruleset.metadata import metadata_of


class RuleFile(Struct, frozen=True, eq=False):
    """The front matter of a rule file, the text of its rule, and what is wrong with the front matter."""

    front: dict[str, Any]
    logic: str
    problems: tuple[Problem, ...]


def rule_file_of(text: str, name: str) -> RuleFile:
    """The parts of a rule file; the end of its last line is not of the rule. Raises `RuleError`."""
    source = Source(text, name, name)
    refuse_long(source)
    front, _ = frontmatter.split(source)
    values, places = frontmatter.parse(front, source) if front else ({}, {})
    _, problems = metadata_of(values, places)
    fences = frontmatter.fences(text)
    logic = text[fences[1][1] :].removeprefix("\n") if fences else text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    return RuleFile(values, logic.removesuffix("\n"), tuple(problems))
