"""Prints how the language cuts rule files, for the test that the grammar cuts them alike: JSON, a list for each file."""

import json
import sys
from pathlib import Path

from gsl.authoring.pieces import pieces_of
from gsl.ruleset.frontmatter import fences


def cut(file: str) -> dict[str, object]:
    """The rule of a file, where it begins, and its pieces."""
    text = Path(file).read_text("utf-8")
    found = fences(text)
    below = found[-1][1] if found else 0
    return {"file": file, "below": below, "pieces": [[piece.kind, piece.text] for piece in pieces_of(text[below:])]}


json.dump([cut(file) for file in sys.stdin.read().splitlines()], sys.stdout)
