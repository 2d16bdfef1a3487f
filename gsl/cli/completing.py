"""What a shell offers for a value: rules, packs, types, frameworks, checks; read from file names, never parsed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

VARIABLE = "_GSL_COMPLETE"
"""With it set, the command says what could come next instead of running."""

_NAME = re.compile(r"""  (?:["'](.+)["']|([^ ].*)):(?: \[|$)""")
"""A framework in the front matter of a rule."""


def rules_then_files(context: click.Context, parameter: click.Parameter, start: str) -> list[CompletionItem]:
    """Rules first: bundled ones by id and pack, where a word is begun; then, or with `-e`, files."""
    given = context.params.get(parameter.name or "") or context.params.get("expressions")
    return (files if given or not start else rules)(context, parameter, start)


def rules(context: click.Context, parameter: click.Parameter, start: str) -> list[CompletionItem]:
    """The bundled rules and packs."""
    from gsl.ruleset.bundled import bundled_ids

    return files(context, parameter, start) + packs(context, parameter, start) + _items(bundled_ids(), start)


def packs(context: click.Context, parameter: click.Parameter, start: str) -> list[CompletionItem]:
    """The packs of bundled rules."""
    from gsl.ruleset.packs import packs as known

    return _items({name: pack.title for name, pack in known().items()}, start)


def files(context: click.Context, parameter: click.Parameter, start: str) -> list[CompletionItem]:
    """Files and folders, which the shell looks for itself."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(start, type="file")]


def types(context: click.Context, parameter: click.Parameter, start: str) -> list[CompletionItem]:
    """The entity types, the last of several behind commas."""
    from gsl.inventory.schemas import known_types

    before, comma, last = start.rpartition(",")
    return _items([f"{before}{comma}{name}" for name in known_types()], start) if last or not comma else []


def type_then_files(context: click.Context, parameter: click.Parameter, start: str) -> list[CompletionItem]:
    """An entity type, then files."""
    return (files if context.params.get(parameter.name or "") else types)(context, parameter, start)


def frameworks(context: click.Context, parameter: click.Parameter, start: str) -> list[CompletionItem]:
    """The frameworks that bundled rules map to, as the option takes them: by any part of the name."""
    return _items([each for each in framework_names() if start.casefold() in each.casefold()], "")


def framework_trees(context: click.Context, parameter: click.Parameter, start: str) -> list[CompletionItem]:
    """The frameworks whose controls come with gsl, by any part of the name; then files."""
    from gsl.ruleset.frameworks import known_frameworks

    names = [each for each in known_frameworks() if start and start.casefold() in each.casefold()]
    return files(context, parameter, start) + _items(names, "")


def checks(context: click.Context, parameter: click.Parameter, start: str) -> list[CompletionItem]:
    """The codes of `gsl check`."""
    from gsl.authoring.checking.table import CHECKS

    return _items(CHECKS, start)


def report_formats(context: click.Context, parameter: click.Parameter, start: str) -> list[CompletionItem]:
    """The beginnings of FORMAT=FILE."""
    from gsl.results.reporters import FORMATS

    return _items({f"{name}=": each.does for name, each in FORMATS.items()}, start)


def commands(context: click.Context, parameter: click.Parameter, start: str) -> list[CompletionItem]:
    """The commands."""
    group = context.find_root().command
    return _items(group.list_commands(context) if isinstance(group, click.Group) else (), start)


def framework_names() -> list[str]:
    """The frameworks in the front matter of the bundled rules, by a look at its lines."""
    from gsl.ruleset.bundled import folder
    from gsl.ruleset.loading import RULE_SUFFIX

    found = set()
    for file in folder().rglob(f"*{RULE_SUFFIX}"):
        _, begun, rest = file.read_text("utf-8").partition("\nframeworks:\n")
        for line in rest.split("\n") if begun else ():
            name = _NAME.match(line)
            if name:
                found.add(name[1] or name[2])
            elif not line.startswith(" "):
                break
    return sorted(found)


def _items(values: Iterable[str], start: str) -> list[CompletionItem]:
    """Those that begin with what is typed, in any case; bash alone wants blanks escaped, twice, as its script reads them."""
    from click.shell_completion import CompletionItem

    bash = os.environ.get(VARIABLE, "").startswith("bash")
    fitting = [each for each in values if each.casefold().startswith(start.casefold())]
    told = values if isinstance(values, dict) else {}
    return [CompletionItem(each.replace(" ", r"\\ ") if bash else each, help=told.get(each)) for each in fitting]
