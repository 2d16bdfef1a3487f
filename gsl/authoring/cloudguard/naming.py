"""File names of rules: made of their ids, unlike one another on any system, and never outside their folder."""

from __future__ import annotations

import re
import unicodedata

from gsl.ruleset.loading import RULE_SUFFIX

_OTHER = re.compile(r"[^A-Za-z0-9._]+")
_DOTS = re.compile(r"\.{2,}")
_LONGEST = 80
_RESERVED = frozenset(
    ("con", "prn", "aux", "nul", *[f"{port}{number}" for port in ("com", "lpt") for number in range(10)])
)
"""What Windows takes for a device, whatever the ending."""


class Names:
    """The names that were given; no two of them are the same in another case."""

    def __init__(self) -> None:
        self._given: dict[str, int] = {}

    def of(self, rule_id: str, number: int) -> str:
        """The file name of a rule; the number stands for an id without a letter that every system can write."""
        stem = _stem(rule_id) or f"rule-{number}"
        name, ordinal = stem, self._given.get(stem.lower(), 0)
        while name.lower() in self._given:
            ordinal += 1
            name = f"{stem}-{ordinal}"
        self._given[stem.lower()] = max(ordinal, 1)
        self._given.setdefault(name.lower(), 1)
        return name + RULE_SUFFIX


def _stem(rule_id: str) -> str:
    plain = unicodedata.normalize("NFKD", rule_id[: 4 * _LONGEST]).encode("ascii", "ignore").decode()
    stem = _DOTS.sub(".", _OTHER.sub("-", plain)).strip(".-")[:_LONGEST].rstrip(".-")
    return f"rule-{stem}" if stem.partition(".")[0].lower() in _RESERVED else stem
