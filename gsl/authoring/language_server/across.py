"""What goes across files: where named lists are given and used, their names, the rules of the workspace."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from gsl.authoring.editing.named_lists import LONGEST, Given
from gsl.authoring.editing.outline import rule_symbol
from gsl.authoring.editing.positions import Positions
from gsl.authoring.editing.renaming import Use, renamed, uses_of
from gsl.authoring.editing.words import lists_in, word_at
from gsl.authoring.editing.workspace import files_in
from gsl.authoring.language_server import converting
from gsl.authoring.language_server.documents import Document
from gsl.authoring.unfinished import Word
from gsl.errors import GslError, UsageError
from gsl.ruleset.loading import read_text

if TYPE_CHECKING:
    from lsprotocol import types as protocol

    from gsl.authoring.language_server.session import Session

_MOST_SYMBOLS = 1000


def _list_at(document: Document, position: protocol.Position) -> Word | None:
    """The named list at a place."""
    return word_at(lists_in(document.text), converting.offset_of(document.positions, position))


def _address(session: Session, file: Path) -> str:
    """A file as the client calls it."""
    open_ones = [each.uri for each in session.documents.values() if each.path == file]
    return open_ones[0] if open_ones else file.as_uri()


def _location(session: Session, file: Path, text: str, start: int, end: int) -> protocol.Location:
    from lsprotocol import types

    return types.Location(_address(session, file), converting.range_of(_positions(session, text), start, end))


def _positions(session: Session, text: str) -> Positions:
    return Positions(text, session.encoding)


def _text_of(session: Session, file: Path) -> str:
    """The text of a file as it is open, or as it is on disk."""
    text = session.opened.get(file)
    return text if text is not None else read_text(file, LONGEST)


async def definition(session: Session, document: Document, params: protocol.DefinitionParams) -> Any:
    """Where a named list is given: its name in a file of lists, or the file that has its values."""
    word = _list_at(document, params.position)
    given = None if word is None else session.knowledge.lists.by_name.get(word.text[1:])
    if given is None:
        return None
    return await session.off_loop(lambda: _defined(session, given))


def _defined(session: Session, given: Given) -> Any:
    file = given.named_in or given.file
    if file is None:
        return None
    try:
        text = _text_of(session, file)
    except GslError:
        return None
    return _location(session, file, text, given.start, given.end)


async def references(session: Session, document: Document, params: protocol.ReferenceParams) -> Any:
    """Each place of a named list in the workspace."""
    word = _list_at(document, params.position)
    if word is None:
        return None
    folders, opened, lists = session.folders, session.opened, session.knowledge.lists

    def found() -> list[Any]:
        texts = files_in(folders, opened, tests=True).texts
        uses = uses_of(word.text[1:], texts, lists)
        if not params.context.include_declaration:
            uses = [each for each in uses if not each.is_key]
        return [_use(session, each, texts.get(each.file)) for each in uses]

    return await session.off_loop(found)


def _use(session: Session, use: Use, text: str | None) -> protocol.Location:
    return _location(session, use.file, text if text is not None else _text_of(session, use.file), use.start, use.end)


async def can_rename(session: Session, document: Document, params: protocol.PrepareRenameParams) -> Any:
    """The name that would be changed; only named lists have one that can be."""
    from lsprotocol import types

    word = _list_at(document, params.position)
    if word is None:
        return None
    place = converting.range_of(document.positions, word.start + 1, word.end)
    return types.PrepareRenamePlaceholder(place, word.text[1:])


async def rename(session: Session, document: Document, params: protocol.RenameParams) -> Any:
    """The edits of all files that give a named list another name. Raises `UsageError` when there can be none."""
    word = _list_at(document, params.position)
    if word is None:
        raise UsageError("only named lists, such as `$Ports`, can be renamed")
    folders, opened, lists = session.folders, session.opened, session.knowledge.lists
    name = word.text[1:]
    given = lists.by_name.get(name)

    def changed() -> Any:
        files = files_in(folders, opened, tests=True)
        if files.cut:
            raise UsageError(f"the list is not renamed, as not all files can be looked at: {files.cut}")
        others = {given.named_in: _text_of(session, given.named_in)} if given and given.named_in else {}
        edits = renamed(name, params.new_name, files.texts, lists, others)
        return _changes(session, edits, {**others, **files.texts})

    result = await session.off_loop(changed)
    if given is not None and given.named_in is None:
        session.say(f"gsl: `{name}` is named in the settings of the editor: rename it there too")
    return result


def _changes(session: Session, edits: Any, texts: Any) -> protocol.WorkspaceEdit:
    from lsprotocol import types

    changes = {
        _address(session, file): converting.edits_of(_positions(session, texts[file]), of_file)
        for file, of_file in edits.items()
    }
    return types.WorkspaceEdit(changes=changes)


async def rules(session: Session, params: protocol.WorkspaceSymbolParams) -> Any:
    """The rules of the workspace whose id or title holds what is asked for."""
    folders, opened = session.folders, session.opened
    wanted = params.query.casefold()

    def found() -> list[Any]:
        result: list[Any] = []
        for file, text in files_in(folders, opened).texts.items():
            symbol = rule_symbol(text, str(file))
            if wanted in f"{symbol.name} {symbol.detail}".casefold():
                result.append(_symbol(session, file, text, symbol))
            if len(result) >= _MOST_SYMBOLS:
                break
        return result

    return await session.off_loop(found)


def _symbol(session: Session, file: Path, text: str, symbol: Any) -> protocol.WorkspaceSymbol:
    from lsprotocol import types

    location = _location(session, file, text, symbol.chosen_start, symbol.chosen_end)
    return types.WorkspaceSymbol(location, symbol.name, types.SymbolKind.Class, container_name=symbol.detail or None)
