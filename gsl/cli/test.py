"""`gsl test`: the tests that lie beside rules."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gsl.cli.cache import kept_rules
from gsl.cli.sources import counted, say
from gsl.errors import printable

_EXIT_CODES = """\b
Exit codes:
  0  every case passed
  1  a case failed
  2  a test or rule file could not be read, or there was no test at all"""


@click.command("test", epilog=_EXIT_CODES, short_help="Run the tests that lie beside rules.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path))
@click.option("-q", "--quiet", is_flag=True, help="Only what fails, and no summary.")
def command(paths: tuple[Path, ...], quiet: bool) -> int:
    """Run the tests that lie beside rules: X.test.yaml beside X.gsl.

    PATH is a rule file, a test file or a folder. An entity without an expectation fails its case;
    a run without any test fails.

    \b
    gsl test rules/
    """
    from gsl.authoring.testing import TestRun, run_tests
    from gsl.engine.diagnostics import of_error

    run = TestRun()
    for path in paths:
        with kept_rules(str(path)):
            part = run_tests(path)
        run.outcomes += part.outcomes
        run.errors += part.errors
        run.untested += part.untested
    for outcome in run.failed:
        sys.stdout.write(f"FAILED  {printable(outcome.file)}  {printable(outcome.name)}\n")
        for problem in outcome.problems:
            sys.stdout.write(f"  {printable(problem)}\n")
    say([each for error in run.errors for each in of_error(error)])
    for rule in run.untested if not quiet else ():
        click.echo(f"{printable(rule)}: warning[no-tests]: this rule has no test file beside it", err=True)
    if not run.outcomes and not run.errors:
        click.echo("error[no-tests]: no test was found: tests are X.test.yaml beside X.gsl", err=True)
        return 2
    if not quiet:
        passed = len(run.outcomes) - len(run.failed)
        broken = f", {counted(len(run.errors), 'file')} could not be run" if run.errors else ""
        cases = counted(len(run.outcomes), "case")
        sys.stdout.write(f"{cases}: {passed} passed, {len(run.failed)} failed{broken}.\n")
    return 2 if run.errors else int(bool(run.failed))
