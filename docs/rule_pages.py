"""rules.md: the bundled rules by service, what they map to, and the packs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from marking import NOTICE, escaped, folded, page, table

from gsl.inventory.schemas import known_types
from gsl.ruleset import bundled
from gsl.ruleset.packs import Pack, packs, rules_in
from gsl.ruleset.rule import Rule

_HEADINGS = {"iam": "IAM", "loadbalancing": "Load balancing"}
_CIS = re.compile(r"AWS CIS Foundations v([0-9.]+)")


def rules_page() -> str:
    """The bundled rules, folder by folder, and the packs."""
    rules = bundled.bundled()
    folders: dict[str, list[Rule]] = {}
    for rule in rules.values():
        folders.setdefault(_folder(rule), []).append(rule)
    parts = [
        "# Bundled rules",
        NOTICE,
        f"gsl comes with {len(rules)} rules. `gsl rules ID` shows one with its text, why it matters and how to mend "
        "what it finds; `gsl rules --framework 'AWS CIS Foundations v5.0.0'` lists those that map to a framework, "
        "`gsl rules --pack NAME` those of a pack. An id or the name of a pack stands wherever a command takes rules: "
        "`gsl scan --rules cis-aws`, `gsl eval cis-aws entities/`.",
        "Ids that begin with `D9.` are CloudGuard's own; those that begin with `GSL.` belong to gsl. "
        "Sections are those of the CIS AWS Foundations Benchmark, with the versions that have them.",
        "## Packs {#packs}",
        table(["pack", "holds", "rules"], [_pack_row(pack) for pack in packs().values()]),
        *[_members(pack) for pack in packs().values() if len(rules_in(pack.name) or ()) < len(rules)],
    ]
    for folder in sorted(folders):
        parts += _section(folder, folders[folder])
    return page(parts)


def _pack_row(pack: Pack) -> list[str]:
    return [f"`{pack.name}`", escaped(pack.title), str(len(rules_in(pack.name) or ()))]


def _members(pack: Pack) -> str:
    ids = [rule.id for rule in rules_in(pack.name) or ()]
    return folded(f"The {len(ids)} rules of {pack.name}", ", ".join([f"`{each}`" for each in sorted(ids)]))


def _folder(rule: Rule) -> str:
    return Path(rule.source.file or "").parent.name


def _section(folder: str, rules: list[Rule]) -> Iterator[str]:
    yield f"## {_HEADINGS.get(folder, folder.capitalize())} {{#{folder}}}"
    yield table(
        ["id", "severity", "title", "about", "CIS sections"],
        [_row(rule) for rule in sorted(rules, key=lambda each: each.id)],
    )


def _row(rule: Rule) -> list[str]:
    about = rule.entity_type
    kind = f"[`{about}`](entities/{about}.md)" if about in known_types() else f"`{about}`"
    return [f"`{rule.id}`", rule.severity or "none", escaped(rule.title), kind, _sections(rule)]


def _sections(rule: Rule) -> str:
    """The sections of the benchmark, each with the versions that have it: `5.2 (1.3-3.0)`."""
    found: dict[str, list[str]] = {}
    versions = [match[1] for name in _frameworks() if (match := _CIS.fullmatch(name))]
    for version in versions:
        sections = rule.metadata.frameworks.get(f"AWS CIS Foundations v{version}")
        if sections:
            found.setdefault(", ".join(sections), []).append(version)
    return "; ".join([f"{sections} ({_span(those, versions)})" for sections, those in found.items()])


def _frameworks() -> list[str]:
    names = {name for rule in bundled.bundled().values() for name in rule.metadata.frameworks}
    return sorted(names, key=lambda name: [int(each) for each in re.findall(r"\d+", name)])


def _span(those: list[str], versions: list[str]) -> str:
    """Versions, runs of them from the first to the last: `1.3-3.0, 5.0`."""
    runs: list[list[str]] = []
    for version in those:
        if runs and versions.index(version) == versions.index(runs[-1][-1]) + 1:
            runs[-1].append(version)
        else:
            runs.append([version])
    return ", ".join([_short(run[0]) if len(run) == 1 else f"{_short(run[0])}–{_short(run[-1])}" for run in runs])


def _short(version: str) -> str:
    return ".".join(version.split(".")[:2])
