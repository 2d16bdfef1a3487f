"""`gsl coverage`: which conditions of rules entities make true, and which false."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gsl.cli import completing
from gsl.cli.options import Choice
from gsl.cli.output import check_output, write
from gsl.cli.sources import gathered, refuse_none, rules_and_inputs, run_options, say, to_json

if TYPE_CHECKING:
    from gsl.authoring.coverage import Coverage
    from gsl.engine.runner import Gathering
    from gsl.ruleset.loading import Loaded

_EXIT_CODES = """\b
Exit codes:
  0  it was shown
  1  the coverage is under --min-coverage
  2  something could not be read or found"""


@click.command("coverage", epilog=_EXIT_CODES, short_help="Show which conditions of rules entities reach.")
@click.argument("arguments", nargs=-1, metavar="RULES INPUT...", shell_complete=completing.rules_then_files)
@run_options
@click.option("--min-coverage", type=click.FloatRange(0, 100), metavar="PERCENT", help="The least coverage.")
@click.option("--format", "form", type=Choice(["text", "json"]), default="text", show_default=True)
@click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help="Write it there.")
@click.option("-q", "--quiet", is_flag=True, help="Only what was not seen.")
def command(
    arguments: tuple[str, ...],
    expressions: tuple[str, ...],
    now: str | None,
    lists: tuple[str, ...],
    case_sensitive: bool,
    min_coverage: float | None,
    form: str,
    output: Path | None,
    quiet: bool,
) -> int:
    """Show which conditions of rules were never true, or never false, for any entity.

    RULES are a rule file, a folder or the id of a bundled rule; INPUT are entity files. All entities
    are held in memory, and the rules are evaluated slowly: give a sample. `gsl test --coverage`
    shows the same for the tests beside rules.

    \b
    gsl coverage rules/ entities.json --min-coverage 80
    """
    from gsl.authoring.coverage import coverage_text, report_json, shortfall

    loaded, inputs = rules_and_inputs(arguments, expressions)
    refuse_none(loaded, *arguments[:1])
    check_output(output, inputs, arguments[: len(arguments) - len(inputs)])
    gathering = gathered(loaded, inputs, now, lists, case_sensitive)
    said = gathering.diagnostics()
    coverages = list(_coverages(loaded, gathering))
    text = to_json(report_json(coverages)) if form == "json" else coverage_text(coverages, quiet)
    write([text], output)
    say(said, quiet)
    if any([each.level == "error" for each in said]):
        return 2
    short = shortfall(coverages, min_coverage)
    if short:
        click.echo(short, err=True)
    return int(bool(short))


def _coverages(loaded: Loaded, gathering: Gathering) -> Iterator[Coverage]:
    from gsl.authoring.coverage import Watch

    for rule in loaded.rules:
        watch = Watch(rule)
        for subject in gathering.subjects(rule):
            watch.take(subject.root, subject.run)
        yield watch.coverage()
