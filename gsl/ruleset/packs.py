"""Packs: named lists of bundled rules, all in one file, `rules/packs.yaml`."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Any

from msgspec import Struct

from gsl.errors import InputError
from gsl.ruleset import bundled
from gsl.ruleset.rule import Rule

FILE = "packs.yaml"
ALL = "all"
"""The pack of every bundled rule."""

_KEYS = {"title", "rules", "frameworks"}


class Pack(Struct, frozen=True):
    """A named list of rules: those whose ids fit `rules`, and those that map to a section of `frameworks`."""

    name: str
    title: str
    rules: tuple[str, ...] = ()
    frameworks: tuple[str, ...] = ()

    def has(self, rule: Rule) -> bool:
        """Whether a rule is in the pack."""
        return _fits(rule.id, self.rules) or any(
            [sections and _fits(name, self.frameworks) for name, sections in rule.metadata.frameworks.items()]
        )


def _fits(name: str, patterns: Iterable[str]) -> bool:
    return any([fnmatchcase(name, pattern) for pattern in patterns])


@functools.cache
def packs() -> dict[str, Pack]:
    """All packs by name. Raises `InputError` when their file is damaged."""
    from gsl.ruleset.yamltext import YamlError, load

    file = bundled.folder() / FILE
    try:
        found, _ = load(file.read_text("utf-8"))
        return {name: _pack(name, values) for name, values in found.items()}
    except (OSError, YamlError, AttributeError, TypeError, ValueError) as error:
        raise InputError("packs", f"the packs of rules cannot be read: {error}", str(file)) from None


def _pack(name: str, values: dict[str, Any]) -> Pack:
    unknown = set(values) - _KEYS
    if unknown:
        raise ValueError(f"`{name}` has no key `{min(unknown)}`")
    return Pack(name, values["title"], tuple(values.get("rules", ())), tuple(values.get("frameworks", ())))


def rules_in(name: str) -> list[Rule] | None:
    """The rules of a pack, by id; `None` when there is no pack of that name."""
    if name not in packs():
        return None
    pack = packs()[name]
    return [rule for rule in bundled.bundled().values() if pack.has(rule)]
