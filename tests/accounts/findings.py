"""Which entities of the broken account each rule objects to, by the names that the builders know them by."""

from __future__ import annotations

from tests.accounts.alarms import PATTERNS
from tests.accounts.network import OPEN_GROUPS, PORTS, WIDE_OPEN, name_of
from tests.accounts.people import ROOT
from tests.accounts.world import BROKEN

_OF_ONE = {
    "IAM": ("01", "02", "03", "13", "14", "15", "16", "17", "18", "19", "47"),
    BROKEN: ("30", "31"),
}
"""Rules on IAM of which there is one entity in an account."""

_IAM = {
    "04": {ROOT},
    "05": {ROOT, "console"},
    "06": {"console"},
    "07": {"keys"},
    "08": {"keys"},
    "09": {ROOT, "at-once", "keys"},
    "10": {"at-once", "keys"},
    "11": {"at-once", "keys"},
    "12": {"at-once"},
    "20": {"administrator", "inline", "quarantined"},
    "21": {"everything"},
    "22": {"AdministratorAccess"},
    "23": {"inline"},
    "24": {"inline-administrator"},
    "25": {"administrators"},
    "26": {"List<IamRole>"},
    "27": {"in-default-vpc", "classic"},
    "28": {"expired"},
    "29": {"N. Virginia"},
    "32": {"List<IamPolicy>"},
    "33": {"passes-all-roles"},
    "34": {"all-but-iam"},
    "35": {"for-anyone"},
    "36": {"for-a-stranger"},
    "37": {"for-a-user-of-a-stranger"},
    "38": {"for-all-of-github"},
    "39": {ROOT, "at-once"},
    "40": {"idle-keys"},
    "41": {"administrator", "console", "idle-keys", "inline", "keys", "quarantined"},
    "42": {"administrator"},
    "43": {"administrators"},
    "44": {"idle", "never-used"},
    "45": {"all-but-iam", "passes-all-roles"},
    "46": {"quarantined"},
    "48": {"expiring"},
    "49": {"signer"},
    "50": {"at-once", "console"},
}
_INSTANCES = ("administrator", "own-administrator", "inline-administrator", "classic", "in-default-vpc")
_EC2 = {
    "01": {"loose volume", *[f"disk of {name}" for name in _INSTANCES]},
    "02": {"N. Virginia"},
    "03": {"administrator", "classic", "in-default-vpc"},
    "04": {"administrator"},
    "05": {"administrator", "own-administrator", "inline-administrator"},
    "06": {"administrator"},
    "07": set(_INSTANCES),
    "08": {"classic"},
    "09": {"classic", "in-default-vpc"},
    "10": {"loose volume"},
    "11": {"public snapshot"},
    "12": {"public snapshot", "snapshot of old"},
    "13": {"image old"},
    "14": {"image old"},
    "15": {"address"},
}
_LOG = {
    "01": {"List<CloudTrail>"},
    "02": {"bare", "unheard"},
    "03": {"bare", "unheard"},
    "04": {"bare", "unheard"},
    "05": {"bare"},
    "06": {"N. Virginia"},
    "07": {"bare", "unheard"},
    "08": {"List<CloudTrail>"},
    "09": {"List<CloudTrail>"},
    "10": {"bare", "unheard"},
    "11": {"unheard"},
    "12": {"N. Virginia"},
    "13": {"List<Region>"},
}
_OTHERS = {
    "D9.AWS.IAM.79": {ROOT, "at-once"},
    "GSL.AWS.KMS.01": {"key for-everyone"},
    "GSL.AWS.KMS.02": {"key for-everyone"},
    "GSL.AWS.KMS.03": {"key doomed"},
    "GSL.AWS.KMS.04": {"key disabled"},
    "GSL.AWS.LAM.02": {"for-everyone", "own-administrator"},
    "GSL.AWS.S3.05": {BROKEN},
    "GSL.AWS.NET.01": {"open-tcp-22", "open-tcp-3389", "open-udp-3380-3390", *WIDE_OPEN} - {"open-v6-all"},
    "GSL.AWS.NET.02": {"open-v6-all", "open-v6-tcp-22"},
    "GSL.AWS.NET.03": {"acl", "acl of default vpc"},
    "GSL.AWS.NET.04": {"default"},
    "GSL.AWS.NET.28": set(WIDE_OPEN),
    "GSL.AWS.NET.29": {"default", *OPEN_GROUPS},
    "GSL.AWS.NET.30": {*OPEN_GROUPS} - {"open-tcp-22", "open-https"},
    "GSL.AWS.NET.31": {"vpc", "default vpc"},
    "GSL.AWS.NET.32": {"subnet-a", *[f"default subnet {zone}" for zone in "abcdef"]},
}
_BALANCERS = {
    "classic-old": ("01", "05", "08"),
    "application-old": ("02", "04", "06", "09", "11", "12"),
    "network-old": ("03", "07", "10", "13"),
}


def _numbered(prefix: str, names: dict[str, set[str]]) -> dict[str, set[str]]:
    return {f"GSL.AWS.{prefix}.{number}": found for number, found in names.items()}


def _grouped(prefix: str, numbers: dict[str, tuple[str, ...]]) -> dict[str, set[str]]:
    return {f"GSL.AWS.{prefix}.{each}": {name} for name, of_name in numbers.items() for each in of_name}


def _ports() -> dict[str, set[str]]:
    found = {rule: {*WIDE_OPEN, *[name_of(*each) for each in ports]} for rule, ports in PORTS.items()}
    found["GSL.AWS.NET.05"].add("open-v6-tcp-22")
    return found


FINDINGS: dict[str, set[str]] = {
    **_OTHERS,
    **_numbered("IAM", _IAM),
    **_grouped("IAM", _OF_ONE),
    **_numbered("EC2", _EC2),
    **_numbered("LOG", _LOG),
    **_grouped("ELB", _BALANCERS),
    **_ports(),
    **{rule: {"List<CloudTrail>"} for rule in PATTERNS},
    **_grouped("MON", {"N. Virginia": ("16", "17", "18")}),
    **_grouped("RDS", {"careless": ("01", "02", "03", "04", "05", "06", "07", "08", "09", "10")}),
    **_grouped("RDS", {"careless-snapshot": ("11", "12")}),
    **_grouped("DDB", {"careless": ("01", "02", "03")}),
    **_grouped("LAM", {"for-everyone": ("01", "03", "04", "05")}),
    **_grouped("EFS", {"files": ("01", "02", "03")}),
    **_grouped("S3", {f"open-{BROKEN}": ("01", "02", "03", "04", "06", "07", "08", "09", "10", "11", "12")}),
}
"""Every bundled rule with the names of what it finds."""
