"""Completion in the front matter of a rule: its keys, and the values of those that have a choice."""

from __future__ import annotations

import re

from gsl.authoring.completing import Candidate
from gsl.results.severity import SEVERITIES
from gsl.ruleset.metadata import KEYS

_MEANINGS = {
    "id": "names the rule in reports; the file's name when left out",
    "title": "the rule in a line",
    "severity": f"one of {', '.join(SEVERITIES)}",
    "category": "what the rule is about",
    "description": "what goes wrong when it fails",
    "remediation": "how to mend what it finds",
    "frameworks": "frameworks, each with the sections that the rule maps to",
    "references": "addresses of pages to read",
}
_KEY = re.compile(r"[A-Za-z]*")
_SEVERITY = re.compile(r"severity:[ \t]+([A-Za-z]*)")


def complete_front(text: str, offset: int) -> list[Candidate]:
    """What can be written at an offset in the front matter."""
    start = text.rfind("\n", 0, offset) + 1
    written = text[start:offset]
    chosen = _SEVERITY.fullmatch(written)
    if chosen is not None:
        begun = chosen.group(1)
        return [_candidate("value", each, offset - len(begun), "") for each in SEVERITIES if each.startswith(begun)]
    if start == 0 or _KEY.fullmatch(written) is None:
        return []
    there = {line.partition(":")[0] for line in text[4 : 4 + 65536].split("\n")}
    return [
        _candidate("key", f"{key}: ", start, _MEANINGS.get(key, ""))
        for key in KEYS
        if key.startswith(written) and key not in there
    ]


def _candidate(kind: str, text: str, start: int, meaning: str) -> Candidate:
    return Candidate(kind, text, start, text.rstrip(": "), meaning)
