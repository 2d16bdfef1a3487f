"""One type in one account and region: its entities, with `_errors` for what failed, and a gap when listing did."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from typing import Any

from msgspec import Struct

from gsl.collectors.parts import Call, CallFailed, Collector, Entity, Fill, Part, Raw, View
from gsl.collectors.problems import Problems
from gsl.collectors.views import Paths, wanted
from gsl.collectors.wording import region_of

NOT_COLLECTED = "NotCollected"
NOT_AVAILABLE = "NotAvailableInRegion"
_AHEAD = 64
"""Entities that are filled in threads at once, or wait for their turn to be given."""


class Work(Struct, frozen=True, eq=False):
    """How types are collected: where problems go, the threads for calls of single entities, the entities' `source`.

    `mark` puts `_errors` on what was left out as not wanted, for entities that outlive the run.
    """

    problems: Problems
    threads: Executor | None = None
    source: str = "api"
    mark: bool = False


def collected(collector: Collector, view: View, paths: Paths, work: Work) -> Iterator[Entity]:
    """The entities of a type in an account and region; a gap record last when they could not all be listed."""
    filling = _Filling(collector, view, paths, work)
    try:
        yield from filling.filled(collector.listing(view))
    except CallFailed as failure:
        if failure.code != NOT_AVAILABLE:
            yield filling.gap(failure)
    except Exception as fault:  # one type's odd data must not cost the run
        yield filling.gap(filling.unexpected(collector.calls, fault))


_NOTHING = Call("gsl", "list_entities")


def gap(collector: Collector, place: Any, error: dict[str, Any]) -> Entity:
    """The record that says that entities of a type could not be listed."""
    region = None if collector.is_global else region_of(place.region)
    return {
        "type": collector.type,
        "accountNumber": place.account,
        "region": region,
        "_errors": [{**error, "path": ""}],
    }


class _Filling:
    """Fills entities from the parts that are wanted."""

    def __init__(self, collector: Collector, view: View, paths: Paths, work: Work) -> None:
        self.collector = collector
        self.view = view
        self.work = work
        self.where = "global" if collector.is_global else view.region
        self.parts = [part for part in collector.parts if any([wanted(path, paths) for path in part.fills])]
        self.left = [_left_out(part) for part in collector.parts if part not in self.parts] if work.mark else []

    def filled(self, listed: Iterator[tuple[Entity, Raw]]) -> Iterator[Entity]:
        """The entities in order, whole."""
        ready: list[tuple[Part, Fill | CallFailed]] | None = None
        waiting: deque[Future[Entity]] = deque()
        threads = self.work.threads if any([part.each for part in self.parts]) else None
        try:
            for entity, raw in listed:
                if ready is None:  # not before there is an entity: nothing is asked about none
                    ready = [(part, self._prepared(part)) for part in self.parts]
                if threads is None:
                    yield self._whole(entity, raw, ready)
                    continue
                waiting.append(threads.submit(self._whole, entity, raw, ready))
                if len(waiting) >= _AHEAD:
                    yield waiting.popleft().result()
        except Exception:
            yield from self._rest(waiting)
            raise
        yield from self._rest(waiting)

    def unexpected(self, calls: tuple[Call, ...], fault: Exception) -> CallFailed:
        """What a reply costs that is not as it should be."""
        message = f"{type(fault).__name__}: {fault}"[:400]
        return CallFailed(calls[0] if calls else _NOTHING, "UnexpectedReply", message, self.view.region)

    def _note(self, failure: CallFailed) -> None:
        """Take a problem down, where it was: global services have no region of their own."""
        region = self.where if failure.region in (None, self.view.region) else str(failure.region)
        self.work.problems.failed(failure, self.view.account, region, self.collector.type)

    def gap(self, failure: CallFailed) -> Entity:
        """The gap record that a failed listing leaves; taken down as a problem."""
        self._note(failure)
        return gap(self.collector, self.view, failure.at(""))

    def _rest(self, waiting: deque[Future[Entity]]) -> Iterator[Entity]:
        while waiting:
            yield waiting.popleft().result()

    def _prepared(self, part: Part) -> Fill | CallFailed:
        found: list[Fill] = []
        failure = self._tried(part, lambda: found.append(part.prepare(self.view)))
        return found[0] if failure is None else failure

    def _tried(self, part: Part, work: Callable[[], object]) -> CallFailed | None:
        """How a part failed, if it did; taken down as a problem."""
        try:
            work()
            return None
        except CallFailed as failure:
            found = failure
        except Exception as fault:  # odd data of one entity must not cost the others
            found = self.unexpected(part.calls, fault)
        self._note(found)
        return found

    def _whole(self, entity: Entity, raw: Raw, ready: list[tuple[Part, Fill | CallFailed]]) -> Entity:
        errors: list[dict[str, Any]] = entity.pop("_errors", [])
        for part, fill in ready:
            failure = fill if isinstance(fill, CallFailed) else self._tried(part, lambda: fill(entity, raw))  # noqa: B023
            if failure is not None:
                errors += [failure.at(path) for path in part.fills]
        return self._ordered(entity, errors + [error for left in self.left for error in left])

    def _ordered(self, entity: Entity, errors: list[dict[str, Any]]) -> Entity:
        """The entity with what all have, what names it first."""
        region = None if self.collector.is_global else region_of(self.view.region)
        whole = {
            "type": self.collector.type,
            "id": entity.get("id"),
            "name": entity.get("name"),
            "arn": entity.get("arn"),
            "accountNumber": self.view.account,
            "region": entity.get("region", region),
        }
        whole |= {key: value for key, value in entity.items() if key not in whole}
        whole["tags"] = whole.pop("tags", [])
        whole["source"] = self.work.source
        whole["collectedAt"] = self.view.now
        if errors:
            whole["_errors"] = errors
        return whole


def _left_out(part: Part) -> list[dict[str, Any]]:
    call = part.calls[0] if part.calls else _NOTHING
    message = "left out, as nothing that was asked for reads it; name its path, or collect without --rules, to have it"
    return [{"path": path, "operation": call.name, "code": NOT_COLLECTED, "message": message} for path in part.fills]
