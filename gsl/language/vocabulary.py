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

MEANINGS = {
    "where": "narrows the rule down: which entities it is about",
    "should": "what must hold comes next",
    "have": "the condition comes next; adds nothing but readability",
    "exclude": "lets entities off for which this is true",
    "and": "both must be true",
    "or": "one of both must be true",
    "not": "reverses the condition that follows",
    "in": "equals one of the items, or an element of one that is a list",
    "not in": "equals none of the items",
    "like": "the whole text fits a pattern in which `%` is any run of characters",
    "unlike": "the reverse of `like`",
    "regexMatch": "an RE2 pattern between slashes is found anywhere in the text",
    "true": "the boolean",
    "false": "the boolean",
    "null": "no value, as missing",
    "fail": "every entity of the type is a failure",
    "with": "the elements that satisfy the bracket",
    "contain": "some element satisfies the bracket",
    "contain-any": "some element satisfies the bracket, like `contain`",
    "contain-all": "all elements satisfy the bracket",
    "contain-none": "no element satisfies the bracket",
    "groupBy": "the elements in groups, by the value of a key",
    "List": "asks about all entities of a type together, once for an account",
}
"""The keywords as they are written, each with what it does in a line."""

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
