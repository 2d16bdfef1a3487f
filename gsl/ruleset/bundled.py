"""The rules that ship with gsl: in the wheel under `gsl/_rules`, in a checkout under `rules`."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path

from msgspec.structs import replace

from gsl.errors import Source
from gsl.ruleset.loading import RULE_SUFFIX, load, load_all
from gsl.ruleset.rule import Rule

_PACKAGE = Path(__file__).resolve().parent.parent


def folder() -> Path:
    """Where the bundled rules lie."""
    packed = _PACKAGE / "_rules"
    return packed if packed.is_dir() else _PACKAGE.parent / "rules"


def find(rule_id: str) -> Rule | None:
    """One bundled rule, without reading the others; `None` when there is none of that id.

    A bundled rule's file is named after its id.
    """
    if not rule_id or len(rule_id) > 100 or not rule_id.isprintable() or any(mark in rule_id for mark in "/\\*?[]"):
        return None
    file = next(iter(sorted(folder().rglob(f"{rule_id}{RULE_SUFFIX}"))), None)
    return _named(load(file)) if file is not None else None


@functools.cache
def bundled() -> Mapping[str, Rule]:
    """All bundled rules by id."""
    return {rule.id: _named(rule) for rule in load_all(folder())}


def _named(rule: Rule) -> Rule:
    """The rule under a name that is the same wherever gsl is installed: `rules/aws/iam/...`."""
    file = "rules/" + Path(rule.source.name).relative_to(folder()).as_posix()
    return replace(rule, source=Source(rule.source.text, file, file), file=file)


def bundled_ids() -> list[str]:
    """The ids of all bundled rules, without parsing them."""
    return sorted(file.name.removesuffix(RULE_SUFFIX) for file in folder().rglob(f"*{RULE_SUFFIX}"))
