"""`gsl report`: write a saved report in other forms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from gsl.cli import completing
from gsl.cli.main import SHOWN_OR_NOT
from gsl.cli.outputs import Outputs, output_options, view_options
from gsl.errors import UsageError

if TYPE_CHECKING:
    from gsl.results.frameworks import Framework
    from gsl.results.model import Report


@click.command("report", epilog=SHOWN_OR_NOT, short_help="Write a saved report in other forms.")
@click.argument("saved", metavar="REPORT", shell_complete=completing.files)
@output_options
@view_options
@click.option(
    "--framework",
    "frameworks",
    multiple=True,
    metavar="NAME",
    shell_complete=completing.framework_trees,
    help="How the controls of a framework stand: its name, a part that only one name has, or a file (YAML); may be repeated. `gsl frameworks` lists them.",
)
@click.option("-q", "--quiet", is_flag=True, help="Only findings: no table, no summary.")
def command(saved: str, frameworks: tuple[str, ...], **options: Any) -> int:
    """Write a saved report in other forms.

    REPORT is a file that `gsl eval` or `gsl scan` wrote as JSON or JSON lines, plain, .gz or .zst; -
    is standard input. Nothing is evaluated again.

    \b
    gsl report now.json
    gsl report now.json --report sarif=gsl.sarif --report junit=gsl.xml -q
    gsl report now.jsonl.gz --format html -o report.html
    gsl report now.json --summary-only --group-by account
    gsl report now.json --framework "AWS CIS Foundations v2.0.0" -o audit.html
    """
    outputs = Outputs(**options)
    outputs.check([saved, *frameworks])
    if frameworks:
        outputs.check_frameworks()
    from gsl.results.saved import read_report

    report = read_report(saved)
    outputs.write(report, _found(frameworks, report))
    return 0


def _found(names: Sequence[str], report: Report) -> list[Framework]:
    """The frameworks of some names, each once. Raises `UsageError`, and `InputError` for files.

    Two that differ and have one name are refused: a report could not tell them apart.
    """
    if not names:
        return []
    from gsl.ruleset.frameworks import find_framework

    found: dict[str, Framework] = {}
    for name in names:
        framework = find_framework(name, report.rules)
        if found.setdefault(framework.name, framework) != framework:
            raise UsageError(f"--framework: {name}: `{framework.name}` is the name of another one too; rename one")
    return list(found.values())
