"""Logic with a third truth, for what was not collected: Kleene's."""

from __future__ import annotations

from gsl.semantics.values import UNKNOWN, Unknown

Truth = bool | Unknown


def any_true(truths: list[Truth]) -> Truth:
    """Kleene's `or`."""
    if True in truths:
        return True
    return UNKNOWN if UNKNOWN in truths else False


def all_true(truths: list[Truth]) -> Truth:
    """Kleene's `and`."""
    if False in truths:
        return False
    return UNKNOWN if UNKNOWN in truths else True


def negated(truth: Truth) -> Truth:
    """Kleene's `not`."""
    return UNKNOWN if truth is UNKNOWN else truth is False
