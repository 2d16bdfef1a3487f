"""IamRole, IamGroup, IamPolicy, IamServerCertificate, and Iam: the account's settings of IAM."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gsl.collectors import authorization as details
from gsl.collectors import credential_report as report
from gsl.collectors import policies
from gsl.collectors.parts import Call, Collector, Entity, Fill, Part, Raw, View
from gsl.collectors.users import VIRTUAL_DEVICES, the_report, virtual_devices
from gsl.collectors.wording import camel, instant

PASSWORD_POLICY = Call("iam", "get_account_password_policy", "PasswordPolicy", absent=("NoSuchEntity",))
SUMMARY = Call("iam", "get_account_summary", "SummaryMap")
ALIASES = Call("iam", "list_account_aliases", "AccountAliases")
CERTIFICATES = Call("iam", "list_server_certificates", "ServerCertificateMetadataList", arguments={"MaxItems": 1000})
_POLICY_NAMES = {
    "MinimumPasswordLength": "minPasswordLength",
    "RequireSymbols": "requireSymbols",
    "RequireNumbers": "requireNumbers",
    "RequireUppercaseCharacters": "requireUppercaseCharacter",
    "RequireLowercaseCharacters": "requireLowercaseCharacter",
    "AllowUsersToChangePassword": "allowUsersToChangePassword",
    "ExpirePasswords": "expirePasswords",
    "MaxPasswordAge": "maxPasswordAge",
    "PasswordReusePrevention": "passwordReusePrevention",
    "HardExpiry": "hardExpiry",
}
_FLAGS = (
    "accountMfaEnabled",
    "accountAccessKeysPresent",
    "accountSigningCertificatesPresent",
    "accountPasswordPresent",
)


def _roles(view: View) -> Iterator[tuple[Entity, Raw]]:
    for raw in details.raw_details(view, details.ROLES):
        profiles = [
            {"arn": each.get("Arn"), "name": each.get("InstanceProfileName")}
            for each in raw.get("InstanceProfileList") or ()
        ]
        yield (
            {
                **details.role(raw),
                "managedPolicies": details.managed(raw),
                "inlinePolicies": details.inline(raw.get("RolePolicyList")),
                "instanceProfiles": profiles,
            },
            raw,
        )


def _combined_of_role(view: View) -> Fill:
    policies.documents(view)

    def fill(entity: Entity, raw: Raw) -> None:
        entity["combinedPolicies"] = policies.combined(view, raw, "RolePolicyList")

    return fill


def _groups(view: View) -> Iterator[tuple[Entity, Raw]]:
    for raw in details.raw_details(view, details.GROUPS):
        yield (
            {
                **details.group(raw),
                "managedPolicies": details.managed(raw),
                "inlinePolicies": details.inline(raw.get("GroupPolicyList")),
            },
            raw,
        )


def _members(view: View) -> Fill:
    members: dict[str, list[str]] = {}
    for raw in details.raw_details(view, details.USERS):
        for name in raw.get("GroupList") or ():
            members.setdefault(name, []).append(raw.get("UserName"))

    def fill(entity: Entity, raw: Raw) -> None:
        entity["users"] = members.get(entity["name"], [])

    return fill


def _policies(view: View) -> Iterator[tuple[Entity, Raw]]:
    """The account's own policies, and those of AWS that somebody has."""
    for raw in details.raw_details(view, details.POLICIES):
        entity = details.policy(raw)
        if not entity["isAwsManaged"] or entity["attachmentCount"]:
            yield {**entity, "document": details.default_version(raw)}, raw


def _holders(kind: str) -> Callable[[View], Fill]:
    def prepare(view: View) -> Fill:
        found = policies.attached(view, kind)

        def fill(entity: Entity, raw: Raw) -> None:
            entity[kind] = found.get(entity["arn"], [])

        return fill

    return prepare


def server_certificate(raw: Mapping[str, Any]) -> Entity:
    """A certificate of `ListServerCertificates`."""
    return {
        "id": raw.get("ServerCertificateId"),
        "name": raw.get("ServerCertificateName"),
        "arn": raw.get("Arn"),
        "path": raw.get("Path"),
        "uploadDate": instant(raw.get("UploadDate")),
        "expiration": instant(raw.get("Expiration")),
    }


def _certificates(view: View) -> Iterator[tuple[Entity, Raw]]:
    for raw in view.items(CERTIFICATES):
        yield server_certificate(raw), raw


def _account(view: View) -> Iterator[tuple[Entity, Raw]]:
    yield {"id": view.account, "name": "IAM", "arn": f"arn:{view.partition}:iam::{view.account}:root"}, None


def password_policy(raw: Mapping[str, Any] | None) -> dict[str, Any]:
    """The password policy; all but `enabledInAccount` null when there is none."""
    found = raw or {}
    own = {ours: found.get(theirs) for theirs, ours in _POLICY_NAMES.items()}
    return {"enabledInAccount": raw is not None, **own}


def summary(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The account summary: what is there or not as booleans, the rest as numbers."""
    own = {camel(name).replace("MFA", "Mfa"): value for name, value in raw.items()}
    return {name: bool(value) if name in _FLAGS else value for name, value in own.items()}


def _summary(view: View) -> dict[str, Any]:
    return view.once("iam-summary", lambda: summary(view.value(SUMMARY)))


def _set(path: str, value: Callable[[View], Any]) -> Callable[[View], Fill]:
    """What fills a property with one value."""

    def prepare(view: View) -> Fill:
        made = value(view)

        def fill(entity: Entity, raw: Raw) -> None:
            entity[path] = made

        return fill

    return prepare


def _root_mfa(view: View) -> str:
    root = f"arn:{view.partition}:iam::{view.account}:root"
    if not _summary(view).get("accountMfaEnabled"):
        return "None"
    return "Virtual" if root in virtual_devices(view) else "Hardware"


_ACCOUNT_PARTS = (
    Part(
        ("passwordPolicy",),
        (PASSWORD_POLICY,),
        _set("passwordPolicy", lambda view: password_policy(view.value(PASSWORD_POLICY))),
    ),
    Part(("stats",), (SUMMARY,), _set("stats", _summary)),
    Part(("rootMfaType",), (SUMMARY, VIRTUAL_DEVICES), _set("rootMfaType", _root_mfa)),
    Part(("accountAlias",), (ALIASES,), _set("accountAlias", lambda view: next(iter(view.items(ALIASES)), None))),
    Part(
        ("credentialReportGeneratedTime",),
        (report.GENERATE, report.GET),
        _set("credentialReportGeneratedTime", lambda view: the_report(view).generated),
    ),
)

COLLECTORS = (
    Collector(
        "IamRole",
        "iam",
        (details.ROLES,),
        _roles,
        (Part(("combinedPolicies",), (details.POLICIES,), _combined_of_role),),
        is_global=True,
    ),
    Collector(
        "IamGroup", "iam", (details.GROUPS,), _groups, (Part(("users",), (details.USERS,), _members),), is_global=True
    ),
    Collector(
        "IamPolicy",
        "iam",
        (details.POLICIES,),
        _policies,
        (
            Part(("users",), (details.USERS,), _holders("users")),
            Part(("groups",), (details.GROUPS,), _holders("groups")),
            Part(("roles",), (details.ROLES,), _holders("roles")),
        ),
        is_global=True,
    ),
    Collector("Iam", "iam", (), _account, _ACCOUNT_PARTS, is_global=True),
    Collector("IamServerCertificate", "iam", (CERTIFICATES,), _certificates, is_global=True),
)
