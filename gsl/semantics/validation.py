"""What a rule that parses can still have wrong: all of it at once, each at its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from gsl.errors import Problem
from gsl.language import nodes
from gsl.language.scanner import MAX_DEPTH
from gsl.language.vocabulary import did_you_mean
from gsl.semantics import operators
from gsl.semantics.functions.table import Function, Parameter
from gsl.semantics.values import UNKNOWN

MAX_ARRAY_DEPTH = 16
MAX_NODE_DEPTH = 2 * MAX_DEPTH


class _Visit(Struct, frozen=True, eq=False):
    """A node on its way: how deep it lies, how many contexts are round it, how many functions follow in its run."""

    node: nodes.Node
    depth: int
    contexts: int
    arrays: int
    calls: int = 0


def validate(statement: nodes.Statement, functions: Mapping[str, Function]) -> tuple[Problem, ...]:
    """Everything wrong with a rule that parsed, in the order of the text."""
    if isinstance(statement, nodes.Placeholder):
        return ()
    problems = list(_form_problems(statement))
    too_deep = False
    for visit in _visits(statement):
        if visit.depth > MAX_NODE_DEPTH:
            if not too_deep:
                message = "the expression is nested too deep; simplify the rule"
                problems.append(Problem("too-deep", message, visit.node.span))
            too_deep = True
            continue
        problems += _node_problems(visit, functions)
    return tuple(sorted(problems, key=lambda problem: problem.span.start))


def _visits(statement: nodes.Check | nodes.Query) -> Iterator[_Visit]:
    items = 1 if statement.target.is_list else 0
    where = getattr(statement, "where", None)
    pending = [_Visit(child, 1, items if child is where else 0, 0) for child in nodes.children(statement)]
    while pending:
        visit = pending.pop()
        yield visit
        if visit.depth > MAX_NODE_DEPTH:
            continue
        for child in nodes.children(visit.node):
            pending.append(_inside(visit, child))


def _inside(visit: _Visit, child: nodes.Node) -> _Visit:
    node = visit.node
    bracket = isinstance(node, nodes.ArrayOperation) and child is node.bracket
    bracket = bracket or (isinstance(node, nodes.GroupBy) and child is node.key)
    arrays = visit.arrays + isinstance(node, (nodes.ArrayOperation, nodes.GroupBy)) if bracket else visit.arrays
    calls = visit.calls + 1 if isinstance(node, nodes.Call) and child is node.subject else 0
    return _Visit(child, visit.depth + 1, visit.contexts + bracket, arrays, calls)


def _form_problems(statement: nodes.Check | nodes.Query) -> Iterator[Problem]:
    if isinstance(statement, nodes.Query) and statement.target.is_list:
        message = "a list of entities cannot be selected: add `should have ...`, or query the type without `List<>`"
        yield Problem("list-query", message, statement.target.span)
    if isinstance(statement, nodes.Check) and statement.negated and isinstance(statement.condition, nodes.Fail):
        message = "`should not fail` says nothing: write what the entity should have"
        yield Problem("should-not-fail", message, statement.condition.span)
    for name in ("where", "condition", "exclude"):
        part = getattr(statement, name, None)
        if part is not None and not isinstance(part, nodes.Fail) and not _reads_anything(part):
            message = f"the {name} reads nothing of the entity, so it is always true or never; properties stand without quotes"
            yield Problem("always-true", message, part.span)


def _reads_anything(expression: nodes.Expression) -> bool:
    return any(isinstance(node, nodes.Path) for node in nodes.walk(expression))


def _node_problems(visit: _Visit, functions: Mapping[str, Function]) -> Iterator[Problem]:
    node = visit.node
    if isinstance(node, nodes.Path) and node.levels > visit.contexts:
        contexts = "no context encloses this one" if visit.contexts == 0 else f"only {visit.contexts} enclose this one"
        yield Problem("past-outermost", f"`^` leads past the outermost context: {contexts}", node.span)
    elif isinstance(node, (nodes.ArrayOperation, nodes.GroupBy)) and visit.arrays >= MAX_ARRAY_DEPTH:
        span = node.operator_span if isinstance(node, nodes.ArrayOperation) else node.span
        yield Problem("arrays-too-deep", f"array operators are nested more than {MAX_ARRAY_DEPTH} deep", span)
    elif isinstance(node, nodes.RegexMatch):
        yield from _regex_problems(node)
    elif isinstance(node, nodes.Call):
        yield from _run_problems(visit, node)
        yield from _call_problems(node, functions)


def _run_problems(visit: _Visit, last: nodes.Call) -> Iterator[Problem]:
    """Functions that follow one another, looked at where the last of them is."""
    run = [last] if visit.calls == 0 else []
    while run and isinstance(run[-1].subject, nodes.Call):
        run.append(run[-1].subject)
    if len(run) > MAX_DEPTH:
        message = f"more than {MAX_DEPTH} functions follow one another; simplify the rule"
        yield Problem("too-deep", message, run[-1 - MAX_DEPTH].name_span)


def _regex_problems(node: nodes.RegexMatch) -> Iterator[Problem]:
    if not node.pattern:
        yield Problem("regex-empty", "the regular expression is empty and would match everything", node.pattern_span)
        return
    fault = operators.regex_fault(node.pattern, node.ignore_case)
    if fault is not None:
        message = f"RE2 refuses the regular expression: {fault}"
        yield Problem("regex-invalid", message, node.pattern_span)


def _call_problems(node: nodes.Call, functions: Mapping[str, Function]) -> Iterator[Problem]:
    function = functions.get(node.name.lower())
    if function is None:
        yield _unknown_function(node, functions)
        return
    forms = [form for form in function.forms if len(form) == len(node.arguments)]
    if not forms:
        calls = " or ".join([f"`{function.signature(form)}`" for form in function.forms])
        message = f"`{function.name}` cannot be called with {len(node.arguments)} arguments: {calls}"
        yield Problem("argument-count", message, node.name_span)
        return
    found = list(_argument_problems(node, function, forms[0]))
    if not found and function.fault is not None:
        found = list(_joint_problems(node, function))
    yield from found


def _unknown_function(node: nodes.Call, functions: Mapping[str, Function]) -> Problem:
    names = {function.name for function in functions.values()}
    name = node.name
    for known in sorted(names, key=len, reverse=True):
        property_name = name[: -len(known)]
        if property_name and name.lower().endswith(known.lower()):
            message = f"there is no function `{name}`: missing space before `{name[-len(known) :]}`?"
            if property_name.endswith("."):
                message = (
                    f"there is no function `{name}`: write `{property_name[:-1]} {known}()`, with a blank and no dot"
                )
            return Problem("missing-space", message, node.name_span)
    return Problem("unknown-function", f"there is no function `{name}`{did_you_mean(name, names)}", node.name_span)


def _argument_problems(node: nodes.Call, function: Function, form: tuple[Parameter, ...]) -> Iterator[Problem]:
    for argument, parameter in zip(node.arguments, form):
        if isinstance(argument, nodes.Literal):
            wanted = parameter.fault(argument.value)
            if wanted is not None:
                code = (
                    "unknown-unit"
                    if parameter.name == "'unit'" and isinstance(argument.value, str)
                    else "argument-kind"
                )
                message = f"`{function.name}` takes {parameter.name} here: {wanted}"
                yield Problem(code, message, argument.span)
        elif parameter.literal:
            message = f"`{function.name}` takes {parameter.name} as a text in quotes, not as a path: {parameter.doc}"
            yield Problem("argument-not-literal", message, argument.span)


def _joint_problems(node: nodes.Call, function: Function) -> Iterator[Problem]:
    literals = [argument.value if isinstance(argument, nodes.Literal) else UNKNOWN for argument in node.arguments]
    fault = function.fault(tuple(literals)) if function.fault is not None else None
    if fault is not None:
        position, wanted = fault
        yield Problem("argument-kind", f"`{function.name}` takes {wanted} here", node.arguments[position].span)
