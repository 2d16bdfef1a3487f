"""`gsl import`: a ruleset of CloudGuard as a folder of rule files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gsl.cli.sources import counted, say
from gsl.errors import printable

if TYPE_CHECKING:
    from gsl.authoring.cloudguard.importing import Import

_EXIT_CODES = """\b
Exit codes:
  0  every rule is a file now
  2  a rule has an error (it was written all the same), or nothing could be written"""

_NAMED = 5
"""Files that are named where many are meant."""


@click.command("import", epilog=_EXIT_CODES, short_help="Make rule files of a CloudGuard ruleset.")
@click.argument("ruleset", metavar="RULESET", type=click.Path(path_type=Path))
@click.option(
    "--to",
    "folder",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="Where to write the files; made when it is not there. The name of RULESET without its ending when left out.",
)
@click.option(
    "--update",
    is_flag=True,
    help="Overwrite files that are there; their `frameworks` and `references`, which CloudGuard has no fields for, stay.",
)
@click.option("--dry-run", is_flag=True, help="Write nothing; list the files.")
@click.option("-q", "--quiet", is_flag=True, help="No summary.")
def command(ruleset: Path, folder: Path | None, update: bool, dry_run: bool, quiet: bool) -> int:
    """Make a folder of rule files of a ruleset that CloudGuard exported.

    RULESET is JSON: the ruleset as its API and its console give it, or a bare list of rules. Each
    rule becomes a .gsl file named after its id; `ruleset.yaml` holds what is said of the ruleset as a
    whole. Nothing is lost: `gsl export FOLDER` gives the same ruleset again. Rules with an error are
    told and written as they are.

    \b
    gsl import ruleset.json                      to the folder ruleset/
    gsl import ruleset.json --to rules/aws/
    gsl import ruleset.json --to rules/aws/ --update    the next export of it
    """
    from gsl.authoring.cloudguard.importing import import_of
    from gsl.engine.diagnostics import of_error
    from gsl.ruleset.loading import read_text

    made = import_of(read_text(ruleset), str(ruleset), folder or Path(ruleset.stem))
    if not dry_run:
        made.write(update)
    for error in made.broken:
        say(of_error(error))
    if dry_run:
        _list(made, update)
    elif not quiet:
        _summary(made)
    return 2 if made.broken else 0


def _list(made: Import, update: bool) -> None:
    there = set(made.there())
    for name in made.texts:
        file = made.folder / name
        what = ("overwrite" if update else "in the way") if file in there else "write"
        sys.stdout.write(printable(f"{what}  {file}") + "\n")


def _summary(made: Import) -> None:
    strangers = made.strangers()
    if strangers:
        shown = ", ".join([file.name for file in strangers[:_NAMED]]) + (", ..." if len(strangers) > _NAMED else "")
        told = f"{counted(len(strangers), 'rule file')} of the folder not of this ruleset: {shown}"
        click.echo(printable(f"{made.folder}: warning[other-rules]: {told}"), err=True)
    broken = f", {counted(len(made.broken), 'error')}" if made.broken else ""
    click.echo(printable(f"{counted(made.rules, 'rule')} in {made.folder}{broken}"))
