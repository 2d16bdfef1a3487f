"""The commands that begin with a dot, and what is answered to any line at all."""

from __future__ import annotations

import json
from collections.abc import Callable

import attrs
from msgspec.structs import replace

from gsl.authoring.explaining import explain, explanation_text
from gsl.authoring.trying.session import MOST_SHOWN, Session
from gsl.authoring.trying.telling import Paint, line_of, plain, told, went_wrong
from gsl.errors import GslError, UsageError, printable
from gsl.language.vocabulary import did_you_mean
from gsl.results.masking import Secrets, bounded_copy
from gsl.ruleset.options import instant_of

MOST_LINES = 200
_MOST_PARTS = 2_000
_LONGEST_TOLD = 160


@attrs.frozen
class Reply:
    """What is answered to a line; `wrong` when it is an error, `ends` when the session is over."""

    text: str
    wrong: bool = False
    ends: bool = False


@attrs.frozen
class Command:
    """One dot command: how it is written, what it does, and the function that does it."""

    usage: str
    doc: str
    run: Callable[[Session, str, Paint], Reply]


def reply_to(session: Session, line: str, paint: Paint = plain) -> Reply:
    """The answer to a line: a dot command, the name of a type, or an expression. Raises nothing of gsl's own."""
    text = line.strip()
    try:
        if not text or (text.startswith("#") and "\n" not in text):
            return Reply("")
        if text.startswith("."):
            return _run_command(session, text, paint)
        if session.is_type(text):
            return _type(session, text, paint)
        if text in _MEANT and not session.has_property(text):
            raise UsageError(f"there is no property `{text}`; did you mean `{_MEANT[text]}`?")
        answer = session.ask(line)
        return Reply(told(answer, paint), went_wrong(answer))
    except GslError as error:
        message = str(error) if "error[" in str(error) else f"error: {error}"
        return Reply("\n".join([printable(each) for each in message.split("\n")]) + "\n", True)


_MEANT = {"help": ".help", "quit": ".quit", "exit": ".quit", "q": ".quit"}


def _run_command(session: Session, text: str, paint: Paint) -> Reply:
    name, _, argument = text.partition(" ")
    command = COMMANDS.get(name.lower())
    if command is None:
        raise UsageError(f"there is no command `{name}`{did_you_mean(name, COMMANDS) or '.'} `.help` lists them")
    return command.run(session, argument.strip(), paint)


def _cut(text: str) -> str:
    """A text of bounded length, without anything that drives a terminal."""
    lines = text.rstrip("\n").split("\n")
    shown = [line_of(each) for each in lines[:MOST_LINES]]
    if lines[MOST_LINES:]:
        shown.append(f"and {len(lines) - MOST_LINES:,} more lines")
    return "\n".join(shown) + "\n"


def _help(session: Session, argument: str, paint: Paint) -> Reply:
    named = COMMANDS.get(f".{argument.removeprefix('.')}") if argument else None
    if argument and named is None:
        raise UsageError(f"there is no command `.{argument.removeprefix('.')}`; `.help` lists them")
    chosen = [named] if named is not None else list(COMMANDS.values())
    width = max([len(each.usage) for each in COMMANDS.values()])
    lines = [f"  {each.usage.ljust(width)}  {each.doc}" for each in chosen]
    if named is None:
        lines = [*_WRITTEN, *lines, *_KEYS]
    return Reply("\n".join(lines) + "\n")


_WRITTEN = (
    "Write an expression to see which entities it selects, and why:",
    "  mfaActive = false                       a condition, on the type at hand",
    "  firstAccessKey.lastRotated              a value, of each entity of that type",
    "  IamUser should have mfaActive = true    a whole rule; its type is then the one at hand",
    "",
    "Commands:",
)
_KEYS = (
    "",
    "An open bracket goes on in the next line. Tab completes, Ctrl-C gives a line or an evaluation up, Ctrl-D ends.",
)


def _types(session: Session, argument: str, paint: Paint) -> Reply:
    if not session.types:
        return Reply("there are no entities: .load FILE takes some in\n")
    width = max([len(f"{count:,}") for count in session.types.values()])
    rows = [
        f"{'*' if name == session.current else ' '} {count:>{width},}  {name}" for name, count in session.types.items()
    ]
    return Reply(_cut("\n".join(rows)))


def _type(session: Session, argument: str, paint: Paint) -> Reply:
    if argument:
        session.choose(argument)
    if session.current is None:
        return Reply("no type is chosen: .type T chooses one\n")
    return Reply(line_of(f"{session.current}: {_held(session)} at hand") + "\n")


def _held(session: Session) -> str:
    count = session.counts[session.current or ""]
    return f"{count:,} {'entity' if count == 1 else 'entities'}"


def _show(session: Session, argument: str, paint: Paint) -> Reply:
    subject = session.named(argument or "1").subject
    copy = bounded_copy(subject.root.value, "", Secrets(subject.root.value, subject.entity.secrets), _MOST_PARTS)
    return Reply(_cut(json.dumps(copy, ensure_ascii=False, indent=2)))


def _explain(session: Session, argument: str, paint: Paint) -> Reply:
    found = session.named(argument or "1")
    if found.rule is None:
        raise UsageError("there is nothing to explain yet: write an expression first")
    made = explain(found.rule, found.subject.root, found.subject.run)
    return Reply(_cut(explanation_text(made, f"{found.rule.entity_type} {found.subject.label}")))


def _load(session: Session, argument: str, paint: Paint) -> Reply:
    if not argument:
        raise UsageError(".load takes the name of an entity file or folder")
    count, said = session.load(argument)
    lines = [
        line_of(f"{f'{each.location}: ' if each.location else ''}{each.level}[{each.code}]: {each.message}")
        for each in said[:_MOST_SAID]
    ]
    if said[_MOST_SAID:]:
        lines.append(f"and {len(said) - _MOST_SAID} more messages")
    lines.append(f"{count:,} {'entity' if count == 1 else 'entities'} from {line_of(argument)}")
    return Reply("\n".join(lines) + "\n", any([each.level == "error" for each in said]))


_MOST_SAID = 10


def _limit(session: Session, argument: str, paint: Paint) -> Reply:
    if argument:
        if not (argument.isascii() and argument.isdigit() and len(argument) < 6 and int(argument) <= MOST_SHOWN):
            raise UsageError(f".limit takes a number up to {MOST_SHOWN}, not `{argument[:_LONGEST_TOLD]}`")
        session.limit = int(argument)
    return Reply(f"answers list up to {session.limit} entities\n")


def _now(session: Session, argument: str, paint: Paint) -> Reply:
    if argument:
        session.options = replace(session.options, now=instant_of(argument))
    return Reply(f"now is {session.options.now_text}\n")


def _quit(session: Session, argument: str, paint: Paint) -> Reply:
    return Reply("", ends=True)


COMMANDS = {
    ".help": Command(".help [COMMAND]", "Say what can be written here, or what one command does.", _help),
    ".types": Command(".types", "List the types of the entities; * marks the one at hand.", _types),
    ".type": Command(".type [TYPE]", "Choose the type that conditions and values are about, or name it.", _type),
    ".show": Command(".show [N]", "Show an entity of the last answer by its number (or id or name), as JSON.", _show),
    ".explain": Command(
        ".explain [N]", "Show every part of the last expression with its value on an entity.", _explain
    ),
    ".load": Command(".load FILE", "Take the entities of a file, folder or pattern in, beside those at hand.", _load),
    ".limit": Command(".limit [N]", "List up to N entities in an answer, or say how many.", _limit),
    ".now": Command(".now [TIME]", "Set the instant that `before` and `after` count from, or name it.", _now),
    ".quit": Command(".quit", "End.", _quit),
}
"""The dot commands, by name."""
