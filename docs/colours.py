"""Looks at the built pages: every block of GSL is coloured, and nothing in one is an error to the lexer.

python docs/colours.py site/
"""

from __future__ import annotations

import re
import sys
from html.parser import HTMLParser
from pathlib import Path

DOCS = Path(__file__).resolve().parent
_FENCED = re.compile(r"^ *(?P<fence>`{3,}) *(?P<kind>[^\n]*)\n.*?^ *(?P=fence) *$", re.MULTILINE | re.DOTALL)
_GSL = re.compile(r"(?:gsl|\{\.gsl\})(?: .*)?")
_WORDS = {"k", "ow", "nc", "nb", "nf"}
"""Classes of what a block must have one of: a keyword, a word that compares, a type or a function."""


class _Blocks(HTMLParser):
    """The classes of the spans in each block of GSL on a page."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[set[str]] = []
        self.depth = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        classes = set((dict(attributes).get("class") or "").split())
        if self.depth:
            self.depth += tag == "div"
            self.blocks[-1] |= classes if tag == "span" else set()
        elif tag == "div" and "language-gsl" in classes:
            self.depth = 1
            self.blocks.append(set())

    def handle_endtag(self, tag: str) -> None:
        self.depth -= bool(self.depth and tag == "div")


def blocks_in(source: str) -> int:
    """How many blocks of GSL a page of Markdown has."""
    return len([block for block in _FENCED.finditer(source) if _GSL.fullmatch(block["kind"].strip())])


def faults(source: str, built: str) -> list[str]:
    """What is wrong with the blocks of GSL on a page, given its Markdown and its HTML."""
    page = _Blocks()
    page.feed(built)
    due = blocks_in(source)
    found = [f"{due} blocks of GSL, of which {len(page.blocks)} were built as such"] if due != len(page.blocks) else []
    for number, classes in enumerate(page.blocks, 1):
        if not classes & _WORDS:
            found.append(f"block {number} of GSL has no colours")
        if "err" in classes:
            found.append(f"block {number} of GSL holds what the lexer takes for an error")
    return found


def main(site: str) -> int:
    """Print what is wrong with the pages of a built site; 1 when something is."""
    wrong = blocks = 0
    for page in sorted(DOCS.rglob("*.md")):
        name = page.relative_to(DOCS)
        source = page.read_text("utf-8")
        blocks += blocks_in(source)
        for fault in faults(source, (Path(site) / name.with_suffix(".html")).read_text("utf-8")):
            wrong += 1
            print(f"{name}: {fault}", file=sys.stderr)
    print(f"{blocks} blocks of GSL, {wrong} faults")
    return int(wrong > 0 or blocks == 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
