"""Reports that were written as JSON or JSON lines, read again: in constant memory, however many findings they hold."""

from __future__ import annotations

import io
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, TypeVar

import msgspec

from gsl.errors import InputError
from gsl.inventory.files import STDIN
from gsl.inventory.nesting import TooDeep
from gsl.inventory.opening import opened
from gsl.inventory.streams import Stream
from gsl.results.decoding import decoded, places
from gsl.results.exclusion import Exclusion, ExclusionSummary
from gsl.results.laid_out import OtherLayout, members
from gsl.results.model import SCHEMA_VERSION, Comparison, Diagnostic, Report, Result, Selected
from gsl.results.saved_results import refuse_severity, result_of
from gsl.results.spool import Spool
from gsl.results.summaries import About, RuleSummary

Record = TypeVar("Record")

_NO_REPORT = "this is no report of gsl: write one with `gsl eval RULES INPUT -o report.json`"
_ENDS_EARLY = "it is empty, or ends in the middle"
_LEVELS = ("error", "warning", "note")
_LONGEST_LINE = 64 * 1024 * 1024
_LISTS = {
    "rule": "rules",
    "finding": "findings",
    "excluded": "excluded",
    "exclusion": "exclusions",
    "selected": "selected",
    "diagnostic": "diagnostics",
    "verdict": "verdicts",
    "gone": "gone",
}
"""What a record is called in JSON lines, and the list of the JSON report that it belongs to."""


class _Head(msgspec.Struct, frozen=True, rename="camel"):
    """What says of which run a report is."""

    schema_version: str
    now: str
    summary: dict[str, int]
    comparison: _Compared | None = None


class _Compared(msgspec.Struct, frozen=True):
    """The numbers of a comparison."""

    now: str
    counts: dict[str, int]


def read_report(source: str) -> Report:
    """The report in a file as `gsl eval --format json` or `jsonl` wrote it; `-` is standard input.

    Findings are kept in a temporary file once they are many. Raises `InputError` for a file that
    cannot be read, is no report, or is of another version, and `SpoolError` when there is no room.
    """
    name = "<stdin>" if source == STDIN else source
    with _again(source) as reopen:
        with reopen() as file:
            first = file.readline(_LONGEST_LINE)
            rest = first if first.strip() else file.readline(_LONGEST_LINE)
        if rest.lstrip().startswith(b'{"record":'):
            taken = _Taken(name)
            with reopen() as file:
                taken.lines(file)
        else:
            taken = _laid_out(name, reopen) or _Taken(name)
            if taken.head is None:
                taken.document(reopen)
        return taken.report()


def _laid_out(name: str, reopen: Reopen) -> _Taken | None:
    """A report that is laid out as gsl does it, in a fraction of the time that others take."""
    taken = _Taken(name)
    head: dict[str, Any] = {}
    counts: Counter[str] = Counter()
    try:
        with reopen() as file:
            for member, text in members(file):
                value = decoded(text)
                if member not in _TAKE:
                    head[member] = value
                    continue
                if taken.head is None:
                    if "summary" not in head:  # the members come in another order
                        return None
                    taken.begin(head)
                if member == "verdicts" and taken.verdicts is None:
                    taken.verdicts = Spool()
                for record in value:
                    taken.take(member, record, f"{member}[{counts[member]}]")
                    counts[member] += 1
    except (OtherLayout, msgspec.DecodeError):
        return None
    return taken


Reopen = Callable[[], Any]


@contextmanager
def _again(source: str) -> Iterator[Reopen]:
    """What opens a source from its start, as often as it takes; standard input is kept in a temporary file."""
    if source != STDIN:
        yield lambda: _content(source)
        return
    import tempfile

    with tempfile.TemporaryFile(prefix="gsl-") as copy, opened(source) as (given, _):
        shutil.copyfileobj(given, copy)

        @contextmanager
        def reopen() -> Iterator[BinaryIO]:
            copy.seek(0)
            yield _reader(copy)

        yield reopen


@contextmanager
def _content(path: str) -> Iterator[BinaryIO]:
    with opened(path) as (file, _):
        yield _reader(file)


def _reader(file: Any) -> BinaryIO:
    return io.BufferedReader(_Text(Stream(file)), 1 << 18)


class _Text(io.RawIOBase):
    """The text of a stream, as a file of bytes."""

    def __init__(self, stream: Stream) -> None:
        super().__init__()
        self.stream = stream
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._left or self.stream.read(len(buffer))
        count = min(len(data), len(buffer))
        buffer[:count] = data[:count]
        self._left = data[count:]
        return count


class _Taken:
    """What was read of a report so far."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.head: _Head | None = None
        self.findings: Spool[Result] = Spool()
        self.excluded: Spool[Result] = Spool()
        self.verdicts: Spool[Result] | None = None
        self.gone: Spool[Result] = Spool()
        self.selected: Spool[Selected] = Spool()
        self.rules: list[RuleSummary] = []
        self.diagnostics: list[Diagnostic] = []
        self.exclusions: list[ExclusionSummary] = []

    def lines(self, file: BinaryIO) -> None:
        """Take a report in that has a record a line."""
        for number, line in enumerate(iter(lambda: file.readline(_LONGEST_LINE), b""), 1):
            if not line.strip():
                continue
            try:
                record = decoded(line)
                kind = record.pop("record")
            except (msgspec.DecodeError, AttributeError, KeyError, TypeError, UnicodeDecodeError) as error:
                why = f": {error}" if isinstance(error, msgspec.DecodeError) else ""
                raise InputError(
                    "invalid-report", f"a record of a report was expected{why}", self.name, number
                ) from None
            if not isinstance(kind, str):
                raise InputError("invalid-report", "`record` names a kind of record", self.name, number)
            if kind == "run":
                self.begin(record)
            elif kind in _LISTS:
                self.take(_LISTS[kind], record, f"line {number}")
        if self.head is None:
            raise InputError("incomplete-report", "the report ends before its last line, the one of the run", self.name)

    def document(self, reopen: Reopen) -> None:
        """Take a report in that is one JSON object; it is read once for each of its lists."""
        self.begin(self._members(reopen))
        for name in _LISTS.values():
            for number, record in enumerate(self._items(reopen, f"{name}.item")):
                self.take(name, record, f"{name}[{number}]")

    def _members(self, reopen: Reopen) -> dict[str, Any]:
        """What stands before the lists, and whether there are verdicts."""
        found: dict[str, Any] = {}
        counts: dict[str, Any] = {}
        for prefix, event, value in self._parsed(reopen, places):
            if prefix == "" and event == "start_array":
                raise InputError("not-a-report", _NO_REPORT, self.name)
            if prefix in ("schemaVersion", "now"):
                found[prefix] = value
            elif prefix == "summary.entities":
                found["summary"] = {"entities": value}
            elif prefix == "comparison.now":
                found["comparison"] = {"now": value, "counts": counts}
            elif prefix.startswith("comparison.counts."):
                counts[prefix.rpartition(".")[2]] = value
            elif prefix == "verdicts" and event == "start_array":
                self.verdicts = Spool()
        return found

    def _items(self, reopen: Reopen, prefix: str) -> Iterator[Any]:
        import ijson

        return self._parsed(reopen, lambda file: ijson.items(file, prefix, use_float=True))

    def _parsed(self, reopen: Reopen, how: Callable[[BinaryIO], Iterator[Any]]) -> Iterator[Any]:
        import ijson

        try:
            with reopen() as file:
                yield from how(file)
        except TooDeep as error:
            raise InputError("invalid-json", f"{_NO_REPORT} ({error})", self.name) from None
        except (ijson.JSONError, UnicodeDecodeError) as error:
            told = str(error).strip().splitlines()[0] if str(error).strip() else _ENDS_EARLY
            if "EOF" in told or told == _ENDS_EARLY:
                raise InputError("incomplete-report", f"no whole report of gsl: {_ENDS_EARLY}", self.name) from None
            raise InputError("invalid-json", f"{_NO_REPORT} ({told})", self.name) from None

    def begin(self, record: dict[str, Any]) -> None:
        """Take in what says of which run the report is."""
        try:
            head = msgspec.convert(record, _Head)
        except msgspec.ValidationError:
            raise InputError("not-a-report", _NO_REPORT, self.name) from None
        if head.schema_version != SCHEMA_VERSION:
            message = f"the report is of version {head.schema_version!r}, and this gsl reads version {SCHEMA_VERSION!r}"
            raise InputError("other-version", message, self.name)
        self.head = head

    def take(self, name: str, record: Any, place: str) -> None:
        """Take a record into the list of that name."""
        try:
            _TAKE[name](self, record)
        except (msgspec.ValidationError, TypeError, RecursionError) as error:
            raise InputError("invalid-report", f"{place}: {error}", self.name) from None

    def verdict(self, record: Any) -> None:
        """Take in a verdict that is no finding."""
        if self.verdicts is None:
            self.verdicts = Spool()
        self.verdicts.append(result_of("verdicts", record))

    def rule(self, record: Any) -> None:
        """Take in the counts of a rule."""
        found = msgspec.convert(record, RuleSummary)
        refuse_severity(found.severity)
        found.about = msgspec.convert(record, About)
        found.could_not_run = record.get("status") == "error" and not found.errors and not found.failed
        self.rules.append(found)

    def diagnostic(self, record: Any) -> None:
        """Take in what there is to know of the run."""
        found = msgspec.convert(record, Diagnostic)
        if found.level not in _LEVELS:
            raise msgspec.ValidationError(f"the level is one of {', '.join(_LEVELS)}")
        self.diagnostics.append(found)

    def exclusion(self, record: Any) -> None:
        """Take in an exclusion with its count."""
        told = msgspec.convert(record, _Counted)
        self.exclusions.append(ExclusionSummary(msgspec.convert(record, Exclusion), told.status, told.count))

    def report(self) -> Report:
        """All of it as a report."""
        head = self.head
        if head is None:
            raise InputError("not-a-report", _NO_REPORT, self.name)
        return Report(
            head.now,
            head.summary.get("entities", 0),
            tuple(self.rules),
            self.findings,
            self.verdicts,
            self.selected,
            tuple(self.diagnostics),
            {rule.id: rule.title for rule in self.rules},
            self.excluded,
            tuple(self.exclusions),
            None if head.comparison is None else Comparison(head.comparison.now, head.comparison.counts, self.gone),
        )


class _Counted(msgspec.Struct, frozen=True):
    status: str
    count: int


def _into(name: str, kind: type[Record]) -> Callable[[_Taken, Any], None]:
    return lambda taken, record: getattr(taken, name).append(msgspec.convert(record, kind))


def _into_results(name: str) -> Callable[[_Taken, Any], None]:
    return lambda taken, record: getattr(taken, name).append(result_of(name, record))


_TAKE: dict[str, Callable[[_Taken, Any], None]] = {
    "rules": _Taken.rule,
    "findings": _into_results("findings"),
    "excluded": _into_results("excluded"),
    "exclusions": _Taken.exclusion,
    "selected": _into("selected", Selected),
    "diagnostics": _Taken.diagnostic,
    "verdicts": _Taken.verdict,
    "gone": _into_results("gone"),
}
