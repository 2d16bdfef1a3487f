"""What an entry of the function table says: its parameters, what it reads, what it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct
from msgspec.structs import astuple

from gsl.semantics.values import Value

WHOLE = "whole"
PATH = "path"
NOTHING = "nothing"


class Parameter(Struct, frozen=True, eq=False):
    """One argument. `literal` ones must be written out, so that what a rule reads is known.

    `fault(value)` says what is wrong with a literal, or gives `None` when it will do.
    """

    name: str
    doc: str
    fault: Callable[[Value], str | None]
    literal: bool = False


class Function(Struct, frozen=True, eq=False):
    """One function of the language.

    `apply(run, subject, *arguments)` takes known values and gives a value, `None` for missing.
    `forms` are the lists of parameters it can be called with. `reads` is what it uses of its
    subject: `whole`, the `path` that its first argument names, or `nothing`. `missing(subject)`
    says whether the subject counts as missing, beyond being missing itself. `fault(arguments)`
    looks at all literal arguments together (`UNKNOWN` for the others) and gives the position of a
    wrong one with what was expected. `supplied` ones come from the caller, not from the language.
    """

    name: str
    doc: str
    apply: Callable[..., Any]
    forms: tuple[tuple[Parameter, ...], ...] = ((),)
    takes: str = "anything"
    gives: str = "boolean"
    reads: str = WHOLE
    missing: Callable[[Value], bool] | None = None
    fault: Callable[[tuple[Value, ...]], tuple[int, str] | None] | None = None
    supplied: bool = False

    def __reduce__(self) -> Any:
        """Functions of the language are pickled by name, others by what they are made of."""
        if _of_the_language(self.name) is self:
            return _of_the_language, (self.name,)
        return Function, astuple(self)

    def signature(self, form: tuple[Parameter, ...]) -> str:
        """The call as the reference shows it: `before(n, 'unit')`."""
        return f"{self.name}({', '.join(parameter.name for parameter in form)})"


def anything(value: Value) -> str | None:
    """Any literal will do."""
    return None


def a_text(value: Value) -> str | None:
    """A text that is not empty."""
    return None if isinstance(value, str) and value else "a text in quotes that is not empty"


def supplied(name: str, apply: Callable[..., Any]) -> Function:
    """A function that the caller of a run adds: `apply(subject, *arguments)` over JSON values.

    Its parameters are those of the callable after the first; ones with a default may be left out.
    """
    import inspect

    names = list(list(inspect.signature(apply).parameters.values())[1:])
    plain = [each for each in names if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)]
    parameters = tuple([Parameter(each.name, "", anything) for each in plain])
    least = len([each for each in plain if each.default is each.empty])
    forms = tuple([parameters[:count] for count in range(least, len(parameters) + 1)])
    doc = (apply.__doc__ or "").strip()
    return Function(name, doc, _Supplied(apply), forms, gives="anything", supplied=True)


class _Supplied(Struct, frozen=True):
    """A caller's callable, as the table calls functions."""

    apply: Callable[..., Any]

    def __call__(self, run: Any, *given: Value) -> Any:
        return self.apply(*given)


def _of_the_language(name: str) -> Function | None:
    from gsl.semantics.functions import FUNCTIONS

    return FUNCTIONS.get(name)
