"""The prompt of `gsl repl` on a terminal: editing, completion, colours and history, by prompt-toolkit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from gsl.authoring.completing import complete
from gsl.authoring.trying.commands import COMMANDS
from gsl.authoring.trying.lines import is_unfinished
from gsl.authoring.trying.session import Session
from gsl.authoring.unfinished import Word, words_of
from gsl.cli.history import history_file
from gsl.errors import printable
from gsl.language.vocabulary import MEANINGS

if TYPE_CHECKING:
    from prompt_toolkit.document import Document

_LOOKS = {"string": "ansigreen", "regex": "ansigreen", "number": "ansicyan", "comment": "ansibrightblack"}
_KEYWORD = "ansiblue"
_FOLDED = frozenset(each.lower() for each in MEANINGS)
_LONGEST_NAME = 40


def mark_of(session: Session) -> str:
    """What stands before the line: the type at hand."""
    return f"{printable(session.current or 'gsl')[:_LONGEST_NAME]}> "


def choices(session: Session, text: str, cursor: int) -> Iterable[tuple[str, int, str, str]]:
    """What can be written at the cursor: the text, how far before the cursor it goes, a label and a meaning."""
    before = text[:cursor]
    if not before.lstrip().startswith("."):
        for each in complete(text, cursor, session.known, session.current):
            yield each.text, each.start - cursor, each.label, each.meaning
        return
    name, blank, argument = before.lstrip().partition(" ")
    if not blank:
        for command, entry in COMMANDS.items():
            if command.startswith(name):
                yield command, -len(name), entry.usage, entry.doc
    elif name == ".type":
        for each in complete(argument, len(argument), session.known):
            if each.kind == "type":
                yield each.text, each.start - len(argument), each.label, each.meaning


def styled(text: str) -> list[list[tuple[str, str]]]:
    """The lines of a text as pieces, each with its style."""
    pieces: list[tuple[str, str]] = []
    end = 0
    for word in words_of(text):
        pieces += [("", text[end : word.start]), (_style(word), word.text)]
        end = word.end
    lines: list[list[tuple[str, str]]] = [[]]
    for style, piece in [*pieces, ("", text[end:])]:
        first, *more = piece.split("\n")
        lines[-1].append((style, first))
        lines += [[(style, each)] for each in more]
    return lines


def _style(word: Word) -> str:
    keyword = word.kind == "word" and word.text.lower() in _FOLDED
    return _KEYWORD if keyword else _LOOKS.get(word.kind, "")


def prompt_for(session: Session, colored: bool) -> Callable[[], str]:
    """A function that asks for a line. Raises `ImportError` without prompt-toolkit.

    The function raises `KeyboardInterrupt` on Ctrl-C and `EOFError` on Ctrl-D.
    """
    from prompt_toolkit import PromptSession
    from prompt_toolkit.history import FileHistory, InMemoryHistory

    file = history_file()
    asked: Any = PromptSession(
        history=FileHistory(str(file)) if file is not None else InMemoryHistory(),
        completer=_completer(session),
        lexer=_lexer() if colored else None,
        key_bindings=_keys(),
        multiline=True,
        complete_while_typing=False,
        prompt_continuation=lambda width, number, wrapped: "." * (width - 1) + " ",
        enable_history_search=False,
    )
    return lambda: str(asked.prompt(mark_of(session)))


def _completer(session: Session) -> Any:
    from prompt_toolkit.completion import Completer, Completion, PathCompleter
    from prompt_toolkit.document import Document

    paths = PathCompleter(expanduser=False)

    class OfSession(Completer):  # type: ignore[misc]
        def get_completions(self, document: Document, event: Any) -> Iterable[Any]:
            typed = document.text_before_cursor.lstrip()
            if typed.startswith(".load "):
                name = typed.removeprefix(".load ").lstrip()
                yield from paths.get_completions(Document(name, len(name)), event)
                return
            for text, start, label, meaning in choices(session, document.text, document.cursor_position):
                yield Completion(text, start, label, meaning)

    return OfSession()


def _lexer() -> Any:
    from prompt_toolkit.lexers import Lexer

    class OfRules(Lexer):  # type: ignore[misc]
        def lex_document(self, document: Document) -> Callable[[int], list[tuple[str, str]]]:
            lines = styled(document.text)
            return lambda number: lines[number] if number < len(lines) else []

    return OfRules()


def _keys() -> Any:
    """Enter takes a completion that was chosen, begins another line where a bracket is open, else ends the line."""
    from prompt_toolkit.key_binding import KeyBindings

    keys = KeyBindings()

    @keys.add("enter")  # type: ignore[untyped-decorator]
    def _enter(event: Any) -> None:
        buffer = event.current_buffer
        if buffer.complete_state is not None and buffer.complete_state.current_completion is not None:
            buffer.complete_state = None
        elif goes_on(buffer.text) and buffer.document.current_line.strip():
            buffer.insert_text("\n")
        else:
            buffer.validate_and_handle()

    return keys


def goes_on(text: str) -> bool:
    """Whether a line is an expression with an open bracket."""
    return not text.lstrip().startswith(".") and is_unfinished(text)
