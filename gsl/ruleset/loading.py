"""Rules from files: `.gsl` files, folders of them, and rulesets as CloudGuard exports them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from gsl.errors import GslError, InputError, Problem, RuleError, Source, Span
from gsl.inventory.files import files_below
from gsl.language import nodes
from gsl.language.formatter import format_statement
from gsl.language.vocabulary import did_you_mean
from gsl.results.severity import SEVERITIES, severity_of
from gsl.ruleset import shelf
from gsl.ruleset.metadata import Metadata, metadata_of
from gsl.ruleset.rule import Rule, build_rule, checked_statement
from gsl.ruleset.shelf import FILE
from gsl.semantics.functions import function_table
from gsl.semantics.functions.table import Function

RULE_SUFFIX = ".gsl"
_EXPORT_SUFFIX = ".json"
_D9_ID = r"D9\.[A-Za-z0-9]+(?:\.[A-Za-z0-9]+)+"
_LONGEST_FILE = 64 * 1024 * 1024


class RuleSetError(GslError):
    """Several rules that cannot be used; `errors` holds one error each."""

    def __init__(self, errors: tuple[GslError, ...]) -> None:
        super().__init__(errors)
        self.errors = errors

    def __str__(self) -> str:
        return "\n".join(str(error) for error in self.errors)


class Loaded(Struct, eq=False):
    """What loading gave: the rules that can run, and an error for each that cannot.

    `order` are the ids of all of them as they came; `warnings` what is odd about rules that can run.
    """

    rules: list[Rule] = field(default_factory=list)
    errors: list[GslError] = field(default_factory=list)
    order: list[str | None] = field(default_factory=list)
    warnings: list[InputError] = field(default_factory=list)

    def add(self, other: Loaded) -> None:
        """Take another load in."""
        self.order += other.order or [*[rule.id for rule in other.rules], *[error.rule_id for error in other.errors]]
        self.rules += other.rules
        self.errors += other.errors
        self.warnings += other.warnings

    def take(self, rule: Rule) -> None:
        """Take one rule in."""
        self.rules.append(rule)
        self.order.append(rule.id)

    def lose(self, error: GslError) -> None:
        """Take an error in the place of a rule."""
        self.errors.append(error)
        self.order.append(error.rule_id)

    def distinct(self) -> Loaded:
        """The same, with each id once: one id with one logic is one rule, with two it is an error."""
        by_id: dict[str, Rule] = {}
        result = Loaded([], list(self.errors), self.order, self.warnings)
        for rule in self.rules:
            earlier = by_id.get(rule.id)
            if earlier is None:
                by_id[rule.id] = rule
                result.rules.append(rule)
            elif format_statement(earlier.statement) != format_statement(rule.statement):
                result.errors.append(_two_logics(earlier, rule))
        return result


def _two_logics(earlier: Rule, rule: Rule) -> InputError:
    message = f"the rule id `{rule.id}` stands for two different rules: here and in {earlier.source.name}; rename one"
    start = 0 if rule.statement is None else rule.statement.span.line
    return InputError("duplicate-rule-id", message, rule.source.name, start or None)


def load_path(path: str | Path, functions: Mapping[str, object] | None = None) -> Loaded:
    """The rules of a file or folder, each id once. Raises `InputError` when there is no such path."""
    return _load(Path(path), functions).distinct()


def _load(path: Path, functions: Mapping[str, object] | None) -> Loaded:
    try:
        is_folder, exists = path.is_dir(), path.exists()
    except (OSError, ValueError) as error:
        raise InputError("unreadable-file", f"this cannot be read: {error}", str(path)) from None
    if is_folder:
        loaded = Loaded()
        for file in files_below(path, _may_hold_rules):
            if isinstance(file, InputError):
                loaded.errors.append(file)
            elif holds_rules(file):
                loaded.add(_load_file(file, functions))
        if not (loaded.order or loaded.errors):
            message = "the folder holds no rule file (.gsl) and no ruleset (.json); rules come first, then entities"
            loaded.warnings.append(InputError("no-rules", message, str(path)))
        return loaded
    if not exists:
        raise InputError("no-such-file", "there is no such file or folder", str(path))
    return _load_file(path, functions)


def _may_hold_rules(name: str) -> bool:
    return name.lower().endswith((RULE_SUFFIX, _EXPORT_SUFFIX)) and not name.startswith(".")


def holds_rules(file: Path) -> bool:
    """Whether a file in a folder of rules is read as one of them, or as a ruleset."""
    if file.suffix.lower() == RULE_SUFFIX:
        return True
    return _may_hold_rules(file.name) and _looks_like_export(file)


def _looks_like_export(file: Path) -> bool:
    """Whether a JSON file beside rules is a ruleset; others there may be test data."""
    try:
        with file.open("rb") as stream:
            head = stream.read(_LONGEST_FILE)
    except OSError:
        return True
    return b'"rules"' in head and b'"logic"' in head


def _load_file(file: Path, functions: Mapping[str, object] | None) -> Loaded:
    try:
        text = read_text(file)
        if file.suffix.lower() == _EXPORT_SUFFIX or (
            file.suffix.lower() != RULE_SUFFIX and text.lstrip()[:1] in ("{", "[")
        ):
            return load_export(text, str(file), functions)
        return Loaded([rule_of_text(Source(text, str(file), str(file)), functions)])
    except GslError as error:
        return Loaded([], [error.about(file.name.removesuffix(RULE_SUFFIX))])


def read_text(file: Path, longest: int = _LONGEST_FILE) -> str:
    """The text of a file of at most so many bytes. Raises `InputError`."""
    try:
        with file.open("rb") as stream:
            data = stream.read(longest + 1)
        if len(data) > longest:
            raise InputError("file-too-long", f"the file is longer than {longest >> 20} MB", str(file))
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError("invalid-encoding", f"the byte at offset {error.start} is no UTF-8", str(file)) from None
    except OSError as error:
        raise InputError("unreadable-file", f"the file cannot be read: {error.strerror or error}", str(file)) from None


def rule_of_text(source: Source, functions: Mapping[str, object] | None = None) -> Rule:
    """The one rule of a `.gsl` file, front matter included. Raises `RuleError`."""
    table = function_table(functions)
    known = shelf.found(FILE, source.text, functions)
    if known is None:
        statement, metadata = _parsed(source, table)
        shelf.keep(FILE, source.text, functions, statement, metadata)
    else:
        statement, metadata = known
    return Rule(metadata.id or _stem(source), statement, source, metadata, source.name, table)


def _parsed(source: Source, functions: Mapping[str, Function]) -> tuple[nodes.Statement, Metadata]:
    from gsl.ruleset import frontmatter

    refuse_long(source)
    front, text = frontmatter.split(source)
    values, places = frontmatter.parse(front, source) if front else ({}, {})
    metadata, problems = metadata_of(values, places)
    try:
        statement = checked_statement(source, text, functions)
    except RuleError as error:
        problems += error.problems
    if problems:
        rule_id = metadata.id or _stem(source)
        raise RuleError(tuple(problems), source).about(rule_id, metadata.title, metadata.severity)
    return statement, metadata


def refuse_long(source: Source) -> None:
    """Raise `RuleError` when a rule file is longer than any rule with its front matter."""
    from gsl.language.scanner import MAX_BYTES

    if len(source.text) > 2 * MAX_BYTES:
        message = f"the file is longer than {2 * MAX_BYTES // 1024} KB"
        raise RuleError((Problem("rule-too-long", message, Span(0, 1, 1, 1)),), source)


def _stem(source: Source) -> str:
    return Path(source.name).name.removesuffix(RULE_SUFFIX)


def load_export(text: str, name: str, functions: Mapping[str, object] | None = None) -> Loaded:
    """The rules of a CloudGuard ruleset: JSON with `rules[].logic`, or a list of such rules."""
    rules = rules_of_export(read_export(text, name)[0], name)
    loaded = Loaded()
    logics: dict[str, dict[str, int]] = {}
    for number, given in enumerate(rules, 1):
        try:
            loaded.take(_exported(given, number, name, functions, logics))
        except GslError as error:
            loaded.lose(error.about(f"{Path(name).stem} #{number}"))
        loaded.warnings += _odd_severity(given, name)
    return loaded


def read_export(text: str, name: str) -> tuple[Any, int]:
    """The JSON value of an exported ruleset, and how many of its numbers are too large to be held. Raises `InputError`."""
    from gsl.inventory.jsontext import JsonText

    document = JsonText(text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}"), name)
    value, end = document.value(document.skip(0))
    if document.skip(end) < len(document.text):
        raise document.error("invalid-json", "the file goes on after its JSON value", document.skip(end))
    return value, document.non_finite


def rules_of_export(value: Any, name: str) -> list[Any]:
    """The rules in the JSON value of an export. Raises `InputError`."""
    rules = value.get("rules") if isinstance(value, dict) else value
    if isinstance(value, dict) and "schemaVersion" in value and "findings" in value:
        raise InputError("no-ruleset", "this is a report of gsl, not rules: `gsl report` shows it", name)
    if not isinstance(rules, list):
        raise InputError(
            "no-ruleset",
            "a ruleset was expected: JSON with `rules`, each with its `logic` (rules come first, then entities)",
            name,
        )
    return rules


def _odd_severity(given: Any, name: str) -> list[InputError]:
    """A warning when the severity of an exported rule is none: the rule then counts as graver than any."""
    severity = given.get("severity") if isinstance(given, dict) else None
    if severity in (None, "") or (isinstance(severity, str) and severity_of(severity) is not None):
        return []
    near = did_you_mean(severity, SEVERITIES) if isinstance(severity, str) else ""
    message = f"`{severity}` is no severity, so the rule {given.get('name')!r} has none{near}"
    return [InputError("unknown-severity", message, name)]


def _exported(
    given: Any, number: int, name: str, functions: Mapping[str, object] | None, logics: dict[str, dict[str, int]]
) -> Rule:
    logic = given.get("logic") if isinstance(given, dict) else None
    if not isinstance(logic, str):
        raise InputError("no-logic", f"rule {number} of the ruleset has no `logic` text", name)
    unique = exported_id(given, logic, Path(name).stem, logics)
    label = str(given.get("name") or _named_id(given, Path(name).stem))
    source = Source(logic, f"{name}: rule {json.dumps(label, ensure_ascii=False)}", name)
    metadata = _exported_metadata(given, unique)
    try:
        return build_rule(source, logic, unique, metadata, functions, name)
    except RuleError as error:
        raise error.about(unique, metadata.title, metadata.severity) from None


def exported_id(given: dict[str, Any], logic: str, stem: str, logics: dict[str, dict[str, int]]) -> str:
    """The id of a rule of an export, numbered where one id stands for several; `logics` are those met so far."""
    rule_id = _named_id(given, stem)
    known = logics.setdefault(rule_id, {})
    ordinal = known.setdefault(logic, len(known) + 1)
    return rule_id if ordinal == 1 else f"{rule_id} #{ordinal}"


def _named_id(given: dict[str, Any], stem: str) -> str:
    for key in ("ruleId", "id"):
        if isinstance(given.get(key), (str, int)) and given[key] not in ("", True, False):
            return str(given[key])
    name = str(given.get("name") or "").strip()
    found = re.match(_D9_ID, name)
    return found.group() if found else name or stem


def _exported_metadata(given: dict[str, Any], rule_id: str) -> Metadata:
    """The metadata an exported rule carries; what is of another type is left out."""

    def text(*keys: str) -> str | None:
        values = [given.get(key) for key in keys]
        return next((value.strip() for value in values if isinstance(value, str) and value.strip()), None)

    severity = text("severity")
    return Metadata(
        id=rule_id,
        title=text("name"),
        severity=severity_of(severity) if severity else None,
        category=text("category", "complianceTag"),
        description=text("description"),
        remediation=text("remediation"),
    )


def load(path: str | Path, *, functions: Mapping[str, object] | None = None) -> Rule:
    """The rule of one `.gsl` file.

    Raises `RuleError` for a rule that cannot be used, `RuleSetError` for several, and `InputError`
    for a path that cannot be read or holds more than one rule (`load_all` takes those).
    """
    loaded = load_path(path, functions)
    if loaded.errors:
        raise loaded.errors[0] if len(loaded.errors) == 1 else RuleSetError(tuple(loaded.errors))
    if len(loaded.rules) != 1:
        raise InputError(
            "not-one-rule", f"one rule was expected, {len(loaded.rules)} are there: use load_all", str(path)
        )
    return loaded.rules[0]


def load_all(path: str | Path, *, functions: Mapping[str, object] | None = None) -> list[Rule]:
    """All rules of a file, folder or exported ruleset.

    Raises `RuleSetError` with an error for every rule that cannot be used, `InputError` when there
    is no such path.
    """
    loaded = load_path(path, functions)
    if loaded.errors:
        raise RuleSetError(tuple(loaded.errors))
    return loaded.rules


def each_error(error: GslError) -> Iterator[GslError]:
    """The single errors inside an error."""
    if isinstance(error, RuleSetError):
        yield from error.errors
    else:
        yield error
