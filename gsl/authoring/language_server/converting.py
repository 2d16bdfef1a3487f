"""From plain offsets, notices and edits to what the protocol has for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from gsl.authoring.checking.findings import Edit
from gsl.authoring.checking.table import ERROR, NOTE
from gsl.authoring.editing.looking import Notice
from gsl.authoring.editing.outline import Symbol
from gsl.authoring.editing.positions import Positions

if TYPE_CHECKING:
    from lsprotocol.types import Diagnostic, DocumentSymbol, Position, Range, TextEdit

SOURCE = "gsl"


def range_of(positions: Positions, start: int, end: int) -> Range:
    """A stretch of a text."""
    from lsprotocol import types

    return types.Range(types.Position(*positions.place(start)), types.Position(*positions.place(end)))


def offset_of(positions: Positions, position: Position) -> int:
    """Where a position is in a text."""
    return positions.offset(position.line, position.character)


def edits_of(positions: Positions, edits: Iterable[Edit]) -> list[TextEdit]:
    """Edits of a text."""
    from lsprotocol import types

    return [types.TextEdit(range_of(positions, each.start, each.end), each.text) for each in edits]


def difference(before: str, after: str) -> list[Edit]:
    """The one edit that makes a text another, without the lines that both begin and end with."""
    if before == after:
        return []
    start = 0
    for one, other in zip(before.splitlines(True), after.splitlines(True)):
        if one != other:
            break
        start += len(one)
    end = 0
    for one, other in zip(reversed(before[start:].splitlines(True)), reversed(after[start:].splitlines(True))):
        if one != other:
            break
        end += len(one)
    return [Edit(start, len(before) - end, after[start : len(after) - end])]


def diagnostic_of(notice: Notice, positions: Positions, link: str | None) -> Diagnostic:
    """A notice; `link` is the page that explains it."""
    from lsprotocol import types

    severities = {ERROR: types.DiagnosticSeverity.Error, NOTE: types.DiagnosticSeverity.Information}
    return types.Diagnostic(
        range_of(positions, notice.start, notice.end),
        notice.message,
        severity=severities.get(notice.severity, types.DiagnosticSeverity.Warning),
        code=notice.code,
        code_description=None if link is None else types.CodeDescription(link),
        source=SOURCE,
    )


def symbol_of(symbol: Symbol, positions: Positions, depth: int = 0) -> DocumentSymbol:
    """A rule or a part of one."""
    from lsprotocol import types

    return types.DocumentSymbol(
        symbol.name,
        types.SymbolKind.Class if depth == 0 else types.SymbolKind.Property,
        range_of(positions, symbol.start, symbol.end),
        range_of(positions, symbol.chosen_start, symbol.chosen_end),
        detail=symbol.detail or None,
        children=[symbol_of(each, positions, depth + 1) for each in symbol.inside],
    )
