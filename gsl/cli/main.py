"""The entry point of the `gsl` command: turns every error into a message and an exit code."""

from __future__ import annotations

import gc
import os
import sys
from typing import NoReturn

from gsl.cli.ending import Ended, ended, exit_at_once, listen, prepare_streams

EXIT_CODES = """\b
Exit codes:
  0  all was checked, nothing (at or above --fail-on) failed
  1  something failed
  2  something could not be checked: usage, rule, input or verdict error
  130  interrupted with Ctrl-C (143 by SIGTERM, 129 by SIGHUP)"""


SHOWN_OR_NOT = """\b
Exit codes:
  0  it was shown
  2  something could not be read or found"""


def _fail(message: str, code: int = 2) -> NoReturn:
    import click

    from gsl.errors import printable

    text = "\n".join([printable(line) for line in message.split("\n")])
    click.echo(text, err=True)
    raise SystemExit(code)


def run() -> NoReturn:
    """The entry point of the command line."""
    try:
        _run()
    except Ended as end:
        end.leave()
    except KeyboardInterrupt as stop:
        ended(stop).leave()
    except SystemExit as end:
        exit_at_once(end.code if isinstance(end.code, int) else 2)


def _run() -> NoReturn:
    gc.set_threshold(100_000, 50, 50)  # a short-lived process with hardly a cycle: collect rarely
    listen()
    prepare_streams()
    import click

    from gsl.cli.group import cli

    try:
        code = cli.main(standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Abort:
        raise KeyboardInterrupt from None
    except click.ClickException as error:
        error.show()
        raise SystemExit(2) from None
    except OSError as error:
        _fail(f"error: {error.filename or 'output'}: {error.strerror or error}")
    except Exception as error:
        from gsl.errors import GslError  # here, as `gsl --help` needs none of it

        if isinstance(error, GslError):
            _fail(str(error) if "error[" in str(error) else f"error: {error}")
        if os.environ.get("GSL_DEBUG"):
            raise
        _fail(
            f"error[internal]: {type(error).__name__}: {error}\nThis is a fault of gsl. Set GSL_DEBUG=1 to see where it is, and report it."
        )
    raise SystemExit(code if isinstance(code, int) else 0)
