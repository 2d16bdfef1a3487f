"""What could not be collected in a run: which call, where, why, and the permission that would help."""

from __future__ import annotations

import threading

from msgspec import Struct

from gsl.collectors.parts import CallFailed

DENIED = frozenset(
    (
        "AccessDenied",
        "AccessDeniedException",
        "AccessDeniedFault",
        "AuthFailure",
        "AuthorizationError",
        "AuthorizationErrorException",
        "NotAuthorized",
        "UnauthorizedAccess",
        "UnauthorizedException",
        "UnauthorizedOperation",
    )
)
"""Codes that a permission would help against."""


class Problem(Struct, frozen=True):
    """A call that failed, or a thing that was left out. `count`: how often; `type`: the first entity type that missed it.

    `permission` is the IAM action to add, when that is what was missing. `region` is AWS's spelling,
    `global` for global services.
    """

    account: str
    region: str
    service: str
    operation: str
    code: str
    message: str
    permission: str | None = None
    type: str | None = None
    count: int = 1


class Problems:
    """The problems of a run, equal ones counted. Threads may add to it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: dict[tuple[str, ...], Problem] = {}

    def add(self, problem: Problem) -> None:
        """Take one down."""
        key = (problem.account, problem.region, problem.service, problem.operation, problem.code, problem.type or "")
        with self._lock:
            before = self._found.get(key)
            self._found[key] = problem if before is None else _counted(before)

    def failed(self, failure: CallFailed, account: str, region: str, type_name: str | None = None) -> None:
        """Take a failed call down."""
        call = failure.call
        self.add(
            Problem(
                account,
                region,
                call.service,
                call.operation_name,
                failure.code,
                failure.message,
                call.action if failure.code in DENIED else None,
                type_name,
            )
        )

    def __len__(self) -> int:
        return len(self._found)

    def sorted(self) -> list[Problem]:
        """All of them, by place."""
        with self._lock:
            return sorted(
                self._found.values(), key=lambda each: (each.account, each.region, each.service, each.operation)
            )


def _counted(problem: Problem) -> Problem:
    from msgspec.structs import replace

    return replace(problem, count=problem.count + 1)
