"""What reports show of a value: scalars cut short, lists and objects as their size, secrets not at all."""

from __future__ import annotations

from typing import Any

from gsl.inventory.pairs import is_named, is_naming
from gsl.results.secret_keys import SECRET, Keys, is_secret_at, is_secret_key, keys_below, keys_of
from gsl.results.secret_shapes import MOST_SEARCHED, REACH, Pieces, is_suspect, masked, secret_spans
from gsl.semantics import values
from gsl.semantics.places import Uncollected
from gsl.semantics.values import UNKNOWN

LONGEST_VALUE = 200
"""Characters of a text that a report shows."""

_GOOD_PART = 4
_MOST_SHAPES = 1000
_LONGEST_KEYS = 1000
"""Keys recur from object to object; those of hostile length are not kept."""

_NO_SECRETS = frozenset(["true", "false", "null", "none", "yes", "no", "enabled", "disabled"])
"""Texts that are no secret wherever else they stand, whatever key they are found under."""


def secret_texts(data: Any) -> frozenset[str]:
    """The texts of an entity that look like secrets, casefolded.

    Those under a secret-looking key, and those under a `value` beside a `key` or `name` that looks like one.
    """
    found: list[Any] = []
    pending: list[Any] = [[data]]
    for current in pending:  # it grows meanwhile
        members = current
        if current.__class__ is dict:
            keys = tuple(current)
            secret, naming, named = _known_keys.get(keys) or _secrets_among(keys)
            if secret:
                found += [current[key] for key in secret]
            if named and _names_secret(current, naming):
                found += texts_below([current[key] for key in named])
            members = current.values()
        for each in members:
            if each.__class__ is dict or each.__class__ is list:
                pending.append(each)
    texts = {text.casefold() for text in found if text.__class__ is str and text}
    return frozenset([text for text in texts if text not in _NO_SECRETS and text.strip("*")])


_Among = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
"""Those of an object's keys that look like a secret's; and where it has both, those of names and of what they name."""

_known_keys: dict[tuple[str, ...], _Among] = {}
"""Of objects with the same keys, of which there are mostly many, what `_secrets_among` gives."""


def _secrets_among(keys: tuple[str, ...]) -> _Among:
    secret = tuple([key for key in keys if is_secret_key(key)])
    naming = tuple([key for key in keys if is_naming(key)])
    named = tuple([key for key in keys if is_named(key)])
    found = (secret, naming, named) if naming and named else (secret, (), ())
    if sum(map(len, keys)) <= _LONGEST_KEYS:
        if len(_known_keys) >= _MOST_SHAPES:
            _known_keys.clear()
        _known_keys[keys] = found
    return found


def _names_secret(members: dict[str, Any], naming: tuple[str, ...]) -> bool:
    """Whether one of the names in an object looks like a secret's."""
    return any([name.__class__ is str and is_secret_key(name) for name in map(members.get, naming)])


def texts_below(pending: list[Any]) -> list[str]:
    """The texts among some values and in what lies below them."""
    found = []
    for each in pending:  # it grows meanwhile
        if each.__class__ is str:
            found.append(each)
        elif each.__class__ is dict or each.__class__ is list:
            pending += each.values() if each.__class__ is dict else each
    return found


class Secrets:
    """The secret texts of an entity, looked for when a text is to be shown."""

    def __init__(self, data: Any, more: frozenset[str] = frozenset()) -> None:
        self.data = data
        self._more = more
        self._texts: frozenset[str] | None = None
        self._pieces: Pieces | None = None

    @property
    def texts(self) -> frozenset[str]:
        """What `secret_texts` gives."""
        if self._texts is None:
            self._texts = secret_texts(self.data) | self._more
        return self._texts

    @property
    def pieces(self) -> Pieces:
        """What the texts of the entity give away as secret by its shape."""
        if self._pieces is None:
            self._pieces = Pieces(texts_below([self.data]))
        return self._pieces

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
    if len(folded) >= _GOOD_PART and any([folded in secret for secret in secrets]):
        return True
    held = [secret for secret in secrets if secret in folded]
    return bool(held) and not _are_masked(held, value)


def _are_masked(secrets: list[str], text: str) -> bool:
    """Whether secrets in a text stand only where it is masked anyway."""
    if len(text) > MOST_SEARCHED or not is_suspect(text):
        return False
    kept = masked(text).casefold()
    spans = [text[start:end].casefold() for start, end in secret_spans(text)]
    return all([secret not in kept and any([secret in span for span in spans]) for secret in secrets])


def shown(value: Any, secret: bool = False, cause: Uncollected | None = None) -> Any:
    """The value as a report carries it, as JSON.

    Texts are cut at 200 characters, with `***` for what looks like a secret in them; a missing value is null; a list or object is
    `{"kind", "length"}`; what was not collected is `{"kind": "uncollected", ...}` with the failed
    operation; a secret is `{"kind": "masked"}`. Truth values are never secret.
    """
    if value is UNKNOWN:
        found = {"kind": "uncollected"}
        if cause is not None:
            told = {"operation": cause.operation, "code": cause.code, "message": masked(cause.message)}
            found |= {key: text for key, text in told.items() if text}
        return found
    kind = values.kind(value)
    if kind in ("list", "object"):
        return {"kind": kind, "length": len(value)}
    if kind in ("missing", "boolean"):
        return value if kind == "boolean" else None
    if secret:
        return {"kind": "masked"}
    return masked(value, LONGEST_VALUE) if kind == "text" else value


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
_NO_SECRET: Keys = (False, False)
_MASKED = "<masked>"
_DEEPEST = 40
_MOST_PARTS = 10_000
_LONGEST_TEXT = 10_000
_MOST_LOOKS = 1_000_000
"""Texts of a copy times secrets of the entity: beyond, every text is masked."""


def entity_copy(data: dict[str, Any], secrets: Secrets) -> dict[str, Any]:
    """An entity as reports carry it that were asked to: secrets masked, and `...` for what is beyond 10,000
    values, 10,000 characters of a text, or 40 levels."""
    copy: dict[str, Any] = _Copy(secrets, _MOST_PARTS, _LONGEST_TEXT).of(data, keys_of(""), 0)
    return copy


def bounded_copy(value: Any, path: str, secrets: Secrets, most: int) -> Any:
    """A value of an entity to be shown as JSON: secrets masked, texts cut, `...` for what is beyond `most` parts."""
    return _Copy(secrets, most).of(value, keys_of(path), 0)


class _Copy:
    """Copies until it has copied enough."""

    def __init__(self, secrets: Secrets, most: int, longest: int = LONGEST_VALUE) -> None:
        self._secrets = secrets
        self._texts = secrets.texts
        self._left = most
        self._longest = longest
        self._looks = _MOST_LOOKS

    def of(self, value: Any, keys: Keys, depth: int) -> Any:
        """The copy of what stands below some keys."""
        self._left -= 1
        if isinstance(value, str):
            return self._text(value, keys)
        if isinstance(value, dict):
            return self._object(value, keys, depth + 1)
        if isinstance(value, list):
            return self._list(value, keys, depth + 1)
        return _MASKED if is_maskable(value) and is_secret_at(keys, value) else value

    def _text(self, text: str, keys: Keys) -> str:
        if keys != _NO_SECRET and is_secret_at(keys, text):
            return _MASKED
        if self._texts and self._holds_secret(text):
            return _MASKED
        head = text[: self._longest + REACH]
        kept = masked(head, self._longest) if is_suspect(head) else head[: self._longest]
        return f"{kept}{_REST}" if len(text) > self._longest else kept

    def _holds_secret(self, text: str) -> bool:
        self._looks -= len(self._texts)
        return self._looks < 0 or holds_secret(text, self._secrets)

    def _object(self, value: dict[str, Any], keys: Keys, depth: int) -> Any:
        if depth > _DEEPEST:
            return _REST
        found: dict[str, Any] = {}
        naming, named = (_known_keys.get(tuple(value)) or _secrets_among(tuple(value)))[1:]
        named = named if _names_secret(value, naming) else ()
        for key, member in value.items():
            if self._left <= 0:
                found[_REST] = _REST
                break
            below = SECRET if key in named else keys_below(keys, key[-LONGEST_VALUE:])
            found[key[:LONGEST_VALUE]] = self.of(member, below, depth)
        return found

    def _list(self, value: list[Any], keys: Keys, depth: int) -> Any:
        if depth > _DEEPEST:
            return _REST
        found: list[Any] = []
        for element in value:
            if self._left <= 0:
                found.append(_REST)
                break
            found.append(self.of(element, keys, depth))
        return found
