"""boto3 clients: one for each service and region of an account, made one at a time, counted and slowed down."""

from __future__ import annotations

import contextlib
import gc
import threading
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from gsl.collectors.parts import Call, CallFailed
from gsl.collectors.rate import RateLimit

T = TypeVar("T")

ATTEMPTS = 8
"""How often a call is tried when AWS throttles it or answers with a fault of its own."""

CONNECT_SECONDS = 10
READ_SECONDS = 60
CONNECTIONS = 3
"""How often a call is tried when nothing answers."""

SILENCE = 3
"""Calls in a row that a service, which answered before, may leave unanswered."""

KEPT = 32
"""Clients that an account keeps: each takes half a megabyte, and a run goes through regions one after the other."""

_LONGEST_MESSAGE = 400
_MAKING = threading.RLock()
"""Sessions are not safe to make clients from in parallel."""


class Traffic:
    """The HTTP requests of a run: how many there were, and their limit."""

    def __init__(self, limit: RateLimit | None = None) -> None:
        self._limit = limit or RateLimit(None)
        self._lock = threading.Lock()
        self.calls = 0

    def before_send(self, **_: Any) -> None:
        """Hears of every request before it goes out, repeated ones too."""
        self._limit.wait()
        with self._lock:
            self.calls += 1


class Clients:
    """The clients of one account.

    A service of a region that never answered is not asked again, nor is one that fell silent for
    `SILENCE` calls in a row: a dead region costs a few timeouts, not as many for each call, and one
    slow call costs nothing but itself.
    """

    def __init__(self, session: Any, traffic: Traffic, connections: int = 16) -> None:
        self.session = session
        self._traffic = traffic
        self.connections = connections
        self._clients: dict[tuple[str, str], Any] = {}
        self._dead: dict[tuple[str, str], tuple[str, str]] = {}
        self._silent: dict[tuple[str, str], int] = {}
        """How many calls in a row were not answered, of services that answered before."""

    def _client(self, service: str, region: str) -> Any:
        key = (service, region)
        with _MAKING:
            client = self._clients.pop(key, None) or self.made(service, region)
            self._clients[key] = client  # the last one used stands last
            if len(self._clients) > KEPT:
                for old in list(self._clients)[: KEPT // 2]:
                    del self._clients[old]
                gc.collect()  # clients refer to themselves
            return client

    def made(self, service: str, region: str, **credentials: Any) -> Any:
        """A new client, with the session's credentials or others."""
        from botocore.config import Config

        from gsl.collectors.replies import refuse_garbled

        config = Config(
            retries={"mode": "adaptive", "total_max_attempts": ATTEMPTS},
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            max_pool_connections=self.connections,
            user_agent_extra="gsl",
        )
        with _MAKING:
            client = self.session.client(service, region_name=region, config=config, **credentials)
        client.meta.events.register("before-send", self._traffic.before_send)
        client.meta.events.register("before-parse", refuse_garbled)
        client.meta.events.register_first("needs-retry", _give_up)
        return client

    def value(self, call: Call, region: str, arguments: dict[str, Any]) -> Any:
        """What the one reply of a call says; `None` when it is not configured. Raises `CallFailed`."""
        with self._failing(call, region):
            client = self._client(call.service, region)
            try:
                reply = getattr(client, call.operation)(**call.arguments, **arguments)
            except client.exceptions.ClientError as error:
                if error.response.get("Error", {}).get("Code") in call.absent:
                    return None
                raise
            reply.pop("ResponseMetadata", None)
            return reply.get(call.result) if call.result else reply
        return None

    def guarded(self, call: Call, region: str, work: Callable[[], T]) -> T:
        """What some other way of making a call gives. Raises `CallFailed`."""
        with self._failing(call, region):
            return work()

    def items(self, call: Call, region: str, arguments: dict[str, Any]) -> Iterator[Any]:
        """The members of a list, of all pages. Raises `CallFailed`, maybe after some pages."""
        pages = self._pages(call, region, {**call.arguments, **arguments})
        while True:
            with self._failing(call, region):
                page = next(pages, None)
            if page is None:
                return
            yield from page.get(call.result) or ()

    def _pages(self, call: Call, region: str, arguments: dict[str, Any]) -> Iterator[Any]:
        client = self._client(call.service, region)
        if client.can_paginate(call.operation):
            yield from client.get_paginator(call.operation).paginate(**arguments)
        else:
            yield getattr(client, call.operation)(**arguments)

    @contextlib.contextmanager
    def _failing(self, call: Call, region: str) -> Iterator[None]:
        """Whatever goes wrong inside as a `CallFailed`."""
        from botocore import exceptions as botocore
        from botocore.parsers import ResponseParserError

        key = (call.service, region)
        if key in self._dead:
            raise CallFailed(call, *self._dead[key], region)
        try:
            yield
            self._silent[key] = 0
        except botocore.ClientError as error:
            self._silent[key] = 0
            said = error.response.get("Error", {})
            raise CallFailed(call, str(said.get("Code", "Unknown")), _short(said.get("Message")), region) from None
        except (botocore.ConnectionError, botocore.HTTPClientError) as error:
            failure = (type(error).__name__, _short(error))
            self._silent[key] = self._silent.get(key, SILENCE) + 1
            if self._silent[key] >= SILENCE:
                self._dead[key] = failure
            raise CallFailed(call, *failure, region) from None
        except ResponseParserError as error:
            raise CallFailed(call, "UnexpectedReply", _short(str(error).split("Further retries")[0]), region) from None
        except AttributeError:
            what = "this version of boto3 does not know the operation; a newer one may"
            raise CallFailed(call, "UnknownOperation", what, region) from None
        except botocore.BotoCoreError as error:
            raise CallFailed(call, type(error).__name__, _short(error), region) from None
        except ValueError as error:  # an endpoint or region that is none
            raise CallFailed(call, "InvalidRequest", _short(error), region) from None


def _give_up(attempts: int = 0, caught_exception: Exception | None = None, **_: Any) -> None:
    """Hears of every attempt: ends the patience that throttled calls need for one that nobody answers."""
    from botocore import exceptions as botocore

    unanswered = (botocore.ConnectionError, botocore.HTTPClientError)
    if isinstance(caught_exception, unanswered) and attempts >= CONNECTIONS:
        raise caught_exception


def _short(message: Any) -> str:
    text = " ".join(str(message or "").split())
    if text[:1] == "<":
        text = "the answer is a page of HTML, not one of AWS; is there a proxy?"
    return text if len(text) <= _LONGEST_MESSAGE else text[:_LONGEST_MESSAGE] + "..."
