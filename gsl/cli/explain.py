"""`gsl explain`: how one rule came to its verdict on one entity."""

from __future__ import annotations

import sys

import click

from gsl.cli.main import SHOWN_OR_NOT
from gsl.cli.sources import gathered, rules_and_inputs, run_options, say
from gsl.errors import UsageError
from gsl.language.vocabulary import did_you_mean


@click.command("explain", epilog=SHOWN_OR_NOT, short_help="Show how one rule came to its verdict on one entity.")
@click.argument("arguments", nargs=-1, metavar="RULE INPUT...")
@run_options
@click.option(
    "--entity",
    "wanted",
    metavar="ID",
    help="The id, arn or name of the entity (for a List<> rule: the account); needed when there are several.",
)
def command(
    arguments: tuple[str, ...],
    expressions: tuple[str, ...],
    now: str | None,
    lists: tuple[str, ...],
    case_sensitive: bool,
    wanted: str | None,
) -> int:
    """Show the whole trace of one verdict: every part of the rule with its value.

    RULE is a rule file or the id of a bundled rule; INPUT are entity files. The parts that decided
    the verdict are marked with a star.

    \b
    gsl explain D9.AWS.IAM.79 users.json --entity alice
    """
    from gsl.authoring.explaining import explain, explanation_text
    from gsl.engine.diagnostics import of_error

    loaded, inputs = rules_and_inputs(arguments, expressions)
    if loaded.errors:
        say([each for error in loaded.errors for each in of_error(error)])
        return 2
    if len(loaded.rules) != 1:
        ids = ", ".join([rule.id for rule in loaded.rules][:10])
        raise UsageError(f"one rule is explained at a time; {len(loaded.rules)} are there: {ids}")
    (rule,) = loaded.rules
    if not rule.entity_type:
        raise UsageError(f"`{rule.id}` is a placeholder: there is nothing to explain")
    gathering = gathered(loaded, inputs, now, lists, case_sensitive)
    said = gathering.diagnostics()
    say(said)
    if any([summary.could_not_run for summary in gathering.plan.summaries]):
        return 2
    subjects = gathering.subjects(rule)
    found = [each for each in subjects if wanted is None or wanted in each.names]
    if not found:
        names = [each.names[-1] for each in subjects if each.names]
        near = did_you_mean(wanted or "", names)
        told = f"`{wanted}` is not among the {len(subjects)}" if wanted is not None else "there is none among the"
        raise UsageError(f"no {rule.entity_type} to explain: {told} {rule.entity_type} entities of the input{near}")
    if len(found) > 1:
        names = [each.names[0] for each in found[:10]]
        raise UsageError(f"{len(found)} entities fit: name one with --entity: {', '.join(names)}")
    (subject,) = found
    explanation = explain(rule, subject.root, subject.run)
    sys.stdout.write(explanation_text(explanation, f"{rule.entity_type} {subject.label}"))
    say(gathering.unknown_keys())
    return 2 if any([each.level == "error" for each in said]) else 0
