"""What a case expects beside what the rule said: every difference in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gsl.authoring.testing.cases import VERDICTS
from gsl.language.vocabulary import did_you_mean
from gsl.ruleset.rule import Rule

Found = Mapping[str, list[str]]


def differences(found: Found, expect: Any, rule: Rule) -> Iterator[str]:
    """What of the verdicts is not as expected, and what has no expectation."""
    if isinstance(expect, str):
        names = [name for name, verdicts in found.items() for _ in verdicts]
        if not names:
            yield f"the case has no {rule.entity_type}, so the rule looked at nothing"
            return
        if len(names) != 1:
            shown = ", ".join([name or "(a gap)" for name in names[:_SHOWN]]) + (", ..." if names[_SHOWN:] else "")
            yield f"one verdict is expected, and the rule gave {len(names)}: name each entity under `expect`: {shown}"
            return
        expect = {names[0]: expect}
    if not isinstance(expect, dict) or not expect:
        yield "`expect` is missing: a verdict, or a verdict for each entity by its id"
        return
    wanted = {str(name): verdict for name, verdict in expect.items()}
    for name, verdict in wanted.items():
        yield from _difference(name, verdict, found, rule)
    for name, verdicts in found.items():
        if name not in wanted:
            yield f"{name or '(a gap)'}: the rule says {verdicts[0]}, and nothing is expected: name it under `expect`"


_SHOWN = 5


def _difference(name: str, wanted: Any, found: Found, rule: Rule) -> Iterator[str]:
    verdicts = found.get(name)
    if wanted not in VERDICTS:
        yield f"`{wanted}` is no verdict{did_you_mean(str(wanted), VERDICTS) or '.'} Verdicts: {', '.join(VERDICTS)}"
    elif verdicts is None:
        yield f"no entity `{name}` is in the case{did_you_mean(name, found)}"
    elif len({*verdicts}) > 1:
        told = ", ".join(sorted({*verdicts}))
        yield f"{name}: {len(verdicts)} entities have this name, with the verdicts {told}: give each an id of its own"
    elif verdicts[0] != wanted:
        yield f"{name or rule.entity_type}: {wanted} was expected, the rule says {verdicts[0]}"


def path_differences(deciding: Mapping[str, set[str]], decided_by: Any, rule: Rule) -> Iterator[str]:
    """Where other paths decided than those that are named under `decidedBy`."""
    if isinstance(decided_by, list):
        if len(deciding) != 1:
            yield f"`decidedBy` is one list of paths, and the rule gave {len(deciding)} verdicts: give a list for each entity"
            return
        decided_by = {next(iter(deciding)): decided_by}
    if not isinstance(decided_by, dict) or not decided_by:
        yield "`decidedBy` must be a list of paths, or such a list for each entity by its id"
        return
    for name, paths in decided_by.items():
        if not isinstance(paths, list) or not all([isinstance(path, str) for path in paths]):
            yield f"{name or rule.entity_type}: `decidedBy` must be a list of paths"
        elif str(name) not in deciding:
            yield f"no entity `{name}` is in the case{did_you_mean(str(name), deciding)}"
        elif {*paths} != deciding[str(name)]:
            yield (
                f"{name or rule.entity_type}: {_listed(paths)} should have decided, "
                f"the verdict was decided by {_listed(deciding[str(name)])}"
            )


def _listed(paths: list[str] | set[str]) -> str:
    return ", ".join([f"`{path}`" for path in sorted({*paths})]) or "nothing"
