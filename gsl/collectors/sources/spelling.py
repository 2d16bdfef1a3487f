"""From the names of AWS Config to those of AWS's calls: `ipPermissions` is `IpPermissions`, `vpcid` is `VpcId`."""

from __future__ import annotations

import json
from typing import Any

_ODD = {
    "awsaccountid": "AWSAccountId",
    "cacertificateidentifier": "CACertificateIdentifier",
    "dnsname": "DNSName",
    "iamdatabaseauthenticationenabled": "IAMDatabaseAuthenticationEnabled",
    "kmskeyarn": "KMSKeyArn",
    "kmsmasterkeyarn": "KMSMasterKeyArn",
    "kmsmasterkeyid": "KMSMasterKeyID",
    "multiaz": "MultiAZ",
    "ssealgorithm": "SSEAlgorithm",
    "ssedescription": "SSEDescription",
    "ssetype": "SSEType",
    "sslcertificateid": "SSLCertificateId",
    "snstopicarn": "SnsTopicARN",
    "trailarn": "TrailARN",
    "vpcid": "VpcId",
}
"""Names that are more than a small letter made large."""

_FREE = frozenset(("Tags", "Variables"))
"""Members whose keys are a user's words, when they are objects."""

_DATES = ("Date", "Time", "LastModified")
_MILLISECONDS = 100_000_000_000
"""Numbers from here on are no seconds since 1970, but milliseconds."""


def called(name: str) -> str:
    """A member as AWS's calls name it."""
    return _ODD.get(name.lower()) or name[:1].upper() + name[1:]


def as_called(value: Any, name: str = "") -> Any:
    """A value with the names of AWS's calls at all levels; dates in milliseconds become seconds."""
    if isinstance(value, dict):
        if name in _FREE:
            return value
        return {(own := called(key)): as_called(member, own) for key, member in value.items()}
    if isinstance(value, list):
        return [as_called(each) for each in value]
    if name.endswith(_DATES) and isinstance(value, (int, float)) and value > _MILLISECONDS:
        return value / 1000
    return value


def unpacked(value: Any) -> Any:
    """A value that may be written as JSON in a text, even twice; what is no JSON stays as it is."""
    for _ in range(2):
        if not isinstance(value, str):
            break
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            break
    return value
