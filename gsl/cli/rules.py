"""`gsl rules`: the bundled rules."""

from __future__ import annotations

import sys

import click

from gsl.cli.cache import kept_rules
from gsl.cli.main import SHOWN_OR_NOT
from gsl.cli.sources import rules_of, say, to_json
from gsl.errors import printable
from gsl.ruleset.rule import Rule


@click.command("rules", epilog=SHOWN_OR_NOT, short_help="List the bundled rules, or show one.")
@click.argument("rule_id", required=False, metavar="[ID]")
@click.option("--json", "as_json", is_flag=True, help="As JSON, with all metadata.")
def command(rule_id: str | None, as_json: bool) -> int:
    """List the rules that ship with gsl, or show one with all its metadata.

    ID is the id of a bundled rule, or a rule file of your own.
    """
    from gsl.ruleset import bundled

    if rule_id is None:
        with kept_rules("rules"):
            rules = list(bundled.bundled().values())
        sys.stdout.write(to_json([_as_json(rule) for rule in rules]) if as_json else _listing(rules))
        return 0
    loaded = rules_of(rule_id)
    if loaded.errors:
        from gsl.engine.diagnostics import of_error

        say([each for error in loaded.errors for each in of_error(error)])
        return 2
    if as_json:
        sys.stdout.write(
            to_json([_as_json(rule) for rule in loaded.rules] if len(loaded.rules) > 1 else _as_json(loaded.rules[0]))
        )
    else:
        sys.stdout.write("\n".join([_page(rule) for rule in loaded.rules]))
    return 0


def _as_json(rule: Rule) -> dict[str, object]:
    return {
        **rule.metadata.to_dict(),
        "id": rule.id,
        "title": rule.title,
        "entityType": rule.entity_type,
        "rule": rule.text,
    }


def _listing(rules: list[Rule]) -> str:
    if not rules:
        return "No rules are bundled.\n"
    rows = [("ID", "SEVERITY", "TYPE", "TITLE")]
    rows += [(rule.id, rule.severity or "none", rule.entity_type, rule.title) for rule in rules]
    widths = [max([len(row[column]) for row in rows]) for column in range(3)]
    lines = ["  ".join([*[cell.ljust(width) for cell, width in zip(row, widths)], row[3]]) for row in rows]
    return "\n".join(lines) + "\n"


def _indented(text: str) -> str:
    return "\n".join([f"  {line}".rstrip() for line in text.strip().split("\n")])


def _page(rule: Rule) -> str:
    metadata = rule.metadata
    facts = [("severity", rule.severity or "none"), ("category", metadata.category), ("entity type", rule.entity_type)]
    parts = [f"{rule.id}  {rule.title}", "\n".join([f"  {name + ':':13}{value}" for name, value in facts if value])]
    parts.append("Rule\n" + _indented(rule.text))
    for heading, text in (("Description", metadata.description), ("Remediation", metadata.remediation)):
        if text:
            parts.append(f"{heading}\n{_indented(text)}")
    if metadata.frameworks:
        shown = [
            f"{name}{': ' + ', '.join(sections) if sections else ''}" for name, sections in metadata.frameworks.items()
        ]
        parts.append("Frameworks\n" + _indented("\n".join(shown)))
    if metadata.references:
        parts.append("References\n" + _indented("\n".join(metadata.references)))
    return "\n".join([printable(line) for line in "\n\n".join(parts).split("\n")]) + "\n"
