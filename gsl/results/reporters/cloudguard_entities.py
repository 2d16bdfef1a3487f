"""The entities of an assessment of CloudGuard: by type, each once, with a number that results refer to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from gsl.inventory.entity import fingerprint
from gsl.results.model import Result
from gsl.results.reporters.aws_places import aws_place, resource_id
from gsl.results.reporters.sentences import clean, clean_value
from gsl.semantics.judging import Status

_NO_ENTITY = -1


class Entities:
    """Numbers of entities within their types, in the order in which results name them.

    Takes some 150 bytes of memory for each entity.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, dict[bytes, int]] = {}
        self._failed: dict[str, bytearray] = {}
        self._rules: dict[str, dict[str, None]] = {}
        self._accounts: set[str] = set()

    def index_of(self, result: Result) -> int:
        """The number of a result's entity; -1 when it is about all of a type, or those that could not be listed."""
        if len(self._accounts) <= 1:
            self._accounts.add(result.account)
        if not _is_one(result):
            return _NO_ENTITY
        numbers = self._numbers.setdefault(result.entity_type, {})
        failed = self._failed.setdefault(result.entity_type, bytearray())
        number = numbers.setdefault(_key(result), len(numbers))
        if number == len(failed):
            failed.append(0)
        if result.status is Status.FAILED:
            failed[number] = 1
        self._rules.setdefault(result.entity_type, {})[result.rule_id] = None
        return number

    @property
    def account(self) -> str | None:
        """The account of all entities, where they are of one."""
        return clean(next(iter(self._accounts))) or None if len(self._accounts) == 1 else None

    @property
    def failed(self) -> int:
        """How many entities failed something."""
        return sum([sum(each) for each in self._failed.values()])

    def types(self) -> Iterator[tuple[str, Iterable[str]]]:
        """The types, each with the ids of the rules that were about it."""
        yield from self._rules.items()

    def of(self, type_name: str, results: Iterable[Result]) -> Iterator[dict[str, Any]]:
        """The entities of a type in the order of their numbers, out of the results that were met, in the same order."""
        numbers, following = self._numbers[type_name], 0
        for result in results:
            if result.entity_type == type_name and _is_one(result) and numbers[_key(result)] == following:
                following += 1
                yield _entity(result)


def _is_one(result: Result) -> bool:
    return result.entity_id not in ("", f"List<{result.entity_type}>")


def _key(result: Result) -> bytes:
    return bytes.fromhex(fingerprint("", result.entity_type, result.account, result.region, result.entity_id))


def _entity(result: Result) -> dict[str, Any]:
    place = aws_place(result)
    arn = resource_id(result, place) if place is not None else ""
    whole = result.entity or {}
    return {
        **clean_value(whole),
        "id": clean(result.entity_id),
        "type": clean(result.entity_type),
        "name": clean(result.entity_name),
        "accountNumber": clean(result.account) or None,
        "region": clean(result.region) or None,
        **({"arn": clean(arn)} if arn.startswith("arn:") else {}),
    }
