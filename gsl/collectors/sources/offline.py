"""An account as collectors see it, of which only some replies are known: every other call fails as not collected."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from msgspec import Struct, field

from gsl.collectors import credential_report as report
from gsl.collectors.parts import Call, CallFailed, View
from gsl.collectors.sources.replies import GLOBAL, REPLIES
from gsl.collectors.sources.telling import NOT_COLLECTED, command

T = TypeVar("T")

_SELECTED = {
    "KeyId": "KeyId",
    "TableName": "TableName",
    "LoadBalancerArn": "LoadBalancerArn",
}
"""Arguments that ask for some members only, each with what these have in common with it."""


class Known(Struct, frozen=True, eq=False):
    """What is known of an account in a region: members by the name of the reply, and the replies that go on elsewhere."""

    account: str
    region: str
    partition: str
    members: dict[str, list[Any]]
    cut: frozenset[str] = frozenset()
    memory: dict[tuple[bool, str, str], Any] = field(default_factory=dict)


class OfflineView:
    """The view of what is known. A reply that goes on elsewhere fails at its end, unless the view is `lenient`."""

    now = ""

    def __init__(self, known: Known, region: str, lenient: bool = False) -> None:
        self._known = known
        self._lenient = lenient
        self.account = known.account
        self.partition = known.partition
        self.region = region

    def items(self, call: Call, **arguments: Any) -> Iterator[Any]:
        """See `View`."""
        yield from self._found(call, arguments)
        if call.result in self._known.cut and not self._lenient:
            raise self._failed(call, "the reply in this file goes on where the file does not")

    def value(self, call: Call, **arguments: Any) -> Any:
        """See `View`."""
        if call in (report.GENERATE, report.GET):
            return self._report(call)
        found = self._found(call, arguments)
        if not REPLIES[call.result].one:
            raise self._failed(call)
        return found[0]

    def once(self, name: str, make: Callable[[], T]) -> T:
        """See `View`."""
        key = (self._lenient, self.region, name)
        if key not in self._known.memory:
            try:
                self._known.memory[key] = make()
            except CallFailed as failure:
                self._known.memory[key] = failure
        found = self._known.memory[key]
        if isinstance(found, CallFailed):
            raise found.with_traceback(None)
        made: T = found
        return made

    def at(self, region: str) -> View:
        """See `View`."""
        return self if region == self.region else OfflineView(self._known, region, self._lenient)

    def wants(self, path: str) -> bool:
        """See `View`."""
        return True

    def _failed(self, call: Call, message: str = "") -> CallFailed:
        message = message or f"this file does not say it; `{command(call)}` does"
        return CallFailed(call, NOT_COLLECTED, message, self.region)

    def _found(self, call: Call, arguments: Mapping[str, Any]) -> list[Any]:
        """What the file holds of a reply, never none. A reply on something particular must hold it."""
        reply = REPLIES.get(call.result)
        here = call.service in GLOBAL or self.region == self._known.region
        if reply is None or reply.service != call.service or not here or call.result not in self._known.members:
            raise self._failed(call)
        found = self._known.members[call.result]
        for name, wanted in arguments.items():
            if name not in _SELECTED:
                raise self._failed(call)
            found = [each for each in found if each.get(_SELECTED[name]) == wanted]
        if arguments and not found:
            raise self._failed(call)
        return found

    def _report(self, call: Call) -> Any:
        found = self._known.members.get("Content")
        if not found:
            raise self._failed(call)
        return {"State": "COMPLETE"} if call is report.GENERATE else decoded(found[-1])


def decoded(reply: Mapping[str, Any]) -> dict[str, Any]:
    """A reply of GetCredentialReport as boto3 gives it: the AWS command writes its content in base 64."""
    content = reply["Content"]
    try:
        return {**reply, "Content": base64.b64decode(content, validate=True)}
    except (binascii.Error, ValueError):
        return dict(reply)
