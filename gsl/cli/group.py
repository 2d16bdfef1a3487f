"""The `gsl` command itself: its subcommands by name, its help, and how a mistyped one is answered."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from gsl.cli.configuration.applying import Configuration, apply, explained
from gsl.cli.configuration.variables import listen
from gsl.cli.ending import ended
from gsl.cli.main import EXIT_CODES
from gsl.version import VERSION

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_COMMANDS = {
    "eval": ("evaluate", "Check entities with rules and report what fails."),
    "scan": ("scan", "Check AWS accounts: collect, evaluate, report."),
    "collect": ("collect", "Collect entities from AWS into files."),
    "report": ("report", "Write a saved report in other forms."),
    "diff": ("diff", "Compare two reports: what is new, changed, fixed, no longer looked at."),
    "explain": ("explain", "Show how one rule came to its verdict on one entity."),
    "check": ("check", "Find mistakes in rules."),
    "parse": ("parse", "Show the tree of a rule."),
    "rules": ("rules", "List the bundled rules, or show one."),
    "frameworks": ("frameworks", "List the frameworks, or show the controls of one."),
    "fmt": ("fmt", "Format rule files."),
    "lsp": ("lsp", "Serve editors: the language server."),
    "test": ("test", "Run the tests that lie beside rules."),
    "coverage": ("coverage", "Show which conditions of rules entities reach."),
    "import": ("importing", "Make rule files of a CloudGuard ruleset."),
    "export": ("exporting", "Make a CloudGuard ruleset of rules."),
    "new": ("new", "Begin a rule with its tests."),
    "repl": ("repl", "Try expressions out on entities, line by line."),
    "schema": ("schema", "List the entity types, or show the properties of one."),
    "completion": ("completion", "Print the script for completion in a shell."),
    "config": ("config", "Show what each option is set to, and by what."),
}

_HELP = ["-h", "--help"]
_UNCONFIGURED = "gsl.unconfigured"


class _Commands(click.Group):
    """Imports a command when it is called, so that `gsl --help` loads none."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return _loaded(cmd_name) if cmd_name in _COMMANDS else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            from gsl.language.vocabulary import did_you_mean

            ctx.fail(
                f"there is no command `{args[0]}`{did_you_mean(args[0], _COMMANDS) or '.'} Commands: {', '.join(_COMMANDS)}."
            )
        ctx.meta[_UNCONFIGURED] = not {*_HELP}.isdisjoint(args)  # help is there whatever files say
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The commands as the help has them, so that none is loaded."""
        from click.shell_completion import CompletionItem

        found = [
            CompletionItem(name, help=text) for name, (_, text) in _COMMANDS.items() if name.startswith(incomplete)
        ]
        return found + click.Command.shell_complete(self, ctx, incomplete)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            raise explained(error) from None
        except KeyboardInterrupt as stop:
            raise ended(stop) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_text) for name, (_, help_text) in _COMMANDS.items()])


def _loaded(name: str) -> click.Command:
    """A command, with its options open to the environment."""
    command: click.Command = importlib.import_module(f"gsl.cli.{_COMMANDS[name][0]}").command
    listen(name, command)
    return command


@click.command(cls=_Commands, epilog=EXIT_CODES, context_settings={"help_option_names": _HELP})
@click.version_option(VERSION, prog_name="gsl")
@click.option(
    "--config",
    metavar="FILE",
    envvar="GSL_CONFIG",
    help="Take options from this file instead of the nearest gsl.toml or pyproject.toml.",
)
@click.option("--no-config", is_flag=True, envvar="GSL_NO_CONFIG", help="Take options from no file.")
@click.pass_context
def cli(context: click.Context, config: str | None, no_config: bool) -> None:
    """Run GSL, the rule language of Check Point CloudGuard, on cloud entities.

    \b
    gsl eval rule.gsl entities.json                 one rule, one file
    gsl eval D9.AWS.IAM.79 entities.json            a bundled rule by its id
    gsl eval rules/ a.json b.jsonl -o report.txt    a folder of rules, several files
    gsl eval -e "IamUser should have mfaActive = true" entities.json
    gsl scan --rules cis-aws                        this AWS account
    """
    typed = [context.get_parameter_source(each) is ParameterSource.COMMANDLINE for each in ("config", "no_config")]
    if all(typed):
        raise click.UsageError("--config names a file, --no-config wants none: give only one of them")
    if context.meta[_UNCONFIGURED]:
        return
    without = no_config and not typed[0]
    apply(context, Configuration(tuple(_COMMANDS), _loaded), None if typed[1] else config, without)
