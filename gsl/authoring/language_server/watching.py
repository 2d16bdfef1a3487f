"""What a client tells: texts that are opened, edited and closed, new options, files that changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from gsl.authoring.editing.kinds import kind_of, patterns
from gsl.authoring.editing.options import KEYS
from gsl.authoring.language_server.documents import Document

if TYPE_CHECKING:
    from lsprotocol import types as protocol

    from gsl.authoring.language_server.session import Session

SECTION = "gsl"
_CONFIGURATION = ".toml"
_WATCHED = "**/*.{gsl,json,jsonl,ndjson,gz,zst,parquet,csv,yaml,yml,txt,toml}"


def begun(session: Session, params: protocol.InitializeParams) -> None:
    """The client has come, perhaps with options."""
    session.begun = params.initialization_options


def opened(session: Session, params: protocol.DidOpenTextDocumentParams) -> None:
    """A text was opened."""
    item = params.text_document
    session.close(item.uri)
    session.put(Document(item.uri, item.version, item.text, item.language_id, session.encoding))


def edited(session: Session, params: protocol.DidChangeTextDocumentParams) -> None:
    """A text was changed; it comes whole."""
    before = session.documents.get(params.text_document.uri)
    if before is None or not params.content_changes:
        return
    text = params.content_changes[-1].text
    session.put(before.with_text(text, params.text_document.version))


def closed(session: Session, params: protocol.DidCloseTextDocumentParams) -> None:
    """A text was closed."""
    session.close(params.text_document.uri)


async def saved(session: Session, params: protocol.DidSaveTextDocumentParams) -> None:
    """A text was saved; of interest is one that the options or the tests name."""
    document = session.documents.get(params.text_document.uri)
    if document is None or session.kind(document) is None:
        session.learn_again()


async def initialized(session: Session, params: Any) -> None:
    """The client is ready: it is asked for its options, and to tell of files that change."""
    session.configure(await _asked(session))
    await _watch(session)
    await _follow(session)


async def configured(session: Session, params: protocol.DidChangeConfigurationParams) -> None:
    """The options changed."""
    told = params.settings.get(SECTION) if isinstance(params.settings, dict) else None
    session.configure(await _asked(session) if told is None else _ours(told))
    await _follow(session)


async def changed(session: Session, params: protocol.DidChangeWatchedFilesParams) -> None:
    """Files changed on disk: what was read of them is read anew."""
    from pygls.uris import to_fs_path

    paths = [Path(path) for path in [to_fs_path(each.uri) for each in params.changes] if path]
    session.look_beside(paths)
    if any([path.suffix == _CONFIGURATION for path in paths]):
        session.name_again()
        await _follow(session)
    elif any([kind_of(path, session.options) is None for path in paths]):
        session.learn_again()


async def _asked(session: Session) -> Any:
    """The options: those that the client began with, or else those of its configuration."""
    from lsprotocol import types

    workspace = session.server.client_capabilities.workspace
    if session.begun is None and workspace is not None and workspace.configuration:
        items = [types.ConfigurationItem(section=SECTION)]
        found = await session.server.workspace_configuration_async(types.ConfigurationParams(items))
        return _ours(found[0]) if found else None
    return session.begun


def _ours(told: Any) -> Any:
    """What of a section of settings is for the server; the client may have some of its own there."""
    return {key: each for key, each in told.items() if key in KEYS} if isinstance(told, dict) else told


async def _watch(session: Session) -> None:
    from lsprotocol import types

    workspace = session.server.client_capabilities.workspace
    watched = None if workspace is None else workspace.did_change_watched_files
    if watched is None or not watched.dynamic_registration:
        return
    options = types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher(_WATCHED)])
    registration = types.Registration("gsl-files", "workspace/didChangeWatchedFiles", options)
    await session.server.client_register_capability_async(types.RegistrationParams([registration]))


async def _follow(session: Session) -> None:
    """Ask to be told of the YAML files that gsl knows, where the client was not told so itself.

    Only texts and their changes are asked for: all else of YAML is left to the editor.
    """
    from lsprotocol import types

    document = session.server.client_capabilities.text_document
    synchronization = None if document is None else document.synchronization
    wanted = patterns(session.options)
    if synchronization is None or not synchronization.dynamic_registration or wanted == session.followed:
        return
    methods = [f"textDocument/{each}" for each in ("didOpen", "didChange", "didClose", "didSave")]
    if session.followed:
        old = [types.Unregistration(f"gsl-{method}", method) for method in methods]
        await session.server.client_unregister_capability_async(types.UnregistrationParams(old))
    session.followed = wanted
    selector: list[types.DocumentFilter] = [types.TextDocumentFilterPattern(each, scheme="file") for each in wanted]
    full = types.TextDocumentChangeRegistrationOptions(types.TextDocumentSyncKind.Full, selector)
    plain = types.TextDocumentRegistrationOptions(selector)
    new = [types.Registration(f"gsl-{each}", each, full if "Change" in each else plain) for each in methods]
    await session.server.client_register_capability_async(types.RegistrationParams(new))
