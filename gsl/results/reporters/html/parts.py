"""What pages are put together from: the files of their assets, and the policy for what may run and style them."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

_FOLDER = Path(__file__).parent / "assets"


def asset(name: str) -> str:
    """The text of a file of the assets."""
    return (_FOLDER / name).read_text("utf-8")


def policy(style: str, script: str = "") -> str:
    """What the browser may load and run: this style and this script, and nothing from anywhere."""
    runs = f"script-src {_hashed(script)}; " if script else ""
    return f"default-src 'none'; style-src {_hashed(style)}; {runs}img-src data:; base-uri 'none'; form-action 'none'"


def _hashed(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
