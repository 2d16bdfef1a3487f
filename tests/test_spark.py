"""gsl on Spark: the same findings, reasons and counts as in one process, and no row is lost."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

import gsl
import gsl.spark
from tests.spark_session import counts_in, marks, ordered, plain_counts, plain_findings, spark, texts

__all__ = ["spark"]
pytestmark = list(marks)

NOW = "2024-06-01"
ROOT = Path(__file__).parents[1]
MFA = gsl.parse("IamUser should have mfaActive = true", id="mfa")
LIST = gsl.parse("List<IamUser> should have items with [admin = true] length() < 3", id="few-admins")
LOOKS_UP = gsl.parse("Instance should have getResource('Network', networkId) getValue('private') = true", id="private")
RULES = [
    MFA,
    gsl.parse("IamUser where admin = true should have keys contain-all [age < 90] exclude name = 'root'", id="keys"),
    gsl.parse("S3Bucket should have versioning.status = 'Enabled'", id="versioned"),
    gsl.parse("Network should have private = true", id="network"),
    gsl.parse("true", id="later"),
    gsl.parse("Nothing should have x = 1", id="nothing"),
    LIST,
    LOOKS_UP,
]
ERROR = {"path": "mfaActive", "operation": "iam:ListMFADevices", "code": "AccessDenied", "message": "no"}


def _entities(count: int = 60) -> list[dict[str, Any]]:
    """Entities of several types and accounts, some of them not collected whole, and a gap."""
    found: list[dict[str, Any]] = []
    for number in range(count):
        account = {"accountNumber": str(100 + number % 4), "region": "eu_west_1"}
        keys = [{"age": number % 120, "secretKey": "x"}]
        user = {"type": "IamUser", "id": f"u{number}", "name": f"näme {number}", "admin": number % 5 == 0, "keys": keys}
        user["mfaActive"] = number % 3 == 0
        found.append({**user, **account, **({"_errors": [ERROR]} if number % 10 == 7 else {})})
        found.append(
            {
                "type": "S3Bucket",
                "id": f"b{number}",
                "versioning": {"status": "Enabled"} if number % 2 else None,
                **account,
            }
        )
        found.append({"type": "Instance", "id": f"i{number}", "networkId": f"n{number % 8}", **account})
        if number < 12:
            found.append({"type": "AWS::Other", "id": f"o{number}", "accountNumber": f"9{number}"})
            found.append({"type": "Network", "id": f"n{number}", "private": number % 3 > 0, **account})
    gap = {"path": "", "operation": "iam:ListUsers", "code": "AccessDenied", "message": "no"}
    return [*found, {"type": "IamUser", "accountNumber": "103", "region": "us", "_errors": [gap]}]


def _said(report: gsl.Report) -> list[str]:
    return sorted([str(replace(each, file=None)) for each in report.diagnostics])


def _compare(checked: gsl.spark.Checked, report: gsl.Report) -> None:
    """Hold a run on Spark to a report."""
    records = checked.records.persist()
    try:
        done = checked.of(records)
        found = plain_findings(done.findings.collect())
        assert found == ordered([each.to_dict() for each in report.findings])
        assert plain_counts(done.rules.collect()) == counts_in(report)
        again = done.report()
        assert [each.to_dict() for each in again.rules] == [each.to_dict() for each in report.rules]
        assert again.exit_code() == report.exit_code()
        assert _said(again) == _said(report)
    finally:
        records.unpersist()


@pytest.mark.parametrize(
    "rules", [[MFA], RULES, [LIST], [LOOKS_UP], [LIST, LOOKS_UP]], ids=["one", "many", "list", "look-up", "across"]
)
def test_same_as_in_one_process(spark: Any, rules: list[gsl.Rule]) -> None:
    entities = _entities()
    checked = gsl.spark.check(texts(spark, entities, 4), rules, now=NOW)
    report = gsl.evaluate(rules, entities, now=NOW)
    _compare(checked, report)
    assert checked.report().entities == report.entities or rules[0] is not MFA


def test_verdicts_that_are_no_findings_on_request(spark: Any) -> None:
    entities = _entities(20)
    report = gsl.evaluate(RULES, entities, now=NOW, keep_all=True)
    found = gsl.spark.evaluate(texts(spark, entities, 2), RULES, now=NOW, keep_all=True)
    assert report.verdicts
    wanted = ordered([each.to_dict() for each in (*report.findings, *report.excluded, *report.verdicts)])
    assert plain_findings(found.collect()) == wanted


def test_without_reasons_and_with_what_a_query_selects(spark: Any) -> None:
    entities = _entities(10)
    rules = [MFA, gsl.parse("IamUser where admin = true", id="admins")]
    rows = gsl.spark.evaluate(texts(spark, entities), rules, now=NOW, reasons=False).collect()
    report = gsl.evaluate(rules, entities, now=NOW)
    assert not any(row["reasons"] for row in rows)
    selected = {row["entityId"] for row in rows if row["status"] == "selected"}
    assert selected == {each.entity_id for each in report.selected}
    assert len(rows) == len(report.findings) + len(report.selected)


def test_settings_reach_the_workers(spark: Any) -> None:
    prefix = "eu"
    rule = gsl.parse("Thing should have name inRegion() and port in $Ports", functions={"inRegion": len})
    entities = [{"type": "Thing", "id": name, "name": name, "port": 22} for name in ("eu-1", "us-1", "EU-2")]
    functions = {"inRegion": lambda name: name.startswith(prefix)}
    settings: dict[str, Any] = {"now": NOW, "lists": {"Ports": [22]}, "functions": functions, "case_sensitive": True}
    _compare(gsl.spark.check(texts(spark, entities), [rule], **settings), gsl.evaluate([rule], entities, **settings))


def test_tables_with_types_apart_and_with_a_column_per_field(spark: Any) -> None:
    entities = _entities(30)
    report = gsl.evaluate(RULES, entities, now=NOW)
    rows = [(each["type"], json.dumps({k: v for k, v in each.items() if k != "type"}, indent=1)) for each in entities]
    wanted = ordered([each.to_dict() for each in report.findings])
    for table in (rows, [(kind, text.replace("{", f'{{"type": "{kind}",', 1)) for kind, text in rows]):
        frame = spark.createDataFrame(table, "type string, entity string").repartition(3)
        assert plain_findings(gsl.spark.evaluate(frame, RULES, now=NOW).collect()) == wanted
        counts = gsl.spark.summarize(frame, RULES, now=NOW).collect()
        assert plain_counts(counts) == counts_in(report)
    lies = [(kind, json.dumps({**json.loads(text), "type": "S3Bucket"})) for kind, text in rows]
    frame = spark.createDataFrame(lies, "type string, entity string")
    assert gsl.spark.evaluate(frame, RULES, now=NOW).count() == len(wanted)  # the column counts
    fields = spark.read.json(spark.sparkContext.parallelize([json.dumps(each) for each in entities], 3))
    assert plain_findings(gsl.spark.evaluate(fields, RULES, now=NOW).collect()) == wanted


BROKEN = [
    '{"type": "IamUser", "id": "broken", ',
    "no JSON",
    '{"type": "IamUser", "id": "two"} {"type": "IamUser", "id": "three"}',
    "[" * 5000,
    '"a text"',
    '{"id": "no type"}',
    None,
]
ODD = [
    "",
    '\ufeff{"type": "IamUser", "id": "mark", "mfaActive": false}',
    '{"type": "IamUser",\n "id": "lines", "mfaActive": false}',
    '{"type": "IamUser", "id": "half \\ud800", "mfaActive": false}',
    '[{"type": "IamUser", "id": "of list 1"}, {"type": "IamUser", "id": "of list 2", "accountNumber": "7"}]',
    '{"entity": {"type": "IamUser", "id": "carried"}, "account": "55"}',
    '{"IamUser": [{"id": "keyed"}], "S3Bucket": []}',
    '{"type": "IamUser", "id": "nan", "mfaActive": NaN}',
    "PAR1",
]
NAMES = {"mark", "lines", "half \\ud800", "of list 1", "of list 2", "carried", "keyed", "nan"}


@pytest.mark.parametrize("rules", [[MFA, RULES[2]], [LIST, LOOKS_UP], RULES], ids=["alone", "across", "both"])
def test_no_row_is_lost_and_none_fails_the_job(spark: Any, rules: list[gsl.Rule]) -> None:
    users = [{"type": "IamUser", "id": f"u{number}", "mfaActive": True} for number in range(20)]
    rows: list[Any] = [*users, *BROKEN, *users, *ODD]
    checked = gsl.spark.check(texts(spark, rows, 1), rules, now=NOW)
    found = checked.findings.collect()
    errors = [row["message"] for row in found if row["ruleId"] is None]
    assert len(errors) == len(BROKEN) + 1, "\n".join([each[:150] for each in errors])
    assert all("; the row: " in message for message in errors)
    assert any("no JSON" in message for message in errors)
    if rules[0] is MFA:
        assert {row["entityId"] for row in found if row["ruleId"] == "mfa"} == NAMES
    counts = {row["ruleId"]: row for row in checked.rules.collect()}
    assert counts[rules[0].id]["tested"] == {"mfa": 2 * len(users) + len(NAMES), "few-admins": 3}[rules[0].id]
    report = checked.report()
    assert report.exit_code() == 2
    assert sum(each.count or 0 for each in report.diagnostics if each.level == "error") == len(errors)


def test_rows_that_are_no_text_at_all(spark: Any) -> None:
    good = b'{"type": "IamUser", "id": "good"}'
    frame = spark.createDataFrame([(good,), (b'{"type": "IamUser", "id": "\xff"}',), (good,)], "value binary")
    found = gsl.spark.evaluate(frame.selectExpr("cast(value as string) as value"), [MFA, LIST]).collect()
    assert [row["message"].split(":")[0] for row in found if row["ruleId"] is None] == ["invalid-encoding"]
    assert len([row for row in found if row["entityId"] == "good"]) == 2


def test_a_broken_row_of_a_table_with_types_is_told_once(spark: Any) -> None:
    rows = [("IamUser", "{"), ("Instance", "{"), ("Network", "{"), (None, "{"), ("IamUser", None), ("IamUser", "")]
    frame = spark.createDataFrame(rows, "type string, entity string")
    found = gsl.spark.evaluate(frame, [MFA, LOOKS_UP]).collect()
    assert len(found) == len(rows)
    assert {row["status"] for row in found} == {"error"}


def test_rules_that_looked_at_nothing_are_seen(spark: Any) -> None:
    nothing = spark.createDataFrame([], "type string, entity string")
    checked = gsl.spark.check(nothing, RULES, now=NOW)
    report = gsl.evaluate(RULES, [], now=NOW)
    assert checked.findings.count() == 0
    assert plain_counts(checked.rules.collect()) == counts_in(report)
    assert [each.code for each in checked.report().diagnostics] == ["no-entities"]
    wrong = gsl.parse("Thing should have colour = 'red'", id="colour")
    things = gsl.spark.check(texts(spark, [{"type": "Thing", "id": "t", "color": "red"}]), [wrong, RULES[2]])
    assert [each.code for each in things.report().diagnostics] == ["no-entities-of-type", "unknown-key"]


def test_many_findings_leave_a_partition_piece_by_piece(spark: Any) -> None:
    users = [{"type": "IamUser", "id": f"u{number}", "mfaActive": False, "pad": "x" * 500} for number in range(7000)]
    checked = gsl.spark.check(texts(spark, users, 2), [MFA], now=NOW)
    assert checked.findings.select("fingerprint").distinct().count() == len(users)
    (row,) = checked.rules.collect()
    assert (row["tested"], row["failed"], row["status"]) == (7000, 7000, "failed")


def test_reasons_can_be_queried(spark: Any) -> None:
    gsl.spark.evaluate(texts(spark, _entities(20)), RULES, now=NOW).createOrReplaceTempView("findings")
    query = (
        "select distinct v.value from findings lateral view explode(reasons) as r lateral view explode(r.values) as v"
    )
    assert {row["value"] for row in spark.sql(f"{query} where v.path = 'mfaActive'").collect()} == {
        "false",
        '{"kind":"uncollected","operation":"iam:ListMFADevices","code":"AccessDenied","message":"no"}',
    }


@pytest.mark.parametrize(
    ("columns", "rules", "said"),
    [
        ("name string, age int", [MFA, LOOKS_UP], "`name`, `age`: expected a text column `entity`"),
        ("value string, account string", [MFA], "give select('value')"),
        ("entity int", [MFA, LOOKS_UP], "`entity`: expected"),
    ],
)
def test_tables_that_hold_no_entities(spark: Any, columns: str, rules: list[gsl.Rule], said: str) -> None:
    with pytest.raises(gsl.UsageError) as caught:
        gsl.spark.evaluate(spark.createDataFrame([], columns), rules)
    assert said in str(caught.value)


def test_rules_that_cannot_be_used_are_refused_at_once(spark: Any) -> None:
    frame = texts(spark, [{"type": "IamUser", "id": "u"}])
    with pytest.raises(gsl.RuleError, match="mfaActive"):
        gsl.spark.evaluate(frame, ["IamUser should have (mfaActive = true"])
    with pytest.raises(gsl.UsageError, match=r"\$Ports"):
        gsl.spark.evaluate(frame, ["IamUser should have port in $Ports"])
    with pytest.raises(gsl.UsageError, match="no rules"):
        gsl.spark.evaluate(frame, [])
    with pytest.raises(gsl.UsageError, match="Spark DataFrame, not list"):
        gsl.spark.evaluate([], [MFA])


def test_the_example_job_as_people_start_it(spark: Any, tmp_path: Path) -> None:
    entities = _entities(20)
    lake, rules, out = tmp_path / "lake", tmp_path / "rules", tmp_path / "out"
    rules.mkdir()
    for rule in (MFA, LIST, RULES[2]):
        (rules / f"{rule.id}.gsl").write_text(f"---\nid: {rule.id}\n---\n{rule.text}\n", "utf-8")
    rows = [(each["type"], json.dumps(each)) for each in entities]
    spark.createDataFrame(rows, "type string, entity string").write.partitionBy("type").parquet(str(lake))
    command = [sys.executable, str(ROOT / "examples" / "spark_job.py"), str(lake), str(rules), str(out), "--now", NOW]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)
    report = gsl.evaluate(rules, entities, now=NOW)
    assert done.returncode == report.exit_code(), done.stderr
    found = plain_findings(spark.read.parquet(str(out / "findings")).collect())
    assert found == ordered([each.to_dict() for each in report.findings])
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    assert summary["rules"] == [each.to_dict() for each in report.rules]


def test_without_spark_one_message_says_what_to_install() -> None:
    code = """
        import sys
        sys.modules["pyspark"] = None
        import gsl, gsl.spark
        try:
            gsl.spark.evaluate(None, "IamUser should have x = 1")
        except gsl.UsageError as error:
            print(error)
    """
    lines = "\n".join(
        [
            line.strip() if line.startswith("        ") and not line[8:9].isspace() else line[8:]
            for line in code.split("\n")
        ]
    )
    done = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, check=False)
    assert "pip install 'gsl-engine[spark]'" in done.stdout, done.stderr
