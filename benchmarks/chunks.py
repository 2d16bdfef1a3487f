"""A file of JSON lines in chunks of whole lines, as loops by hand with msgspec read it."""

from __future__ import annotations

from collections.abc import Iterator

SIZE = 256 * 1024


def whole_lines(path: str, size: int = SIZE) -> Iterator[bytes]:
    """Chunks of about `size` bytes that end where a line ends."""
    with open(path, "rb") as file:
        rest = b""
        while chunk := file.read(size):
            whole, _, after = (rest + chunk).rpartition(b"\n")
            if whole:
                yield whole
            rest = after
        if rest:
            yield rest
