"""`gsl repl`: expressions tried out on entities, line by line."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from gsl.cli import completing
from gsl.cli.ending import Stopped
from gsl.cli.output import wants_color
from gsl.cli.sources import lists_of

if TYPE_CHECKING:
    from gsl.authoring.trying.commands import Reply
    from gsl.authoring.trying.session import Session
    from gsl.authoring.trying.telling import Paint

_EXIT_CODES = """\b
Exit codes:
  0  on a terminal always; else every line was answered
  2  lines did not come from a terminal, and one of them or an entity file was an error"""

_COLORS = {"failed": "red", "error": "magenta", "passed": "green", "selected": "cyan", "note": "yellow"}
_LONGEST_LINE = 1024 * 1024
_HINT = "For completion, history and colours: pip install 'gsl-engine[repl]'"


@click.command("repl", epilog=_EXIT_CODES, short_help="Try expressions out on entities, line by line.")
@click.argument("sources", nargs=-1, metavar="[ENTITIES]...", shell_complete=completing.files)
@click.option(
    "--now",
    metavar="DATE",
    help="The instant that `before` and `after` count from, such as 2024-06-01; the clock when left out.",
)
@click.option(
    "--list",
    "lists",
    multiple=True,
    metavar="NAME=FILE",
    help="A named list (`in $NAME`): a JSON array, or one value a line; may be repeated.",
)
@click.option("--case-sensitive", is_flag=True, help="Tell upper from lower case in texts.")
@click.option(
    "--limit", default=5, show_default=True, type=click.IntRange(0, 1000), help="Entities that an answer lists."
)
def command(sources: tuple[str, ...], now: str | None, lists: tuple[str, ...], case_sensitive: bool, limit: int) -> int:
    """Ask for expressions, and show which entities they select and why.

    A line is a whole rule, a condition on the type at hand, the path of a value, or a command such
    as `.types`; `.help` tells more. Tab completes types, properties, operators and functions.
    When standard input is no terminal, the lines are read from it and only the answers printed.

    Lines are remembered in the user's state folder; GSL_HISTORY names another file, and empty
    switches that off.

    \b
    gsl repl users.json
    echo 'mfaActive = false' | gsl repl users.json
    """
    from gsl.authoring.trying.session import Session
    from gsl.ruleset.options import options_of

    session = Session(options_of(now, lists_of(lists), None, case_sensitive), limit)
    interactive = sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()
    paint = _painted if wants_color("auto", None) else _as_it_is
    wrong = _load(session, sources, interactive, paint)
    if interactive:
        _converse(session, paint)
        return 0
    return 2 if _read_all(session, paint) or wrong else 0


def _painted(text: str, look: str) -> str:
    return click.style(text, fg=_COLORS.get(look), bold=look == "name") if look else text


def _as_it_is(text: str, look: str) -> str:
    return text


def _load(session: Session, sources: tuple[str, ...], interactive: bool, paint: Paint) -> bool:
    """Take the entities in; whether anything was wrong with them."""
    wrong = False
    for source in sources:
        reply = _answered(session, f".load {source}", paint)
        wrong = wrong or reply.wrong
        if interactive or reply.wrong:
            (sys.stdout if interactive else sys.stderr).write(reply.text)
    return wrong


def _answered(session: Session, line: str, paint: Paint) -> Reply:
    """The reply to a line; whatever gsl itself gets wrong ends that line, not the session."""
    from gsl.authoring.trying.commands import Reply, reply_to

    try:
        return reply_to(session, line, paint)
    except Exception as error:
        if os.environ.get("GSL_DEBUG"):
            raise
        from gsl.errors import bounded

        return Reply(bounded(f"error[internal]: {type(error).__name__}: {error}") + "\nThis is a fault of gsl.\n", True)


# --- on a terminal --------------------------------------------------------------------------------


def _converse(session: Session, paint: Paint) -> None:
    ask = _prompt(session)
    while True:
        try:
            line = ask()
        except EOFError:
            return
        except Stopped:
            raise
        except KeyboardInterrupt:
            continue
        try:
            reply = _answered(session, line, paint)
        except Stopped:
            raise
        except KeyboardInterrupt:
            sys.stdout.write("interrupted\n")
            continue
        sys.stdout.write(reply.text)
        sys.stdout.flush()
        if reply.ends:
            return


def _prompt(session: Session) -> Callable[[], str]:
    """What asks for a line: prompt-toolkit, or Python's own where that is not installed."""
    from gsl.cli.prompting import prompt_for

    if not session.entities:
        sys.stdout.write("There are no entities yet: .load FILE takes some in, .help tells what can be written.\n")
    try:
        return prompt_for(session, "NO_COLOR" not in os.environ)
    except ImportError:
        sys.stderr.write(f"{_HINT}\n")
    with suppress(ImportError):
        import readline  # noqa: F401  # its import gives `input` editing
    return lambda: _asked_plainly(session)


def _asked_plainly(session: Session) -> str:
    from gsl.cli.prompting import goes_on, mark_of

    mark = mark_of(session)
    try:
        text = input(mark)
        while goes_on(text) and (more := input("." * (len(mark) - 1) + " ")).strip():
            text += "\n" + more
    except KeyboardInterrupt:
        sys.stdout.write("\n")
        raise
    except EOFError:
        sys.stdout.write("\n")
        raise
    return text


# --- from a file or pipe --------------------------------------------------------------------------


def _read_all(session: Session, paint: Paint) -> bool:
    """Answer the lines of standard input; whether any was an error."""
    wrong = False
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    for line in _lines():
        reply = _answered(session, line, paint)
        wrong = wrong or reply.wrong
        (sys.stderr if reply.wrong else sys.stdout).write(reply.text)
        sys.stdout.flush()
        if reply.ends:
            break
    return wrong


def _lines() -> Iterator[str]:
    """Lines of standard input; those of an open bracket together, up to an empty one."""
    from gsl.cli.prompting import goes_on

    text = ""
    while sys.stdin is not None and (line := _line()) is not None:
        text = f"{text}\n{line}" if text else line
        if not (line.strip() and goes_on(text)):
            yield text
            text = ""
    if text:
        yield text


def _line() -> str | None:
    """The next line; of one that is far too long only the beginning, which is an error still."""
    line = sys.stdin.readline(_LONGEST_LINE)
    rest = line
    while rest and not rest.endswith("\n"):
        rest = sys.stdin.readline(_LONGEST_LINE)
    return line.rstrip("\r\n") if line else None
