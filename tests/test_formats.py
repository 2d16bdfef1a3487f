"""The formats of the report, each read by a reader or a schema that is not ours."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from junitparser import Error, Failure, JUnitXml, Skipped
from msgspec.structs import replace

import gsl
from gsl.results import comparison
from gsl.results.model import Diagnostic
from gsl.results.reporters import FORMATS, Settings, format_of, markdown, sarif, workflow

NOW = "2024-06-01"
HOSTILE = '=HYPERLINK("http://x")|<b>`@all`</b>\x1b[31m\x00 ]]>&\u2028\r\n::error::x'
RULES = """
---
id: one
title: "All | things, <b>bold</b> @everyone"
severity: high
category: Things
description: |
  Why a is set.
remediation: Set a.
frameworks:
  Book v1: ["1.2", "1.3"]
references: ["https://example.com/a", "javascript:alert(1)"]
---
Thing where kind != 'off'
should have a > 1 and b != 'bad'
exclude c = true
"""


def thing(number: int, **fields: Any) -> dict[str, Any]:
    return {
        "type": "Thing",
        "id": f"t{number}",
        "name": f"n{number}",
        "accountNumber": "1",
        "region": "eu-west-1",
        "a": 2,
        **fields,
    }


DENIED = {"path": "a", "operation": "Get", "code": "Denied", "message": "no"}
THINGS = [
    thing(1),
    thing(2, a=1),
    thing(3, a=0, name=HOSTILE),
    thing(4, c=True),
    thing(5, _errors=[DENIED]),
    thing(6, kind="off"),
]


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> list[gsl.Rule]:
    file = tmp_path_factory.mktemp("rules") / "one.gsl"
    file.write_text(RULES.lstrip())
    others = {"none": "Nothing should have a", "later": "true", "query": "Thing where a > 5"}
    return [gsl.load(file), *[gsl.parse(text, id=name) for name, text in others.items()]]


def evaluated(rules: Any, things: list[dict[str, Any]], **options: Any) -> gsl.Report:
    return gsl.evaluate(rules, things, now=NOW, **options)


@pytest.fixture
def report(rules: list[gsl.Rule]) -> gsl.Report:
    """A report with everything in it."""
    before = evaluated(rules, [thing(1, a=0), thing(2, a=0), thing(8, a=0)])
    return comparison.compared(
        evaluated([*rules, gsl.parse("Thing where a in $No", id="no")], THINGS, keep_all=True), before
    )


def text_of(report: gsl.Report, form: str, notes: list[str] | None = None) -> str:
    said = notes if notes is not None else []
    return "".join(FORMATS[form].write(report, Settings(note=said.append)))


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_no_format_lets_control_characters_through(report: gsl.Report, form: str) -> None:
    text = text_of(report, form)
    if form not in ("json", "jsonl", "sarif", "github"):
        assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\u2028]", text.replace("\r\n", "\n"))
    assert "\x1b" not in text
    assert text == text_of(report, form), "the same report gives the same text"


@pytest.mark.parametrize("form", sorted(FORMATS.keys() - {"diff"}))
def test_every_format_can_tell_of_nothing(form: str) -> None:
    assert isinstance(text_of(evaluated([], []), form), str)
    text_of(evaluated(gsl.parse("Thing should have a"), []), form)


def test_names_of_files_say_the_format() -> None:
    names = {
        "a.json": "json",
        "a.JSONL": "jsonl",
        "a.csv": "csv",
        "a.sarif": "sarif",
        "b.sarif.json": "sarif",
        "x.xml": "junit",
        "x.md": "markdown",
        "x": None,
    }
    assert {name: format_of(name) for name in names} == names


# --- CSV


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_csv_says_what_it_has_no_row_for(rules: list[gsl.Rule]) -> None:
    notes: list[str] = []
    lost = gsl.results.summaries.RuleSummary("lost", "lost", None, "", could_not_run=True)
    found = evaluated(rules, [thing(1)])
    assert text_of(replace(found, rules=(*found.rules, lost)), "csv", notes).count("\n") == 1
    assert notes == ["no place for 1 rule that could not run"]


def test_csv(report: gsl.Report) -> None:
    text = text_of(report, "csv")
    assert text.startswith("status,severity,ruleId,")
    assert len(re.findall(r"fingerprint\r\n|[0-9a-f]{32}\r\n", text)) == 1 + len(rows(text))
    found = {(row["status"], row["entityId"]): row for row in rows(text)}
    assert list(found) == [
        ("failed", "t2"),
        ("failed", "t3"),
        ("error", "t5"),
        ("excluded", "t4"),
        ("passed", "t1"),
        ("gone", "t1"),
        ("gone", "t8"),
    ]
    assert found["failed", "t2"]["why"] == "a > 1 (a: 1)"
    assert found["failed", "t2"]["change"] == "changed"
    assert found["gone", "t1"]["change"] == "fixed"
    assert found["excluded", "t4"]["excludedBy"] == "rule"
    assert found["failed", "t2"]["frameworks"] == "Book v1: 1.2, 1.3"
    assert len(found["failed", "t2"]["fingerprint"]) == 32


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_cell_is_a_formula(rules: list[gsl.Rule], start: str) -> None:
    found = rows(text_of(evaluated(rules, [thing(1, a=0, name=start, id=f"{start}x")]), "csv"))
    for row in found:
        assert not [cell for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
        assert row["entityName"][0] in "'\N{REPLACEMENT CHARACTER}"


# --- JUnit


def suites(text: str) -> Iterator[Any]:
    return iter(JUnitXml.fromstring(text.encode()))


def test_junit(report: gsl.Report) -> None:
    text = text_of(report, "junit")
    found = {suite.name: suite for suite in suites(text)}
    assert list(found) == ["the run", "one", "none", "later", "query", "no"]
    cases = {case.name: case for case in found["one"]}
    kinds = {name.split(" ")[2]: [type(each) for each in case.result] for name, case in cases.items()}
    assert kinds["(t2)"] == [Failure]
    assert kinds["(t4)"] == [Skipped]
    assert kinds["(t5)"] == [Error]
    assert kinds["(t1)"] == []
    failure = cases["Thing n2 (t2) account 1 region eu-west-1"].result[0]
    assert failure.message == "changed: a > 1 (a: 1)"
    assert "\n  a: 1" in failure.text
    assert [case.result[0].message for case in found["none"]] == ["it looked at nothing: no Nothing that it is about"]
    assert [type(case.result[0]) for case in found["later"]] == [Skipped]
    assert [case.result[0].message for case in found["no"]] == ["the rule could not run"]


@pytest.mark.parametrize("keep_all", [True, False])
def test_junit_counts_what_it_holds(report: gsl.Report, keep_all: bool) -> None:
    report = report if keep_all else replace(report, verdicts=None)
    text = text_of(report, "junit")
    whole = JUnitXml.fromstring(text.encode())
    told = (whole.tests, whole.failures, whole.errors, whole.skipped)
    whole.update_statistics()  # type: ignore[no-untyped-call]
    assert told == (whole.tests, whole.failures, whole.errors, whole.skipped)
    for suite in suites(text):
        told = (suite.tests, suite.failures, suite.errors, suite.skipped)
        suite.update_statistics()
        assert told == (suite.tests, suite.failures, suite.errors, suite.skipped), suite.name


# --- SARIF


@pytest.fixture(scope="session")
def sarif_schema() -> Any:
    return Draft202012Validator(json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0.json").read_text("utf-8")))


def test_sarif(report: gsl.Report, sarif_schema: Any) -> None:
    log = json.loads(text_of(report, "sarif"))
    sarif_schema.validate(log)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [each["id"] for each in rules] == ["one", "none", "later", "query", "no"]
    assert rules[0]["properties"]["security-severity"] == "8.0"
    assert "security" in rules[0]["properties"]["tags"]
    assert rules[0]["helpUri"] == "https://example.com/a"
    found = {
        (each["kind"], each["locations"][0]["logicalLocations"][0]["fullyQualifiedName"][-2:]): each
        for each in run["results"]
    }
    first = found["fail", "t2"]
    assert first["level"] == "error"
    assert rules[first["ruleIndex"]]["id"] == "one"
    assert first["locations"][0]["physicalLocation"]["region"] == {"startLine": 14}
    assert first["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].endswith("one.gsl")
    assert first["partialFingerprints"] == {sarif.FINGERPRINT: report.findings[0].fingerprint}
    assert first["baselineState"] == "updated"
    assert found["fail", "t4"]["suppressions"][0]["kind"] == "inSource"
    assert found["open", "t5"]["level"] == "none"
    assert found["pass", "t1"]["level"] == "none"
    absent = [each for each in run["results"] if each.get("baselineState") == "absent"]
    assert len(absent) == 2
    assert not run["invocations"][0]["executionSuccessful"]
    assert {"unknown-list"} <= {
        each["descriptor"]["id"] for each in run["invocations"][0]["toolExecutionNotifications"]
    }


def test_sarif_leaves_out_what_code_scanning_does_not_take(
    rules: list[gsl.Rule], sarif_schema: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sarif, "MOST_RESULTS", 3)
    notes: list[str] = []
    mild = gsl.parse("Thing should have a > 1", id="mild")
    log = json.loads(text_of(evaluated([mild, rules[0]], [thing(n, a=0) for n in range(3)]), "sarif", notes))
    sarif_schema.validate(log)
    assert len(log["runs"][0]["results"]) == 3
    assert notes == ["3 results left out: code scanning takes 3 of a run, and these are the gravest"]
    assert log["runs"][0]["invocations"][0]["toolExecutionNotifications"][-1]["message"]["text"] == notes[0]


# --- Markdown and annotations


def test_markdown_holds_no_markup_of_others(report: gsl.Report) -> None:
    text = text_of(report, "markdown")
    assert text.startswith("## gsl\n\n5 rules")
    outside = re.sub(r"(`+)[^`].*?\1", "", re.sub(r"\\.", "", text))
    assert not re.search(r"<|@|http:|\[", outside)
    assert "- **failed** changed high one" in text
    assert "    - `a > 1`\n    - `a: 1`\n" in text
    assert "### Excluded" in text
    assert "- **fixed** high one" in text
    assert "- **error** no: the rule uses the named list" in text or "**error**" in text


def test_code_spans_hold_backticks() -> None:
    assert markdown.code("a`b``c") == "``` a`b``c ```"
    assert markdown.code("a") == "`a`"


def test_markdown_leaves_out_what_a_job_summary_does_not_take(rules: list[gsl.Rule]) -> None:
    notes: list[str] = []
    found = evaluated(rules, [thing(n, a=0, name="x" * 100) for n in range(9000)])
    text = text_of(found, "markdown", notes)
    assert 800_000 < len(text.encode()) < 1_048_576
    assert re.search(r"\*\*[0-9,]+ more results left out\*\*", text)
    assert "left out, as a job summary takes 1 MiB" in notes[0]


def test_markdown_and_annotations_say_what_was_not_looked_at() -> None:
    types = [f"Type{number}" for number in range(12)]
    rules = [gsl.parse(f"{name} should have a > 1", id=f"of-{name}") for name in (*types, "Thng")]
    found = gsl.evaluate([*rules, gsl.parse("Thing where a > 9 should have a < 99", id="idle")], [thing(1)], now=NOW)
    named = ", ".join(sorted(types))
    text = text_of(found, "markdown")
    assert f"- **warning** the input has no {named}\\: what rules ask of it was not looked at\n" in text
    assert "- **warning** of-Thng\\: no Thng is in the input\\: the rule looked at nothing; did you mean" in text
    assert "- **looked at nothing** 14 rules\\: of-Type0, " in text
    assert text.count("**warning**") == 2
    lines = text_of(found, "github").splitlines()
    assert lines[0].partition("::the input has no ")[2].startswith(named)
    assert "::of-Thng: no Thng is in the input" in lines[1]
    assert len(lines) == 2


def test_markdown_holds_warnings_and_notes_and_counts_the_rest() -> None:
    said = [Diagnostic(level, "a-code", f"{level} {n}") for n in range(25) for level in ("warning", "note")]
    text = text_of(replace(gsl.evaluate([], [], now=NOW), diagnostics=tuple(said)), "markdown")
    assert text.count("- **warning** ") == text.count("- **note** ") == 20
    assert "- and 5 more warnings\n" in text
    assert "- and 5 more notes\n" in text


def test_what_is_new_stands_first_for_those_who_review(rules: list[gsl.Rule]) -> None:
    before = evaluated(rules, [thing(n, a=0) for n in range(20)])
    now = comparison.compared(evaluated(rules, [thing(n, a=0) for n in range(20)] + [thing(30, a=0)]), before)
    lines = text_of(now, "github").splitlines()
    first = next(line for line in lines if line.startswith("::error"))
    assert "Thing n30" in first
    assert "title=new%3A one%3A " in first
    text = text_of(now, "markdown")
    new, _, rest = text.partition("### New findings")[2].partition("### Findings")
    assert "n30" in new
    assert "n30" not in rest
    assert rest.count("- **failed**") == text.count("- **failed**") - new.count("- **failed**")


def test_annotations(report: gsl.Report) -> None:
    lines = text_of(report, "github").splitlines()
    assert all([line.startswith(("::error ", "::warning ", "::notice ")) for line in lines])
    (line,) = [line for line in lines if "n2" in line]
    assert re.match(
        r"::error file=[^,]*one\.gsl,line=13,title=one%3A All \| things%2C <b>bold</b> @everyone::Thing n2", line
    )


def test_annotations_beyond_those_that_github_shows_are_counted(rules: list[gsl.Rule]) -> None:
    notes: list[str] = []
    lines = text_of(evaluated(rules, [thing(n, a=0) for n in range(30)]), "github", notes).splitlines()
    errors = [line for line in lines if line.startswith("::error")]
    assert len(errors) == workflow.MOST
    assert errors[-1] == "::error title=gsl::21 more results of this level: see the report"
    assert notes == ["21 errors left out, as GitHub shows 10 annotations of a level"]
