"""Lines and columns of stretches of a text, as the outputs give them."""

from __future__ import annotations

from gsl.errors import Span


def span_record(start: int, end: int, text: str) -> dict[str, int]:
    """Where a stretch begins and ends, from 1; the end is the column after its last character."""
    first, last = Span.at(text, start), Span.at(text, end)
    return {"line": first.line, "column": first.column, "endLine": last.line, "endColumn": last.column}
