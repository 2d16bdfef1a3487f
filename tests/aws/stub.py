"""A small AWS over loopback: answers from plain dicts, in pages, with denials, delays and lost connections on demand."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import attrs

from tests.aws import wire

OWN = "111111111111"
"""The account of credentials that are not those of a role."""

_SERVICES = {
    "elasticloadbalancing": ("elb", "elbv2"),
    "monitoring": ("cloudwatch",),
    "elasticfilesystem": ("efs",),
    "access-analyzer": ("accessanalyzer",),
    "s3": ("s3control", "s3"),
    "tagging": ("resourcegroupstaggingapi",),
    "es": ("opensearch", "es"),
    "bedrock": ("bedrock",),
}
"""boto3's names of services, where it signs them with another."""


_TOKEN = "page-"


class Refused(Exception):
    """That AWS answers with an error."""

    def __init__(self, code: str, message: str = "no", status: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.status = status or (403 if "Denied" in code or "Unauthorized" in code else 400)


class Dropped(Exception):
    """That the connection is closed without an answer."""


class Garbled(Exception):
    """That the answer is nothing that anybody could read."""


@attrs.frozen
class Asked:
    """A request: which operation, from which account's credentials, for which region, with what."""

    service: str
    operation: str
    account: str
    region: str
    arguments: dict[str, Any] = attrs.field(factory=dict)

    @property
    def name(self) -> str:
        """`ec2:DescribeVpcs`."""
        return f"{self.service}:{self.operation}"


Answer = Callable[[Asked], Mapping[str, Any]]
Reply = Mapping[str, Any] | Answer


def denied(asked: Asked) -> Mapping[str, Any]:
    """The answer to who may not ask."""
    code = "UnauthorizedOperation" if asked.service == "ec2" else "AccessDenied"
    raise Refused(code, f"you are not authorized to perform {asked.name}")


def dropped(asked: Asked) -> Mapping[str, Any]:
    """No answer: the connection is closed."""
    raise Dropped


def garbled(asked: Asked) -> Mapping[str, Any]:
    """An answer that nobody can read."""
    raise Garbled


def empty(asked: Asked) -> Mapping[str, Any]:
    """An answer with nothing in it."""
    return {}


def then(*answers: Reply) -> Answer:
    """One answer after the other; the last one from then on."""
    left = list(answers)

    def answer(asked: Asked) -> Mapping[str, Any]:
        return said(left.pop(0) if len(left) > 1 else left[0], asked)

    return answer


def said(reply: Reply, asked: Asked) -> Mapping[str, Any]:
    """What a reply says to a request."""
    return reply(asked) if callable(reply) else reply


@attrs.define
class Stub:
    """What the AWS answers, and what it was asked.

    `replies` are by operation (`ec2:DescribeVpcs`); what has none is answered with nothing. `faults`
    go before, by operation and region, each of which may be `*`. Lists are cut into pages of at most
    `page` things. `log` has the requests in order.
    """

    replies: dict[str, Reply] = attrs.field(factory=dict)
    faults: dict[tuple[str, str], Reply] = attrs.field(factory=dict)
    page: int = 1000
    latency: float = 0.0
    keep: bool = True
    log: list[Asked] = attrs.field(factory=list)
    counts: Counter[str] = attrs.field(factory=Counter)
    _lock: Any = attrs.field(factory=threading.Lock)

    def heard(self, asked: Asked) -> None:
        """Take a request down."""
        with self._lock:
            self.counts[asked.name] += 1
            if self.keep:
                self.log.append(asked)

    def forget(self) -> None:
        """Begin anew with what was asked, and without faults."""
        self.log.clear()
        self.counts.clear()
        self.faults.clear()

    def answer(self, asked: Asked) -> Mapping[str, Any]:
        """The answer to a request, one page of it."""
        if self.latency:
            time.sleep(self.latency)
        for key in ((asked.name, asked.region), (asked.name, "*"), ("*", asked.region), ("*", "*")):
            if key in self.faults:
                return self._paged(asked, said(self.faults[key], asked))
        return self._paged(asked, said(self.replies.get(asked.name, empty), asked))

    def _paged(self, asked: Asked, whole: Mapping[str, Any]) -> Mapping[str, Any]:
        paging = wire.paging_of(asked.service, asked.operation)
        if paging is None or not isinstance(paging["input_token"], str):
            return whole
        keys = paging["result_key"] if isinstance(paging["result_key"], list) else [paging["result_key"]]
        start = int(str(asked.arguments.get(paging["input_token"]) or 0).removeprefix(_TOKEN))
        size = min(self.page, int(asked.arguments.get(paging.get("limit_key", "")) or self.page))
        page, left, passed = dict(whole), size, 0
        for key in keys:
            found = whole.get(key)
            if isinstance(found, list):
                first = max(0, start - passed)
                page[key] = found[first : first + left]
                left -= len(page[key])
                passed += len(found)
        if start + size < passed:
            page[paging["output_token"]] = f"{_TOKEN}{start + size}"
        more = paging.get("more_results")
        return {**page, more: start + size < passed} if more and passed else page


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    stub: Stub

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def _any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        operation, asked = understood(self.command, self.path, body, self.headers)
        self.stub.heard(asked)
        try:
            out = wire.reply(operation, self.stub.answer(asked))
        except Refused as refused:
            out = wire.error(operation, refused.code, refused.message, refused.status)
        except Garbled:
            out = wire.Wire(b"\x00<<{not a reply", {"Content-Type": "text/plain"})
        except Dropped:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self._send(out)

    def _send(self, out: wire.Wire) -> None:
        lines = [f"HTTP/1.1 {out.status} OK", *[f"{name}: {value}" for name, value in out.headers.items()]]
        head = "\r\n".join([*lines, f"Content-Length: {len(out.body)}", "", ""]).encode()
        self.wfile.write(head + (b"" if self.command == "HEAD" else out.body))

    do_GET = do_POST = do_HEAD = do_PUT = _any


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    allow_reuse_address = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that go away are no error; what is wrong with a reply is."""
        import sys
        import traceback

        if not isinstance(sys.exception(), OSError):
            traceback.print_exc()


@contextmanager
def serving(stub: Stub) -> Iterator[str]:
    """The address where a stub answers."""
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"stub": stub}))
    thread = threading.Thread(target=lambda: server.serve_forever(0.02), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


_SCOPE = re.compile(r"Credential=([^/]+)/[0-9]+/([^/]+)/([^/]+)/")


def understood(method: str, target: str, body: bytes, headers: Any) -> tuple[Any, Asked]:
    """The operation that a request is for, and what it says."""
    scope = _SCOPE.search(headers.get("Authorization") or "")
    key, region, signed = scope.groups() if scope else (OWN, "us-east-1", "sts")
    url = urlsplit(target)
    for service in _SERVICES.get(signed, (signed,)):
        model = wire.model_of(service)
        name, path = _operation(model, method, url.path, url.query, body, headers)
        if name in model.operation_names:
            operation = model.operation_model(name)
            said = wire.arguments(operation, body, url.query, path)
            return operation, Asked(service, name, account_of(key), region, said)
    raise LookupError(f"{signed}: {method} {target} {body[:200]!r}")


def key_of(account: str) -> str:
    """The access key of a role in an account."""
    return f"ASIA{account}ROLE"


def account_of(key: str) -> str:
    """The account that an access key belongs to."""
    return key[4:16] if key.startswith("ASIA") else OWN


def _operation(model: Any, method: str, path: str, query: str, body: bytes, headers: Any) -> tuple[str, dict[str, str]]:
    """The name of an operation, and what the path says."""
    protocol = model.resolved_protocol
    if protocol in ("query", "ec2"):
        form = parse_qs(body.decode())
        return (form["Action"][0] if form.get("Version") == [model.api_version] else ""), {}
    if protocol == "json":
        return (headers.get("X-Amz-Target") or "").rpartition(".")[2], {}
    return _by_path(model, method, path, query)


_TEMPLATES: dict[str, list[tuple[int, str, str, re.Pattern[str], dict[str, list[str]]]]] = {}


def _by_path(model: Any, method: str, path: str, query: str) -> tuple[str, dict[str, str]]:
    """The most particular operation whose template fits."""
    given = parse_qs(query, keep_blank_values=True)
    for _, name, verb, pattern, wanted in _templates(model):
        found = pattern.fullmatch(path)
        if found and verb == method and all([given.get(key) == value for key, value in wanted.items()]):
            names = [
                each.rstrip("+") for each in re.findall(r"{([^}]+)}", model.operation_model(name).http["requestUri"])
            ]
            return name, dict(zip(names, map(unquote, found.groups())))
    return "", {}


def _templates(model: Any) -> list[tuple[int, str, str, re.Pattern[str], dict[str, list[str]]]]:
    if model.service_name not in _TEMPLATES:
        found = []
        for name in model.operation_names:
            http = model.operation_model(name).http
            path, _, query = http["requestUri"].partition("?")
            wanted = parse_qs(query, keep_blank_values=True)
            pattern = re.sub(r"\\{[^}]*\\\+\\}", "(.+)", re.escape(path.rstrip("/")))
            pattern = re.sub(r"\\{[^}]*\\}", "([^/]+)", pattern)
            weight = (
                10 * len(wanted)
                - model.operation_model(name).deprecated
                + len(re.sub(r"{[^}]+}", "", path))
                - path.count("{")
            )
            found.append((-weight, name, http["method"], re.compile(f"{pattern}/?"), wanted))
        _TEMPLATES[model.service_name] = sorted(found, key=lambda each: each[:2])
    return _TEMPLATES[model.service_name]
