"""Open files beside rules: what is wrong with them, and how the tests of rules go."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from gsl.authoring.editing.governing import look_at_governing
from gsl.authoring.editing.kinds import RULE, TESTS
from gsl.authoring.editing.testing import Tested, look_at_tests, run_cases
from gsl.authoring.language_server.documents import Document
from gsl.authoring.testing.finding import rule_of, test_of

if TYPE_CHECKING:
    from gsl.authoring.language_server.session import Session

_PATIENCE = 0.5
"""Seconds that findings wait for the cases, so that they do not come and go."""


async def refresh(session: Session, document: Document, path: Path, kind: str) -> None:
    """Say what is wrong with a file that is no rule."""
    if kind == TESTS:
        await _refresh_tests(session, document, path)
        return
    lists = session.knowledge.lists.by_name if session.options.lists else None
    session.publish(document, await session.off_loop(lambda: look_at_governing(document.text, path, kind, lists)))


async def _refresh_tests(session: Session, document: Document, path: Path) -> None:
    from gsl.authoring.language_server.lenses import show_tested

    rule_text = session.opened.get(rule_of(path))

    def is_superseded() -> bool:
        return document.is_superseded

    look = await session.off_loop(lambda: look_at_tests(document.text, path, rule_text, is_superseded))
    seconds = session.options.seconds

    def run() -> Tested | None:
        return run_cases(look, seconds, is_superseded)

    running = asyncio.ensure_future(session.off_loop(run, session.testers))
    done, _ = await asyncio.wait([running], timeout=_PATIENCE)
    if not done:
        session.publish(document, look.notices)
    tested = await running
    session.publish(document, look.notices if tested is None else tested.notices)
    for rule in [each for each in session.documents.values() if each.is_rule and each.path == rule_of(path)]:
        await show_tested(session, rule, tested)


def beside(session: Session, files: Iterable[Path]) -> list[Document]:
    """The open tests of rule files, and the open rules of test files."""
    wanted = {*files}
    return [
        each
        for each in session.documents.values()
        if each.path is not None and _partner(session, each, each.path) in wanted
    ]


def _partner(session: Session, document: Document, path: Path) -> Path | None:
    kind = session.kind(document)
    return rule_of(path) if kind == TESTS else test_of(path) if kind == RULE else None
