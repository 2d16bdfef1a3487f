"""How deep JSON is nested, told from its bytes as they pass: readers that keep the way to each value grow with its square."""

from __future__ import annotations

from itertools import accumulate

DEEPEST = 128
"""Lists and objects within one another."""

_OTHERS = bytes({*range(256)} - {*b"[]{}"})
_STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}


class TooDeep(ValueError):
    """JSON that is nested deeper than any that is meant."""


class Nesting:
    """The depth of a JSON text that comes in pieces."""

    def __init__(self) -> None:
        self._depth = 0
        self._inside = False
        self._held = b""
        """A backslash, where the last piece ended behind one."""

    def take(self, piece: bytes) -> bytes:
        """The piece, looked at. Raises `TooDeep`."""
        plain = (self._held + piece).replace(b"\\\\", b"")
        self._held = b"\\" if plain.endswith(b"\\") else b""
        parts = plain.removesuffix(b"\\").replace(b'\\"', b"").split(b'"')
        outside = b"".join(parts[self._inside :: 2])
        self._inside ^= len(parts) % 2 == 0
        steps = map(_STEPS.__getitem__, outside.translate(None, _OTHERS))
        depths = list(accumulate(steps, initial=self._depth))
        self._depth = depths[-1]
        if max(depths) > DEEPEST:
            raise TooDeep(f"it is nested more than {DEEPEST} deep")
        return piece
