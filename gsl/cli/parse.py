"""`gsl parse`: the tree of a rule, for people and for tools."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from gsl.cli import completing
from gsl.cli.cache import kept_rules
from gsl.cli.main import SHOWN_OR_NOT
from gsl.cli.sources import rules_of, say, to_json


@click.command("parse", epilog=SHOWN_OR_NOT, short_help="Show the tree of a rule.")
@click.argument("rules", required=False, metavar="[RULES]", shell_complete=completing.rules_then_files)
@click.option(
    "-e", "--expression", metavar="GSL", help="The rule as text, instead of a file; - reads it from standard input."
)
@click.option("--json", "as_json", is_flag=True, help="The tree as JSON, with the place of every node.")
def command(rules: str | None, expression: str | None, as_json: bool) -> int:
    """Show the tree of a rule, or of every rule of a folder or exported ruleset.

    RULES is a rule file, a folder, an exported ruleset or the id of a bundled rule.

    \b
    gsl parse rule.gsl
    gsl parse -e "IamUser should have mfaActive = true" --json
    """
    from gsl.authoring.tree import tree_json, tree_text
    from gsl.engine.diagnostics import of_error
    from gsl.engine.evaluation import rule_of_expression

    if (rules is None) == (expression is None):
        raise click.UsageError("give either RULES or -e GSL")
    if expression is not None:
        text = sys.stdin.read() if expression == "-" else expression
        with kept_rules(text):
            loaded = rule_of_expression(text, 1)
    else:
        loaded = rules_of(str(rules))
    if as_json:
        trees: list[dict[str, Any]] = [tree_json(rule) for rule in loaded.rules]
        single = len(trees) == 1 and not loaded.errors and not (rules and Path(rules).is_dir())
        sys.stdout.write(to_json(trees[0] if single else trees))
    else:
        sys.stdout.write("\n".join([tree_text(rule) for rule in loaded.rules]))
    say([each for error in loaded.errors for each in of_error(error)])
    return 2 if loaded.errors else 0
