"""KMS keys."""

from __future__ import annotations

from tests.accounts.documents import allow, document
from tests.accounts.world import Account


def _key(account: Account, name: str, policy: str | None = None) -> str:
    kms = account.client("kms")
    options = {} if policy is None else {"Policy": policy}
    made = kms.create_key(Description=name, **options)["KeyMetadata"]
    account.things[f"key {name}"] = made["KeyId"]
    return str(made["KeyId"])


def broken(account: Account) -> None:
    """A key for everyone, one that is disabled and one that is about to go."""
    kms = account.client("kms")
    _key(account, "for-everyone", document(allow("kms:*", Principal="*")))
    kms.disable_key(KeyId=_key(account, "disabled"))
    kms.schedule_key_deletion(KeyId=_key(account, "doomed"), PendingWindowInDays=7)


def good(account: Account) -> None:
    """A key that rotates."""
    root = {"AWS": f"arn:aws:iam::{account.number}:root"}
    account.client("kms").enable_key_rotation(KeyId=_key(account, "main", document(allow("kms:*", Principal=root))))
