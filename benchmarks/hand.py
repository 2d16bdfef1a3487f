"""The loops that an engineer would write by hand, over decoded dicts and over files.

`FED` says for each what it is given: decoded entities, or the files. Garbage collection is on, as
users have it, where the name does not say otherwise.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterable

from benchmarks.answers import Files
from benchmarks.cases import Fails
from benchmarks.chunks import whole_lines
from benchmarks.draws import Entity
from benchmarks.works import Work

Found = list[tuple[str, str]]
Loop = Callable[[Iterable[Entity]], Found]
EXCLUDED = {"structs-msgspec": {"mixed": "structs for a hundred rules were not written by hand"}}
FED = {
    "loop": "dicts",
    "load-all-orjson-nogc": "files",
    "load-all-orjson": "files",
    "load-all-json": "files",
    "lines-orjson": "files",
    "lines-json": "files",
    "lines-msgspec": "files",
    "structs-msgspec": "files",
    "scan-msgspec-raw": "files",
}


def loop_of(work: Work) -> Loop:
    """All rules of a work over entities: one comprehension for one rule, rules by type where types are mixed."""
    if work.kind != "mixed":
        rule_id, fails = work.cases[0].id, work.cases[0].fails
        return lambda entities: [(rule_id, entity["id"]) for entity in entities if fails(entity)]
    by_type: dict[str, list[tuple[str, Fails]]] = {}
    for case in work.cases:
        by_type.setdefault(case.type, []).append((case.id, case.fails))

    def loop(entities: Iterable[Entity]) -> Found:
        found: Found = []
        for entity in entities:
            for rule_id, fails in by_type.get(entity["type"], ()):
                if fails(entity):
                    found.append((rule_id, entity["id"]))
        return found

    return loop


def build(work: Work, variant: str) -> Callable[..., Found]:
    if variant == "structs-msgspec":
        from benchmarks import hand_structs

        return hand_structs.build(work.name, work.cases[0].id)
    loop = loop_of(work)
    if variant == "loop":
        return loop
    return lambda files: _READ[variant](files, loop)


def _load_all_orjson(files: Files, loop: Loop) -> Found:
    import orjson

    with open(files.array, "rb") as file:
        return loop(orjson.loads(file.read()))


def _load_all_orjson_nogc(files: Files, loop: Loop) -> Found:
    gc.disable()
    return _load_all_orjson(files, loop)


def _load_all_json(files: Files, loop: Loop) -> Found:
    with open(files.array, encoding="utf-8") as file:
        return loop(json.load(file))


def _lines_orjson(files: Files, loop: Loop) -> Found:
    import orjson

    with open(files.jsonl, "rb") as file:
        return loop(map(orjson.loads, file))


def _lines_json(files: Files, loop: Loop) -> Found:
    with open(files.jsonl, encoding="utf-8") as file:
        return loop(map(json.loads, file))


def _lines_msgspec(files: Files, loop: Loop) -> Found:
    import msgspec

    decode = msgspec.json.Decoder().decode_lines
    return loop(entity for chunk in whole_lines(files.jsonl, 64 * 1024) for entity in decode(chunk))


def _scan_msgspec_raw(files: Files, loop: Loop) -> Found:
    """Finds where each entity ends and nothing else: no decoder of msgspec can be faster."""
    import msgspec

    find_ends = msgspec.json.Decoder(msgspec.Raw).decode_lines
    for chunk in whole_lines(files.jsonl):
        find_ends(chunk)
    return []


_READ: dict[str, Callable[[Files, Loop], Found]] = {
    "load-all-orjson-nogc": _load_all_orjson_nogc,
    "load-all-orjson": _load_all_orjson,
    "load-all-json": _load_all_json,
    "lines-orjson": _lines_orjson,
    "lines-json": _lines_json,
    "lines-msgspec": _lines_msgspec,
    "scan-msgspec-raw": _scan_msgspec_raw,
}
