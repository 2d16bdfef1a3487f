"""What rules need of entities, so that nothing else is collected."""

from __future__ import annotations

import pytest

import gsl
from gsl.ruleset.needs import needs_of

CASES = [
    ("IamUser where a.b = 1 should have c", {"IamUser": {"a.b", "c"}}),
    (
        "S3Bucket should have policy.Statement contain [Effect = 'Deny' and ~name = 'x']",
        {"S3Bucket": {"policy.Statement", "name"}},
    ),
    ("S3Bucket should have ~getValue('acl.grants') isEmpty()", {"S3Bucket": {"acl.grants"}}),
    ("S3Bucket should have $ length() > 3", {"S3Bucket": None}),
    ("S3Bucket should have length() > 3", {"S3Bucket": None}),
    ("S3Bucket should not have tags contain [~ regexMatch /x/]", {"S3Bucket": None}),
    ("List<CloudTrail> should have items contain [status.isLogging = true]", {"CloudTrail": {"status.isLogging"}}),
    ("List<CloudTrail> should have items length() > 0", {"CloudTrail": set()}),
    (
        "Instance should have getResource('SecurityGroup', group, 'id') getValue('inboundRules') isEmpty()",
        {"Instance": {"group"}, "SecurityGroup": {"id", "inboundRules"}},
    ),
    ("Instance should have a exclude b = 1", {"Instance": {"a", "b"}}),
    ("AWS_IAM_Role should have a", {"AWS_IAM_Role": {"a"}}),
    ("true", {}),
]


@pytest.mark.parametrize(("rule", "expected"), CASES)
def test_needs_of_a_rule(rule: str, expected: dict[str, set[str] | None]) -> None:
    needs = needs_of([gsl.parse(rule)])
    assert {name: None if paths is None else set(paths) for name, paths in needs.items()} == expected


def test_needs_of_several_rules_are_put_together() -> None:
    rules = [gsl.parse(text) for text in ("IamUser should have a", "IamUser should have b.c", "VPC should have d")]
    assert needs_of(rules) == {"IamUser": frozenset(("a", "b.c")), "VPC": frozenset(("d",))}
