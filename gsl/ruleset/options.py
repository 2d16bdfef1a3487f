"""What a caller may set for a run, checked and brought into the form the evaluator takes."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from gsl.errors import UsageError
from gsl.inventory.plain import plain
from gsl.ruleset.exclusions import Exclusions
from gsl.semantics import values
from gsl.semantics.functions import function_table
from gsl.semantics.values import Fold, Value

Now = datetime.date | int | float | str | None


class Options(Struct, frozen=True, eq=False):
    """The settings of a run: the instant in microseconds, named lists, added functions, the fold, exclusions."""

    now: int
    lists: Mapping[str, list[Value]] = {}
    functions: Mapping[str, Any] = {}
    fold: Fold = str.casefold
    exclusions: Exclusions = Exclusions()

    @property
    def now_text(self) -> str:
        """The instant as ISO text."""
        return values.moment(self.now).isoformat().replace("+00:00", "Z")


def instant_of(now: Now) -> int:
    """The instant that a caller names: a datetime, a date text or Unix seconds; else the clock's.

    Raises `UsageError` for anything else.
    """
    if now is None:
        now = datetime.datetime.now(datetime.UTC)
    if isinstance(now, datetime.date):
        now = plain(now)
    found = None if isinstance(now, bool) else values.instant(plain(now))
    if found is None:
        raise UsageError(f"`now` must be a date such as 2024-06-01T00:00:00Z or Unix seconds, not {str(now)[:100]!r}")
    return found


def options_of(
    now: Now = None,
    lists: Mapping[str, Iterable[Any]] | None = None,
    functions: Mapping[str, Any] | None = None,
    case_sensitive: bool = False,
    exclusions: Exclusions | None = None,
) -> Options:
    """The settings of a run from what a caller gives. Raises `UsageError` for what does not fit."""
    named: dict[str, list[Value]] = {}
    for name, given in (lists or {}).items():
        if isinstance(given, (str, bytes, Mapping)) or not isinstance(given, Iterable):
            raise UsageError(f"the list `{name}` must be a list of values, not {type(given).__name__}")
        named[name] = [plain(value) for value in given]
    try:
        function_table(functions)
    except (TypeError, ValueError) as error:
        raise UsageError(str(error)) from None
    fold = values.same_text if case_sensitive else str.casefold
    return Options(instant_of(now), named, functions or {}, fold, exclusions or Exclusions())
