"""The decoder of what rules read: structs made from their paths, so that the rest of the input is only skipped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from gsl.engine.compiler.fusing import Fields
from gsl.engine.compiler.shapes import Shape

ENVELOPE = ("id", "_errors")
"""What the engine itself reads of every entity."""

IDENTITY = ("name", "region", "accountNumber")
"""What names nearly every entity in a finding, besides its id, for findings without reasons."""

_MOST_TYPES = 1000
_MOST_DEEP = 32


class Projection(Struct, frozen=True, eq=False):
    """The struct of one entity type: its class, the classes and fields of every place in it, its own fields."""

    struct: Any
    type: str
    fields: Fields
    root: Shape
    names: Mapping[str, str]

    def names_of(self, item: Any) -> tuple[str, str, str, str, str] | None:
        """What names an entity in a finding, as far as it was decoded; `None` when it has to be decoded whole for that."""
        fields = self.names
        own, name, region, account = [getattr(item, fields[key]) for key in ("id", *IDENTITY)]
        texts = own.__class__ is str and account.__class__ is str and account
        others = (name.__class__ is str or name is None) and (region.__class__ is str or region is None)
        return (self.type, own, name or "", account, region or "") if texts and others else None


def project(type_name: str, root: Shape, tagged: bool = False, named: bool = False) -> Projection | None:
    """The struct for entities of a type, of which a shape is read; `None` when they are needed whole.

    `tagged` structs are told apart by `type`; others have it as a field. `named` ones hold what
    names the entity.
    """
    if tagged and "type" in root.children:
        return None
    wanted = [*ENVELOPE, *(IDENTITY if named else ()), *(() if tagged else ("type", "entity"))]
    for key in wanted:
        root.under((key,)).whole = True
    settle(root)
    if root.whole:
        return None
    fields: dict[Shape, tuple[type, Mapping[str, str]]] = {}
    struct = _struct("Entity", root, fields, type_name if tagged else None)
    return Projection(struct, type_name, fields, root, fields[root][1])


def settle(shape: Shape, depth: int = 0) -> None:
    """Take places as whole that have a key which no struct can have, or lie deeper than structs should."""
    shape.whole = shape.whole or depth >= _MOST_DEEP or not all([_can_be_field(key) for key in shape.children])
    if not shape.whole:
        for child in shape.children.values():
            settle(child, depth + 1)


def _can_be_field(key: str) -> bool:
    return key.isprintable() and "\\" not in key and '"' not in key


def _struct(name: str, shape: Shape, fields: dict[Shape, Any], tag: str | None = None) -> type:
    import msgspec

    names = {key: f"f{number}" for number, key in enumerate(shape.children)}
    members: list[tuple[str, Any, Any]] = []
    for key, field in names.items():
        members.append((field, _type_of(f"{name}_{field}", shape.children[key], fields), None))
    options: dict[str, Any] = {"gc": False, "eq": False, "rename": {field: key for key, field in names.items()}}
    if tag is not None:
        options |= {"tag_field": "type", "tag": tag}
    struct = msgspec.defstruct(name, members, **options)
    fields[shape] = (struct, names)
    return struct


def _type_of(name: str, shape: Shape, fields: dict[Shape, Any]) -> Any:
    """The type of a place: plain JSON, or a struct, a list of it, or any scalar."""
    if shape.is_plain:
        return Any
    struct: Any = _struct(name, shape, fields)
    scalar = str | int | float | bool | None
    return struct | list[struct | list[Any] | scalar] | scalar


class WholeDecoder:
    """Decodes every entity whole, to dicts."""

    def lines(self, data: bytes) -> list[Any]:
        """The objects of JSON lines. Raises what msgspec raises."""
        found: list[Any] = self._decoder().decode_lines(data)
        return found

    def array(self, data: bytes) -> list[Any]:
        """The objects of a JSON array. Raises what msgspec raises."""
        import msgspec

        found: list[Any] = msgspec.json.decode(data, type=list[dict[str, Any]])
        return found

    def _decoder(self) -> Any:
        import msgspec

        return msgspec.json.Decoder(dict[str, Any])


class TypeDecoder:
    """Decodes entities to the struct of one type, whatever their type is."""

    def __init__(self, projection: Projection) -> None:
        import msgspec

        struct = projection.struct
        self.lines: Callable[[bytes], list[Any]] = msgspec.json.Decoder(struct).decode_lines
        self.array: Callable[[bytes], list[Any]] = msgspec.json.Decoder(list[struct]).decode  # type: ignore[valid-type]


class UnionDecoder:
    """Decodes entities to the structs of several types, told apart by `type`; learns of other types as it goes.

    Entities without a type that is a text are decoded whole.
    """

    def __init__(self, projections: list[Projection]) -> None:
        self._structs: dict[str, Any] = {}
        self._of_type: dict[str, list[type]] = {}
        for each in projections:
            self._structs[each.type] = each.struct
            self._of_type[each.type] = [each.struct]
            if "_" in each.type:
                other = self._structs[each.type.replace("_", "::")] = _renamed(each)
                self._of_type[each.type].append(other)
        self._others: dict[type, str] = {}
        self._whole = WholeDecoder()
        self._build()

    def structs_of(self, type_name: str) -> list[type]:
        """The structs of a type, under both spellings of its name."""
        return self._of_type[type_name]

    @property
    def classes(self) -> dict[Any, str]:
        """The types of structs that no rule reads, by their classes."""
        return self._others

    def _build(self) -> None:
        import functools
        import operator

        import msgspec

        union: Any = functools.reduce(operator.or_, self._structs.values())
        self._lines = msgspec.json.Decoder(union).decode_lines
        self._array = msgspec.json.Decoder(list[union]).decode

    def lines(self, data: bytes) -> list[Any]:
        """The entities of JSON lines. Raises what msgspec raises."""
        return self._decoded(data, lambda: self._lines(data), self._whole.lines)

    def array(self, data: bytes) -> list[Any]:
        """The entities of a JSON array. Raises what msgspec raises."""
        return self._decoded(data, lambda: self._array(data), self._whole.array)

    def _decoded(self, data: bytes, decode: Callable[[], list[Any]], whole: Callable[[bytes], list[Any]]) -> list[Any]:
        import msgspec

        try:
            return decode()
        except msgspec.ValidationError:
            items = whole(data)
        if not self._learn(items):
            return items
        try:
            return decode()
        except msgspec.ValidationError:
            return items

    def _learn(self, items: list[Any]) -> bool:
        """Take in the types that were met for the first time; says whether there were any."""
        import msgspec

        types = {item.get("type") for item in items if isinstance(item.get("type"), str)}
        new = sorted(types - self._structs.keys() - {""})
        if not new or len(self._structs) + len(new) > _MOST_TYPES:
            return False
        for name in new:
            members = [("f0", Any, None), ("f1", Any, None)]
            rename = {"f0": "_errors", "f1": "entity"}
            struct = msgspec.defstruct("Other", members, gc=False, eq=False, rename=rename, tag_field="type", tag=name)
            self._structs[name] = struct
            self._others[struct] = name
        self._build()
        return True


def _renamed(projection: Projection) -> Any:
    """The struct of a type under the other spelling of its name, `AWS::IAM::Role`."""
    import msgspec

    return msgspec.defstruct(
        "Entity", [], bases=(projection.struct,), gc=False, eq=False, tag=projection.type.replace("_", "::")
    )
