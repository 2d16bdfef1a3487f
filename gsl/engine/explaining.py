"""Why compiled code found a pair: its reasons, with no more work than they take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gsl.engine.plan import Job
from gsl.inventory.entity import Entity
from gsl.language import nodes
from gsl.language.depth import with_room
from gsl.results.masking import Secrets, entity_copy
from gsl.results.reasons import plain_reasons
from gsl.results.records import plain_exclusion, plain_failure

if TYPE_CHECKING:
    from gsl.semantics.settling import Settling

Names = tuple[str, str, str, str, str]
"""An entity's type, id, name, account and region."""


def names_of(entity: Entity) -> Names:
    """What names an entity."""
    return entity.type, entity.id, entity.name, entity.account, entity.region


class Explainer:
    """Makes records of pairs that are known to have failed, or to be excluded by their rule.

    What is known of an entity is kept until the next one comes: often several rules fail on one.
    """

    def __init__(self, entities: bool = False) -> None:
        self.entities = entities
        """Whether results carry their entities."""
        self._ways: dict[tuple[int, bool], Settling | None] = {}
        self._entity: Entity | None = None
        self._secrets: Secrets
        self._names: Names
        self._copy: dict[str, Any] | None

    def shown(self, entity: Entity) -> dict[str, Any]:
        """The entity as a result carries it."""
        if entity is not self._entity:
            self._meet(entity)
        assert self._copy is not None
        return self._copy

    def record(self, job: Job, entity: Entity, excluded: bool = False) -> tuple[tuple[Any, ...], int] | None:
        """What `to_plain` and `text_order` give of the result of a pair; `None` where only the reference tells why."""
        key = job.number, excluded
        settle = self._ways[key] if key in self._ways else self._way(job, excluded)
        if settle is None or entity.errors:
            return None
        if entity is not self._entity:
            self._meet(entity)
        run = job.run
        reasons = with_room(lambda: plain_reasons(settle(entity.data, run), self._secrets, run))
        if not reasons:
            return None
        rule = job.rule
        make = plain_exclusion if excluded else plain_failure
        fields, order = make(rule.severity, reasons, self._copy)
        return (rule.id, *self._names, *fields), order

    def _way(self, job: Job, excluded: bool) -> Settling | None:
        """What finds the deciding sets of a rule's failures, or of its own exclusions."""
        from gsl.semantics.settling import settling

        statement, functions = job.rule.statement, job.run.functions
        assert isinstance(statement, nodes.Check)
        part = statement.exclude if excluded else statement.condition
        negated = excluded or statement.negated
        way = None if part is None else with_room(lambda: settling(part, negated, functions))
        self._ways[job.number, excluded] = way
        return way

    def _meet(self, entity: Entity) -> None:
        self._entity = entity
        self._secrets = Secrets(entity.data, entity.secrets)
        self._names = names_of(entity)
        self._copy = entity_copy(entity.data, self._secrets) if self.entities else None
