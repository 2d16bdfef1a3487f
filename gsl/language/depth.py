"""Room for rules at the limit of depth, however deep the caller's own stack already is."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")

ROOM = 20_000
"""Frames that a rule of the greatest depth over an entity of the greatest depth cannot fill."""


def with_room(call: Callable[[], Result]) -> Result:
    """What a call gives; when Python's stack is too short for it, again with a longer one.

    Depth is bounded by the limits on rules and entities, so the second try cannot run away.
    """
    try:
        return call()
    except RecursionError:
        pass
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(limit + ROOM)
    try:
        return call()
    finally:
        sys.setrecursionlimit(limit)
