"""Writes seeded entity files of any size in constant memory.

    python -m benchmarks.generate --kind iam --count 100000 --seed 1 --shape jsonl -o users.jsonl

The same arguments give the same bytes.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

from benchmarks.draws import Entity, Maker
from benchmarks.entities import iam_user, security_group
from benchmarks.storage_entities import rds, s3_bucket

KINDS: dict[str, tuple[Maker, ...]] = {
    "iam": (iam_user,),
    "sg": (security_group,),
    "mixed": (iam_user, security_group, s3_bucket, rds),
}
SHAPES = ("jsonl", "array")


def entities(kind: str, count: int, seed: int) -> Iterator[Entity]:
    """`count` entities of a kind, one by one; kinds of several types deal them at random."""
    rng = Random(f"{kind}-{seed}")
    makers = KINDS[kind]
    for number in range(count):
        make = makers[0] if len(makers) == 1 else rng.choice(makers)
        yield make(rng, number)


def write(file: Path, kind: str, count: int, seed: int, shape: str = "jsonl") -> None:
    """Write a file of entities: one a line, or one array."""
    between = "\n" if shape == "jsonl" else ", "
    with file.open("w", encoding="utf-8") as out:
        if shape == "array":
            out.write("[")
        for number, entity in enumerate(entities(kind, count, seed)):
            out.write((between if number else "") + json.dumps(entity))
        out.write("\n" if shape == "jsonl" else "]\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kind", choices=KINDS, default="iam")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shape", choices=SHAPES, default="jsonl")
    parser.add_argument("-o", "--output", type=Path, required=True)
    given = parser.parse_args()
    write(given.output, given.kind, given.count, given.seed, given.shape)


if __name__ == "__main__":
    main()
