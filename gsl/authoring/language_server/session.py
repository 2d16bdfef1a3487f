"""One client: its open documents, what is known of its workspace, and the work that goes on behind its back."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from gsl.authoring.editing.counting import Superseded
from gsl.authoring.editing.kinds import RULE, FilesNamed, kind_of, nobody, with_named
from gsl.authoring.editing.knowledge import NOTHING, Knowledge, learn
from gsl.authoring.editing.looking import Look, Notice, look_at
from gsl.authoring.editing.options import EditorOptions, options_from
from gsl.authoring.language_server.beside import beside, refresh
from gsl.authoring.language_server.converting import diagnostic_of
from gsl.authoring.language_server.documents import Document
from gsl.authoring.language_server.explaining import link_of

if TYPE_CHECKING:
    from lsprotocol.types import MessageType
    from pygls.lsp.server import LanguageServer

Result = TypeVar("Result")

QUIET = 0.15
"""Seconds without a change after which a text is looked at."""

_STACK = 64 * 1024 * 1024
"""Bytes for the stack of each thread: rules may be deep."""


class Session:
    """What the server remembers. Everything but `off_loop` work happens in the loop's thread."""

    def __init__(self, server: LanguageServer, named: FilesNamed = nobody) -> None:
        self.server = server
        self._named = named
        self.followed: list[str] = []
        self.documents: dict[str, Document] = {}
        self.options = self._given = EditorOptions(Path.cwd())
        self.begun: Any = None
        self.knowledge: Knowledge = NOTHING
        threading.stack_size(_STACK)
        self._workers = ThreadPoolExecutor(2, "gsl-look")
        self.counters = ThreadPoolExecutor(1, "gsl-count")
        self.testers = ThreadPoolExecutor(1, "gsl-test")
        self._learners = ThreadPoolExecutor(1, "gsl-learn")
        self._learning: asyncio.Task[None] | None = None

    # --- work off the loop ----------------------------------------------------------------------

    async def off_loop(self, call: Callable[[], Result], pool: ThreadPoolExecutor | None = None) -> Result:
        """What a call gives that may take long, made in a thread."""
        return await asyncio.get_running_loop().run_in_executor(pool or self._workers, call)

    async def look(self, document: Document) -> Look:
        """The look at a version of a text, taken once. Raises `Superseded` when nobody wants it any more."""
        if document.looking is None:
            document.looking = asyncio.ensure_future(self.off_loop(lambda: self.look_again(document, document.text)))
        return await asyncio.shield(document.looking)

    def look_again(self, document: Document, text: str) -> Look:
        """A look at a text in the place of a document's, made in the thread of the caller."""
        if document.is_superseded:
            raise Superseded
        known = self.knowledge
        lists = known.lists.by_name if self.options.lists else None
        return look_at(text, document.name, known.settings, lists)

    def start(self, work: Awaitable[None]) -> asyncio.Task[None]:
        """Let something go on; what goes wrong in it is said, and ends nothing else."""

        async def guarded() -> None:
            try:
                await work
            except Superseded:
                pass
            except Exception as error:
                self.report(error)

        return asyncio.ensure_future(guarded())

    # --- documents ------------------------------------------------------------------------------

    def put(self, document: Document) -> None:
        """Take a new version of a text in, and look at it when the author pauses."""
        self._look_later(document)
        if document.is_rule and document.path is not None:
            self.look_beside([document.path])

    def look_beside(self, files: list[Path]) -> None:
        """Look again at the open tests of rule files that have changed, and at the open rules of such test files."""
        for each in beside(self, files):
            self._look_later(each.with_text(each.text, each.version))

    def _look_later(self, document: Document) -> None:
        self.documents[document.uri] = document
        if self.kind(document) is not None:
            document.work = self.start(self._refresh(document))
        elif document.is_told_of:  # the options said what it is, and do so no more
            self._publish(document.uri, document.version, [])

    def close(self, uri: str) -> None:
        """Forget a document, and take back what was said of it."""
        document = self.documents.pop(uri, None)
        if document is not None:
            document.drop()
            if document.is_told_of:
                self._publish(uri, None, [])
            if document.path is not None:
                self.look_beside([document.path])

    def rule(self, uri: str) -> Document | None:
        """The open rule file of an address."""
        document = self.documents.get(uri)
        return document if document is not None and document.is_rule else None

    def kind(self, document: Document) -> str | None:
        """What a document is; `None` for one that gsl has nothing to say of."""
        if document.is_rule:
            return RULE
        return None if document.path is None else kind_of(document.path, self.options)

    async def _refresh(self, document: Document) -> None:
        from gsl.authoring.language_server.lenses import count, test

        await asyncio.sleep(QUIET)
        kind = self.kind(document)
        if kind != RULE and kind is not None and document.path is not None:
            await refresh(self, document, document.path, kind)
            return
        look = await self.look(document)
        self.publish(document, look.notices)
        if not document.is_superseded:
            await asyncio.gather(test(self, document, look), count(self, document, look))

    def publish(self, document: Document, notices: tuple[Notice, ...]) -> None:
        """Say what there is to say of a version of a text, unless there is a newer one."""
        if document.is_superseded:
            return
        documentation = self.options.documentation
        found = [diagnostic_of(each, document.positions, link_of(each.code, documentation)) for each in notices]
        self._publish(document.uri, document.version, found)
        document.is_told_of = True

    def _publish(self, uri: str, version: int | None, found: list[Any]) -> None:
        from lsprotocol import types

        self.server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found, version=version))

    # --- the workspace --------------------------------------------------------------------------

    @property
    def folders(self) -> list[Path]:
        """The folders of the workspace."""
        from pygls.uris import to_fs_path

        uris = list(self.server.workspace.folders) or [self.server.workspace.root_uri]
        paths = [to_fs_path(uri) for uri in uris if uri]
        return [Path(path) for path in paths if path]

    @property
    def encoding(self) -> str:
        """The units in which the client counts characters."""
        return str(getattr(self.server.workspace.position_encoding, "value", self.server.workspace.position_encoding))

    @property
    def opened(self) -> dict[Path, str]:
        """The texts that are open, by their files."""
        return {each.path: each.text for each in self.documents.values() if each.path is not None}

    def configure(self, given: Any) -> None:
        """Take new options in, and look at everything anew."""
        root = next(iter(self.folders), Path.cwd())
        self._given, faults = options_from(given, root)
        for fault in faults:
            self.say(f"gsl: {fault}")
        self.name_again()

    def name_again(self) -> None:
        """Ask anew which files are named elsewhere, and look at everything anew."""
        self.options = with_named(self._given, self._named)
        self.learn_again()

    def learn_again(self) -> None:
        """Read anew what the options name."""
        if self._learning is not None:
            self._learning.cancel()
        self._learning = self.start(self._learn())

    async def _learn(self) -> None:
        from lsprotocol import types

        options = self.options
        knowledge = await self.off_loop(lambda: learn(options), self._learners)
        if options is not self.options:
            return
        for fault in knowledge.faults:
            if fault not in self.knowledge.faults:
                self.say(f"gsl: {fault}")
        self.knowledge = knowledge
        self._log(types.MessageType.Info, f"gsl: {knowledge.summary}")
        for document in list(self.documents.values()):
            self._look_later(document.with_text(document.text, document.version))

    # --- messages -------------------------------------------------------------------------------

    def say(self, message: str) -> None:
        """Show the author a warning."""
        from lsprotocol import types

        self.server.window_show_message(types.ShowMessageParams(types.MessageType.Warning, message))

    def report(self, error: BaseException) -> None:
        """Note a fault of the server in the client's log, in one line."""
        import os
        import sys
        import traceback

        from lsprotocol import types

        from gsl.errors import bounded

        if os.environ.get("GSL_DEBUG"):
            traceback.print_exception(error, file=sys.stderr)
        message = bounded(f"gsl: error[internal]: {type(error).__name__}: {error}")
        self._log(types.MessageType.Error, message)

    def _log(self, kind: MessageType, message: str) -> None:
        from lsprotocol import types

        self.server.window_log_message(types.LogMessageParams(kind, message))
