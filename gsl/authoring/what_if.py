"""What if: the smallest change of an entity's values that would turn a verdict from passed to failed, or back.

Candidates come from the trace of the verdict: values at the boundaries of comparisons, opposite truth
values, nothing at all, members of lists, shifted dates, words that fit patterns. Each is tried: the
changed entity is judged by the reference, and only what really turned the verdict is told. Single
changes come first, then pairs, of which the smallest is told. At last, conditions are turned one after
the other as long as the verdict rests on them, which gives one way, and not always the shortest.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import attrs

from gsl.authoring.changing.edits import GONE, Edit, Gone, Ground, Keys
from gsl.authoring.changing.known import Known
from gsl.authoring.changing.near import MADE_UP
from gsl.authoring.changing.showing import MASKED, change_shown, value_text
from gsl.authoring.changing.wishes import Wisher
from gsl.errors import printable
from gsl.language import nodes
from gsl.language.depth import with_room
from gsl.ruleset.checking import type_key
from gsl.ruleset.rule import Rule
from gsl.semantics.deciding import identity
from gsl.semantics.judging import Judgement, Status, judge, selected
from gsl.semantics.run import Run, Seen, TooMuchWork, ignore
from gsl.semantics.trace import Trace
from gsl.semantics.values import Value

MOST_TRIES = 500
"""Changed entities that are judged for one answer."""

_MOST_PAIRED = 12
_FOR_CHAINS = 150
"""Tries that pairs leave over."""

_LONGEST_CHAIN = 8
_MOST_PARTS = 400_000
_LEAST_TRIES = 25
_MOST_SECONDS = 3.0
_ACCOUNT = ("accountNumber", "account", "accountId", "cloudAccountId", "region")
"""Keys that say where an entity is, and so which others a rule finds for it."""

_OPPOSITE = {Status.PASSED: Status.FAILED, Status.FAILED: Status.PASSED}


@attrs.frozen
class Change:
    """One value that would be another: `before` and `after` are shown as reports show values, secrets masked.

    `kind` is `set`, `removed` (a key or an element that would not be there) or `added`. With `example`
    the new value is a text that was made up, and others would do as well.
    """

    path: str
    kind: str
    before: Any
    after: Any
    example: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The change as JSON."""
        return attrs.asdict(self, recurse=False)


@attrs.frozen
class WhatIf:
    """The smallest change found that turns a verdict, or what was tried in vain.

    `wanted` is the verdict after the changes, which were judged together. Without any `changes` none
    was found among `tried` ones, at `paths`; `reason` then says why there may be none. `entity` is the
    changed entity (for rules on lists the object with its `items`): another one, with nothing masked.
    """

    wanted: Status
    changes: tuple[Change, ...] = ()
    tried: int = 0
    paths: tuple[str, ...] = ()
    reason: str = ""
    entity: Value = attrs.field(default=None, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The answer as JSON, without the entity."""
        return {
            "wanted": str(self.wanted),
            "changes": [change.to_dict() for change in self.changes],
            "tried": self.tried,
            "paths": list(self.paths),
            "reason": self.reason,
        }


def what_if(rule: Rule, root: Seen, run: Run, clock: Callable[[], float] = time.process_time) -> WhatIf | None:
    """The smallest change that would fail an entity which passes, or pass one which fails.

    `root` and `run` are what `explain` takes; `None` for other verdicts. At most 500 changed entities
    are judged, fewer where one takes long, and none once three seconds of `clock`, the time of this process, are over.
    """
    end = clock() + _MOST_SECONDS
    judgement = judge(rule.statement, root, run)
    wanted = _OPPOSITE.get(judgement.status)
    if wanted is None or not isinstance(rule.statement, nodes.Check):
        return None
    if type_key(rule.entity_type) in {type_key(name) for name in rule.looked_up}:
        return WhatIf(wanted, reason="the rule looks up entities of its own type, so others would change as well")
    silent = run.anew(run.account, run.region, ignore)
    return with_room(lambda: _Search(rule, root, silent, wanted, lambda: clock() < end).answer(judgement))


@attrs.frozen(eq=False)
class _Tried:
    """Changes that were tried together, the entity with them, and its verdict."""

    edits: tuple[Edit, ...]
    root: Seen
    judgement: Judgement

    @property
    def size(self) -> tuple[int, float]:
        return len(self.edits), sum([edit.size for edit in self.edits])


class _Search:
    """Tries changes of one entity, single ones and then pairs."""

    def __init__(self, rule: Rule, root: Seen, run: Run, wanted: Status, in_time: Callable[[], bool]) -> None:
        self.rule, self.root, self.run, self.wanted = rule, root, run, wanted
        self._wisher = Wisher(run)
        self.ground = Ground(root, _ACCOUNT if rule.looked_up else ())
        self.known = Known(type_key(rule.entity_type), rule.is_list)
        self.tried = 0
        self.left = MOST_TRIES
        self.lost = False
        self.paths: dict[str, None] = {}
        self._literals = [node.value for node in nodes.walk(rule.statement) if isinstance(node, nodes.Literal)]
        self._in_time = in_time

    def answer(self, judgement: Judgement) -> WhatIf:
        """The smallest change that turns the verdict."""
        traces = self._traces(self.root, judgement)
        self.left = min(MOST_TRIES, max(_LEAST_TRIES, _MOST_PARTS // _size(traces)))
        singles = list(self._followed(_Tried((), self.root, judgement), self.left * 3 // 5, traces))
        found = (
            self._smallest(singles)
            or self._smallest(self._pairs(judgement, singles))
            or self._smallest(self._chain(judgement, traces))
        )
        if found is None:
            return WhatIf(self.wanted, (), self.tried, tuple(self.paths), self._reason())
        changes = [Change(*change_shown(edit, self.root.value), edit.example) for edit in found.edits]
        return WhatIf(self.wanted, tuple(changes), self.tried, tuple(self.paths), "", found.root.value)

    def _reason(self) -> str:
        if not self.tried and not self._in_time():
            return "one verdict takes too long to try others"
        if not self.paths:
            return "the verdict rests on nothing of the entity that could be changed"
        if self.lost:
            return "some of these would make it an error, as not all of the entity was collected"
        if not self._may_go_on():
            return "there was more to try than there are tries"
        return ""

    def _smallest(self, tried: Iterable[_Tried]) -> _Tried | None:
        turned = [each for each in tried if each.judgement.status is self.wanted]
        return min(turned, key=lambda each: each.size, default=None)

    def _pairs(self, judgement: Judgement, singles: list[_Tried]) -> Iterator[_Tried]:
        """Changes that did not do alone, each with others that its own verdict asks for."""
        before = _parts_of(judgement)
        for base in sorted(singles, key=lambda each: _parts_of(each.judgement) == before):
            if self.left <= _FOR_CHAINS:
                return
            if base.judgement.status is judgement.status:
                yield from self._followed(base, _MOST_PAIRED)

    def _chain(self, judgement: Judgement, traces: Sequence[Trace]) -> Iterator[_Tried]:
        """Changes one after the other, each of which turns what the verdict rests on; the last turns the verdict."""
        base: _Tried | None = _Tried((), self.root, judgement)
        for _ in range(_LONGEST_CHAIN):
            if base is None:
                return
            before = _parts_of(base.judgement)
            going_on: list[_Tried] = []
            for tried in self._followed(base, 2 * _MOST_PAIRED, traces if not base.edits else None):
                if tried.judgement.status is self.wanted:
                    yield from (tried, *self._shorter(tried))
                    return
                if tried.judgement.status is judgement.status and not before & _parts_of(tried.judgement):
                    going_on.append(tried)
            base = min(going_on, key=lambda each: each.size, default=None)

    def _shorter(self, found: _Tried) -> Iterator[_Tried]:
        """The same without changes that were not needed."""
        edits = found.edits
        for edit in found.edits:
            for tried in self._judged([each for each in edits if each is not edit]):
                if tried.judgement.status is self.wanted:
                    edits = tried.edits
                    yield tried

    def _followed(self, base: _Tried, most: int, traces: Sequence[Trace] | None = None) -> Iterator[_Tried]:
        """Changes, each with one more that their verdict asks for."""
        if traces is None:
            traces = self._traces(base.root, base.judgement)
        for edit in self._edits(base.judgement, traces):
            if most <= 0 or not self._may_go_on():
                return
            edits = _with(base.edits, edit)
            for tried in self._judged(edits) if edits is not None else ():
                most -= 1
                self.paths.setdefault(edit.path)
                yield tried

    def _edits(self, judgement: Judgement, traces: Sequence[Trace]) -> Iterator[Edit]:
        """The changes that a verdict asks for, each once."""
        seen: set[tuple[Any, ...]] = set()
        deciding = [atom.trace for atom in judgement.atoms]
        for wish in self._wisher.wishes(traces, deciding):
            keys = self.ground.keys_of(wish.place)
            if keys is None:
                continue
            known = () if (keys,) in seen else self.known.examples(keys)
            seen.add((keys,))
            for after in (wish.after, *known):
                edit = self._edit(keys, wish.before, after)
                if edit.identity not in seen and not (wish.before is None and after is GONE):
                    seen.add(edit.identity)
                    yield edit

    def _edit(self, keys: Keys, before: Value, after: Value | Gone) -> Edit:
        odd = after is not GONE and not self.known.allows(keys, after)
        return Edit(keys, before, after, self._is_made_up(after), odd)

    def _is_made_up(self, after: Value | Gone) -> bool:
        """Whether a value is a text that neither the rule nor the entity asks for."""
        return isinstance(after, str) and after.endswith(MADE_UP) and after not in self._literals

    def _judged(self, edits: Sequence[Edit]) -> Iterator[_Tried]:
        """The entity with changes, judged; nothing where they cannot be made."""
        changed = self.ground.changed(edits)
        if changed is not None:
            self.left -= 1
            self.tried += 1
            judgement = judge(self.rule.statement, changed, self.run)
            self.lost = self.lost or judgement.status is Status.ERROR
            yield _Tried(tuple(edits), changed, judgement)

    def _may_go_on(self) -> bool:
        return self.left > 0 and self._in_time()

    def _traces(self, root: Seen, judgement: Judgement) -> list[Trace]:
        """What the verdict was taken from; for rules on lists also what `where` said of each item."""
        statement = self.rule.statement
        traces = list(judgement.settled)
        if isinstance(statement, nodes.Check) and statement.target.is_list and statement.where is not None:
            with contextlib.suppress(TooMuchWork):
                traces += selected(statement, statement.where, (root,), self.run.anew())[0]
        return traces


def _with(edits: tuple[Edit, ...], edit: Edit) -> tuple[Edit, ...] | None:
    """Changes with one more, which may lie in one of them; `None` where it does not go with them."""
    for number, each in enumerate(edits):
        if each.holds(edit):
            joined = each.joined(edit)
            return None if joined is None else (*edits[:number], joined, *edits[number + 1 :])
        if each.bars(edit):
            return None
    return (*edits, edit)


def _parts_of(judgement: Judgement) -> set[tuple[object, ...]]:
    """The parts of the rule that decided, with what they read."""
    return {(id(atom.trace.node), *identity(atom.trace)) for atom in judgement.atoms}


def _size(traces: Sequence[Trace]) -> int:
    """How many parts were evaluated."""
    count = 1
    pending = list(traces)
    while pending:
        trace = pending.pop()
        count += 1
        pending += trace.parts
        pending += [element.trace for element in trace.elements]
    return count


_VERBS = {Status.PASSED: "pass", Status.FAILED: "fail"}
_MOST_NAMED = 5


def what_if_text(answer: WhatIf) -> str:
    """The answer as text: the changes, or what was tried in vain."""
    verb = _VERBS[answer.wanted]
    if not answer.changes:
        return f"no change was found that would make it {verb}: {_in_vain(answer)}\n"
    count = "one change" if len(answer.changes) == 1 else f"{len(answer.changes)} changes together"
    width = min(max([len(change.path) for change in answer.changes]), 60)
    lines = [f"it would {verb} with {count}"]
    for change in answer.changes:
        lines.append(f"    {printable(change.path).ljust(width)}  {printable(_change_text(change))}")
    return "\n".join(lines) + "\n"


def _change_text(change: Change) -> str:
    if change.kind == "added":
        return f"added: {value_text(change.after)}"
    before = value_text(change.before)
    if change.kind == "removed":
        return f"{before} -> nothing"
    after = "another one (masked)" if change.after == MASKED else value_text(change.after)
    return f"{before} -> {after}{' (for example)' if change.example and change.after != MASKED else ''}"


def _in_vain(answer: WhatIf) -> str:
    if not answer.tried:
        return answer.reason or "there was nothing to try"
    named = ", ".join([printable(path[:100]) for path in answer.paths[:_MOST_NAMED]])
    more = f" and {len(answer.paths) - _MOST_NAMED} more places" if len(answer.paths) > _MOST_NAMED else ""
    reason = f" ({answer.reason})" if answer.reason else ""
    return f"{answer.tried} were tried, alone and in pairs, at {named}{more}{reason}"
