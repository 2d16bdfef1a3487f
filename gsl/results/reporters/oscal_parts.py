"""What OSCAL documents are made of: identities, texts, properties, and what all documents of gsl hold."""

from __future__ import annotations

import re
import uuid
from array import array
from typing import Any

from gsl.errors import printable
from gsl.results.reporters.sentences import clean
from gsl.version import VERSION

_SPACE = uuid.UUID("b0c9a3f2-5d5e-5c1b-8a47-2f1f0f7d9e61")
_MARKUP = re.compile(r"([\\`*\[\]<>{}])")

OSCAL_VERSION = "1.2.3"
NAMESPACE = "urn:gsl:oscal"
"""The namespace of properties that are gsl's own."""


def identity(*parts: str) -> str:
    """A UUID that is the same whenever the parts are; these are clean texts."""
    return str(uuid.uuid5(_SPACE, "\n".join(parts)))


TOOL, PLATFORM, PLAN = identity("tool"), identity("platform"), identity("plan")
ORIGINS = [{"actors": [{"type": "tool", "actor-uuid": TOOL}]}]
ASSETS = {
    "components": [
        {
            "uuid": TOOL,
            "type": "software",
            "title": "gsl",
            "description": "A policy engine for GSL, the rule language of Check Point CloudGuard.",
            "props": [{"name": "version", "value": VERSION}],
            "status": {"state": "operational"},
        }
    ],
    "assessment-platforms": [{"uuid": PLATFORM, "title": "gsl", "uses-components": [{"component-uuid": TOOL}]}],
}
NO_PLAN = {
    "uuid": PLAN,
    "title": "No assessment plan",
    "description": "The rules themselves say what is assessed: there is no assessment plan.",
}


def prose(text: str) -> str:
    """A text in which nothing is markup, as OSCAL's texts are Markdown."""
    return _MARKUP.sub(r"\\\1", clean(text)).strip()


def line(text: str) -> str:
    """The same on one line, and not empty."""
    return prose(printable(text)) or "-"


def plain(text: str) -> str:
    """A text on one line that is no Markdown, and not empty."""
    return printable(text).strip() or "-"


def one_property(name: str, value: str, own: bool = True) -> dict[str, str]:
    """A property; one that is gsl's own is so marked."""
    return {"name": name, **({"ns": NAMESPACE} if own else {}), "value": plain(value)}


def properties(values: dict[str, str]) -> dict[str, Any]:
    """The member that holds properties; none when all are empty, as OSCAL knows no empty ones."""
    found = [one_property(name, value) for name, value in values.items() if value.strip()]
    return {"props": found} if found else {}


class Seen:
    """Which of so many UUIDs were met before."""

    def __init__(self, most: int) -> None:
        self.size = 2 * most + 1
        self.table = array("Q", bytes(8 * self.size))

    def again(self, name: bytes) -> bool:
        """Whether this one was met before; it is now."""
        value = int.from_bytes(name[8:]) or 1
        place = value % self.size
        while self.table[place]:
            if self.table[place] == value:
                return True
            place = (place + 1) % self.size
        self.table[place] = value
        return False
