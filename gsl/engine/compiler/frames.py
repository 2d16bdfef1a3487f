"""Where code stands when a condition is written: the values round it, what rules share, how it is made."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from gsl.engine.compiler.shapes import Shape
from gsl.language import nodes
from gsl.semantics.functions.table import Function

MOST_NESTED = 24
"""Levels of an expression without loops; deeper ones are left to the reference (Python's own limit is near 90)."""
MOST_LOOPS = 16
"""Loops inside one another; Python refuses 21, and two blocks stand round them."""


class Context(Struct, frozen=True, eq=False):
    """A value that paths are read from: the variable that holds it, and its shape when it is a struct.

    `exact` ones are taken for a dict, or a struct of their shape, unseen: only keys of theirs are read,
    and an element that has none raises `AttributeError`, which leaves the entity to the reference.
    """

    name: str
    shape: Shape | None
    is_entity: bool = False
    exact: bool = False


class Value(Struct, frozen=True, eq=False):
    """The text of an expression, and what is read below its value; `counts` says that it is a length."""

    text: str
    shape: Shape | None = None
    counts: bool = False


Contexts = tuple[Context, ...]
ENTITY = "e"
"""The name of the entity in the code."""


class SharedLoop(Struct, frozen=True, eq=False):
    """What one loop over a list answers of an array operator: the variables of the list and the answer, and its bits.

    `serves` says that some element settles the operator, `met` that a missing value was met, `tells`
    whether a pass held on one: that some element made it so, or that some element did without.
    """

    list: str
    answer: str
    serves: int
    met: int
    tells: int


class Names(Struct, eq=False):
    """What the rules of one function share: values of paths, folded texts and dates, by their keys;
    the truth of tests that several of them make; what one loop says of several array operators."""

    paths: dict[tuple[str, ...], str] = field(default_factory=dict)
    folded: dict[tuple[str, ...], str] = field(default_factory=dict)
    dates: dict[tuple[str, ...], str] = field(default_factory=dict)
    tests: dict[nodes.Expression, str] = field(default_factory=dict)
    loops: dict[nodes.Expression, SharedLoop] = field(default_factory=dict)


class Settings(Struct, eq=False):
    """How code is made: for structs (their fields by shape and key) or dicts, with case or without.

    `strict` code takes it that elements of lists have all keys that are read, with values of the usual
    kinds; where they have not it raises, and more careful code judges the entity. With `marks` it is
    found out which passes held on a missing value.
    """

    functions: Mapping[str, Function]
    fields: Mapping[Shape, tuple[str, Mapping[str, str]]] | None = None
    folds: bool = True
    strict: bool = False
    marks: bool = True
    names: Names = field(default_factory=Names)
