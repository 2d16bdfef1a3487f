"""`gsl explain --summary`: which clauses decided how often, over files of any size."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest

import gsl as library
from gsl.authoring.summarizing import summarize
from gsl.engine.evaluation import loaded_rules
from gsl.errors import bounded
from gsl.results.model import Report
from gsl.ruleset.options import options_of
from tests.generation import LISTS, NOW, Generator, text_of
from tests.support import gsl, user

RULE = """---
id: keys
---
# who may still use a password
IamUser where passwordEnabled = true
should not have mfaActive = false and (
  second.isActive = true
  or first.isActive = true and first.old = true
)
exclude name = 'break-glass'
"""
PEOPLE = [
    user("a", passwordEnabled=True, mfaActive=False, second={"isActive": True}),
    user("b", passwordEnabled=True, mfaActive=False, second={"isActive": True}),
    user("c", passwordEnabled=True, mfaActive=False, first={"isActive": True, "old": True}),
    user("d", passwordEnabled=True, mfaActive=True),
    user("e", passwordEnabled=False),
    user("break-glass", passwordEnabled=True),
    user("f", passwordEnabled=True, _errors=[{"path": "mfaActive", "operation": "x", "code": "AccessDenied"}], second={"isActive": True}),
]  # fmt: skip


@pytest.fixture
def rule(tmp_path: Path) -> Path:
    file = tmp_path / "keys.gsl"
    file.write_text(RULE)
    return file


def write_lines(file: Path, entities: list[dict[str, Any]]) -> Path:
    file.write_text("".join([json.dumps(each) + "\n" for each in entities]))
    return file


def clauses(report: dict[str, Any], status: str, number: int = 0) -> dict[str, int]:
    (found,) = [each for each in report["rules"][number]["verdicts"] if each["status"] == status]
    return {f"{each['expression']} {each['truth']}": each["count"] for each in found["clauses"]}


def test_most_frequent_first_with_lines(rule: Path, tmp_path: Path) -> None:
    ran = gsl("explain", rule, write_lines(tmp_path / "people.jsonl", PEOPLE), "--summary")
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0] == "keys  IamUser  3 failed, 1 passed, 1 error, 1 excluded, 1 not relevant"
    assert lines[2:6] == [
        "3 of 3 failures: mfaActive = false       was true  (line 6)",
        "2 of 3 failures: second.isActive = true  was true  (line 7)",
        "1 of 3 failures: first.isActive = true   was true  (line 8)",
        "1 of 3 failures: first.old = true        was true  (line 8)",
    ]
    assert "1 of 1 passes: mfaActive = false  was false  (line 6)" in lines
    assert "1 of 1 errors: mfaActive = false  was unknown  (line 6)" in lines
    assert "1 of 1 excluded: name = 'break-glass'  was true  (line 10)" in lines
    assert "1 of 1 not relevant: passwordEnabled = true  was false  (line 5)" in lines
    assert lines[-1].startswith("Several clauses can decide one entity together")


def test_nothing_is_said_of_sums_that_add_up(tmp_path: Path) -> None:
    people = write_lines(tmp_path / "people.jsonl", PEOPLE)
    ran = gsl("explain", "-e", "IamUser should have passwordEnabled = true", people, "--summary")
    assert "6 of 6 passes: passwordEnabled = true  was true  (line 1)" in ran.out
    assert "add up" not in ran.out


def test_json_says_the_same(rule: Path, tmp_path: Path) -> None:
    text = "".join([json.dumps(each) + "\n" for each in PEOPLE])
    report = gsl("explain", rule, "-", "--summary", "--json", stdin=text).report
    assert report["schemaVersion"] == "1"
    assert report["entities"] == len(PEOPLE)
    first = report["rules"][0]["verdicts"][0]
    assert (first["status"], first["total"]) == ("failed", 3)
    assert first["clauses"][0] == {
        "expression": "mfaActive = false",
        "line": 6,
        "column": 17,
        "truth": "true",
        "count": 3,
    }
    assert clauses(report, "error") == {"mfaActive = false unknown": 1}


def test_rules_that_look_at_other_entities(tmp_path: Path) -> None:
    entities = write_lines(
        tmp_path / "things.jsonl",
        [
            {"type": "Subnet", "id": "s1", "vpc": "v1", "accountNumber": "1"},
            {"type": "Subnet", "id": "s2", "vpc": "v2", "accountNumber": "1"},
            {"type": "Subnet", "id": "s3", "vpc": "v9", "accountNumber": "2"},
            {"type": "Vpc", "id": "v1", "logs": True, "accountNumber": "1"},
            {"type": "Vpc", "id": "v2", "logs": False, "accountNumber": "1"},
        ],
    )
    looked_up = "Subnet should have getResource('Vpc', vpc) getValue('logs') = true"
    for source, given in ((entities, None), ("-", entities.read_text())):
        report = gsl("explain", "-e", looked_up, source, "--summary", "--json", stdin=given).report
        assert [each["total"] for each in report["rules"][0]["verdicts"]] == [2, 1]
    lists = "List<Vpc> should have items contain [logs = true]"
    report = gsl("explain", "-e", lists, entities, "--summary", "--json").report
    assert clauses(report, "passed") == {"logs = true true": 1}
    assert clauses(report, "failed") == {"items contain [logs = true] false": 1}


def test_what_could_not_be_listed_is_an_error_of_the_rule_as_a_whole(rule: Path, tmp_path: Path) -> None:
    gap = {"type": "IamUser", "accountNumber": "1", "_errors": [{"path": "", "operation": "x", "code": "AccessDenied"}]}
    report = gsl("explain", rule, write_lines(tmp_path / "gap.jsonl", [gap]), "--summary", "--json").report
    assert clauses(report, "error") == {"IamUser as a whole unknown": 1}


def test_several_rules_and_rules_without_verdicts(rule: Path, tmp_path: Path) -> None:
    (tmp_path / "other.gsl").write_text("Bucket should have encrypted = true")
    (tmp_path / "later.gsl").write_text("true")
    people = write_lines(tmp_path / "people.jsonl", PEOPLE)
    ran = gsl("explain", tmp_path, people, "--summary")
    assert "3 of 3 failures: mfaActive = false" in ran.out
    assert "other  Bucket  no verdicts: there are no entities of it" in ran.out
    assert "placeholder: always passes" in ran.out
    assert "no-entities-of-type" in ran.err


def test_combinations_without_sense_are_refused(rule: Path, tmp_path: Path) -> None:
    people = write_lines(tmp_path / "people.jsonl", PEOPLE)
    ran = gsl("explain", rule, people, "--summary", "--entity", "a")
    assert ran.code == 2
    assert "--summary is about all entities, --entity about one" in ran.err
    (tmp_path / "other.gsl").write_text("IamUser should have encrypted = true")
    several = gsl("explain", tmp_path, people)
    assert several.code == 2
    assert "--summary takes several" in several.err
    assert "--summary" in gsl("explain", rule, people).err


def test_a_broken_rule_is_told_and_the_others_are_counted(rule: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.gsl").write_text("IamUser should have (")
    ran = gsl("explain", tmp_path, write_lines(tmp_path / "people.jsonl", PEOPLE), "--summary")
    assert ran.code == 2
    assert "error[" in ran.err
    assert "3 of 3 failures: mfaActive = false" in ran.out


def _counted(report: Report, status: str) -> Counter[tuple[str, int, int]]:
    found: Counter[tuple[str, int, int]] = Counter()
    for result in [*report.findings, *report.excluded, *(report.verdicts or ())]:
        if str(result.status) == status:
            found.update({(bounded(each.expression), each.line, each.column) for each in result.reasons})
    return found


@pytest.mark.parametrize("seed", range(60))
def test_it_counts_what_reports_say(seed: int, tmp_path: Path) -> None:
    generator = Generator(Random(seed))
    checks = [generator.check() for _ in range(3)]
    rules = [library.parse(text_of(check), id=f"r{number}") for number, check in enumerate(checks)]
    entities = [each for check in checks for _ in range(4) for each in generator.entities(check)]
    file = write_lines(tmp_path / "entities.jsonl", entities)
    summary = summarize(loaded_rules(rules), [str(file)], options_of(NOW, LISTS))
    for rule, decided in zip(rules, summary.rules):
        report = library.evaluate(rule, file, now=NOW, lists=LISTS, keep_all=True)
        assert decided.counts.to_dict() == report.rules[0].to_dict()
        for verdict in decided.verdicts:
            if str(verdict.status) not in ("failed", "passed", "error", "excluded"):
                continue
            told: Counter[tuple[str, int, int]] = Counter()
            for each in verdict.clauses:
                told[each.text, each.line, each.column] += each.count
                assert each.count <= verdict.total
            expected = _counted(report, str(verdict.status))
            as_a_whole = {key for key in told if key[0].endswith(" as a whole")}
            assert told.keys() - as_a_whole == {key for key in expected if key[0] not in ("~", rule.entity_type)}
            assert all([told[key] >= expected[key] for key in told.keys() - as_a_whole])


def _peak(arguments: list[str]) -> int:
    """The most memory that a process which runs the command alone had, in kilobytes."""
    code = (
        "import resource, subprocess, sys\n"
        "subprocess.run([sys.executable, '-m', 'gsl', *sys.argv[1:]], check=True, stdout=subprocess.DEVNULL)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    return int(done.stdout)


def test_memory_does_not_grow_with_the_entities(rule: Path, tmp_path: Path) -> None:
    few = write_lines(tmp_path / "few.jsonl", PEOPLE * 400)
    many = write_lines(tmp_path / "many.jsonl", PEOPLE * 4000)
    small, large = [_peak(["explain", str(rule), str(file), "--summary"]) for file in (few, many)]
    assert large < small * 1.2


def test_several_processes_count_the_same(rule: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gsl.engine.sources._WORTH_SPLITTING", 1)
    file = write_lines(tmp_path / "people.jsonl", PEOPLE * 300)
    alone, together = [summarize(loaded_rules(rule), [str(file)], options_of(NOW), jobs=jobs) for jobs in (1, 2)]
    assert alone.to_dict() == together.to_dict()
    assert alone.rules[0].verdicts[0].total == 900
