"""Entity files to entities: every shape that people have, each problem reported and the rest kept."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from gsl.errors import InputError
from gsl.inventory.entity import Entity, canonical
from gsl.inventory.files import decoded, files_below, is_gzip, standard_input, unzipped
from gsl.inventory.jsontext import JsonText, Piece

STDIN = "-"
SUFFIXES = (".json", ".jsonl", ".ndjson")
_LINE_SUFFIXES = (".jsonl", ".ndjson")
_BROKEN_JSON = ("truncated-json", "invalid-json")
"""What damage of the bytes makes of the text; said once, as the damage."""

Result = Entity | InputError | None


@attrs.frozen
class Target:
    """What the rules ask for: the types they are about.

    An entity without a `type` is taken to be of the only type there is, if there is only one.
    """

    types: frozenset[str] = frozenset()

    @property
    def only(self) -> str | None:
        """The type of entities that name none."""
        return next(iter(self.types)) if len(self.types) == 1 else None


def _ignore(code: str, message: str, file: str, count: int) -> None:
    return None


class EntityReader:
    """Reads entity files one after the other.

    `note(code, message, file, count)` hears of what is worth a warning. Findings that carry the
    same entity count once.
    """

    def __init__(self, target: Target, note: Callable[[str, str, str, int], None] = _ignore) -> None:
        self.target = target
        self.note = note
        self._carried: set[bytes] = set()

    def read(self, source: str) -> Iterator[Entity | InputError]:
        """The entities of a file, a folder or `-` for standard input, and the errors met on the way."""
        try:
            paths: list[str | InputError] = [source] if source == STDIN else files_of(Path(source))
        except InputError as error:
            yield error
            return
        except OSError as error:
            yield InputError("unreadable-file", f"this cannot be read: {error.strerror or error}", source)
            return
        for path in paths:
            if isinstance(path, InputError):
                yield path
            else:
                yield from self._file(path)

    def _file(self, path: str) -> Iterator[Entity | InputError]:
        name = "<stdin>" if path == STDIN else path
        try:
            data = standard_input() if path == STDIN else Path(path).read_bytes()
        except (OSError, ValueError) as error:
            what = getattr(error, "strerror", None) or error
            yield InputError("unreadable-file", f"the file cannot be read: {what}", name)
            return
        yield from self.parse(data, name)

    def parse(self, data: bytes, name: str) -> Iterator[Entity | InputError]:
        """The entities in the bytes of a file; the name's suffix tells JSON lines."""
        late: list[InputError] = []
        if is_gzip(data):
            data = unzipped(data, name, late)
            name_of_text = name.removesuffix(".gz")
        else:
            name_of_text = name
        text = decoded(data, name, late)
        lines = name_of_text.lower().endswith(_LINE_SUFFIXES)
        if not text.strip() and not late and not lines:
            message = "the file is empty; an export with no entities is `[]`, so this one may have failed"
            late.append(InputError("empty-file", message, name))
        elif text.strip():
            for result in self._text(text, name, lines):
                cut_short = late and isinstance(result, InputError) and result.code in _BROKEN_JSON
                if result is not None and not cut_short:
                    yield result
        yield from late

    def _text(self, text: str, name: str, lines: bool) -> Iterator[Result]:
        document = JsonText(text, name)
        first = document.skip(0)
        if lines or (document.character(first) == "{" and _first_line_is_complete(document, first)):
            yield from self._lines(text, name)
            return
        yield from self._guarded(document, self._documents(document, first))

    def _guarded(self, document: JsonText, results: Iterator[Result]) -> Iterator[Result]:
        """The results up to the error that ends them, and a note of the numbers that became missing."""
        try:
            yield from results
        except InputError as error:
            yield error
        if document.non_finite:
            message = "NaN, infinite or over-long numbers count as missing"
            self.note("non-finite-number", message, document.name, document.non_finite)

    def _lines(self, text: str, name: str) -> Iterator[Result]:
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip():
                document = JsonText(line.rstrip("\r"), name, number)
                yield from self._guarded(document, self._line(document))

    def _line(self, document: JsonText) -> Iterator[Result]:
        start = document.skip(0)
        value, end = document.value(start)
        if document.skip(end) < len(document.text):
            raise document.error(
                "invalid-json", "one JSON value a line was expected: there is more after it", document.skip(end)
            )
        if isinstance(value, list):
            yield from (self._entity(document, Piece(element, start)) for element in value)
        elif self._is_keyed(value):
            yield from self._keyed_value(document, value, start)
        else:
            yield self._entity(document, Piece(value, start))

    def _documents(self, document: JsonText, offset: int) -> Iterator[Result]:
        """The documents of a text: one as a rule, several one after the other as `jq` writes them."""
        while offset < len(document.text):
            mark = document.character(offset)
            if mark == "[":
                end = len(document.text)
                for piece in document.elements(offset):
                    if isinstance(piece, int):
                        end = piece
                    else:
                        yield self._entity(document, piece)
            elif mark == "{":
                end = yield from self._object(document, offset)
            else:
                value, _ = document.value(offset)
                raise document.error(
                    "not-an-object", f"entities were expected: an object or a list, not {_described(value)}", offset
                )
            offset = document.skip(end)

    def _object(self, document: JsonText, offset: int) -> Generator[Result, None, int]:
        pieces: list[Piece] = []
        failure: InputError | None = None
        end = len(document.text)
        try:
            for piece in document.members(offset):
                if isinstance(piece, int):
                    end = piece
                else:
                    pieces.append(piece)
        except InputError as error:
            failure = error
        value = _assembled(pieces)
        if self._is_keyed(value):
            yield from self._keyed(document, pieces)
        elif failure is None:
            yield self._lone(document, Piece(value, offset))
        if failure is not None:
            raise failure
        return end

    def _lone(self, document: JsonText, piece: Piece) -> Result:
        """An object that is the whole document: without type and name it is rather a wrapper than an entity."""
        value = piece.value
        if not isinstance(value.get("type"), str) and not isinstance(value.get("entity"), dict):
            if value.get("schemaVersion") is not None and isinstance(value.get("tool"), dict):
                return document.error("not-entities", "this is a report, not entities", piece.start)
            if not Entity("", value).own_id:
                return self._no_type(document, piece)
        return self._entity(document, piece)

    def _no_type(self, document: JsonText, piece: Piece) -> InputError:
        message = 'this object has no `type`; add one to each entity, or group entities by type: {"IamUser": [...]}'
        return document.error("no-type", message, piece.start)

    def _is_keyed(self, value: Any) -> bool:
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
                message = f"a list of `{piece.key}` entities was expected, not {_described(piece.value)}"
                yield document.error("not-a-list", message, piece.start)
            else:
                yield self._typed(document, piece, piece.key or "")

    def _keyed_value(self, document: JsonText, value: dict[str, Any], start: int) -> Iterator[Result]:
        for key, members in value.items():
            for member in members if isinstance(members, list) else [members]:
                yield self._typed(document, Piece(member, start, key), key)

    def _typed(self, document: JsonText, piece: Piece, type_name: str) -> Entity | InputError:
        if isinstance(piece.value, InputError):
            return piece.value
        if not isinstance(piece.value, dict):
            return self._no_object(document, piece)
        own = piece.value.get("type")
        if type_name not in self.target.types and isinstance(own, str) and own in self.target.types:
            type_name = own
        return Entity(type_name, piece.value, None, document.name, *document.place(piece.start))

    def _no_object(self, document: JsonText, piece: Piece) -> InputError:
        message = f"an entity (a JSON object) was expected, not {_described(piece.value)}"
        return document.error("not-an-object", message, piece.start)

    def _entity(self, document: JsonText, piece: Piece) -> Result:
        """An entity that carries its type, or a finding that carries an entity; `None` for one met before."""
        value = piece.value
        if isinstance(value, InputError):
            return value
        if not isinstance(value, dict):
            return self._no_object(document, piece)
        envelope = None
        carried = "entity" in value and value.get("type") not in self.target.types
        if carried and (isinstance(value["entity"], dict) or "type" not in value):
            envelope = envelope_account(value)
            value = value["entity"]
            if not isinstance(value, dict):
                return self._no_object(document, Piece(value, piece.start))
        type_name = value.get("type")
        if type_name is not None and (not isinstance(type_name, str) or not type_name):
            message = f"the `type` of an entity must be a text, not {_described(type_name)}"
            return document.error("no-type", message, piece.start)
        if type_name is None:
            type_name = self.target.only
            if type_name is not None:
                message = f"entities without a `type` are taken to be {type_name}"
                self.note("type-assumed", message, document.name, 1)
        if type_name is None:
            return self._no_type(document, piece)
        entity = Entity(type_name, value, envelope, document.name, *document.place(piece.start))
        return None if carried and not self._is_new(entity) else entity

    def _is_new(self, entity: Entity) -> bool:
        """Whether an entity that a finding carries is met for the first time."""
        key = canonical([entity.type, entity.account, entity.data])
        if key in self._carried:
            return False
        self._carried.add(key)
        return True


def envelope_account(finding: Mapping[str, Any]) -> Any:
    """The account that a finding names for the entity it carries."""
    named = [finding.get(key) for key in ("account", "accountNumber", "accountId", "cloudAccountId")]
    return next((account for account in named if account), None)


def _described(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return {str: "a text", int: "a number", float: "a number", list: "a list", dict: "an object"}[type(value)]


def _assembled(pieces: Iterable[Piece]) -> dict[str, Any]:
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


def _first_line_is_complete(document: JsonText, offset: int) -> bool:
    """Whether the first line is a whole JSON value and more lines follow: JSON lines by another name."""
    end = document.text.find("\n", offset)
    if end < 0 or not document.text[end:].strip():
        return False
    try:
        _, stop = JsonText(document.text[offset:end], document.name).value(0)
    except InputError:
        return False
    return not document.text[offset + stop : end].strip()


def files_of(path: Path) -> list[str | InputError]:
    """The entity files that a path stands for: itself, or what a folder holds, in order of name.

    Raises `InputError` when there is nothing.
    """
    if not path.is_dir():
        if not path.exists():
            raise InputError("no-such-file", "there is no such file or folder", str(path))
        return [str(path)]
    found = [each if isinstance(each, InputError) else str(each) for each in files_below(path, _is_entity_file)]
    if not found:
        kinds = ", ".join(SUFFIXES)
        raise InputError("no-files", f"the folder holds no entity file ({kinds}, plain or .gz)", str(path))
    return found


def _is_entity_file(name: str) -> bool:
    return name.lower().removesuffix(".gz").endswith(SUFFIXES) and not name.startswith(".")
