"""Users out of the CSV of a credential report, row by row."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct

from gsl.collectors import credential_report as report
from gsl.collectors.parts import Entity, Part
from gsl.collectors.sources.telling import Fault, Given, untold, untold_by
from gsl.collectors.users import COLLECTORS

WHAT = "a credential report"
SOURCE = "credential-report"
EXPECTED = (
    "a CSV is an entity file only when it is a credential report of IAM: "
    "its first line names columns, `user` and `arn` among them"
)
_REPORT_CALLS = (report.GENERATE, report.GET)
_KEYS = ("access_key_1", "access_key_2")
_OF_A_KEY = {
    "isActive": "active",
    "lastRotated": "last_rotated",
    "lastUsedDate": "last_used_date",
    "lastUsedRegion": "last_used_region",
    "lastUsedService": "last_used_service",
}
COLUMNS = {
    "createDate": "user_creation_time",
    "passwordEnabled": "password_enabled",
    "passwordLastUsed": "password_last_used",
    "passwordLastChanged": "password_last_changed",
    "passwordNextRotation": "password_next_rotation",
    "mfaActive": "mfa_active",
    **{f"firstAccessKey.{key}": f"access_key_1_{column}" for key, column in _OF_A_KEY.items()},
    **{f"secondAccessKey.{key}": f"access_key_2_{column}" for key, column in _OF_A_KEY.items()},
    "firstCertificate.isActive": "cert_1_active",
    "firstCertificate.lastRotated": "cert_1_last_rotated",
    "secondCertificate.isActive": "cert_2_active",
    "secondCertificate.lastRotated": "cert_2_last_rotated",
}
"""The column that each path is made of."""

_TRUTHS = re.compile(r".*_(active|enabled)")
_DATES = re.compile(r".*_(time|rotated|last_used|date|changed|rotation)")
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)")
_WORDS = ("n/a", "no_information", "not_supported", "")


class _Header(Struct, frozen=True, eq=False):
    """The columns of a report, and the `_errors` that all its users have."""

    columns: tuple[str, ...]
    errors: list[dict[str, Any]]
    absent: tuple[str, ...]


def users(lines: Iterable[str]) -> Iterator[Given]:
    """The users of the lines of a report, and a fault for each row that cannot be used."""
    rows = csv.reader(lines, strict=True)
    try:
        header = _header(next((fields for fields in rows if fields), []))
        if header is None:
            yield Fault("not-a-credential-report", EXPECTED, 1)
            return
        yield from _users(rows, header)
    except csv.Error as error:
        what = "a quoted field does not end" if "unexpected end" in str(error) else str(error)
        yield Fault("invalid-csv", f"this is no valid CSV: {what}; what came before is used", rows.line_num)


def _users(rows: Any, header: _Header) -> Iterator[Given]:
    """Each row is held until the next one is there: only the last can be cut off."""
    held: tuple[list[str], int] | None = None
    try:
        for fields in rows:
            if held is not None and fields:
                yield _user(*held, header, is_last=False)
            held = (fields, rows.line_num) if fields else held
    except csv.Error:
        if held is not None:
            yield _user(*held, header, is_last=False)
        raise
    if held is not None:
        yield _user(*held, header, is_last=True)


def _header(fields: list[str]) -> _Header | None:
    columns = tuple([name.strip().lower() for name in fields])
    if not {"user", "arn"} <= set(columns):
        return None
    absent = tuple([path for path, column in COLUMNS.items() if column not in columns])
    errors = [untold(path, report.GET, f"this report has no column {COLUMNS[path]}") for path in absent]
    when = "the CSV does not say when it was made; the reply of `aws iam get-credential-report` does, as JSON"
    return _Header(columns, [*errors, untold("credentialReportGeneratedTime", report.GET, when), *_OTHERS], absent)


def _others() -> Iterator[dict[str, Any]]:
    """What no report says of a user."""
    for part in COLLECTORS[0].parts:
        calls = tuple([call for call in part.calls if call not in _REPORT_CALLS])
        if calls:
            yield from untold_by(WHAT, [Part(part.fills, calls, part.prepare)])


_OTHERS = list(_others())


def _user(fields: list[str], line: int, header: _Header, is_last: bool) -> Entity | Fault:
    if len(fields) < len(header.columns) or (is_last and _is_cut(header.columns[-1], fields[-1])):
        what = f"this row ends in its field {len(fields)} of {len(header.columns)}; it is left out"
        return Fault("truncated-csv", what, line)
    row = dict(zip(header.columns, report.rejoined(header.columns, fields), strict=True))
    account = row["arn"].split(":")[4:5]
    if not row["arn"].startswith("arn:") or not account:
        return Fault("invalid-csv", f"the arn of this row is none: {row['arn'][:100]!r}; the row is left out", line)
    return _entity(row, account[0], header)


def _is_cut(column: str, value: str) -> bool:
    """Whether the last field of a file is only the beginning of one."""
    value = value.strip()
    if value.lower() in _WORDS:
        return not value
    if _TRUTHS.fullmatch(column):
        return report.truth(value) is None
    return bool(_DATES.fullmatch(column)) and not _DATE.fullmatch(value)


def _entity(row: dict[str, str], account: str, header: _Header) -> Entity:
    root = row["user"] == report.ROOT
    entity = {
        "type": "IamUser",
        **report.user_of_row(row),
        "accountNumber": account,
        "region": None,
        **report.fields(row, None),
        "tags": [],
        "source": SOURCE,
        "collectedAt": None,
    }
    if root:
        entity["id"] = row["arn"]
    for path in header.absent:
        key, _, member = path.partition(".")
        if member:
            entity[key] = {**entity[key], member: None}
        else:
            entity[key] = None
    entity["_errors"] = header.errors if root else [_ID, *header.errors]
    return entity


_ID = untold_by(WHAT, [Part(("id",), (COLLECTORS[0].calls[-1],), COLLECTORS[0].parts[0].prepare)])[0]
