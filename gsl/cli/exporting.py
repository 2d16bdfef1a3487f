"""`gsl export`: rule files as a ruleset that CloudGuard takes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gsl.cli import completing
from gsl.cli.options import Choice
from gsl.cli.output import check_output, write
from gsl.cli.sources import counted, rules_named, say, to_json
from gsl.errors import InputError, UsageError, printable

if TYPE_CHECKING:
    from gsl.authoring.cloudguard.exporting import Export, Wishes

_EXIT_CODES = """\b
Exit codes:
  0  the ruleset was written
  2  a rule has an error (it is in the ruleset as it is, unless its file cannot be read), or nothing could be written"""

_VENDORS = ("aws", "azure", "google", "kubernetes")


@click.command("export", epilog=_EXIT_CODES, short_help="Make a CloudGuard ruleset of rules.")
@click.argument("names", nargs=-1, required=True, metavar="RULES...", shell_complete=completing.rules)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the ruleset to a file, all or nothing.",
)
@click.option("--name", metavar="TEXT", help="The name of the ruleset; that of the folder or pack when left out.")
@click.option("--description", metavar="TEXT", help="What the ruleset is for.")
@click.option(
    "--cloud-vendor",
    "vendor",
    type=Choice(_VENDORS),
    help="The cloud that the rules are for; aws when left out and all types are known to gsl.",
)
@click.option("-q", "--quiet", is_flag=True, help="Only errors on standard error.")
def command(
    names: tuple[str, ...],
    output: Path | None,
    name: str | None,
    description: str | None,
    vendor: str | None,
    quiet: bool,
) -> int:
    """Make a ruleset of rules, as JSON that CloudGuard imports.

    RULES is a folder that `gsl import` made, which gives the ruleset it came from with what was
    changed since; or any rule files, folders, packs and ids of bundled rules, which give a new one.
    Comments stay behind. What CloudGuard may not know is told.

    \b
    gsl export rules/aws/ -o ruleset.json
    gsl export cis-aws --name "CIS, by gsl" -o ruleset.json
    gsl export GSL.AWS.S3.01 my-rules/ --name mine > ruleset.json
    """
    from gsl.authoring.cloudguard.exporting import Wishes
    from gsl.engine.diagnostics import of_error

    check_output(output, [], [each for each in names if not Path(each).is_dir()])
    _spare_rules(output, names)
    made = _made(names, Wishes(name, description, vendor))
    if not (made.rules or made.errors or made.listed):
        raise UsageError(f"there is no rule in {', '.join(names)}")
    for error in made.errors:
        say(of_error(error))
    for doubt in made.doubts:
        _doubt(doubt, quiet)
    write([to_json(made.ruleset)], output)
    if output is not None and not quiet:
        lost = f", {made.left_out} left out" if made.left_out else ""
        click.echo(printable(f"{counted(made.rules, 'rule')} in {output}{lost}"), err=True)
    return 2 if made.errors else 0


def _spare_rules(output: Path | None, names: tuple[str, ...]) -> None:
    """Refuse a ruleset in the place of the files of a folder that it is made of. Raises `UsageError`."""
    from gsl.authoring.cloudguard.ruleset_file import RULESET_FILE
    from gsl.ruleset.loading import RULE_SUFFIX

    if output is None or not (output.name == RULESET_FILE or output.name.lower().endswith(RULE_SUFFIX)):
        return
    if any([Path(each).resolve() in output.resolve().parents for each in names]):
        raise UsageError(f"{output}: this is an input; the ruleset would overwrite it: name a .json file")


def _made(names: tuple[str, ...], wishes: Wishes) -> Export:
    from gsl.authoring.cloudguard.exporting import export_file, export_folder, export_rules, refuse_ruleset

    path = Path(names[0])
    if len(names) == 1 and path.is_dir():
        return export_folder(path, wishes)
    for each in names:
        refuse_ruleset(Path(each))
    if len(names) == 1 and path.is_file():
        return export_file(path, wishes)
    loaded = rules_named(names, ())
    return export_rules(loaded.rules, loaded.errors, names[0] if len(names) == 1 else "rules", wishes)


def _doubt(doubt: InputError, quiet: bool) -> None:
    where = f"{doubt.location}: " if doubt.location else ""
    if not quiet:
        click.echo(printable(f"{where}warning[{doubt.code}]: {doubt.message}"), err=True)
