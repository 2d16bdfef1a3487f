"""`gsl scan`: collect what rules need from AWS, evaluate them, report."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import click

from gsl.cli import completing
from gsl.cli.aws import Aws, age_of, aws_options, diagnostics_of, kept_options
from gsl.cli.collect import needed
from gsl.cli.gathering import collected_into
from gsl.cli.main import EXIT_CODES
from gsl.cli.reporting import Reporting, report_options
from gsl.cli.sources import rules_named, run_options
from gsl.results.model import Diagnostic
from gsl.ruleset.loading import RuleSetError
from gsl.ruleset.rule import Rule


@click.command("scan", epilog=EXIT_CODES, short_help="Check AWS accounts: collect, evaluate, report.")
@aws_options
@click.option(
    "--rules",
    metavar="RULES",
    shell_complete=completing.rules,
    multiple=True,
    help="The rules to check: a file, a folder, an id, or a pack of the bundled ones; may be repeated. All bundled rules when left out.",
)
@click.option(
    "--entities",
    "folder",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Keep the entities in a folder, as `gsl collect` does; a temporary one when left out.",
)
@kept_options
@run_options
@report_options
def command(
    rules: tuple[str, ...],
    folder: Path | None,
    resume: bool,
    max_age: str,
    expressions: tuple[str, ...],
    **options: Any,
) -> int:
    """Check AWS accounts: collect what the rules need, evaluate, report.

    It makes read-only calls with the credentials that boto3 finds, and only those that fill what
    the rules read. What could not be collected gives the verdict error, never a pass, and is named
    with the permission that is missing.

    \b
    gsl scan                                              this account, all rules, all enabled regions
    gsl scan --rules cis-aws --regions eu-west-1,us-east-1
    gsl scan --org --role-name Audit -o report.json
    gsl scan --entities entities/ --resume                reuse what was collected today
    """
    aws = Aws(**{name: options.pop(name) for name in Aws.__struct_fields__})
    reporting = Reporting.of(options)
    scope = aws.scope()
    if resume and folder is None:
        raise click.UsageError("--resume goes on with a folder: name it with --entities")
    age = age_of(max_age) if resume else None
    loaded = reporting.chosen(rules_named(rules, expressions))
    reporting.check([str(folder)] if folder is not None else [], rules)
    if not loaded.rules and loaded.errors:
        raise RuleSetError(tuple(loaded.errors))
    from gsl.collectors.collecting import Wanted

    run = aws.run(Wanted(needed(loaded.rules)), scope)
    shows = not (reporting.quiet or reporting.no_progress)
    with tempfile.TemporaryDirectory(prefix="gsl-") as temporary:
        target = folder or Path(temporary)
        run, shards = collected_into(target, run, age, folder is not None, shows)
        said = [*_without_collectors(loaded.rules), *diagnostics_of(run, "warning")]
        return reporting.report(loaded, [str(target)], said, shards.empty())


def _without_collectors(rules: list[Rule]) -> list[Diagnostic]:
    """What is said of rules on types that cannot be collected: they look at nothing."""
    from gsl.collectors.table import COLLECTORS

    found = sorted({rule.entity_type for rule in rules if rule.entity_type} - set(COLLECTORS))
    if not found:
        return []
    return [Diagnostic("warning", "no-collector", f"these types are not collected from AWS: {', '.join(found)}")]
