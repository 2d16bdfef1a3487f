"""`gsl eval`: check entities with rules and report."""

from __future__ import annotations

from pathlib import Path

import click
from msgspec.structs import replace

from gsl.cli.ending import ended
from gsl.cli.main import EXIT_CODES
from gsl.cli.output import check_output, wants_color, write
from gsl.cli.progress import ProgressLine
from gsl.cli.sources import lists_of, rules_and_inputs, run_options, say, usable_cores

_FORMATS = ("text", "json", "jsonl")
_SEVERITIES = ("informational", "low", "medium", "high", "critical")


@click.command("eval", epilog=EXIT_CODES, short_help="Check entities with rules and report what fails.")
@click.argument("arguments", nargs=-1, metavar="RULES INPUT...")
@run_options
@click.option(
    "--format",
    "format_name",
    type=click.Choice(_FORMATS),
    default="text",
    show_default=True,
    help="The form of the report.",
)
@click.option(
    "--severity",
    type=click.Choice(_SEVERITIES),
    help="Run only rules at or above this severity; rules without one always run.",
)
@click.option(
    "--fail-on",
    type=click.Choice(_SEVERITIES),
    help="Exit with 1 only for findings at or above this severity; any finding when left out.",
)
@click.option(
    "--strict",
    is_flag=True,
    help="Make errors of what is surely a mistake: no rules, no entities, rules without entities of their type, misspelt properties.",
)
@click.option("--all", "keep_all", is_flag=True, help="Report passed and excluded entities too.")
@click.option("--no-reasons", is_flag=True, help="Say what fails and not why: faster where much fails.")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many processes to use; all usable cores when left out, 1 for this process alone.",
)
@click.option("--no-progress", is_flag=True, help="Never show the progress of a long run on the terminal.")
@click.option(
    "-q", "--quiet", is_flag=True, help="Only findings and errors: no table, no summary, no warnings, no progress."
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the report to a file, all or nothing.",
)
@click.option(
    "--color",
    type=click.Choice(("auto", "always", "never")),
    default="auto",
    show_default=True,
    help="Colour the text report.",
)
def command(
    arguments: tuple[str, ...],
    expressions: tuple[str, ...],
    now: str | None,
    lists: tuple[str, ...],
    case_sensitive: bool,
    format_name: str,
    severity: str | None,
    fail_on: str | None,
    strict: bool,
    keep_all: bool,
    no_reasons: bool,
    jobs: int | None,
    no_progress: bool,
    quiet: bool,
    output: Path | None,
    color: str,
) -> int:
    """Check entities with rules and report what fails, and why.

    RULES is a rule file (.gsl), a folder of them, a ruleset as CloudGuard exports it (.json), or
    the id of a bundled rule. INPUT is an entity file (.json, .jsonl, either .gz), a folder of
    them, or - for standard input.

    \b
    gsl eval rule.gsl entities.json
    gsl eval D9.AWS.IAM.79 users.json --format json -o report.json
    gsl eval rules/ entities/ --fail-on high
    gsl eval -e "IamUser should have mfaActive = true" users.jsonl.gz
    """
    from gsl.engine.sources import evaluate_sources
    from gsl.results.reporters import REPORTERS, Settings
    from gsl.results.severity import severity_rank
    from gsl.ruleset.options import options_of

    loaded, inputs = rules_and_inputs(arguments, expressions)
    check_output(output, inputs)
    if severity is not None:
        least = severity_rank(severity)
        loaded = replace(loaded, rules=[rule for rule in loaded.rules if severity_rank(rule.severity) >= least])
    line = ProgressLine(wanted=not (quiet or no_progress))
    left = "no report was written"
    try:
        with line:
            report = evaluate_sources(
                loaded,
                inputs,
                options_of(now, lists_of(lists), None, case_sensitive),
                strict=strict,
                keep_all=keep_all,
                reasons=not no_reasons,
                jobs=jobs or usable_cores(),
                progress=line,
            )
        if output is None:
            left = "the report is incomplete"
        write(REPORTERS[format_name](report, Settings(color=wants_color(color, output), quiet=quiet)), output)
    except KeyboardInterrupt as stop:
        raise ended(stop, f"{line.told()}; {left}") from None
    say(report.diagnostics, quiet)
    return report.exit_code(fail_on)
