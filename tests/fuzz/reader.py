"""Fuzzes the reading of entity files: any bytes give entities and errors, soon, and never anything else.

Of a text that breaks off, the entities before the break are those of the whole text.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator
from random import Random
from typing import Any

import attrs

import gsl
from gsl.inventory.entity import Entity
from gsl.inventory.reading import Batch, EntityReader, Target
from tests.fuzz import running
from tests.fuzz.running import Wrong, fuzz, pieces_left_out
from tests.generation import Generator

_NAMES = ("x.json", "x.json", "x.jsonl", "x.ndjson", "x.json.gz", "x.JSONL.gz", "x", "x.txt")
_TYPES = (frozenset(("Thing",)), frozenset(("Thing", "Other")), frozenset[str]())
_BITS = (
    *(
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b'"',
        b"\\",
        b"null",
        b"NaN",
        b"-Infinity",
        b"1e999",
        b"1" * 4400,
        b"-",
        b"0",
        b"01",
    ),
    *(
        b"\n",
        b"\r\n",
        b" ",
        b"\x00",
        b"\xff",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xc3",
        b"\xed\xa0\x80",
        b"\\ud800",
        b"\\u00",
        b"\x1b[31m",
    ),
    *(
        b'"type":"Thing"',
        b'"entity":',
        b'"entity":{"type":"Thing"}',
        b'"_errors":[{"path":""}]',
        b'{"Thing":[{}]}',
        b"\x1f\x8b",
        b"true",
    ),
    *(b'"a":1,"a":2', b"[" * 200, b'{"a":' * 200, b"# c", b"// c", b"'", b'"\x01"', b'"Thing":[', b'"id":'),
)


@attrs.frozen
class Case:
    """The bytes of a file, its name, and the types that the rules ask for."""

    data: bytes
    name: str
    types: frozenset[str]
    whole: bytes | None = None
    """The file before it broke off, when nothing else was done to it."""


def draw(random: Random) -> Case:
    """A file with entities in one of the shapes that people have, mostly with something done to it."""
    if random.random() < 0.2:
        whole = _written(random, "utf-8")
        name = random.choice(("x.json", "x.json", "x.jsonl"))
        return Case(whole[: random.randrange(len(whole) + 1)], name, random.choice(_TYPES), whole)
    data = _written(random) if random.random() < 0.9 else random.randbytes(random.choice((0, 1, 2, 10, 100)))
    for _ in range(random.choice((0, 1, 1, 1, 2, 4))):
        data = _changed(data, random)
    if random.random() < 0.1:
        data = gzip.compress(data, mtime=0) + random.choice((b"", b"", b"\n", gzip.compress(data, mtime=0)))
        data = _changed(data, random) if random.random() < 0.5 else data
    return Case(data, random.choice(_NAMES), random.choice(_TYPES))


def entities_in(random: Random) -> list[dict[str, Any]]:
    """Entities and findings that carry one, as JSON has them."""
    generator = Generator(random, depth=2)
    found: list[dict[str, Any]] = []
    for entity in generator.entities(generator.statement()):
        found.append(
            entity if random.random() < 0.8 else {"entity": entity, "account": {"id": "1"}, "severity": "high"}
        )
    return found


def _written(random: Random, encoding: str | None = None) -> bytes:
    entities = entities_in(random)
    indent = random.choice((None, None, 2))
    shape = random.randrange(6)
    if shape == 0:
        text = "\n".join([json.dumps(each) for each in entities])
    elif shape == 1:
        text = json.dumps({"Thing": entities, "Other": entities[:1]}, indent=indent)
    elif shape == 2:
        text = "\n".join([json.dumps(each, indent=2) for each in entities])
    elif shape == 3:
        text = json.dumps(entities[0], indent=indent)
    else:
        text = json.dumps(entities, indent=indent, ensure_ascii=random.random() < 0.5)
    encodings = ("utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1")
    return text.encode(encoding or random.choice(encodings), "replace")


def _changed(data: bytes, random: Random) -> bytes:
    place = random.randrange(len(data) + 1)
    end = place + random.choice((0, 0, 1, 1, 5, 50))
    kind = random.randrange(6)
    if kind == 0:
        return data[:place]
    if kind == 1:
        return data[:place] + data[end:]
    if kind == 2:
        return data[:place] + random.randbytes(random.choice((1, 2))) + data[end:]
    if kind == 3:
        other = random.randrange(len(data) + 1)
        return data[:place] + data[other : other + 50] + data[place:]
    return data[:place] + random.choice(_BITS) + data[end:]


def read(case: Case) -> list[Entity | gsl.InputError]:
    """What the reader makes of a file."""
    found = EntityReader(Target(case.types)).parse(case.data, case.name)
    return [each for each in found if not isinstance(each, Batch)]


def check(case: Case) -> None:
    """Raises when reading gives anything but entities and errors that can be used."""
    found = read(case)
    for each in found:
        if isinstance(each, Entity):
            _check_entity(each)
        elif isinstance(each, gsl.InputError):
            _check_error(each, case)
        else:
            raise Wrong("neither an entity nor an error", repr(each))
    if [_told(each) for each in found] != [_told(each) for each in read(case)]:
        raise Wrong("another result the second time")
    if not found:
        _check_nothing(case)
    if case.whole is not None:
        _check_prefix(found, case, case.whole)
    gsl.evaluate("Thing should have a = 1", [each.data for each in found if isinstance(each, Entity)])


def _told(each: Entity | gsl.InputError) -> str:
    return repr(each) if isinstance(each, Entity) else str(each)


def _check_nothing(case: Case) -> None:
    """Reading nothing without a word is right only for a text that holds no entity."""
    text = case.data.decode("utf-8", "ignore").lstrip("\ufeff")
    packed = case.data.startswith((b"\x1f\x8b", b"\xff\xfe", b"\xfe\xff"))
    if not packed and text.strip() and any(value for value in _documents(text)):
        raise Wrong("nothing read, nothing said")


def _documents(text: str) -> Iterator[Any]:
    """The JSON values of a text one after the other; the text itself where it is no JSON."""
    decoder = json.JSONDecoder()
    rest = text.strip()
    while rest:
        try:
            value, end = decoder.raw_decode(rest)
        except ValueError:
            yield rest
            return
        empty = isinstance(value, dict) and all(each == [] for each in value.values())
        yield None if empty else value
        rest = rest[end:].strip()


def _check_prefix(found: list[Entity | gsl.InputError], case: Case, whole: bytes) -> None:
    """What was read of a file that broke off is the beginning of what the whole file holds."""
    entities = [each.data for each in found if isinstance(each, Entity)]
    all_entities = [each.data for each in read(attrs.evolve(case, data=whole)) if isinstance(each, Entity)]
    if entities != all_entities[: len(entities)]:
        raise Wrong("other entities before the break", f"{entities} of {all_entities}")
    heard = any(isinstance(each, gsl.InputError) for each in found)
    broken = any(isinstance(value, str) for value in _documents(case.data.decode("utf-8", "ignore")))
    if len(entities) < len(all_entities) and broken and not heard:
        raise Wrong("a break that nobody hears of")


def _check_entity(entity: Entity) -> None:
    if not isinstance(entity.data, dict) or not isinstance(entity.type, str):
        raise Wrong("an entity of another shape")
    json.dumps(entity.data, allow_nan=False)
    for text in (entity.id, entity.name, entity.account, entity.region):
        if not isinstance(text, str):
            raise Wrong("a name that is no text")
    if entity.line is None or entity.line < 1 or entity.column is None or entity.column < 1:
        raise Wrong("an entity without a place")


def _check_error(error: gsl.InputError, case: Case) -> None:
    shown = str(error)
    if not error.code or not error.message:
        raise Wrong("an error without code or message")
    if not all([character.isprintable() or character == "\n" for character in shown]):
        raise Wrong("an error that is not printable", repr(shown))
    if (
        error.line is not None
        and not 1 <= error.line <= case.data.count(b"\n") + 1
        and not case.data.startswith(b"\x1f\x8b")
    ):
        raise Wrong("a line that is not there", shown)
    if len(shown) > 1000:
        raise Wrong("an endless error", shown[:200])


def smaller(case: Case) -> Iterator[Case]:
    """Files with fewer bytes."""
    for pieces in pieces_left_out(case.data):
        yield attrs.evolve(case, data=bytes(pieces))


TARGET = running.Target("reader", draw, check, smaller)

if __name__ == "__main__":
    sys.exit(fuzz(TARGET))
