"""A stub of AWS for each test, which boto3 is led to; short waits, and clients that are made once."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from gsl.collectors import clients, credential_report
from tests.aws.stub import Stub, serving

_STUB = Stub()
_MADE: dict[tuple[str, ...], Any] = {}


@pytest.fixture(scope="package")
def address() -> Iterator[str]:
    """Where the stub answers."""
    with serving(_STUB) as url:
        yield url


@pytest.fixture
def stub(address: str, monkeypatch: pytest.MonkeyPatch) -> Stub:
    """The stub, with nothing in it."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ENDPOINT_URL", address)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setattr(clients, "ATTEMPTS", 1)
    monkeypatch.setattr(credential_report, "WAITS", (0.0,) * 3)
    monkeypatch.setattr(credential_report, "BACKING_OFF", (0.0,) * 3)
    _lead_home(monkeypatch)
    fresh = Stub()
    for name in ("replies", "faults", "page", "latency", "keep", "log", "counts"):
        setattr(_STUB, name, getattr(fresh, name))
    return _STUB


def _lead_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some services are asked at a host with the account in its name; it is ours too."""
    real = socket.getaddrinfo

    def found(host: Any, *rest: Any, **more: Any) -> Any:
        return real("127.0.0.1" if str(host).endswith(".127.0.0.1") else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", found)


@pytest.fixture
def session(stub: Stub) -> Any:
    """A session with credentials of the account `OWN`."""
    return boto3.Session("AKIATESTING", "testing", region_name="us-east-1")


@pytest.fixture
def kept_clients(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients are made once for all tests that want this, as that takes longer than a run."""
    real = clients.Clients.made

    def made(self: clients.Clients, service: str, region: str, **credentials: Any) -> Any:
        key = (address, service, region, str(clients.ATTEMPTS), str(clients.READ_SECONDS))
        if key not in _MADE:
            _MADE[key] = real(self, service, region, **credentials)
        return _MADE[key]

    monkeypatch.setattr(clients.Clients, "made", made)
