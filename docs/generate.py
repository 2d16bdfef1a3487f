"""Writes the pages of reference that are taken from the code: functions.md, cli.md, checks.md, rules.md,
entities/, and the schema of gsl.toml.

python docs/generate.py            # write them
python docs/generate.py --check    # write nothing; exit 1 and name the pages that drifted
"""

from __future__ import annotations

import argparse
import inspect
import re
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
from check_pages import checks_page
from configuration_schema import configuration_schema
from entity_pages import pages as entity_pages
from marking import NOTICE, code, escaped, page, table
from rule_pages import rules_page

from gsl.semantics.functions import FUNCTIONS
from gsl.semantics.functions.table import NOTHING, PATH, WHOLE, Function
from gsl.semantics.operators import OPERATORS

DOCS = Path(__file__).resolve().parent
READS = {
    WHOLE: "",
    PATH: " Reads only the part of its subject that its argument names.",
    NOTHING: " Reads nothing of its subject.",
}
_HEADING = re.compile(r"^(#+) (.+?) \{#([\w-]+)\}$", re.MULTILINE)


# --- functions.md -------------------------------------------------------------------------------


def functions_page() -> str:
    """The functions, grouped by the file they are defined in, and the operators of the table."""
    parts = [
        "# Functions and operators",
        NOTICE,
        "A function is written after the value it works on, its *subject*: `createDate before(-30, 'days')`. "
        "This page lists what there is; the [language](language.md#functions) tells what it means and why. "
        "Names of functions ignore case, and a function reads its subject as a whole where nothing else is said. Parameters in quotes are texts; those marked *literal* have to be "
        "written out, because they say what a rule reads.",
        _overview(),
    ]
    subject = ""
    for function in FUNCTIONS.values():
        if _subject(function) != subject:
            subject = _subject(function)
            parts.append(f"## {subject} {{#{subject.lower().replace(' ', '-')}-functions}}")
        parts += _function(function)
    return page([*parts, *_operators()])


def _subject(function: Function) -> str:
    return function.apply.__module__.rpartition(".")[2].replace("_", " ").capitalize()


def _overview() -> str:
    rows = []
    for function in FUNCTIONS.values():
        calls = ", ".join(f"`{function.signature(form)}`" for form in function.forms)
        rows.append([f"[`{function.name}`](#{function.name.lower()})", calls, function.takes, function.gives])
    return table(["function", "written", "subject", "gives"], rows)


def _function(function: Function) -> Iterator[str]:
    name = function.name
    yield f"### {name} {{#{name.lower()}}}"
    yield code([f"x {function.signature(form)}" for form in function.forms], "{.gsl}")  # not whole rules
    yield function.doc
    yield f"Subject: {function.takes}. Gives: {function.gives}.{READS[function.reads]}"
    parameters = {parameter.name: parameter for form in function.forms for parameter in form}
    if parameters:
        rows = [[f"`{each.name}`", each.doc, "literal" if each.literal else ""] for each in parameters.values()]
        yield table(["parameter", "is", ""], rows)
    anchor = _anchors_of_functions().get(name)
    if anchor is not None:
        yield f"In the language: [{anchor[0]}](language.md#{anchor[1]})."


def _anchors_of_functions() -> dict[str, tuple[str, str]]:
    """The heading, and its anchor, that explains each function; from the section on functions."""
    found: dict[str, tuple[str, str]] = {}
    inside = False
    for level, title, anchor in _HEADING.findall((DOCS / "language.md").read_text("utf-8")):
        if level == "##":
            inside = anchor == "functions"
        elif inside:
            found |= dict.fromkeys(re.findall(r"\w+", title), (title, anchor))
    return found


def _operators() -> Iterator[str]:
    yield "## Operators {#operators}"
    yield (
        "These compare two values. What each makes of values of different kinds is told under "
        "[equality](language.md#equality) and [order](language.md#order)."
    )
    yield table(
        ["operator", "holds"],
        [[f"`{name}`", operator.doc] for name, operator in OPERATORS.items()],
    )
    yield (
        "With syntax of their own: [`in`](language.md#in), [`like`](language.md#like), "
        "[`regexMatch`](language.md#regexmatch) and the [array operators](language.md#array-operators)."
    )


# --- cli.md -------------------------------------------------------------------------------------


def cli_page() -> str:
    """The command line: each command with its usage, arguments, options and exit codes."""
    from gsl.cli.group import cli

    parts = [
        "# Command line",
        NOTICE,
        "The report goes to standard output and nothing else does: messages go to standard error. "
        "A command that lists no exit codes has those of [gsl](#gsl).",
        "Every option can also stand in a file or in the environment: see [configuration](configuration.md).",
        "Rules that were parsed before are taken from the user's cache folder (`~/.cache/gsl` on Linux). "
        "`GSL_CACHE_DIR` names another folder; empty, it turns the cache off. "
        "The folder may be deleted at any time, and is not used when others can write there.",
    ]
    for context in _contexts(cli, None, "gsl"):
        parts += _command(context)
    return page(parts)


def _contexts(command: click.Command, parent: click.Context | None, name: str) -> Iterator[click.Context]:
    """A context for a command and for each command below it."""
    context = click.Context(command, parent, info_name=name, **command.context_settings)
    yield context
    if isinstance(command, click.Group):
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            if found is not None and not found.hidden:
                yield from _contexts(found, context, child)


def _command(context: click.Context) -> Iterator[str]:
    command, path = context.command, context.command_path
    yield f"## {path} {{#{path.replace(' ', '-')}}}"
    yield code([f"{path} {' '.join(command.collect_usage_pieces(context))}"])
    yield from _prose(command.help)
    arguments = [each for each in command.get_params(context) if isinstance(each, click.Argument)]
    described = [(each.make_metavar(context), getattr(each, "help", None)) for each in arguments]
    if any(text for _, text in described):
        yield table(["argument", ""], [[f"`{name}`", escaped(text or "")] for name, text in described])
    options = [each.get_help_record(context) for each in command.get_params(context) if isinstance(each, click.Option)]
    rows = [[f"`{record[0]}`", escaped(record[1])] for record in options if record is not None]
    if rows:
        yield table(["option", ""], rows)
    if isinstance(command, click.Group):
        yield table(["command", ""], [_listed(command, context, name) for name in command.list_commands(context)])
    if context.parent is None or command.epilog != context.parent.command.epilog:
        yield from _prose(command.epilog)


def _listed(group: click.Group, context: click.Context, name: str) -> list[str]:
    command = group.get_command(context, name)
    anchor = f"{context.command_path} {name}".replace(" ", "-")
    return [f"[`{name}`](#{anchor})", escaped(command.get_short_help_str(limit=200)) if command else ""]


def _prose(text: str | None) -> Iterator[str]:
    """Click's help as Markdown: what stands below a backspace keeps its lines."""
    for paragraph in inspect.cleandoc(text or "").partition("\f")[0].split("\n\n"):
        first, _, rest = paragraph.strip("\n").partition("\n")
        if first.strip() == "\b":
            yield code(textwrap.dedent(rest).split("\n"))
        elif paragraph.strip():
            yield escaped(" ".join(paragraph.split()))


PAGES: dict[str, Callable[[], str]] = {
    "functions.md": functions_page,
    "cli.md": cli_page,
    "checks.md": checks_page,
    "rules.md": rules_page,
    "gsl.schema.json": configuration_schema,
    **entity_pages(),
}
"""Every generated page, by its file's name in docs/."""


def drifted() -> list[str]:
    """The pages whose file is not what the code says."""
    return [name for name, make in PAGES.items() if _written(name) != make()]


def _written(name: str) -> str | None:
    file = DOCS / name
    return file.read_text("utf-8") if file.exists() else None


def main(arguments: list[str] | None = None) -> int:
    """Write the pages, or with `--check` say which of them drifted."""
    parser = argparse.ArgumentParser(description="Write the pages of reference that are taken from the code.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a page drifted")
    given: Any = parser.parse_args(arguments)
    stale = drifted()
    for name in stale:
        if given.check:
            print(f"docs/{name} is not what the code says: run python docs/generate.py", file=sys.stderr)
        else:
            (DOCS / name).parent.mkdir(exist_ok=True)
            (DOCS / name).write_text(PAGES[name](), "utf-8")
            print(f"docs/{name} written", file=sys.stderr)
    return int(given.check and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
