"""`gsl frameworks`: the frameworks that gsl knows, and which of their controls bundled rules check."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from gsl.cli.cache import kept_rules
from gsl.cli.main import SHOWN_OR_NOT
from gsl.cli.output import table
from gsl.cli.sources import to_json
from gsl.errors import printable

if TYPE_CHECKING:
    from gsl.results.frameworks import Control, Framework
    from gsl.ruleset.rule import Rule

Covering = Mapping[str, list[str]]
"""The ids of the bundled rules for each control."""


@click.command("frameworks", epilog=SHOWN_OR_NOT, short_help="List the frameworks, or show the controls of one.")
@click.argument("name", required=False, metavar="[NAME]")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def command(name: str | None, as_json: bool) -> int:
    """List the frameworks that reports can be held against, or show the controls of one and their bundled rules.

    NAME is the name of a framework, a part that only one name has, or a file of your own (YAML).

    \b
    gsl frameworks
    gsl frameworks "AWS CIS Foundations v5.0.0"
    gsl frameworks our-baseline.yaml
    gsl report now.json --framework "AWS CIS Foundations v5.0.0" -o audit.html
    """
    from gsl.ruleset import bundled
    from gsl.ruleset.frameworks import find_framework, known_frameworks

    with kept_rules("rules"):
        rules = list(bundled.bundled().values())
    wanted = list(known_frameworks()) if name is None else [name]
    found = [(each, _covering(each, rules)) for each in [find_framework(one, ()) for one in wanted]]
    if name is None:
        sys.stdout.write(to_json([_summary(*each) for each in found]) if as_json else _listing(found))
    else:
        sys.stdout.write(to_json(_as_json(*found[0])) if as_json else "".join(_page(*found[0])))
    return 0


def _covering(framework: Framework, rules: list[Rule]) -> dict[str, list[str]]:
    """The bundled rules of each control: those that name it, and those whose ids it takes."""
    from gsl.results.assessing import fits

    found: dict[str, list[str]] = {control.id: [] for control in framework.controls()}
    for control in framework.controls():
        for rule in rules:
            named = control.id in rule.metadata.frameworks.get(framework.name, ())
            if named or fits(rule.id, control.rules):
                found[control.id].append(rule.id)
    return found


def _summary(framework: Framework, covering: Covering) -> dict[str, Any]:
    left = [control for control in framework.controls() if not covering[control.id]]
    return {
        "name": framework.name,
        "title": framework.title,
        "version": framework.version,
        "complete": framework.complete,
        "controls": len(covering),
        "covered": len(covering) - len(left),
        "manual": sum([control.manual for control in left]),
    }


def _listing(found: list[tuple[Framework, dict[str, list[str]]]]) -> str:
    rows = [("FRAMEWORK", "CONTROLS", "WITH RULES", "BY HAND", "TITLE")]
    for each in found:
        told = _summary(*each)
        rows.append(
            (told["name"], *[str(told[key]) for key in ("controls", "covered", "manual")], each[0].title),
        )
    return table(rows)


def _page(framework: Framework, covering: Covering) -> Iterator[str]:
    told = _summary(framework, covering)
    yield f"{printable(framework.name)}\n"
    yield "".join([f"{printable(each)}\n" for each in (framework.title, framework.url) if each])
    yield f"{told['controls']} controls, {told['covered']} with bundled rules, {told['manual']} of the others by hand\n"
    if not framework.complete:
        yield "The list of controls is not known to be complete.\n"
    for block in framework.blocks():
        if block.heading:
            yield f"\n{'  ' * block.depth}{printable(block.heading)}\n"
        for control in block.controls:
            yield _control(control, covering[control.id])


def _control(control: Control, rules: list[str]) -> str:
    marks = [control.title, "[manual]" * control.manual, f"({', '.join(rules)})" if rules else "(no rule)"]
    return f"    {printable('  '.join([control.id, *[mark for mark in marks if mark]]))}\n"


def _as_json(framework: Framework, covering: Covering) -> dict[str, Any]:
    controls = [
        {
            "section": block.section.id,
            "id": control.id,
            "title": control.title,
            "manual": control.manual,
            "guidance": control.guidance,
            "rules": covering[control.id],
        }
        for block in framework.blocks()
        for control in block.controls
    ]
    return {**_summary(framework, covering), "url": framework.url, "tree": controls}
