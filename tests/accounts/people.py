"""Users, and the credential report that AWS would make of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from tests.accounts.dates import ago, text
from tests.accounts.world import BROKEN, FEDERATED, GOOD

ROOT = "<root_account>"
COLUMNS = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,"
    "mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,"
    "access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,"
    "access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,"
    "cert_2_last_rotated"
)


class Key(Struct, frozen=True):
    """An access key: how many days ago it was made, and last used."""

    made: float
    used: float | None = None
    active: bool = True


class Person(Struct, frozen=True):
    """A user: how many days ago they were made, and what they can sign in with.

    `password` is how many days ago the password was last changed, `signed_in` when it was used.
    """

    name: str
    made: float = 400
    password: float | None = None
    signed_in: float | None = None
    mfa: bool = False
    first: Key | None = None
    second: Key | None = None
    certificate: bool = False

    def row(self, account: str) -> list[str]:
        """The user's line of the credential report, in AWS's spelling."""
        is_root = self.name == ROOT
        arn = f"arn:aws:iam::{account}:" + ("root" if is_root else f"user/{self.name}")
        signed_in = text(ago(self.signed_in)) if self.signed_in is not None else "no_information"
        has_password = self.password is not None
        changed = text(ago(self.password)) if self.password is not None else "N/A"
        return [
            *(self.name, arn, text(ago(self.made))),
            *(_word(has_password), signed_in if has_password else "N/A"),
            *(("not_supported", "not_supported") if is_root else (changed, "N/A")),
            _word(self.mfa),
            *_key(self.first),
            *_key(self.second),
            *(_word(self.certificate), text(ago(self.made)) if self.certificate else "N/A"),
            *("false", "N/A"),
        ]


def _word(value: bool) -> str:
    return "true" if value else "false"


def _key(key: Key | None) -> list[str]:
    if key is None:
        return ["false", "N/A", "N/A", "N/A", "N/A"]
    used = ["N/A"] * 3 if key.used is None else [text(ago(key.used)), "eu-west-1", "s3"]
    return [_word(key.active), text(ago(key.made)), *used]


PEOPLE: dict[str, Sequence[Person]] = {
    BROKEN: (
        Person(ROOT, 2000, password=2000, signed_in=1, first=Key(2000, 3)),
        Person("console", password=300, signed_in=200),
        Person("at-once", 100, password=1, signed_in=1, mfa=True, first=Key(100, 1), second=Key(100, 1)),
        Person("keys", first=Key(300, 200), second=Key(300, 200)),
        Person("idle-keys", first=Key(20), second=Key(20, active=False)),
        Person("signer", first=Key(10, 1), certificate=True),
        *(Person("inline"), Person("administrator"), Person("quarantined")),
    ),
    GOOD: (
        Person(ROOT, 2000, password=2000, signed_in=400, mfa=True),
        Person(
            "console",
            password=10,
            signed_in=1,
            mfa=True,
            first=Key(300, 100, active=False),
            second=Key(200, 100, active=False),
        ),
        Person("machine", first=Key(30, 1), second=Key(300, 100, active=False)),
        Person("second-slot", first=Key(200, 100, active=False), second=Key(30, 1)),
        Person("newcomer", 3, first=Key(2)),
    ),
    FEDERATED: (Person(ROOT, 2000), Person("machine", first=Key(30, 1))),
}
"""The users of each account, root first."""

ROLES: dict[str, dict[str, tuple[float, float | None]]] = {
    BROKEN: {"idle": (400, 200), "never-used": (400, None)},
    GOOD: {"application": (400, 1)},
}
"""Roles that are older than the test: how many days ago they were made, and used."""


def report(account: str) -> bytes:
    """The credential report of an account."""
    return _lines([person.row(account) for person in PEOPLE[account]]).encode()


def _lines(rows: Iterable[list[str]]) -> str:
    return "\n".join([COLUMNS, *[",".join(row) for row in rows]])
