"""An editor for tests: the real `gsl lsp` in a process of its own, spoken to with pygls' client."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.client import LanguageClient

PATIENCE = 30.0


class Editor:
    """A client with one folder open. What the server sends is kept in lists."""

    def __init__(
        self,
        folder: Path,
        options: Any = None,
        refresh: bool = True,
        settings: Any = None,
        encodings: tuple[str, ...] = (),
        follows: bool = False,
        command: tuple[str, ...] = ("-m", "gsl", "lsp", "--stdio"),
    ) -> None:
        self.folder = folder
        self.encodings = encodings
        self.command = command
        self.options = options
        self.refresh = refresh
        self.settings = settings
        self.client = LanguageClient("test-editor", "1")
        self.published: list[types.PublishDiagnosticsParams] = []
        self.messages: list[str] = []
        self.logged: list[str] = []
        self.faults: list[str] = []
        self.refreshes = 0
        self.follows = follows
        self.followed: dict[str, list[str]] = {}
        self.versions: dict[str, int] = {}
        self.result: types.InitializeResult | None = None
        self._listen()

    def _listen(self) -> None:
        def published(params: types.PublishDiagnosticsParams) -> None:
            self.published.append(params)

        def logged(params: types.LogMessageParams) -> None:
            (self.faults if params.type is types.MessageType.Error else self.logged).append(params.message)

        def refreshed(params: None) -> None:
            self.refreshes += 1

        def registered(params: types.RegistrationParams) -> None:
            for each in params.registrations:
                chosen = each.register_options["documentSelector"]  # type: ignore[index]
                self.followed[each.method] = [item["pattern"] for item in chosen]

        def unregistered(params: types.UnregistrationParams) -> None:
            for each in params.unregisterations:
                del self.followed[each.method]

        handlers: dict[str, Any] = {
            "client/registerCapability": registered,
            "client/unregisterCapability": unregistered,
            "textDocument/publishDiagnostics": published,
            "window/logMessage": logged,
            "window/showMessage": lambda params: self.messages.append(params.message),
            "workspace/codeLens/refresh": refreshed,
            "workspace/configuration": lambda params: [self.settings for _ in params.items],
        }
        for name, handler in handlers.items():
            self.client.feature(name)(handler)

    async def __aenter__(self) -> Editor:
        await self.client.start_io(sys.executable, *self.command)
        workspace = types.WorkspaceClientCapabilities(
            configuration=self.settings is not None,
            code_lens=types.CodeLensWorkspaceClientCapabilities(refresh_support=self.refresh),
        )
        params = types.InitializeParams(
            types.ClientCapabilities(
                workspace=workspace,
                text_document=types.TextDocumentClientCapabilities(
                    synchronization=types.TextDocumentSyncClientCapabilities(dynamic_registration=self.follows)
                ),
                general=types.GeneralClientCapabilities(position_encodings=list(self.encodings) or None),
            ),
            process_id=os.getpid(),
            root_uri=self.folder.as_uri(),
            initialization_options=self.options,
        )
        self.result = await self.client.initialize_async(params)
        self.client.initialized(types.InitializedParams())
        return self

    async def __aexit__(self, *error: object) -> None:
        if self.process.returncode is None:
            await asyncio.wait_for(self.client.shutdown_async(None), PATIENCE)
            self.client.exit(None)
        await asyncio.wait_for(self.process.wait(), PATIENCE)
        await self.client.stop()  # type: ignore[no-untyped-call]

    async def settle(self) -> None:
        """Wait until the server has read what its options name."""
        await self.until(lambda: self.logged)

    @property
    def process(self) -> asyncio.subprocess.Process:
        """The server."""
        process = self.client._server
        assert process is not None
        return process

    def uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def open(self, name: str, text: str | None = None, language: str = "gsl") -> str:
        """Open a file, as it is on disk when no text is given; gives its address."""
        uri = name if ":" in name else self.uri(name)
        text = (self.folder / name).read_bytes().decode("utf-8") if text is None else text
        self.versions[uri] = 1
        item = types.TextDocumentItem(uri, language, 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return uri

    def change(self, uri: str, text: str) -> int:
        """Replace the text; gives its version."""
        self.versions[uri] += 1
        document = types.VersionedTextDocumentIdentifier(self.versions[uri], uri)
        change = types.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))
        return self.versions[uri]

    def close(self, uri: str) -> None:
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))

    async def until(self, holds: Callable[[], Any]) -> Any:
        """Wait for something; gives it."""
        deadline = time.monotonic() + PATIENCE
        while not (found := holds()):
            assert time.monotonic() < deadline, "it never came"
            await asyncio.sleep(0.005)
        return found

    async def diagnostics(self, uri: str) -> list[types.Diagnostic]:
        """What is said of the present version of a file."""

        def latest() -> types.PublishDiagnosticsParams | None:
            found = [each for each in self.published if each.uri == uri and each.version == self.versions[uri]]
            return found[-1] if found else None

        found: types.PublishDiagnosticsParams = await self.until(latest)
        return list(found.diagnostics)

    async def hover(self, uri: str, line: int, character: int) -> str:
        """The text of a hover; empty when there is none."""
        found = await self.client.text_document_hover_async(types.HoverParams(*place(uri, line, character)))
        if found is None:
            return ""
        assert isinstance(found.contents, types.MarkupContent)
        return found.contents.value

    async def completion(self, uri: str, line: int, character: int) -> list[types.CompletionItem]:
        params = types.CompletionParams(*place(uri, line, character))
        found = await self.client.text_document_completion_async(params)
        assert isinstance(found, types.CompletionList)
        return list(found.items)

    async def lenses(self, uri: str) -> list[str]:
        """The titles of the lenses."""
        params = types.CodeLensParams(types.TextDocumentIdentifier(uri))
        found = await self.client.text_document_code_lens_async(params)
        return [each.command.title for each in found or [] if each.command is not None]

    async def counted(self, uri: str, wanted: str) -> None:
        """Wait for a lens."""
        deadline = time.monotonic() + PATIENCE
        while (found := await self.lenses(uri)) != [wanted]:
            assert time.monotonic() < deadline, found
            await asyncio.sleep(0.02)

    async def actions(self, uri: str, line: int, start: int, end: int, only: Any = None) -> list[types.CodeAction]:
        stretch = types.Range(types.Position(line, start), types.Position(line, end))
        context = types.CodeActionContext([], only=only)
        params = types.CodeActionParams(types.TextDocumentIdentifier(uri), stretch, context)
        found = await self.client.text_document_code_action_async(params)
        return [each for each in found or [] if isinstance(each, types.CodeAction)]


def place(uri: str, line: int, character: int) -> tuple[types.TextDocumentIdentifier, types.Position]:
    """A place in a document, as requests begin with it."""
    return types.TextDocumentIdentifier(uri), types.Position(line, character)


def applied(text: str, edits: Any) -> str:
    """A text after edits as the protocol has them; characters count in UTF-16."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line.encode("utf-16-le")) // 2 + 1)
    units = text.encode("utf-16-le")

    def offset(position: types.Position) -> int:
        return 2 * (starts[position.line] + position.character)

    for edit in sorted(edits, key=lambda each: offset(each.range.start), reverse=True):
        units = units[: offset(edit.range.start)] + edit.new_text.encode("utf-16-le") + units[offset(edit.range.end) :]
    return units.decode("utf-16-le")


def editing(folder: Path, steps: Callable[[Editor], Awaitable[None]], options: Any = None, **given: Any) -> Editor:
    """Let an editor with a folder open go through some steps."""

    async def run() -> Editor:
        async with Editor(folder, options, **given) as editor:
            await steps(editor)
        return editor

    return asyncio.run(run())
