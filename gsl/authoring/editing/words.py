"""The words of a rule file that an editor asks about, below its front matter; the file need not parse."""

from __future__ import annotations

import re

from gsl.authoring.unfinished import Word, words_of
from gsl.errors import RuleError, Source
from gsl.language.scanner import MAX_BYTES
from gsl.ruleset import frontmatter

_FENCE = re.compile(r"^(?:---|\.\.\.)", re.MULTILINE)


def rule_part(text: str) -> str:
    """The rule of a file with its front matter blanked out; nothing while the front matter has no end."""
    if len(text) > 2 * MAX_BYTES:
        return ""
    try:
        return frontmatter.split(Source(text))[1]
    except RuleError:
        return ""


def is_in_front(text: str, offset: int) -> bool:
    """Whether an offset is in the front matter, which need not have its end yet."""
    if not text.startswith(("---\n", "---\r\n")):
        return False
    rule = rule_part(text)
    if not rule:
        return True
    blanked = [match.start() for match in _FENCE.finditer(text) if rule[match.start()] == " "]
    return offset < blanked[-1]


def word_at(words: list[Word], offset: int) -> Word | None:
    """The word at an offset; of two that touch there, the one that begins there."""
    found = None
    for word in words:
        if word.start > offset:
            break
        if offset <= word.end:
            found = word
    return found


def words_in(text: str) -> list[Word]:
    """The words of a rule file, comments left out."""
    return [word for word in words_of(rule_part(text)) if word.kind != "comment"]


def lists_in(text: str) -> list[Word]:
    """The named lists that a rule file uses, each time that it does."""
    return [word for word in words_in(text) if word.kind == "list"]
