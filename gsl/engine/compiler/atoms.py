"""The parts of a condition without logic in them: comparisons, membership, patterns, calls, bare values.

Each has a fast path, proved equal for the kinds of values it takes, and the language's own table for
all others.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from gsl.engine.compiler import patterns, runtime
from gsl.engine.compiler.code import CannotCompile
from gsl.engine.compiler.folding import PYTHON, TRUTH_WORDS, equal_folded, has_letters, ordered
from gsl.engine.compiler.instants import before_or_after, compared_difference, is_usual, parsed
from gsl.language import nodes
from gsl.semantics import operators, values
from gsl.semantics.functions.table import NOTHING

if TYPE_CHECKING:
    from gsl.engine.compiler.frames import Contexts, Value
    from gsl.engine.compiler.lowering import Lowering

_MIRRORED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def atom(lowering: Lowering, node: nodes.Expression, contexts: Contexts) -> str:
    """The text of an atom's truth."""
    make = _ATOMS.get(type(node), _bare)
    return make(lowering, node, contexts)


def _bare(lowering: Lowering, node: nodes.Expression, contexts: Contexts) -> str:
    """A value that stands as a condition: a path, a literal, a list."""
    value = lowering.value(node, contexts)
    name, kept = lowering.named(value.text)
    general = lowering.constant(runtime.truth, "truth")
    some = f"bool({name}) if {name}.__class__ is list else " if value.shape is not None else ""
    return f"({name} if {kept}.__class__ is bool else {some}{general}({lowering.marked(name)}))"


def _fail(lowering: Lowering, node: nodes.Expression, contexts: Contexts) -> str:
    return "False"


# --- comparisons


def _compare(lowering: Lowering, node: nodes.Compare, contexts: Contexts) -> str:
    left, operator, right = node.left, node.operator, node.right
    if isinstance(left, nodes.Literal) and not isinstance(right, nodes.Literal):
        left, operator, right = right, _MIRRORED[operator], left
    if isinstance(right, nodes.Literal):
        special = compared_difference(lowering, left, operator, right.value, contexts)
        return special or _compare_literal(lowering, lowering.value(left, contexts), left, operator, right.value)
    first, second = lowering.operand(left, contexts), lowering.operand(right, contexts)
    if operator in ("=", "!="):
        equal = lowering.bound(lambda binding: runtime.both_equal(binding.run.fold), "both_equal")
        return f"{_negation(operator)}{equal}({first}, {second})"
    general = lowering.bound(lambda binding: runtime.compared(operator, binding.run.fold), ("compared", operator))
    return f"{general}({first}, {second})"


def _negation(operator: str) -> str:
    return "not " if operator == "!=" else ""


def _compare_literal(lowering: Lowering, value: Value, node: nodes.Expression, operator: str, literal: Any) -> str:
    """A value beside a literal. Parenthesised."""
    if value.counts and literal.__class__ is int:
        return f"({_counted(lowering, value, operator, literal)})"
    name, kept = lowering.named(value.text)
    marked = lowering.marked(name)
    if literal is None and operator in ("=", "!="):
        missing = lowering.constant(runtime.is_missing, "is_missing")
        word = "not " if operator == "!=" else ""
        return f"({word}{missing}({marked}) if {kept} is None or {name}.__class__ is float else {operator == '!='})"
    if value.shape is not None:
        raise CannotCompile
    if operator in ("=", "!="):
        return _equal(lowering, name, kept, node, operator, literal)
    return _ordered(lowering, name, kept, node, operator, literal)


def _ordered(lowering: Lowering, name: str, kept: str, node: nodes.Expression, operator: str, literal: Any) -> str:
    """A value below or above a literal."""
    general = ordered(lowering, operator, literal)
    other = lowering.unless_missing(general, name)
    sign = PYTHON[operator]
    if literal.__class__ in (int, float) and lowering.strict:
        return _ordered_unchecked(lowering, name, kept, sign, literal, general)
    if literal.__class__ in (int, float):
        return f"({name} {sign} {lowering.constant(literal)} if {kept}.__class__ is int else {other})"
    if literal.__class__ is str and values.is_usual_date(literal) and values.date(literal) is not None:
        moment = lowering.constant(datetime.fromisoformat(literal))
        return f"({parsed(lowering, name, node)} {sign} {moment} if {is_usual(lowering, name, kept)} else {other})"
    return f"{general}({lowering.marked(kept)})"


def _ordered_unchecked(lowering: Lowering, name: str, kept: str, sign: str, literal: float, general: str) -> str:
    """A value that is taken for a number: others raise; booleans, and infinities of dicts, only pass where they are seen."""
    test = f"{kept} {sign} {lowering.constant(literal)}"
    booleans = [operators.OPERATORS[sign].apply(int(value), literal, str) for value in (False, True)]
    if any(booleans) or lowering.settings.fields is None:
        return f"({test} and ({name}.__class__ is int or {general}({name})))"
    return f"({test})"


def _counted(lowering: Lowering, value: Value, operator: str, literal: int) -> str:
    """`length()` beside a number: it is a number or missing."""
    name, kept = lowering.named(value.text)
    test = f"{name} {PYTHON[operator]} {lowering.constant(literal)}"
    missing = lowering.mark if lowering.marks else "None"
    absent = f"not {missing}" if operator == "!=" else f"{missing} is not None"
    return f"{test} if {kept} is not None else {absent}"


def _equal(lowering: Lowering, name: str, kept: str, node: nodes.Expression, operator: str, literal: Any) -> str:
    """A value equal to a literal, or not."""
    key = ("equal", type(literal), repr(literal))
    general = lowering.bound(lambda binding: runtime.equal_to(literal, binding.run.fold), key)
    word = _negation(operator)
    other = lowering.unless_missing(general, name)
    if literal.__class__ is bool:
        text = lowering.constant("true" if literal else "false")
        spelled = f"{name}.lower() == {text} if {name}.__class__ is str else {other}"
        return f"{word}({name} is {literal} if {kept}.__class__ is bool else {spelled})"
    if literal.__class__ in (int, float):
        return f"{word}({name} == {lowering.constant(literal)} if {kept}.__class__ is int else {other})"
    exact = f"{name} == {lowering.constant(literal)}"
    if literal.lower() in TRUTH_WORDS:
        lower = lowering.constant(literal.lower())
        exact = f"({name} == {lower} or len({name}) == {len(literal)} and {name}.{'casefold' if lowering.settings.folds else 'lower'}() == {lower})"
        other = f"({name} is {literal.lower() == 'true'} if {name}.__class__ is bool else {other})"
    elif lowering.strict and not has_letters(literal) and values.number(literal) is None:
        return f"{word}({kept} == {lowering.constant(literal)} or {name} is None and bool({lowering.mark}))"
    elif lowering.settings.folds:
        exact = equal_folded(lowering, name, node, literal) if has_letters(literal) else exact
    return f"{word}({exact} if {kept}.__class__ is str else {other})"


def _call(lowering: Lowering, node: nodes.Call, contexts: Contexts) -> str:
    function = lowering.settings.functions[node.name.lower()]
    if function.supplied or function.reads == NOTHING:
        raise CannotCompile
    special = before_or_after(lowering, node, contexts)
    if special is not None:
        return special
    if function.name == "isEmpty":
        return lowering.value(node, contexts).text
    if function.missing is None or not lowering.marks:
        return _bare(lowering, node, contexts)
    subject = lowering.value(node.subject, contexts)
    if subject.shape is not None:
        raise CannotCompile
    general = lowering.constant(runtime.counts_as_missing(function), ("missing", function.name))
    absent = f"{general}({subject.text}) and {lowering.mark}"
    return f"(bool({absent}) or {_bare(lowering, node, contexts)})"


_ATOMS: dict[type[nodes.Node], Callable[[Lowering, Any, Contexts], str]] = {
    nodes.Compare: _compare,
    nodes.Membership: patterns.membership,
    nodes.Like: patterns.like,
    nodes.RegexMatch: patterns.regex_match,
    nodes.LiteralBracket: patterns.literal_bracket,
    nodes.Call: _call,
    nodes.Fail: _fail,
}
