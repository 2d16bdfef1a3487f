"""Markdown for the generated pages: tables, code, text that means itself."""

from __future__ import annotations

import re
from collections.abc import Iterable

NOTICE = "<!-- Written by docs/generate.py from the code. Change the code and run it again. -->"


def escaped(text: str) -> str:
    """Plain text as Markdown; code in backticks stays as it is."""
    pieces = re.split(r"(`[^`]*`)", " ".join(text.split()))
    return "".join(each if each.startswith("`") else re.sub(r"([\\*_\[\]<>])", r"\\\1", each) for each in pieces)


def code(lines: Iterable[str], language: str = "text") -> str:
    """A block of text that is shown as it is, in the colours of its language."""
    return "\n".join([f"```{language}", *lines, "```"])


def table(head: list[str], rows: list[list[str]]) -> str:
    """A table of cells that are Markdown already."""
    cells = [head, ["---"] * len(head), *[[cell.replace("|", "\\|") for cell in row] for row in rows]]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)


def folded(summary: str, body: str) -> str:
    """What is shown when the reader opens it; on GitHub and on the built site."""
    return f'<details markdown="1">\n<summary>{summary}</summary>\n\n{body}\n\n</details>'


def page(parts: Iterable[str]) -> str:
    """A page of paragraphs."""
    return "\n\n".join(parts) + "\n"
