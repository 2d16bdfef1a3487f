"""`gsl test`: the tests that lie beside rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gsl.cli.cache import kept_rules
from gsl.cli.options import Choice
from gsl.cli.output import check_output, write
from gsl.cli.sources import say, usable_cores
from gsl.errors import printable

if TYPE_CHECKING:
    from gsl.authoring.testing.finding import Tests
    from gsl.authoring.testing.running import TestRun

_EXIT_CODES = """\b
Exit codes:
  0  every case passed
  1  a case failed, a mutant survived, or coverage is under --min-coverage
  2  a test or rule file could not be read, or there was no test at all"""


@click.command("test", epilog=_EXIT_CODES, short_help="Run the tests that lie beside rules.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path))
@click.option(
    "--run",
    "only",
    multiple=True,
    metavar="NAME",
    help="Only cases with this in their name or in the id of their rule; `*` for any text; may be repeated.",
)
@click.option(
    "--update",
    is_flag=True,
    help="Write the verdicts that the rules give into `expect` where it says else, for you to review.",
)
@click.option("--coverage", is_flag=True, help="Show which conditions of the rules were never true or never false.")
@click.option(
    "--min-coverage",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="The least coverage of all rules together; implies --coverage.",
)
@click.option("--mutate", is_flag=True, help="Change the rules, one thing at a time, and show what no test notices.")
@click.option("--allow-empty", is_flag=True, help="A run without any test is no error.")
@click.option(
    "--jobs", type=click.IntRange(1, 64), metavar="N", help="Processes; without it one, for many files all cores."
)
@click.option(
    "--format",
    "form",
    type=Choice(["text", "json", "junit"]),
    default="text",
    show_default=True,
    help="How to say what came out; `junit` is the XML that build servers read.",
)
@click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help="Write it there.")
@click.option("-q", "--quiet", is_flag=True, help="Only what fails, and no summary.")
def command(
    paths: tuple[Path, ...],
    only: tuple[str, ...],
    update: bool,
    coverage: bool,
    min_coverage: float | None,
    mutate: bool,
    allow_empty: bool,
    jobs: int | None,
    form: str,
    output: Path | None,
    quiet: bool,
) -> int:
    """Run the tests that lie beside rules: X.test.yaml beside X.gsl.

    PATH is a rule file, a test file or a folder. An entity without an expectation fails its case;
    a run without any test fails.

    \b
    gsl test rules/
    gsl test rules/my-rule.gsl --update
    gsl test rules/ --run 'GSL.AWS.IAM.*' --format junit -o tests.xml
    """
    from gsl.authoring.testing.reporting import REPORTS
    from gsl.authoring.testing.running import MANY, Wanted, run_tests

    tests = _found(paths)
    check_output(output, [str(each.file) for each in tests.files], map(str, paths))
    wanted = Wanted(only, update, coverage or min_coverage is not None, mutate)
    run = run_tests(tests, wanted, jobs or (usable_cores() if len(tests.files) >= MANY else 1))
    write([REPORTS[form](run, quiet)], output)
    code = _told(run, only, allow_empty, quiet)
    is_thin = _is_thin(run, min_coverage)
    return code or int(is_thin)


def _is_thin(run: TestRun, minimum: float | None) -> bool:
    """Whether tests that pass test too little."""
    from gsl.authoring.coverage import shortfall

    short = shortfall([each.coverage for each in run.files if each.coverage is not None], minimum)
    if short:
        click.echo(short, err=True)
    return bool(short) or any([each.mutation is not None and each.mutation.survivors for each in run.files])


def _found(paths: tuple[Path, ...]) -> Tests:
    """The tests of all paths, their rules from the cache where they are there."""
    from gsl.authoring.testing.finding import Tests

    tests = Tests()
    for path in paths:
        with kept_rules(str(path)):
            tests.add(path)
    return tests


def _told(run: TestRun, only: tuple[str, ...], allow_empty: bool, quiet: bool) -> int:
    """Say what is wrong besides the cases; gives the exit code."""
    from gsl.engine.diagnostics import of_error

    say([each for error in run.errors for each in of_error(error)])
    for rule in run.untested if not quiet else ():
        click.echo(f"{printable(rule)}: warning[no-tests]: this rule has no test file beside it", err=True)
    if run.errors:
        return 2
    if not run.cases and not allow_empty:
        asked = f"no case is named {' or '.join(only)}, and no rule" if only else ""
        told = asked or "no test was found: tests are X.test.yaml beside X.gsl"
        click.echo(printable(f"error[no-tests]: {told}"), err=True)
        return 2
    return int(bool(run.failed))
