"""`gsl lsp`: the language server for editors."""

from __future__ import annotations

import importlib.util
import sys

import click

from gsl.errors import UsageError

_EXIT_CODES = """\b
Exit codes:
  0  the editor said goodbye
  1  the editor went away without a word
  2  the language server is not installed"""


@click.command("lsp", epilog=_EXIT_CODES, short_help="Serve editors: the language server.")
@click.option("--stdio", is_flag=True, help="Speak over standard input and output, which is the only way there is.")
def command(stdio: bool) -> int:
    """Serve an editor: findings while typing, completion, explanations, verdicts over each rule.

    An editor starts this; the page on the language server says how to set one up. It speaks the
    Language Server Protocol over standard input and output, and needs `pip install 'gsl-engine[lsp]'`.

    \b
    gsl lsp
    """
    if importlib.util.find_spec("pygls") is None:
        raise UsageError("the language server needs pygls: pip install 'gsl-engine[lsp]'")
    from gsl.authoring.language_server.serving import serve
    from gsl.cli.configuration.naming import files_named

    output = sys.stdout  # kept, as it closes its stream when nobody has it any more
    sys.stdout = sys.stderr  # standard output carries the protocol and nothing else
    return serve(sys.stdin.buffer, output.buffer, files_named)
