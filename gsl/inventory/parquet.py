"""Parquet files: entities as JSON texts in a column, or a column per field; some rows at a time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

from gsl.errors import InputError
from gsl.inventory.batches import Batch, Decoder, taken
from gsl.inventory.entity import Entity
from gsl.inventory.jsontext import JsonText, Piece
from gsl.inventory.plain import plain
from gsl.inventory.shapes import Result, Shapes
from gsl.inventory.streams import Progress, Stream
from gsl.inventory.unpacking import Damaged

ROWS = 512
"""Rows that are read at once."""

_ENTITY = "entity"
_TYPE = "type"
Found = Entity | InputError | Batch


class ParquetReader:
    """Reads a Parquet file. Errors name the row."""

    def __init__(self, shapes: Shapes, name: str) -> None:
        self._shapes = shapes
        self._name = name
        self._row = 0

    def read(
        self, stream: Stream, decoder: Callable[[], Decoder | None], progress: Progress | None = None
    ) -> Iterator[Found]:
        """The entities of a file, which is copied first if it is a pipe."""
        try:
            import pyarrow
            from pyarrow import parquet
        except ImportError:
            message = "reading Parquet files takes pyarrow: pip install 'gsl-engine[parquet]'"
            yield InputError("no-parquet", message, self._name)
            return
        try:
            with _seekable(stream) as file:
                source = parquet.ParquetFile(file)
                in_json = _ENTITY in source.schema_arrow.names and _is_text(source.schema_arrow.field(_ENTITY).type)
                columns = [name for name in (_ENTITY, _TYPE) if name in source.schema_arrow.names] if in_json else None
                for rows in source.iter_batches(ROWS, columns=columns):
                    yield from self._texts(rows, decoder()) if in_json else self._records(rows)
                    if progress is not None and stream.file is not None:
                        progress(self._share(stream, source, rows.num_rows))
                    self._row += rows.num_rows
        except Damaged as damage:
            yield InputError(damage.code, damage.message, self._name)
        except (pyarrow.ArrowException, OSError) as error:
            what = str(error).splitlines()[0] if str(error) else type(error).__name__
            yield InputError(
                "damaged-parquet", f"the Parquet data is damaged: {what}; what came before is used", self._name
            )

    def _share(self, stream: Stream, source: Any, rows: int) -> int:
        """The bytes of the file that some rows stand for; what was read to recognise the file is counted already."""
        size = os.fstat(stream.file.fileno()).st_size - stream.file.tell()
        total = source.metadata.num_rows
        return int(size * (self._row + rows) // total - size * self._row // total)

    def _texts(self, rows: Any, decoder: Decoder | None) -> Iterator[Found]:
        """The JSON texts of some rows, those of one type together."""
        texts = rows.column(_ENTITY).to_pylist()
        types = rows.column(_TYPE).to_pylist() if _TYPE in rows.schema.names else [None] * len(texts)
        by_type: dict[Any, list[int]] = {}
        for place, type_name in enumerate(types):
            by_type.setdefault(type_name if isinstance(type_name, str) else None, []).append(place)
        for type_name, places in by_type.items():
            documents = [self._document(texts[place], place) for place in places]
            lines = "\n".join([document.text for document in documents]).encode("utf-8", "surrogatepass")
            items = None if decoder is None else taken(decoder.lines, lines)
            if items is not None and len(items) == len(documents):
                yield self._batch(items, type_name, documents)
            else:
                yield from self._one_by_one(documents, type_name, decoder)

    def _document(self, text: str | None, place: int) -> JsonText:
        row = self._row + place + 1
        return JsonText("null" if text is None else text.replace("\n", " "), self._name, lambda: (row, 1))

    def _batch(self, items: list[Any], type_name: str | None, documents: list[JsonText]) -> Batch:
        def locate(index: int) -> tuple[JsonText, int]:
            return documents[index], documents[index].skip(0)

        return Batch(items, type_name, self._name, locate, self._shapes.element, self._shapes)

    def _one_by_one(self, documents: list[JsonText], type_name: str | None, decoder: Decoder | None) -> Iterator[Found]:
        for document in documents:
            line = document.text.encode("utf-8", "surrogatepass")
            items = None if decoder is None else taken(decoder.array, b"[" + line + b"]")
            if items is not None and len(items) == 1:
                yield self._batch(items, type_name, [document])
                continue
            result = self._whole(document, type_name)
            self._shapes.noted(document)
            if result is not None:
                yield result

    def _whole(self, document: JsonText, type_name: str | None) -> Result:
        start = document.skip(0)
        try:
            value, end = document.value(start)
        except InputError as error:
            return error
        if document.skip(end) < len(document.text):
            return document.error("invalid-json", "one JSON value a row was expected", document.skip(end))
        return self._shapes.element(document, Piece(value, start, type_name))

    def _records(self, rows: Any) -> Iterator[Found]:
        """The rows as entities, a column a field; what is null is left out."""
        for place, record in enumerate(rows.to_pylist()):
            row = self._row + place + 1
            document = JsonText("", self._name, lambda row=row: (row, 1))  # type: ignore[misc]
            try:
                value = plain({key: member for key, member in record.items() if member is not None})
            except InputError as error:
                yield document.error(error.code, error.message, 0)
                continue
            result = self._shapes.entity(document, Piece(value, 0))
            if result is not None:
                yield result


def _is_text(kind: Any) -> bool:
    from pyarrow import types

    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_dictionary(kind))


def _seekable(stream: Stream) -> Any:
    """The file; of what cannot be read at any place, a copy."""
    if stream.file is not None:
        return open(stream.file.name, "rb")
    import tempfile

    copy = tempfile.TemporaryFile()  # noqa: SIM115
    while data := stream.reader.read(1 << 20):
        copy.write(data)
    copy.seek(0)
    return copy
