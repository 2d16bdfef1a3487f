"""The lenses over a rule, worked out in the background: how its tests go, its verdicts on entities of the workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gsl.authoring.editing.counting import Counted, count_verdicts
from gsl.authoring.editing.looking import Look
from gsl.authoring.editing.testing import Tested, tests_beside
from gsl.authoring.language_server.converting import range_of
from gsl.authoring.language_server.documents import Document
from gsl.authoring.testing.finding import test_of
from gsl.language import nodes

if TYPE_CHECKING:
    from lsprotocol import types as protocol

    from gsl.authoring.language_server.session import Session


async def count(session: Session, document: Document, look: Look) -> None:
    """Count the verdicts of a document's rule, and have its lens shown anew."""
    rule = look.rule
    options, lists = session.options, session.knowledge.lists.values
    if not options.entities or rule is None or isinstance(rule.statement, nodes.Placeholder):
        return

    def counted() -> Counted:
        return count_verdicts(
            rule, options.entities, lists, options.now, options.seconds, lambda: document.is_superseded
        )

    found = await session.off_loop(counted, session.counters)
    if not document.is_superseded:
        document.counted, document.is_counted = found, True
        await _show(session)


async def test(session: Session, document: Document, look: Look) -> None:
    """Run the tests beside a document's rule, and have their lens shown."""
    path, seconds = document.path, session.options.seconds
    if path is None or look.rule is None:
        return
    text = session.opened.get(test_of(path))

    def tested() -> Tested | None:
        return tests_beside(path, document.text, text, seconds, lambda: document.is_superseded)

    await show_tested(session, document, await session.off_loop(tested, session.testers))


async def show_tested(session: Session, document: Document, tested: Tested | None) -> None:
    """Have the lens of a rule's tests shown, or taken away."""
    if not document.is_superseded and tested != document.tested:
        document.tested = tested
        await _show(session)


async def _show(session: Session) -> None:
    if _can_refresh(session):
        await session.server.workspace_code_lens_refresh_async(None)


def _can_refresh(session: Session) -> bool:
    workspace = session.server.client_capabilities.workspace
    return bool(workspace and workspace.code_lens and workspace.code_lens.refresh_support)


async def lenses(session: Session, document: Document, params: protocol.CodeLensParams) -> Any:
    """The lenses of a document: its tests; the counts, those from before the change, or that they are being counted."""
    from lsprotocol import types

    look = await session.look(document)
    rule = look.rule
    if rule is None or isinstance(rule.statement, nodes.Placeholder):
        return []
    if not _can_refresh(session) and document.work is not None and not document.work.done():
        import asyncio

        await asyncio.wait([document.work])  # this client does not ask again
    span = rule.statement.target.span
    place = range_of(document.positions, span.start, span.end)
    titles = [document.tested.text] if document.tested is not None else []
    titles += [_title(document)] if session.options.entities else []
    return [types.CodeLens(place, command=types.Command(title, "")) for title in titles]


def _title(document: Document) -> str:
    known = document.counted
    if known is None:
        return "counting ..."
    return known.text if document.is_counted else f"{known.text} (before the change; counting ...)"
