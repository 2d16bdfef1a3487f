"""Frameworks: their trees, how controls stand in a report, the reports by framework, files of users, mapping."""

from __future__ import annotations

import csv
import io
import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from msgspec.structs import replace

import gsl
from gsl.authoring.checking.running import Settings as Checking
from gsl.authoring.checking.running import check_rule
from gsl.authoring.checking.shapes import Shapes
from gsl.cli.group import cli
from gsl.errors import GslError, Source, UsageError
from gsl.results import assessing
from gsl.results.assessing import STATUSES, assess
from gsl.results.exclusion import Exclusion, ExclusionSummary
from gsl.results.frameworks import Control, Framework, Section
from gsl.results.model import Report
from gsl.results.reporters import FORMATS, Settings
from gsl.results.reporters.frameworks import FRAMEWORK_FORMATS, framework_pieces
from gsl.results.saved import read_report
from gsl.results.summaries import About, RuleSummary
from gsl.ruleset.frameworks import find_framework, known_framework, known_frameworks, mapping_problem, read_framework
from gsl.ruleset.loading import rule_of_text

from .report_cases import HOSTILE, full_report, saved

CIS = "AWS CIS Foundations v2.0.0"
COUNTS = dict(zip(("1.1.0", "1.2.0", "1.3.0", "1.4.0", "1.5.0", "2.0.0"), (52, 49, 55, 58, 63, 64)))
COUNTS |= dict(zip(("3.0.0", "4.0.1", "5.0.0", "6.0.0", "7.0.0"), (62, 64, 63, 63, 70)))


def run(*arguments: str | Path) -> Result:
    """The command in this process, errors as the command would show them."""
    return CliRunner().invoke(cli, [str(each) for each in arguments], standalone_mode=False)


def text_of(report: Report, form: str, *frameworks: Framework) -> str:
    return "".join(framework_pieces(form, report, frameworks, Settings()))


# --- the trees


@pytest.mark.parametrize("name", known_frameworks())
def test_trees(name: str) -> None:
    framework = known_framework(name)
    assert framework is not None
    assert framework.name == name, "the name is the first line of the file"
    version = framework.version
    assert name == f"AWS CIS Foundations v{version}"
    controls = list(framework.controls())
    assert len(controls) == COUNTS[version]
    assert all([each.title and not each.title.startswith("Ensure") for each in controls]), "in our own words"
    for block in framework.blocks():
        ids = [each.id for each in block.controls]
        assert all([each.rpartition(".")[0] == block.section.id for each in ids])
        assert ids == sorted(ids, key=lambda each: [int(part) for part in each.split(".")])


def test_bundled_rules_map_to_controls_there_are_and_cover_all_but_what_people_do() -> None:
    covered: dict[str, set[str]] = {name: set() for name in known_frameworks()}
    wrong = []
    for rule in gsl.bundled().values():
        for name, sections in rule.metadata.frameworks.items():
            framework = known_framework(name)
            if framework is not None:
                covered[name].update(sections)
                wrong += [problem for each in sections if (problem := mapping_problem(framework, each))]
            elif name.startswith("AWS CIS"):
                wrong.append(f"{rule.id}: {name}")
    assert not wrong
    for name, ids in covered.items():
        framework = known_framework(name)
        assert framework is not None
        assert all([each.guidance for each in framework.controls() if each.id not in ids]), name


# --- how controls stand


def summary(name: str, *sections: str, **counts: Any) -> RuleSummary:
    return RuleSummary(
        name, f"title of {name}", "high", "Thing", about=About(frameworks={"F": list(sections)}), **counts
    )


RULES = (
    summary("failed", "1", "9", failed=1, errors=1, passed=5),
    summary("error", "2", errors=1, passed=5),
    summary("lost", "3", could_not_run=True),
    summary("passed", "4", "9", passed=2, excluded=1, passed_on_missing=1),
    summary("nothing", "4", "5", not_relevant=3),
    summary("excluded", "6", excluded=4),
    summary("query", "7", kind="query", selected=3),
    summary("whole"),
    summary("odd", "99", failed=1),
    RuleSummary("elsewhere", "", None, "Thing", failed=1, about=About(frameworks={"G": ["1"]})),
    RuleSummary("own.1", "", None, "Thing", passed=1),
)
TREE = Framework(
    "F",
    sections=(
        Section(
            "",
            "",
            (),
            (
                *[Control(str(number), f"control {number}", manual=number in (1, 8)) for number in range(1, 10)],
                Control("10", "taken by pattern", rules=("own.*",)),
            ),
        ),
    ),
)
REPORT = Report("2024-06-01T00:00:00Z", 9, RULES, (), None, (), ())


def test_statuses() -> None:
    found = assess(REPORT, TREE)
    stands = {name: each.status for name, each in found.standings.items()}
    assert stands == {
        "1": "failed",
        "2": "error",
        "3": "error",
        "4": "passed",
        "5": "not-applicable",
        "6": "excluded",
        "7": "not-covered",
        "8": "manual",
        "9": "failed",
        "10": "passed",
    }
    assert set(stands.values()) == set(STATUSES)
    assert list(found.unknown) == ["99"]
    assert [rule.id for rule in found.unplaced] == ["whole"]
    assert found.unmapped == 1
    assert (found.total, found.assessed, found.passed_percent, found.assessed_percent) == (10, 6, 33.3, 60.0)
    assert found.standings["9"].verdicts.passed == 7


def test_shares_are_never_rounded_up() -> None:
    assert assessing.percent(999, 1000) == 99.9
    assert assessing.percent(9999, 10_000) == 99.9
    assert assessing.percent(1, 1) == 100
    assert assessing.percent(0, 0) is None
    empty = assess(replace(REPORT, rules=()), TREE)
    assert empty.passed_percent is None
    assert empty.counts["passed"] == 0
    assert "No rule of this run maps" in text_of(replace(REPORT, rules=()), "text", TREE)


def test_all_forms_say_what_qualifies_the_numbers() -> None:
    for form in ("text", "markdown", "html"):
        told = text_of(REPORT, form, TREE)
        plain = told.replace("\\", "")
        assert "33.3 % of the assessed controls passed" in plain or "33.3 %" in plain
        assert "99" in plain, "rules that map to nowhere"
        assert "whole" in plain
        assert "1 of 2 rules looked at nothing" in plain
        assert "1 passed only because a value was missing" in plain
        assert "1 of 1 rules could not run" in plain
    cells = list(csv.DictReader(io.StringIO(text_of(REPORT, "csv", TREE))))
    assert [row["status"] for row in cells[-3:]] == ["failed", "passed", "unknown"]
    told_json = json.loads(text_of(REPORT, "json", TREE))["frameworks"][0]
    assert told_json["unknownSections"] == {"99": ["odd"]}
    assert told_json["summary"]["statuses"]["excluded"] == 1


def test_what_the_input_did_not_have_is_named_and_no_pass(tmp_path: Path) -> None:
    users = tmp_path / "users.json"
    users.write_text('{"IamUser": [{"id": "u", "accountNumber": "111122223333", "passwordEnabled": false}]}')
    saved_as = tmp_path / "now.json"
    run("eval", "cis-aws", users, "-o", saved_as)
    assessment = assess(read_report(str(saved_as)), known_framework(CIS) or Framework(CIS))
    shell = assessment.standings["1.22"]  # a rule on List<IamPolicy>, which passed on the empty list
    assert (shell.verdicts.passed, shell.status, shell.absent) == (1, "not-applicable", ["IamPolicy"])
    assert (assessment.standings["1.10"].absent, assessment.standings["1.17"].status) == ([], "failed")
    for form in ("text", "html", "csv", "markdown"):
        ran = run("report", saved_as, "--framework", CIS, "--format", form)
        assert "the input has no IamPolicy; passed once on an empty list" in ran.output.replace(
            '</small><small class="note">', "; "
        ).replace("\n" + " " * 16, "; ")
    told = json.loads(run("report", saved_as, "--framework", CIS, "--format", "json").output)["frameworks"][0]
    assert "could not be looked at, or in part only, as the input has no Account," in told["caveats"][0]
    assert told["sections"][0]["controls"][21]["absentTypes"] == ["IamPolicy"]


def test_findings_are_named_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    report = full_report()
    framework = find_framework("PCI", report.rules)
    assert not framework.known
    found = assess(report, framework)
    assert [each.id for each in framework.controls()] == ["1", "7", "9"]
    named = found.standings["1"].named
    assert [str(each.status) for each in named] == sorted(
        [str(each.status) for each in named], key=["failed", "error", "excluded"].index
    )
    verdicts = found.standings["1"].verdicts
    assert len(named) == verdicts.failed + verdicts.errors + verdicts.excluded
    assert found.assessed_percent is None
    monkeypatch.setattr(assessing, "MOST_NAMED", 1)
    fewer = assess(report, framework).standings["1"]
    assert len(fewer.named) == 3
    assert fewer.unnamed == len(named) - 3
    assert f"and {fewer.unnamed} more" in text_of(report, "html", framework)


# --- the forms


class _Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not any([name.startswith("on") for name, _ in attrs])
        if tag not in ("meta", "link", "br", "col", "rect", "path"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("meta", "link", "br", "col", "rect", "path"):
            assert self.open.pop() == tag


def _hostile() -> tuple[Report, Framework]:
    report = full_report()
    rule = replace(report.rules[0], about=About(frameworks={HOSTILE: [HOSTILE, "=1+1", "2"]}), title=HOSTILE)
    control = Control(HOSTILE, HOSTILE, manual=True, guidance=HOSTILE)
    sections = (Section(HOSTILE, HOSTILE, (), (control, Control("=1+1", "=1+1"))),)
    return replace(report, rules=(rule, *report.rules[1:])), Framework(
        HOSTILE, HOSTILE, HOSTILE, f"javascript:{HOSTILE}", sections=sections
    )


@pytest.mark.parametrize("form", FRAMEWORK_FORMATS)
def test_texts_of_others_do_no_harm(form: str) -> None:
    report, framework = _hostile()
    text = text_of(report, form, framework)
    assert text == text_of(report, form, framework), "the same report gives the same bytes"
    if form != "json":
        assert not [each for each in text if not each.isprintable() and each not in "\r\n"]
    if form == "html":
        page = _Tags(text)
        assert "script" not in page.tags
        assert not page.open
        assert 'href="javascript' not in text
    if form == "csv":
        rows = list(csv.reader(io.StringIO(text)))
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    if form == "markdown":
        assert "<script>" not in text


def test_the_page_loads_nothing() -> None:
    text = text_of(REPORT, "html", TREE, TREE)
    assert "default-src 'none'; style-src 'sha256-" in text
    assert "script-src" not in text
    assert not [each for each in ("<img", '<link rel="stylesheet', "@import", "src=") if each in text]


@pytest.mark.parametrize("form", FRAMEWORK_FORMATS)
def test_an_empty_input_is_told(form: str) -> None:
    said = "The input had no entities"
    empty = gsl.evaluate(gsl.parse("Thing should have a", id="one"), [], now="2024-06-01")
    assert (said in text_of(empty, form, TREE)) == (form != "csv")
    assert said not in text_of(REPORT, form, TREE)


def test_the_page_says_who_accepted_what_and_until_when() -> None:
    taken = Exclusion("e.yaml:3", "Known <b>", "ann", "2024-06-09")
    report = replace(REPORT, now="2024-06-01T00:00:00Z", exclusions=(ExclusionSummary(taken, "active", 40),))
    page = text_of(report, "html", TREE).partition('<section id="exclusions"')[2]
    for told in ("Known &lt;b&gt;", "ann", "2024-06-09", "ends in 8 days", "e.yaml:3", ">40<"):
        assert told in page
    assert 'id="exclusions"' not in text_of(REPORT, "html", TREE)


# --- the command


@pytest.fixture
def now(tmp_path: Path) -> Path:
    rules = [gsl.bundled()[name] for name in ("GSL.AWS.IAM.05", "GSL.AWS.IAM.13", "GSL.AWS.S3.01")]
    users = [
        {"type": "IamUser", "id": f"u{n}", "name": f"user {n}", "passwordEnabled": True, "mfaActive": n > 7}
        for n in range(9)
    ]
    return saved(gsl.evaluate(rules, users, now="2024-06-01"), tmp_path / "now.jsonl")


def test_report_by_framework(now: Path, tmp_path: Path) -> None:
    page, table = tmp_path / "audit.html", tmp_path / "audit.csv"
    ran = run("report", now, "--framework", CIS, "--framework", "v1.3.0", "-o", page, "--report", table)
    assert ran.return_value == 0, ran.exception
    assert "user 0" in page.read_text("utf-8")
    rows = {(row["version"], row["control"]): row for row in csv.DictReader(io.StringIO(table.read_text("utf-8")))}
    assert rows["2.0.0", "1.10"]["status"] == "failed"
    assert rows["2.0.0", "1.10"]["failed"] == "8"
    assert rows["1.3.0", "2.1.1"]["status"] == "not-applicable", "no bucket was looked at: that is no pass"
    assert rows["2.0.0", "1.3"]["status"] == "manual"
    assert rows["2.0.0", "5.6"]["status"] == "not-covered"
    told = run("report", now, "--framework", CIS)
    assert "FAILED          1.10  Whoever has a console password has MFA too  (GSL.AWS.IAM.05)\n" in told.stdout
    assert "and 3 more" in told.stdout
    quiet = run("report", now, "--framework", CIS, "-q").stdout
    assert "1.10" in quiet
    assert "2.1.4" not in quiet


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("AWS CIS Foundation v2.0.0",), "did you mean `AWS CIS Foundations v2.0.0`"),
        (("cis",), "there are several frameworks `cis`"),
        (("",), "there is no framework"),
        (("none.yaml",), "none.yaml: error[unreadable-file]"),
        ((CIS, "--format", "sarif"), "as `sarif`; there are text, json, csv, markdown, html"),
        ((CIS, "--report", "junit=x.xml"), "as `junit`"),
    ],
)
def test_what_cannot_be_told(now: Path, arguments: tuple[str, ...], message: str) -> None:
    error = run("report", now, "--framework", *arguments).exception
    assert isinstance(error, GslError)
    assert message in str(error)


def test_saved_reports_are_written_as_ever_without_a_framework(now: Path, tmp_path: Path) -> None:
    run("report", now, "-o", tmp_path / "now.json")
    again = read_report(str(tmp_path / "now.json"))
    assert (tmp_path / "now.json").read_text("utf-8") == "".join(FORMATS["json"].write(again, Settings()))
    assert [each.rule_id for each in again.findings] == ["GSL.AWS.IAM.05"] * 8


def test_frameworks_are_listed() -> None:
    listed = json.loads(run("frameworks", "--json").stdout)
    assert {each["version"]: each["controls"] for each in listed} == COUNTS
    assert all([each["covered"] + each["manual"] in (each["controls"], each["controls"] - 3) for each in listed])
    shown = run("frameworks", "v7.0.0").stdout
    assert shown.index("2.1.6") < shown.index("2.2  ") < shown.index("2.10  ")
    assert "(GSL.AWS.IAM.05)" in shown
    assert "FRAMEWORK" in run("frameworks").stdout
    tree = json.loads(run("frameworks", CIS, "--json").stdout)["tree"]
    assert {"section": "2.1", "id": "2.1.4"}.items() <= next(each for each in tree if each["id"] == "2.1.4").items()


# --- files of users


OWN = """
name: Ours
version: 3
complete: false
controls:
  - {id: 1.10, title: At the top, rules: ["GSL.AWS.IAM.0*"]}
sections:
  - id: A
    title: First
    sections:
      - id: A.a
        controls: [{id: x, title: Deep, manual: true, guidance: Look.}]
    controls:
      - {id: y, title: Further}
"""


def test_own_frameworks(now: Path, tmp_path: Path) -> None:
    file = tmp_path / "ours.yaml"
    file.write_text(OWN, "utf-8")
    told = run("report", now, "--framework", file).stdout
    assert "FAILED          1.10  At the top  (GSL.AWS.IAM.05)" in told
    assert "not known to be complete" in told
    assert told.index("Deep") < told.index("A  First, further controls") < told.index("Further")
    assert "                Look." in told
    assert "(GSL.AWS.IAM.01, " in run("frameworks", file).stdout


def test_no_framework_hides_another_of_its_name(now: Path, tmp_path: Path) -> None:
    files = tmp_path / "a.yaml", tmp_path / "b.yaml"
    for file, rule in zip(files, ("GSL.AWS.IAM.05", "none")):
        file.write_text(f"name: ours\ncontrols: [{{id: 1, title: MFA, rules: [{rule}]}}]", "utf-8")
    error = run("report", now, "--framework", files[0], "--framework", files[1]).exception
    assert isinstance(error, UsageError)
    assert "b.yaml: `ours` is the name of another one too" in str(error)
    assert run("report", now, "--framework", files[0], "--framework", files[0]).stdout.count("ours") == 1


def test_a_file_without_end_is_not_read_whole() -> None:
    with pytest.raises(GslError, match="file-too-long"):
        read_framework("/dev/zero")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "nam: x\nsections: []",
            [":1:1: error[invalid-framework]: a framework has no key `nam`; did you mean `name`?"],
        ),
        ("name: x", ["the framework has no controls"]),
        ("name: x\nsections: [{id: a}]", ["the framework has no controls"]),
        ("- a", ["a framework was expected"]),
        ("", ["a framework was expected"]),
        ("name: x\ncontrols: 3", [":2:11: ", "`controls` must be a list"]),
        ("name: x\ncontrols:\n  - id: a\n", [":3:5: ", "a control needs `title`"]),
        (
            "name: x\ncontrols:\n  - {id: a, title: b}\n  - {id: a, title: c}",
            [":4:10: ", "`a` stands twice, first on line 3"],
        ),
        ("name: x\ncontrols:\n  - {id: a, title: b, manual: often}", [":3:31: ", "`manual` must be true or false"]),
        ("name: x\ncontrols:\n  - {id: a, title: [b]}", ["`title` must be a text that is not empty"]),
        ("name: x\ncontrols:\n  - {id: null, title: b, rules: [~]}", ["`id` must be a text", "`rules` must be a text"]),
        ("name: [", ["error[invalid-yaml]"]),
        ("name: &a x\ntitle: *a", ["alias"]),
        ("name: x\nsections: " + "[{id: a, sections: " * 20 + "[]" + "}]" * 20, ["more than 8 deep"]),
        ("name: x\ncontrols: [" + "3, " * 500 + "]", ["a control was expected"]),
    ],
)
def test_what_is_wrong_in_a_file_is_told_at_its_place(tmp_path: Path, text: str, said: list[str]) -> None:
    file = tmp_path / "ours.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(GslError) as caught:
        find_framework(str(file), ())
    told = str(caught.value)
    assert all([each in told for each in said]), told
    assert told.startswith(str(file))
    assert told.count("\n") < 30


def test_the_library_assesses(now: Path) -> None:
    report = read_report(str(now))
    assert gsl.assess(report, "v2.0.0").standings["1.10"].status == "failed"
    assert gsl.assess(report, TREE).total == 10
    with pytest.raises(UsageError):
        gsl.assess(report, "nothing like it")


# --- mapping


def mapped(frameworks: str, strict: bool = False) -> list[tuple[str, str, int, int]]:
    text = (
        f"---\nid: A.1\ntitle: A\nseverity: low\nframeworks: {frameworks}\n---\nVolume should have encrypted = true\n"
    )
    rule = rule_of_text(Source(text, "rule.gsl", "rule.gsl"))
    found = [each.finding for each in check_rule(rule, Checking(Shapes(), strict=strict))]
    return [(each.code, each.message, each.span.line, each.span.column) for each in found]


def test_mappings_are_checked() -> None:
    assert mapped(f'{{{CIS}: ["2.2.1"], HIPAA: ["1"], AWS CIS Foundations v9.0.0: ["1"]}}') == []
    code, message, line, column = mapped(f'{{{CIS}: ["2.2.1", "2.2.7", "2"]}}')[0]
    assert (code, line, column) == ("GSL405", 5, 53)
    assert message == f"{CIS} has no control `2.2.7`; did you mean `2.2.1`?"
    assert "`2` of" in mapped(f'{{{CIS}: ["2.2.1", "2"]}}')[0][1]
    code, message, line, column = mapped('{AWS CIS Foundation v2.0.0: ["2.2.1"]}')[0]
    assert (code, line, column) == ("GSL404", 5, 14)
    assert f"did you mean `{CIS}`?" in message
    assert [each[0] for each in mapped('{AWS CIS Foundations v9.0.0: ["1"]}', strict=True)] == ["GSL404"]


def test_mappings_to_frameworks_of_ones_own_are_checked(tmp_path: Path) -> None:
    (tmp_path / "ours.yaml").write_text(OWN, "utf-8")
    text = (
        "---\nid: A.1\nframeworks: {Ours: ['1.10', 'z', A], Our: ['1.10']}\n---\nVolume should have encrypted = true\n"
    )
    (tmp_path / "a.gsl").write_text(text, "utf-8")
    assert run("check", tmp_path / "a.gsl").return_value == 0, "nobody knows what `Ours` has"
    ran = run("check", tmp_path / "a.gsl", "--framework", tmp_path / "ours.yaml")
    assert ran.return_value == 1
    assert "3:30: warning[GSL405]: Ours has no control `z`" in ran.stdout
    assert "3:34: warning[GSL405]: `A` of Ours is a section" in ran.stdout
    assert "warning[GSL404]" in ran.stdout
    assert "did you mean `Ours`?" in ran.stdout
    (tmp_path / "same.yaml").write_text(OWN, "utf-8")
    twice = ("--framework", tmp_path / "ours.yaml", "--framework", tmp_path / "same.yaml")
    assert run("check", tmp_path / "a.gsl", *twice).return_value == 1, "the same framework twice is one"
    (tmp_path / "same.yaml").write_text(OWN.replace("1.10", "1.11"), "utf-8")
    ran = run("check", tmp_path / "a.gsl", *twice)
    assert "same.yaml: `Ours` is the name of another one too" in str(ran.exception)


def test_hostile_mappings_take_bounded_time() -> None:
    many = ", ".join([f'AWS CIS Foundatio{number}: ["1"]' for number in range(1500)])
    wrong = ", ".join([f'"2.{number}x"' for number in range(3000)])
    assert len(mapped(f"{{{many}}}")) <= 200
    assert len(mapped(f"{{{CIS}: [{wrong}]}}")) <= 200
