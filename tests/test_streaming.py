"""Reading in chunks, in parts and with a decoder gives what reading in one go gives, in little memory."""

from __future__ import annotations

import collections
import gzip
import io
import json
import os
import pickle
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import zstandard

import gsl
from gsl.errors import InputError
from gsl.inventory import parts as splitting
from gsl.inventory import window
from gsl.inventory.entity import Entity
from gsl.inventory.reading import BadSplit, Batch, Decoder, EntityReader, Target, parts_of, total_size

TYPES = frozenset(("T", "U"))
Told = tuple[Any, ...]
Read = tuple[list[Told], dict[tuple[str, str], int]]


class Whole:
    """A decoder that takes all that msgspec takes."""

    def __init__(self, kind: Any = dict) -> None:
        self._line = msgspec.json.Decoder(kind)
        self._list = msgspec.json.Decoder(list[kind])

    def lines(self, data: bytes) -> list[Any]:
        assert type(data) is bytes
        return self._line.decode_lines(data)

    def array(self, data: bytes) -> list[Any]:
        assert type(data) is bytes
        found: list[Any] = self._list.decode(data)
        return found


class Projected(msgspec.Struct):
    id: str | None = None
    type: str | None = None


DECODERS: list[Callable[[], Decoder | None]] = [lambda: None, Whole, lambda: Whole(Projected)]


def told(found: Iterable[Entity | InputError | Batch]) -> Iterator[Told]:
    for each in found:
        if isinstance(each, Batch):
            assert each.items
            yield from told([whole for index in range(len(each.items)) if (whole := each.whole(index)) is not None])
        elif isinstance(each, Entity):
            yield each.type, repr(each.data), repr(each.envelope), each.file
        else:
            yield each.code, each.message, each.file, each.line, each.column


class Notes:
    def __init__(self) -> None:
        self.counts: collections.Counter[tuple[str, str]] = collections.Counter()

    def __call__(self, code: str, message: str, file: str, count: int) -> None:
        self.counts[code, file] += count


def parsed(data: bytes, name: str, decoder: Decoder | None = None, types: frozenset[str] = TYPES) -> Read:
    notes = Notes()
    return list(told(EntityReader(Target(types), notes, decoder).parse(data, name))), dict(notes.counts)


def read(*sources: object, decoder: Decoder | None = None) -> Read:
    notes = Notes()
    reader = EntityReader(Target(TYPES), notes, decoder)
    return [each for source in sources for each in told(reader.read(str(source)))], dict(notes.counts)


def read_parts(*sources: object, jobs: int, decoder: Decoder | None = None) -> tuple[Read, int]:
    notes = Notes()
    parts = pickle.loads(pickle.dumps(parts_of([str(source) for source in sources], jobs)))
    found: list[Told] = []
    for part in parts:
        found += told(EntityReader(Target(TYPES), notes, decoder).read_part(part))
    return (found, dict(notes.counts)), len(parts)


def value(draw: random.Random, depth: int = 0) -> Any:
    kinds: list[Callable[[], Any]] = [
        lambda: draw.choice(("a", "}, {", '},{"type":', "Zoë", "日本", "\\", '"', "]\n[", "\t", "🐍")),
        lambda: draw.choice((None, True, False, 0, -1, 1.5, 10**17)),
        lambda: [{"type": "x", "id": value(draw, depth + 1)} for _ in range(draw.randrange(3))],
        lambda: {draw.choice("abë"): value(draw, depth + 1) for _ in range(draw.randrange(3))},
        lambda: [value(draw, depth + 1) for _ in range(draw.randrange(3))],
    ]
    return draw.choice(kinds[: 2 if depth > 2 else None])()


def entity(draw: random.Random) -> dict[str, Any]:
    found = {"type": draw.choice("TTTU"), "id": f"e{draw.randrange(100)}"}
    for key in draw.sample(("a", "b", "c", "tags"), draw.randrange(4)):
        found[key] = value(draw)
    if draw.random() < 0.1:
        del found["type"]
    return {"entity": found, "account": "9"} if draw.random() < 0.1 else found


def written(draw: random.Random, given: Any) -> str:
    style: dict[str, Any] = draw.choice(
        ({}, {"indent": 1}, {"separators": (",", ":")}, {"indent": 4}, {"separators": (" ,\r\n", " : ")})
    )
    return json.dumps(given, ensure_ascii=draw.random() < 0.5, **style)


def array(draw: random.Random) -> str:
    return written(draw, [entity(draw) for _ in range(draw.randrange(12))])


def keyed(draw: random.Random) -> str:
    return written(draw, {key: [entity(draw) for _ in range(draw.randrange(6))] for key in "TUV"})


def documents(draw: random.Random) -> str:
    shapes = (array, keyed, lambda draw: written(draw, entity(draw)))
    return "\n".join([draw.choice(shapes)(draw) for _ in range(draw.randrange(1, 5))])


def lines(draw: random.Random) -> str:
    ends = draw.choice((("\n",), ("\r\n",), ("\n", "\n\n", " \n")))
    return "".join([json.dumps(entity(draw)) + draw.choice(ends) for _ in range(draw.randrange(1, 15))])


SHAPES = {"array": array, "keyed": keyed, "documents": documents, "lines": lines}


def damaged(draw: random.Random, data: bytes) -> bytes:
    place = draw.randrange(len(data) + 1)
    bit = draw.choice((b"NaN", b"\xff", b"}", b"]", b"[", b'"', b"\n", b"1e999", b"5, ", b"{}", b"[" * 200, b""))
    return draw.choice((data[:place] + bit + data[place:], data[:place], data[:place] + data[place + 3 :]))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("state", ["sound", "damaged"])
def test_what_is_read_depends_on_neither_chunks_nor_decoders(
    shape: str, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in range(60):
        draw = random.Random(f"{shape}{state}{seed}")
        data = SHAPES[shape](draw).encode()
        data = damaged(draw, data) if state == "damaged" else data
        name = "x.jsonl" if shape == "lines" and draw.random() < 0.5 else "x.json"
        monkeypatch.setattr(window, "CHUNK", 1 << 18)
        expected = parsed(data, name)
        for decoder in DECODERS:
            for size in (draw.randint(1, 9), draw.randint(10, 50), draw.randint(50, 500)):
                monkeypatch.setattr(window, "CHUNK", size)
                assert parsed(data, name, decoder()) == expected, (seed, size, data)


def test_large_objects_are_decided_by_their_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window, "DECISION", 100)
    kept = 0
    for seed in range(60):
        draw = random.Random(seed)
        data = documents(draw).encode()
        monkeypatch.setattr(window, "CHUNK", 1 << 18)
        expected = parsed(data, "x.json")
        kept += len(expected[0])
        for decoder in DECODERS:
            for size in (draw.randint(1, 50), draw.randint(50, 500)):
                monkeypatch.setattr(window, "CHUNK", size)
                assert parsed(data, "x.json", decoder()) == expected, (seed, size, data)
    assert kept > 100


def test_most_of_a_file_comes_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window, "CHUNK", 4096)
    monkeypatch.setattr(window, "DECISION", 4096)
    given = [{"type": "T", "id": f"e{number}", "xs": [{"type": "x"}, {"type": "y"}]} for number in range(2000)]
    files = {
        "x.json": json.dumps(given),
        "y.json": json.dumps(given, indent=2),
        "z.json": json.dumps({"T": given, "U": given[:50], "V": given[:3]}),
        "x.jsonl": "\n".join([json.dumps(each) for each in given]),
    }
    for name, text in files.items():
        found = list(EntityReader(Target(TYPES), decoder=Whole(Projected)).parse(text.encode(), name))
        batches = [each for each in found if isinstance(each, Batch)]
        items = sum([len(each.items) for each in batches])
        assert items > 0.97 * (2053 if name == "z.json" else 2000), name
        assert items > 5 * len(batches), name
        assert all([isinstance(item, Projected) for batch in batches for item in batch.items])


def test_lines_that_hold_several_entities(monkeypatch: pytest.MonkeyPatch) -> None:
    several = [{"T": [{"id": "a"}, {"id": "b"}]}, [{"type": "T", "id": "c"}], {"type": "U", "id": "d"}]
    for given in (several, several[::-1]):
        data = "".join([json.dumps(each) + "\n" for each in given * 3]).encode()
        expected = parsed(data, "x.jsonl")
        assert len(expected[0]) == 12
        for size in (1, 20, 100, 1 << 18):
            monkeypatch.setattr(window, "CHUNK", size)
            found, notes = parsed(data, "x.jsonl", Whole(dict))
            assert (sorted(found, key=str), notes) == (sorted(expected[0], key=str), expected[1])


def test_a_batch_gives_the_same_whole_each_time() -> None:
    finding = {"entity": {"type": "T", "id": "a"}, "account": "1"}
    notes = Notes()
    reader = EntityReader(Target(TYPES), notes, Whole())
    batch = next(reader.parse(json.dumps([finding, finding, {"type": "T", "x": 1}]).encode(), "x.json"))
    assert isinstance(batch, Batch)
    first = batch.whole(0)
    assert isinstance(first, Entity)
    assert batch.whole(0) is first
    assert batch.whole(1) is None
    assert batch.whole(0) is first
    assert isinstance(batch.whole(2), Entity)


def many(count: int) -> list[dict[str, Any]]:
    return [{"type": "T", "id": f"é{number}", "xs": [{"type": "x", "n": number}]} for number in range(count)]


@pytest.mark.parametrize("decoder", DECODERS)
@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("x.jsonl", bytes),
        ("x.jsonl.gz", gzip.compress),
        ("x.jsonl.zst", zstandard.compress),
        ("x.jsonl.ZST", lambda data: zstandard.compress(data[:999]) + zstandard.compress(data[999:])),
        ("x.ndjson.gz", lambda data: gzip.compress(data[:999]) + gzip.compress(data[999:])),
    ],
)
def test_packed_files(
    tmp_path: Path, name: str, pack: Callable[[bytes], bytes], decoder: Callable[[], Decoder | None]
) -> None:
    data = "".join([json.dumps(each) + "\n" for each in many(9000)]).encode()
    (tmp_path / name).write_bytes(pack(data))
    seen: list[int] = []
    reader = EntityReader(Target(TYPES), decoder=decoder(), progress=seen.append)
    found = list(told(reader.read(str(tmp_path))))
    assert [each[1] for each in found] == [repr(each) for each in many(9000)]
    assert sum(seen) == total_size([str(tmp_path)]) == (tmp_path / name).stat().st_size


@pytest.mark.parametrize(("suffix", "pack"), [("gz", gzip.compress), ("zst", zstandard.compress)])
@pytest.mark.parametrize("harm", ["truncated", "damaged"])
def test_harm_to_packed_files_keeps_what_came_before(
    suffix: str, pack: Callable[[bytes], bytes], harm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = random.Random(5)
    data = "".join([json.dumps({"type": "T", "id": f"{draw.random()}"}) + "\n" for _ in range(20_000)]).encode()
    packed = pack(data)
    middle = len(packed) // 2
    packed = packed[:middle] if harm == "truncated" else packed[:middle] + bytes(100) + packed[middle + 100 :]
    results = []
    for size in (1 << 18, 1000):
        monkeypatch.setattr(window, "CHUNK", size)
        results.append(parsed(packed, f"x.jsonl.{suffix}"))
    assert results[0] == results[1]
    found = results[0][0]
    assert 2000 < len(found) < 20_000
    kind = "gzip" if suffix == "gz" else "zstd"
    assert found[-1][0] in {f"{harm}-{kind}", "invalid-encoding"}


def test_a_small_packed_file_that_is_huge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window, "LARGEST", 1 << 20)
    for pack in (gzip.compress, zstandard.compress):
        for name in ("x.json", "x.jsonl"):
            found, _ = parsed(pack(b'[{"a": "' + b"a" * (1 << 25)), name)
            assert [each[0] for each in found] == ["too-large"]


@pytest.mark.parametrize("decoder", DECODERS)
@pytest.mark.parametrize("name", ["x.json", "x.jsonl"])
@pytest.mark.parametrize(
    "start",
    ['[{"type": "T"}, {"type": "', '{"T": [{"id": "a"}, {"a": "', '{"a": "', '"', "5" * 9, "[" * 300, '[{"a": [5, '],
)
def test_what_never_ends_is_an_error(
    start: str, name: str, decoder: Callable[[], Decoder | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window, "LARGEST", 5000)
    monkeypatch.setattr(window, "DECISION", 1000)
    monkeypatch.setattr(window, "CHUNK", 500)
    found, _ = parsed((start + start[-1] * 200_000).encode(), name, decoder())
    assert found[-1][0] in {"too-large", "too-deep", "not-an-object", "invalid-json"}


def test_endless_files() -> None:
    code = (
        "import sys, resource\n"
        "resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))\n"
        "from gsl.inventory.reading import EntityReader, Target\n"
        "print([each.code for each in EntityReader(Target()).read(sys.argv[1])])\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, "/dev/zero"], capture_output=True, text=True, timeout=60, check=False
    )
    assert run.stdout.strip() in ("['invalid-json']", "['too-large']"), run.stderr


def test_a_line_too_large_ends_the_file_where_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window, "LARGEST", 5000)
    monkeypatch.setattr(window, "CHUNK", 500)
    data = b'{"type": "T", "id": "a"}\n{"type": "T", "x": "' + b"x" * 20_000
    found, _ = parsed(data, "x.jsonl")
    assert found[0][:2] == ("T", repr({"type": "T", "id": "a"}))
    assert [(each[0], *each[-2:]) for each in found[1:]] == [("too-large", 2, 1)]


@pytest.mark.parametrize("shape", ["lines", "array"])
def test_places_far_into_a_file(shape: str, tmp_path: Path) -> None:
    given = many(5000)
    texts = [json.dumps(each, ensure_ascii=False) for each in given]
    texts[4000] = '{"type": 5}'
    text = "\n".join(texts) if shape == "lines" else "[" + ",\n ".join(texts) + "]"
    file = tmp_path / ("x.jsonl" if shape == "lines" else "x.json")
    file.write_text("\ufeff" + text, "utf-8")
    for decoder in DECODERS:
        found, _ = read(file, decoder=decoder())
        assert len(found) == 5000
        assert [(each[0], *each[-2:]) for each in found if each[0] != "T"] == [
            ("no-type", 4001, 1 if shape == "lines" else 2)
        ]
    found = []
    for each in EntityReader(Target(TYPES), decoder=Whole(Projected)).read(str(file)):
        assert isinstance(each, (Batch, InputError))
        if isinstance(each, Batch):
            found += [(each.items[index].id, each.whole(index)) for index in (len(each.items) - 1, 0)]
    assert len(found) > 5
    for name, whole in found:
        assert isinstance(whole, Entity)
        assert whole.data == next(each for each in given if each["id"] == name)


def test_a_bad_byte_in_what_no_rule_reads() -> None:
    good = b'{"type": "T", "id": "a", "note": "ok"}'
    for between, name, place in ((b"\n", "x.jsonl", (3, 35)), (b", ", "x.json", (1, 116))):
        data = between.join([good, good, b'{"type": "T", "id": "a", "note": "\xff"}', good])
        data = data if name == "x.jsonl" else b"[" + data + b"]"
        for decoder in DECODERS:
            found, _ = parsed(data, name, decoder())
            assert [each[0] for each in found] == ["T", "T", "invalid-encoding"]
            assert found[-1][-2:] == place


def test_a_file_that_shrinks_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window, "CHUNK", 1000)
    file = tmp_path / "x.jsonl"
    file.write_text("".join([json.dumps(each) + "\n" for each in many(1000)]))
    reading = EntityReader(Target(TYPES)).read(str(file))
    found = [next(reading)]
    os.truncate(file, 5000)
    found += reading
    assert [each.code for each in found if isinstance(each, InputError)] == ["file-changed"]
    assert 5 < len(found) < 200


def test_pipes_and_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = json.dumps(many(20_000)).encode()
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for decoder in DECODERS:
        writer = threading.Thread(target=pipe.write_bytes, args=(data,))
        writer.start()
        found, _ = read(pipe, decoder=decoder())
        writer.join()
        assert len(found) == 20_000
        assert found[-1][1] == repr(many(20_000)[-1])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        assert [each[:2] for each in read("-", decoder=decoder())[0]] == [each[:2] for each in found]
    assert total_size(["-"]) is None
    assert total_size([str(pipe)]) is None


def test_patterns(tmp_path: Path) -> None:
    for name in ("a/x.jsonl.gz", "a/b/y.jsonl.gz", "a/b/z.jsonl", "[1].json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        data = b'{"type": "T", "id": "a"}\n'
        (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith("gz") else data)

    def files(pattern: str) -> list[str]:
        return [Path(each[3]).name for each in read(f"{tmp_path}/{pattern}")[0]]

    assert files("**/*.jsonl.gz") == ["y.jsonl.gz", "x.jsonl.gz"]
    assert files("a/?.jsonl*") == ["x.jsonl.gz"]
    assert files("[1].json") == ["[1].json"]
    (error,) = read(f"{tmp_path}/*.none")[0]
    assert error[0] == "no-files"


def in_parquet(file: Path, **columns: Any) -> None:
    import pyarrow
    from pyarrow import parquet

    parquet.write_table(pyarrow.table(columns), file, row_group_size=300)


@pytest.mark.parametrize("decoder", DECODERS)
def test_parquet(tmp_path: Path, decoder: Callable[[], Decoder | None]) -> None:
    file = tmp_path / "x.parquet"
    texts: list[str | None] = [json.dumps(each, indent=number % 2 or None) for number, each in enumerate(many(1000))]
    in_parquet(file, entity=texts, other=[1] * 1000)
    found, _ = read(tmp_path, decoder=decoder())
    assert [each[:2] for each in found] == [("T", repr(each)) for each in many(1000)]
    texts[5:8] = ["{", None, "5"]
    in_parquet(file, entity=texts, type=["U", "T"] * 500)
    found, _ = read(file, decoder=decoder())
    assert [(each[0], each[3]) for each in found if each[0] not in TYPES] == [
        ("not-an-object", 7),
        ("truncated-json", 6),
        ("not-an-object", 8),
    ]
    assert len(found) == 1000
    in_parquet(file, type=["T"] * 700, id=[str(number) for number in range(700)], tags=[[{"key": "a"}]] * 700)
    found, _ = read(file, decoder=decoder())
    assert len(found) == 700
    assert found[-1][1] == repr({"type": "T", "id": "699", "tags": [{"key": "a"}]})
    seen: list[int] = []
    assert len(list(EntityReader(Target(TYPES), progress=seen.append).read(str(file)))) == 700
    assert sum(seen) == file.stat().st_size
    data = file.read_bytes()
    for harmed in (data[:-9], data[: len(data) // 2]):
        file.write_bytes(harmed)
        assert read(file, decoder=decoder())[0][-1][0] == "damaged-parquet"


def test_parquet_without_its_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_parquet(tmp_path / "x", entity=["{}"])
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    ((code, message, *_),) = read(tmp_path / "x")[0]
    assert code == "no-parquet"
    assert "pip install 'gsl-engine[parquet]'" in message


def placed_alike(found: Any, expected: Any) -> bool:
    """Whether results are the same, though entities from inside a file may not say where they stood."""
    (some, *notes), (others, *other_notes) = found, expected
    if len(some) != len(others) or notes != other_notes:
        return False
    for one, other in zip(some, others):
        bare = isinstance(one, tuple) and len(one) == 6 and one[-2:] == (None, None)
        if one[:-2] != other[:-2] or not (bare or one == other):
            return False
    return True


@pytest.mark.parametrize("decoder", DECODERS)
@pytest.mark.parametrize("jobs", [2, 3, 7])
def test_parts_give_what_the_whole_gives(
    tmp_path: Path, jobs: int, decoder: Callable[[], Decoder | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(splitting, "LEAST", 60)
    split = 0
    for seed in range(40):
        draw = random.Random(f"parts{jobs}{seed}")
        shape = draw.choice(list(SHAPES))
        data = SHAPES[shape](draw).encode()
        data = damaged(draw, data) if draw.random() < 0.4 else data
        folder = tmp_path / f"{seed}"
        folder.mkdir()
        (folder / "a.json").write_bytes((b"\xef\xbb\xbf" if draw.random() < 0.3 else b"") + data)
        (folder / "b.json").write_text(json.dumps([{"type": "T", "id": "last"}]))
        sources = (folder, tmp_path / "none.json")
        monkeypatch.setattr(window, "CHUNK", 1 << 18)
        expected = read(*sources, decoder=decoder())
        monkeypatch.setattr(window, "CHUNK", draw.choice((7, 50, 500)))
        try:
            found, count = read_parts(*sources, jobs=jobs, decoder=decoder())
        except BadSplit:
            continue
        split += count > 3
        assert placed_alike(found, expected), (seed, data)
    assert split > 3


@pytest.mark.parametrize("shape", ["lines", "array"])
def test_large_files_are_split(tmp_path: Path, shape: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splitting, "LEAST", 10_000)
    given = many(3000)
    file = tmp_path / "x.json"
    file.write_text("\n".join([json.dumps(each) for each in given]) if shape == "lines" else json.dumps(given))
    for decoder in DECODERS:
        found, count = read_parts(file, jobs=2, decoder=decoder())
        assert count == 8
        assert placed_alike(found, read(file))
    assert len(parts_of([str(file)], 1)) == 1
    assert parts_of([str(file)], 1)[0].is_all


def test_parts_that_cannot_be_read_on_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splitting, "LEAST", 2000)
    monkeypatch.setattr(splitting, "_NEAR", 500)
    nested = [{"type": "T", "xs": [{"type": "x"}] * 500}, {"type": "T", "id": "b"}]
    files = {
        "nested": json.dumps([{"type": "T", "id": "a"}, *nested, *nested]),
        "two": json.dumps(many(100)) + json.dumps(many(100)),
        "finding": "\n".join([json.dumps({"entity": each}) for each in many(300)]),
        "broken": json.dumps(many(300))[:5000] + "!" + json.dumps(many(300))[5000:],
        "byte": json.dumps(many(300))[:5000] + "\udcff" + json.dumps(many(300))[5000:],
    }
    for name, text in files.items():
        file = tmp_path / f"{name}.json"
        file.write_bytes(text.encode("utf-8", "surrogateescape"))
        assert len(parts_of([str(file)], 4)) > 1
        for decoder in DECODERS:
            with pytest.raises(BadSplit):
                read_parts(file, jobs=4, decoder=decoder())
    changed = tmp_path / "x.jsonl"
    changed.write_text("".join([json.dumps(each) + "\n" for each in many(300)]))
    parts = parts_of([str(changed)], 4)
    changed.write_text("")
    with pytest.raises(BadSplit):
        list(EntityReader(Target(TYPES)).read_part(parts[1]))


MEASURED = """
import resource, sys, msgspec
from gsl.inventory.reading import EntityReader, Target, Batch
class P(msgspec.Struct):
    id: str | None = None
class D:
    lines = msgspec.json.Decoder(P).decode_lines
    array = msgspec.json.Decoder(list[P]).decode
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
count = 0
for each in EntityReader(Target(frozenset(["T"])), decoder=D() if sys.argv[2] == "decoder" else None).read(sys.argv[1]):
    count += len(each.items) if isinstance(each, Batch) else 1
print(count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize("how", ["decoder", "plain"])
@pytest.mark.parametrize("shape", ["lines", "array", "keyed", "documents", "packed"])
def test_memory_does_not_grow_with_the_file(tmp_path: Path, shape: str, how: str) -> None:
    text = json.dumps(
        {"type": "T", "id": "a", "tags": [{"key": "k", "value": "v" * 20}] * 30},
        indent=1 if shape == "documents" else None,
    )
    times = 40_000 if shape != "packed" and how == "decoder" else 15_000
    between = ", " if shape in ("array", "keyed") else "\n"
    first, last = {"array": ("[", "]"), "keyed": ('{"T": [', "]}")}.get(shape, ("", ""))
    file = tmp_path / "x.json"
    with gzip.open(file, "wt", 1) if shape == "packed" else file.open("w") as stream:
        stream.write(first + text)
        for _ in range(times - 1):
            stream.write(between + text)
        stream.write(last)
    run = subprocess.run([sys.executable, "-c", MEASURED, str(file), how], capture_output=True, text=True, check=True)
    count, kilobytes = [int(word) for word in run.stdout.split()]
    assert count == times
    assert kilobytes < 24_000


def test_two_values_on_a_line_and_a_blank_line_do_not_make_up_for_one_another(tmp_path: Path) -> None:
    file = tmp_path / "two.jsonl"
    file.write_text('{"type":"Bucket","id":"a"} {"type":"Bucket","id":"b"}\n\n{"type":"Bucket","id":"c"}\n')
    report = gsl.evaluate("Bucket should have encrypted = true", file)
    assert [finding.entity_id for finding in report.findings] == ["c"]
    assert [(each.code, each.line) for each in report.diagnostics if each.level == "error"] == [("invalid-json", 1)]
