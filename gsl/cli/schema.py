"""`gsl schema`: the entity types, and what entities of a type have."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from gsl.cli import completing
from gsl.cli.main import SHOWN_OR_NOT
from gsl.cli.options import Choice
from gsl.cli.output import check_output, write
from gsl.cli.sources import say, to_json
from gsl.errors import InputError, UsageError
from gsl.language.vocabulary import did_you_mean

Schemas = dict[str, dict[str, Any]]


@click.command("schema", epilog=SHOWN_OR_NOT, short_help="List the entity types, or show the properties of one.")
@click.argument("arguments", nargs=-1, metavar="[TYPE] [FILE...]", shell_complete=completing.type_then_files)
@click.option(
    "--infer",
    multiple=True,
    metavar="FILE",
    shell_complete=completing.files,
    help="Show what the entities of this file have, not what gsl knows; more files may follow, or the option again.",
)
@click.option(
    "--format",
    "form",
    type=Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="`json` gives JSON Schema.",
)
@click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help="Write it there.")
def command(arguments: tuple[str, ...], infer: tuple[str, ...], form: str, output: Path | None) -> int:
    """List the entity types that gsl has schemas of, or show the properties of one.

    With --infer the types and properties are those of entity files; TYPE, a name without a dot,
    then chooses one of them.

    \b
    gsl schema
    gsl schema SecurityGroup
    gsl schema SecurityGroup --infer entities.json --format json
    """
    name, files = _split(arguments, infer)
    check_output(output, files)
    found, faulty = _inferred(files) if files else (_known(name), False)
    if name is not None and name not in found:
        where = "the files hold no" if files else "gsl has no schema of"
        raise UsageError(f"{where} `{name}`{did_you_mean(name, found) or '.'} Types: {', '.join(sorted(found))}")
    write([_shown(found, name, form, bool(files))], output)
    return 2 if faulty else 0


def _split(arguments: tuple[str, ...], infer: tuple[str, ...]) -> tuple[str | None, list[str]]:
    """The type that is named, and the files."""
    rest = list(arguments)
    name = rest.pop(0) if rest and (not infer or rest[0].isidentifier()) else None
    if rest and not infer:
        raise click.UsageError("one type is shown at a time; entity files are named with --infer")
    return name, [*infer, *rest]


def _known(name: str | None) -> Schemas:
    from gsl.inventory import schemas

    found = {each: schemas.schema_of(each) for each in schemas.known_types()}
    return {each: schema for each, schema in found.items() if schema is not None}


def _inferred(files: list[str]) -> tuple[Schemas, bool]:
    """The schemas of the entities of files, and whether something could not be read."""
    from gsl.engine.diagnostics import of_error
    from gsl.inventory.entity import Entity
    from gsl.inventory.inferring import inferred
    from gsl.inventory.reading import EntityReader, Target
    from gsl.results.secret_keys import is_secret_key
    from gsl.results.secret_shapes import has_secret

    errors: list[InputError] = []

    def entities() -> Iterator[Entity]:
        reader = EntityReader(Target())
        for file in files:
            for each in reader.read(file):
                if isinstance(each, Entity):
                    yield each
                elif isinstance(each, InputError):
                    errors.append(each)

    found = inferred(entities(), is_secret_key, has_secret)
    say([each for error in errors for each in of_error(error)])
    return dict(found), bool(errors)


def _shown(found: Schemas, name: str | None, form: str, are_inferred: bool) -> str:
    from gsl.authoring.properties import schema_text, types_text

    if name is not None:
        return to_json(found[name]) if form == "json" else schema_text(found[name])
    if are_inferred:
        return to_json(found) if form == "json" else "\n".join([schema_text(each) for each in found.values()])
    described = [(each, str(schema.get("description", ""))) for each, schema in found.items()]
    if form == "json":
        return to_json([{"type": each, "description": text} for each, text in described])
    return types_text(described)
