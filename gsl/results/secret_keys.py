"""Which keys, and which paths through them, look like those of secrets."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from gsl.semantics import values

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
        "userdatabase64",
        "customdata",
        "masteruserpassword",
    ]
)
"""Keys, in lower case without `_` and `-`, under which texts and numbers are masked."""

SECRET_ENDINGS = (
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "secret",
    "secretkey",
    "secretaccesskey",
    "privatekey",
    "apikey",
    "accountkey",
    "sharedaccesskey",
    "token",
    "connectionstring",
    "userdata",
)
"""What other such keys end in."""

INNOCENT_ENDINGS = (
    "nexttoken",
    "continuationtoken",
    "paginationtoken",
    "clienttoken",
    "requesttoken",
    "creationtoken",
    "idempotencytoken",
)
"""Endings of AWS's keys of tokens that give nobody access: places in lists, and marks of requests."""

_MOST_CACHED = 4096
_LONGEST_CACHED = 200
"""Keys and paths recur from entity to entity; those of hostile length are not kept."""

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*", re.ASCII)


def is_secret_key(key: str) -> bool:
    """Whether a key looks like that of a secret."""
    return _known_key(key) if len(key) <= _LONGEST_CACHED else _looks_secret(key)


def _looks_secret(key: str) -> bool:
    plain = key.replace("_", "").replace("-", "").lower()
    return plain in SECRET_KEYS or (plain.endswith(SECRET_ENDINGS) and not plain.endswith(INNOCENT_ENDINGS))


_known_key = lru_cache(_MOST_CACHED)(_looks_secret)


def is_secret_path(path: str, value: Any) -> bool:
    """Whether a path leads to a secret: its last key looks like one, or an earlier one does and
    the value is a text that is no date."""
    return is_secret_at(keys_of(path), value)


Keys = tuple[bool, bool]
"""Whether the last key of a path looks like a secret's, and whether an earlier one does."""

SECRET: Keys = (True, False)


def is_secret_at(keys: Keys, value: Any) -> bool:
    """Whether a value below some keys is a secret."""
    last, above = keys
    return last or (above and isinstance(value, str) and values.date(value) is None)


def keys_of(path: str) -> Keys:
    """What a path has of secret keys."""
    return keys_below((False, False), path)


def keys_below(keys: Keys, path: str) -> Keys:
    """The keys of a path that goes on from another one."""
    found = _known_path(path) if len(path) <= _LONGEST_CACHED else _secret_keys(path)
    if found is None:
        return keys
    last, above = found
    return last, above or keys[0] or keys[1]


def _secret_keys(path: str) -> Keys | None:
    """What a path has of secret keys; `None` when there is no key in it."""
    words = _WORD.findall(path)
    if not words:
        return None
    return is_secret_key(words[-1]), any([is_secret_key(word) for word in words[:-1]])


_known_path = lru_cache(_MOST_CACHED)(_secret_keys)
