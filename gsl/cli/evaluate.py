"""`gsl eval`: check entities with rules and report."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from gsl.cli import completing
from gsl.cli.main import EXIT_CODES
from gsl.cli.reporting import Reporting, report_options
from gsl.cli.sources import rules_and_inputs, run_options


@click.command("eval", epilog=EXIT_CODES, short_help="Check entities with rules and report what fails.")
@click.argument("arguments", nargs=-1, metavar="RULES INPUT...", shell_complete=completing.rules_then_files)
@run_options
@report_options
def command(arguments: tuple[str, ...], expressions: tuple[str, ...], **options: Any) -> int:
    """Check entities with rules and report what fails, and why.

    RULES is a rule file (.gsl), a folder of them, a ruleset as CloudGuard exports it (.json), or
    the id of a bundled rule or pack. INPUT is an entity file (.json, .jsonl, either .gz), a folder
    of them, or - for standard input; a credential report (.csv), the JSON of `aws` commands and a
    snapshot of AWS Config are entity files too.

    \b
    gsl eval rule.gsl entities.json
    gsl eval D9.AWS.IAM.79 users.json -o report.json
    gsl eval rules/ entities/ --fail-on high
    gsl eval D9.AWS.IAM.79 credential_report.csv
    gsl eval -e "IamUser should have mfaActive = true" users.jsonl.gz
    """
    reporting = Reporting.of(options)
    loaded, inputs = rules_and_inputs(arguments, expressions)
    reporting.check(inputs, arguments[: len(arguments) - len(inputs)])
    return reporting.report(reporting.chosen(loaded), inputs, empty=_known_to_be_none(inputs))


def _known_to_be_none(inputs: list[str]) -> list[str]:
    """The types that `gsl collect` asked for and that the accounts of these folders have none of."""
    folders = [Path(each) for each in inputs if os.path.isfile(os.path.join(each, "manifest.json"))]
    if not folders:
        return []
    from gsl.collectors.shards import empty_in

    return sorted({name for folder in folders for name in empty_in(folder)})
