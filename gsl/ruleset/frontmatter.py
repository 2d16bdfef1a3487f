"""A rule file's text apart: the YAML front matter between `---` lines, and the rule below it."""

from __future__ import annotations

import re
from typing import Any

from gsl.errors import Problem, RuleError, Source, Span
from gsl.language.scanner import MAX_BYTES
from gsl.ruleset import yamltext
from gsl.ruleset.yamltext import Mark, YamlError

_FENCE = re.compile(r"---[ \t]*\r?\n")
_END = re.compile(r"^(?:---|\.\.\.)[ \t]*\r?$", re.MULTILINE)
_NO_NEWLINE = re.compile(r"[^\r\n]")


def fences(text: str) -> list[tuple[int, int]]:
    """Where the lines round front matter begin and end: none, both, or only the first when it never ends."""
    start = 1 if text.startswith("\N{ZERO WIDTH NO-BREAK SPACE}") else 0
    fence = _FENCE.match(text, start)
    end = _END.search(text, fence.end()) if fence is not None else None
    return [match.span() for match in (fence, end) if match is not None]


def split(source: Source) -> tuple[str, str]:
    """The front matter and the rule of a file; the rule keeps its lines and columns.

    The part above the rule is blanked out, not cut off. Raises `RuleError` when front matter
    begins and never ends.
    """
    text = source.text
    start = 1 if text.startswith("\N{ZERO WIDTH NO-BREAK SPACE}") else 0
    found = fences(text)
    if not found:
        return "", " " * start + text[start:]
    if len(found) == 1:
        message = "the front matter that begins here never ends: a line `---` is missing after it"
        raise RuleError((Problem("unclosed-front-matter", message, Span.at(text, start, start + 3)),), source)
    (_, begin), (end, below) = found
    above = _NO_NEWLINE.sub(" ", text[:below])
    return " " * start + "\n" + text[begin:end], above + text[below:]


def parse(front: str, source: Source) -> tuple[dict[str, Any], dict[str, Span]]:
    """The values of front matter by key, and the span of each key in the file. Raises `RuleError`."""
    if len(front) > MAX_BYTES:
        raise _refused(f"longer than {MAX_BYTES // 1024} KB", Mark(1, 1, 3), source)
    try:
        values, places = yamltext.load(front)
    except YamlError as error:
        raise _refused(error.message, error.mark, source) from None
    if values is None:
        return {}, {}
    if not isinstance(values, dict):
        raise _refused("no mapping: write keys and values, such as `severity: high`", Mark(2, 1), source)
    starts = _line_starts(source.text)
    whole = _span(Mark(1, 1, 3), source)
    spans = {str(key): whole for key in values}
    for key, mark in places.items():
        start = min(starts[mark.line - 1] + mark.column - 1, len(source.text))
        spans[key] = Span(start, start + mark.length, mark.line, mark.column)
    return {str(key): value for key, value in values.items()}, spans


def _line_starts(text: str) -> list[int]:
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    return starts


def _refused(what: str, mark: Mark, source: Source) -> RuleError:
    problem = Problem("front-matter", f"the front matter cannot be read: {what}", _span(mark, source))
    return RuleError((problem,), source)


def _span(mark: Mark, source: Source) -> Span:
    start = min(_line_starts(source.text)[mark.line - 1] + mark.column - 1, len(source.text))
    return Span(start, start + mark.length, mark.line, mark.column)
