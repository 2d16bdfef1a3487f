"""One generated function for all rules on an entity type, sharing what two or more of them read.

The function runs over a list of entities, in order. It gives back the entity it could not judge, if
there is one; the caller has that one judged by the reference and calls again for the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from gsl.engine.compiler import runtime
from gsl.engine.compiler.code import Bound, CannotCompile, Code, Constants
from gsl.engine.compiler.frames import ENTITY, Context, Names, Settings
from gsl.engine.compiler.holding import held, held_in_shared_loop, marks_tell
from gsl.engine.compiler.loops import LoopWriter, loop_writers, remember
from gsl.engine.compiler.lowering import Lowering
from gsl.engine.compiler.shapes import Shape
from gsl.engine.compiler.uses import shared_names
from gsl.language import nodes
from gsl.semantics.functions.table import Function

Fields = Mapping[Shape, tuple[type, Mapping[str, str]]]

MOST_OPERATIONS = 100
"""Array operators in a rule; of more, the reference counts the elements they look at."""


_REFUSED = (SyntaxError, RecursionError, MemoryError)
"""What Python says to code that is too deep for it; the reference judges then."""


class Unit(Struct, frozen=True, eq=False):
    """A rule to be compiled: its number in the run, its statement, the functions it may call."""

    number: int
    statement: nodes.Check | nodes.Query
    functions: Mapping[str, Function]


class Guard(Struct, frozen=True, eq=False):
    """What a usual entity of a type is: of one of some types where that is a field, without errors, with an id."""

    names: Mapping[str, str]
    types: frozenset[str] | None = None

    def test(self, constants: Constants) -> str:
        """The text of whether a struct is no usual entity."""
        own_id = f"{ENTITY}.{self.names['id']}"
        tests = [
            f"{ENTITY}.{self.names['_errors']} is not None",
            f"not {own_id}",
            f"({own_id}.__class__ is not str and {own_id}.__class__ is not int)",
        ]
        if self.types is not None:
            tests.insert(0, is_none_of(f"{ENTITY}.{self.names['type']}", self.types, constants))
        return " or ".join(tests)


def is_none_of(text: str, choices: Iterable[str], constants: Constants) -> str:
    """The text of whether a value is none of some texts; one is compared in half the time."""
    found = sorted(choices)
    return (
        f"{text} != {constants.name(found[0])}" if len(found) == 1 else f"{text} not in {constants.name(tuple(found))}"
    )


class Tally(Struct, eq=False):
    """What one call found.

    `found` has the numbers of the rules that entities failed, or were selected by, one entity after the
    other; `lefts` says which entities (by how many are left), `ends` where the rules of each end. They
    are numbers, as lists by the thousand would keep the garbage collector busy. The counts are by the
    position of the rule. `excluded` are (entities left, number of the rule). `odd` are the entities
    (left) that the guard kept from the rules; `stopped` is (entities left, position of the rule)
    where it gave up.
    """

    found: list[int]
    lefts: list[int]
    ends: list[int]
    odd: list[int]
    excluded: list[tuple[int, int]]
    not_relevant: Sequence[int]
    on_missing: Sequence[int]
    stopped: tuple[int, int] | None


class Fused(Struct, frozen=True, eq=False):
    """The code of one entity type: the rules in it, by their numbers, and how to bind it to a run.

    `remembering` are the functions in it that remember their answers.
    """

    numbers: tuple[int, ...]
    source: str
    code: Any
    constants: Mapping[str, Any]
    remembering: tuple[str, ...] = ()

    def bind(self, binding: runtime.Binding) -> Callable[[Any], Any]:
        """The function, for one run."""
        names: dict[str, Any] = {
            "under": runtime.under,
            "gone": runtime.gone,
            "Tally": Tally,
            "GIVING_UP": runtime.GIVING_UP,
        }
        for name, value in self.constants.items():
            names[name] = value.make(binding) if isinstance(value, Bound) else value
        exec(self.code, names)
        remember(names, self.remembering)
        function: Callable[[Any], Any] = names["check"]
        return function


def fuse(
    units: Sequence[Unit],
    root: Shape | None = None,
    fields: Fields | None = None,
    folds: bool = True,
    strict: bool = False,
    guard: Guard | None = None,
    marks: bool = True,
) -> Fused:
    """The code that judges entities with some rules; rules that cannot be compiled are left out.

    With `fields` the entities are structs of those classes, else they are dicts. `strict` code is
    faster and gives up where elements of lists are not uniform. A `guard` keeps structs from the
    rules that are no usual entities of the type.
    """
    constants = Constants()
    classes = _named_classes(fields, constants)
    rules = [(unit.statement, unit.functions) for unit in units]
    names = shared_names(rules, folds)
    code = Code(constants)
    writers = loop_writers(rules, root if fields else None, Settings({}, classes, folds, strict, marks), code)
    for writer in writers:
        names.loops |= writer.loops
    bodies: list[_Body] = []
    for unit in units:
        settings = Settings(unit.functions, classes, folds, strict, marks, names)
        body = _Body(unit, len(bodies), Code(constants), settings, root, fields)
        if body.write():
            bodies.append(body)
    test = None if guard is None else guard.test(constants)
    _write_function(code, bodies, names, root, classes, test, folds, writers)
    try:
        return _compiled(code, tuple([body.unit.number for body in bodies]), tuple([each.name for each in writers]))
    except _REFUSED:
        if not bodies:
            raise
        return fuse((), root, fields, folds, strict, guard, marks)


LOCALS = ", *, _"
"""Stands for the constants among the parameters of a function: as local names they are read faster."""


def _compiled(code: Code, numbers: tuple[int, ...] = (), remembering: tuple[str, ...] = ()) -> Fused:
    text = "\n".join(code.lines) + "\n"
    constants = "".join([f", {name}={name}" for name in ("under", "gone", *code.constants.values)])
    text = text.replace(LOCALS, constants, 1)
    return Fused(numbers, text, compile(text, "<rules>", "exec"), code.constants.values, remembering)


def _named_classes(fields: Fields | None, constants: Constants) -> dict[Shape, tuple[str, Mapping[str, str]]] | None:
    """The classes of structs by their names in the code."""
    if fields is None:
        return None
    return {shape: (constants.name(struct), names) for shape, (struct, names) in fields.items()}


class _Body:
    """The lines of one rule."""

    def __init__(
        self, unit: Unit, position: int, code: Code, settings: Settings, root: Shape | None, fields: Fields | None
    ) -> None:
        self.unit = unit
        self.position = position
        self.code = code
        self.code.prefix = f"r{position}_"
        self.settings = settings
        self.contexts = (Context(ENTITY, root, True, True),)
        self.fields = fields

    def write(self) -> bool:
        """Write the rule; says whether that could be done."""
        statement = self.unit.statement
        try:
            if _operations(statement) > MOST_OPERATIONS:
                return False
            self._statement(statement)
        except (CannotCompile, RecursionError):
            return False
        return True

    @property
    def _found(self) -> str:
        """The text that takes the rule down as one that an entity failed."""
        return f"add({self.unit.number})"

    def _statement(self, statement: nodes.Check | nodes.Query) -> None:
        code = self.code
        if statement.where is None:
            assert isinstance(statement, nodes.Check)
            self._exclude(statement)
            return
        test = Lowering(code, self.settings).condition(statement.where, self.contexts)
        with code.block(f"if {test}:"):
            if isinstance(statement, nodes.Query):
                code.line(self._found)
            else:
                self._exclude(statement)
        code.line(f"else: nr{self.position} += 1")

    def _exclude(self, statement: nodes.Check) -> None:
        if statement.exclude is None:
            self._condition(statement)
            return
        code = self.code
        test = Lowering(code, self.settings).condition(statement.exclude, self.contexts)
        code.line(f"if {test}: excluded.append((left(), {self.unit.number}))")
        with code.block("else:"):
            self._condition(statement)

    def _condition(self, statement: nodes.Check) -> None:
        code = self.code
        start = len(code.lines)
        lowering = Lowering(code, self.settings, marks=self.settings.marks)
        test = lowering.condition(statement.condition, self.contexts)
        marks = "m :=" in test or any(["m :=" in line or "m = " in line for line in code.lines[start:]])
        if marks:
            code.lines.insert(start, " " * code.depth + "m = False")
        code.line(f"if {'' if statement.negated else 'not '}{test}: {self._found}")
        told = held_in_shared_loop(lowering, statement.condition, not statement.negated) if marks else None
        if told is not None:
            code.line(f"elif m is None and {told}: om{self.position} += 1")
        elif marks and marks_tell(lowering, statement.condition, not statement.negated):
            code.line(f"elif m is None: om{self.position} += 1")
        elif marks:
            name = code.constants.name(Bound(self._held(statement)))
            code.line(f"elif m is None and {name}({ENTITY}): om{self.position} += 1")

    def _held(self, statement: nodes.Check) -> Callable[[runtime.Binding], Callable[[Any], bool]]:
        """The test whether a pass held on a missing value, compiled when it is first needed."""
        return lambda binding: _Held(self, statement, binding)


class _Held:
    """The lazily compiled test of one rule whether a pass held only because a value was missing."""

    def __init__(self, body: _Body, statement: nodes.Check, binding: runtime.Binding) -> None:
        self.body = body
        self.statement = statement
        self.binding = binding
        self.test: Callable[[Any], bool] | None = None

    def __call__(self, entity: Any) -> bool:
        if self.test is None:
            self.test = self._compiled()
        return self.test(entity)

    def _compiled(self) -> Callable[[Any], bool]:
        constants = Constants()
        code = Code(constants)
        classes = _named_classes(self.body.fields, constants)
        settings = Settings(self.body.settings.functions, classes, self.body.settings.folds)
        try:
            with code.block(f"def check({ENTITY}):"):
                lowering = Lowering(code, settings)
                test = held(lowering, self.statement.condition, self.statement.negated is False, self.body.contexts)
                code.line(f"return {test}")
            return _compiled(code).bind(self.binding)
        except (CannotCompile, *_REFUSED):
            return _undecided


def _undecided(entity: Any) -> bool:
    raise runtime.Undecided


_ENTITY_DONE = "if len(found) > size: size = len(found); lefts.append(left()); ends.append(size)"


def _write_function(
    code: Code,
    bodies: list[_Body],
    names: Names,
    root: Shape | None,
    classes: Any,
    guard: str | None,
    folds: bool,
    writers: list[LoopWriter],
) -> None:
    positions = range(len(bodies))
    with code.block(f"def check(entities{LOCALS}):"):
        code.line("found = []; add = found.append; lefts = []; ends = []; size = 0")
        code.line("source = iter(entities); left = source.__length_hint__")
        counters = [f"{kind}{position}" for kind in ("nr", "om") for position in positions]
        for start in range(0, len(counters), 50):
            code.line(" = ".join(counters[start : start + 50]) + " = 0")
        code.line("r = 0; stopped = None; odd = []; aside = odd.append; excluded = []")
        with code.block("try:"), code.block(f"for {ENTITY} in source:"):
            if len(bodies) > 1:
                code.line("r = 0")
            if guard is not None:
                with code.block(f"if {guard}:"):
                    code.line("aside(left())")
                    code.line("continue")
            _write_shared(code, names, root, classes, folds, writers)
            for body in bodies:
                if body.position:
                    code.line(f"r = {body.position}")
                code.lines += [" " * code.depth + line for line in body.code.lines]
            code.line(_ENTITY_DONE)
        with code.block("except GIVING_UP:"):
            code.line("stopped = (left(), r)")
            code.line(_ENTITY_DONE)
        lists = [f"[{', '.join([f'{kind}{position}' for position in positions])}]" for kind in ("nr", "om")]
        code.line(f"return Tally(found, lefts, ends, odd, excluded, {', '.join(lists)}, stopped)")


def _write_shared(
    code: Code, names: Names, root: Shape | None, classes: Any, folds: bool, writers: list[LoopWriter]
) -> None:
    """Read the paths that several rules read; what is made of them is made when it is first asked for."""
    known = Names()
    lowering = Lowering(code, Settings({}, classes, folds, False, False, known))
    for keys, name in sorted(names.paths.items(), key=lambda item: len(item[0])):
        value = lowering.read(Context(ENTITY, root, True, True), keys)
        code.line(f"{name} = {value.text}")
        known.paths[keys] = name
    made = [*names.folded.values(), *names.dates.values()]
    for start in range(0, len(made), 50):
        code.line(" = ".join(made[start : start + 50]) + " = None")
    for writer in writers:
        writer.write_loop(code, lowering, Context(ENTITY, root, True, True))
    known.folded = names.folded
    for node, name in names.tests.items():
        code.line(f"{name} = {lowering.condition(node, (Context(ENTITY, root, True, True),))}")


def _operations(statement: nodes.Statement) -> int:
    return sum([isinstance(node, nodes.ArrayOperation) for node in nodes.walk(statement)])
