"""Comments that keep a finding quiet: `# gsl: ignore[GSL104] reason`, at the end of a line or above it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct, field

from gsl.authoring.checking.findings import Finding
from gsl.authoring.checking.table import CHECKS
from gsl.errors import Span, printable
from gsl.language.vocabulary import did_you_mean

_PIECE = re.compile(
    r"'(?:[^'\\]|\\[\s\S])*'|\"(?:[^\"\\]|\\[\s\S])*\"|regexMatch\s*/(?:[^/\\]|\\[\s\S])*/|(?P<comment>#[^\n]*)",
    re.IGNORECASE,
)
_IGNORE = re.compile(r"#\s*gsl:\s*ignore\b(?:\s*\[(?P<codes>[^\]]*)\])?(?P<reason>.*)", re.IGNORECASE)
_LONGEST_CODE = 40
_MOST = 500
"""Ignore comments of one rule that are looked at."""


class Ignore(Struct, eq=False):
    """One comment. `line` is the line that it is about; `used` are the codes that it kept quiet."""

    span: Span
    line: int
    codes: tuple[str, ...]
    reason: str
    used: set[str] = field(default_factory=set)

    @property
    def counts(self) -> bool:
        """Whether it has an effect."""
        return bool(self.reason)


def ignores_in(text: str) -> list[Ignore]:
    """The ignore comments of a rule's text; front matter must be blanked out."""
    found: list[Ignore] = []
    lines = text.split("\n")
    for piece in _PIECE.finditer(text):
        comment = piece.group("comment")
        match = _IGNORE.match(comment) if comment else None
        if match is not None and len(found) < _MOST:
            span = Span.at(text, piece.start(), piece.end())
            codes = tuple([each.strip().upper() for each in (match.group("codes") or "").split(",") if each.strip()])
            found.append(Ignore(span, _line_of(lines, span), codes, match.group("reason").strip(" \t\r:-")))
    return found


def _line_of(lines: list[str], span: Span) -> int:
    """The line that a comment is about: its own, or the next with anything on it when it stands alone."""
    if lines[span.line - 1][: span.column - 1].strip():
        return span.line
    for number in range(span.line, len(lines)):
        line = lines[number].strip()
        if line and not line.startswith("#"):
            return number + 1
    return span.line


def without_ignored(findings: Iterable[Finding], ignores: list[Ignore]) -> list[Finding]:
    """The findings that no comment keeps quiet."""
    kept = []
    for finding in findings:
        quiet = [
            each for each in ignores if each.counts and each.line == finding.span.line and finding.code in each.codes
        ]
        for each in quiet:
            each.used.add(finding.code)
        if not quiet:
            kept.append(finding)
    return kept


def ignore_findings(ignores: list[Ignore], looked_for: frozenset[str]) -> Iterator[Finding]:
    """What is wrong with the comments themselves."""
    for each in ignores:
        if not each.codes:
            yield Finding("GSL502", "the comment names no code: write `# gsl: ignore[GSL104] reason`", each.span)
            continue
        if not each.reason:
            yield Finding("GSL501", "the comment gives no reason, so it has no effect: write one behind it", each.span)
        for code in each.codes:
            if code not in CHECKS:
                shown = printable(code[:_LONGEST_CODE])
                yield Finding("GSL502", f"there is no check `{shown}`{did_you_mean(code, CHECKS)}", each.span)
            elif each.reason and code in looked_for and code not in each.used:
                yield Finding("GSL503", f"nothing of {code} is found here: the comment can go", each.span)
