"""`gsl explain`: how one rule came to its verdict on one entity, and what decided over many."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from gsl.cli import completing
from gsl.cli.main import SHOWN_OR_NOT
from gsl.cli.sources import gathered, lists_of, refuse_none, rules_and_inputs, run_options, say, to_json, usable_cores
from gsl.errors import UsageError
from gsl.language.vocabulary import did_you_mean

if TYPE_CHECKING:
    from gsl.engine.verdicts import Subject
    from gsl.ruleset.loading import Loaded
    from gsl.ruleset.rule import Rule


@click.command("explain", epilog=SHOWN_OR_NOT, short_help="Show how one rule came to its verdict on one entity.")
@click.argument("arguments", nargs=-1, metavar="RULE INPUT...", shell_complete=completing.rules_then_files)
@run_options
@click.option(
    "--entity",
    "wanted",
    metavar="ID",
    help="The id, arn or name of the entity (for a List<> rule: the account); needed when there are several.",
)
@click.option(
    "--summary", is_flag=True, help="Instead of one entity, count over all of them which clauses decided the verdicts."
)
@click.option(
    "--no-what-if", is_flag=True, help="Do not look for the smallest change that would turn the verdict of the entity."
)
@click.option("--json", "as_json", is_flag=True, help="The same as JSON.")
def command(
    arguments: tuple[str, ...],
    expressions: tuple[str, ...],
    now: str | None,
    lists: tuple[str, ...],
    case_sensitive: bool,
    wanted: str | None,
    summary: bool,
    no_what_if: bool,
    as_json: bool,
) -> int:
    """Show the whole trace of one verdict: every part of the rule with its value.

    RULE is a rule file or the id of a bundled rule; INPUT are entity files. The parts that decided
    the verdict are marked with a star. Below stands the smallest change of the entity that would make
    it fail if it passes, and pass if it fails.

    With --summary, RULE may also be a folder or a pack, and the answer is how often which clause
    decided, for each verdict, over all entities of the input; these may be as many as for `gsl eval`.

    \b
    gsl explain D9.AWS.IAM.79 users.json --entity alice
    gsl explain D9.AWS.IAM.79 entities/ --summary
    """
    if summary and wanted is not None:
        raise click.UsageError("--summary is about all entities, --entity about one: give only one of them")
    if summary and no_what_if:
        raise click.UsageError("--no-what-if is about one entity, --summary about all: give only one of them")
    loaded, inputs = rules_and_inputs(arguments, expressions)
    refuse_none(loaded, *arguments[:1])
    settings = (now, lists, case_sensitive)
    if summary:
        return _summarize(loaded, inputs, settings, as_json)
    return _explain(loaded, inputs, settings, wanted, not no_what_if, as_json)


_Settings = tuple[str | None, tuple[str, ...], bool]


def _summarize(loaded: Loaded, inputs: list[str], settings: _Settings, as_json: bool) -> int:
    """Count which clauses decided, and show it."""
    from gsl.authoring.summarizing import summarize, summary_text
    from gsl.cli.ending import ended
    from gsl.cli.output import write
    from gsl.cli.progress import ProgressLine
    from gsl.ruleset.options import options_of

    now, lists, case_sensitive = settings
    line = ProgressLine()
    try:
        with line:
            options = options_of(now, lists_of(lists), None, case_sensitive)
            found = summarize(loaded, inputs, options, jobs=usable_cores(), progress=line)
    except KeyboardInterrupt as stop:
        raise ended(stop, f"{line.told()}; no summary was written") from None
    write([to_json(found.to_dict()) if as_json else summary_text(found)], None)
    say(found.diagnostics)
    return 2 if any([each.level == "error" for each in found.diagnostics]) else 0


def _explain(
    loaded: Loaded, inputs: list[str], settings: _Settings, wanted: str | None, turning: bool, as_json: bool
) -> int:
    """Show the trace of one verdict."""
    from gsl.authoring.explaining import explain, explanation_json, explanation_text
    from gsl.authoring.what_if import what_if
    from gsl.engine.diagnostics import of_error

    if loaded.errors:
        say([each for error in loaded.errors for each in of_error(error)])
        return 2
    rule = _one_rule(loaded)
    gathering = gathered(loaded, inputs, *settings)
    said = gathering.diagnostics()
    say(said)
    if any([summary.could_not_run for summary in gathering.plan.summaries]):
        return 2
    subject = _one_subject(rule, gathering.subjects(rule), wanted)
    explanation = explain(rule, subject.root, subject.run)
    answer = what_if(rule, subject.root, subject.run) if turning else None
    if as_json:
        sys.stdout.write(to_json(explanation_json(explanation, _names(subject), answer)))
    else:
        sys.stdout.write(explanation_text(explanation, f"{rule.entity_type} {subject.label}", answer))
    say(gathering.unknown_keys())
    return 2 if any([each.level == "error" for each in said]) else 0


def _one_rule(loaded: Loaded) -> Rule:
    """The rule to explain. Raises `UsageError` when there is not exactly one."""
    if len(loaded.rules) != 1:
        ids = ", ".join([rule.id for rule in loaded.rules][:10])
        raise UsageError(
            f"one rule is explained at a time; {len(loaded.rules)} are there: {ids}; --summary takes several"
        )
    (rule,) = loaded.rules
    if not rule.entity_type:
        raise UsageError(f"`{rule.id}` is a placeholder: there is nothing to explain")
    return rule


def _one_subject(rule: Rule, subjects: list[Subject], wanted: str | None) -> Subject:
    """The entity to explain the verdict on. Raises `UsageError` when there is not exactly one that fits."""
    found = [each for each in subjects if wanted is None or wanted in each.names]
    if not found:
        names = [each.names[-1] for each in subjects if each.names]
        near = did_you_mean(wanted or "", names)
        told = f"`{wanted}` is not among the {len(subjects)}" if wanted is not None else "there is none among the"
        raise UsageError(f"no {rule.entity_type} to explain: {told} {rule.entity_type} entities of the input{near}")
    if len(found) > 1:
        names = [each.names[0] for each in found[:10]]
        raise UsageError(
            f"{len(found)} entities fit: name one with --entity: {', '.join(names)}; or count over all with --summary"
        )
    return found[0]


def _names(subject: Subject) -> dict[str, str]:
    """What names the entity of an explanation, as reports have it."""
    entity = subject.entity
    return {
        "entityType": entity.type,
        "entityId": entity.id,
        "entityName": entity.name,
        "account": entity.account,
        "region": entity.region,
    }
