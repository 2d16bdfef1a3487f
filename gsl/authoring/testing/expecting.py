"""What a case expects beside what the rule said: every difference in words, at its place in the case."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from gsl.authoring.testing.cases import VERDICTS, Case, Trouble
from gsl.authoring.testing.forms import are_paths
from gsl.language.vocabulary import did_you_mean
from gsl.ruleset.rule import Rule

Found = Mapping[str, list[str]]

UNEXPECTED = "unexpected-verdict"
_SHOWN = 5
_MOST_LOOKS = 20_000
"""Names that wrong ones of a case are compared with; looking for the nearest takes time."""


def differences(found: Found, case: Case, rule: Rule) -> Iterator[Trouble]:
    """What of the verdicts is not as expected, and what has no expectation; `forms` tells what is none."""
    expect: Any = case.expect
    if isinstance(expect, str):
        names = [name for name, verdicts in found.items() for _ in verdicts]
        if len(names) != 1:
            yield _not_one(names, case, rule)
            return
        expect = {names[0]: expect}
    if not isinstance(expect, dict) or not expect:
        return
    wanted = {str(name): verdict for name, verdict in expect.items()}
    near = _Nearest(found)
    for name, verdict in wanted.items():
        for message in _difference(name, verdict, found, rule, near):
            yield Trouble(message, ("expect", name), UNEXPECTED)
    for name, verdicts in found.items():
        if name not in wanted:
            message = (
                f"{name or '(a gap)'}: the rule says {verdicts[0]}, and nothing is expected: name it under `expect`"
            )
            yield Trouble(message, ("expect",), UNEXPECTED)


def _not_one(names: list[str], case: Case, rule: Rule) -> Trouble:
    if not names:
        message = f"the case has no {rule.entity_type}, so the rule looked at nothing"
        return Trouble(message, (case.given,), UNEXPECTED)
    shown = ", ".join([name or "(a gap)" for name in names[:_SHOWN]]) + (", ..." if names[_SHOWN:] else "")
    message = f"one verdict is expected, and the rule gave {len(names)}: name each entity under `expect`: {shown}"
    return Trouble(message, ("expect",), UNEXPECTED)


class _Nearest:
    """The nearest names of a case, as long as looking for them takes no time to speak of."""

    def __init__(self, names: Collection[str]) -> None:
        self._names = names
        self._left = _MOST_LOOKS

    def to(self, name: str) -> str:
        """A suggestion for a name that is none of them; empty when there is none."""
        self._left -= len(self._names)
        return did_you_mean(name, self._names) if self._left >= 0 else ""


def _difference(name: str, wanted: Any, found: Found, rule: Rule, near: _Nearest) -> Iterator[str]:
    verdicts = found.get(name)
    if verdicts is None:
        yield f"no entity `{name}` is in the case{near.to(name)}"
    elif wanted not in VERDICTS:
        return
    elif len({*verdicts}) > 1:
        told = ", ".join(sorted({*verdicts}))
        yield f"{name}: {len(verdicts)} entities have this name, with the verdicts {told}: give each an id of its own"
    elif verdicts[0] != wanted:
        yield f"{name or rule.entity_type}: {wanted} was expected, the rule says {verdicts[0]}"


def path_differences(deciding: Mapping[str, set[str]], case: Case, rule: Rule) -> Iterator[Trouble]:
    """Where other paths decided than those that are named under `decidedBy`."""
    decided_by = case.decided_by
    if isinstance(decided_by, list):
        if len(deciding) != 1:
            message = f"`decidedBy` is one list of paths, and the rule gave {len(deciding)} verdicts: give a list for each entity"
            yield Trouble(message, ("decidedBy",), UNEXPECTED)
            return
        decided_by = {next(iter(deciding)): decided_by}
    near = _Nearest(deciding)
    for name, paths in decided_by.items() if isinstance(decided_by, dict) else ():
        message = _path_difference(str(name), paths, deciding, rule, near)
        if message:
            yield Trouble(message, ("decidedBy", str(name)), UNEXPECTED)


def _path_difference(name: str, paths: Any, deciding: Mapping[str, set[str]], rule: Rule, near: _Nearest) -> str:
    if name not in deciding:
        return f"no entity `{name}` is in the case{near.to(name)}"
    if not are_paths(paths) or {*paths} == deciding[name]:
        return ""
    return (
        f"{name or rule.entity_type}: {_listed(paths)} should have decided, "
        f"the verdict was decided by {_listed(deciding[name])}"
    )


def _listed(paths: list[str] | set[str]) -> str:
    return ", ".join([f"`{path}`" for path in sorted({*paths})]) or "nothing"
