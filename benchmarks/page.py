"""Where tables go: to standard output, and between the marks of the page about performance."""

from __future__ import annotations

import re
from pathlib import Path

import attrs


@attrs.frozen
class Page:
    """Prints parts as they are done; `file` has a pair of comments for each part it wants."""

    file: Path | None = None

    def put(self, name: str, text: str) -> None:
        print(f"\n<!-- measured: {name} -->\n{text}\n<!-- /measured -->", flush=True)
        if self.file:
            page = self.file.read_text("utf-8")
            pattern = rf"(<!-- measured: {re.escape(name)} -->\n).*?(\n<!-- /measured -->)"
            self.file.write_text(re.sub(pattern, lambda found: found[1] + text + found[2], page, flags=re.S), "utf-8")
