"""Reading the file of exclusions: YAML to waivers, with all that is wrong told at its place."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from msgspec import Struct

from gsl.errors import GslError, InputError, Problem, RuleError, Source, Span
from gsl.language import nodes
from gsl.language.vocabulary import did_you_mean
from gsl.results.exclusion import Exclusion
from gsl.ruleset.exclusions import Waiver
from gsl.ruleset.rule import Rule, build_rule
from gsl.ruleset.yamlplaces import Places
from gsl.ruleset.yamltext import Mark, YamlError, load_nodes, read
from gsl.semantics.reads import looked_up_by

LONGEST_FILE = 16 * 1024 * 1024
MOST = 10_000
"""Exclusions in a file."""

_TOP = "exclusions"
_PREFIX = "Entity should have\n"
_DAY = datetime.timedelta(days=1)


def read_exclusions(path: str | Path, lists: Iterable[str] = ()) -> tuple[tuple[Waiver, ...], list[GslError]]:
    """The exclusions of a YAML file, and what is wrong with the others, which do not count.

    `lists` are the named lists that conditions may use. Raises `InputError` when the file cannot be
    read or is none of exclusions.
    """
    return exclusions_in(read(Path(path), "the exclusions", LONGEST_FILE), str(path), lists)


def exclusions_in(text: str, name: str, lists: Iterable[str] | None = ()) -> tuple[tuple[Waiver, ...], list[GslError]]:
    """The same of a text; with `None` for `lists` conditions may use any."""
    places, content = _content(text, name)
    known = None if lists is None else frozenset(lists)
    waivers: list[Waiver] = []
    errors: list[GslError] = []
    for number, entry in enumerate(content):
        reading = _Reading(name, places, number, errors, known)
        waiver = reading.waiver(entry)
        if waiver is not None:
            waivers.append(waiver)
    return tuple(waivers), errors


def _content(text: str, name: str) -> tuple[Places, list[Any]]:
    try:
        value, node = load_nodes(text, lenient_dates=True)
    except YamlError as error:
        mark = error.mark
        raise InputError("invalid-yaml", error.message, name, mark.line, mark.column, mark.length) from None
    places = Places(text, node)
    entries = value.get(_TOP) if isinstance(value, dict) else None
    if not isinstance(entries, list) or set(value) != {_TOP}:
        other = next((key for key in value if key != _TOP), _TOP) if isinstance(value, dict) else _TOP
        message = f"a list under the one key `{_TOP}` was expected: each with `rules` and a `reason`"
        raise _at(places.key(str(other)), name, "invalid-exclusions", message)
    if len(entries) > MOST:
        message = f"{len(entries)} exclusions; at most {MOST} are taken"
        raise _at(places.key(_TOP), name, "invalid-exclusions", message)
    return places, entries


def _at(mark: Mark, name: str, code: str, message: str) -> InputError:
    return InputError(code, message, name, mark.line, mark.column, mark.length)


class _Reading(Struct, eq=False):
    """One exclusion being read: its number in the file, and where to note what is wrong."""

    file: str
    places: Places
    number: int
    errors: list[GslError]
    lists: frozenset[str] | None

    def wrong(self, message: str, *way: str, is_key: bool = False) -> None:
        """Note what is wrong at a place."""
        find = self.places.key if is_key else self.places.at
        mark = find(_TOP, self.number, *way)
        self.errors.append(_at(mark, self.file, "invalid-exclusion", message))

    def waiver(self, entry: Any) -> Waiver | None:
        """The exclusion; `None` when something is wrong with it."""
        known = len(self.errors)
        if not isinstance(entry, dict):
            self.wrong("keys and values were expected, `rules` and `reason` at least")
            return None
        self.check(entry)
        line = self.places.at(_TOP, self.number).line
        source = f"{self.file}:{line}"
        text = entry.get("where")
        condition = self.condition(text, source) if isinstance(text, str) and text.strip() else None
        return _waiver(entry, source, condition) if len(self.errors) == known else None

    def check(self, entry: dict[Any, Any]) -> None:
        """Note keys that nobody knows, values of another kind, and what is missing."""
        for key, value in entry.items():
            if key not in _KEYS:
                near = did_you_mean(str(key), _KEYS) or "."
                message = f"an exclusion has no key `{key}`{near} Known keys: {', '.join(_KEYS)}"
                self.wrong(message, str(key), is_key=True)
                continue
            wanted = _KEYS[key](value)
            if wanted is not None:
                self.wrong(f"`{key}` must be {wanted}", key)
        for key in ("rules", "reason"):
            if key not in entry:
                self.wrong(f"the exclusion has no `{key}`")

    def condition(self, text: str, source: str) -> Rule | None:
        """The rule whose pass says that the exclusion is about an entity; `None` when it is none."""
        try:
            rule = build_rule(Source(_PREFIX + text, f"{source}: where"), _PREFIX + text, source)
        except RuleError as error:
            problems = self.placed(error.problems, text)
            self.errors.append(RuleError(problems, Source(self.places.text, self.file, self.file)))
            return None
        statement = rule.statement
        if not isinstance(statement, nodes.Check) or statement.exclude is not None or statement.negated:
            self.wrong("`where` must be one condition over the entity, such as `name like 'legacy-%'`", "where")
            return None
        if looked_up_by(statement):
            self.wrong("the `where` of an exclusion cannot look other entities up", "where")
        self.check_lists(statement, text)
        return rule

    def check_lists(self, statement: nodes.Statement, text: str) -> None:
        """Note the named lists that nobody gave."""
        known = self.lists
        if known is None:
            return
        absent = [n for n in nodes.walk(statement) if isinstance(n, nodes.NamedList) and n.name not in known]
        for each in self.placed([_without(node) for node in absent], text):
            mark = Mark(each.span.line, each.span.column, each.span.end - each.span.start)
            self.errors.append(_at(mark, self.file, each.code, each.message))

    def placed(self, problems: Iterable[Problem], text: str) -> tuple[Problem, ...]:
        """Problems of a condition, at their places in the file."""
        letters = self.places.letters(text, _TOP, self.number, "where")
        found = []
        for each in problems:
            first = min(max(0, each.span.start - len(_PREFIX)), len(text))
            last = min(max(first, each.span.end - len(_PREFIX) - 1), len(text))
            start, end = letters[first], letters[last] + 1
            mark = self.places.mark(start, end)
            found.append(Problem(each.code, each.message, Span(start, end, mark.line, mark.column)))
        return tuple(found)


def _without(node: nodes.NamedList) -> Problem:
    message = f"`where` uses the named list `${node.name}`, which was not given: --list {node.name}=FILE"
    return Problem("invalid-exclusion", message, node.span)


def _waiver(entry: dict[str, Any], source: str, condition: Rule | None) -> Waiver:
    last = _day(entry["expires"]) if "expires" in entry else None
    told = Exclusion(
        source,
        entry["reason"].strip(),
        entry.get("owner", "").strip(),
        last.isoformat() if last is not None else None,
    )
    ends = None if last is None else datetime.datetime.combine(last + _DAY, datetime.time(), datetime.UTC)
    rules, accounts, regions = [tuple(_several(entry.get(key, ()))) for key in ("rules", "accounts", "regions")]
    return Waiver(told, rules, accounts, regions, condition, ends)


def _several(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


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
