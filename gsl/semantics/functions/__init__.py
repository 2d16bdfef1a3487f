"""The functions of the language: a table from name to what it does, one file per subject."""

from __future__ import annotations

from collections.abc import Mapping

from gsl.semantics.functions import dates, filter_patterns, lists, network, properties, resources, texts
from gsl.semantics.functions.table import Function, supplied

FUNCTIONS: dict[str, Function] = {
    function.name: function
    for module in (properties, resources, dates, network, filter_patterns, texts, lists)
    for function in module.FUNCTIONS
}
"""Every function of the language, under the spelling the reference uses."""

_BY_LOWER_NAME = {name.lower(): function for name, function in FUNCTIONS.items()}


def function_table(extra: Mapping[str, object] | None = None) -> Mapping[str, Function]:
    """The functions by name in lower case, with those that the caller adds or replaces.

    `extra` maps a name to a `Function` or to a plain callable. Raises `TypeError` for anything else.
    """
    if not extra:
        return _BY_LOWER_NAME
    table = dict(_BY_LOWER_NAME)
    for name, given in extra.items():
        if isinstance(given, Function):
            table[name.lower()] = given
        elif callable(given):
            table[name.lower()] = supplied(name, given)
        else:
            raise TypeError(f"the function `{name}` must be a callable, not {type(given).__name__}")
    return table
