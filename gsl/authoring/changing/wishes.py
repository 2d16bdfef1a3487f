"""From the trace of a condition to other values at the places that it read, which may turn its truth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, zip_longest

import attrs

from gsl.authoring.changing.edits import GONE, Gone
from gsl.authoring.changing.elements import made_elements
from gsl.authoring.changing.inverses import Asked, subjects
from gsl.authoring.changing.near import around, other_than, spelled_like, usual
from gsl.authoring.changing.words import like_words, regex_word
from gsl.language import nodes
from gsl.semantics.deciding import identity
from gsl.semantics.places import Place
from gsl.semantics.run import Run
from gsl.semantics.trace import Trace
from gsl.semantics.values import UNKNOWN, Value

_MOST_ATOMS = 120
_MOST_ELEMENTS = 20
_MOST_GOALS = 24
_LONGEST_GOAL = 200

_CONDITIONS = (nodes.Compare, nodes.Membership, nodes.Like, nodes.RegexMatch, nodes.LiteralBracket)


@attrs.frozen(eq=False)
class Wish:
    """Another value at a place."""

    place: Place
    before: Value
    after: Value | Gone


class Wisher:
    """Makes wishes of traces of one rule; what it made of brackets it keeps."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self._made: dict[int, list[Value]] = {}

    def wishes(self, traces: Sequence[Trace], deciding: Iterable[Trace]) -> Iterator[Wish]:
        """What to try, likely things first: of the parts that decided, then of the others, from each in turn."""
        first = list(deciding)[:_MOST_ATOMS]
        yield from self._in_turn(first)
        known = {identity(trace) for trace in first}
        others = (trace for each in traces for trace in _atoms(each) if identity(trace) not in known)
        yield from self._in_turn(islice(others, _MOST_ATOMS))

    def _in_turn(self, atoms: Iterable[Trace]) -> Iterator[Wish]:
        columns = [self._of_atom(atom) for atom in atoms]
        for row in zip_longest(*columns):
            yield from [wish for wish in row if wish is not None]

    def _added(self, node: nodes.ArrayOperation) -> list[Value]:
        """Elements that a bracket would take, and some that it would not."""
        made = self._made.get(id(node))
        if made is None:
            made = [each for truth in (True, False) for each in made_elements(node.bracket, truth, self.run)]
            self._made[id(node)] = made
        return made

    def _of_atom(self, trace: Trace) -> Iterator[Wish]:
        """What may turn one atom."""
        if isinstance(trace.node, nodes.ArrayOperation):
            added = self._added(trace.node)
            yield from _list_wishes(trace.parts[0], added)
            yield from _aim(trace.parts[0], [[each] for each in added], self.run)
        else:
            yield from _of_plain_atom(trace, self.run)


def _atoms(trace: Trace) -> Iterator[Trace]:
    """The parts of a condition that may be turned, at the first elements of lists only."""
    pending = [(trace, True)]
    while pending:
        current, as_condition = pending.pop()
        node = current.node
        joins = isinstance(node, (nodes.And, nodes.Or, nodes.Not))
        inside = [(part, joins) for part in current.parts]
        inside += [(element.trace, True) for element in current.elements[:_MOST_ELEMENTS]]
        if isinstance(node, (*_CONDITIONS, nodes.ArrayOperation)) or (as_condition and not joins):
            yield current
        pending += reversed(inside)


def _of_plain_atom(trace: Trace, run: Run) -> Iterator[Wish]:
    """What may turn an atom that is no array operator."""
    node, parts = trace.node, trace.parts
    if isinstance(node, nodes.Compare):
        left, right = parts
        yield from _aim(left, _known_around(right), run)
        yield from _aim(right, _known_around(left), run)
    elif isinstance(node, nodes.Membership):
        subject, *items = parts
        yield from _aim(subject, _items(items), run)
        for item in items:
            yield from _aim(item, _known_around(subject), run)
    elif isinstance(node, nodes.Like):
        yield from _aim(parts[0], [*like_words(node.pattern), other_than(_own_text(parts[0]))], run)
    elif isinstance(node, nodes.RegexMatch):
        yield from _aim(parts[0], [regex_word(node.pattern), other_than(_own_text(parts[0]))], run)
    elif isinstance(node, nodes.LiteralBracket):
        goals = [each for literal in node.literals[:_MOST_GOALS] for each in _literal_goals(literal.value)]
        yield from _aim(parts[0], goals, run)
    else:
        yield from _aim(trace, [True, False], run)


def _known_around(trace: Trace) -> list[Value]:
    return [] if trace.value is UNKNOWN else around(trace.value)


def _literal_goals(literal: Value) -> list[Value]:
    return [*like_words(literal), "x"] if isinstance(literal, str) else around(literal)


def _own_text(trace: Trace) -> str:
    return trace.value[:100] if isinstance(trace.value, str) else ""


def _items(items: Sequence[Trace]) -> list[Value]:
    """The values that `in` takes, and one that it may not."""
    found: list[Value] = []
    for item in items:
        if item.value is not UNKNOWN and len(found) < _MOST_GOALS:
            found += item.value[:_MOST_GOALS] if isinstance(item.value, list) else [item.value]
    longest = max([each for each in found if isinstance(each, str)], key=len, default="")
    return [*found[:_MOST_GOALS], other_than(longest)]


def _aim(trace: Trace, goals: list[Value], run: Run) -> Iterator[Wish]:
    """Wishes that may give an operand one of some values."""
    node, value = trace.node, trace.value
    if value is UNKNOWN or isinstance(node, (nodes.Literal, nodes.NamedList)):
        return
    if isinstance(node, (nodes.Path, nodes.Call)) and trace.place is not None:
        yield from _at(trace.place, value, goals)
        if isinstance(value, list):
            yield from _list_wishes(trace, value[-1:])
    elif isinstance(node, nodes.Call):
        yield from _aim_call(trace, node, goals, run)
    elif isinstance(node, (nodes.ArrayOperation, nodes.GroupBy)):
        yield from _list_wishes(trace, ())
        if isinstance(node, nodes.GroupBy):
            yield from _aim(trace.parts[0], [], run)


def _aim_call(trace: Trace, node: nodes.Call, goals: list[Value], run: Run) -> Iterator[Wish]:
    subject, *arguments = trace.parts
    given = tuple([each.value for each in arguments])
    if subject.value is UNKNOWN or any([each is UNKNOWN for each in given]):
        return
    for member in (trace.members or ())[:_MOST_ELEMENTS]:
        yield from _at(member.place, member.value, [])
    yield from _aim(subject, subjects(node.name, Asked(run, subject.value, given, goals)), run)
    for argument in arguments:
        yield from _aim(argument, around(subject.value), run)


def _at(place: Place, before: Value, goals: list[Value]) -> Iterator[Wish]:
    """Wishes at one place: the goals, then what might stand there whatever the rule says."""
    if before is UNKNOWN:
        return
    for goal in [*goals[:_MOST_GOALS], *usual(before)]:
        if goal is None:
            yield Wish(place, before, GONE if place.keys and isinstance(place.keys[-1], str) else None)
            continue
        if isinstance(goal, (list, dict)) and len(goal) > _LONGEST_GOAL:
            continue
        for spelled in spelled_like(goal, before):
            yield Wish(place, before, spelled)


def _list_wishes(trace: Trace, added: Sequence[Value]) -> Iterator[Wish]:
    """Wishes that take elements of a list out, or put some in."""
    value, place = trace.value, trace.place
    if trace.members is not None:
        for member in trace.members[:_MOST_ELEMENTS]:
            if not member.place.keys or isinstance(member.place.keys[-1], int):
                yield Wish(member.place, member.value, GONE)
    elif place is not None and isinstance(value, list):
        for number, element in enumerate(value[:_MOST_ELEMENTS]):
            yield Wish(place / number, element, GONE)
    if place is not None and isinstance(value, list):
        for element in added:
            yield Wish(place / len(value), None, element)
