"""What every contestant finds: pairs of rule and entity id, compared by count and checksum."""

from __future__ import annotations

from collections.abc import Iterable
from zlib import crc32

import attrs

Pairs = Iterable[tuple[str, str]]


@attrs.frozen
class Files:
    """The same entities in two files."""

    jsonl: str = ""
    array: str = ""


def checksum(pairs: Pairs) -> tuple[int, int]:
    """How many pairs there are, and a sum over them in which the order does not matter."""
    count = total = 0
    for rule_id, entity_id in pairs:
        count += 1
        total += crc32(f"{rule_id} {entity_id}".encode())
    return count, total
