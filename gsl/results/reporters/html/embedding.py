"""Findings as the page carries them: interned, in blocks of JSON that no text can break out of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import msgspec

from gsl.results.masking import shown_text
from gsl.results.model import Reason, Report, Result, Selected
from gsl.results.records import text_order
from gsl.results.reporters.html.counting import NO_SEVERITY
from gsl.results.reporters.html.markup import LONGEST_EXPRESSION, counted, number, short
from gsl.results.reporters.sentences import clean_value
from gsl.results.spool import Spool

MOST_FINDINGS = 100_000
"""Results that the page carries; a browser takes these in half a second."""

MOST_BYTES = 64 * 1024 * 1024
"""Bytes of results that the page carries."""

_BLOCK = 500
_MOST_PARTS = 40

STATUSES = ("failed", "error", "gone", "excluded", "selected", "passed")
CHANGES = ("", "new", "changed", "unchanged", "fixed", "excluded", "not-evaluated", "unknown")

_SAFE = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def data(content: Any, name: str) -> str:
    """JSON in an element of the page, as text that can neither end the element nor begin another."""
    encoded = msgspec.json.encode(content).decode()
    return f'<script type="application/json" class="{name}">{encoded.translate(_SAFE)}</script>\n'


def rule_data(report: Report) -> str:
    """What the findings say of rules by their numbers, and the words that they use by theirs."""
    names: dict[str, int] = {}
    rules = []
    for rule in report.rules:
        mapped = [names.setdefault(short(name), len(names)) for name in rule.about.frameworks]
        rules.append((short(rule.id), short(rule.title), rule.severity or NO_SEVERITY, mapped))
    words = {"rules": rules, "frameworks": list(names), "statuses": STATUSES, "changes": CHANGES}
    return data(words, "base")


class Embedding:
    """Writes the results of a report, the ones that matter most first, and counts what it leaves out."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.written = 0
        self.bytes = 0
        self.left: list[tuple[str, int]] = []
        self._rules = {(rule.id, rule.severity): place for place, rule in enumerate(report.rules)}
        self._entities: dict[tuple[str, ...], int] = {}
        self._names: dict[str, int] = {}

    def pieces(self) -> Iterator[str]:
        """The blocks; when the page carries enough, the rest is left out."""
        for status, records in _kinds(self.report):
            count = 0
            most = min(len(records), MOST_FINDINGS - self.written)
            ordered = records.ranked() if isinstance(records, Spool) else sorted(records, key=text_order)
            some = islice(iter(ordered), most)
            while self.bytes < MOST_BYTES and (block := list(islice(some, _BLOCK))):
                count += len(block)
                for piece in self._block(status, block):
                    self.bytes += len(piece)
                    yield piece
            self.written += count
            if count < len(records):
                self.left.append((status or "", len(records) - count))

    def left_out(self) -> Iterator[str]:
        """What to say of results that the page does not carry."""
        if not self.left:
            return
        words = {"gone": "no longer found"}
        told = ", ".join([f"{number(count)} {words.get(status, status)}" for status, count in self.left])
        yield '<p class="warned left-out" role="note"><b>This page does not carry everything.</b> It lists '
        yield f"{counted(self.written, 'result', 'results')}, the gravest first; {told} are left out of the list and of its search. "
        yield "All counts above are of the whole run. The whole list: <code>gsl eval … -o report.jsonl</code></p>"

    def _block(self, status: str | None, records: list[Result | Selected]) -> Iterator[str]:
        """A block: what lists and filters need, and apart from it what is read when a finding is opened."""
        rows = _Rows(self)
        words: dict[str, int] = {}
        details = []
        for each in records:
            rows.add(each, status or (str(each.status) if isinstance(each, Result) else ""))
            details.append(_details(each, words) if isinstance(each, Result) else [0, 0, 0, [], []])
        yield data(rows.content(), "rows")
        yield data({"words": list(words), "details": details}, "details")


def _kinds(report: Report) -> Iterator[tuple[str | None, Sequence[Any]]]:
    """The lists of the report with the status that the page gives their records; `None` is their own."""
    yield None, report.findings
    if report.comparison is not None:
        yield "gone", report.comparison.gone
    yield "excluded", report.excluded
    yield "selected", report.selected
    if report.verdicts is not None:
        yield "passed", report.verdicts


class _Rows:
    """The columns of a block, with the names, rules and entities that no earlier block had."""

    def __init__(self, all_: Embedding) -> None:
        self.all = all_
        self.names: list[str] = []
        self.rules: list[tuple[str, str]] = []
        self.entities: list[int | str] = []
        self.columns: tuple[list[int], ...] = ([], [], [], [])

    def add(self, record: Result | Selected, status: str) -> None:
        """Take a record in."""
        change = (record.change or "") if isinstance(record, Result) else ""
        severity = record.severity if isinstance(record, Result) else None
        numbers = (
            self._rule(record.rule_id, severity, isinstance(record, Selected)),
            self._entity(record),
            STATUSES.index(status),
            CHANGES.index(change),
        )
        for column, value in zip(self.columns, numbers):
            column.append(value)

    def content(self) -> dict[str, Any]:
        """The block as JSON has it."""
        return {"names": self.names, "rules": self.rules, "entities": self.entities, "columns": self.columns}

    def _rule(self, rule_id: str, severity: str | None, selected: bool) -> int:
        known = self.all._rules
        if selected and rule_id in self.all.report.titles:
            severity = next((key[1] for key in known if key[0] == rule_id), severity)
        place = known.get((rule_id, severity))
        if place is None:
            place = known[rule_id, severity] = len(known)
            self.rules.append((short(rule_id), severity or NO_SEVERITY))
        return place

    def _entity(self, record: Result | Selected) -> int:
        entity_id, name = short(record.entity_id), short(record.entity_name)
        key = (record.entity_type, record.account, record.region, entity_id, name)
        known = self.all._entities
        place = known.get(key)
        if place is None:
            place = known[key] = len(known)
            self.entities += [self._name(each) for each in key[:3]]
            self.entities += (entity_id, "" if name == entity_id else name)
        return place

    def _name(self, name: str) -> int:
        known = self.all._names
        name = short(name)
        if name not in known:
            known[name] = len(known)
            self.names.append(name)
        return known[name]


def _details(result: Result, words: dict[str, int]) -> list[Any]:
    """Why, before, the exclusion and the fingerprint, with texts as numbers of `words`."""

    def word(told: str) -> int:
        return words.setdefault(short(told, LONGEST_EXPRESSION), len(words))

    def reasons(given: Iterable[Reason], count: int) -> list[Any]:
        parts: list[Any] = [_reason(each, word) for each in islice(given, _MOST_PARTS)]
        return parts if count <= _MOST_PARTS else [*parts, count - _MOST_PARTS]

    taken = result.exclusion
    exclusion: Any = 0
    if taken is not None:
        exclusion = [word(each) for each in (taken.source, taken.reason, taken.owner, taken.expires or "")]
    why = reasons(result.reasons, len(result.reasons))
    told = [
        result.fingerprint,
        int(result.passed_on_missing),
        exclusion,
        why,
        reasons(result.before, len(result.before)),
    ]
    return told if result.entity is None else [*told, clean_value(result.entity)]


def _reason(reason: Reason, word: Any) -> list[Any]:
    values = []
    for each in reason.values[:_MOST_PARTS]:
        values += [word(each.path), word(shown_text(each.value))]
    more = max(0, len(reason.values) - _MOST_PARTS)
    return [word(reason.expression), reason.line, values, word(shown_text(reason.result)), reason.count or 0, more]
