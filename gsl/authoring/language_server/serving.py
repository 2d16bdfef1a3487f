"""The server on two streams: its features by name, and a loop that no fault of a feature ends."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, BinaryIO

from gsl.authoring.editing.counting import Superseded
from gsl.authoring.editing.kinds import FilesNamed, nobody
from gsl.authoring.language_server import across, features, lenses, watching
from gsl.authoring.language_server.documents import Document
from gsl.authoring.language_server.session import Session
from gsl.errors import GslError
from gsl.language.depth import ROOM
from gsl.version import VERSION

if TYPE_CHECKING:
    from pygls.lsp.server import LanguageServer

_REQUEST_FAILED = -32803

OfDocument = Callable[[Session, Document, Any], Awaitable[Any]]

_OF_DOCUMENTS: dict[str, OfDocument] = {
    "textDocument/hover": features.hover,
    "textDocument/completion": features.completion,
    "textDocument/documentSymbol": features.symbols,
    "textDocument/formatting": features.formatting,
    "textDocument/codeAction": features.actions,
    "textDocument/definition": across.definition,
    "textDocument/references": across.references,
    "textDocument/prepareRename": across.can_rename,
    "textDocument/rename": across.rename,
    "textDocument/codeLens": lenses.lenses,
}
"""Requests about one open rule file."""

_OF_WORKSPACE: dict[str, Callable[[Session, Any], Awaitable[Any]]] = {
    "workspace/symbol": across.rules,
    "initialized": watching.initialized,
    "workspace/didChangeConfiguration": watching.configured,
    "workspace/didChangeWatchedFiles": watching.changed,
    "textDocument/didSave": watching.saved,
}
"""What is asked or told of the workspace."""

_AT_ONCE: dict[str, Callable[[Session, Any], None]] = {
    "initialize": watching.begun,
    "textDocument/didOpen": watching.opened,
    "textDocument/didChange": watching.edited,
    "textDocument/didClose": watching.closed,
}
"""What is told of documents, which has to be taken in in order."""


def serve(source: BinaryIO, target: BinaryIO, named: FilesNamed = nobody) -> int:
    """Speak with a client until it says goodbye or is gone. Gives the exit code that the protocol asks for.

    `named` tells which files of a folder are exclusions and frameworks whatever their names.
    """
    if not os.environ.get("GSL_DEBUG"):
        logging.disable(logging.CRITICAL)  # what pygls says of faults are tracebacks
    sys.setrecursionlimit(sys.getrecursionlimit() + ROOM)  # once: threads share it
    server = _server(named)
    from pygls.io_ import StdoutWriter

    server.protocol.set_writer(StdoutWriter(target))
    try:
        asyncio.run(_listen(server, source))
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    except BrokenPipeError:
        return 1
    return 1


def _server(named: FilesNamed) -> LanguageServer:
    from lsprotocol import types
    from pygls.lsp.server import LanguageServer

    server = LanguageServer("gsl", VERSION, text_document_sync_kind=types.TextDocumentSyncKind.Full)
    session = Session(server, named)
    server.report_server_error = lambda error, source: session.report(error)  # type: ignore[method-assign]
    options = _options()
    for name, of_document in _OF_DOCUMENTS.items():
        server.feature(name, options.get(name))(_about_document(session, of_document))
    for name, of_workspace in _OF_WORKSPACE.items():
        server.feature(name, options.get(name))(_about_workspace(session, of_workspace))
    for name, at_once in _AT_ONCE.items():
        server.feature(name)(_told(session, at_once))
    return server


def _options() -> dict[str, Any]:
    from lsprotocol import types

    kinds = [types.CodeActionKind.QuickFix, features.FIX_ALL]
    return {
        "textDocument/completion": types.CompletionOptions(trigger_characters=[".", "$", "~", "^", "'", '"', "(", "["]),
        "textDocument/codeAction": types.CodeActionOptions(code_action_kinds=kinds),
        "textDocument/rename": types.RenameOptions(prepare_provider=True),
        "textDocument/codeLens": types.CodeLensOptions(resolve_provider=False),
    }


async def _answer(session: Session, work: Awaitable[Any]) -> Any:
    """What a feature answers; nothing when it is no longer wanted or fails, and its own message when it refuses."""
    from pygls.exceptions import JsonRpcException

    try:
        return await work
    except Superseded:
        return None
    except GslError as error:
        raise JsonRpcException(str(error), _REQUEST_FAILED) from None
    except Exception as error:
        session.report(error)
        return None


def _about_document(session: Session, feature: OfDocument) -> Callable[[Any], Awaitable[Any]]:
    async def handler(params: Any) -> Any:
        document = session.rule(params.text_document.uri)
        return None if document is None else await _answer(session, feature(session, document, params))

    return handler


def _about_workspace(session: Session, feature: Callable[[Session, Any], Awaitable[Any]]) -> Callable[[Any], Any]:
    async def handler(params: Any) -> Any:
        return await _answer(session, feature(session, params))

    return handler


def _told(session: Session, feature: Callable[[Session, Any], None]) -> Callable[[Any], None]:
    def handler(params: Any) -> None:
        try:
            feature(session, params)
        except Exception as error:
            session.report(error)

    return handler


async def _listen(server: LanguageServer, source: BinaryIO) -> None:
    from pygls.io_ import StdinAsyncReader, run_async

    await run_async(
        stop_event=threading.Event(),
        reader=StdinAsyncReader(source, ThreadPoolExecutor(1)),
        protocol=server.protocol,
        error_handler=server.report_server_error,
    )
