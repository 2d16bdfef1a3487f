"""Files and their bytes: what a folder holds, standard input, gzip, encodings; nothing lost in silence."""

from __future__ import annotations

import errno
import os
import stat
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from gsl.errors import InputError

_GZIP = b"\x1f\x8b"
_ENCODINGS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def files_below(folder: Path, wanted: Callable[[str], bool]) -> Iterator[Path | InputError]:
    """The wanted files of a folder and its subfolders, in order of name.

    Links to folders are followed, each folder once. What cannot be read, or is no file although
    its name is wanted, comes as an `InputError`.
    """
    lost: list[InputError] = []

    def onerror(error: OSError) -> None:
        what = f"the folder cannot be read: {error.strerror or error}"
        lost.append(InputError("unreadable-file", what, str(error.filename or folder)))

    seen: set[tuple[int, int]] = set()
    found: list[Path] = []
    for top, folders, names in os.walk(folder, onerror=onerror, followlinks=True):
        status = os.stat(top)
        if (status.st_dev, status.st_ino) in seen:
            folders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        found += [Path(top) / name for name in names if wanted(name)]
    yield from lost
    for file in sorted(found):
        fault = _fault(file)
        yield file if fault is None else InputError("unreadable-file", fault, str(file))


def _fault(file: Path) -> str | None:
    try:
        status = file.stat()
    except OSError as error:
        return f"the file cannot be read: {error.strerror or error}"
    return None if stat.S_ISREG(status.st_mode) else "this is no regular file"


def standard_input() -> bytes:
    """All of standard input. Raises `OSError` when it is closed."""
    if sys.stdin is None:
        raise OSError(errno.EBADF, "standard input is closed")
    return sys.stdin.buffer.read()


def is_gzip(data: bytes) -> bool:
    """Whether bytes are gzip data."""
    return data.startswith(_GZIP)


def unzipped(data: bytes, name: str, late: list[InputError]) -> bytes:
    """The content of gzip data; of truncated or damaged data, what comes before the damage."""
    pieces: list[bytes] = []
    try:
        while data:
            stream = zlib.decompressobj(wbits=31)
            for start in range(0, len(data), 1 << 16):
                pieces.append(stream.decompress(data[start : start + (1 << 16)]))
                if stream.eof:
                    data = stream.unused_data + data[start + (1 << 16) :]
                    break
            else:
                message = "the gzip data ends in the middle; what came before is used"
                late.append(InputError("truncated-gzip", message, name))
                break
    except zlib.error as error:
        message = f"the gzip data is damaged: {error}; what came before is used"
        late.append(InputError("damaged-gzip", message, name))
    return b"".join(pieces)


def decoded(data: bytes, name: str, late: list[InputError]) -> str:
    """The text of a file; of one that is no UTF-8, what comes before the first bad byte."""
    encoding = next((encoding for mark, encoding in _ENCODINGS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        text = data[: error.start].decode(encoding, "ignore")
        line, column = text.count("\n") + 1, len(text) - text.rfind("\n")
        message = f"the byte 0x{data[error.start]:02x} is no {encoding.removesuffix('-sig').upper()}"
        late.append(InputError("invalid-encoding", f"{message}; what came before is used", name, line, column))
        return text
