"""What a JSON value stands for: an entity, a finding that carries one, entity lists by type, or nothing of use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from gsl.errors import GslError, InputError
from gsl.inventory.entity import Entity, canonical
from gsl.inventory.jsontext import JsonText, Piece

Result = Entity | InputError | None
Note = Callable[[str, str, str, int], None]
NOTES = frozenset(("deleted-resources", "no-region", "type-assumed", "unknown-resources"))
"""Codes of what is noted without being a cause for worry; all others are warnings."""


class BadSplit(GslError):
    """Parts of an input cannot be read on their own: read the whole input in one go instead."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class Target(Struct, frozen=True, eq=False):
    """What the rules ask for: the types they are about.

    An entity without a `type` is taken to be of the only type there is, if there is only one.
    """

    types: frozenset[str] = frozenset()

    @property
    def only(self) -> str | None:
        """The type of entities that name none."""
        return next(iter(self.types)) if len(self.types) == 1 else None

    def names(self, name: Any) -> bool:
        """Whether rules are about a type of this name, in either spelling: `AWS::IAM::Role` is `AWS_IAM_Role`."""
        return isinstance(name, str) and name.replace("::", "_") in self.types


class Shapes:
    """From JSON values to entities. Findings that carry the same entity count once."""

    def __init__(self, target: Target, note: Note) -> None:
        self.target = target
        self.note = note
        self.is_part = False
        self.is_far = False
        """Whether the file is read from somewhere inside: then places are told of errors only, as they cost a look back."""
        self._carried: set[bytes] = set()

    def _place(self, document: JsonText, piece: Piece) -> tuple[int | None, int | None]:
        return (None, None) if self.is_far or not piece.placed else document.place(piece.start)

    def noted(self, document: JsonText, before: int = 0) -> None:
        """Say how many numbers became missing, beside those of before."""
        count = document.non_finite - before
        if count:
            self.note("non-finite-number", "NaN, infinite or over-long numbers count as missing", document.name, count)

    def of_line(self, document: JsonText, value: Any, start: int) -> Iterator[Result]:
        """What the value of a JSON line stands for."""
        if isinstance(value, list):
            yield from (self.entity(document, Piece(element, start)) for element in value)
        elif self.is_keyed(value):
            yield from self._keyed_value(document, value, start)
        else:
            yield self.entity(document, Piece(value, start))

    def of_object(self, document: JsonText, pieces: list[Piece], start: int, whole: bool) -> Iterator[Result]:
        """What an object stands for that is a document; of one that breaks off, the entities before the break."""
        value = assembled(pieces)
        if self.is_keyed(value):
            yield from self._keyed(document, pieces)
        elif whole:
            yield self.lone(document, Piece(value, start))

    def lone(self, document: JsonText, piece: Piece) -> Result:
        """An object that is the whole document: without type and name it is rather a wrapper than an entity."""
        value = piece.value
        if not isinstance(value.get("type"), str) and not isinstance(value.get("entity"), dict):
            if value.get("schemaVersion") is not None and isinstance(value.get("tool"), dict):
                return document.error("not-entities", "this is a report, not entities", piece.start)
            if not Entity("", value).own_id:
                return self._no_type(document, piece)
        return self.entity(document, piece)

    def _no_type(self, document: JsonText, piece: Piece) -> InputError:
        message = 'this object has no `type`; add one to each entity, or group entities by type: {"IamUser": [...]}'
        return document.error("no-type", message, piece.start)

    def is_keyed(self, value: Any) -> bool:
        """Whether an object is entity lists by type, and not one entity or finding."""
        if not isinstance(value, dict) or not value or isinstance(value.get("type"), str):
            return False
        if isinstance(value.get("entity"), dict):
            return False
        if any([isinstance(value.get(name), (list, dict)) for name in self.target.types]):
            return True
        return all([isinstance(member, list) for member in value.values()])

    def _keyed(self, document: JsonText, pieces: list[Piece]) -> Iterator[Result]:
        in_lists = {piece.key for piece in pieces if piece.value is list}
        for piece in pieces:
            if piece.value is list:
                continue
            if piece.key not in in_lists:
                yield self.no_list(document, piece)
            else:
                yield self.element(document, piece)

    def no_list(self, document: JsonText, piece: Piece) -> InputError:
        """The error that a type has something else than a list."""
        message = f"a list of `{piece.key}` entities was expected, not {described(piece.value)}"
        return document.error("not-a-list", message, piece.start)

    def _keyed_value(self, document: JsonText, value: dict[str, Any], start: int) -> Iterator[Result]:
        for key, members in value.items():
            for member in members if isinstance(members, list) else [members]:
                yield self.element(document, Piece(member, start, key))

    def element(self, document: JsonText, piece: Piece) -> Result:
        """An element of a list; `None` for an entity that a finding carried before."""
        return self.entity(document, piece) if piece.key is None else self._typed(document, piece, piece.key)

    def _typed(self, document: JsonText, piece: Piece, type_name: str) -> Entity | InputError:
        if isinstance(piece.value, InputError):
            return piece.value
        if not isinstance(piece.value, dict):
            return self._no_object(document, piece)
        own = piece.value.get("type")
        if not self.target.names(type_name) and isinstance(own, str) and self.target.names(own):
            type_name = own
        return Entity(type_name, piece.value, None, document.name, *self._place(document, piece))

    def _no_object(self, document: JsonText, piece: Piece) -> InputError:
        message = f"an entity (a JSON object) was expected, not {described(piece.value)}"
        return document.error("not-an-object", message, piece.start)

    def entity(self, document: JsonText, piece: Piece) -> Result:
        """An entity that carries its type, or a finding that carries an entity; `None` for one met before."""
        value = piece.value
        if isinstance(value, InputError):
            return value
        if not isinstance(value, dict):
            return self._no_object(document, piece)
        envelope = None
        carried = "entity" in value and not self.target.names(value.get("type"))
        carried = carried and (isinstance(value["entity"], dict) or "type" not in value)
        if carried:
            if self.is_part:
                raise BadSplit(document.name)
            envelope = envelope_account(value)
            value = value["entity"]
            if not isinstance(value, dict):
                return self._no_object(document, Piece(value, piece.start))
        type_name = value.get("type")
        if type_name is not None and (not isinstance(type_name, str) or not type_name):
            message = f"the `type` of an entity must be a text, not {described(type_name)}"
            return document.error("no-type", message, piece.start)
        if type_name is None:
            type_name = self.target.only
            if type_name is not None:
                message = f"entities without a `type` are taken to be {type_name}"
                self.note("type-assumed", message, document.name, 1)
        if type_name is None:
            return self._no_type(document, piece)
        entity = Entity(type_name, value, envelope, document.name, *self._place(document, piece))
        return None if carried and not self._is_new(entity) else entity

    def _is_new(self, entity: Entity) -> bool:
        """Whether an entity that a finding carries is met for the first time."""
        import hashlib

        key = hashlib.sha256(canonical([entity.type, entity.account, entity.data])).digest()[:16]
        if key in self._carried:
            return False
        self._carried.add(key)
        return True


def envelope_account(finding: Mapping[str, Any]) -> Any:
    """The account that a finding names for the entity it carries."""
    named = [finding.get(key) for key in ("account", "accountNumber", "accountId", "cloudAccountId")]
    return next((account for account in named if account), None)


def described(value: Any) -> str:
    """What kind of value it is, in words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return {str: "a text", int: "a number", float: "a number", list: "a list", dict: "an object"}[type(value)]


def assembled(pieces: Iterable[Piece]) -> dict[str, Any]:
    """The object that its pieces make; of keys that repeat, the last counts."""
    value: dict[str, Any] = {}
    for piece in pieces:
        if piece.key is None:
            continue
        if piece.value is list:
            value[piece.key] = []
        elif isinstance(value.get(piece.key), list):
            value[piece.key].append(piece.value)
        else:
            value[piece.key] = piece.value
    return value
