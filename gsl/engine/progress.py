"""How far a run has come, as it tells whoever shows it."""

from __future__ import annotations

from msgspec import Struct


class Progress(Struct, frozen=True):
    """How far a run has come.

    `read` are bytes of the input as it is stored, `total` all there are; `None` where that is not
    known, as with standard input. `entities` and `findings` are those so far.
    """

    read: int
    total: int | None
    entities: int
    findings: int
