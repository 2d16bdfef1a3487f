"""What `gsl collect` and `gsl scan` share: where to go in AWS, how fast, and what is said of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click
from msgspec import Struct

from gsl.cli.options import Command, with_options
from gsl.results.model import Diagnostic

if TYPE_CHECKING:
    from gsl.collectors.collecting import Run, Scope, Wanted
    from gsl.collectors.problems import Problem

_ACCOUNT = re.compile(r"[0-9]{12}", re.ASCII)
_REGION = re.compile(r"[a-z]{2,4}(-[a-z]{2,12}){1,3}-[0-9]{1,2}", re.ASCII)
_ROLE = re.compile(r"[A-Za-z0-9_+=,.@/-]{1,512}", re.ASCII)
_EXTERNAL = re.compile(r"[A-Za-z0-9_+=,.@:/-]{2,1224}", re.ASCII)
_SESSION = re.compile(r"[A-Za-z0-9_+=,.@-]{2,64}", re.ASCII)
_AGE = re.compile(r"([0-9]{1,6})([smhd])", re.ASCII)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def aws_options(command: Command) -> Command:
    """The options that say where entities are collected, and how."""
    options = [
        click.option(
            "--profile", metavar="NAME", help="The profile of your AWS configuration; AWS_PROFILE when left out."
        ),
        click.option(
            "--regions",
            metavar="REGION,...",
            default="all",
            show_default=True,
            help="The regions to go to; `all` are those that each account has enabled.",
        ),
        click.option("--org", is_flag=True, help="Go to every active account of the organisation; needs --role-name."),
        click.option(
            "--accounts",
            metavar="ID,...",
            default="",
            help="Only these accounts; in others than your own with --role-name.",
        ),
        click.option("--exclude-accounts", metavar="ID,...", default="", help="Leave these accounts out."),
        click.option("--role-name", metavar="NAME", help="The role to take in every account but your own."),
        click.option("--external-id", metavar="ID", help="The external id that the role asks for."),
        click.option(
            "--session-name", metavar="NAME", default="gsl", show_default=True, help="The name that CloudTrail shows."
        ),
        click.option(
            "--workers",
            type=click.IntRange(1, 64),
            default=16,
            show_default=True,
            metavar="N",
            help="How many calls may be under way at once.",
        ),
        click.option(
            "--max-rps", type=click.FloatRange(min=0.1), metavar="N", help="At most so many requests a second, in all."
        ),
    ]
    return with_options(command, options)


def kept_options(command: Command) -> Command:
    """The options of entities that are kept in a folder."""
    age = click.option(
        "--max-age",
        metavar="AGE",
        default="24h",
        show_default=True,
        help="How old --resume lets a file be: 90m, 24h, 7d.",
    )
    resume = click.option("--resume", is_flag=True, help="Keep files that are complete and younger than --max-age.")
    return resume(age(command))


class Aws(Struct, frozen=True):
    """What the options say."""

    profile: str | None
    regions: str
    org: bool
    accounts: str
    exclude_accounts: str
    role_name: str | None
    external_id: str | None
    session_name: str
    workers: int
    max_rps: float | None

    def scope(self) -> Scope:
        """Where to go. Raises `click.UsageError`."""
        from gsl.collectors.collecting import Scope
        from gsl.collectors.places import Role

        accounts = _listed(self.accounts, "--accounts", _ACCOUNT, "an account is twelve digits")
        without = _listed(self.exclude_accounts, "--exclude-accounts", _ACCOUNT, "an account is twelve digits")
        if self.org and not self.role_name:
            raise click.UsageError("--org needs --role-name, the role to take in each account")
        if (self.external_id or self.session_name != "gsl") and not self.role_name:
            raise click.UsageError("--external-id and --session-name belong to --role-name")
        for text, option, pattern in (
            (self.role_name, "--role-name", _ROLE),
            (self.external_id, "--external-id", _EXTERNAL),
            (self.session_name, "--session-name", _SESSION),
        ):
            if text is not None and not pattern.fullmatch(text):
                raise click.UsageError(f"{option} has `{text}`: AWS takes {pattern.pattern} there")
        role = Role(self.role_name, self.external_id, self.session_name) if self.role_name else None
        regions = None
        if self.regions != "all":
            regions = _listed(self.regions, "--regions", _REGION, "a region is a name such as eu-west-1")
            if not regions:
                raise click.UsageError("--regions names no region; leave it out for all")
        return Scope(regions, self.org, accounts, without, role)

    def run(self, wanted: Wanted, scope: Scope) -> Run:
        """The run that goes there. Raises `UsageError` when AWS does not know who asks."""
        import boto3
        from botocore.exceptions import BotoCoreError

        from gsl.collectors.collection import prepared
        from gsl.errors import UsageError

        try:
            session = boto3.Session(profile_name=self.profile)
        except BotoCoreError as error:
            raise UsageError(f"{error}. `aws configure list-profiles` shows the profiles there are") from None
        return prepared(session, wanted, scope, self.workers, self.max_rps)


def _listed(text: str, option: str, pattern: re.Pattern[str], expected: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys([each.strip() for each in text.split(",") if each.strip()]))
    for each in found:
        if not pattern.fullmatch(each):
            raise click.UsageError(f"{option} has `{each}`: {expected}")
    return found


def age_of(text: str) -> float:
    """Seconds of `90m`, `24h` or `7d`. Raises `click.UsageError`."""
    found = _AGE.fullmatch(text)
    if found is None:
        raise click.UsageError(f"--max-age has `{text}`: an age is a number and s, m, h or d, such as 24h")
    return int(found[1]) * _SECONDS[found[2]]


def diagnostics_of(run: Run, level: str) -> list[Diagnostic]:
    """What could not be collected, at a level, and what was left out on purpose."""
    found = [Diagnostic(level, "not-collected", told(each), count=each.count) for each in run.problems.sorted()]
    regions: dict[tuple[str, str], list[str]] = {}
    for each in sorted(run.skipped, key=lambda each: (each.account, each.region)):
        regions.setdefault((each.account, each.reason), []).append(each.region)
    for (account, reason), names in regions.items():
        named = f" {', '.join([name for name in names if name])}" if any(names) else ""
        found.append(Diagnostic("note", "left-out", f"account {account}: left out{named}: {reason}"))
    return found


def told(problem: Problem) -> str:
    """A problem in one line: where, which call, why, and what to add."""
    place = f"account {problem.account}, {problem.region}"
    kind = f" ({problem.type})" if problem.type else ""
    add = f"; add the permission {problem.permission}" if problem.permission else ""
    message = problem.message.rstrip(".")
    return f"{place}: {problem.service}:{problem.operation}{kind}: {problem.code}: {message}{add}"
