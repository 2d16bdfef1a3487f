"""`gsl fmt`: rule files in the one layout."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gsl.cli.output import write
from gsl.cli.sources import counted, say
from gsl.errors import GslError, InputError, UsageError, printable

if TYPE_CHECKING:
    from gsl.authoring.formatting import Outcome

_EXIT_CODES = """\b
Exit codes:
  0  every file is in the layout now; with --check, it was before
  1  with --check: a file is not in the layout
  2  a file could not be formatted, or there was none"""

_STDIN = "<stdin>"
_LONGEST = 16 * 1024 * 1024


@click.command("fmt", epilog=_EXIT_CODES, short_help="Format rule files.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--check", is_flag=True, help="Write nothing; name the files that are not in the layout.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change.")
@click.option("-q", "--quiet", is_flag=True, help="Name no files, and no summary.")
def command(paths: tuple[Path, ...], check: bool, diff: bool, quiet: bool) -> int:
    """Put rule files into the one layout.

    PATH is a rule file, a folder (every .gsl file below it), or - for standard input, whose rule is
    written to standard output. Neither the meaning of a rule nor its comments change. A file with
    an error is left as it is.

    \b
    gsl fmt rules/
    gsl fmt --check --diff rules/
    """
    if Path("-") in paths and len(paths) > 1:
        raise click.UsageError("standard input (-) stands alone")
    found = _Found(check, diff, quiet, Path("-") in paths)
    for each in _outcomes(paths):
        found.take(each)
    return found.end()


def _outcomes(paths: tuple[Path, ...]) -> Iterator[Outcome | GslError]:
    from gsl.authoring.formatting import Outcome, format_files, format_text

    if paths != (Path("-"),):
        yield from format_files(paths)
        return
    try:
        text = _standard_input()
        yield Outcome(Path("-"), text, format_text(text, _STDIN))
    except UnicodeDecodeError as error:
        yield InputError("invalid-encoding", f"the byte at offset {error.start} is no UTF-8", _STDIN)
    except GslError as error:
        yield error


def _standard_input() -> str:
    data = sys.stdin.buffer.read(_LONGEST + 1)
    if len(data) > _LONGEST:
        raise InputError("file-too-long", f"standard input is longer than {_LONGEST >> 20} MB", _STDIN)
    return data.decode("utf-8")


class _Found:
    """What was found so far, and what is done with it."""

    def __init__(self, check: bool, diff: bool, quiet: bool, piped: bool) -> None:
        self.check, self.diff, self.quiet, self.piped = check, diff, quiet, piped
        self.changed = self.same = self.broken = 0

    def take(self, each: Outcome | GslError) -> None:
        """Do with a file what was asked for; say what is wrong with it."""
        from gsl.engine.diagnostics import of_error

        try:
            if isinstance(each, GslError):
                raise each
            self._take(each)
        except UsageError:
            raise
        except GslError as error:
            self.broken += 1
            say(of_error(error))

    def _take(self, outcome: Outcome) -> None:
        if self.diff and outcome.changes:
            write(_difference(outcome), None)
        elif self.piped and not self.check and not self.diff:
            write([outcome.after], None)
        if outcome.changes:
            self._change(outcome)
        self.changed += outcome.changes
        self.same += not outcome.changes

    def _change(self, outcome: Outcome) -> None:
        from gsl.authoring.formatting import write_outcome

        if not (self.check or self.diff or self.piped):
            write_outcome(outcome)
        if not (self.quiet or self.diff or (self.piped and not self.check)):
            word = "would change" if self.check else "changed"
            sys.stdout.write(f"{word}  {printable(_name(outcome))}\n")

    def end(self) -> int:
        """Say how many there were, and give the exit code."""
        if not (self.changed or self.same or self.broken):
            click.echo("error[no-rules]: no rule file was found", err=True)
            return 2
        if not (self.quiet or self.piped):
            click.echo(self._summary(), err=self.diff)
        return 2 if self.broken else int(self.check and self.changed > 0)

    def _summary(self) -> str:
        verb = "would change" if self.check or self.diff else "changed"
        broken = f", {self.broken} left as they are because of errors" if self.broken else ""
        return f"{counted(self.changed + self.same + self.broken, 'file')}: {self.changed} {verb}{broken}."


def _name(outcome: Outcome) -> str:
    return _STDIN if outcome.file == Path("-") else str(outcome.file)


def _difference(outcome: Outcome) -> Iterator[str]:
    """A unified diff; on a terminal without control characters."""
    import difflib

    name = _name(outcome)
    before, after = [text.split("\n") for text in (outcome.before, outcome.after)]
    safe = printable if sys.stdout.isatty() else str
    for number, line in enumerate(difflib.unified_diff(_lines(before), _lines(after), name, name)):
        yield safe(line.rstrip("\n") if number < 3 else line.removesuffix("\n")) + "\n"


def _lines(pieces: list[str]) -> list[str]:
    *lines, last = pieces
    return lines + ([f"{last}\n\\ No newline at end of file"] if last else [])
