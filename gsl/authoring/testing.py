"""The tests beside rules: `X.test.yaml` beside `X.gsl`, run as `gsl test` runs them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from gsl.engine.runner import Gathering, Runner
from gsl.errors import GslError, InputError
from gsl.inventory.given import entities_of
from gsl.language.vocabulary import did_you_mean
from gsl.results.model import Report, Result
from gsl.ruleset import yamltext
from gsl.ruleset.loading import RULE_SUFFIX, Loaded, load
from gsl.ruleset.options import Options, options_of
from gsl.ruleset.rule import Rule
from gsl.ruleset.yamltext import YamlError

TEST_SUFFIX = ".test.yaml"
VERDICTS = ("passed", "failed", "excluded", "not-relevant", "error")
_FILE_KEYS = ("now", "lists", "cases")
_CASE_KEYS = ("name", "entity", "entities", "expect", "now", "lists")
_LONGEST_FILE = 16 * 1024 * 1024


@attrs.frozen
class Outcome:
    """How one case went: `problems` is empty when it passed."""

    file: str
    name: str
    problems: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every expectation held."""
        return not self.problems


@attrs.define
class TestRun:
    """How all cases went, and the files that could not be run."""

    __test__ = False

    outcomes: list[Outcome] = attrs.field(factory=list)
    errors: list[GslError] = attrs.field(factory=list)
    untested: list[str] = attrs.field(factory=list)

    @property
    def failed(self) -> list[Outcome]:
        """The cases that failed."""
        return [outcome for outcome in self.outcomes if not outcome.passed]


def run_tests(path: Path) -> TestRun:
    """Run the tests of a rule, a test file, or everything in a folder.

    `untested` names the rules without a test file. Raises `InputError` when there is no such path.
    """
    if not path.exists():
        raise InputError("no-such-file", "there is no such file or folder", str(path))
    run = TestRun()
    for file in _test_files(path, run):
        try:
            run.outcomes += list(_run_file(file))
        except GslError as error:
            run.errors.append(error)
    return run


def _test_files(path: Path, run: TestRun) -> list[Path]:
    if path.is_file():
        if path.name.endswith(TEST_SUFFIX):
            return [path]
        if not path.name.endswith(RULE_SUFFIX):
            raise InputError(
                "no-tests", f"a rule (X{RULE_SUFFIX}) or a test file (X{TEST_SUFFIX}) was expected", str(path)
            )
        if not _test_of(path).exists():
            run.untested.append(str(path))
            return []
        return [_test_of(path)]
    for rule in sorted(path.rglob(f"*{RULE_SUFFIX}")):
        if not _test_of(rule).exists():
            run.untested.append(str(rule))
    return sorted(path.rglob(f"*{TEST_SUFFIX}"))


def _test_of(rule: Path) -> Path:
    return rule.with_name(rule.name.removesuffix(RULE_SUFFIX) + TEST_SUFFIX)


def _run_file(file: Path) -> Iterator[Outcome]:
    content = _read(file)
    rule_file = file.with_name(file.name.removesuffix(TEST_SUFFIX) + RULE_SUFFIX)
    if not rule_file.exists():
        raise InputError("no-rule", f"the rule that these tests are for is missing: {rule_file}", str(file))
    rule = load(rule_file)
    _refuse_unknown(content, _FILE_KEYS, "the file", file)
    cases = content.get("cases")
    if not isinstance(cases, list) or not cases:
        raise InputError("no-cases", "`cases` must be a list with at least one case", str(file))
    names: set[str] = set()
    for number, case in enumerate(cases, 1):
        name = _case_name(case, number, names, file)
        try:
            problems = _run_case(rule, case, content, file)
        except GslError as error:
            problems = (error.message if isinstance(error, InputError) else str(error),)
        yield Outcome(str(file), name, problems)


def _read(file: Path) -> dict[str, Any]:
    try:
        data = file.read_bytes()
        if len(data) > _LONGEST_FILE:
            raise InputError("file-too-long", f"the file is longer than {_LONGEST_FILE >> 20} MB", str(file))
        content, _ = yamltext.load(data.decode("utf-8"))
    except OSError as error:
        raise InputError("unreadable-file", f"the file cannot be read: {error.strerror or error}", str(file)) from None
    except UnicodeDecodeError as error:
        raise InputError("invalid-encoding", f"the byte at offset {error.start} is no UTF-8", str(file)) from None
    except YamlError as error:
        mark = error.mark
        raise InputError(
            "invalid-yaml",
            f"the file is {error.message}" if error.message.startswith("no ") else error.message,
            str(file),
            mark.line,
            mark.column,
        ) from None
    if not isinstance(content, dict):
        raise InputError("invalid-yaml", "keys were expected: `cases`, and `now` or `lists` if needed", str(file))
    return content


def _refuse_unknown(content: Mapping[str, Any], known: tuple[str, ...], where: str, file: Path) -> None:
    for key in content:
        if key not in known:
            message = f"{where} has no key `{key}`{did_you_mean(str(key), known) or '.'} Known keys: {', '.join(known)}"
            raise InputError("unknown-test-key", message, str(file))


def _case_name(case: Any, number: int, names: set[str], file: Path) -> str:
    if not isinstance(case, dict):
        raise InputError(
            "invalid-case", f"case {number} must have keys such as `name`, `entity` and `expect`", str(file)
        )
    name = case.get("name")
    if not isinstance(name, str) or not name:
        raise InputError("invalid-case", f"case {number} has no `name`", str(file))
    if name in names:
        raise InputError("invalid-case", f"two cases are named `{name}`", str(file))
    _refuse_unknown(case, _CASE_KEYS, f"the case `{name}`", file)
    names.add(name)
    return name


def _run_case(rule: Rule, case: dict[str, Any], content: dict[str, Any], file: Path) -> tuple[str, ...]:
    entities = _entities(case, rule)
    lists = {**_lists(content), **_lists(case)}
    options: Options = options_of(case.get("now", content.get("now")), lists)
    runner = Runner(Loaded([rule]), options, keep_all=True)
    given = list(entities_of(entities, rule.entity_type or None))
    report = runner.run(given)
    broken = [each.message for each in report.diagnostics if each.level == "error"]
    if broken:
        return tuple(broken)
    gathering = Gathering(Loaded([rule]), options)
    gathering.take(given)
    return tuple(_compared(_found(report, gathering, rule), case.get("expect"), rule))


def _lists(content: dict[str, Any]) -> dict[str, Any]:
    lists = content.get("lists") or {}
    if not isinstance(lists, dict):
        raise InputError("invalid-case", "`lists` must be names, each with a list of values")
    return lists


def _entities(case: dict[str, Any], rule: Rule) -> list[Any]:
    if ("entity" in case) == ("entities" in case):
        raise InputError("invalid-case", "a case needs either `entity` or `entities`")
    if "entity" in case:
        return [case["entity"]]
    entities = case["entities"]
    if not isinstance(entities, list) or (not entities and not rule.is_list):
        raise InputError("invalid-case", "`entities` must be a list with at least one entity")
    return entities if entities else [{"type": "Account", "id": "account"}]


def _found(report: Report, gathering: Gathering, rule: Rule) -> dict[str, str]:
    """The verdict of each entity of the rule's type by id; for `List<T>` by account."""

    def name(result: Result) -> str:
        return result.account if rule.is_list else result.entity_id

    results = [*report.findings, *(report.verdicts or ())]
    found = {name(result): str(result.status) for result in results}
    found |= {each.entity_id: "selected" for each in report.selected}
    for subject in gathering.subjects(rule):
        found.setdefault(subject.entity.account if rule.is_list else subject.entity.id, "not-relevant")
    return found


def _compared(found: dict[str, str], expect: Any, rule: Rule) -> Iterator[str]:
    if isinstance(expect, str):
        if not found:
            yield f"the case has no {rule.entity_type}, so the rule looked at nothing"
            return
        if len(found) != 1:
            yield f"one verdict is expected, and the rule gave {len(found)}: name each entity under `expect`"
            return
        expect = {next(iter(found)): expect}
    if not isinstance(expect, dict) or not expect:
        yield "`expect` is missing: a verdict, or a verdict for each entity by its id"
        return
    wanted = {str(name): verdict for name, verdict in expect.items()}
    allowed = (*VERDICTS, "selected")
    for name, verdict in wanted.items():
        if verdict not in allowed:
            yield f"`{verdict}` is no verdict{did_you_mean(str(verdict), allowed) or '.'} Verdicts: {', '.join(allowed)}"
        elif name not in found:
            yield f"no entity `{name}` is in the case{did_you_mean(name, found)}"
        elif found[name] != verdict:
            yield f"{name or rule.entity_type}: {verdict} was expected, the rule says {found[name]}"
    for name, verdict in found.items():
        if name not in wanted:
            yield f"{name}: the rule says {verdict}, and nothing is expected: name it under `expect`"
