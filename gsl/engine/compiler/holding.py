"""Code that tells whether a pass held only because a value was missing; it runs only where one was.

Each function here gives the text of what `semantics.deciding.held_on_missing` says of a condition
whose truth is known.
"""

from __future__ import annotations

from gsl.engine.compiler import runtime
from gsl.engine.compiler.code import CannotCompile
from gsl.engine.compiler.frames import Contexts
from gsl.engine.compiler.lowering import Lowering
from gsl.language import nodes
from gsl.semantics.functions.table import NOTHING, PATH

_SIDED = (nodes.Membership, nodes.Like, nodes.RegexMatch)


def held(lowering: Lowering, node: nodes.Expression, truth: bool, contexts: Contexts) -> str:
    """The text of whether a condition that has this truth has it only because of a missing value."""
    if isinstance(node, nodes.Not):
        return held(lowering, node.operand, not truth, contexts)
    if isinstance(node, (nodes.And, nodes.Or)):
        return _junction(lowering, node, truth, contexts)
    if isinstance(node, nodes.ArrayOperation):
        return _array_operation(lowering, node, truth, contexts)
    return _atom(lowering, node, contexts)


def marks_tell(lowering: Lowering, node: nodes.Expression, truth: bool) -> bool:
    """Whether a condition of this truth held on a missing value exactly when one was met on the way."""
    if isinstance(node, nodes.Not):
        return marks_tell(lowering, node.operand, not truth)
    if isinstance(node, (nodes.And, nodes.Or)):
        all_needed = truth is isinstance(node, nodes.And)
        return all_needed and all([marks_tell(lowering, each, truth) for each in node.operands])
    if isinstance(node, _SIDED):
        items = node.items if isinstance(node, nodes.Membership) else ()
        written = all([isinstance(item, (nodes.Literal, nodes.NamedList)) for item in items])
        return written and isinstance(node.subject, nodes.Path)
    if isinstance(node, nodes.Call):
        return _is_marked(lowering, node, ("before", "after", "isEmpty"))
    if isinstance(node, nodes.Compare):
        return isinstance(node.right, nodes.Literal) and _is_read(lowering, node.left)
    return isinstance(node, nodes.Path)


def _is_read(lowering: Lowering, node: nodes.Expression) -> bool:
    """Whether a value is missing exactly when something read for it is."""
    if isinstance(node, nodes.Path):
        return True
    if not isinstance(node, nodes.Call):
        return False
    if _is_marked(lowering, node, ("length",)):
        return True
    function = lowering.settings.functions[node.name.lower()]
    parts = (node.subject, *node.arguments)
    return function.name == "dateDifference" and all([isinstance(each, (nodes.Path, nodes.Literal)) for each in parts])


def _is_marked(lowering: Lowering, node: nodes.Call, names: tuple[str, ...]) -> bool:
    """Whether a call is one of some functions of the language on a path, with literals only."""
    function = lowering.settings.functions[node.name.lower()]
    literals = all([isinstance(each, nodes.Literal) for each in node.arguments])
    return function.name in names and not function.supplied and literals and isinstance(node.subject, nodes.Path)


def _junction(lowering: Lowering, node: nodes.And | nodes.Or, truth: bool, contexts: Contexts) -> str:
    """One that held so is enough where all parts were needed; where any would have done, all must."""
    code = lowering.code
    all_needed = truth is isinstance(node, nodes.And)
    result = code.fresh("h")
    code.line(f"{result} = {not all_needed}")
    for operand in node.operands:
        with code.block(f"if {'not ' if all_needed else ''}{result}:"):
            if all_needed:
                code.line(f"{result} = {held(lowering, operand, truth, contexts)}")
                continue
            with code.block(f"if {'' if truth else 'not '}{lowering.condition(operand, contexts)}:"):
                code.line(f"{result} = {held(lowering, operand, truth, contexts)}")
    return result


def _array_operation(lowering: Lowering, node: nodes.ArrayOperation, truth: bool, contexts: Contexts) -> str:
    code = lowering.code
    lowering.require_own_place(node, contexts)
    result, element = code.fresh("h"), code.fresh("x")
    missing = _absent(lowering, node.subject, contexts)
    source, shape = lowering.elements(node.subject, contexts)
    with code.block(f"if {missing} and not {source}:"):
        code.line(f"{result} = True")
    with code.block("else:"):
        wanted, any_serves = serving(node, truth)
        code.line(f"{result} = {any_serves}")
        with lowering.loop(source, element, shape, node.bracket, contexts) as inner:
            if any_serves:
                with code.block(f"if {'' if wanted else 'not '}{lowering.condition(node.bracket, inner)}:"):
                    test = held(lowering, node.bracket, wanted, inner)
                    with code.block(f"if not {test}:"):
                        code.line(f"{result} = False")
                        code.line("break")
            else:
                with code.block(f"if {held(lowering, node.bracket, wanted, inner)}:"):
                    code.line(f"{result} = True")
                    code.line("break")
    return result


def held_in_shared_loop(lowering: Lowering, node: nodes.Expression, truth: bool) -> str | None:
    """The text of whether a condition that is one array operator held so, where a shared loop tells."""
    while isinstance(node, nodes.Not):
        node, truth = node.operand, not truth
    loop = lowering.settings.names.loops.get(node) if isinstance(node, nodes.ArrayOperation) else None
    if loop is None or not loop.tells:
        return None
    assert isinstance(node, nodes.ArrayOperation)
    _, any_serves = serving(node, truth)
    return f"({'not ' if any_serves else ''}{loop.answer} & {loop.tells} or {loop.list} == ())"


def serving(node: nodes.ArrayOperation, truth: bool) -> tuple[bool, bool]:
    """The truth of the brackets that count, and whether any one of them would have served."""
    if node.operator == "contain-all":
        return truth, not truth
    serves = truth is not (node.operator == "contain-none")
    return serves, serves


def _atom(lowering: Lowering, node: nodes.Expression, contexts: Contexts) -> str:
    if isinstance(node, nodes.Compare):
        return f"({_comes_of_missing(lowering, node.left, contexts)} or {_comes_of_missing(lowering, node.right, contexts)})"
    if isinstance(node, _SIDED):
        return _missing(lowering, node.subject, contexts)
    if isinstance(node, nodes.LiteralBracket):
        return _missing(lowering, nodes.Path(node.span, "$", 0, ()), contexts)
    if isinstance(node, nodes.Call):
        return f"({_missing(lowering, node, contexts)} or {_call(lowering, node, contexts)})"
    return _missing(lowering, node, contexts)


def _missing(lowering: Lowering, node: nodes.Expression, contexts: Contexts) -> str:
    """The text of whether a value is missing."""
    if isinstance(node, (nodes.Literal, nodes.Fail)):
        return "False"
    return _absent(lowering, node, contexts)


def _absent(lowering: Lowering, node: nodes.Expression, contexts: Contexts) -> str:
    """The same of literals too: `null` has no elements."""
    value = lowering.value(node, contexts)
    name, kept = lowering.named(value.text)
    test = lowering.constant(runtime.is_missing, "is_missing")
    return f"({kept} is None or {name}.__class__ is float and {test}({name}))"


def _comes_of_missing(lowering: Lowering, node: nodes.Expression, contexts: Contexts) -> str:
    if isinstance(node, nodes.ArrayOperation):
        return f"({_missing(lowering, node, contexts)} or {_comes_of_missing(lowering, node.subject, contexts)})"
    if isinstance(node, nodes.Call):
        function = lowering.settings.functions[node.name.lower()]
        if function.reads not in (NOTHING, PATH):
            return f"({_missing(lowering, node, contexts)} or {_comes_of_missing(lowering, node.subject, contexts)})"
    return _missing(lowering, node, contexts)


def _call(lowering: Lowering, node: nodes.Call, contexts: Contexts) -> str:
    function = lowering.settings.functions[node.name.lower()]
    tests = [_missing(lowering, argument, contexts) for argument in node.arguments]
    if function.reads not in (NOTHING, PATH):
        tests.append(_missing(lowering, node.subject, contexts))
        if function.missing is not None:
            subject = lowering.value(node.subject, contexts)
            if subject.shape is not None:
                raise CannotCompile
            test = lowering.constant(runtime.counts_as_missing(function), ("missing", function.name))
            tests.append(f"{test}({subject.text})")
    return f"({' or '.join(tests) or 'False'})"
