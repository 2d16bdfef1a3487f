"""Entity files in every shape people have, and in every state of damage."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest

from gsl.errors import InputError
from gsl.inventory.entity import Entity
from gsl.inventory.reading import EntityReader, Target

ANN = '{"type": "T", "id": "ann"}'


def read(
    data: str | bytes, name: str = "x.json", types: tuple[str, ...] = ("T",)
) -> tuple[list[Entity], list[InputError]]:
    reader = EntityReader(Target(frozenset(types)))
    found = list(reader.parse(data.encode() if isinstance(data, str) else data, name))
    return [each for each in found if isinstance(each, Entity)], [
        each for each in found if isinstance(each, InputError)
    ]


@pytest.mark.parametrize(
    "data",
    [
        f"[{ANN}]",
        ANN,
        '{"T": [{"id": "ann"}]}',
        '{"T": [{"id": "ann", "type": "gp2"}]}',
        f'{{"entity": {ANN}, "rule": {{}}}}',
        f'[{{"entity": {ANN}}}]',
        '[{"id": "ann"}]',
        '{"id": "ann"}',
        f"\ufeff[{ANN}]",
        f"\r\n[\r\n{ANN}\r\n]\r\n",
        f"{ANN}\n",
        '{"type": "T", "id": "other", "id": "ann"}',
        f'{{"A{"é" * 3000}": 1, {ANN[1:]}',
        f'{{"AB{"é" * 3000}": 1, {ANN[1:]}',
    ],
)
def test_shapes_of_one_entity(data: str) -> None:
    entities, errors = read(data)
    assert errors == []
    assert [(each.type, each.id) for each in entities] == [("T", "ann")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_encodings(encoding: str) -> None:
    data = '[{"type": "T", "id": "ann", "name": "Zoë"}]'.encode(encoding)
    if encoding == "utf-16-le":
        data = b"\xff\xfe" + data
    entities, errors = read(data)
    assert errors == []
    assert entities[0].name == "Zoë"


def test_json_lines_by_suffix_and_by_look() -> None:
    data = f'{ANN}\n\n{{"type": "T", "id": "bob"}}\r\n'
    for name in ("x.jsonl", "x.ndjson", "x.json", "<stdin>"):
        entities, errors = read(data, name)
        assert errors == []
        assert [(each.id, each.line) for each in entities] == [("ann", 1), ("bob", 3)]


def test_documents_one_after_the_other() -> None:
    pretty = json.dumps({"type": "T", "id": "ann"}, indent=2)
    entities, errors = read(f"{pretty}\n{pretty}\n")
    assert errors == []
    assert len(entities) == 2


def test_gzip_by_content(tmp_path: Path) -> None:
    for name in ("x.json.gz", "x.jsonl.gz", "x.json"):
        entities, errors = read(gzip.compress(ANN.encode()) + gzip.compress(b"\n"), name)
        assert errors == []
        assert len(entities) == 1


def test_places_are_those_of_the_file() -> None:
    entities, _ = read(f"[\n  {ANN},\n  {ANN}\n]")
    assert [(each.line, each.column) for each in entities] == [(2, 3), (3, 3)]


def test_findings_that_carry_one_entity_count_once() -> None:
    finding = f'{{"entity": {ANN}, "account": {{"id": "9"}}}}'
    entities, errors = read(f"[{finding}, {finding}]")
    assert errors == []
    assert [each.account for each in entities] == ["9"]


@pytest.mark.parametrize(
    ("data", "name", "code", "place", "kept"),
    [
        ("", "x.json", "empty-file", (None, None), 0),
        (" \n ", "<stdin>", "empty-file", (None, None), 0),
        ("[1]", "x.json", "not-an-object", (1, 2), 0),
        (f"[{ANN}, null]", "x.json", "not-an-object", (1, 30), 1),
        ('"text"', "x.json", "not-an-object", (1, 1), 0),
        ('{"T": {"id": "x"}, "U": []}', "x.json", "not-a-list", (1, 7), 0),
        (f'{{"T": [{ANN}], "note": 5}}', "x.json", "not-a-list", (1, 45), 1),
        (f'{{"T": [{ANN}, 5]}}', "x.json", "not-an-object", (1, 36), 1),
        (f"[{ANN}, {{", "x.json", "truncated-json", (1, 31), 1),
        (f"[\n{ANN},\n", "x.json", "truncated-json", (3, 1), 1),
        (f'{{"T": [{ANN}, {{"id"', "x.json", "truncated-json", (1, 41), 1),
        (f"[{ANN} {ANN}]", "x.json", "invalid-json", (1, 29), 1),
        ("[{'type': 'T'}]", "x.json", "invalid-json", (1, 3), 0),
        (f"{ANN}\n{{broken\n{ANN}", "x.jsonl", "invalid-json", (2, 2), 2),
        (f"{ANN}\n5\n{ANN}", "x.jsonl", "not-an-object", (2, 1), 2),
        (f"{ANN} {ANN}\n{ANN}", "x.jsonl", "invalid-json", (1, 28), 1),
        ("[" * 10_000 + "]" * 10_000, "x.json", "too-deep", (1, 2), 0),
        (f'[{ANN}, {{"type": "T", "x": {"[" * 10_000}{"]" * 10_000}}}]', "x.json", "too-deep", (1, 30), 1),
        (f'{{"type":"T","x":{"[" * 10_000}{"]" * 10_000}}}\n{ANN}', "x.jsonl", "too-deep", (1, 1), 1),
        (b'[{"type": "T", "id": "ann"}, {"type": "T", "id": "\xff"}]', "x.json", "invalid-encoding", (1, 51), 1),
        (b"\x1f\x8b\x08\x00\0\0\0\0\0\0\xff\xff\xff", "x.json.gz", "damaged-gzip", (None, None), 0),
    ],
)
def test_damage_is_named_and_the_rest_is_kept(
    data: str | bytes, name: str, code: str, place: tuple[int | None, int | None], kept: int
) -> None:
    entities, errors = read(data, name, types=("T", "U"))
    assert [(each.code, (each.line, each.column)) for each in errors] == [(code, place)]
    assert len(entities) == kept
    assert errors[0].file == name


def test_truncated_gzip_keeps_what_came_before() -> None:
    lines = "".join(json.dumps({"type": "T", "id": f"u{number}"}) + "\n" for number in range(5000))
    entities, errors = read(gzip.compress(lines.encode(), mtime=0)[:-2000], "x.jsonl.gz")
    assert 0 < len(entities) < 5000
    assert [each.code for each in errors] == ["truncated-gzip"]


def test_numbers_that_no_json_has_become_missing() -> None:
    notes: list[tuple[str, int]] = []
    reader = EntityReader(Target(frozenset("T")), lambda code, _message, _file, count: notes.append((code, count)))
    data = f'[{{"type": "T", "id": "a", "x": NaN, "y": -Infinity, "z": 1e999, "w": {"9" * 5000}, "v": 1.5}}]'
    (entity,) = reader.parse(data.encode(), "x.json")
    assert isinstance(entity, Entity)
    assert entity.data == {"type": "T", "id": "a", "x": None, "y": None, "z": None, "w": None, "v": 1.5}
    assert notes == [("non-finite-number", 4)]


def test_types_decide_how_an_object_is_read() -> None:
    entities, errors = read('{"name": "x", "tags": [{"key": "a"}]}', types=("T",))
    assert (len(entities), errors) == (1, [])
    entities, errors = read('{"id": "x"}', types=("T", "U"))
    assert entities == []
    assert errors[0].code == "no-type"


def test_folders_and_missing_files(tmp_path: Path) -> None:
    reader = EntityReader(Target())
    (tmp_path / "sub").mkdir()
    (tmp_path / "b.json").write_text(f"[{ANN}]")
    (tmp_path / "sub" / "a.jsonl.gz").write_bytes(gzip.compress(ANN.encode()))
    (tmp_path / "notes.txt").write_text("no entities")
    assert len([each for each in reader.read(str(tmp_path)) if isinstance(each, Entity)]) == 2
    for path in (tmp_path / "nowhere.json", tmp_path / "empty"):
        (tmp_path / "empty").mkdir(exist_ok=True)
        (error,) = reader.read(str(path))
        assert isinstance(error, InputError)
        assert error.code in ("no-such-file", "no-files")


def test_accounts_and_ids() -> None:
    def one(**data: object) -> Entity:
        return Entity("T", dict(data))

    assert one(accountNumber=111).account == "111"
    assert one(accountNumber="", account={"id": "2"}).account == "2"
    assert one(account="3", accountId="4").account == "3"
    assert one(cloudAccountId="5").account == "5"
    assert Entity("T", {}, {"id": "6"}).account == "6"
    assert one().account == ""
    assert one(id="", arn="a", name="n").id == "a"
    assert one(id=7).id == "7"
    assert one(x=1).id == one(x=1).id != one(x=2).id
    assert one(x=1).own_id == ""


def test_what_a_folder_holds_and_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(f"[{ANN}]")
    (tmp_path / "gone.json").symlink_to(tmp_path / "nowhere.json")
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "b.json").write_text('[{"type": "T", "id": "bob"}]')
    inputs = tmp_path / "inputs"
    inputs.mkdir()
    for name in ("a.json", "gone.json", "pipe.json"):
        (tmp_path / name).rename(inputs / name)
    (inputs / "linked").symlink_to(tmp_path / "elsewhere")
    (inputs / "loop").symlink_to(inputs)
    found = list(EntityReader(Target()).read(str(inputs)))
    assert [each.id for each in found if isinstance(each, Entity)] == ["ann", "bob"]
    errors = [each for each in found if isinstance(each, InputError)]
    assert [each.code for each in errors] == ["unreadable-file", "unreadable-file"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ('[{"entity": null}]', "not-an-object"),
        ('[{"entity": "x", "account": {"id": "1"}}]', "not-an-object"),
        ('[{"type": 5, "id": "x"}]', "no-type"),
        ('[{"type": ["T"], "id": "x"}]', "no-type"),
        ('{"users": [{"id": "x"}], "total": 1}', "no-type"),
        ('{"schemaVersion": "1", "tool": {"name": "gsl"}, "findings": []}', "not-entities"),
    ],
)
def test_what_only_looks_like_an_entity_is_refused(data: str, code: str) -> None:
    entities, errors = read(data)
    assert entities == []
    assert [each.code for each in errors] == [code]


def test_a_wrapper_round_typed_entities_is_looked_through() -> None:
    entities, errors = read(f'{{"entities": [{ANN}]}}')
    assert errors == []
    assert [each.type for each in entities] == ["T"]
