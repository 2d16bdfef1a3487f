"""Reports read again from the files they were written to, and compared with one another."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import zstandard
from jsonschema import Draft202012Validator
from msgspec.structs import replace

import gsl
from gsl.results.comparison import CHANGES, Comparing, compared
from gsl.results.exclusion import Exclusion, ExclusionSummary
from gsl.results.reporters import FORMATS
from gsl.results.saved import read_report
from gsl.results.spool import Spool
from tests.report_cases import full_report, half_a_pair, text_of

RULES = [
    gsl.parse("Thing where kind != 'off' should have a > 1 and b = 'x' exclude c = true", id="one"),
    gsl.parse("Thing should not have tags contain [key = 'public']", id="two"),
    gsl.parse("Thing where a > 5", id="query"),
    gsl.parse("true", id="later"),
]
NOW = "2024-06-01"


def thing(number: int, **fields: Any) -> dict[str, Any]:
    return {"type": "Thing", "id": f"t{number}", "a": 2, "b": "x", **fields}


THINGS = [
    thing(1),
    thing(2, a=1),
    thing(3, b="\N{PILE OF POO}", tags=[{"key": "public"}]),
    thing(4, c=True, a=0),
    thing(5, kind="off"),
    thing(6, a=9),
    {
        "type": "Thing",
        "id": "t7",
        "b": "x",
        "_errors": [{"path": "a", "operation": "Get", "code": "Denied", "message": "no"}],
    },
]


def report_of(things: list[dict[str, Any]], keep_all: bool = False, rules: Any = None) -> gsl.Report:
    return gsl.evaluate(RULES if rules is None else rules, things, now=NOW, keep_all=keep_all)


def write(file: Path, text: str) -> Path:
    file.write_bytes(text.encode())
    return file


def saved(report: gsl.Report, file: Path, form: str = "json") -> Path:
    content = text_of(report, form).encode()
    if file.suffix == ".gz":
        content = gzip.compress(content)
    elif file.suffix == ".zst":
        content = zstandard.compress(content)
    file.write_bytes(content)
    return file


@pytest.mark.parametrize("keep_all", [True, False])
@pytest.mark.parametrize(
    ("name", "form"), [("a.json", "json"), ("a.jsonl", "jsonl"), ("a.gz", "json"), ("a", "jsonl"), ("a.zst", "jsonl")]
)
def test_a_report_is_the_same_when_read_again(tmp_path: Path, keep_all: bool, name: str, form: str) -> None:
    report = report_of(THINGS, keep_all)
    assert {str(each.status) for each in report.findings} == {"failed", "error"}
    assert report.excluded
    assert report.selected
    again = read_report(str(saved(report, tmp_path / name, form)))
    for each in FORMATS.keys() - {"diff"}:
        assert text_of(again, each) == text_of(report, each), each
    assert again.exit_code() == report.exit_code() == 2


def test_everything_that_a_report_can_hold_is_read_again(tmp_path: Path) -> None:
    report = compared(report_of(THINGS[:4], True), report_of([thing(1, a=0), thing(2, a=0), thing(8, a=0)]))
    exclusion = Exclusion("x.yaml:3", "why", "who", "2024-09-01")
    findings = [replace(each, exclusion=exclusion, entity={"id": "t"}) for each in report.findings]
    report = replace(report, findings=Spool(findings), exclusions=(ExclusionSummary(exclusion, "active", 3),))
    whole = text_of(report, "json")
    for form in ("json", "jsonl"):
        again = read_report(str(saved(report, tmp_path / form, form)))
        for each in FORMATS:
            assert text_of(again, each) == text_of(report, each), each
    assert json.loads(whole)["findings"][0]["before"]


def test_half_a_surrogate_pair_is_read_again(tmp_path: Path) -> None:
    (file := tmp_path / "a.jsonl").write_bytes(text_of(half_a_pair(), "jsonl").encode("utf-8", "backslashreplace"))
    again = read_report(str(file))
    assert again.to_dict() == half_a_pair().to_dict()
    assert again.findings[0].entity_id == "sg-\ud800"
    file.write_bytes(b'{"record":"finding","a":"\\ud800","b":' + b"[" * 100_000 + b"\n")
    with pytest.raises(gsl.InputError, match="a record of a report was expected"):
        read_report(str(file))


def test_the_layout_of_a_report_does_not_matter(tmp_path: Path) -> None:
    text = text_of(full_report(), "json")
    report = read_report(str(write(tmp_path / "a.json", text)))
    whole = json.loads(text)
    for other in (
        json.dumps(whole),
        json.dumps(whole, indent=2),
        json.dumps(whole, indent=4),
        json.dumps(whole, indent=2, sort_keys=True),
        text.replace("\n", "\r\n"),
        text.replace("{\n", "{\n\n"),
        text.replace("\n    },\n    {", "\n    }, {"),
    ):
        assert read_report(str(write(tmp_path / "b.json", other))).to_dict() == report.to_dict()


@pytest.mark.parametrize("part", [0.1, 0.3, 0.5, 0.7, 0.9, 0.999])
def test_a_report_that_was_cut_off_is_none(tmp_path: Path, part: float) -> None:
    text = text_of(full_report(), "json")
    with pytest.raises(gsl.InputError):
        read_report(str(write(tmp_path / "a.json", text[: int(len(text) * part)])))


def test_long_lists_are_read_in_parts(tmp_path: Path) -> None:
    things = [thing(number, a=number % 7, b="}\n    },\n" * 40) for number in range(3000)]
    report = gsl.evaluate(RULES, things, now=NOW, keep_all=True)
    file = write(tmp_path / "a.json", text_of(report, "json"))
    assert file.stat().st_size > 3 << 20
    assert text_of(read_report(str(file)), "json") == text_of(report, "json")


def test_members_may_come_in_any_order_and_be_unknown(tmp_path: Path) -> None:
    report = report_of(THINGS, True)
    content = json.loads(text_of(report, "json"))
    content["findings"][0]["later"] = {"a": [1]}
    (tmp_path / "a.json").write_text(json.dumps({"x": [1], **dict(reversed(content.items()))}))
    assert text_of(read_report(str(tmp_path / "a.json")), "json") == text_of(report, "json")


@pytest.mark.parametrize(
    ("content", "code", "told"),
    [
        ("", "incomplete-report", "it is empty, or ends in the middle"),
        ("id,title", "invalid-json", "no report of gsl"),
        ("[]", "not-a-report", "gsl eval RULES INPUT -o report.json"),
        ("{}", "not-a-report", "no report of gsl"),
        ('{"Thing": [{"id": 1}]}', "not-a-report", "no report of gsl"),
        ('{"schemaVersion": "9", "now": "x", "summary": {"entities": 1}}', "other-version", "'9'"),
        ('{"schemaVersion": "1", "now": 3, "summary": {"entities": 1}}', "not-a-report", "no report of gsl"),
        ('{"schemaVersion": "1", "now": "x", "summary": {"entities": 1}, "findings": [{"ruleId": 1}]}', "invalid-report", "findings[0]: Expected `str`"),
        ('{"schemaVersion": "1", "now": "x", "summary": {"entities": 1}, "rules": [7]}', "invalid-report", "rules[0]"),
        ('{"schemaVersion": "1", "now": "x", "summary": {"entities": 1}, "findings": [', "incomplete-report", "ends in the middle"),
        ('{"record":"finding","ruleId":3}', "invalid-report", "line 1: Expected `str`"),
        ('{"record":"rule"}\n[]', "invalid-report", "line 1"),
        ('{"record":"unheard-of"}\n[]', "invalid-report", "a record of a report"),
        ('{"record":"unheard-of"}\n', "incomplete-report", "before its last line"),
        ('{"record":"unheard-of"}\n{"record"', "invalid-report", "a record of a report"),
    ],
)  # fmt: skip
def test_what_is_no_report_is_said_in_one_line(tmp_path: Path, content: str, code: str, told: str) -> None:
    (tmp_path / "a.json").write_text(content)
    with pytest.raises(gsl.InputError) as caught:
        read_report(str(tmp_path / "a.json"))
    assert caught.value.code == code
    assert told in str(caught.value)
    assert str(caught.value).count("\n") == 0


def changes(report: gsl.Report) -> dict[str, str | None]:
    assert report.comparison is not None
    found = {f"{each.rule_id} {each.entity_id}": each.change for each in (*report.findings, *report.comparison.gone)}
    assert report.comparison.counts == {name: list(found.values()).count(name) for name in CHANGES}
    return found


def test_what_changed_since_a_baseline() -> None:
    before = report_of(
        [*[thing(n, a=0) for n in range(1, 6)], THINGS[-1], thing(8, a=0), thing(9, a=0)], rules=RULES[:2]
    )
    error_before = before.findings[5]
    assert error_before.status is gsl.Status.ERROR
    now = [
        thing(1, a=0),  # as before
        thing(2, a=1),  # fails with another value
        thing(3),  # fixed
        thing(4, a=0, c=True),  # excluded now
        thing(5, a=0, kind="off"),  # not relevant any more
        thing(6, a=0),  # new
        thing(7, a=0),  # was an error, fails now
        {**THINGS[-1], "id": "t8"},  # failed, an error now
    ]
    found = compared(report_of(now, keep_all=True, rules=RULES[:2]), before)
    assert changes(found) == {
        "one t1": "unchanged",
        "one t2": "changed",
        "one t3": "fixed",
        "one t4": "excluded",
        "one t5": "not-evaluated",
        "one t6": "new",
        "one t7": "new",
        "one t8": "changed",
        "one t9": "not-evaluated",
    }
    changed = next(each for each in found.findings if each.entity_id == "t2")
    assert [value.value for reason in changed.before for value in reason.values] == [0]
    assert [value.value for reason in changed.reasons for value in reason.values] == [1]


def test_without_verdicts_nothing_is_called_fixed() -> None:
    before = report_of([thing(1, a=0)])
    assert changes(compared(report_of([thing(1)]), before)) == {"one t1": "unknown"}
    assert changes(compared(report_of([thing(1)], rules=RULES[1]), before)) == {"one t1": "not-evaluated"}
    comparing = Comparing(report_of([thing(1)]), before)
    assert comparing.vanished() == {"one": {"t1"}}
    assert changes(comparing.finished(report_of([thing(1)], keep_all=True).verdicts)) == {"one t1": "fixed"}
    assert changes(Comparing(report_of([thing(2)]), before).finished(())) == {"one t1": "not-evaluated"}


def test_where_nothing_passed_nothing_may_have_been_fixed() -> None:
    before = report_of([thing(1, a=0)])
    assert changes(compared(report_of([]), before)) == {"one t1": "not-evaluated"}
    assert changes(compared(report_of([thing(2, kind="off")]), before)) == {"one t1": "not-evaluated"}


@pytest.mark.parametrize("keep_all", [True, False])
def test_the_empty_list_of_a_type_that_is_not_there_is_not_fixed(keep_all: bool) -> None:
    rules = [gsl.parse("List<Thing> should not have items contain [a = 0]", id="lists")]
    before = gsl.evaluate(rules, [thing(1, a=0)], now=NOW)
    now = gsl.evaluate(rules, [{**thing(1), "type": "Other"}], now=NOW, keep_all=keep_all)
    assert now.summary.passed == 1
    assert changes(compared(now, before)) == {"lists List<Thing>": "not-evaluated"}
    there = gsl.evaluate(rules, [thing(1)], now=NOW, keep_all=keep_all)
    assert changes(compared(there, before)) == {"lists List<Thing>": "fixed" if keep_all else "unknown"}


def test_entities_that_share_a_name_are_not_new() -> None:
    before = report_of([thing(1, a=0), thing(1, a=0)])
    found = compared(report_of([thing(1, a=0), thing(1, a=0)]), before)
    assert [each.change for each in found.findings] == ["unchanged", "unchanged"]
    assert found.comparison is not None
    assert not list(found.comparison.gone)


def test_reports_are_as_their_schema_says() -> None:
    schema = json.loads((Path(__file__).parent.parent / "docs" / "report.schema.json").read_text("utf-8"))
    exclusion = Exclusion("x.yaml:3", "why", "who")
    report = compared(report_of(THINGS, True), report_of([thing(1, a=0), thing(2, a=0), thing(8, a=0)]))
    report = replace(report, exclusions=(ExclusionSummary(exclusion, "active", 3),))
    for each in (report, report_of([]), report_of(THINGS)):
        Draft202012Validator(schema).validate(each.to_dict())


DEEP = "[" * 300 + "]" * 300
HOSTILE = {
    '"status": "failed"': ('"status": "selected"', "findings[0]: the status `selected` does not belong there"),
    '"severity": "high"': ('"severity": "grave"', "the severity is one of informational, low"),
    '"level": "warning"': ('"level": "shout"', "diagnostics[0]: the level is one of error, warning, note"),
    '"result": null': (f'"result": {DEEP}', "nested more than 128 deep"),
    '"tool": {': (f'"tool": {{"x": {"[" * 100_000},', "nested more than 128 deep"),
}


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("there", HOSTILE)
def test_no_report_holds_what_none_has(tmp_path: Path, there: str, indent: int | None) -> None:
    write(tmp_path / "one.gsl", "---\nseverity: high\n---\nThing should have a > 1")
    told = report_of([thing(1, a=0)], rules=tmp_path / "one.gsl").to_dict()
    told["findings"][0]["reasons"][0]["result"] = None
    told["diagnostics"] = [{"level": "warning", "code": "x", "message": "y"}]
    text = json.dumps(told, indent=indent)
    assert there in text
    instead, said = HOSTILE[there]
    file = write(tmp_path / "a.json", text.replace(there, instead))
    with pytest.raises(gsl.InputError) as caught:
        read_report(str(file))
    assert said in str(caught.value)
    read_report(str(write(file, text)))


def test_no_kind_of_record_is_a_list(tmp_path: Path) -> None:
    file = write(tmp_path / "a.jsonl", '{"record":["run"]}\n')
    with pytest.raises(gsl.InputError, match="names a kind of record"):
        read_report(str(file))
