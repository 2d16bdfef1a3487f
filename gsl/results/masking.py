"""What reports show of a value: scalars cut short, lists and objects as their size, secrets not at all."""

from __future__ import annotations

import re
from functools import lru_cache
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

_NAMING = ("key", "name", "Key", "Name")
_VALUES = ("value", "Value")
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
_MOST_CACHED = 4096
_LONGEST_CACHED = 200
_MOST_SHAPES = 1000
_LONGEST_KEYS = 1000
"""Keys and paths recur from entity to entity; those of hostile length are not kept."""

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*", re.ASCII)


def is_secret_key(key: str) -> bool:
    """Whether a key looks like that of a secret."""
    return _known_key(key) if len(key) <= _LONGEST_CACHED else _looks_secret(key)


def _looks_secret(key: str) -> bool:
    plain = key.replace("_", "").replace("-", "").lower()
    return plain in SECRET_KEYS or plain.endswith(_SECRET_ENDINGS)


_known_key = lru_cache(_MOST_CACHED)(_looks_secret)


def is_secret_path(path: str, value: Any) -> bool:
    """Whether a path leads to a secret: its last key looks like one, or an earlier one does and
    the value is a text that is no date."""
    return _is_secret_at(_keys_of(path), value)


_Keys = tuple[bool, bool]
"""Whether the last key of a path looks like a secret's, and whether an earlier one does."""

_SECRET = (True, False)


def _is_secret_at(keys: _Keys, value: Any) -> bool:
    last, above = keys
    return last or (above and isinstance(value, str) and values.date(value) is None)


def _keys_of(path: str) -> _Keys:
    return _below((False, False), path)


def _below(keys: _Keys, path: str) -> _Keys:
    """The keys of a path that goes on from another one."""
    found = _known_path(path) if len(path) <= _LONGEST_CACHED else _secret_keys(path)
    if found is None:
        return keys
    last, above = found
    return last, above or keys[0] or keys[1]


def _secret_keys(path: str) -> _Keys | None:
    """What a path has of secret keys; `None` when there is no key in it."""
    words = _WORD.findall(path)
    if not words:
        return None
    return is_secret_key(words[-1]), any([is_secret_key(word) for word in words[:-1]])


_known_path = lru_cache(_MOST_CACHED)(_secret_keys)


def secret_texts(data: Any) -> frozenset[str]:
    """The texts of an entity that look like secrets, casefolded.

    Those under a secret-looking key, and the `value` beside a `key` or `name` that looks like one.
    """
    found: list[Any] = []
    pending: list[Any] = [[data]]
    for current in pending:  # it grows meanwhile
        members = current
        if current.__class__ is dict:
            keys = tuple(current)
            secret, named = _known_keys.get(keys) or _secrets_among(keys)
            if secret:
                found += [current[key] for key in secret]
            if named:
                found += _named_secrets(current)
            members = current.values()
        for each in members:
            if each.__class__ is dict or each.__class__ is list:
                pending.append(each)
    return frozenset([text.casefold() for text in found if text.__class__ is str and text])


_known_keys: dict[tuple[str, ...], tuple[tuple[str, ...], bool]] = {}
"""Of objects with the same keys, of which there are mostly many, what `_secrets_among` gives."""


def _secrets_among(keys: tuple[str, ...]) -> tuple[tuple[str, ...], bool]:
    """Those of an object's keys that look like a secret's, and whether a name may stand beside a `value`."""
    found = tuple([key for key in keys if is_secret_key(key)]), "value" in keys or "Value" in keys
    if sum(map(len, keys)) <= _LONGEST_KEYS:
        if len(_known_keys) >= _MOST_SHAPES:
            _known_keys.clear()
        _known_keys[keys] = found
    return found


def _named_secrets(members: dict[str, Any]) -> list[str]:
    """The texts under `value` beside a `key` or `name` that looks like a secret's."""
    if not _names_secret(members):
        return []
    return [text for key in _VALUES if isinstance(text := members.get(key), str) and text]


def _names_secret(members: dict[str, Any]) -> bool:
    """Whether an object has a `key` or `name` that looks like a secret's."""
    return any([name.__class__ is str and is_secret_key(name) for name in map(members.get, _NAMING)])


class Secrets:
    """The secret texts of an entity, looked for when a text is to be shown."""

    def __init__(self, data: Any, more: frozenset[str] = frozenset()) -> None:
        self.data = data
        self._more = more
        self._texts: frozenset[str] | None = None

    @property
    def texts(self) -> frozenset[str]:
        """What `secret_texts` gives."""
        if self._texts is None:
            self._texts = secret_texts(self.data) | self._more
        return self._texts

    @property
    def are_none(self) -> bool:
        """Whether they were looked for, and there are none."""
        return self._texts is not None and not self._texts


def is_maskable(value: Any) -> bool:
    """Whether a value is masked where it is secret: a text or a number."""
    return isinstance(value, (str, int, float)) and not isinstance(value, bool)


def holds_secret(value: Any, entity: Secrets) -> bool:
    """Whether a text holds one of an entity's secrets, or is a good part of one."""
    if not isinstance(value, str) or not value or entity.are_none:
        return False
    if values.date(value) is not None or not entity.texts:
        return False
    secrets = entity.texts
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


_REST = "..."
_MASKED = "<masked>"
_DEEPEST = 40
_MOST_PARTS = 10_000
_LONGEST_TEXT = 10_000
_MOST_LOOKS = 1_000_000
"""Texts of a copy times secrets of the entity: beyond, every text is masked."""


def entity_copy(data: dict[str, Any], secrets: Secrets) -> dict[str, Any]:
    """An entity as reports carry it that were asked to: secrets masked, and `...` for what is beyond 10,000
    values, 10,000 characters of a text, or 40 levels."""
    copy: dict[str, Any] = _Copy(secrets, _MOST_PARTS, _LONGEST_TEXT).of(data, _keys_of(""), 0)
    return copy


def bounded_copy(value: Any, path: str, secrets: Secrets, most: int) -> Any:
    """A value of an entity to be shown as JSON: secrets masked, texts cut, `...` for what is beyond `most` parts."""
    return _Copy(secrets, most).of(value, _keys_of(path), 0)


class _Copy:
    """Copies until it has copied enough."""

    def __init__(self, secrets: Secrets, most: int, longest: int = LONGEST_VALUE) -> None:
        self._secrets = secrets
        self._left = most
        self._longest = longest
        self._looks = _MOST_LOOKS

    def of(self, value: Any, keys: _Keys, depth: int) -> Any:
        """The copy of what stands below some keys."""
        self._left -= 1
        if isinstance(value, dict):
            return self._object(value, keys, depth + 1)
        if isinstance(value, list):
            return self._list(value, keys, depth + 1)
        if not is_maskable(value):
            return value
        if _is_secret_at(keys, value) or self._is_secret(value):
            return _MASKED
        cut = isinstance(value, str) and len(value) > self._longest
        return f"{value[: self._longest]}{_REST}" if cut else value

    def _is_secret(self, value: Any) -> bool:
        if not isinstance(value, str):
            return False
        self._looks -= len(self._secrets.texts)
        return self._looks < 0 or holds_secret(value, self._secrets)

    def _object(self, value: dict[str, Any], keys: _Keys, depth: int) -> Any:
        if depth > _DEEPEST:
            return _REST
        found: dict[str, Any] = {}
        named = _names_secret(value)
        for key, member in value.items():
            if self._left <= 0:
                found[_REST] = _REST
                break
            below = _SECRET if named and key in _VALUES else _below(keys, key[-LONGEST_VALUE:])
            found[key[:LONGEST_VALUE]] = self.of(member, below, depth)
        return found

    def _list(self, value: list[Any], keys: _Keys, depth: int) -> Any:
        if depth > _DEEPEST:
            return _REST
        found: list[Any] = []
        for element in value:
            if self._left <= 0:
                found.append(_REST)
                break
            found.append(self.of(element, keys, depth))
        return found
