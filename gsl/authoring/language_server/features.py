"""What an editor asks about one open rule: hovers, completion, symbols, the layout, things to do about findings."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

from gsl.authoring.editing.front import complete_front
from gsl.authoring.editing.hovering import hover_at
from gsl.authoring.editing.looking import Notice
from gsl.authoring.editing.mending import Mend, mended, mends_at
from gsl.authoring.editing.outline import rule_symbol
from gsl.authoring.editing.words import is_in_front, rule_part
from gsl.authoring.language_server import converting
from gsl.authoring.language_server.documents import Document
from gsl.authoring.language_server.explaining import link_of
from gsl.errors import GslError, RuleError

if TYPE_CHECKING:
    from lsprotocol import types as protocol

    from gsl.authoring.language_server.session import Session

FIX_ALL = "source.fixAll.gsl"

_PATIENCE = 0.1
"""Seconds that a hover waits for findings; without them it tells what it can."""


async def hover(session: Session, document: Document, params: protocol.HoverParams) -> Any:
    """What stands at the cursor."""
    from lsprotocol import types

    known = session.knowledge
    notices: tuple[Notice, ...] = ()
    with contextlib.suppress(TimeoutError):
        notices = (await asyncio.wait_for(session.look(document), _PATIENCE)).notices
    offset = converting.offset_of(document.positions, params.position)
    found = await session.off_loop(lambda: hover_at(document.text, offset, known.shown, known.lists.values, notices))
    if found is None:
        return None
    content = types.MarkupContent(types.MarkupKind.Markdown, found.text)
    return types.Hover(content, converting.range_of(document.positions, found.start, found.end))


async def completion(session: Session, document: Document, params: protocol.CompletionParams) -> Any:
    """What can be written at the cursor, in the order of how likely it is."""
    from lsprotocol import types

    from gsl.authoring.completing import MOST, Known, complete

    offset = converting.offset_of(document.positions, params.position)
    known = Known(session.knowledge.shown, tuple(session.knowledge.lists.by_name))

    def candidates() -> Any:
        if is_in_front(document.text, offset):
            return complete_front(document.text, offset)
        return complete(rule_part(document.text), offset, known)

    found = await session.off_loop(candidates)
    items = [_item(each, number, document, offset) for number, each in enumerate(found)]
    return types.CompletionList(len(found) >= MOST, items)


def _item(candidate: Any, number: int, document: Document, offset: int) -> protocol.CompletionItem:
    from lsprotocol import types

    place = converting.range_of(document.positions, candidate.start, offset)
    return types.CompletionItem(
        candidate.label,
        kind=_kinds().get(candidate.kind, types.CompletionItemKind.Text),
        detail=candidate.kind,
        documentation=candidate.meaning or None,
        filter_text=candidate.text,
        sort_text=f"{number:04}",
        text_edit=types.TextEdit(place, candidate.text),
    )


def _kinds() -> dict[str, Any]:
    from lsprotocol.types import CompletionItemKind as Kind

    return {
        "type": Kind.Class,
        "property": Kind.Property,
        "key": Kind.Property,
        "keyword": Kind.Keyword,
        "operator": Kind.Operator,
        "function": Kind.Function,
        "value": Kind.Value,
        "unit": Kind.Unit,
        "list": Kind.Variable,
        "scope": Kind.Variable,
    }


async def symbols(session: Session, document: Document, params: protocol.DocumentSymbolParams) -> Any:
    """The rule and its parts."""
    look = await session.look(document)
    found = await session.off_loop(lambda: rule_symbol(document.text, document.name, look))
    return [converting.symbol_of(found, document.positions)]


async def formatting(session: Session, document: Document, params: protocol.DocumentFormattingParams) -> Any:
    """The edit that brings the file into the one layout; none while it does not parse."""
    from gsl.authoring.formatting import format_text

    try:
        text = await session.off_loop(lambda: format_text(document.text, document.name))
    except RuleError:
        return []  # the diagnostics say what is wrong
    except GslError as error:
        session.say(str(error))
        return []
    return converting.edits_of(document.positions, converting.difference(document.text, text))


async def actions(session: Session, document: Document, params: protocol.CodeActionParams) -> Any:
    """What can be done about the findings of a stretch of the text."""
    only = params.context.only
    look = await session.look(document)
    start = converting.offset_of(document.positions, params.range.start)
    end = converting.offset_of(document.positions, params.range.end)
    found: list[Any] = []
    if _wanted("quickfix", only):
        mends = await session.off_loop(
            lambda: mends_at(look, start, end, lambda text: session.look_again(document, text))
        )
        found += [_action(each, document, session.options.documentation) for each in mends]
    if only is not None and _wanted(FIX_ALL, only):
        settings = session.knowledge.settings
        text = await session.off_loop(lambda: mended(look, settings))
        found += _fix_all(document, text)
    return found


def _wanted(kind: str, only: Any) -> bool:
    return only is None or any([kind == each or kind.startswith(f"{each}.") for each in only])


def _change(document: Document, edits: Any) -> protocol.WorkspaceEdit:
    from lsprotocol import types

    return types.WorkspaceEdit(changes={document.uri: converting.edits_of(document.positions, edits)})


def _action(mend: Mend, document: Document, documentation: str | None) -> protocol.CodeAction:
    from lsprotocol import types

    link = link_of(mend.notice.code, documentation)
    return types.CodeAction(
        mend.title,
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[converting.diagnostic_of(mend.notice, document.positions, link)],
        is_preferred=True if mend.is_safe else None,
        edit=_change(document, mend.edits),
    )


def _fix_all(document: Document, text: str) -> list[protocol.CodeAction]:
    from lsprotocol import types

    edits = converting.difference(document.text, text)
    if not edits:
        return []
    return [types.CodeAction("Mend what is safe to mend", kind=FIX_ALL, edit=_change(document, edits))]
