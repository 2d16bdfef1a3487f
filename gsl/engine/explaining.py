"""Why compiled code found a pair: its reasons, with no more work than they take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gsl.engine.plan import Job
from gsl.inventory.entity import Entity
from gsl.language import nodes
from gsl.language.depth import with_room
from gsl.results.masking import Secrets
from gsl.results.reasons import plain_reasons
from gsl.results.records import plain_failure

if TYPE_CHECKING:
    from gsl.semantics.settling import Settling

Names = tuple[str, str, str, str, str]
"""An entity's type, id, name, account and region."""


def names_of(entity: Entity) -> Names:
    """What names an entity."""
    return entity.type, entity.id, entity.name, entity.account, entity.region


class Explainer:
    """Makes records of pairs that are known to have failed.

    What is known of an entity is kept until the next one comes: often several rules fail on one.
    """

    def __init__(self) -> None:
        self._ways: dict[int, Settling | None] = {}
        self._entity: Entity | None = None
        self._secrets: Secrets
        self._names: Names

    def record(self, job: Job, entity: Entity) -> tuple[tuple[Any, ...], int] | None:
        """What `to_plain` and `text_order` give of the result of a pair; `None` where only the reference tells why."""
        settle = self._ways[job.number] if job.number in self._ways else self._way(job)
        if settle is None or entity.errors:
            return None
        if entity is not self._entity:
            self._meet(entity)
        run = job.run
        reasons = with_room(lambda: plain_reasons(settle(entity.data, run), self._secrets, run))
        if not reasons:
            return None
        rule = job.rule
        rest, order = plain_failure(rule.severity)
        return (rule.id, *self._names, *rest[:-1], reasons), order

    def _way(self, job: Job) -> Settling | None:
        """What finds the deciding sets of a rule's failures."""
        from gsl.semantics.settling import settling

        statement, functions = job.rule.statement, job.run.functions
        assert isinstance(statement, nodes.Check)
        way = with_room(lambda: settling(statement.condition, statement.negated, functions))
        self._ways[job.number] = way
        return way

    def _meet(self, entity: Entity) -> None:
        self._entity = entity
        self._secrets = Secrets(entity.data, entity.secrets)
        self._names = names_of(entity)
