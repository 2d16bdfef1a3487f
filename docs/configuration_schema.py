"""The JSON Schema of gsl.toml, from the options of the commands; for docs/generate.py."""

from __future__ import annotations

import json
from typing import Any

import click

from gsl.cli.configuration.values import takes_commas
from gsl.cli.configuration.variables import options_of
from gsl.cli.group import cli

TEXT: dict[str, Any] = {"type": "string"}
TEXTS = {"anyOf": [TEXT, {"type": "array", "items": TEXT}]}


def configuration_schema() -> str:
    """The schema, as JSON."""
    context = click.Context(cli, info_name="gsl")
    tables: dict[str, dict[str, Any]] = {}
    everywhere: dict[str, list[dict[str, Any]]] = {}
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        options = {key: {"description": option.help, **_form(option)} for key, option in options_of(command).items()}
        tables[name] = {"type": "object", "additionalProperties": False, "properties": options}
        for key, form in options.items():
            everywhere.setdefault(key, []).append(form)
    for name, table in tables.items():
        everywhere.setdefault(name, []).append({"description": f"Options of `gsl {name}`.", **table})
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "gsl.toml: options of the gsl command",
        "type": "object",
        "additionalProperties": False,
        "properties": {key: _one_of(forms) for key, forms in everywhere.items()},
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _one_of(forms: list[dict[str, Any]]) -> dict[str, Any]:
    """What is allowed where commands share a key: what any of them takes."""
    distinct: list[dict[str, Any]] = []
    for form in forms:
        bare = {key: value for key, value in form.items() if key != "description"}
        if bare not in [{key: value for key, value in each.items() if key != "description"} for each in distinct]:
            distinct.append(form)
    return distinct[0] if len(distinct) == 1 else {"anyOf": distinct}


def _form(option: click.Option) -> dict[str, Any]:
    if option.is_flag:
        return {"type": "boolean"}
    if isinstance(option.type, click.Choice):
        return {"enum": [*option.type.choices]}
    if isinstance(option.type, (click.types.IntParamType, click.types.FloatParamType)):
        return {"type": "integer" if isinstance(option.type, click.types.IntParamType) else "number", **_limits(option)}
    return TEXTS if option.multiple or takes_commas(option) else TEXT


def _limits(option: click.Option) -> dict[str, Any]:
    limits = {"minimum": getattr(option.type, "min", None), "maximum": getattr(option.type, "max", None)}
    return {name: limit for name, limit in limits.items() if limit is not None}
