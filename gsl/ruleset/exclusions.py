"""Exclusions that a file gives: which findings no longer count, why, who says so, and until when."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from msgspec import Struct

from gsl.errors import GslError, InputError, Problem, RuleError, Source, Span
from gsl.language import nodes
from gsl.language.vocabulary import did_you_mean
from gsl.results.exclusion import Exclusion
from gsl.ruleset.rule import Rule, build_rule
from gsl.ruleset.yamltext import Mark, YamlError, load, marks_of
from gsl.semantics.reads import looked_up_by
from gsl.semantics.values import moment

LONGEST_FILE = 16 * 1024 * 1024
MOST = 10_000
"""Exclusions in a file."""

_TOP = "exclusions"
_PREFIX = "Entity should have\n"
_DAY = datetime.timedelta(days=1)


class Waiver(Struct, frozen=True, eq=False):
    """One exclusion of a file: what it takes out, and what is said of it.

    `rules`, `accounts` and `regions` are patterns (`*` and `?`); none of accounts or regions is any.
    `condition` is true of the entities that it is about. It holds before `ends`.
    """

    told: Exclusion
    rules: tuple[str, ...]
    accounts: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    condition: Rule | None = None
    ends: datetime.datetime | None = None

    def holds(self, now: int) -> bool:
        """Whether it still holds at an instant, in microseconds."""
        return self.ends is None or moment(now) < self.ends

    def names(self, rule_id: str) -> bool:
        """Whether a rule is among those that it is about."""
        return _fits(rule_id, self.rules)

    def covers(self, account: str, region: str) -> bool:
        """Whether an entity's place is among those that it is about."""
        return (not self.accounts or _fits(account, self.accounts)) and (
            not self.regions or _fits(_region(region), [_region(each) for each in self.regions])
        )


class Exclusions(Struct, frozen=True, eq=False):
    """The exclusions of a run.

    `strict` makes errors of those that expired or took nothing out. Without `inline` the `exclude`
    of rules is not applied.
    """

    given: tuple[Waiver, ...] = ()
    strict: bool = False
    inline: bool = True


def _fits(text: str, patterns: Iterable[str]) -> bool:
    return any([fnmatchcase(text, pattern) for pattern in patterns])


def _region(name: str) -> str:
    return name.replace("_", "-").lower()


def read_exclusions(path: str | Path, lists: Iterable[str] = ()) -> tuple[tuple[Waiver, ...], list[GslError]]:
    """The exclusions of a YAML file, and what is wrong with the others, which do not count.

    `lists` are the named lists that conditions may use. Raises `InputError` when the file cannot be
    read or is none of exclusions.
    """
    name = str(path)
    content, marks = _content(Path(path), name)
    waivers: list[Waiver] = []
    errors: list[GslError] = []
    for entry, mark in zip(content, marks):
        try:
            waivers.append(_waiver(entry, name, mark, frozenset(lists)))
        except GslError as error:
            errors.append(error)
    return tuple(waivers), errors


def _content(file: Path, name: str) -> tuple[list[Any], list[Mark]]:
    try:
        if file.stat().st_size > LONGEST_FILE:
            raise InputError("file-too-long", f"more than {LONGEST_FILE >> 20} MB", name)
        text = file.read_bytes().decode("utf-8-sig")
        value, _ = load(text, lenient_dates=True)
    except OSError as error:
        raise InputError("unreadable-file", f"the exclusions cannot be read: {error.strerror or error}", name) from None
    except UnicodeDecodeError as error:
        raise InputError("invalid-encoding", f"the byte at offset {error.start} is no UTF-8", name) from None
    except YamlError as error:
        raise InputError("invalid-yaml", error.message, name, error.mark.line, error.mark.column) from None
    entries = value.get(_TOP) if isinstance(value, dict) else None
    if not isinstance(entries, list) or set(value) != {_TOP}:
        message = f"a list under the one key `{_TOP}` was expected: each with `rules` and a `reason`"
        raise InputError("invalid-exclusions", message, name)
    if len(entries) > MOST:
        raise InputError("invalid-exclusions", f"{len(entries)} exclusions; at most {MOST} are taken", name)
    return entries, marks_of(text, _TOP)


def _waiver(entry: Any, name: str, mark: Mark, lists: frozenset[str]) -> Waiver:
    """One exclusion. Raises `InputError`, and `RuleError` for its condition."""

    def wrong(message: str) -> InputError:
        return InputError("invalid-exclusion", message, name, mark.line, mark.column)

    if not isinstance(entry, dict):
        raise wrong("keys and values were expected, `rules` and `reason` at least")
    for key, value in entry.items():
        if key not in _KEYS:
            near = did_you_mean(str(key), _KEYS) or "."
            raise wrong(f"an exclusion has no key `{key}`{near} Known keys: {', '.join(_KEYS)}")
        wanted = _KEYS[key](value)
        if wanted is not None:
            raise wrong(f"`{key}` must be {wanted}")
    for key in ("rules", "reason"):
        if key not in entry:
            raise wrong(f"the exclusion has no `{key}`")
    last = _day(entry["expires"]) if "expires" in entry else None
    told = Exclusion(
        f"{name}:{mark.line}",
        entry["reason"].strip(),
        entry.get("owner", "").strip(),
        last.isoformat() if last is not None else None,
    )
    ends = None if last is None else datetime.datetime.combine(last + _DAY, datetime.time(), datetime.UTC)
    rules, accounts, regions = [tuple(_several(entry.get(key, ()))) for key in ("rules", "accounts", "regions")]
    condition = _condition(entry["where"], told.source, lists, wrong) if "where" in entry else None
    return Waiver(told, rules, accounts, regions, condition, ends)


def _several(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _condition(text: str, source: str, lists: frozenset[str], wrong: Callable[[str], InputError]) -> Rule:
    """The rule whose pass says that an exclusion is about an entity."""
    shown = Source(text, f"{source}: where", None)
    try:
        rule = build_rule(Source(_PREFIX + text, shown.name), _PREFIX + text, source)
    except RuleError as error:
        raise RuleError(tuple([_moved(each, len(text)) for each in error.problems]), shown) from None
    statement = rule.statement
    if not isinstance(statement, nodes.Check) or statement.exclude is not None or statement.negated:
        raise wrong("`where` must be one condition over the entity, such as `name like 'legacy-%'`")
    if looked_up_by(statement):
        raise wrong("the `where` of an exclusion cannot look other entities up")
    for node in nodes.walk(statement):
        if isinstance(node, nodes.NamedList) and node.name not in lists:
            raise wrong(f"`where` uses the named list `${node.name}`, which was not given: --list {node.name}=FILE")
    return rule


def _moved(problem: Problem, length: int) -> Problem:
    """A problem of a condition, counted from the condition's own start."""
    span = problem.span
    start = min(max(0, span.start - len(_PREFIX)), length)
    end = min(max(start, span.end - len(_PREFIX)), length)
    return Problem(problem.code, problem.message, Span(start, end, max(1, span.line - 1), span.column))


def _text(value: Any) -> str | None:
    return None if isinstance(value, str) and value.strip() else "a text that is not empty"


def _patterns(value: Any) -> str | None:
    texts = _several(value)
    good = isinstance(texts, (list, tuple)) and texts and all([isinstance(each, str) and each for each in texts])
    return (
        None if good else "a text or a list of texts (account numbers in quotes); `*` and `?` stand for any characters"
    )


def _expiry(value: Any) -> str | None:
    return None if _day(value) is not None else "a date such as 2025-12-31, the last day on which the exclusion holds"


def _day(value: Any) -> datetime.date | None:
    if isinstance(value, datetime.datetime) or not isinstance(value, (datetime.date, str)):
        return None
    try:
        day = value if isinstance(value, datetime.date) else datetime.date.fromisoformat(value)
    except ValueError:
        return None
    return day if day.year < datetime.MAXYEAR else None


_KEYS: dict[str, Callable[[Any], str | None]] = {
    "rules": _patterns,
    "where": _text,
    "accounts": _patterns,
    "regions": _patterns,
    "reason": _text,
    "owner": _text,
    "expires": _expiry,
}
