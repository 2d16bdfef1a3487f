"""What atoms share: texts folded once, variables that rules share, operators of the table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gsl.engine.compiler import runtime
from gsl.language import nodes

if TYPE_CHECKING:
    from gsl.engine.compiler.lowering import Lowering

PYTHON = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
"""How Python spells the operators."""

TRUTH_WORDS = ("true", "false")
"""Texts that equal booleans."""

_LIGATURES = ("ff", "fi", "fl", "ss", "st")
"""What single characters fold to, among ASCII texts of several letters."""


def shared(lowering: Lowering, node: nodes.Expression, names: dict[tuple[str, ...], str]) -> str | None:
    """The variable in which rules share something made of a path of the entity."""
    if isinstance(node, nodes.Path) and (node.scope == "~" or (node.scope in ("", "$") and lowering.loops == 0)):
        return names.get(node.keys)
    return None


def folded(lowering: Lowering, name: str, node: nodes.Expression) -> str:
    """The folded text of a name that holds a text."""
    if not lowering.settings.folds:
        return name
    variable = shared(lowering, node, lowering.settings.names.folded)
    if variable is not None:
        return f"({variable} if {variable} is not None else ({variable} := {name}.casefold()))"
    return f"{name}.casefold()"


def fold(lowering: Lowering, text: str) -> str:
    """A text of the rule as it is compared."""
    return text.casefold() if lowering.settings.folds else text


def equal_folded(lowering: Lowering, name: str, node: nodes.Expression, literal: str) -> str:
    """A name that holds a text, equal to a literal."""
    folded = lowering.constant(literal.casefold())
    variable = shared(lowering, node, lowering.settings.names.folded)
    if variable is not None:
        return f"({variable} if {variable} is not None else ({variable} := {name}.casefold())) == {folded}"
    same_length = "" if _may_change_length(literal) else f"len({name}) == {len(literal)} and "
    return f"({name} == {lowering.constant(literal)} or {same_length}{name}.casefold() == {folded})"


def has_letters(literal: str) -> bool:
    """Whether other texts fold to the same: ASCII without letters is its own and only fold."""
    return not literal.isascii() or any([each.isalpha() for each in literal])


def _may_change_length(literal: str) -> bool:
    """Whether a text of another length may fold to the same."""
    folded = literal.casefold()
    return not literal.isascii() or any([each in folded for each in _LIGATURES])


def ordered(lowering: Lowering, operator: str, literal: Any) -> str:
    """The table's operator against a literal."""
    key = ("ordered", operator, type(literal), repr(literal))
    return lowering.bound(lambda binding: runtime.compared_to(operator, literal, binding.run.fold), key)
