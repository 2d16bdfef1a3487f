"""Packs of bundled rules, and choosing among the bundled rules."""

from __future__ import annotations

import json

import pytest

from gsl.ruleset import bundled
from gsl.ruleset.packs import Pack, packs, rules_in
from tests.support import gsl


@pytest.mark.parametrize("name", sorted(packs()))
def test_every_pattern_of_a_pack_fits_a_rule(name: str) -> None:
    pack = packs()[name]
    rules = list(bundled.bundled().values())
    for pattern in pack.rules:
        assert any([Pack("one", "", (pattern,)).has(rule) for rule in rules]), pattern
    assert rules_in(name)
    assert pack.title


def test_no_pack_has_the_name_of_a_rule() -> None:
    assert not set(packs()) & set(bundled.bundled())


def test_all_has_every_rule() -> None:
    assert [rule.id for rule in rules_in("all") or ()] == list(bundled.bundled())


def test_a_pack_of_a_framework_has_what_maps_to_a_section() -> None:
    expected = [
        rule.id
        for rule in bundled.bundled().values()
        if any([name.startswith("AWS CIS") and sections for name, sections in rule.metadata.frameworks.items()])
    ]
    assert [rule.id for rule in rules_in("cis-aws") or ()] == expected


def test_unknown_pack() -> None:
    assert rules_in("cis") is None


def test_rules_lists_packs_and_frameworks() -> None:
    ran = gsl("rules", "--packs")
    assert ran.code == 0
    assert "cis-aws" in ran.out
    found = json.loads(gsl("rules", "--framework", "aws cis foundations v2*", "--json").out)
    assert "D9.AWS.IAM.79" in [rule["id"] for rule in found]
    listed = gsl("rules", "--framework", "AWS CIS Foundations v2.0.0").out.splitlines()
    assert "SECTIONS" in listed[0]
    assert any([line.split()[:4] == ["D9.AWS.IAM.79", "low", "IamUser", "1.11"] for line in listed])


def test_rules_of_names_there_are_not() -> None:
    ran = gsl("rules", "--framework", "AWS CIS Foundation v2.0.0")
    assert ran.code == 2
    assert "AWS CIS Foundations v2.0.0" in ran.err
    ran = gsl("rules", "--pack", "cis-awz")
    assert ran.code == 2
    assert "did you mean `cis-aws`" in ran.err
    assert gsl("rules", "D9.AWS.IAM.79", "--pack", "all").code == 2


def test_eval_takes_a_pack_and_names_near_ones() -> None:
    ran = gsl("eval", "cis-aws", "-", "--format", "json", stdin='[{"type": "IamUser", "id": "a"}]')
    assert "D9.AWS.IAM.79" in [rule["id"] for rule in ran.report["rules"]]
    ran = gsl("eval", "cis-awz", "-", stdin="[]")
    assert ran.code == 2
    assert "did you mean `cis-aws`" in ran.err
