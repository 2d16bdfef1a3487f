"""From a rule and an entity to one of five verdicts, with the parts that decided it."""

from __future__ import annotations

import enum

import attrs

from gsl.language import nodes
from gsl.semantics.deciding import Atom, deciding, held_on_missing
from gsl.semantics.evaluator import Scope, condition
from gsl.semantics.places import Origin, Place, Uncollected
from gsl.semantics.run import Run, Seen
from gsl.semantics.trace import Trace, Truth
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


@attrs.frozen
class Judgement:
    """A verdict, its deciding set, and the traces it was taken from.

    `where` is one trace for each item when the rule is about a list, else one at most.
    `on_missing` says that a pass held only because a value was missing.
    """

    status: Status
    atoms: tuple[Atom, ...] = ()
    where: tuple[Trace, ...] = ()
    exclude: Trace | None = None
    condition: Trace | None = None
    on_missing: bool = False


def entity_root(entity: Value, errors: tuple[Uncollected, ...] = ()) -> Seen:
    """The entity under test as the outermost context."""
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

    `where` goes first: what it leaves out is not relevant, whatever else is unknown. Then
    `exclude`, then the condition.
    """
    if isinstance(statement, nodes.Placeholder):
        return Judgement(Status.PASSED)
    where: tuple[Trace, ...] = ()
    scope: Scope = (root,)
    if statement.where is not None:
        where, scope, truth = _selected(statement, statement.where, scope, run)
        if truth is UNKNOWN:
            return Judgement(Status.ERROR, _atoms(where, UNKNOWN), where)
        if truth is False:
            return Judgement(Status.NOT_RELEVANT, _atoms(where, False), where)
    if isinstance(statement, nodes.Query):
        return Judgement(Status.SELECTED, _atoms(where, True), where)
    exclude = condition(statement.exclude, scope, run) if statement.exclude is not None else None
    if exclude is not None and exclude.truth is not False:
        status = Status.ERROR if exclude.truth is UNKNOWN else Status.EXCLUDED
        return Judgement(status, tuple(deciding(exclude, exclude.truth)), where, exclude)
    trace = condition(statement.condition, scope, run)
    return _judged(statement, trace, where, exclude, run)


def _judged(
    statement: nodes.Check, trace: Trace, where: tuple[Trace, ...], exclude: Trace | None, run: Run
) -> Judgement:
    atoms = tuple(deciding(trace, trace.truth))
    if trace.truth is UNKNOWN:
        return Judgement(Status.ERROR, atoms, where, exclude, trace)
    passed = trace.truth is not statement.negated
    on_missing = passed and held_on_missing(trace, trace.truth, run.functions)
    return Judgement(Status.PASSED if passed else Status.FAILED, atoms, where, exclude, trace, on_missing)


def _selected(
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


def _atoms(where: tuple[Trace, ...], truth: Truth) -> tuple[Atom, ...]:
    return tuple([atom for trace in where if trace.truth is truth for atom in deciding(trace, truth)])
