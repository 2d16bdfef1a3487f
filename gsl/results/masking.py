"""What reports show of a value: scalars cut short, lists and objects as their size, secrets not at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from gsl.semantics import values
from gsl.semantics.places import Uncollected
from gsl.semantics.values import UNKNOWN

LONGEST_VALUE = 200
"""Characters of a text that a report shows."""

SECRET_KEYS = frozenset(
    [
        "password",
        "passwd",
        "pwd",
        "passphrase",
        "secret",
        "secrets",
        "secretkey",
        "secretstring",
        "secretvalue",
        "secretaccesskey",
        "clientsecret",
        "sharedsecret",
        "token",
        "accesstoken",
        "refreshtoken",
        "sessiontoken",
        "authtoken",
        "bearertoken",
        "apitoken",
        "idtoken",
        "sastoken",
        "apikey",
        "privatekey",
        "signingkey",
        "encryptionkeyvalue",
        "accountkey",
        "sharedkey",
        "sharedaccesskey",
        "storagekey",
        "masterkey",
        "primarykey",
        "secondarykey",
        "connectionstring",
        "credential",
        "credentials",
        "authorization",
        "cookie",
        "userdata",
        "masteruserpassword",
    ]
)
"""Keys, in lower case without `_` and `-`, under which texts and numbers are masked."""

_GOOD_PART = 4
_SECRET_ENDINGS = (
    "password",
    "passwd",
    "passphrase",
    "secret",
    "secretkey",
    "privatekey",
    "apikey",
    "authtoken",
    "accesstoken",
    "connectionstring",
)
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*", re.ASCII)


def is_secret_key(key: str) -> bool:
    """Whether a key looks like that of a secret."""
    plain = key.replace("_", "").replace("-", "").lower()
    return plain in SECRET_KEYS or plain.endswith(_SECRET_ENDINGS)


def is_secret_path(path: str, value: Any) -> bool:
    """Whether a path leads to a secret: its last key looks like one, or an earlier one does and
    the value is a text that is no date."""
    *above, last = _WORD.findall(path) or [""]
    if is_secret_key(last):
        return True
    return isinstance(value, str) and values.date(value) is None and any([is_secret_key(word) for word in above])


def secret_texts(data: Any) -> frozenset[str]:
    """The texts of an entity that look like secrets, casefolded.

    Those under a secret-looking key, and the `value` beside a `key` or `name` that looks like one.
    """
    found: set[str] = set()
    pending = [data]
    while pending:
        current = pending.pop()
        if isinstance(current, list):
            pending += current
        elif isinstance(current, dict):
            pending += current.values()
            found.update(_secrets_of(current))
    return frozenset(found)


def _secrets_of(members: dict[str, Any]) -> Iterator[str]:
    names = [members.get(key) for key in ("key", "name", "Key", "Name")]
    named = any([isinstance(name, str) and is_secret_key(name) for name in names])
    for key, value in members.items():
        if isinstance(value, str) and value and (is_secret_key(key) or (named and key in ("value", "Value"))):
            yield value.casefold()


def holds_secret(value: Any, secrets: frozenset[str]) -> bool:
    """Whether a text holds one of an entity's secrets, or is a good part of one."""
    if not secrets or not isinstance(value, str) or not value:
        return False
    folded = value.casefold()
    return any([secret in folded or (len(folded) >= _GOOD_PART and folded in secret) for secret in secrets])


def shown(value: Any, secret: bool = False, cause: Uncollected | None = None) -> Any:
    """The value as a report carries it, as JSON.

    Texts are cut at 200 characters; a missing value is null; a list or object is
    `{"kind", "length"}`; what was not collected is `{"kind": "uncollected", ...}` with the failed
    operation; a secret is `{"kind": "masked"}`. Truth values are never secret.
    """
    if value is UNKNOWN:
        found = {"kind": "uncollected"}
        if cause is not None:
            told = {"operation": cause.operation, "code": cause.code, "message": cause.message}
            found |= {key: text for key, text in told.items() if text}
        return found
    kind = values.kind(value)
    if kind in ("list", "object"):
        return {"kind": kind, "length": len(value)}
    if kind in ("missing", "boolean"):
        return value if kind == "boolean" else None
    if secret:
        return {"kind": "masked"}
    return value[:LONGEST_VALUE] if kind == "text" else value


def shown_text(value: Any) -> str:
    """A value that `shown` gave, as people read it on one line."""
    if value is None:
        return "missing"
    if isinstance(value, dict):
        kind = value.get("kind", "")
        if kind == "uncollected":
            why = " ".join([value[key] for key in ("operation", "code") if value.get(key)])
            return f"not collected ({why})" if why else "not collected"
        return "masked" if kind == "masked" else f"{kind} of {value.get('length', 0)}"
    if isinstance(value, str):
        return "'" + value + "'"
    return values.text(value) or ""
