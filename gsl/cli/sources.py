"""What commands share: naming rules and inputs, reading lists, and saying what there is to say."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gsl.cli.cache import kept_rules
from gsl.cli.options import Command, with_options
from gsl.errors import UsageError, printable
from gsl.results.model import NO_ENTITIES, Diagnostic
from gsl.ruleset.loading import Loaded

if TYPE_CHECKING:
    from gsl.engine.runner import Gathering


def run_options(command: Command) -> Command:
    """The options of every command that evaluates rules."""
    options = [
        click.option(
            "-e",
            "--expression",
            "expressions",
            multiple=True,
            metavar="GSL",
            help="A rule as text, instead of the first argument; may be repeated.",
        ),
        click.option(
            "--now",
            metavar="DATE",
            help="The instant that `before` and `after` count from, such as 2024-06-01 or 2024-06-01T12:00:00Z; the clock when left out.",
        ),
        click.option(
            "--list",
            "lists",
            multiple=True,
            metavar="NAME=FILE",
            help="A named list (`in $NAME`): a JSON array, or one value a line; may be repeated.",
        ),
        click.option("--case-sensitive", is_flag=True, help="Tell upper from lower case in texts."),
    ]
    return with_options(command, options)


def rules_of(name: str) -> Loaded:
    """The rules that an argument names. Raises `UsageError` when there are none."""
    from gsl.engine.evaluation import rules_named

    with kept_rules(name):
        return rules_named(name)


def rules_and_inputs(arguments: tuple[str, ...], expressions: tuple[str, ...]) -> tuple[Loaded, list[str]]:
    """The rules and the entity files that a command line names; with `-e` all arguments are files."""
    from gsl.engine.evaluation import rule_of_expression

    inputs = list(arguments)
    loaded = Loaded()
    if expressions:
        with kept_rules(*expressions):
            for number, text in enumerate(expressions, 1):
                loaded.add(rule_of_expression(text, number))
    elif inputs:
        loaded = rules_of(inputs.pop(0))
    else:
        raise click.UsageError("the rules are missing: give a rule file, a folder or an id first, or -e GSL")
    if not inputs:
        raise click.UsageError("the entities are missing: give one or more entity files, or - for standard input")
    if inputs.count("-") > 1:
        raise click.UsageError("standard input (-) can be read only once")
    return loaded.distinct(), inputs


def refuse_none(loaded: Loaded, *named: object) -> None:
    """Raise `UsageError` when there is not one rule to work on, broken ones counted."""
    if not loaded.rules and not loaded.errors:
        raise UsageError(f"there is no rule in {', '.join(map(str, named))}")


def rules_named(names: tuple[str, ...], expressions: tuple[str, ...]) -> Loaded:
    """The rules of several names and expressions; all bundled ones when there are none of either."""
    from gsl.engine.evaluation import rule_of_expression
    from gsl.ruleset.packs import ALL, rules_in

    loaded = Loaded()
    for name in names:
        loaded.add(rules_of(name))
    with kept_rules(*(expressions or (ALL,))):
        for number, text in enumerate(expressions, 1):
            loaded.add(rule_of_expression(text, number))
        if not names and not expressions:
            loaded.add(Loaded(rules_in(ALL) or []))
    return loaded.distinct()


def gathered(
    loaded: Loaded, inputs: list[str], now: str | None, lists: tuple[str, ...], case_sensitive: bool
) -> Gathering:
    """The entities of all inputs, held together. Raises `UsageError` and `InputError`."""
    from gsl.engine.runner import Gathering
    from gsl.inventory.files import READ_ONCE, once
    from gsl.inventory.reading import EntityReader
    from gsl.ruleset.options import options_of

    gathering = Gathering(loaded, options_of(now, lists_of(lists), None, case_sensitive))
    reader = EntityReader(gathering.plan.target, gathering.runner.note)
    sources, again = once(inputs)
    for source in again:
        gathering.runner.note("named-twice", READ_ONCE, source)
    for source in sources:
        gathering.take(reader.read(source))
    return gathering


def lists_of(options: Iterable[str]) -> dict[str, list[Any]]:
    """The named lists of `--list NAME=FILE` options. Raises `UsageError` and `InputError`."""
    from gsl.inventory.value_lists import list_in

    lists: dict[str, list[Any]] = {}
    for option in options:
        name, mark, file = option.partition("=")
        if not mark or not name or not file:
            raise click.UsageError(f"--list takes NAME=FILE, not `{option}`")
        name = name.removeprefix("$")
        if name in lists:
            raise click.UsageError(f"--list gives `{name}` twice")
        lists[name] = list_in(Path(file))
    return lists


def say(diagnostics: Iterable[Diagnostic], quiet: bool = False) -> None:
    """Print diagnostics on standard error; with `quiet` only errors. What many rules share is said once."""
    for each, rules in _together([each for each in diagnostics if not quiet or each.level == "error"]):
        where = f"{each.location}: " if each.location else f"{each.rule_id}: " if each.rule_id and not rules else ""
        times = f" ({each.count} times)" if each.count is not None and each.count > 1 and each.key is None else ""
        shown = (
            f" ({len(rules)} rules: {', '.join(rules[:_NAMED])}{', ...' if len(rules) > _NAMED else ''})"
            if rules
            else ""
        )
        click.echo(printable(f"{where}{each.level}[{each.code}]: {each.message}{times}{shown}"), err=True)
        if each.excerpt:
            click.echo(each.excerpt, err=True)


_SHARED = (NO_ENTITIES,)
"""Codes whose messages are the same for all rules about a type."""

_NAMED = 3
"""Rules that are named where many share a message."""


def _together(diagnostics: Iterable[Diagnostic]) -> list[tuple[Diagnostic, list[str]]]:
    """Diagnostics, each with the rules that share it, if there are several; at the place of the first."""
    found: dict[object, tuple[Diagnostic, list[str]]] = {}
    for number, each in enumerate(diagnostics):
        key = (each.level, each.code, each.message) if each.code in _SHARED else number
        found.setdefault(key, (each, []))[1].append(each.rule_id or "")
    return [(each, rules if len(rules) > 1 else []) for each, rules in found.values()]


def usable_cores() -> int:
    """How many processors this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1


def counted(count: int, thing: str) -> str:
    """A number of things in words: `1 case`, `2 cases`."""
    return f"{count} {thing}" + ("" if count == 1 else "s")


def to_json(value: Any) -> str:
    """JSON for people and tools: indented, one final newline."""
    return json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
