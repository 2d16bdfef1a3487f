"""Every bundled rule on an account that is built to break it and on one that is built to pass it."""

from __future__ import annotations

import pytest

import gsl
from gsl.collectors.table import COLLECTORS
from gsl.results.summaries import RuleSummary
from tests.accounts.by_hand import BY_HAND
from tests.accounts.conftest import Checked, World
from tests.accounts.findings import FINDINGS
from tests.accounts.world import BROKEN, FEDERATED, GOOD
from tests.collectors.plain_view import PlainPlace, check

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning"),
    pytest.mark.xdist_group("accounts"),  # the world takes seconds to make: once will do
]

RULES = sorted(gsl.bundled())

ELSEWHERE = {"GSL.AWS.IAM.50": FEDERATED}
"""Rules whose pass leaves other rules nothing to look at: without passwords there are none to be good or bad."""

PASS_ON_MISSING = {
    "GSL.AWS.LOG.10": "an error that did not happen is not there",
    "GSL.AWS.LOG.11": "an error that did not happen is not there",
    "GSL.AWS.S3.09": "a website that is not there is what is wanted",
}
"""Rules that pass because something is missing, and why they are right to."""

NO_REPLIES = {
    "account:GetContactInformation": "contactInformation",
    "ec2:GetEbsDefaultKmsKeyId": "ebsDefaultKmsKeyId",
    "ec2:GetImageBlockPublicAccessState": "imageBlockPublicAccess",
    "ec2:GetInstanceMetadataDefaults": "imdsDefaults",
    "ec2:GetSnapshotBlockPublicAccessState": "snapshotBlockPublicAccess",
}
"""The calls that neither moto nor we answer, and what they fill; no rule reads it."""


def _summary(checked: Checked, rule: str) -> RuleSummary:
    return next(each for each in checked.report.rules if each.id == rule)


@pytest.mark.parametrize("rule", RULES)
def test_what_is_broken_fails(world: World, rule: str) -> None:
    broken = world.accounts[BROKEN]
    summary = _summary(broken, rule)
    assert summary.failed >= 1
    assert summary.errors == 0
    of_rule = [each for each in broken.report.findings if each.rule_id == rule]
    found = {broken.account.name_of(each.entity_id, each.entity_name) for each in of_rule}
    assert found == FINDINGS[rule]


@pytest.mark.parametrize("rule", RULES)
def test_what_is_good_passes(world: World, rule: str) -> None:
    good = world.accounts[ELSEWHERE.get(rule, GOOD)]
    summary = _summary(good, rule)
    failed = [each.entity_name or each.entity_id for each in good.report.findings if each.rule_id == rule]
    assert (failed, summary.errors) == ([], 0)
    assert summary.passed >= 1
    assert (summary.passed > summary.passed_on_missing) == (rule not in PASS_ON_MISSING)


def test_root_without_credentials_breaks_no_rule(world: World) -> None:
    """As in the members of an organization that manages root centrally."""
    summaries = {each.id: each for each in world.accounts[FEDERATED].report.rules}
    found = {number: summaries[f"GSL.AWS.IAM.{number}"].failed for number in ("01", "02", "03", "04", "05", "06")}
    assert found == dict.fromkeys(found, 0)


def test_no_rule_stumbles_over_an_account_with_next_to_nothing(world: World) -> None:
    assert {each.id: each.errors for each in world.accounts[FEDERATED].report.rules if each.errors} == {}


@pytest.mark.parametrize("number", [BROKEN, GOOD])
def test_rules_read_what_collectors_fill(world: World, number: str) -> None:
    assert [each.message for each in world.accounts[number].report.diagnostics] == []


@pytest.mark.parametrize("number", [BROKEN, GOOD, FEDERATED])
def test_entities_are_what_their_schemas_say(world: World, number: str) -> None:
    for entity in world.accounts[number].entities:
        own = {key: value for key, value in entity.items() if key != "_errors"}
        check(COLLECTORS[entity["type"]], own, PlainPlace(account=number))


@pytest.mark.parametrize("number", [BROKEN, GOOD])
def test_all_types_are_there(world: World, number: str) -> None:
    assert {each["type"] for each in world.accounts[number].entities} == set(COLLECTORS)


@pytest.mark.parametrize("number", [BROKEN, GOOD])
def test_only_known_calls_fail(world: World, number: str) -> None:
    failed = {f"{each.service}:{each.operation}" for each in world.accounts[number].problems}
    assert failed == set(NO_REPLIES)


def test_no_rule_is_left_out() -> None:
    assert set(FINDINGS) == set(RULES)


def test_every_answer_by_hand_is_asked_for(world: World) -> None:
    assert world.by_hand == {each.call for each in BY_HAND}
