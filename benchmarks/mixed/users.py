"""Twenty-five rules on users: passwords, MFA, access keys, policies."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from benchmarks.cases import Case, ago, check, newer, no, older, yes
from benchmarks.draws import Entity

CASES: list[Case] = []
rule = partial(check, CASES)
DAYS_30, DAYS_45, DAYS_90, DAYS_180, DAYS_365 = ago(30), ago(45), ago(90), ago(180), ago(365)


@rule(
    "IamUser where passwordEnabled = 'true' "
    "should not have createDate dateDifference(firstAccessKey.lastRotated, 'seconds') < 60"
)
def user_key_made_with_password(user: Entity) -> bool:
    if user.get("passwordEnabled") not in (True, "true"):
        return False
    key = user.get("firstAccessKey")
    rotated = key.get("lastRotated") if key else None
    if rotated is None or rotated == "N/A":
        return False
    apart = datetime.fromisoformat(user["createDate"]) - datetime.fromisoformat(rotated)
    return abs(apart.total_seconds()) < 60


@rule("IamUser where passwordEnabled = true should have mfaActive = true")
def user_console_has_mfa(user: Entity) -> bool:
    return yes(user.get("passwordEnabled")) and not yes(user.get("mfaActive"))


@rule("IamUser where passwordEnabled = true and mfaActive = true should have mfaType = 'Hardware'")
def user_mfa_is_hardware(user: Entity) -> bool:
    return yes(user.get("passwordEnabled")) and yes(user.get("mfaActive")) and user.get("mfaType") != "Hardware"


@rule("IamUser where passwordEnabled = true should not have passwordLastUsed before(-45, 'days')")
def user_console_used_in_45_days(user: Entity) -> bool:
    return yes(user.get("passwordEnabled")) and older(user.get("passwordLastUsed"), DAYS_45)


@rule("IamUser where passwordEnabled = true should not have passwordLastUsed before(-90, 'days')")
def user_console_used_in_90_days(user: Entity) -> bool:
    return yes(user.get("passwordEnabled")) and older(user.get("passwordLastUsed"), DAYS_90)


@rule(
    "IamUser where passwordEnabled = true and createDate before(-90, 'days') "
    "should not have passwordLastUsed = 'no_information'"
)
def user_console_ever_used(user: Entity) -> bool:
    return (
        yes(user.get("passwordEnabled"))
        and user.get("passwordLastUsed") == "no_information"
        and older(user.get("createDate"), DAYS_90)
    )


@rule("IamUser where passwordEnabled = true should have passwordLastChanged after(-90, 'days')")
def user_password_changed_in_90_days(user: Entity) -> bool:
    return yes(user.get("passwordEnabled")) and not newer(user.get("passwordLastChanged"), DAYS_90)


@rule("IamUser where passwordEnabled = true should not have passwordNextRotation in ('N/A', 'not_supported')")
def user_password_rotates(user: Entity) -> bool:
    return yes(user.get("passwordEnabled")) and user.get("passwordNextRotation") in ("N/A", "not_supported")


@rule("IamUser where firstAccessKey.isActive = true should not have firstAccessKey.lastRotated before(-90, 'days')")
def user_first_key_rotated_in_90_days(user: Entity) -> bool:
    key = user.get("firstAccessKey") or {}
    return yes(key.get("isActive")) and older(key.get("lastRotated"), DAYS_90)


@rule("IamUser where firstAccessKey.isActive = true should not have firstAccessKey.lastRotated before(-365, 'days')")
def user_first_key_rotated_in_a_year(user: Entity) -> bool:
    key = user.get("firstAccessKey") or {}
    return yes(key.get("isActive")) and older(key.get("lastRotated"), DAYS_365)


@rule("IamUser where secondAccessKey.isActive = true should not have secondAccessKey.lastRotated before(-90, 'days')")
def user_second_key_rotated_in_90_days(user: Entity) -> bool:
    key = user.get("secondAccessKey") or {}
    return yes(key.get("isActive")) and older(key.get("lastRotated"), DAYS_90)


@rule("IamUser where firstAccessKey.isActive = true should have firstAccessKey.lastUsedDate after(-90, 'days')")
def user_first_key_used_in_90_days(user: Entity) -> bool:
    key = user.get("firstAccessKey") or {}
    return yes(key.get("isActive")) and not newer(key.get("lastUsedDate"), DAYS_90)


@rule("IamUser where secondAccessKey.isActive = true should have secondAccessKey.lastUsedDate after(-90, 'days')")
def user_second_key_used_in_90_days(user: Entity) -> bool:
    key = user.get("secondAccessKey") or {}
    return yes(key.get("isActive")) and not newer(key.get("lastUsedDate"), DAYS_90)


@rule("IamUser should not have firstAccessKey.isActive = true and secondAccessKey.isActive = true")
def user_has_one_active_key(user: Entity) -> bool:
    first, second = user.get("firstAccessKey") or {}, user.get("secondAccessKey") or {}
    return yes(first.get("isActive")) and yes(second.get("isActive"))


@rule(
    "IamUser where passwordEnabled = false or passwordEnabled = null "
    "should not have firstAccessKey.isActive = true and firstAccessKey.lastUsedDate before(-180, 'days')"
)
def user_service_key_in_use(user: Entity) -> bool:
    enabled = user.get("passwordEnabled")
    if enabled is not None and not no(enabled):
        return False
    key = user.get("firstAccessKey") or {}
    return yes(key.get("isActive")) and older(key.get("lastUsedDate"), DAYS_180)


@rule(
    "IamUser where firstAccessKey.lastUsedService in ('sts', 'kms') "
    "should have firstAccessKey.lastUsedRegion in ('us_east_1', 'us_west_2', 'eu_west_1', 'eu_central_1')"
)
def user_first_key_used_where_allowed(user: Entity) -> bool:
    key = user.get("firstAccessKey") or {}
    return key.get("lastUsedService") in ("sts", "kms") and key.get("lastUsedRegion") not in (
        "us_east_1",
        "us_west_2",
        "eu_west_1",
        "eu_central_1",
    )


@rule("IamUser should not have managedPolicies contain [name = 'AdministratorAccess']")
def user_is_no_administrator(user: Entity) -> bool:
    return any(policy["name"] == "AdministratorAccess" for policy in user.get("managedPolicies") or ())


@rule("IamUser should not have managedPolicies contain [name like '%FullAccess' and arn like 'arn:aws:iam::aws:%']")
def user_has_no_full_access(user: Entity) -> bool:
    return any(
        policy["name"].endswith("FullAccess") and policy["arn"].startswith("arn:aws:iam::aws:")
        for policy in user.get("managedPolicies") or ()
    )


@rule("IamUser should have inlinePolicies isEmpty()")
def user_has_no_inline_policy(user: Entity) -> bool:
    return bool(user.get("inlinePolicies"))


@rule("IamUser where path = '/' should have attachedGroups length() > 0")
def user_is_in_a_group(user: Entity) -> bool:
    return user.get("path") == "/" and not user.get("attachedGroups")


@rule("IamUser where name like '%admin%' should have mfaActive = true and mfaType = 'Hardware'")
def user_admins_have_hardware_mfa(user: Entity) -> bool:
    return "admin" in user["name"] and not (yes(user.get("mfaActive")) and user.get("mfaType") == "Hardware")


@rule("IamUser where attachedGroups contain ['admins'] should have mfaActive = true")
def user_in_admins_has_mfa(user: Entity) -> bool:
    return "admins" in (user.get("attachedGroups") or ()) and not yes(user.get("mfaActive"))


@rule("IamUser where createDate before(-30, 'days') should have tags contain [key = 'cost-center' and value != null]")
def user_has_cost_center(user: Entity) -> bool:
    return older(user.get("createDate"), DAYS_30) and not any(
        tag["key"] == "cost-center" and tag["value"] is not None for tag in user.get("tags") or ()
    )


@rule("IamUser should not have firstCertificate.isActive = true or secondCertificate.isActive = true")
def user_has_no_certificate(user: Entity) -> bool:
    first, second = user.get("firstCertificate") or {}, user.get("secondCertificate") or {}
    return yes(first.get("isActive")) or yes(second.get("isActive"))


@rule(
    "IamUser where managedPolicies contain [name like 'Power%'] should have permissionsBoundary.arn like '%:policy/%'"
)
def user_with_power_is_bounded(user: Entity) -> bool:
    if not any(policy["name"].startswith("Power") for policy in user.get("managedPolicies") or ()):
        return False
    return ":policy/" not in ((user.get("permissionsBoundary") or {}).get("arn") or "")
