"""The tables that entities come in: what each row of a DataFrame is, and which rows a run needs."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

import attrs

from gsl.errors import UsageError

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

ENTITY = "entity"
VALUE = "value"
TYPE = "type"
_CORRUPT = "_corrupt_record"
_MOST_MARKS = 8
_NAMES = ("id", "arn", "dome9Id", "externalId", "name")
_EXPECTED = (
    "expected a text column `entity` with JSON (beside it `type`), a text column `value` as spark.read.text gives it, "
    "or a column for each field, `type` among them"
)


@attrs.frozen(eq=False, repr=False)
class Layout:
    """Rows of entities.

    `line` is the JSON text of a row. `typed` says that the column `type` names the type of the
    entity in it, `named` that there is such a column at all. `blanks` says that a blank text is
    no entity.
    """

    frame: DataFrame
    line: Column
    typed: bool
    named: bool
    blanks: bool

    def rows(self, types: Collection[str] | None) -> DataFrame:
        """The texts, and their types if they are apart; only those of some types, where the table can tell."""
        from pyspark.sql import functions

        frame, type_of = self.frame, functions.col(TYPE)
        if types is not None and self.named:
            frame = frame.where(type_of.isNull() | type_of.isin(sorted(spellings(types))))
        line = self.line.alias("line")
        return frame.select(line, type_of.cast("string").alias(TYPE)) if self.typed else frame.select(line)


def spellings(types: Iterable[str]) -> set[str]:
    """All names that entities of some types may carry: `AWS_IAM_Role` and `AWS::IAM::Role`, and anything between.

    A list of plain names is what Spark can take to the files.
    """
    found: set[str] = set()
    for name in types:
        first, *others = name.split("_")
        written = [first]
        for number, part in enumerate(others):
            marks = ("_", "::") if number < _MOST_MARKS else ("_",)
            written = [before + mark + part for before in written for mark in marks]
        found |= {*written, name.replace("_", "::")}
    return found


def layout_of(frame: Any, only: str | None) -> Layout:
    """What the rows of a DataFrame are; `only` is the type of entities that name none. Raises `UsageError`."""
    from pyspark.sql import functions

    if not hasattr(frame, "mapInArrow"):
        raise UsageError(f"entities must be a Spark DataFrame, not {type(frame).__name__}")
    kinds = {field.name: field.dataType.typeName() for field in frame.schema.fields}
    named = kinds.get(TYPE) == "string"
    if kinds.get(ENTITY) == "string":
        return Layout(frame, functions.col(ENTITY), named, named, False)
    if kinds.get(VALUE) == "string" and not any([name in kinds for name in _NAMES]):
        if kinds.keys() - {VALUE, TYPE}:
            raise UsageError(
                f"the DataFrame has the columns {_listed(kinds)}: if `value` is the JSON of an entity, "
                "give select('value') or select('value', 'type')"
            )
        return Layout(frame, functions.col(VALUE), named, named, True)
    if not kinds or (not named and only is None and _CORRUPT not in kinds):
        raise UsageError(f"the DataFrame has the columns {_listed(kinds)}: {_EXPECTED}")
    return Layout(frame, _fields(frame, kinds), False, named and _CORRUPT not in kinds, False)


def _fields(frame: DataFrame, kinds: dict[str, str]) -> Column:
    """The JSON of a column per field; what is null is left out."""
    from pyspark.sql import functions

    line = functions.to_json(functions.struct(*[frame[f"`{name}`"] for name in kinds if name != _CORRUPT]))
    return functions.coalesce(frame[_CORRUPT], line) if _CORRUPT in kinds else line


def _listed(kinds: Collection[str]) -> str:
    return ", ".join([f"`{name}`" for name in list(kinds)[:20]]) or "(none)"
