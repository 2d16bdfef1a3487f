"""`gsl completion`: the script that makes a shell complete commands, options and values."""

from __future__ import annotations

import click

from gsl.cli.completing import VARIABLE
from gsl.cli.options import Choice

_EXIT_CODES = """\b
Exit codes:
  0  the script was printed
  2  there is none for that shell"""


@click.command("completion", epilog=_EXIT_CODES, short_help="Print the script for completion in a shell.")
@click.argument("shell", type=Choice(("bash", "zsh", "fish")))
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    """Print the script that makes a shell complete commands, options, rules, packs, types and more.

    To have it in every shell, once:

    \b
    bash 4.4 or later, with the package bash-completion:
      gsl completion bash > ~/.local/share/bash-completion/completions/gsl
    bash without it, in ~/.bashrc:
      source <(gsl completion bash)
    zsh, in ~/.zshrc behind compinit:
      source <(gsl completion zsh)
    fish:
      gsl completion fish > ~/.config/fish/completions/gsl.fish
    """
    from click.shell_completion import ShellComplete, get_completion_class

    found = get_completion_class(shell)
    assert found is not None
    script = found(context.find_root().command, {}, "gsl", VARIABLE)
    click.echo(ShellComplete.source(script), nl=False)
