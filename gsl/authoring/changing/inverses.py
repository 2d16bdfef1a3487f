"""From what a call should give to subjects that may make it do so: a table by function."""

from __future__ import annotations

import math
from collections.abc import Callable

from msgspec import Struct

from gsl.authoring.changing.near import DAY, dated
from gsl.semantics import values
from gsl.semantics.functions.dates import reference_of, shifted, unit_of
from gsl.semantics.run import Run
from gsl.semantics.values import SECOND, Value

_MOST_ELEMENTS = 100
_PUBLIC = ["8.8.8.8", "10.0.0.1", "0.0.0.0/0", "10.0.0.0/8"]


class Asked(Struct, frozen=True, eq=False):
    """A call as it was met: its subject, its arguments, and what it should rather give."""

    run: Run
    subject: Value
    arguments: tuple[Value, ...]
    goals: list[Value]


def subjects(name: str, asked: Asked) -> list[Value]:
    """Subjects with which a call might give what is asked for; those of a function that is not known, the same."""
    invert = _INVERSES.get(name.lower())
    return invert(asked) if invert is not None else asked.goals


def _empty(asked: Asked) -> list[Value]:
    return [[], None, "", "x", ["x"]] if isinstance(asked.subject, list) else ["", None, "x", [], ["x"]]


def _sized(asked: Asked) -> list[Value]:
    """Texts and lists of some lengths."""
    found: list[Value] = []
    for goal in asked.goals:
        size = values.number(goal)
        if size is not None and size == size // 1 and 0 <= size <= _MOST_ELEMENTS:
            found.append(_resized(asked.subject, int(size)))
    return found


def _resized(subject: Value, size: int) -> Value:
    if isinstance(subject, str):
        return subject[:size].ljust(size, "x")
    held = subject if isinstance(subject, list) else []
    return [*held[:size], *[held[-1] if held else "x"] * (size - len(held))]


def _dates_round(asked: Asked) -> list[Value]:
    reference = reference_of(asked.run, asked.arguments)
    return [] if reference is None else _dated(asked, [reference, *_beside(reference)])


def _beside(instant: int) -> list[int]:
    return [instant - DAY, instant + DAY, instant - SECOND, instant + SECOND]


def _dated(asked: Asked, instants: list[int]) -> list[Value]:
    return [found for instant in instants if (found := dated(instant, asked.subject)) is not None]


def _apart(asked: Asked) -> list[Value]:
    """Dates that are as far from the other one as asked for, before or after it."""
    other, unit = values.instant(asked.arguments[0]), unit_of(asked.arguments[1]) or ""
    if other is None:
        return [dated(asked.run.now, asked.subject)]
    found = [other]
    for goal in asked.goals:
        amount = values.number(goal)
        moved = [] if amount is None else [shifted(other, sign * amount, unit) for sign in (1, -1)]
        found += [instant for instant in moved if instant is not None]
    return _dated(asked, found)


def _hosts(asked: Asked) -> list[Value]:
    sizes = [goal for goal in asked.goals if isinstance(goal, int) and goal > 0]
    bits = sorted({min(bit, 32) for size in sizes for bit in (size.bit_length() - 1, size.bit_length())})
    return [f"10.0.0.0/{32 - bit}" for bit in bits]


def _within(asked: Asked) -> list[Value]:
    return [asked.arguments[0], *_PUBLIC]


def _beginning(asked: Asked) -> list[Value]:
    text = values.text(asked.arguments[0]) or ""
    return [text, f"{text}{_own(asked)}", "x", ""]


def _ending(asked: Asked) -> list[Value]:
    text = values.text(asked.arguments[0]) or ""
    return [text, f"{_own(asked)}{text}", "x", ""]


def _own(asked: Asked) -> str:
    return asked.subject[:_MOST_ELEMENTS] if isinstance(asked.subject, str) else "x"


def _pattern(asked: Asked) -> list[Value]:
    return [asked.arguments[0], ""]


def _parts(asked: Asked) -> list[Value]:
    """Texts that fall into the parts that are asked for."""
    separator = str(asked.arguments[0])
    found: list[Value] = []
    for goal in asked.goals:
        pieces = goal if isinstance(goal, list) else [goal]
        found.append(separator.join([values.text(piece) or "" for piece in pieces[:_MOST_ELEMENTS]]))
    return found


def _single(asked: Asked) -> list[Value]:
    """Lists whose first, last, least, greatest element or sum is what is asked for."""
    return [[] if goal is None else [goal] for goal in asked.goals]


def _same(asked: Asked) -> list[Value]:
    return [goal if isinstance(goal, list) else [goal] for goal in asked.goals]


def _rules(asked: Asked) -> list[Value]:
    """Ordered network rules: none, and those that are there with one source."""
    held = asked.subject[:_MOST_ELEMENTS] if isinstance(asked.subject, list) else []
    sources = [f"10.0.0.0/{32 - min(32, max(0, math.floor(math.log2(goal))))}" for goal in _positive(asked.goals)]
    changed = [[{**each, "source": source} for each in held if isinstance(each, dict)] for source in sources[:3]]
    return [[], *changed]


def _positive(goals: list[Value]) -> list[int]:
    return [goal for goal in goals if isinstance(goal, int) and goal > 0]


_INVERSES: dict[str, Callable[[Asked], list[Value]]] = {
    "isempty": _empty,
    "length": _sized,
    "before": _dates_round,
    "after": _dates_round,
    "datedifference": _apart,
    "ispublic": lambda asked: list(_PUBLIC),
    "isprivate": lambda asked: list(_PUBLIC),
    "numberofhosts": _hosts,
    "insubnet": _within,
    "startswith": _beginning,
    "endswith": _ending,
    "isfilterpatternequal": _pattern,
    "split": _parts,
    "first": _single,
    "last": _single,
    "sum": _single,
    "min": _single,
    "max": _single,
    "unique": _same,
    "join": lambda asked: [[goal] for goal in asked.goals],
    "allowedhostsforport": _rules,
    "getresource": lambda asked: [],
    "getresources": lambda asked: [],
}
