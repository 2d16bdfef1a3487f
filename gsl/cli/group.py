"""The `gsl` command itself: its subcommands by name, its help, and how a mistyped one is answered."""

from __future__ import annotations

import importlib
from typing import Any

import click

from gsl.cli.ending import ended
from gsl.cli.main import EXIT_CODES
from gsl.version import VERSION

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
}


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

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as stop:
            raise ended(stop) from None

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
    gsl scan --rules cis-aws                        this AWS account
    """
