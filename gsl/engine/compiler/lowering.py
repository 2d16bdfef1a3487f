"""From the nodes of a rule to Python text: values, conditions, loops.

Conditions become expressions, and statements only where an array operator needs a loop. Each value
that is missing sets the variable `m` to `None`: a pass that met none did not hold on a missing value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from gsl.engine.compiler import runtime
from gsl.engine.compiler.code import Bound, CannotCompile, Code
from gsl.engine.compiler.frames import ENTITY, MOST_LOOPS, MOST_NESTED, Context, Contexts, Settings, SharedLoop, Value
from gsl.engine.compiler.shapes import LOOKS, Shape, is_root_property
from gsl.engine.compiler.uses import tested_path
from gsl.language import nodes
from gsl.semantics.functions.properties import keys_of
from gsl.semantics.functions.table import NOTHING, PATH, Function
from gsl.semantics.scopes import context_of


class Lowering:
    """Writes the code of one rule's conditions into a function. `marks` says whether `m` is kept."""

    def __init__(self, code: Code, settings: Settings, marks: bool = False, loops: int = 0) -> None:
        self.code = code
        self.settings = settings
        self.marks = marks
        self.loops = loops
        self.nested = 0
        self._looping: dict[int, bool] = {}

    # --- values

    def value(self, node: nodes.Expression, contexts: Contexts) -> Value:
        """The text of an expression's value; may write statements before it."""
        if isinstance(node, nodes.Literal):
            return Value(self.constant(node.value, None if node.value is not None else "null"))
        if isinstance(node, nodes.NamedList):
            name = node.name
            return Value(self.bound(lambda binding: binding.run.lists[name], ("list", name)))
        if isinstance(node, nodes.ArrayOperation) and node.operator == "with":
            return self._kept(node, contexts)
        makers: dict[type, Callable[[Any, Contexts], Value]]
        makers = {nodes.Path: self.path, nodes.Call: self._call, nodes.GroupBy: self._groups}
        make = makers.get(type(node))
        return make(node, contexts) if make is not None else Value(f"bool({self.condition(node, contexts)})")

    def path(self, node: nodes.Path, contexts: Contexts) -> Value:
        """A path read from its context."""
        return self.read(context_of(node.scope, node.levels, contexts), node.keys)

    def read(self, base: Context, keys: tuple[str, ...]) -> Value:
        """The value under some keys of a context."""
        text, shape, exact, rest = base.name, base.shape, base.exact, keys
        if base.is_entity:
            for count in range(len(keys), 0, -1):
                shared = self.settings.names.paths.get(keys[:count])
                if shared is not None:
                    text, exact, rest = shared, False, keys[count:]
                    shape = None if shape is None else shape.at(keys[:count])
                    break
        for key in rest:
            text = self._under(text, shape, key, exact)
            shape = None if shape is None else shape.at((key,))
            exact = False
        return Value(text, None if shape is None else shape.at(()))

    def _under(self, text: str, shape: Shape | None, key: str, exact: bool) -> str:
        """The text that reads one key; `exact` values are surely entities."""
        if shape is not None and not shape.is_plain and self.settings.fields is not None:
            struct, fields = self.settings.fields[shape]
            if exact:
                return f"{text}.{fields[key]}"
            name, kept = self.named(text)
            other = f"None if {name} is None else under({name}, {self.constant(key)})"
            return f"({name}.{fields[key]} if {kept}.__class__ is {struct} else {other})"
        if exact:
            strict = self.strict and text != ENTITY
            return f"{text}[{self.constant(key)}]" if strict else f"{text}.get({self.constant(key)})"
        name, kept = self.named(text)
        constant = self.constant(key)
        other = f"None if {name} is None else under({name}, {constant})"
        return f"({name}.get({constant}) if {kept}.__class__ is dict else {other})"

    def named(self, text: str) -> tuple[str, str]:
        """A name for a value that is used more than once, and the text that gives it the value."""
        if text.isidentifier():
            return text, text
        name = self.code.fresh("v")
        return name, f"({name} := {text})"

    def constant(self, value: object, key: object = None) -> str:
        """The name of a constant."""
        return self.code.constants.name(value, key)

    def bound(self, make: object, key: object = None) -> str:
        """The name of a constant that depends on the run."""
        return self.code.constants.name(Bound(make), key)  # type: ignore[arg-type]

    def marked(self, text: str) -> str:
        """A value that sets `m` when it is missing."""
        if not self.marks or (text.startswith("K") and text.isidentifier()):
            return text
        name, kept = self.named(text)
        return f"({name} if {kept} is not None else {self.mark})"

    def unless_missing(self, test: str, name: str) -> str:
        """The text of a test of a name that no missing value passes."""
        missing = f"{self.mark} is not None" if self.marks else "False"
        return f"({test}({name}) if {name} is not None else {missing})"

    @property
    def strict(self) -> bool:
        """Whether code for the inside of a loop may be strict."""
        return self.settings.strict and self.loops > 0

    @property
    def mark(self) -> str:
        """The text that notes a missing value and is `None`."""
        return "gone()" if self.strict else "(m := None)"

    def operand(self, node: nodes.Expression, contexts: Contexts) -> str:
        """A value for a general operation, marked when it is missing. Its places are plain."""
        value = self.value(node, contexts)
        if value.shape is not None:
            raise CannotCompile
        return value.text if isinstance(node, nodes.Literal) else self.marked(value.text)

    # --- calls

    def _call(self, node: nodes.Call, contexts: Contexts) -> Value:
        function = self.settings.functions[node.name.lower()]
        if function.supplied or function.reads == NOTHING:
            raise CannotCompile
        if is_root_property(node, function, len(contexts)):
            return self.read(contexts[0], keys_of(str(node.arguments[0].value)))  # type: ignore[union-attr]
        if function.name in LOOKS:
            return self._look(function, node, contexts)
        if function.reads == PATH:
            keys = keys_of(str(node.arguments[0].value))  # type: ignore[union-attr]
            subject = self.operand(node.subject, contexts)
            return Value(f"{self.constant(runtime.property_of, 'property_of')}({subject}, {self.constant(keys)})")
        parts = [self.operand(each, contexts) for each in (node.subject, *node.arguments)]
        apply = self.bound(
            lambda binding: runtime.applied(function, binding.run), ("apply", function.name, id(function))
        )
        return Value(f"{apply}({', '.join(parts)})")

    def _look(self, function: Function, node: nodes.Call, contexts: Contexts) -> Value:
        """`isEmpty` and `length`, of decoded objects too as far as they can tell."""
        subject = self.value(node.subject, contexts)
        name, kept = self.named(subject.text)
        general = self.constant(runtime.is_empty if function.name == "isEmpty" else runtime.size, function.name)
        seen = self.marked(name)
        if function.name == "isEmpty":
            quick = f"not {name} if {kept}.__class__ is str or {name}.__class__ is list"
            return Value(f"({quick} else {general}({seen}))")
        return Value(
            f"(len({name}) if {kept}.__class__ is list or {name}.__class__ is str else {general}({seen}))", counts=True
        )

    # --- loops

    def elements(self, node: nodes.Expression, contexts: Contexts) -> tuple[str, Shape | None]:
        """The name of a list of the elements that an array operator looks at; marks a missing subject."""
        value = self.value(node, contexts)
        name = self.code.fresh("s")
        self.code.line(f"{name} = {value.text}")
        alone = f"({name},)" if self.settings.fields is not None else f"{self.constant(runtime.alone, 'alone')}({name})"
        with self.code.block(f"if {name}.__class__ is not list:"):
            self.code.line(f"{name} = () if {name} is None else {alone}")
            if self.marks:
                self.code.line(f"if not {name}: m = None")
        if not _is_place(node):
            self.code.line(f"{self.constant(runtime.few, 'few')}({name})")
        return name, value.shape

    def _kept(self, node: nodes.ArrayOperation, contexts: Contexts) -> Value:
        """The list that `with` gives."""
        self.require_own_place(node, contexts)
        source, shape = self.elements(node.subject, contexts)
        result, element = self.code.fresh("l"), self.code.fresh("x")
        self.code.line(f"{result} = []")
        with self.loop(source, element, shape, node.bracket, contexts) as inner:
            test = self.condition(node.bracket, inner)
            self.code.line(f"if {test}: {result}.append({element})")
        return Value(result, shape)

    def array_operation(self, node: nodes.ArrayOperation, contexts: Contexts) -> str:
        """The name of the truth of an array operator."""
        if len(contexts) == 1 and (loop := self.settings.names.loops.get(node)) is not None:
            return self._answered(node, loop)
        self.require_own_place(node, contexts)
        subject = node.subject
        source, shape = self.elements(subject, contexts)
        result, element = self.code.fresh("b"), self.code.fresh("x")
        found = "False" if node.operator in ("contain-all", "contain-none") else "True"
        start = "True" if found == "False" else "False"
        self.code.line(f"{result} = {start}")
        with self.loop(source, element, shape, node.bracket, contexts) as inner:
            test = self.condition(node.bracket, inner)
            negation = "not " if node.operator == "contain-all" else ""
            with self.code.block(f"if {negation}{test}:"):
                self.code.line(f"{result} = {found}")
                self.code.line("break")
        if node.operator == "contain-all":
            self.code.line(f"if {source} == (): {result} = False")  # of a missing value; of an empty list it is true
        return result

    def _answered(self, node: nodes.ArrayOperation, loop: SharedLoop) -> str:
        """What a loop that rules share says of an array operator."""
        if self.marks:
            self.code.line(f"if {loop.answer} & {loop.met} or {loop.list} == (): m = None")
        found = f"{loop.answer} & {loop.serves}"
        if node.operator == "contain-all":
            return f"(not {found} and {loop.list} != ())"
        return f"(not {found})" if node.operator == "contain-none" else f"({found} != 0)"

    @contextmanager
    def loop(
        self, source: str, element: str, shape: Shape | None, bracket: nodes.Expression, contexts: Contexts
    ) -> Iterator[Contexts]:
        """The lines of a bracket, once for each element; gives its contexts."""
        with self.code.block(f"for {element} in {source}:"):
            exact = not any([_uses_context(each) for each in nodes.walk(bracket)])
            nested, self.nested = self.nested, 0
            self.loops += 1
            if self.loops > MOST_LOOPS:
                raise CannotCompile
            yield (*contexts, Context(element, shape, False, exact))
            self.loops -= 1
            self.nested = nested

    def require_own_place(self, node: nodes.ArrayOperation, contexts: Contexts) -> None:
        """Array operators in brackets must look at parts of their own element, so that work stays linear."""
        base = node.subject
        while isinstance(base, nodes.ArrayOperation) and base.operator == "with":
            base = base.subject
        own = isinstance(base, nodes.Path) and base.scope in ("", "$")
        if len(contexts) > 1 and not own:
            raise CannotCompile

    def _groups(self, node: nodes.GroupBy, contexts: Contexts) -> Value:
        if len(contexts) > 1:
            raise CannotCompile
        source, shape = self.elements(node.subject, contexts)
        if shape is not None:
            raise CannotCompile
        keys, element = self.code.fresh("l"), self.code.fresh("x")
        self.code.line(f"{keys} = []")
        with self.loop(source, element, None, node.key, contexts) as inner:
            checked = self.constant(runtime.checked, "checked")
            self.code.line(f"{keys}.append({checked}({self.operand(node.key, inner)}))")
        group = self.bound(lambda binding: runtime.gathered(binding.run.fold), "gathered")
        return Value(f"{group}({keys}, {source})")

    # --- conditions

    def condition(self, node: nodes.Expression, contexts: Contexts) -> str:
        """The text of a condition; statements are written before it where it needs any."""
        from gsl.engine.compiler import atoms

        self.nested += 1
        if self.nested > MOST_NESTED:
            raise CannotCompile
        try:
            if isinstance(node, (nodes.And, nodes.Or)):
                return self._junction(node, contexts)
            if isinstance(node, nodes.Not):
                return f"(not {self.condition(node.operand, contexts)})"
            if isinstance(node, nodes.ArrayOperation):
                return self.array_operation(node, contexts)
            return (
                self._shared_test(node)
                if len(contexts) == 1 and node in self.settings.names.tests
                else (atoms.atom(self, node, contexts))
            )
        finally:
            self.nested -= 1

    def _junction(self, node: nodes.And | nodes.Or, contexts: Contexts) -> str:
        """`and` and `or`: what needs no statements first, then the rest one inside the other."""
        word = "and" if isinstance(node, nodes.And) else "or"
        looping = [each for each in node.operands if self.needs_statements(each)]
        simple = [each for each in node.operands if not self.needs_statements(each)]
        texts = [self.condition(each, contexts) for each in simple]
        joined = f"({f' {word} '.join(texts)})" if texts else ""
        if not looping:
            return joined
        result = self.code.fresh("b")
        self.code.line(f"{result} = {joined or ('True' if word == 'and' else 'False')}")
        for each in looping:
            with self.code.block(f"if {result}:" if word == "and" else f"if not {result}:"):
                self.code.line(f"{result} = {self.condition(each, contexts)}")
        return result

    def _shared_test(self, node: nodes.Expression) -> str:
        """A test of the entity that several rules make; a missing value is marked for each."""
        test = self.settings.names.tests[node]
        if not self.marks:
            return test
        path = self.settings.names.paths[tested_path(node)]
        return f"({test} if {path} is not None or {self.mark} is not None else {test})"

    def needs_statements(self, node: nodes.Expression) -> bool:
        """Whether an expression holds a loop."""
        found = self._looping.get(id(node))
        if found is None:
            found = isinstance(node, (nodes.ArrayOperation, nodes.GroupBy)) or any(
                [self.needs_statements(child) for child in nodes.children(node)]
            )
            self._looping[id(node)] = found
        return found


def _uses_context(node: nodes.Node) -> bool:
    """Whether a node uses an element as it is, not only what stands under its keys."""
    return isinstance(node, nodes.LiteralBracket) or (isinstance(node, nodes.Path) and not node.keys)


def _is_place(node: nodes.Expression) -> bool:
    """Whether an expression's list stands in the entity, and was not made by a function."""
    while isinstance(node, nodes.ArrayOperation) and node.operator == "with":
        node = node.subject
    return isinstance(node, nodes.Path)
