"""Reports that hold everything a report can hold, for tests of the formats."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from msgspec.structs import replace

import gsl
from gsl.results.comparison import compared
from gsl.results.exclusion import Exclusion, ExclusionSummary
from gsl.results.model import Diagnostic, Report, Result
from gsl.results.reporters import FORMATS, Settings
from gsl.results.spool import Spool
from gsl.results.summaries import About, RuleSummary

HOSTILE = "\x1b[31m<script>alert(1)</script>\x00\u202e|`*[x](y)\n# \N{PILE OF POO}"
ACCOUNT = "111122223333"

RULES = [
    gsl.parse("SecurityGroup where kind != 'off' should have a > 1 and b = 'x' exclude c = true", id="NET.1"),
    gsl.parse("SecurityGroup should not have tags contain [key = 'public']", id="NET.2"),
    gsl.parse("IamUser should have mfa = true", id="IAM.1"),
    gsl.parse("Thing should have password = 'x'", id="THING.1"),
    gsl.parse("Lambda should have a = 1", id="NOTHING.1"),
    gsl.parse("SecurityGroup where a > 5", id="query"),
    gsl.parse("true", id="later"),
]
ABOUTS = {
    "NET.1": About(
        "Network",
        "What is wrong.\nIn two lines.",
        "Mend it.",
        {"AWS CIS Foundations v1.4.0": ["5.2", "5.3"], "PCI": ["1"], "SOC": []},
        ["https://example.com/a", "not a link"],
        3,
    ),
    "NET.2": About(frameworks={"PCI": ["1"]}),
    "NOTHING.1": About(frameworks={"PCI": ["9"]}),
    "BROKEN.1": About(frameworks={"PCI": ["7"]}),
}
TITLES = {"NET.1": "Groups are small", "IAM.1": "Users have MFA " + "x" * 300}
SEVERITIES = {"NET.1": "high", "NET.2": "critical", "IAM.1": "low", "THING.1": "informational"}
UNREAD = [{"path": "a", "operation": "Get", "code": "Denied", "message": "no"}]
GAP = [{"path": "", "operation": "ec2:DescribeSecurityGroups", "code": "Denied", "message": "no"}]


def group(number: int, **fields: Any) -> dict[str, Any]:
    named = {"type": "SecurityGroup", "id": f"sg-{number}", "name": f"group {number}"}
    return {**named, "accountNumber": ACCOUNT, "region": "eu_west_1", "a": 2, "b": "x", **fields}


ENTITIES: list[dict[str, Any]] = [
    group(1),
    group(2, a=1),
    group(3, b=HOSTILE, tags=[{"key": "public"}], name=HOSTILE),
    group(4, c=True, a=0),
    group(5, kind="off"),
    group(6, a=9),
    group(7, a=0, region="us_gov_west_1"),
    {**group(8, _errors=UNREAD), "a": None},
    {"type": "SecurityGroup", "accountNumber": ACCOUNT, "region": "eu_west_1", "_errors": GAP},
    {"type": "IamUser", "id": "AIDA1", "name": "anna", "accountNumber": ACCOUNT, "region": None, "mfa": False},
    {"type": "IamUser", "id": "arn:aws-cn:iam::444455556666:user/bo", "name": "bo", "mfa": False},
    {"type": "Thing", "id": HOSTILE, "account": "sub-1", "region": "west", "password": "hunter2hunter2"},
]


def report_of(
    entities: list[dict[str, Any]] | None = None, keep_all: bool = True, now: str = "2024-06-01T10:00:00Z"
) -> Report:
    """A report on some entities, whose rules say all that rules can say."""
    report = gsl.evaluate(RULES, ENTITIES if entities is None else entities, now=now, keep_all=keep_all)
    broken = RuleSummary("BROKEN.1", "Broken", "high", "SecurityGroup", could_not_run=True)
    rules = []
    for rule in (*report.rules, broken):
        rule.about = ABOUTS.get(rule.id, About())
        rule.title = TITLES.get(rule.id, rule.title)
        rule.severity = SEVERITIES.get(rule.id, rule.severity)
        rules.append(rule)
    problem = Diagnostic("error", "unknown-function", f"there is no such thing {HOSTILE}", rule_id="BROKEN.1")
    return replace(
        report,
        rules=tuple(rules),
        findings=Spool(_graded(each) for each in report.findings),
        diagnostics=(*report.diagnostics, problem),
        titles={rule.id: rule.title for rule in rules},
    )


def _graded(result: Result) -> Result:
    return replace(result, severity=SEVERITIES.get(result.rule_id))


def full_report() -> Report:
    """A report with everything: compared with a baseline, and with exclusions that were given to it."""
    report = report_of()
    exclusion = Exclusion("accepted.yaml:3", f"accepted {HOSTILE}", "sam@example.com", "2024-09-01")
    taken = [replace(each, status=gsl.Status.EXCLUDED, exclusion=exclusion) for each in report.findings[1:2]]
    left = [each for place, each in enumerate(report.findings) if place != 1]
    report = replace(
        report,
        findings=Spool(left),
        excluded=Spool([*report.excluded, *taken]),
        exclusions=(ExclusionSummary(exclusion, "active", 1),),
    )
    before = report_of([group(1, a=0), group(2, a=0), group(4, a=0), group(3, b="y"), group(90, a=0)])
    return compared(report, replace(before, now="2024-05-01T10:00:00Z"))


def text_of(report: Report, form: str, told: list[str] | None = None, **settings: Any) -> str:
    """A report in a form; what the form has to say besides goes to `told`."""
    kept: list[str] = [] if told is None else told
    return "".join(FORMATS[form].write(report, Settings(note=kept.append, **settings)))


def half_a_pair() -> Report:
    """A report on an entity with half a surrogate pair wherever entities have texts."""
    return report_of([group(1, id="sg-\ud800", name="\ud800", b="\ud800", accountNumber="\ud800", region="\ud800")])


def saved(report: Report, file: Path) -> Path:
    """A report in a file, as JSON lines."""
    file.write_text(text_of(report, "jsonl"), "utf-8")
    return file
