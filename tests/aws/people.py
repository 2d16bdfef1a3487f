"""The people of an account for the stub: users, groups, roles and policies, and the credential report in any state."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from tests.aws.stub import OWN, Answer, Asked, Refused, Reply

THEN = "2024-01-02T03:04:05+00:00"
COLUMNS = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,"
    "mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,"
    "access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,"
    "access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,"
    "cert_1_last_rotated,cert_2_active,cert_2_last_rotated"
)
_DEFAULTS = {
    "user_creation_time": THEN,
    "password_enabled": "true",
    "password_last_used": "no_information",
    "mfa_active": "false",
    "access_key_1_active": "true",
    "access_key_1_last_rotated": THEN,
    "access_key_2_active": "false",
    "cert_1_active": "false",
    "cert_2_active": "false",
}
ROOT = "<root_account>"
EVERYTHING = quote(
    json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
)
TRUST = quote(
    json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}
            ],
        }
    )
)


def arn(name: str, kind: str = "user", account: str = OWN, partition: str = "aws") -> str:
    """The ARN of a thing of IAM; that of the root user by its name in the report."""
    where = f"arn:{partition}:iam::{account}:"
    return f"{where}root" if name == ROOT else f"{where}{kind}/{name}"


def csv(
    names: Iterable[str],
    extra: Sequence[str] = (),
    rows: Mapping[str, Mapping[str, str]] | None = None,
    account: str = OWN,
    partition: str = "aws",
) -> str:
    """A credential report as AWS writes it: nothing is quoted, no line end after the last row.

    `extra` are columns that are new, `rows` what differs from the usual row.
    """
    columns = [*COLUMNS.split(","), *extra]
    lines = [",".join(columns)]
    for name in names:
        row = {"user": name, "arn": arn(name, "user", account, partition), **_DEFAULTS, **(rows or {}).get(name, {})}
        lines.append(",".join([row.get(column, "N/A") for column in columns]))
    return "\n".join(lines)


def report(text: str, generated: str = THEN) -> dict[str, Reply]:
    """The replies when the report is there."""
    return {
        "iam:GenerateCredentialReport": {"State": "COMPLETE"},
        "iam:GetCredentialReport": {"Content": text, "ReportFormat": "text/csv", "GeneratedTime": generated},
    }


def refused(code: str, status: int = 400) -> Answer:
    """An answer that is an error."""

    def answer(asked: Asked) -> Mapping[str, Any]:
        raise Refused(code, f"{code} it is", status)

    return answer


NOT_PRESENT = refused("ReportNotPresent", 410)
NOT_READY = refused("ReportInProgress", 404)
EXPIRED = refused("ReportExpired", 410)


def user(name: str, **more: Any) -> dict[str, Any]:
    """A user of GetAccountAuthorizationDetails."""
    return {
        "UserName": name,
        "UserId": f"AIDA{name.upper()}",
        "Path": "/",
        "Arn": arn(name),
        "CreateDate": THEN,
        "GroupList": [],
        "AttachedManagedPolicies": [],
        **more,
    }


def details(users: Iterable[Mapping[str, Any]], **others: Any) -> Answer:
    """What GetAccountAuthorizationDetails says, of the kinds that are asked for."""
    whole = {"UserDetailList": list(users), "GroupDetailList": [], "RoleDetailList": [], "Policies": [], **others}
    kinds = {
        "User": "UserDetailList",
        "Group": "GroupDetailList",
        "Role": "RoleDetailList",
        "LocalManagedPolicy": "Policies",
        "AWSManagedPolicy": "Policies",
    }

    def answer(asked: Asked) -> Mapping[str, Any]:
        wanted = {kinds[each] for each in asked.arguments.get("Filter") or kinds}
        return {name: found if name in wanted else [] for name, found in whole.items()}

    return answer
