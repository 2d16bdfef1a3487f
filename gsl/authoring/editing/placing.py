"""From errors that name lines and columns of a YAML file to notices at offsets of its text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate

from gsl.authoring.checking.table import ERROR
from gsl.authoring.editing.looking import Notice
from gsl.errors import GslError, InputError, InputErrors, RuleError, bounded
from gsl.ruleset.yamltext import Mark

MOST = 200
"""Notices of one file; of more, the first are shown."""

LONGEST = 1024 * 1024
"""Characters of a file that is looked at while it is edited."""

_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"


class Placing:
    """One text, and the notices that are made for it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._begin = len(text) - len(text.removeprefix(_BOM))  # places leave it out
        lines = text[self._begin :].split("\n")
        self._starts = list(accumulate([len(line) + 1 for line in lines], initial=self._begin))

    def notice(self, code: str, message: str, mark: Mark, severity: str = ERROR) -> Notice:
        """A notice at a place."""
        line = max(0, min(mark.line, len(self._starts)) - 1)
        start = min(self._starts[line] + mark.column - 1, len(self.text))
        return self._between(code, message, start, start + mark.length, severity)

    def at_top(self, code: str, message: str, severity: str = ERROR) -> Notice:
        """A notice of the whole file, shown at its first line."""
        first = self.text[self._begin :].split("\n", 1)[0].rstrip()
        return self._between(code, message, self._begin, self._begin + len(first), severity)

    def _between(self, code: str, message: str, start: int, end: int, severity: str) -> Notice:
        end = min(max(end, start + 1), len(self.text))
        return Notice(code, severity, bounded(message), min(start, max(0, end - 1)), end)

    def of_errors(self, errors: Iterable[GslError]) -> Iterator[Notice]:
        """The notices of errors in this text."""
        for error in errors:
            if isinstance(error, InputErrors):
                yield from self.of_errors(error.errors)
            elif isinstance(error, InputError):
                yield self._of_input(error)
            elif isinstance(error, RuleError):
                yield from self._of_rule(error)
            else:
                yield self.at_top("error", str(error))

    def _of_rule(self, error: RuleError) -> Iterator[Notice]:
        """Problems of an expression in the text."""
        for each in error.problems:
            span = each.span
            yield self.notice(each.code, each.message, Mark(span.line, span.column, span.end - span.start))

    def _of_input(self, error: InputError) -> Notice:
        if error.line is None:
            return self.at_top(error.code, error.message)
        return self.notice(error.code, error.message, Mark(error.line, error.column or 1, error.length))


def ordered(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    """Notices in the order of the text, as many as are shown."""
    return tuple(sorted(notices, key=lambda each: (each.start, each.code))[:MOST])
