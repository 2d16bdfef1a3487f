"""`gsl diff`: two saved reports side by side."""

from __future__ import annotations

from typing import Any

import click
from msgspec.structs import replace

from gsl.cli import completing
from gsl.cli.outputs import Outputs, output_options
from gsl.results.reporters import format_of

_EXIT_CODES = """\b
Exit codes:
  0  they were compared
  1  something is new, with --fail-on-new
  2  something could not be read"""


@click.command("diff", epilog=_EXIT_CODES, short_help="Compare two reports: what is new, changed, fixed, gone.")
@click.argument("last", metavar="LAST", shell_complete=completing.files)
@click.argument("now", metavar="NOW", shell_complete=completing.files)
@click.option("--fail-on-new", is_flag=True, help="Exit with 1 when a finding is new.")
@output_options
@click.option("-q", "--quiet", is_flag=True, help="Only what changed: no numbers at the end.")
def command(last: str, now: str, fail_on_new: bool, **options: Any) -> int:
    """Compare two reports: what is new, changed and why, fixed, and no longer looked at.

    LAST and NOW are reports that `gsl eval` or `gsl scan` wrote as JSON or JSON lines. Findings are
    told apart by their fingerprints. Only what NOW knows to pass is called fixed: have it written
    with --all, or evaluate with --baseline LAST. In other formats the whole report of NOW is written, with what
    changed: `--format ocsf` closes what was fixed.

    \b
    gsl diff last.json now.json
    gsl diff last.json now.json --fail-on-new -q
    gsl diff last.json now.json --format asff -o updates.json
    """
    if last == now == "-":
        raise click.UsageError("standard input (-) can be read only once")
    outputs = Outputs(**options)
    if outputs.format_name is None and (outputs.output is None or format_of(outputs.output.name) is None):
        outputs = replace(outputs, format_name="diff")
    outputs.check([last, now])
    from gsl.results.comparison import compared
    from gsl.results.saved import read_report

    report = compared(read_report(now), read_report(last))
    outputs.write(report)
    return int(fail_on_new and report.comparison is not None and report.comparison.counts["new"] > 0)
