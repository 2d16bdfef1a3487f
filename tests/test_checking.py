"""The checks one by one: what is found and what is not, ignore comments, fixes."""

from __future__ import annotations

import time
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gsl.authoring.checking.fixing import edited, fixed
from gsl.authoring.checking.running import Settings, check_rule
from gsl.authoring.checking.shapes import Shapes
from gsl.authoring.checking.table import CHECKS, NOTE, chosen
from gsl.errors import Source
from gsl.inventory.entity import Entity
from gsl.inventory.inferring import inferred
from gsl.language import nodes
from gsl.ruleset.loading import load_path, rule_of_text
from gsl.ruleset.rule import Rule

from .checking_cases import Contradicting
from .generation import Generator, text_of
from .layout import respelled
from .rewriting import negation, rewritten

RULES = Path(__file__).parents[1] / "rules"
SERVER = {
    "title": "Server",
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "oldName": {"type": "string", "deprecated": True, "description": "Use name."},
        "state": {"type": "string", "enum": ["running", "stopped"]},
        "size": {"type": "integer"},
        "created": {"type": ["string", "null"], "examples": ["2024-06-01T00:00:00Z"]},
        "zones": {"type": "array", "items": {"type": "string"}},
        "disks": {"type": "array", "items": {"type": "object", "properties": {"size": {"type": "integer"}}}},
        "owner": {"type": "object", "properties": {"id": {"type": "string"}}},
        "either": {"type": ["array", "string"], "items": {"type": "string"}},
        "labels": {"type": "object", "properties": {"a": {"type": "string"}}},
    },
}
SHAPES = Shapes({"Server": SERVER})


def rule_of(text: str) -> Rule:
    return rule_of_text(Source(text, "rule.gsl", "rule.gsl"))


def codes(text: str, strict: bool = False, shapes: Shapes = SHAPES, select: tuple[str, ...] = ()) -> list[str]:
    found = check_rule(rule_of(text), Settings(shapes, strict, chosen(select, (), strict)))
    return [each.finding.code for each in found]


def said(text: str) -> str:
    return "\n".join([each.finding.message for each in check_rule(rule_of(text), Settings(SHAPES))])


@pytest.mark.parametrize("code", list(CHECKS))
def test_the_example_of_a_check(code: str) -> None:
    check = CHECKS[code]
    assert code in codes(check.bad, check.strict)
    assert code not in codes(check.good, check.strict)
    if not check.strict:
        assert codes(check.good) == []


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("disks.size = 1", "GSL103"),
        ("disks contain [siez = 1]", "GSL102"),
        ("name.first = 'a'", "GSL102"),
        ("ownr.id = 'a'", "GSL102"),
        ("owner getValue('idd') = 'a'", "GSL102"),
        ("disks first() getValue('siez') = 1", "GSL102"),
        ("getResource('Servr', name) getValue('size') = 1", "GSL101"),
        ("size = 'big'", "GSL104"),
        ("size > 'big'", "GSL104"),
        ("state = 'runing'", "GSL104"),
        ("state in ('running', 'gone')", "GSL104"),
        ("created > 'yesterday'", "GSL104"),
        ("owner = 'me'", "GSL104"),
        ("size contain [$ = 1]", "GSL105"),
        ("zones = 'a'", "GSL106"),
        ("'a' = zones", "GSL106"),
        ("zones in ('a', 'b')", "GSL106"),
        ("owner < 3", "GSL107"),
        ("size < null", "GSL107"),
        ("either = 'a'", "GSL111"),
    ],
)
def test_names_and_types(condition: str, code: str) -> None:
    assert codes(f"Server should have {condition}") == [code]


@pytest.mark.parametrize(
    "condition",
    [
        "disks contain [size = '1' or size > 5]",
        "size = '5'",
        "state = 'RUNNING'",
        "state = null",
        "created > '2024-01-01' and created > 5",
        "created != 'N/A'",
        "zones contain ['a']",
        "zones = null",
        "zones length() > 3",
        "owner.id = 'a'",
        "labels.anything = 'x'",
        "labels.a.b = 'x'",
        "disks getValue('size') contain [$ > 1]",
        "either contain ['a'] or either = 'a'",
        "name like '%a%'",
        "name regexMatch /^a/",
        "created before(-90, 'days')",
        "expires before(30, 'days')",
    ],
)
def test_what_is_right_is_left_alone(condition: str) -> None:
    found = codes(f"Server should have {condition}")
    assert found == (["GSL102"] if condition.startswith("expires") else [])


@pytest.mark.parametrize(
    "condition", ["iAMDatabaseAuthenticationEnabled", "encrypted", "version", "backupRetentionPeriods"]
)
def test_slips_that_the_bundled_schemas_tell_of(condition: str) -> None:
    assert codes(f"{'RDSSnapshot' if condition == 'encrypted' else 'RDS'} should have {condition}") == ["GSL102"]


@pytest.mark.parametrize(
    "text",
    [
        "cloudtrail where event.name = 'x'",
        "VMInstance should have a",
        "NetworkSecurityGroup should have a",
        "VirtualMachine should have a",
        "aws_iam_user should have a",
        "Subnet should have privateIpGoogleAccess = true",
        "Instance should have scanners.scans contain [source = 'Inspector']",
        "Instance should have nics contain [subnet.cidr numberOfHosts() > 9]",
        "RDS should have engine = 'x'",
        "S3Bucket should have lifecycleConfiguration.rules length() > 0",
    ],
)
def test_what_no_schema_tells_of(text: str) -> None:
    assert codes(text) == []
    assert codes(text, True)[0] in ("GSL101", "GSL102", "GSL401")


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("x = 'a' and x = 'b'", "GSL202"),
        ("x in ('a') and x = 'b'", "GSL202"),
        ("x = null and x = 1", "GSL202"),
        ("x = true and x = 'no'", "GSL202"),
        ("x length() < 0", "GSL202"),
        ("x like 'a%' and x like 'b%'", "GSL202"),
        ("x > '2024-01-01' and x < '2023-01-01'", "GSL202"),
        ("xs contain [$ = 1] and xs contain-none [$ = 1]", "GSL202"),
        ("xs contain [p < 2 and p > 5] or y", "GSL202"),
        ("x and not x", "GSL202"),
        ("x isEmpty() and x > 5", "GSL202"),
        ("x or not x", "GSL201"),
        ("x > 5 and x > 3", "GSL203"),
        ("x = 'a' or x in ('a', 'b')", "GSL203"),
        ("x = 1 or x = 1 and y", "GSL203"),
        ("x = 1 and x = 1", "GSL203"),
    ],
)
def test_logic(condition: str, code: str) -> None:
    assert codes(f"T should have {condition}") == [code]


@pytest.mark.parametrize(
    "condition",
    [
        "x != 'a' and x != 'b'",
        "x < 5 and x != 3 or y",
        "x > 3 and x < 5",
        "x > 5 or x < 3",
        "not x > 5 and not x < 3",
        "not x > 5 and not x <= 5",
        "x like '%a%' and x like '%b%'",
        "xs contain [$ = 1] and xs contain [$ = 2]",
        "x > '2024-01-01' and x < '2024-02-01'",
        "x != null and x contain-none [a = 1]",
        "x.a = 1 and y.a = 2",
        "xs contain [a = 1] and not xs contain-all [a = 1]",
        "xs contain-all [a = 1] and xs contain-none [a = 1]",
        "~x = 1 and xs contain [x = 2]",
    ],
)
def test_logic_that_is_fine(condition: str) -> None:
    assert codes(f"T should have {condition}") == []


def test_where_against_the_condition() -> None:
    assert codes("T where a = 1 should have a = 2") == ["GSL204"]
    assert codes("T where a = 1 should have b or a = 2") == ["GSL204"]
    assert codes("T where a = 1 should have b exclude a = null") == ["GSL204"]
    assert codes("T where a = 1 should have b and a") == ["GSL204"]
    assert codes("T where a != 1 should have a = 2") == []
    assert codes("List<T> where a = 1 should have items contain [a = 2]") == []


def test_case_is_minded() -> None:
    assert "as long as case does not count" in said("T should have a = 'x' and a != 'X'")
    assert "as long as" not in said("T should have a = 'x' and a != 'x'")


def test_inferred_schemas_count() -> None:
    entities = [Entity("Box", {"type": "Box", "lid": True}), Entity("IamUser", {"type": "IamUser", "extra": 1})]
    shapes = Shapes({}, inferred(entities))
    assert codes("Box should have bottom", shapes=shapes) == ["GSL102"]
    assert codes("Box should have lid = 'shut'", shapes=shapes) == ["GSL104"]
    days = [Entity("Box", {"type": "Box", "made": f"2024-01-0{day}"}) for day in range(1, 6)]
    unknown = Entity("Box", {"type": "Box", "made": "N/A"})
    for entities, found in ((days, ["GSL104"]), ([*days, unknown, *days], []), ([unknown, *days], [])):
        assert codes("Box should have made > 'a'", shapes=Shapes({}, inferred(entities))) == found
    assert codes("IamUser should have extra = 1 and mfaActive = true", shapes=shapes) == []
    assert codes("IamUser should have nothing = 1", shapes=shapes) == ["GSL102"]


def test_bundled_rules_are_clean() -> None:
    loaded = load_path(RULES)
    settings_ = Settings(Shapes())
    assert [(each.rule.id, each.finding) for rule in loaded.rules for each in check_rule(rule, settings_)] == []


# --- ignoring


def test_ignore_comments() -> None:
    line = "Server should have name == 'x'"
    assert codes(f"{line} # gsl: ignore[GSL301] wanted") == []
    assert codes(f"# gsl: ignore[GSL301] wanted\n\n# and more\n{line}") == []
    assert codes(f"{line}\n# gsl: ignore[GSL301] wanted") == ["GSL301", "GSL503"]
    assert codes(f"{line} # gsl: ignore[GSL301]") == ["GSL301", "GSL501"]
    assert codes(f"{line} # gsl: ignore[GSL301, GSL104] wanted") == ["GSL503"]
    assert codes(f"{line} # gsl: ignore[nonsense] wanted") == ["GSL301", "GSL502"]
    assert codes(f"{line} # gsl: ignore wanted") == ["GSL301", "GSL502"]
    assert codes("Server should have name = '# gsl: ignore[GSL301] wanted'") == []
    assert codes("Server should have name regexMatch /^# gsl: ignore[GSL301] x/") == []


def test_an_ignore_of_a_check_that_is_not_made_is_not_unused() -> None:
    text = "Server should have (not name = 'x' and size) # gsl: ignore[GSL206] wanted"
    assert codes(text) == []
    assert "GSL206" not in codes(text, True)
    assert codes("Server should have name # gsl: ignore[GSL301] x", select=("GSL2", "GSL503")) == []


def test_front_matter_is_no_place_for_ignore_comments() -> None:
    text = "---\nid: a # gsl: ignore[GSL301] x\n---\nServer should have name == 'x'"
    assert codes(text) == ["GSL301"]


# --- fixing


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("T should have a == 1 and b <> 2", "T should have a = 1 and b != 2"),
        ("T should have (not (a != 1)) and b", "T should have (a = 1) and b"),
        ("T should have b and not not (a = 1 or c)", "T should have b and (a = 1 or c)"),
        ("T should have not not not (a != 1)", "T should have a = 1"),
        ("T should have not not a unlike 'x%'", "T should have a unlike 'x%'"),
        ("T should have b or not not not not (a not in (1))", "T should have b or a not in (1)"),
        ("T should have a unlike 'x' # why\n and b", "T should have a != 'x' # why\n and b"),
        ("T should have (a) like 'x'", "T should have (a) = 'x'"),
        ("T should have a regexMatch /12:/", "T should have a like '%12:%'"),
        ("T should have not a not in ('==')", "T should have a in ('==')"),
        (
            "\ufeff---\r\nid: é\r\n---\r\nT should have a == 1\r\n",
            "\ufeff---\r\nid: é\r\n---\r\nT should have a = 1\r\n",
        ),
        ("T should have a == 1 # gsl: ignore[GSL301] x", None),
        ("T should have a like '80'", None),
        ("T should have a like 'true'", None),
        ("T should have a like '[]'", None),
        ("T should have a like 'é'", None),
        ("T should have a regexMatch /abc/i", None),
        ("T should have (not not a) = true", None),
        ("T should have not # why\n not (a = 1)", None),
    ],
)
def test_fixes(text: str, good: str | None) -> None:
    after, mended = fixed(rule_of(text), Settings(SHAPES))
    assert after.source.text == (text if good is None else good)
    assert bool(mended) is (good is not None)


@settings(deadline=None, max_examples=100, derandomize=True)
@given(st.integers(min_value=0, max_value=2**32))
def test_fixes_leave_the_meaning(seed: int) -> None:
    random = Random(seed)
    made = Generator(random, without=("getResource", "getResources"))
    statement = made.check(0) if random.random() < 0.5 else Contradicting(random).rule()
    rule = rule_of(respelled(text_of(rewritten(statement, lambda node: odder(node, random))), random))
    after, mended = fixed(rule, Settings(Shapes()))
    if not mended:
        return
    assert not [each for each in check_rule(after, Settings(Shapes())) if each.finding.edits]
    values = Contradicting(random)
    lists: Any = {"Ports": [22], "Names": ["a"], "Empty": []}
    for number in range(20):
        entity = values.entity() if number % 2 else made.entity(statement)
        now = "2024-06-01"
        before = rule.check({"type": "T", **entity}, now=now, lists=lists)
        assert after.check({"type": "T", **entity}, now=now, lists=lists).status == before.status


def odder(node: nodes.Expression, random: Random) -> nodes.Expression:
    """Now and then the same said in a way that there is a fix for."""
    if isinstance(node, (nodes.Compare, nodes.Membership, nodes.Like, nodes.And)) and random.random() < 0.2:
        return negation(negation(node))
    if isinstance(node, nodes.Like) and random.random() < 0.5:
        return nodes.Like(node.span, node.subject, "ab", node.negated)
    if isinstance(node, nodes.RegexMatch) and random.random() < 0.5:
        return nodes.RegexMatch(node.span, node.subject, random.choice(("12:", "/", "= ")), False, node.pattern_span)
    return node


def test_edits_go_from_the_end() -> None:
    found = check_rule(rule_of("T should have a == 1 and b <> 2"), Settings(SHAPES))
    edits = [edit for each in found for edit in each.finding.edits]
    assert edited("T should have a == 1 and b <> 2", edits) == "T should have a = 1 and b != 2"


# --- limits


@pytest.mark.parametrize(
    "condition",
    [
        " and ".join([f"x = {number}" for number in range(10_000)]),
        " and ".join([f"(a{number} = 1 or a{number + 1} = 2)" for number in range(2000)]),
        "x in (" + ",".join([f"'v{number}'" for number in range(10_000)]) + ") and x = 'a'",
        "xs contain [" * 16 + "a = 1 and b = 2 and " * 3000 + "c" + "]" * 16,
        "(not " * 98 + "a = 1" + ")" * 98,
        " and ".join([f"x > '20{number:02d}-01-01' and x < {number}" for number in range(99)]),
        " or ".join(["name like 'abc'"] * 8000),
        "\n# gsl: ignore[GSL301] x" * 8000 + "\nname == 'x'",
    ],
    ids=["and", "variables", "in", "nested", "not", "dates", "like", "ignores"],
)
def test_hostile_rules_take_bounded_time(condition: str) -> None:
    rule = rule_of(f"Server should have {condition}")
    start = time.process_time()
    check_rule(rule, Settings(SHAPES, True))
    assert time.process_time() - start < 10


def test_codes_are_chosen_by_their_beginning() -> None:
    assert chosen(("GSL2",), ("GSL208",), False) == {f"GSL20{number}" for number in range(1, 8)}
    assert "GSL401" not in chosen((), (), False)
    assert "GSL401" in chosen((), (), True) & chosen(("GSL401",), (), False)


def test_severities() -> None:
    assert {check.severity for check in CHECKS.values()} <= {"error", "warning", NOTE}
