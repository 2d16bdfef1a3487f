"""Markdown in which texts from rules and entities are only texts, whatever they hold."""

from __future__ import annotations

import json
import re
from typing import Any

from gsl.errors import printable

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+\-!|~&])")
_TICKS = re.compile(r"`+")
_LONGEST = 80


def plain(text: str) -> str:
    """A text that stands in Markdown as it is."""
    return _SPECIAL.sub(r"\\\1", printable(text))


def code(text: str) -> str:
    """A text as code, on one line."""
    text = printable(text)
    fence = "`" * (1 + max([len(run) for run in _TICKS.findall(text)], default=0))
    return f"{fence} {text} {fence}" if text[:1] == "`" or text[-1:] == "`" else f"{fence}{text}{fence}"


def block(lines: list[str]) -> str:
    """Lines of GSL as a block of code."""
    shown = [printable(line).replace("```", "'''") for line in lines]
    return "\n".join(["```gsl", *shown, "```"])


def value(given: Any) -> str:
    """A value as code, cut when it is long."""
    text = json.dumps(given, ensure_ascii=False)
    return code(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}...")
