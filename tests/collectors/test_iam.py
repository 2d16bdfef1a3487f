"""IAM's entities fit their schemas, and say what the account says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gsl.collectors.table import COLLECTORS
from gsl.inventory.schemas import known_types
from tests.collectors import test_runs
from tests.collectors.plain_view import PlainPlace, check

session = test_runs.session
pytestmark = test_runs.pytestmark
TYPES = ["IamUser", "IamRole", "IamGroup", "IamPolicy", "Iam", "IamServerCertificate"]


@pytest.fixture(scope="module")
def entities(session: Any) -> list[dict[str, Any]]:
    iam = session.client("iam")
    document = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}
            ],
        }
    )
    iam.create_role(RoleName="web", AssumeRolePolicyDocument=document, Description="web")
    iam.create_instance_profile(InstanceProfileName="web")
    iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="web")
    iam.upload_server_certificate(ServerCertificateName="shop", CertificateBody="x", PrivateKey="y")
    iam.update_account_password_policy(MinimumPasswordLength=14, RequireNumbers=True)
    return test_runs._found(session, types=TYPES)


def test_every_type_has_a_schema() -> None:
    assert set(COLLECTORS) <= set(known_types())


@pytest.mark.parametrize("name", TYPES)
def test_entities_fit_their_schema(entities: list[dict[str, Any]], name: str) -> None:
    found = [each for each in entities if each["type"] == name]
    assert found
    for entity in found:
        check(COLLECTORS[name], entity, PlainPlace())


def test_a_role(entities: list[dict[str, Any]]) -> None:
    role = test_runs._one(entities, type="IamRole", name="web")
    assert role["assumeRolePolicy"]["Statement"][0]["Principal"] == {"Service": "ec2.amazonaws.com"}
    assert role["instanceProfiles"][0]["name"] == "web"
    assert role["combinedPolicies"] == []


def test_a_policy_names_who_has_it(entities: list[dict[str, Any]]) -> None:
    policy = test_runs._one(entities, type="IamPolicy", name="everything")
    assert [group["name"] for group in policy["groups"]] == ["readers"]
    assert policy["users"] == []
    assert policy["document"]["Statement"]["Action"] == "*"
    assert policy["isAwsManaged"] is False


def test_a_group_names_its_members(entities: list[dict[str, Any]]) -> None:
    assert test_runs._one(entities, type="IamGroup")["users"] == ["ann"]


def test_the_account(entities: list[dict[str, Any]]) -> None:
    account = test_runs._one(entities, type="Iam")
    assert account["passwordPolicy"]["enabledInAccount"] is True
    assert account["passwordPolicy"]["minPasswordLength"] == 14
    assert account["stats"]["accountMfaEnabled"] is False
    assert account["rootMfaType"] == "None"
    assert account["stats"]["users"] == 2
