"""Credential reports in AWS's shape."""

from __future__ import annotations

ACCOUNT = "111122223333"
COLUMNS = (
    *("user", "arn", "user_creation_time", "password_enabled", "password_last_used", "password_last_changed"),
    *("password_next_rotation", "mfa_active"),
    *[
        f"access_key_{n}_{what}"
        for n in (1, 2)
        for what in ("active", "last_rotated", "last_used_date", "last_used_region", "last_used_service")
    ],
    *("cert_1_active", "cert_1_last_rotated", "cert_2_active", "cert_2_last_rotated"),
)
_NO_KEY = {"active": "false", "last_rotated": "N/A", "last_used_date": "N/A"}


def row(user: str = "ann", columns: tuple[str, ...] = COLUMNS, **cells: str) -> str:
    """A row of a user with a password and one key, made at once; other cells by column."""
    known = {
        "user": user,
        "arn": f"arn:aws:iam::{ACCOUNT}:user/{user}",
        "user_creation_time": "2024-05-15T08:00:00+00:00",
        "password_enabled": "true",
        "password_last_used": "no_information",
        "password_last_changed": "2024-05-15T08:00:00+00:00",
        "mfa_active": "false",
        "access_key_1_active": "true",
        "access_key_1_last_rotated": "2024-05-15T08:00:30+00:00",
        **{f"access_key_2_{name}": value for name, value in _NO_KEY.items()},
        "cert_1_active": "false",
        "cert_2_active": "false",
        **cells,
    }
    return ",".join(known.get(name, "N/A") for name in columns)


def root(**cells: str) -> str:
    """The row of the root user."""
    words = dict.fromkeys(("password_enabled", "password_last_changed", "password_next_rotation"), "not_supported")
    none = {"access_key_1_active": "false", "access_key_1_last_rotated": "N/A"}
    return row("<root_account>", COLUMNS, **{"arn": f"arn:aws:iam::{ACCOUNT}:root", **words, **none, **cells})


def report(*rows: str, columns: tuple[str, ...] = COLUMNS, end: str = "\n") -> str:
    """A report; like AWS's, its last line has no end."""
    return end.join([",".join(columns), *rows])
