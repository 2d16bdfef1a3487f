"""`gsl collect`: entities of AWS accounts into files."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gsl.cli import completing
from gsl.cli.aws import Aws, age_of, aws_options, diagnostics_of, kept_options
from gsl.cli.gathering import collected_into
from gsl.cli.output import table
from gsl.cli.sources import counted, rules_named, say, to_json
from gsl.results.model import Diagnostic
from gsl.ruleset.loading import RuleSetError

if TYPE_CHECKING:
    from gsl.collectors.collecting import Run, Scope, Wanted
    from gsl.collectors.shards import Shards

EXIT_CODES = """\b
Exit codes:
  0  all was collected
  2  something could not be collected, or usage error
  130  interrupted with Ctrl-C (143 by SIGTERM, 129 by SIGHUP)"""


@click.command("collect", epilog=EXIT_CODES, short_help="Collect entities from AWS into files.")
@aws_options
@click.option(
    "--types", metavar="TYPE,...", default="", shell_complete=completing.types, help="Only these entity types."
)
@click.option(
    "--rules",
    metavar="RULES",
    shell_complete=completing.rules,
    multiple=True,
    help="Only what these rules read: a file, a folder, an id or a pack; may be repeated.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("entities"),
    show_default=True,
    metavar="FOLDER",
    help="Where the entities go: FOLDER/<account>/<region>/<Type>.jsonl.gz.",
)
@kept_options
@click.option("--prune", is_flag=True, help="Remove files of earlier runs that this one did not collect.")
@click.option("--dry-run", is_flag=True, help="Make no call: show which calls a run would make.")
@click.option("--print-policy", is_flag=True, help="Make no call: print the least IAM policy that a run needs.")
@click.option("--no-progress", is_flag=True, help="Never show the progress of a long run on the terminal.")
@click.option("-q", "--quiet", is_flag=True, help="Say only what could not be collected.")
def command(
    types: str,
    rules: tuple[str, ...],
    output: Path,
    resume: bool,
    max_age: str,
    prune: bool,
    dry_run: bool,
    print_policy: bool,
    no_progress: bool,
    quiet: bool,
    **options: Any,
) -> int:
    """Collect entities from AWS into files, to check them offline as often as you like.

    It makes read-only calls with the credentials that boto3 finds (AWS_PROFILE, `aws sso login`,
    an instance's role). What a denied call would have given is marked, so that rules on it give
    the verdict error and never a pass.

    \b
    gsl collect -o entities/                              this account, all enabled regions
    gsl collect --types IamUser,S3Bucket --regions eu-west-1
    gsl collect --org --role-name Audit --resume          every account of the organisation
    gsl collect --dry-run --print-policy                  what it would do, and the policy for it
    """
    aws = Aws(**options)
    scope = aws.scope()
    wanted = wanted_of(types, rules)
    age = age_of(max_age)
    if dry_run or print_policy:
        _plan(wanted, scope, dry_run, print_policy)
        return 0
    run = aws.run(wanted, scope)
    run, shards = collected_into(output, run, age if resume else None, True, not (quiet or no_progress))
    pruned = shards.prune() if prune else 0
    if not quiet:
        sys.stdout.write(_summary(run, shards, pruned))
        sys.stdout.flush()
    say([*diagnostics_of(run, "error"), *_others(shards)], quiet)
    return 2 if len(run.problems) else 0


def wanted_of(types: str, rules: tuple[str, ...]) -> Wanted:
    """What to collect: the given types, what rules read, or everything. Raises `GslError`."""
    from gsl.collectors.collecting import Wanted
    from gsl.collectors.collection import types_of

    names = [each.strip() for each in types.split(",") if each.strip()] or None
    if not rules:
        return Wanted(types_of(names))
    loaded = rules_named(rules, ())
    if loaded.errors:
        raise RuleSetError(tuple(loaded.errors))
    needs = needed(loaded.rules)
    return Wanted(needs if names is None else {name: needs.get(name, frozenset()) for name in types_of(names)})


def needed(rules: Any) -> dict[str, frozenset[str] | None]:
    """What rules need of the types that can be collected. Raises `UsageError` when that is nothing."""
    from gsl.collectors.table import COLLECTORS
    from gsl.errors import UsageError
    from gsl.ruleset.needs import needs_of

    found = needs_of(rules)
    known = {name: paths for name, paths in found.items() if name in COLLECTORS}
    if not known:
        about = f"they are about {', '.join(sorted(found))}" if found else "there are none"
        raise UsageError(f"no rule is about a type that can be collected from AWS; {about}")
    return known


def _others(shards: Shards) -> list[Diagnostic]:
    """What is said of files that were there before: whoever reads the folder reads them too."""
    found = shards.others()
    if not found:
        return []
    files = _many(len(found), "file", "files")
    message = f"{files} of earlier runs are in the folder too, such as {found[0]}; --prune removes them"
    return [Diagnostic("warning", "earlier-files", message)]


def _plan(wanted: Wanted, scope: Scope, shows: bool, prints: bool) -> None:
    from gsl.collectors.planning import planned, policy

    plan = planned(wanted, scope)
    if shows:
        rows = [("CALL", "ONCE A", "PERMISSION", "FOR")]
        rows += [(each.call.name, each.per, each.call.action, ", ".join(each.types)) for each in plan]
        sys.stdout.write(table(rows))
        sys.stdout.write(f"\n{counted(len(plan), 'call')}; lists take one for each page. No call was made.\n")
    if shows and prints:
        sys.stdout.write("\n")
    if prints:
        sys.stdout.write(to_json(policy(plan, scope.role.name if scope.role else None)))


def _many(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def _summary(run: Run, shards: Shards, pruned: int) -> str:
    """What was collected: a row a type, then the run in one line."""
    counts: Counter[str] = Counter(dict.fromkeys(run.wanted.types, 0))
    counts.update(shards.counts)
    rows = [("TYPE", "ENTITIES"), *[(name, f"{counts[name]:,}") for name in sorted(counts)]]
    reused = f", {len(shards.reused)} kept from before" if shards.reused else ""
    removed = f", {pruned} of earlier runs removed" if pruned else ""
    line = (
        f"{shards.folder}: {_many(sum(counts.values()), 'entity', 'entities')} of "
        f"{counted(run.progress.accounts, 'account')} in {counted(run.progress.done, 'file')}{reused}{removed}; "
        f"{counted(run.traffic.calls, 'call')}, {counted(len(run.problems), 'problem')}.\n"
    )
    return f"{table(rows)}\n{line}"
