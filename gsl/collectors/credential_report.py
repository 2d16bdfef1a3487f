"""The IAM credential report: asked for until it is there, and read whatever its columns and spellings are."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from gsl.collectors.parts import NEVER, Call, CallFailed, Entity, View
from gsl.collectors.wording import instant

GENERATE = Call("iam", "generate_credential_report")
GET = Call("iam", "get_credential_report")
ROOT = "<root_account>"

WAITS = (0.5, 1, 2, 4, 4, 8, 8, 8, 8, 8, 8)
"""Seconds between two looks at a report that is being made: about a minute in all."""

BACKING_OFF = (5, 10, 20, 40, 60)
"""Seconds between two attempts when AWS has no capacity for reports."""

_NOT_YET = frozenset(("ReportNotPresent", "ReportInProgress", "ReportExpired"))
_NOT_YET_NAMES = {
    "CredentialReportNotPresentException": "ReportNotPresent",
    "CredentialReportNotReadyException": "ReportInProgress",
    "CredentialReportExpiredException": "ReportExpired",
}
_NOTHING = frozenset(("", "n/a", "no_information", "not_supported"))
_MARK = "\x1f"


class Report(Struct, frozen=True, eq=False):
    """A credential report: its rows by ARN (packed, as there may be thousands), and when it was made."""

    columns: tuple[str, ...]
    rows: dict[str, str]
    generated: str | None

    def row(self, arn: str) -> dict[str, str] | None:
        """The row of a user; `None` of a user who is newer than the report."""
        packed = self.rows.get(arn)
        return None if packed is None else dict(zip(self.columns, packed.split(_MARK)))


def fetched(view: View, sleep: Callable[[float], object] = time.sleep) -> Report:
    """The report of an account, made if need be. Raises `CallFailed`."""
    waits = iter(WAITS)
    backing_off = iter(BACKING_OFF)
    while True:
        if _is_made(view, backing_off, sleep):
            found = _got(view)
            if found is not None:
                return found
        wait = next(waits, None)
        if wait is None:
            raise CallFailed(GENERATE, "ReportInProgress", "the report was not ready after a minute", view.region)
        sleep(wait)


def _is_made(view: View, backing_off: Iterator[float], sleep: Callable[[float], object]) -> bool:
    """Whether there is a report now; asks for one. Without capacity for a new one, an old one will do."""
    while True:
        try:
            return bool(view.value(GENERATE).get("State") == "COMPLETE")
        except CallFailed as failure:
            if failure.code not in ("LimitExceeded", "LimitExceededException"):
                raise
            if _is_there(view):
                return True
            wait = next(backing_off, None)
            if wait is None:
                raise
            sleep(wait)


def _is_there(view: View) -> bool:
    return _got(view) is not None


def _got(view: View) -> Report | None:
    try:
        reply = view.value(GET)
    except CallFailed as failure:
        if _NOT_YET_NAMES.get(failure.code, failure.code) in _NOT_YET:
            return None
        raise
    try:
        return parsed(reply.get("Content") or "", instant(reply.get("GeneratedTime")))
    except (ValueError, csv.Error) as fault:
        raise CallFailed(GET, "UnexpectedReply", str(fault), view.region) from None


def parsed(content: bytes | str, generated: str | None) -> Report:
    """A report of its CSV; columns by name, new ones too. Raises `ValueError` when it is none."""
    text = content.decode("utf-8-sig") if isinstance(content, bytes) else content.removeprefix("\ufeff")
    lines = csv.reader(io.StringIO(text, newline=""))
    columns = tuple([name.strip() for name in next(lines, [])])
    if not {"user", "arn"} <= set(columns):
        raise ValueError("a credential report begins with a line of columns, `user` and `arn` among them")
    rows: dict[str, str] = {}
    for fields in lines:
        if fields:
            row = rejoined(columns, fields)
            rows[row[columns.index("arn")]] = _MARK.join(row)
    return Report(columns, rows, generated)


def rejoined(columns: tuple[str, ...], fields: list[str]) -> list[str]:
    """The fields of a row, one for each column, where a comma in the user's name was not quoted.

    The ARN ends with the name, so the name is what makes that true.
    """
    surplus = len(fields) - len(columns)
    if surplus <= 0:
        return fields + [""] * -surplus
    at = columns.index("user")
    # The name fills one field and `extra` more; the ARN, which holds it too, one and as many.
    for extra in range(surplus + 1):
        name = ",".join(fields[at : at + 1 + extra])
        rest = fields[at + 1 + extra :]
        arn_end = surplus - extra
        arn = ",".join(rest[: 1 + arn_end])
        if columns[at + 1 : at + 2] == ("arn",) and (arn.endswith(f"/{name}") or name == ROOT):
            return [*fields[:at], name, arn, *rest[1 + arn_end :]]
    return fields[: len(columns)]


def truth(value: str | None) -> bool | None:
    """`true` and `false` in any case; `None` of anything else."""
    return {"true": True, "false": False}.get((value or "").strip().lower())


def date(value: str | None) -> str | None:
    """A date of the report as `2024-06-01T00:00:00Z`; `None` of its words for no date."""
    value = (value or "").strip()
    return None if value.lower() in _NOTHING else instant(value)


def word(value: str | None) -> str | None:
    """A text of the report; `None` of its words for nothing."""
    value = (value or "").strip()
    return None if value.lower() in _NOTHING else value


def fields(row: Mapping[str, str], generated: str | None) -> Entity:
    """What a row says of a user, under the names of the entity."""
    used = row.get("password_last_used")
    return {
        "createDate": date(row.get("user_creation_time")),
        "passwordEnabled": truth(row.get("password_enabled")),
        "passwordLastUsed": NEVER if (used or "").strip().lower() == "no_information" else date(used),
        "passwordLastChanged": date(row.get("password_last_changed")),
        "passwordNextRotation": date(row.get("password_next_rotation")),
        "mfaActive": truth(row.get("mfa_active")),
        "firstAccessKey": key(row, "access_key_1"),
        "secondAccessKey": key(row, "access_key_2"),
        "firstCertificate": _certificate(row, "cert_1"),
        "secondCertificate": _certificate(row, "cert_2"),
        "credentialReportGeneratedTime": generated,
    }


def key(row: Mapping[str, str], prefix: str) -> dict[str, Any]:
    """An access key of a row; an empty slot is one that is not active and whose dates are never."""
    return {
        "isActive": truth(row.get(f"{prefix}_active")) or False,
        "lastRotated": date(row.get(f"{prefix}_last_rotated")) or NEVER,
        "lastUsedDate": date(row.get(f"{prefix}_last_used_date")) or NEVER,
        "lastUsedRegion": word(row.get(f"{prefix}_last_used_region")),
        "lastUsedService": word(row.get(f"{prefix}_last_used_service")),
    }


def _certificate(row: Mapping[str, str], prefix: str) -> dict[str, Any]:
    return {
        "isActive": truth(row.get(f"{prefix}_active")) or False,
        "lastRotated": date(row.get(f"{prefix}_last_rotated")) or NEVER,
    }


def user_of_row(row: Mapping[str, str]) -> Entity:
    """A user of whom only the report is known."""
    return {"id": None, "name": row.get("user"), "arn": row.get("arn")}
