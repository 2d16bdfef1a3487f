"""`gsl report`: write a saved report in other forms."""

from __future__ import annotations

from typing import Any

import click

from gsl.cli import completing
from gsl.cli.main import SHOWN_OR_NOT
from gsl.cli.outputs import Outputs, output_options, view_options


@click.command("report", epilog=SHOWN_OR_NOT, short_help="Write a saved report in other forms.")
@click.argument("saved", metavar="REPORT", shell_complete=completing.files)
@output_options
@view_options
@click.option("-q", "--quiet", is_flag=True, help="Only findings: no table, no summary.")
def command(saved: str, **options: Any) -> int:
    """Write a saved report in other forms.

    REPORT is a file that `gsl eval` or `gsl scan` wrote as JSON or JSON lines, plain, .gz or .zst; -
    is standard input. Nothing is evaluated again.

    \b
    gsl report now.json
    gsl report now.json --report sarif=gsl.sarif --report junit=gsl.xml -q
    gsl report now.jsonl.gz --format html -o report.html
    gsl report now.json --summary-only --group-by account
    """
    outputs = Outputs(**options)
    outputs.check([saved])
    from gsl.results.saved import read_report

    outputs.write(read_report(saved))
    return 0
