"""Lists that several rules look at: one loop answers all their brackets, and remembers what it said of equal elements.

The answer is a number with a bit for each question: whether the bracket is true of some element,
whether it is false of some, what a pass needs to know of missing values. Elements that agree in all
that is read of them get the same answer, so each combination is worked out once (`functools.lru_cache`,
which tells `True` from 1 here); what cannot be a key of it is worked out each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from msgspec import Struct, field

from gsl.engine.compiler import runtime
from gsl.engine.compiler.code import CannotCompile, Code
from gsl.engine.compiler.frames import Context, Names, Settings, SharedLoop
from gsl.engine.compiler.holding import held, serving
from gsl.engine.compiler.lowering import Lowering
from gsl.engine.compiler.shapes import Shape, is_null, parts_of
from gsl.language import nodes
from gsl.semantics.functions.table import Function

MOST_REMEMBERED = 4096
"""Combinations of values that are remembered for one list."""

LONGEST_REMEMBERED = 400
"""Characters in a combination that is remembered, so that memory stays bounded whatever the texts."""

_LEAST = 3
"""Brackets on a list from which on one loop pays."""

_MOST_READ = 16
_PLAIN = (
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Compare,
    nodes.Membership,
    nodes.Like,
    nodes.RegexMatch,
    nodes.Literal,
    nodes.NamedList,
)


class _Asked(Struct, eq=False):
    """The brackets on one list: the operations, each with the truth of the condition that it makes alone.

    `paths` are what they read of an element, with the names of parameters. Of those that are not among
    the `compared` it only counts whether there is a value.
    """

    operations: dict[nodes.ArrayOperation, bool | None] = field(default_factory=dict)
    paths: dict[tuple[str, ...], str] = field(default_factory=dict)
    compared: set[tuple[str, ...]] = field(default_factory=set)


def shared_loops(
    rules: Iterable[tuple[nodes.Statement, Mapping[str, Function]]], root: Shape | None
) -> dict[tuple[str, ...], _Asked]:
    """The lists of the entity, by their keys, that are worth a loop of their own."""
    found: dict[tuple[str, ...], _Asked] = {}
    for statement, _ in rules:
        whole, truth = _alone(statement)
        for part in parts_of(statement):
            for node in _outermost(part):
                keys = _list_of(node)
                if keys and (paths := _read_of_elements(node.bracket, keys, root)) is not None:
                    asked = found.setdefault(keys, _Asked())
                    asked.operations[node] = truth if node is whole else asked.operations.get(node)
                    for path in paths:
                        asked.paths.setdefault(path, f"a{len(asked.paths)}")
                    asked.compared.update(_compared(node.bracket))
    return {
        keys: asked
        for keys, asked in found.items()
        if len(asked.operations) >= _LEAST and len(asked.paths) <= _MOST_READ
    }


def _alone(statement: nodes.Statement) -> tuple[nodes.Expression | None, bool]:
    """The operation that a rule's condition is, without `not`, and its truth where the rule passes."""
    if not isinstance(statement, nodes.Check):
        return None, False
    node, truth = statement.condition, not statement.negated
    while isinstance(node, nodes.Not):
        node, truth = node.operand, not truth
    return node, truth


def _outermost(node: nodes.Expression) -> Iterable[nodes.ArrayOperation]:
    """The array operators of a condition that stand in no other and are conditions themselves."""
    if isinstance(node, (nodes.And, nodes.Or, nodes.Not)):
        for child in nodes.children(node):
            yield from _outermost(child)
    elif isinstance(node, nodes.ArrayOperation):
        yield node


def _list_of(node: nodes.ArrayOperation) -> tuple[str, ...]:
    """The keys of the list of the entity that an operation looks at; empty for anything else."""
    subject = node.subject
    return subject.keys if isinstance(subject, nodes.Path) and subject.scope in ("", "$", "~") else ()


def _read_of_elements(
    bracket: nodes.Expression, keys: tuple[str, ...], root: Shape | None
) -> list[tuple[str, ...]] | None:
    """The paths that a bracket reads of an element; `None` when it asks for more than scalars of it."""
    shape = None if root is None else root.at(keys)
    paths = []
    for node in nodes.walk(bracket):
        if isinstance(node, nodes.Path) and node.scope in ("", "$") and node.keys:
            if shape is not None and shape.at(node.keys) is not None:
                return None
            paths.append(node.keys)
        elif not isinstance(node, _PLAIN):
            return None
    return paths


def _compared(node: nodes.Expression) -> Iterable[tuple[str, ...]]:
    """The paths of an element of which more counts than whether there is a value."""
    if isinstance(node, nodes.Compare) and isinstance(node.left, nodes.Path) and is_null(node.right):
        return
    if isinstance(node, nodes.Path):
        yield node.keys
    for child in nodes.children(node):
        yield from _compared(child)


class LoopWriter:
    """Writes the function that answers the brackets on one list, and the loop that asks it."""

    def __init__(self, number: int, keys: tuple[str, ...], asked: _Asked, settings: Settings) -> None:
        self.keys = keys
        self.asked = asked
        self.name, self.list, self.answer = f"w{number}", f"l{number}", f"b{number}"
        paths = Names(paths=asked.paths)
        self._settings = Settings(settings.functions, None, settings.folds, False, settings.marks, paths)
        self._bits = 0
        self.loops: dict[nodes.Expression, SharedLoop] = {}

    def write_function(self, code: Code) -> None:
        """The function of the values of an element. Raises `CannotCompile`."""
        with code.block(f"def {self.name}({', '.join(self.asked.paths.values())}):"):
            code.line("b = 0")
            for node, truth in self.asked.operations.items():
                self._operation(code, node, truth)
            code.line("return b")

    def _operation(self, code: Code, node: nodes.ArrayOperation, truth: bool | None) -> None:
        marks = self._settings.marks
        contexts = (Context("x", None, True, True),)
        lowering = Lowering(code, self._settings, marks)
        if marks:
            code.line("m = False")
        code.line(f"t = {lowering.condition(node.bracket, contexts)}")
        serves, met, tells = self._bit(), 0, 0
        code.line(f"if {'not ' if node.operator == 'contain-all' else ''}t: b |= {serves}")
        if marks:
            met = self._bit()
            with code.block("if m is None:"):
                code.line(f"b |= {met}")
        if marks and truth is not None:
            tells = self._bit()
            wanted, any_serves = serving(node, truth)
            with code.block(f"if {'' if wanted else 'not '}t:"):
                code.line("h = False")
                with code.block("if m is None:"):
                    code.line(f"h = {held(Lowering(code, self._settings), node.bracket, wanted, contexts)}")
                code.line(f"if {'not ' if any_serves else ''}h: b |= {tells}")
        self.loops[node] = SharedLoop(self.list, self.answer, serves, met, tells)

    def _bit(self) -> int:
        self._bits += 1
        return 1 << self._bits - 1

    def write_loop(self, code: Code, lowering: Lowering, root: Context) -> None:
        """The lines that ask it of each element of an entity's list."""
        value = lowering.read(root, self.keys)
        code.line(f"{self.list} = {value.text}")
        single = (
            f"({self.list},)"
            if value.shape is not None
            else f"{lowering.constant(runtime.alone, 'alone')}({self.list})"
        )
        code.line(f"if {self.list}.__class__ is not list: {self.list} = () if {self.list} is None else {single}")
        element = Context("x", value.shape, False, True)
        given = ", ".join([self._read(lowering.read(element, path).text, path) for path in self.asked.paths])
        code.line(f"{self.answer} = 0")
        with code.block("try:"):
            code.line(f"for x in {self.list}: {self.answer} |= {self.name}({given})")
        with code.block("except TypeError:"):
            code.line(f"for x in {self.list}: {self.answer} |= {self.name}.__wrapped__({given})")

    def _read(self, text: str, path: tuple[str, ...]) -> str:
        """The text of a value of an element; texts of which only the presence counts are all one."""
        return text if path in self.asked.compared else f"(True if (v := {text}).__class__ is str else v)"


def loop_writers(
    rules: Sequence[tuple[nodes.Statement, Mapping[str, Function]]], root: Shape | None, settings: Settings, code: Code
) -> list[LoopWriter]:
    """The loops that rules share, their functions written."""
    writers: list[LoopWriter] = []
    for keys, asked in shared_loops(rules, root).items():
        writer = LoopWriter(len(writers), keys, asked, settings)
        start = len(code.lines)
        try:
            writer.write_function(code)
        except (CannotCompile, RecursionError):
            del code.lines[start:]
            code.depth = 0
            continue
        writers.append(writer)
    return writers


def remember(names: dict[str, Any], functions: Iterable[str]) -> None:
    """Have functions of a namespace remember their answers."""
    for name in functions:
        names[name] = _remembering(names[name])


def _remembering(answer: Callable[..., int]) -> Callable[..., int]:
    """The function with a memory; it raises `TypeError` for what it cannot keep, and has `__wrapped__` for that."""

    @lru_cache(MOST_REMEMBERED, typed=True)
    def known(*values: Any) -> int:
        if sum([len(value) for value in values if value.__class__ is str]) > LONGEST_REMEMBERED:
            raise TypeError
        return answer(*values)

    known.__wrapped__ = answer
    return known
