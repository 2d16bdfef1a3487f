"""A rule file's text apart: the YAML front matter between `---` lines, and the rule below it."""

from __future__ import annotations

import re
from typing import Any

from gsl.errors import Problem, RuleError, Source, Span
from gsl.language.scanner import MAX_BYTES

_FENCE = re.compile(r"---[ \t]*\r?\n")
_END = re.compile(r"^(?:---|\.\.\.)[ \t]*\r?$", re.MULTILINE)
_NO_NEWLINE = re.compile(r"[^\r\n]")


def split(source: Source) -> tuple[str, str]:
    """The front matter and the rule of a file; the rule keeps its lines and columns.

    The part above the rule is blanked out, not cut off. Raises `RuleError` when front matter
    begins and never ends.
    """
    text = source.text
    start = 1 if text.startswith("\N{ZERO WIDTH NO-BREAK SPACE}") else 0
    fence = _FENCE.match(text, start)
    if fence is None:
        return "", " " * start + text[start:]
    end = _END.search(text, fence.end())
    if end is None:
        message = "the front matter that begins here never ends: a line `---` is missing after it"
        raise RuleError((Problem("unclosed-front-matter", message, Span.at(text, start, start + 3)),), source)
    above = _NO_NEWLINE.sub(" ", text[: end.end()])
    front = " " * start + "\n" + text[fence.end() : end.start()]
    return front, above + text[end.end() :]


def parse(front: str, source: Source) -> tuple[dict[str, Any], dict[str, Span]]:
    """The values of front matter by key, and the span of each key in the file.

    Raises `RuleError` for what is no YAML mapping, for a key twice, and for aliases (they can make
    a small file huge).
    """
    import yaml

    if len(front) > MAX_BYTES:
        message = f"the front matter is longer than {MAX_BYTES // 1024} KB"
        raise RuleError((Problem("front-matter-too-long", message, Span(0, 3, 1, 1)),), source)
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(front, yaml.CSafeLoader)):
            message = "the front matter uses a YAML alias (`*name`); write the value out"
            raise RuleError((Problem("front-matter", message, Span(0, 3, 1, 1)),), source)
        node = yaml.compose(front, yaml.CSafeLoader)
        values = yaml.load(front, yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise RuleError((_yaml_problem(error, source),), source) from None
    except (RecursionError, ValueError) as error:
        message = f"the front matter cannot be read: {error}"
        raise RuleError((Problem("front-matter", message, Span(0, 3, 1, 1)),), source) from None
    if node is None:
        return {}, {}
    if not isinstance(values, dict) or not isinstance(node, yaml.MappingNode):
        message = "the front matter must be keys and values, such as `severity: high`"
        raise RuleError((Problem("front-matter", message, _span(node.start_mark, source)),), source)
    places: dict[str, Span] = {}
    for key_node, _ in node.value:
        if key_node.value in places:
            message = f"the key `{key_node.value}` stands twice in the front matter"
            raise RuleError((Problem("front-matter", message, _span(key_node.start_mark, source)),), source)
        places[key_node.value] = _span(key_node.start_mark, source, key_node.end_mark.column)
    return {str(key): value for key, value in values.items()}, places


def _span(mark: Any, source: Source, end_column: int | None = None) -> Span:
    lines = source.text.split("\n")
    start = sum(len(line) + 1 for line in lines[: mark.line]) + mark.column
    start = min(start, len(source.text))
    width = 1 if end_column is None else max(1, end_column - mark.column)
    return Span(start, start + width, mark.line + 1, mark.column + 1)


def _yaml_problem(error: Any, source: Source) -> Problem:
    mark = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or str(error)
    span = Span(0, 3, 1, 1) if mark is None else _span(mark, source)
    return Problem("front-matter", f"the front matter is no valid YAML: {what}", span)
