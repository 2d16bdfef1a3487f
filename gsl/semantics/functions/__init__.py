"""The functions of the language: a table from name to what it does, one file per subject."""

from __future__ import annotations

from gsl.semantics.functions import dates, filter_patterns, lists, network, properties, resources, texts
from gsl.semantics.functions.table import Function

FUNCTIONS: dict[str, Function] = {
    function.name: function
    for module in (properties, resources, dates, network, filter_patterns, texts, lists)
    for function in module.FUNCTIONS
}
"""Every function of the language, under the spelling the reference uses."""
