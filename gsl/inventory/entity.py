"""One entity as it came in: its type, its data, and who and where it is."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import Struct

from gsl.semantics import values
from gsl.semantics.places import Uncollected, uncollected

Value = TypeVar("Value")

_ID_KEYS = ("id", "arn", "dome9Id", "externalId", "name")
FINGERPRINT_VERSION = 1
FINGERPRINT_LENGTH = 32


def _as_text(value: Any) -> str:
    """The text of a value that names something; empty for what names nothing."""
    return "" if isinstance(value, (list, dict)) else values.text(value) or ""


def account_of(data: Mapping[str, Any], envelope: Any = None) -> str:
    """The account that an entity belongs to, always as text; empty when it names none.

    `envelope` is the `account` of the finding that carried the entity, if one did.
    """
    for candidate in (
        data.get("accountNumber"),
        data.get("account"),
        data.get("accountId"),
        data.get("cloudAccountId"),
        envelope,
    ):
        account = _as_text(candidate.get("id") if isinstance(candidate, Mapping) else candidate)
        if account:
            return account
    return ""


def canonical(data: Any) -> bytes:
    """Compact JSON with sorted keys, in UTF-8: the same bytes for equal data."""
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return text.encode("utf-8", "surrogatepass")


class Lazy(Generic[Value]):
    """`functools.cached_property` without the lock that Python 3.11 still takes, at several times the price."""

    def __init__(self, make: Callable[[Any], Value]) -> None:
        self.make = make
        self.name = make.__name__
        self.__doc__ = make.__doc__

    def __get__(self, entity: Any, owner: type) -> Value:
        if entity is None:
            return self  # type: ignore[return-value]
        value = entity.__dict__[self.name] = self.make(entity)
        return value


class Entity(Struct, frozen=True, eq=False, dict=True, weakref=True):
    """An entity and where it came from.

    `type` is its entity type, `data` its JSON object, `envelope` the account of the finding that
    carried it. `secrets` are texts that look like secrets in what is no longer there. `file`, `line`
    and `column` say where it was read.
    """

    type: str
    data: dict[str, Any]
    envelope: Any = None
    file: str | None = None
    line: int | None = None
    column: int | None = None
    secrets: frozenset[str] = frozenset()

    @Lazy
    def account(self) -> str:
        """The account, as text; empty when there is none."""
        return account_of(self.data, self.envelope)

    @Lazy
    def region(self) -> str:
        """The region as it is spelled in the data; empty when there is none."""
        return _as_text(self.data.get("region"))

    @Lazy
    def name(self) -> str:
        """The name; empty when there is none."""
        return _as_text(self.data.get("name"))

    @Lazy
    def own_id(self) -> str:
        """The first of id, arn, dome9Id, externalId and name that is there; empty when none is."""
        for key in _ID_KEYS:
            text = _as_text(self.data.get(key))
            if text:
                return text
        return ""

    @Lazy
    def id(self) -> str:
        """What names the entity: its own id, else a hash of its data; empty for a gap."""
        if self.own_id or self.is_gap:
            return self.own_id
        return "sha256:" + _digest(canonical(self.data))

    @Lazy
    def errors(self) -> tuple[Uncollected, ...]:
        """What of it could not be collected."""
        return uncollected(self.data)

    @Lazy
    def gap(self) -> Uncollected | None:
        """The error that makes this a gap record: entities of this type could not be listed."""
        return next((error for error in self.errors if not error.keys), None)

    @property
    def is_gap(self) -> bool:
        """Whether this is no entity but the record that some could not be listed."""
        return self.gap is not None


def fingerprint(rule_id: str, type_name: str, account: str, region: str, entity_id: str) -> str:
    """The identity of a finding, the same from run to run: 32 hex digits."""
    parts = [FINGERPRINT_VERSION, rule_id, type_name, account, region.replace("_", "-"), entity_id]
    try:
        return _digest(msgspec.json.encode(parts))  # the same bytes, in a twentieth of the time
    except UnicodeEncodeError:  # half a surrogate pair
        text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
        return _digest(text.encode("utf-8", "surrogatepass"))


def _digest(content: bytes) -> str:
    import hashlib

    return hashlib.sha256(content).hexdigest()[:FINGERPRINT_LENGTH]
