"""Rule files: front matter, positions, ids, folders and exported rulesets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import gsl
from gsl.errors import Source
from gsl.ruleset.loading import RuleSetError, load_export, load_path, rule_of_text

RULE = "Thing should have a = 1"


def problems(text: str) -> list[tuple[str, int, int]]:
    with pytest.raises(gsl.RuleError) as caught:
        rule_of_text(Source(text, "x.gsl"))
    return [(each.code, each.span.line, each.span.column) for each in caught.value.problems]


def test_a_file_without_front_matter_is_named_after_itself(tmp_path: Path) -> None:
    file = tmp_path / "My.Rule.1.gsl"
    file.write_text("# what it is for\n" + RULE)
    rule = gsl.load(file)
    assert (rule.id, rule.title, rule.severity) == ("My.Rule.1", "My.Rule.1", None)
    assert rule.text == RULE


def test_front_matter_gives_the_metadata(tmp_path: Path) -> None:
    file = tmp_path / "x.gsl"
    front = (
        "id: A.1\ntitle: A title\nseverity: high\ncategory: C\ndescription: |\n  Two\n  lines\nremediation: do it\n"
        'frameworks:\n  F v1: ["1.10"]\n  G: []\nreferences: [https://example.com/a]'
    )
    file.write_text(f"\ufeff---\n{front}\n---\n{RULE}")
    rule = gsl.load(file)
    assert rule.id == "A.1"
    assert rule.metadata.description == "Two\nlines"
    assert rule.metadata.frameworks == {"F v1": ["1.10"], "G": []}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"---\nseverty: high\n---\n{RULE}", [("unknown-metadata", 2, 1)]),
        (f"---\nid: x\nseverity: grave\n---\n{RULE}", [("metadata-value", 3, 1)]),
        (f"---\nseverity: High\n---\n{RULE}", [("metadata-value", 2, 1)]),
        (f"---\ntitle: 5\n---\n{RULE}", [("metadata-value", 2, 1)]),
        (f"---\nframeworks:\n  F: [1.10]\n---\n{RULE}", [("metadata-value", 2, 1)]),
        (f"---\nreferences: https://example.com\n---\n{RULE}", [("metadata-value", 2, 1)]),
        (f"---\nid: x\nid: y\n---\n{RULE}", [("front-matter", 3, 1)]),
        (f"---\n- a\n---\n{RULE}", [("front-matter", 2, 1)]),
        (f"---\nid: [\n---\n{RULE}", [("front-matter", 3, 1)]),
        (f"---\nid: &a x\ntitle: *a\n---\n{RULE}", [("front-matter", 3, 8)]),
        (f"---\ntitle: !!int\n---\n{RULE}", [("front-matter", 1, 1)]),
        (f"---\ntitle: !!bool x\n---\n{RULE}", [("front-matter", 1, 1)]),
        (f"---\ntitle: !!timestamp x\n---\n{RULE}", [("front-matter", 1, 1)]),
        (f"---\nid: x\n{RULE}", [("unclosed-front-matter", 1, 1)]),
        ("---\nid: x\n---\nThing should have\n  a = $b and\n  c = 1", [("list-outside-in", 5, 7)]),
        ("---\nseverty: x\n---\nThing should have a nope()", [("unknown-metadata", 2, 1), ("unknown-function", 4, 21)]),
        ("---\nid: x\n---\n", [("empty-rule", 1, 1)]),
    ],
)
def test_every_problem_has_its_place_in_the_file(text: str, expected: list[tuple[str, int, int]]) -> None:
    assert problems(text) == expected


def test_windows_line_ends_keep_the_places() -> None:
    assert problems("---\r\nid: x\r\n---\r\nThing should have\r\n  a nope()") == [("unknown-function", 5, 5)]


def test_unknown_keys_come_with_a_suggestion() -> None:
    with pytest.raises(gsl.RuleError, match="did you mean `severity`"):
        rule_of_text(Source(f"---\nseverty: high\n---\n{RULE}", "x.gsl"))


def test_load_wants_one_rule(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.gsl").write_text(RULE)
    with pytest.raises(gsl.InputError, match="load_all"):
        gsl.load(tmp_path)
    assert [rule.id for rule in gsl.load_all(tmp_path)] == ["a", "b"]
    with pytest.raises(gsl.InputError, match="no-such-file"):
        gsl.load(tmp_path / "nowhere.gsl")


def test_load_all_tells_every_error_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.gsl").write_text("Thing shuld have x")
    (tmp_path / "b.gsl").write_bytes(b"\xff")
    (tmp_path / "c.gsl").write_text(RULE)
    with pytest.raises(RuleSetError) as caught:
        gsl.load_all(tmp_path)
    assert len(caught.value.errors) == 2
    assert "a.gsl:1:7" in str(caught.value)


@pytest.mark.parametrize(
    ("rules", "ids"),
    [
        ([{"ruleId": "R1", "id": 9, "name": "n", "logic": RULE}], ["R1"]),
        ([{"id": 9, "name": "n", "logic": RULE}], ["9"]),
        ([{"name": "D9.AWS.IAM.600 title", "logic": RULE}], ["D9.AWS.IAM.600"]),
        ([{"name": "some name", "logic": RULE}], ["some name"]),
        ([{"logic": RULE}], ["set"]),
        ([{"name": "n", "logic": RULE}, {"name": "n", "logic": RULE}], ["n"]),
        ([{"name": "n", "logic": RULE}, {"name": "n", "logic": "Thing should have b"}], ["n", "n #2"]),
    ],
)
def test_ids_of_exported_rules(tmp_path: Path, rules: list[dict[str, object]], ids: list[str]) -> None:
    file = tmp_path / "set.json"
    file.write_text(json.dumps({"rules": rules}))
    loaded = load_path(file)
    assert loaded.errors == []
    assert [rule.id for rule in loaded.rules] == ids


def test_exported_metadata_is_kept() -> None:
    given = {
        "name": "n",
        "severity": "Critical",
        "logic": RULE,
        "description": "d",
        "remediation": "r",
        "complianceTag": "c",
    }
    (rule,) = load_export(json.dumps([given]), "set.json").rules
    metadata = rule.metadata
    assert (metadata.title, metadata.severity, metadata.category) == ("n", "critical", "c")
    assert (metadata.description, metadata.remediation) == ("d", "r")


def test_one_id_with_two_logics_across_files_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"rules": [{"ruleId": "R", "logic": RULE}]}))
    (tmp_path / "b.json").write_text(json.dumps({"rules": [{"ruleId": "R", "logic": "Thing should have b"}]}))
    (tmp_path / "c.json").write_text(json.dumps({"rules": [{"ruleId": "R", "logic": "Thing  should have a=1"}]}))
    loaded = load_path(tmp_path)
    assert [rule.id for rule in loaded.rules] == ["R"]
    assert len(loaded.errors) == 1
    assert "a.json" in str(loaded.errors[0])
    assert "b.json" in str(loaded.errors[0])


@pytest.mark.parametrize("content", ["{", "5", '{"rules": 5}', '{"name": "x"}', '{"rules": []} x'])
def test_what_is_no_ruleset(tmp_path: Path, content: str) -> None:
    file = tmp_path / "set.json"
    file.write_text(content)
    loaded = load_path(file)
    assert loaded.rules == []
    assert len(loaded.errors) == 1
    assert str(file) in str(loaded.errors[0])


def test_an_unknown_severity_in_an_export_is_said() -> None:
    rules = [{"name": "n", "severity": "Hgh", "logic": RULE}, {"name": "m", "severity": "High", "logic": RULE}]
    loaded = load_export(json.dumps(rules), "set.json")
    assert [(each.code, "did you mean `high`?" in each.message) for each in loaded.warnings] == [
        ("unknown-severity", True)
    ]
    assert [rule.severity for rule in loaded.rules] == [None, "high"]
