"""From a rule and an entity to one of five verdicts, with the parts that decided it."""

from __future__ import annotations

import enum

from msgspec import Struct

from gsl.language import nodes
from gsl.language.depth import with_room
from gsl.semantics.deciding import Atom, deciding, held_on_missing
from gsl.semantics.evaluator import Scope, condition
from gsl.semantics.kleene import Truth
from gsl.semantics.places import Origin, Place, Uncollected
from gsl.semantics.run import Run, Seen, TooMuchWork
from gsl.semantics.trace import Trace, value_trace
from gsl.semantics.values import UNKNOWN, Value


class Status(enum.StrEnum):
    """What a rule says of an entity; never merged. `SELECTED` is for queries only."""

    NOT_RELEVANT = "not-relevant"
    EXCLUDED = "excluded"
    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    SELECTED = "selected"

    def __str__(self) -> str:
        return self.value


class Judgement(Struct, frozen=True, eq=False):
    """A verdict and the traces that settled it.

    `settled` are those of the part that it was taken from: of `where` (one for each item when the
    rule is about a list), of `exclude`, or of the condition. `on_missing` says that a pass held
    only because a value was missing.
    """

    status: Status
    settled: tuple[Trace, ...] = ()
    on_missing: bool = False

    @property
    def atoms(self) -> tuple[Atom, ...]:
        """The deciding set."""
        return with_room(lambda: tuple([atom for trace in self.settled for atom in deciding(trace, trace.truth)]))


_TOP = Place(Origin())


def entity_root(entity: Value, errors: tuple[Uncollected, ...] = ()) -> Seen:
    """The entity under test as the outermost context."""
    if not errors:
        return Seen(entity, _TOP)
    place = Place(Origin("", errors))
    return Seen(entity, place, place.covering())


def list_root(items: tuple[Seen, ...]) -> Seen:
    """The entity of a `List<T>` rule: `{items: [...]}`, each item keeping its own errors."""
    entity = {"items": [item.value for item in items]}
    return Seen(entity, Place(Origin()), None, {"items": items})


def list_item(entity: Value, number: int, errors: tuple[Uncollected, ...] = ()) -> Seen:
    """One item of a `List<T>`."""
    return Seen(entity, Place(Origin(f"items[{number}]", errors)))


def judge(statement: nodes.Statement, root: Seen, run: Run) -> Judgement:
    """The verdict of a rule on an entity (for `List<T>`, on the list of an account).

    A rule whose brackets would take for ever on the entity gives the verdict error.
    """
    run = run.anew()
    try:
        return with_room(lambda: _judge(statement, root, run))
    except TooMuchWork:
        message = "the brackets of the rule look at too many elements of this entity"
        run.note("too-much-work", message)
        cause = Uncollected((), "evaluation", "TooMuchWork", message)
        place = nodes.Path(statement.span, "~", 0, ())
        return Judgement(Status.ERROR, (value_trace(place, UNKNOWN, root.place, cause=cause),))


def _judge(statement: nodes.Statement, root: Seen, run: Run) -> Judgement:
    """The verdict, part by part.

    `where` goes first: what it leaves out is not relevant, whatever else is unknown. Then
    `exclude`, then the condition.
    """
    if isinstance(statement, nodes.Placeholder):
        return Judgement(Status.PASSED)
    scope: Scope = (root,)
    if statement.where is not None:
        where, scope, truth = selected(statement, statement.where, scope, run)
        if truth is UNKNOWN:
            return Judgement(Status.ERROR, _with_truth(where, UNKNOWN))
        if truth is False:
            return Judgement(Status.NOT_RELEVANT, _with_truth(where, False))
        if isinstance(statement, nodes.Query):
            return Judgement(Status.SELECTED, _with_truth(where, True))
    assert isinstance(statement, nodes.Check)
    if statement.exclude is not None:
        exclude = condition(statement.exclude, scope, run)
        if exclude.truth is not False:
            return Judgement(Status.ERROR if exclude.truth is UNKNOWN else Status.EXCLUDED, (exclude,))
    return _judged(statement, condition(statement.condition, scope, run), run)


def _judged(statement: nodes.Check, trace: Trace, run: Run) -> Judgement:
    if trace.truth is UNKNOWN:
        return Judgement(Status.ERROR, (trace,))
    if trace.truth is statement.negated:
        return Judgement(Status.FAILED, (trace,))
    return Judgement(Status.PASSED, (trace,), held_on_missing(trace, trace.truth, run.functions))


def _with_truth(traces: tuple[Trace, ...], truth: Truth) -> tuple[Trace, ...]:
    return tuple([trace for trace in traces if trace.truth is truth])


def selected(
    statement: nodes.Check | nodes.Query, where: nodes.Expression, scope: Scope, run: Run
) -> tuple[tuple[Trace, ...], Scope, Truth]:
    """What `where` says, and the scope it leaves: for a list, the items that it keeps."""
    if not statement.target.is_list:
        trace = condition(where, scope, run)
        return (trace,), scope, trace.truth
    (root,) = scope
    items = (root.members or {}).get("items", ())
    traces = tuple([condition(where, (root, item), run) for item in items])
    if any([trace.truth is UNKNOWN for trace in traces]):
        return traces, scope, UNKNOWN
    kept = tuple([item for item, trace in zip(items, traces) if trace.truth is True])
    return traces, (list_root(kept),), True
