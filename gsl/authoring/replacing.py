"""A new text in the place of a file: whole or not at all, with the file's own mode, links followed."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from gsl.errors import InputError


def replace_text(path: Path, text: str) -> None:
    """Put a text in the place of a file. Raises `InputError` when it cannot be written."""
    try:
        file = path.resolve()
        handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=".gsl-")
        try:
            with open(handle, "wb") as stream:
                stream.write(text.encode("utf-8"))
            shutil.copymode(file, temporary)
            os.replace(temporary, file)
        except BaseException:
            os.unlink(temporary)
            raise
    except (OSError, RuntimeError) as error:  # a loop of links is the latter
        message = f"the file cannot be written: {getattr(error, 'strerror', None) or error}"
        raise InputError("unwritable-file", message, str(path)) from None
