"""IamUser: users and the root user, from the credential report and the account's authorization details."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gsl.collectors import authorization as details
from gsl.collectors import credential_report as report
from gsl.collectors import policies
from gsl.collectors.parts import Call, CallFailed, Collector, Entity, Fill, Part, Raw, View
from gsl.collectors.wording import tags

VIRTUAL_DEVICES = Call(
    "iam", "list_virtual_mfa_devices", "VirtualMFADevices", arguments={"MaxItems": 1000, "AssignmentStatus": "Assigned"}
)
REPORT_PATHS = (
    "passwordEnabled",
    "passwordLastUsed",
    "passwordLastChanged",
    "passwordNextRotation",
    "mfaActive",
    "firstAccessKey",
    "secondAccessKey",
    "firstCertificate",
    "secondCertificate",
    "credentialReportGeneratedTime",
)
DETAIL_PATHS = ("path", "tags", "managedPolicies", "inlinePolicies", "attachedGroups", "permissionsBoundary")
_NO_ROOT = ("aws-us-gov",)
"""Partitions whose accounts have no root user."""


def the_report(view: View) -> report.Report:
    """The account's credential report. Raises `CallFailed`."""
    return policies.at_home(view).once("iam-credential-report", lambda: report.fetched(policies.at_home(view)))


def _listing(view: View) -> Iterator[tuple[Entity, Raw]]:
    """The root user, then all others; those of the report alone when no better list is allowed."""
    yield from _root(view)
    try:
        found = details.raw_details(view, details.USERS)
        first = next(found, None)
    except CallFailed as failure:
        yield from _of_report(view, failure)
        return
    if first is not None:
        yield details.user(first), first
        for raw in found:
            yield details.user(raw), raw


def _root(view: View) -> Iterator[tuple[Entity, Raw]]:
    arn = f"arn:{view.partition}:iam::{view.account}:root"
    entity: Entity = {"id": arn, "name": report.ROOT, "arn": arn}
    try:
        row = the_report(view).row(arn)
    except CallFailed as failure:
        if view.partition in _NO_ROOT:
            return
        yield {**entity, "_errors": [failure.at("createDate")]}, None
        return
    if row is not None:
        yield {**entity, "createDate": report.date(row.get("user_creation_time"))}, None


def _of_report(view: View, failure: CallFailed) -> Iterator[tuple[Entity, Raw]]:
    try:
        found = the_report(view)
    except CallFailed:
        raise failure from None
    for arn in found.rows:
        row = found.row(arn) or {}
        if row.get("user") != report.ROOT:
            entity = {**report.user_of_row(row), "createDate": report.date(row.get("user_creation_time"))}
            yield {**entity, "_errors": [failure.at("id")]}, None


def _report_part(view: View) -> Fill:
    found = the_report(view)

    def fill(entity: Entity, raw: Raw) -> None:
        row = found.row(entity["arn"])
        if row is None:
            message = (
                f"the user is newer than the credential report of {found.generated}; AWS makes one every four hours"
            )
            raise CallFailed(report.GET, "NotInReport", message)
        own = report.fields(row, found.generated)
        own.pop("createDate")
        entity.update(own)

    return fill


def _details_part(view: View) -> Fill:
    next(details.raw_details(view, details.USERS), None)

    def fill(entity: Entity, raw: Raw) -> None:
        raw = raw or {}
        entity["path"] = raw.get("Path", "/")
        entity["managedPolicies"] = details.managed(raw)
        entity["inlinePolicies"] = details.inline(raw.get("UserPolicyList"))
        entity["attachedGroups"] = list(raw.get("GroupList") or ())
        entity["permissionsBoundary"] = details.boundary(raw)
        entity["tags"] = tags(raw.get("Tags"))

    return fill


def _combined_part(view: View) -> Fill:
    next(details.raw_details(view, details.USERS), None)
    policies.groups(view)
    policies.documents(view)

    def fill(entity: Entity, raw: Raw) -> None:
        raw = raw or {}
        entity["combinedPolicies"] = policies.combined(view, raw, "UserPolicyList", raw.get("GroupList"))

    return fill


def virtual_devices(view: View) -> frozenset[str]:
    """The ARNs of users who have a virtual MFA device; of the root user too."""
    return policies.at_home(view).once("iam-virtual-mfa", lambda: _virtual_devices(policies.at_home(view)))


def _virtual_devices(view: View) -> frozenset[str]:
    return frozenset([_owner(device, view) for device in view.items(VIRTUAL_DEVICES)])


def _owner(device: Any, view: View) -> str:
    serial = str(device.get("SerialNumber") or "")
    if serial.endswith(":mfa/root-account-mfa-device"):
        return f"arn:{view.partition}:iam::{view.account}:root"
    return str((device.get("User") or {}).get("Arn") or "")


def _virtual_part(view: View) -> Fill:
    devices = virtual_devices(view)

    def fill(entity: Entity, raw: Raw) -> None:
        entity["virtualMfaEnabled"] = entity["arn"] in devices

    return fill


def _kind_part(view: View) -> Fill:
    devices, found = virtual_devices(view), the_report(view)

    def fill(entity: Entity, raw: Raw) -> None:
        row = found.row(entity["arn"])
        if row is None:
            raise CallFailed(report.GET, "NotInReport", "the user is newer than the credential report")
        active = report.truth(row.get("mfa_active"))
        entity["mfaType"] = ("Virtual" if entity["arn"] in devices else "Hardware") if active else "None"

    return fill


_REPORT_CALLS = (report.GENERATE, report.GET)

COLLECTORS = (
    Collector(
        "IamUser",
        "iam",
        (*_REPORT_CALLS, details.USERS),
        _listing,
        (
            Part(REPORT_PATHS, _REPORT_CALLS, _report_part),
            Part(DETAIL_PATHS, (details.USERS,), _details_part),
            Part(("combinedPolicies",), (details.USERS, details.GROUPS, details.POLICIES), _combined_part),
            Part(("virtualMfaEnabled",), (VIRTUAL_DEVICES,), _virtual_part),
            Part(("mfaType",), (VIRTUAL_DEVICES, *_REPORT_CALLS), _kind_part),
        ),
        is_global=True,
    ),
)
