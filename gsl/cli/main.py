"""The `gsl` command: finds the subcommand, and turns every error into a message and an exit code."""

from __future__ import annotations

import errno
import gc
import importlib
import io
import os
import sys

import click

from gsl.errors import GslError
from gsl.version import VERSION

_COMMANDS = {
    "eval": ("evaluate", "Check entities with rules and report what fails."),
    "explain": ("explain", "Show how one rule came to its verdict on one entity."),
    "parse": ("parse", "Show the tree of a rule."),
    "rules": ("rules", "List the bundled rules, or show one."),
    "test": ("test", "Run the tests that lie beside rules."),
}

EXIT_CODES = """\b
Exit codes:
  0  all was checked, nothing (at or above --fail-on) failed
  1  something failed
  2  something could not be checked: usage, rule, input or verdict error
  130  interrupted"""


SHOWN_OR_NOT = """\b
Exit codes:
  0  it was shown
  2  something could not be read or found"""


class _Commands(click.Group):
    """Imports a command when it is called, so that `gsl --help` loads none."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"gsl.cli.{_COMMANDS[cmd_name][0]}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            from gsl.language.vocabulary import did_you_mean

            ctx.fail(
                f"there is no command `{args[0]}`{did_you_mean(args[0], _COMMANDS) or '.'} Commands: {', '.join(_COMMANDS)}."
            )
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_text) for name, (_, help_text) in _COMMANDS.items()])


@click.command(cls=_Commands, epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="gsl")
def cli() -> None:
    """Run GSL, the rule language of Check Point CloudGuard, on cloud entities.

    \b
    gsl eval rule.gsl entities.json                 one rule, one file
    gsl eval D9.AWS.IAM.79 entities.json            a bundled rule by its id
    gsl eval rules/ a.json b.jsonl -o report.txt    a folder of rules, several files
    gsl eval -e "IamUser should have mfaActive = true" entities.json
    """


def _fail(message: str, code: int = 2) -> None:
    from gsl.errors import printable

    text = "\n".join([printable(line) for line in message.split("\n")])
    click.echo(text, err=True)
    raise SystemExit(code)


class _ClosedOutput(io.StringIO):
    """Stands for a standard output that was closed before the start: writing to it is an error."""

    def write(self, text: str) -> int:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF), "standard output")


def run() -> None:
    """The entry point of the command line."""
    if sys.stdout is None:
        sys.stdout = _ClosedOutput()
    gc.set_threshold(100_000, 50, 50)  # a short-lived process with hardly a cycle: collect rarely
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = cli.main(standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Abort:
        _fail("interrupted", 130)
    except KeyboardInterrupt:
        _fail("interrupted", 130)
    except click.ClickException as error:
        error.show()
        raise SystemExit(2) from None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(2) from None
    except GslError as error:
        _fail(str(error) if "error[" in str(error) else f"error: {error}")
    except OSError as error:
        _fail(f"error: {error.filename or 'output'}: {error.strerror or error}")
    except Exception as error:
        if os.environ.get("GSL_DEBUG"):
            raise
        _fail(
            f"error[internal]: {type(error).__name__}: {error}\nThis is a fault of gsl. Set GSL_DEBUG=1 to see where it is, and report it."
        )
    raise SystemExit(code if isinstance(code, int) else 0)
