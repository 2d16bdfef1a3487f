"""`gsl new`: the beginning of a rule, with its tests."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gsl.cli import completing
from gsl.errors import printable

_EXIT_CODES = """\b
Exit codes:
  0  both files were written
  2  there is no such type, or a file is there already or cannot be written"""


@click.command("new", epilog=_EXIT_CODES, short_help="Begin a rule with its tests.")
@click.argument("rule_id", metavar="ID")
@click.option(
    "--entity",
    "type_name",
    required=True,
    metavar="TYPE",
    shell_complete=completing.types,
    help="The entity type that the rule is about.",
)
@click.option(
    "--folder",
    default=".",
    show_default=True,
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="Where to write the files; made when it is not there.",
)
def command(rule_id: str, type_name: str, folder: Path) -> int:
    """Write ID.gsl and ID.test.yaml: a rule that asks for a property its entities have, and tests that pass.

    What is yours to fill in is marked TODO. Files that are there are never overwritten.

    \b
    gsl new My.Rule.1 --entity IamUser --folder rules/
    """
    from gsl.authoring.skeletons import skeleton

    made = skeleton(rule_id, type_name, folder)
    made.write()
    for file in (made.rule_file, made.test_file):
        sys.stdout.write(f"{printable(str(file))}\n")
    return 0
