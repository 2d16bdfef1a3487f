"""Dates in generated code: usual spellings are parsed and compared in place, all others by the tables."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from gsl.engine.compiler import runtime
from gsl.engine.compiler.code import CannotCompile
from gsl.engine.compiler.folding import PYTHON, ordered, shared
from gsl.language import nodes
from gsl.semantics.functions.dates import EXACT_UNITS, unit_of

if TYPE_CHECKING:
    from gsl.engine.compiler.frames import Contexts
    from gsl.engine.compiler.lowering import Lowering

_AFTER_NEVER = "1971"
"""Usual dates from this text on are later than both spellings of never."""

_FAR_APART = timedelta(days=3_650_000)


def is_usual(lowering: Lowering, name: str, kept: str) -> str:
    """The test whether a value is a text spelled as dates usually are.

    It takes longer ones too, up to the place where the next mark would stand: these do not parse.
    """
    pattern = lowering.constant("--T::Z")
    test = f"{kept}.__class__ is str and {name}[4::3] == {pattern}"
    return test if not runtime.TAKES_HOUR_24 else f"{test} and {name}[11:13] != '24'"


def parsed(lowering: Lowering, name: str, node: nodes.Expression) -> str:
    """The date and time of a text spelled so; a `ValueError` leaves the entity to the reference."""
    parse = lowering.constant(datetime.fromisoformat, "fromisoformat")
    variable = shared(lowering, node, lowering.settings.names.dates)
    if variable is not None:
        return f"({variable} if {variable} is not None else ({variable} := {parse}({name})))"
    return f"{parse}({name})"


def before_or_after(lowering: Lowering, node: nodes.Call, contexts: Contexts) -> str | None:
    """`before` and `after` with literal arguments: the instant they compare with is made once a run."""
    name = lowering.settings.functions[node.name.lower()].name
    if name not in ("before", "after") or not all([isinstance(each, nodes.Literal) for each in node.arguments]):
        return None
    arguments = tuple([each.value for each in node.arguments])  # type: ignore[union-attr]
    value = lowering.value(node.subject, contexts)
    if value.shape is not None:
        raise CannotCompile
    key = (name, repr(arguments))
    moment = lowering.bound(lambda binding: runtime.reference_moment(binding.run, name, arguments), ("moment", *key))
    tested = runtime.before if name == "before" else runtime.after
    general = lowering.bound(lambda binding: tested(runtime.reference_instant(binding.run, arguments)), key)
    variable, kept = lowering.named(value.text)
    result = lowering.code.fresh("d")
    sign = "<" if name == "before" else ">"
    quick = f"{parsed(lowering, variable, node.subject)} {sign} {moment} if {is_usual(lowering, variable, kept)}"
    missing = lowering.mark if lowering.marks else "None"
    slow = f"({result} if ({result} := {general}({variable})) is not None else {missing})"
    return f"({quick} else {slow})"


def compared_difference(
    lowering: Lowering, node: nodes.Expression, operator: str, literal: Any, contexts: Contexts
) -> str | None:
    """`a dateDifference(b, 'unit')` beside a number, in exact units: time spans are compared."""
    if not isinstance(node, nodes.Call) or lowering.settings.functions[node.name.lower()].name != "dateDifference":
        return None
    unit = unit_of(node.arguments[1].value)  # type: ignore[union-attr]
    if literal.__class__ is not int or unit not in EXACT_UNITS or operator in ("=", "!="):
        return None
    microseconds = literal * EXACT_UNITS[unit]
    if not 0 <= microseconds < _FAR_APART // timedelta(microseconds=1):
        return None
    general = ordered(lowering, operator, literal)
    difference = lowering.constant(runtime.difference(str(unit)), ("difference", unit))
    sides = [lowering.value(node.subject, contexts), lowering.value(node.arguments[0], contexts)]
    if any([side.shape is not None for side in sides]):
        raise CannotCompile
    (first, first_kept), (second, second_kept) = [lowering.named(side.text) for side in sides]
    late = lowering.constant(_AFTER_NEVER)
    tests = [
        f"{is_usual(lowering, first, first_kept)} and {first} > {late}",
        f"{is_usual(lowering, second, second_kept)} and {second} > {late}",
    ]
    span = f"abs({parsed(lowering, first, node.subject)} - {parsed(lowering, second, node.arguments[0])})"
    quick = (
        f"{span} {PYTHON[operator]} {lowering.constant(timedelta(microseconds=microseconds), ('span', microseconds))}"
    )
    result = lowering.code.fresh("d")
    missing = f"{lowering.mark} is not None" if lowering.marks else "False"
    apart = f"{general}({result}) if ({result} := {difference}({first}, {second_kept})) is not None else {missing}"
    return f"({quick} if {' and '.join(tests)} else ({apart}))"
