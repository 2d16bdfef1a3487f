"""`gsl rules`: the bundled rules."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from fnmatch import fnmatchcase

import click

from gsl.cli import completing
from gsl.cli.cache import kept_rules
from gsl.cli.main import SHOWN_OR_NOT
from gsl.cli.output import table
from gsl.cli.sources import rules_of, say, to_json
from gsl.errors import UsageError, printable
from gsl.ruleset.rule import Rule


@click.command("rules", epilog=SHOWN_OR_NOT, short_help="List the bundled rules, or show one.")
@click.argument("rule_id", required=False, metavar="[ID]", shell_complete=completing.rules)
@click.option(
    "--framework",
    metavar="NAME",
    shell_complete=completing.frameworks,
    help="Only rules that map to this framework (its name or a part of it), with its sections.",
)
@click.option("--pack", metavar="NAME", shell_complete=completing.packs, help="Only the rules of a pack.")
@click.option("--packs", "show_packs", is_flag=True, help="List the packs: named lists of rules.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, with all metadata.")
def command(rule_id: str | None, framework: str | None, pack: str | None, show_packs: bool, as_json: bool) -> int:
    """List the rules that ship with gsl, or show one with all its metadata.

    ID is the id of a bundled rule, or a rule file of your own.

    \b
    gsl rules GSL.AWS.IAM.01
    gsl rules --framework "AWS CIS Foundations v3.0.0"
    gsl rules --pack aws-exposure --json
    """
    if show_packs:
        sys.stdout.write(_packs(as_json))
        return 0
    if rule_id is None:
        rules = _chosen(pack, framework)
        sys.stdout.write(to_json([_as_json(rule) for rule in rules]) if as_json else _listing(rules, framework))
        return 0
    if framework or pack:
        raise click.UsageError("--framework and --pack choose from all rules; leave the id out")
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


def _chosen(pack: str | None, framework: str | None) -> list[Rule]:
    """The bundled rules of a pack and a framework. Raises `UsageError` for names there are not."""
    from gsl.ruleset import bundled
    from gsl.ruleset.packs import packs

    with kept_rules("rules"):
        rules = list(bundled.bundled().values())
    if pack is not None:
        if pack not in packs():
            raise _unknown("pack", pack, packs())
        rules = [rule for rule in rules if packs()[pack].has(rule)]
    if framework is not None:
        names = {name for rule in rules for name in rule.metadata.frameworks}
        if not _matching(framework, names):
            raise _unknown("framework", framework, sorted(names))
        rules = [rule for rule in rules if _sections(rule, framework)]
    return rules


def _unknown(kind: str, name: str, known: Iterable[str]) -> UsageError:
    from gsl.language.vocabulary import did_you_mean

    return UsageError(f"there is no {kind} `{name}`{did_you_mean(name, known) or '.'} There are: {', '.join(known)}")


def _matching(pattern: str, names: Iterable[str]) -> list[str]:
    """The names that are a text, else those that contain it, where `*` stands for any run of characters."""
    own = pattern.casefold()
    exact = [name for name in names if name.casefold() == own]
    return exact or [name for name in names if fnmatchcase(name.casefold(), f"*{own}*")]


def _sections(rule: Rule, framework: str) -> list[str]:
    """The sections of the frameworks of a name that a rule maps to."""
    frameworks = rule.metadata.frameworks
    return [section for name in _matching(framework, frameworks) for section in frameworks[name]]


def _packs(as_json: bool) -> str:
    from gsl.ruleset.packs import packs, rules_in

    with kept_rules("rules"):
        rows = [(pack.name, len(rules_in(pack.name) or ()), pack.title) for pack in packs().values()]
    if as_json:
        return to_json([{"name": name, "rules": count, "title": title} for name, count, title in rows])
    return table([("PACK", "RULES", "TITLE"), *[(name, str(count), title) for name, count, title in rows]])


def _listing(rules: list[Rule], framework: str | None) -> str:
    if not rules:
        return "No rules fit.\n"
    heads = ("ID", "SEVERITY", "TYPE", *(["SECTIONS"] if framework else []), "TITLE")
    rows = [heads]
    for rule in rules:
        sections = [", ".join(dict.fromkeys(_sections(rule, framework)))] if framework else []
        rows.append((rule.id, rule.severity or "none", rule.entity_type, *sections, rule.title))
    return table(rows)


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
