"""`gsl check`: mistakes in rules that parse."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gsl.cli import completing
from gsl.cli.cache import kept_rules
from gsl.cli.options import Choice
from gsl.cli.output import check_output, write
from gsl.cli.sources import refuse_none, say
from gsl.errors import UsageError

if TYPE_CHECKING:
    from gsl.authoring.checking.outputs import Outcome
    from gsl.authoring.checking.running import Settings
    from gsl.authoring.checking.shapes import Shapes
    from gsl.results.frameworks import Framework
    from gsl.results.model import Diagnostic
    from gsl.ruleset.loading import Loaded
    from gsl.ruleset.rule import Rule

_EXIT_CODES = """\b
Exit codes:
  0  nothing was found, or notes only
  1  there are warnings or errors
  2  something could not be checked"""


def _codes(context: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    """Codes and beginnings of codes, from an option that takes several, joined by commas."""
    from gsl.authoring.checking.table import CHECKS
    from gsl.language.vocabulary import did_you_mean

    codes = tuple([code.strip().upper() for each in given for code in each.split(",") if code.strip()])
    for code in codes:
        if not any([known.startswith(code) for known in CHECKS]):
            raise click.BadParameter(f"there is no check `{code}`{did_you_mean(code, CHECKS)}")
    return codes


@click.command("check", epilog=_EXIT_CODES, short_help="Find mistakes in rules.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path))
@click.option("--fix", is_flag=True, help="Mend what can be mended without changing what the rules mean.")
@click.option(
    "--entities", multiple=True, metavar="FILE", help="Entities that show what properties there are; may be repeated."
)
@click.option(
    "--schema",
    "schemas",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The schema of an entity type, instead of the bundled one; may be repeated.",
)
@click.option(
    "--framework",
    "frameworks",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="A framework of your own (YAML) that rules map to; may be repeated. Those of `gsl frameworks` are known.",
)
@click.option(
    "-f",
    "--format",
    "form",
    type=Choice(["text", "json", "sarif", "github"]),
    default="text",
    help="The form of the report; `github` are annotations of a workflow.",
)
@click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help="Where to write the report.")
@click.option(
    "--select",
    multiple=True,
    metavar="CODES",
    callback=_codes,
    shell_complete=completing.checks,
    help="Only these checks, such as `GSL104,GSL2`.",
)
@click.option(
    "--ignore",
    multiple=True,
    metavar="CODES",
    callback=_codes,
    shell_complete=completing.checks,
    help="Not these checks.",
)
@click.option("--strict", is_flag=True, help="Also what is a matter of taste, and names that no schema knows.")
def command(
    paths: tuple[Path, ...],
    fix: bool,
    entities: tuple[str, ...],
    schemas: tuple[Path, ...],
    frameworks: tuple[Path, ...],
    form: str,
    output: Path | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    strict: bool,
) -> int:
    """Find mistakes in rules: wrong names and types, logic that cannot matter, misleading spellings.

    PATH is a rule file, a folder or an exported ruleset. Each check has a code, which the page on
    checks explains. `# gsl: ignore[GSL104] reason`, behind a line or above it, keeps a finding quiet.

    \b
    gsl check rules/
    gsl check rules/ --entities entities.jsonl --strict
    gsl check rules/ --fix
    """
    from gsl.authoring.checking.outputs import OUTPUTS
    from gsl.authoring.checking.running import Settings, is_grave
    from gsl.authoring.checking.table import chosen

    loaded = _loaded(paths)
    check_output(
        output,
        [*entities, *map(str, schemas), *map(str, frameworks), *[rule.source.file or "" for rule in loaded.rules]],
    )
    shapes, errors = _shapes(loaded, schemas, entities)
    outcome = _checked(loaded, Settings(shapes, strict, chosen(select, ignore, strict), _frameworks(frameworks)), fix)
    outcome.errors += errors
    write(OUTPUTS[form](outcome), output)
    if form != "github":
        say(outcome.errors)
    return 2 if outcome.errors else int(is_grave(outcome.found))


def _loaded(paths: tuple[Path, ...]) -> Loaded:
    """The rules of all paths, each file once. Raises `UsageError` when there are none."""
    from gsl.ruleset.loading import Loaded, load_path

    loaded = Loaded()
    seen = set()
    for path in paths:
        with kept_rules(str(path)):
            part = load_path(path)
        loaded.errors += part.errors
        for rule in part.rules:
            key = (str(Path(rule.source.name).resolve()), rule.id)
            if key not in seen:
                loaded.take(rule)
            seen.add(key)
    refuse_none(loaded, *paths)
    return loaded


def _shapes(loaded: Loaded, schemas: tuple[Path, ...], entities: tuple[str, ...]) -> tuple[Shapes, list[Diagnostic]]:
    """What is known of the shape of entities, and what could not be read of that."""
    from gsl.authoring.checking.learning import schemas_in, shapes_of

    types = frozenset({name for rule in loaded.rules for name in rule.types})
    return shapes_of(types, schemas_in(schemas), entities)


def _frameworks(files: tuple[Path, ...]) -> dict[str, Framework]:
    """The frameworks of some files by their names. Raises `UsageError` where two differ and have one name."""
    if not files:
        return {}
    from gsl.ruleset.frameworks import read_framework

    found: dict[str, Framework] = {}
    for file in files:
        framework = read_framework(file)
        if found.setdefault(framework.name, framework) != framework:
            raise UsageError(f"--framework: {file}: `{framework.name}` is the name of another one too; rename one")
    return found


def _checked(loaded: Loaded, settings: Settings, fix: bool) -> Outcome:
    from gsl.authoring.checking.fixing import fixed
    from gsl.authoring.checking.fixing import write as write_rule
    from gsl.authoring.checking.outputs import Outcome
    from gsl.authoring.checking.running import check_rule
    from gsl.engine.diagnostics import of_error

    outcome = Outcome(len(loaded.rules))
    outcome.errors += [each for error in loaded.errors for each in of_error(error)]
    for rule in loaded.rules:
        now: Rule = rule
        if fix:
            now, mended = fixed(rule, settings)
            if mended:
                write_rule(now)
                outcome.mended += mended
        outcome.found += check_rule(now, settings)
    return outcome
