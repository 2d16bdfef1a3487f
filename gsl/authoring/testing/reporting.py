"""What a run of tests says: as text for people, as JSON for programs, as JUnit's XML for build servers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs

from gsl.authoring.coverage import coverage_json, coverage_text
from gsl.authoring.testing.junit import junit_text
from gsl.authoring.testing.mutation import mutation_json, mutation_text
from gsl.authoring.testing.outcomes import Outcome
from gsl.authoring.testing.running import FileRun, TestRun
from gsl.errors import MOST_PROBLEMS, printable

SCHEMA_VERSION = "1"
"""The version of the JSON; it changes when a reader could break."""


def counted(count: int, thing: str) -> str:
    """A number of things in words: `1 case`, `2 cases`."""
    return f"{count} {thing}" + ("" if count == 1 else "s")


def _text(run: TestRun, quiet: bool) -> str:
    lines = [line for each in run.files for line in (*_updates(each), *_failures(each))]
    coverages = [each.coverage for each in run.files if each.coverage is not None]
    mutations = [each.mutation for each in run.files if each.mutation is not None]
    closer = coverage_text(coverages, quiet) if coverages else ""
    closer += mutation_text(mutations, quiet) if mutations else ""
    if not quiet and (run.cases or not run.errors):
        broken = f", {counted(len(run.errors), 'file')} could not be run" if run.errors else ""
        cases = counted(run.cases, "case")
        lines.append(f"{cases}: {run.cases - run.failed} passed, {run.failed} failed{broken}.")
    return closer + "".join([f"{line}\n" for line in lines])


def _updates(run: FileRun) -> Iterator[str]:
    for change in run.changes:
        yield f"UPDATED  {printable(run.file)}:{change.line}: {printable(str(change))}"
    if run.not_updated:
        yield f"NOT UPDATED  {printable(run.file)}: {printable(run.not_updated)}"


def _failures(run: FileRun) -> Iterator[str]:
    for outcome in run.failed:
        yield f"FAILED  {printable(run.file)}:{outcome.mark.line}  {printable(outcome.name)}"
        for problem, mark in list(zip(outcome.problems, outcome.marks))[:MOST_PROBLEMS]:
            line = f"line {mark.line}: " if mark.line != outcome.mark.line else ""
            yield f"  {line}{printable(problem)}"
        if outcome.problems[MOST_PROBLEMS:]:
            yield f"  and {len(outcome.problems) - MOST_PROBLEMS} more problems"


def _json(run: TestRun, quiet: bool) -> str:
    content = {
        "schemaVersion": SCHEMA_VERSION,
        "summary": {
            "cases": run.cases,
            "passed": run.cases - run.failed,
            "failed": run.failed,
            "errors": len(run.errors),
        },
        "rules": [_file_json(each) for each in run.files],
        "untested": run.untested,
    }
    return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _file_json(run: FileRun) -> dict[str, Any]:
    return {
        "ruleId": run.rule_id or None,
        "ruleFile": run.rule_file,
        "file": run.file,
        "error": str(run.error) if run.error is not None else None,
        "cases": [_case_json(each) for each in run.outcomes],
        **({"changes": [attrs.asdict(each) for each in run.changes]} if run.changes else {}),
        **({"coverage": coverage_json(run.coverage)} if run.coverage is not None else {}),
        **({"mutation": mutation_json(run.mutation)} if run.mutation is not None else {}),
        **({"notUpdated": run.not_updated} if run.not_updated else {}),
    }


def _case_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "name": outcome.name,
        "line": outcome.mark.line,
        "passed": outcome.passed,
        "problems": list(outcome.problems),
        "problemLines": [mark.line for mark in outcome.marks],
        "verdicts": outcome.found,
    }


def _junit(run: TestRun, quiet: bool) -> str:
    return junit_text(run)


REPORTS: Mapping[str, Callable[[TestRun, bool], str]] = {"text": _text, "json": _json, "junit": _junit}
"""What writes each format, with or without the summary."""
