"""The operators: a table from GSL's spelling to what it does with two values."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from gsl.semantics import values
from gsl.semantics.values import Fold, Value


class Operator(Struct, frozen=True, eq=False):
    """One comparison. `apply(left, right, fold)` takes known values only and gives a boolean."""

    apply: Callable[[Value, Value, Fold], bool]
    doc: str


def _below(left: Value, right: Value, fold: Fold) -> bool:
    return values.order(left, right, fold) == -1


def _at_most(left: Value, right: Value, fold: Fold) -> bool:
    return values.order(left, right, fold) in (-1, 0)


def _above(left: Value, right: Value, fold: Fold) -> bool:
    return values.order(left, right, fold) == 1


def _at_least(left: Value, right: Value, fold: Fold) -> bool:
    return values.order(left, right, fold) in (1, 0)


OPERATORS: dict[str, Operator] = {
    "=": Operator(values.equal, "Equal: same kind and value; numbers and booleans also equal their text."),
    "!=": Operator(lambda left, right, fold: not values.equal(left, right, fold), "Exactly when `=` is false."),
    "<": Operator(_below, "Below: as numbers, as instants, or as texts ignoring case."),
    "<=": Operator(_at_most, "Below or the same in that order."),
    ">": Operator(_above, "Above: as numbers, as instants, or as texts ignoring case."),
    ">=": Operator(_at_least, "Above or the same in that order."),
}


def like(value: Value, pattern: str, fold: Fold = str.casefold) -> bool:
    """Whether the whole text of a value fits a pattern in which `%` is any run of characters."""
    text = values.text(value)
    if text is None:
        return False
    first, *rest = fold(pattern).split("%")
    text = fold(text)
    if not rest:
        return text == first
    *middle, last = rest
    if not text.startswith(first):
        return False
    place = len(first)
    for part in middle:
        found = text.find(part, place)
        if found < 0:
            return False
        place = found + len(part)
    return len(text) - len(last) >= place and text.endswith(last)


@functools.lru_cache(maxsize=4096)
def _compiled(pattern: str, ignore_case: bool) -> Any:
    import re2

    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = not ignore_case
    return re2.compile(pattern, options)


def regex_fault(pattern: str, ignore_case: bool) -> str | None:
    """Why RE2 refuses a pattern; `None` when it takes it."""
    import re2

    try:
        _compiled(pattern, ignore_case)
    except re2.error as error:
        cause = error.args[0] if error.args else "it cannot be read"
        return cause.decode("utf-8", "replace") if isinstance(cause, bytes) else str(cause)
    except UnicodeEncodeError:
        return "it holds half a surrogate pair"
    return None


def regex_match(value: Value, pattern: str, ignore_case: bool) -> bool:
    """Whether an RE2 pattern is found anywhere in the text of a value, in linear time."""
    text = values.text(value)
    if text is None:
        return False
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode("utf-8")
    return _compiled(pattern, ignore_case).search(text) is not None
