"""The words of the language, and the nearest of some names to a mistyped one."""

from __future__ import annotations

from collections.abc import Iterable

CLAUSES = ("where", "should", "have", "exclude")
CONNECTIVES = ("not", "and", "or")
TESTS = ("in", "like", "unlike", "regexMatch")
CONSTANTS = ("true", "false", "null")

RESERVED = frozenset([word.lower() for word in (*CLAUSES, *CONNECTIVES, *TESTS, *CONSTANTS)])
"""Words, in lower case, that cannot stand alone as a property name."""

ARRAY_OPERATORS = ("with", "contain", "contain-any", "contain-all", "contain-none")
GROUP_BY = "groupBy"
LIST = "List"
FAIL = "fail"

_LONGEST = 80


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, ignoring case; `None` when nothing is near."""
    if len(name) > _LONGEST:
        return None
    by_folded: dict[str, str] = {}
    for candidate in known:
        if len(candidate) <= _LONGEST:
            by_folded.setdefault(candidate.casefold(), candidate)
    import difflib

    found = difflib.get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.65)
    return by_folded[found[0]] if found else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`; did you mean `x`?`, or nothing when no known name is near."""
    near = nearest(name, known)
    return f"; did you mean `{near}`?" if near is not None else ""
