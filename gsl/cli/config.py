"""`gsl config`: what each option is set to, and by what."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from gsl.cli import completing
from gsl.cli.configuration.applying import KEPT, Configuration, here, origin_of
from gsl.cli.configuration.variables import SECRET, options_of
from gsl.cli.main import SHOWN_OR_NOT
from gsl.cli.output import table
from gsl.cli.sources import to_json
from gsl.errors import printable

_HIDDEN = "(hidden)"


@click.command("config", epilog=SHOWN_OR_NOT, short_help="Show what each option is set to, and by what.")
@click.argument("name", required=False, metavar="[COMMAND]", shell_complete=completing.commands)
@click.option(
    "--all", "every", is_flag=True, help="Also the options that nothing sets; with COMMAND they are always shown."
)
@click.option("--json", "as_json", is_flag=True, help="The same as JSON, of all options.")
@click.pass_context
def command(context: click.Context, name: str | None, every: bool, as_json: bool) -> None:
    """Show what each option is set to, and by what: a file with its line, a variable, or a default.

    Options come from flags, else from variables (`GSL_EVAL_FAIL_ON`, else `GSL_FAIL_ON`), else from
    the nearest gsl.toml or the table [tool.gsl] of a pyproject.toml (`fail-on` in `[eval]`, else at
    the top), else from gsl. Every value is checked. Without COMMAND it shows all commands.

    \b
    gsl config
    gsl config eval
    GSL_FAIL_ON=high gsl config scan
    gsl --config strict.toml config eval --json
    """
    configuration: Configuration = context.meta[KEPT]
    names = [*configuration.names()] if name is None else [name]
    if name is not None and name not in configuration.names():
        from gsl.language.vocabulary import did_you_mean

        raise click.UsageError(f"there is no command `{name}`{did_you_mean(name, configuration.names())}")
    assert context.parent is not None
    found = [row for each in names for row in _rows(context.parent, configuration, each)]
    if as_json:
        click.echo(to_json({"file": _file(configuration), "options": found}), nl=False)
        return
    click.echo("".join(_text(configuration, found, every or name is not None)), nl=False)


def _file(configuration: Configuration) -> str | None:
    return configuration.file.path if configuration.file is not None else None


def _rows(parent: click.Context, configuration: Configuration, name: str) -> Iterator[dict[str, Any]]:
    """The options of a command, each with its value and where it came from. Raises `click.UsageError`."""
    subject = configuration.load(name)
    context = click.Context(subject, parent, info_name=name)
    context.default_map = configuration.defaults(name)
    for key, option in options_of(subject).items():
        try:
            option.handle_parse_result(context, {}, [])
        except click.MissingParameter:
            context.params[option.name or ""] = None
        value = context.params.get(option.name or "")
        hidden = key in SECRET and value is not None
        yield {
            "command": name,
            "option": key,
            "value": _HIDDEN if hidden else _plain(value),
            "from": origin_of(context, option) or "default",
            "set": context.get_parameter_source(option.name or "") is not ParameterSource.DEFAULT,
        }


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, Path):
        return str(value)
    return value if isinstance(value, (bool, int, float, str)) else None


def _text(configuration: Configuration, found: list[dict[str, Any]], every: bool) -> Iterator[str]:
    """The same for people."""
    from gsl.cli.configuration.finding import folders

    file = _file(configuration)
    if file is not None:
        yield f"file: {printable(file)}\n\n"
    else:
        looked = [*folders(here() or "")] if here() else []
        where = f"; looked in {', '.join(looked)}" if looked else ""
        yield printable(f"file: none{where}") + "\n\n"
    rows = [each for each in found if every or each["set"]]
    if not rows:
        yield "no option is set; --all shows the defaults\n"
        return
    cells = [
        (each["command"], each["option"], printable(_shown(each["value"])), printable(each["from"])) for each in rows
    ]
    yield table([("COMMAND", "OPTION", "VALUE", "FROM"), *cells])


def _shown(value: Any) -> str:
    if value is None or value in ((), [], ""):
        return "-"
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
