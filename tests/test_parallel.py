"""Runs in several processes: the same report, and an error when a process is lost."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

import gsl
from gsl.engine import sources
from gsl.engine.found import MOST_ERRORS
from gsl.engine.processes import WorkerDied
from gsl.inventory import parts

NOW = "2024-06-01T00:00:00Z"


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "_WORTH_SPLITTING", 1)
    monkeypatch.setattr(parts, "LEAST", 2000)


def _file(folder: Path, count: int = 400, shape: str = "jsonl", **more: Any) -> Path:
    entities = [
        {"type": "Bucket", "id": f"b{number}", "accountNumber": str(number % 3), "encrypted": number % 7 != 0, **more}
        for number in range(count)
    ]
    file = folder / f"buckets.{shape}"
    file.write_text("\n".join(map(json.dumps, entities)) if shape == "jsonl" else json.dumps(entities))
    return file


def _report(file: Path, rules: Any, jobs: int, **more: Any) -> dict[str, Any]:
    return gsl.evaluate(rules, file, now=NOW, jobs=jobs, **more).to_dict()


@pytest.mark.parametrize("shape", ["jsonl", "json"])
@pytest.mark.parametrize("reasons", [True, False])
@pytest.mark.parametrize(
    "rule",
    [
        "Bucket should have encrypted = true",
        "Bucket should have encryptd = true",
        "List<Bucket> should have items contain-all [encrypted = true]",
        "Bucket should have getResource('Bucket', 'b7') getValue('encrypted') = false",
        "Bucket where id like '%9'",
    ],
)
def test_the_report_is_the_same_whatever_the_number_of_processes(
    tmp_path: Path, shape: str, reasons: bool, rule: str
) -> None:
    file = _file(tmp_path, shape=shape)
    alone = _report(file, rule, 1, reasons=reasons)
    for jobs in (2, 3):
        assert _report(file, rule, jobs, reasons=reasons) == alone


def test_several_processes_are_used(tmp_path: Path) -> None:
    file = _file(tmp_path)
    report = gsl.evaluate(
        "Bucket should have id process() = 0", file, now=NOW, jobs=2, functions={"process": lambda value: os.getpid()}
    )
    found = {finding.reasons[0].result for finding in report.findings}
    assert found
    assert os.getpid() not in found


def test_broken_lines_are_told_where_they_are(tmp_path: Path) -> None:
    file = _file(tmp_path)
    lines = file.read_text().split("\n")
    lines[300] = lines[300][:-5]
    file.write_text("\n".join(lines))
    alone, shared = [_report(file, "Bucket should have encrypted = true", jobs) for jobs in (1, 3)]
    assert shared == alone
    assert [each["line"] for each in shared["diagnostics"]] == [301]


@pytest.mark.parametrize("jobs", [1, 3])
def test_of_many_broken_lines_the_first_are_told_and_all_are_counted(tmp_path: Path, jobs: int) -> None:
    file = _file(tmp_path)
    with file.open("a") as more:
        more.write("\n" + '{"id": "no type"}\n' * (MOST_ERRORS + 275) + "{\n" * 20)
    rules = [gsl.parse(f"{name} should have encrypted = true", id=name) for name in ("Bucket", "Disk")]
    report = gsl.evaluate(rules, file, now=NOW, jobs=jobs)
    errors = [each for each in report.diagnostics if each.level == "error"]
    assert [each.line for each in errors if each.code == "no-type"] == [*range(401, 401 + MOST_ERRORS), None]
    assert len([each for each in errors if each.code != "no-type"]) == 20
    assert errors[-1].message == "and 275 more of these errors in this file"
    assert errors[-1].file == str(file)
    assert report.exit_code() == 2


def test_exclusions_are_asked_the_same_in_all_processes(tmp_path: Path) -> None:
    file, waivers = _file(tmp_path), tmp_path / "exclusions.yaml"
    waivers.write_text("exclusions: [{rules: '*', reason: r, where: idd != 'b7'}]")
    one, three = [
        gsl.evaluate("Bucket should have encrypted = true", file, now=NOW, jobs=jobs, exclusions=waivers).to_dict()
        for jobs in (1, 3)
    ]
    assert one == three
    assert "has `idd` (58 looked at), so it is always missing; did you mean `id`?" in str(one["diagnostics"])


def test_a_process_that_dies_is_an_error_and_never_a_shorter_report(tmp_path: Path) -> None:
    file = _file(tmp_path)

    def die(value: Any) -> bool:
        if value == "b399":
            os.kill(os.getpid(), signal.SIGKILL)
        return True

    with pytest.raises(WorkerDied, match="unexpectedly"):
        gsl.evaluate("Bucket should have id fine()", file, now=NOW, jobs=2, functions={"fine": die})


def test_findings_that_carry_the_same_entity_count_once_over_all_parts(tmp_path: Path) -> None:
    file = tmp_path / "findings.jsonl"
    finding = {"entity": {"type": "Bucket", "id": "b", "encrypted": False}, "account": {"id": "1"}}
    padding = [json.dumps({"type": "Bucket", "id": f"p{number}", "encrypted": True}) for number in range(300)]
    file.write_text("\n".join([*padding, json.dumps(finding), *padding, json.dumps(finding)]))
    report = gsl.evaluate("Bucket should have encrypted = true", file, now=NOW, jobs=2)
    assert [each.entity_id for each in report.findings] == ["b"]


def test_progress_is_told_from_all_processes(tmp_path: Path) -> None:
    from gsl.engine.evaluation import loaded_rules
    from gsl.engine.progress import Progress
    from gsl.ruleset.options import options_of

    told: list[Progress] = []
    file = _file(tmp_path, 2000)
    rules = loaded_rules("Bucket should have encrypted = true")
    sources.evaluate_sources(rules, [str(file)], options_of(NOW), jobs=2, progress=told.append)
    assert told[-1].read == told[-1].total == file.stat().st_size
    assert told[-1].entities == 2000
