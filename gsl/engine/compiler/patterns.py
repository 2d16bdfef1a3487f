"""Membership and patterns in generated code."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gsl.engine.compiler import runtime
from gsl.engine.compiler.code import CannotCompile
from gsl.engine.compiler.folding import TRUTH_WORDS, fold, folded
from gsl.language import nodes

if TYPE_CHECKING:
    from gsl.engine.compiler.frames import Contexts
    from gsl.engine.compiler.lowering import Lowering
    from gsl.semantics.run import Run


def membership(lowering: Lowering, node: nodes.Membership, contexts: Contexts) -> str:
    """`in` and `not in`."""
    word = "not " if node.negated else ""
    if not all([isinstance(item, (nodes.Literal, nodes.NamedList)) for item in node.items]):
        return f"({word}({_among_operands(lowering, node, contexts)}))"
    value = lowering.value(node.subject, contexts)
    if value.shape is not None:
        raise CannotCompile
    key = ("among", tuple([(type(each), repr(each)) for each in node.items]))
    general = lowering.bound(lambda binding: runtime.among(candidates_of(node, binding.run), binding.run.fold), key)
    literals = [item.value for item in node.items if isinstance(item, nodes.Literal)]
    quick = _quick_among(lowering, node, literals) if len(literals) == len(node.items) else None
    if quick is None:
        return f"({word}{general}({lowering.marked(value.text)}))"
    name, kept = lowering.named(value.text)
    found, what = quick(name)
    return f"({word}({found} if {kept}.__class__ is {what} else {lowering.unless_missing(general, name)}))"


def candidates_of(node: nodes.Membership, run: Run) -> list[Any]:
    """The values that items written out and named lists stand for."""
    found: list[Any] = []
    for item in node.items:
        found += run.lists[item.name] if isinstance(item, nodes.NamedList) else [item.value]  # type: ignore[union-attr]
    return found


def _among_operands(lowering: Lowering, node: nodes.Membership, contexts: Contexts) -> str:
    """Items that are read: each is asked in turn."""
    test = lowering.bound(lambda binding: runtime.is_item(binding.run.fold), "is_item")
    subject = lowering.operand(node.subject, contexts)
    items = [lowering.operand(item, contexts) for item in node.items]
    name, kept = lowering.named(subject)
    return " or ".join([f"{test}({kept if number == 0 else name}, {item})" for number, item in enumerate(items)])


def _quick_among(
    lowering: Lowering, node: nodes.Membership, literals: list[Any]
) -> Callable[[str], tuple[str, str]] | None:
    """The test of a text among texts, or of a whole number among such, and the class it takes."""
    if all([isinstance(each, str) and each.lower() not in TRUTH_WORDS for each in literals]):
        texts = frozenset([fold(lowering, str(each)) for each in literals])
        constant = lowering.constant(texts, ("texts", texts))
        return lambda name: (f"{folded(lowering, name, node.subject)} in {constant}", "str")
    if all([each.__class__ is int for each in literals]):
        numbers = frozenset(literals)
        constant = lowering.constant(numbers, ("numbers", numbers))
        return lambda name: (f"{name} in {constant}", "int")
    return None


def like(lowering: Lowering, node: nodes.Like, contexts: Contexts) -> str:
    """`like` and `unlike`."""
    word = "not " if node.negated else ""
    value = lowering.value(node.subject, contexts)
    if value.shape is not None:
        raise CannotCompile
    name, kept = lowering.named(value.text)
    general = lowering.bound(lambda binding: runtime.alike(node.pattern, binding.run.fold), ("like", node.pattern))
    other = lowering.unless_missing(general, name)
    quick = _quick_like(lowering, folded(lowering, name, node.subject), fold(lowering, node.pattern))
    if quick is None:
        return f"({word}{general}({lowering.marked(value.text)}))"
    return f"({word}({quick} if {kept}.__class__ is str else {other}))"


def _quick_like(lowering: Lowering, folded: str, pattern: str) -> str | None:
    """Patterns with `%` only at their ends."""
    core = pattern.strip("%")
    if "%" in core:
        return None
    constant = lowering.constant(core)
    starts, ends = pattern.startswith("%"), pattern.endswith("%")
    if not core:
        return f"({folded} is not None)" if pattern else f"{folded} == {constant}"
    if starts and ends:
        return f"{constant} in {folded}"
    if starts or ends:
        return f"{folded}.{'endswith' if starts else 'startswith'}({constant})"
    return f"{folded} == {constant}"


def regex_match(lowering: Lowering, node: nodes.RegexMatch, contexts: Contexts) -> str:
    """`regexMatch`."""
    subject = lowering.operand(node.subject, contexts)
    test = lowering.constant(runtime.matches(node.pattern, node.ignore_case), ("regex", node.pattern, node.ignore_case))
    return f"{test}({subject})"


def literal_bracket(lowering: Lowering, node: nodes.LiteralBracket, contexts: Contexts) -> str:
    """A bracket of literals, at the element of its context."""
    literals = tuple([each.value for each in node.literals])
    key = ("bracket", tuple([(type(each), repr(each)) for each in literals]))
    general = lowering.bound(lambda binding: runtime.literal_test(literals, binding.run.fold), key)
    context = contexts[-1]
    if context.shape is not None:
        raise CannotCompile
    name = context.name
    if all([isinstance(each, str) and "%" not in each for each in literals]):
        texts = frozenset([fold(lowering, str(each)) for each in literals])
        constant = lowering.constant(texts, ("texts", texts))
        text = f"{name}.casefold()" if lowering.settings.folds else name
        return f"({text} in {constant} if {name}.__class__ is str else {lowering.unless_missing(general, name)})"
    return f"{general}({lowering.marked(name)})"
