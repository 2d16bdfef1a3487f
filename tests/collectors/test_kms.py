"""KMS keys: rotation only where there can be one, unreadable keys, aliases."""

from __future__ import annotations

from typing import Any

import pytest

from gsl.collectors import kms
from tests.collectors.canned import CannedView, client, failed_paths, failure
from tests.collectors.plain_view import PlainPlace, PlainView, check, collect

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

(KMS,) = kms.COLLECTORS
ROTATES = {"KeyManager": "CUSTOMER", "KeySpec": "SYMMETRIC_DEFAULT", "Origin": "AWS_KMS"}
KEYS = [{"KeyId": name, "KeyArn": f"arn:aws:kms:us-east-1:123456789012:key/{name}"} for name in ("one", "two")]


def test_mappers() -> None:
    assert kms.key(KEYS[0], PlainPlace())["id"] == "one"
    found = kms.described({**ROTATES, "Enabled": True, "KeyState": "Enabled", "CreationDate": "2024-01-01T00:00:00Z"})
    assert found["isCustomerManaged"] is True
    assert found["deletionDate"] == "0001-01-01T00:00:00Z"
    assert found["multiRegion"] is False


@pytest.mark.parametrize(
    "other",
    [
        {"KeyManager": "AWS"},
        {"KeySpec": "RSA_2048"},
        {"KeySpec": "HMAC_256"},
        {"Origin": "EXTERNAL"},
        {"Origin": "AWS_CLOUDHSM", "CustomKeyStoreId": "cks-1"},
    ],
)
def test_what_cannot_rotate(other: dict[str, str]) -> None:
    assert kms.can_rotate(ROTATES)
    assert not kms.can_rotate({**ROTATES, **other})


def test_a_key_that_may_not_be_looked_at_is_listed() -> None:
    def described(arguments: Any) -> Any:
        return failure("AccessDeniedException") if arguments["KeyId"] == "one" else ROTATES

    view = CannedView(
        {
            "kms:ListKeys": KEYS,
            "kms:ListAliases": [{"AliasName": "alias/b", "TargetKeyId": "two"}, {"AliasName": "alias/a"}],
            "kms:DescribeKey": described,
            "kms:GetKeyRotationStatus": {"KeyRotationEnabled": True, "RotationPeriodInDays": 90},
            "kms:GetKeyPolicy": '{"Statement": []}',
            "kms:ListResourceTags": [{"TagKey": "team", "TagValue": "data"}],
        }
    )
    one, two = collect(KMS, view)
    assert {"keyState", "isCustomerManaged", "rotationStatus"} <= failed_paths(one)
    assert one["policy"] == {"Statement": []}
    assert (two["rotationStatus"], two["rotationPeriodInDays"]) == (True, 90)
    assert (two["name"], two["aliases"], one["name"]) == ("alias/b", ["alias/b"], "one")
    assert two["tags"] == [{"key": "team", "value": "data"}]
    check(KMS, two, view)


def test_denied_aliases_cost_no_keys() -> None:
    view = CannedView({"kms:ListKeys": KEYS, "kms:DescribeKey": {**ROTATES, "KeyManager": "AWS"}})
    one, two = collect(KMS, view)
    assert failed_paths(one) == {"name", "aliases", "policy", "tags"}
    assert two["rotationStatus"] is None
    assert "kms:GetKeyRotationStatus" not in view.asked


def test_against_moto(endpoint: str) -> None:
    made = client(endpoint, "kms")
    rotating = made.create_key(Description="data", Tags=[{"TagKey": "team", "TagValue": "x"}])["KeyMetadata"]["KeyId"]
    made.enable_key_rotation(KeyId=rotating)
    made.create_alias(AliasName="alias/data", TargetKeyId=rotating)
    signing = made.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    made.schedule_key_deletion(KeyId=signing)
    view = PlainView(endpoint)
    found = {each["id"]: each for each in collect(KMS, view)}
    for each in found.values():
        check(KMS, each, view)
        assert "_errors" not in each
    assert found[rotating]["rotationStatus"] is True
    assert found[rotating]["name"] == "alias/data"
    assert found[rotating]["policy"]["Statement"]
    assert found[rotating]["tags"] == [{"key": "team", "value": "x"}]
    assert found[signing]["rotationStatus"] is None
    assert found[signing]["keyState"] == "PendingDeletion"
    assert found[signing]["deletionDate"] > "2024"
