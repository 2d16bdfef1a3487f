"""A moto server with accounts in it, and the hands that furnish them."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from msgspec import Struct

REGION = "us-east-1"
"""The one region that is furnished and collected; global services are asked here, too."""

BROKEN = "111111111111"
GOOD = "222222222222"
FEDERATED = "333333333333"
"""Where people have no users at all: what the other good account cannot be without."""

STRANGER = "999999999999"
"""An account that policies speak of."""


OF_AWS = (
    "AdministratorAccess",
    "AWSCloudShellFullAccess",
    "AWSCompromisedKeyQuarantineV2",
    "AWSLambdaBasicExecutionRole",
    "AWSSupportAccess",
    "ReadOnlyAccess",
)
"""The managed policies of AWS that somebody has; moto knows a thousand others, which take seconds."""


class Image(Struct, frozen=True):
    """The disk of an image: its device, the snapshot it begins as, and whether that is encrypted."""

    disk: str
    snapshot: str
    encrypted: bool


class Account:
    """An account of the server, by the credentials of a role in it."""

    def __init__(self, number: str, session: Any) -> None:
        self.number = number
        self.session = session
        self.things: dict[str, str] = {}
        """Ids of what builders made, by the name that others know it by."""
        self.images: dict[str, Image] = {}
        self._clients: dict[str, Any] = {}

    def client(self, service: str) -> Any:
        """A client of boto3; the same one each time."""
        if service not in self._clients:
            self._clients[service] = self.session.client(service)
        return self._clients[service]

    def name_of(self, id: str, name: str) -> str:
        """How a builder calls an entity; its own name where builders do not say."""
        return {value: key for key, value in self.things.items()}.get(id) or name or id

    def arn(self, service: str, rest: str, region: str = REGION) -> str:
        """The ARN of something of the account."""
        return f"arn:aws:{service}:{region}:{self.number}:{rest}"

    def policy(self, name: str) -> str:
        """The ARN of a managed policy of the account."""
        return f"arn:aws:iam::{self.number}:policy/{name}"

    def bucket(self, name: str) -> str:
        """The full name of a bucket; no two accounts may have the same."""
        return f"{name}-{self.number}"


@contextmanager
def served() -> Iterator[str]:
    """The address of an AWS that knows the managed policies."""
    moto = pytest.importorskip("moto.server")
    from moto.core.config import default_user_config
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    known = json.loads(aws_managed_policies_data)
    of_aws = json.dumps({name: known[name] for name in OF_AWS})
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    with pytest.MonkeyPatch.context() as patch:
        # its own are hundreds, with snapshots that count as the account's
        patch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
        patch.setitem(default_user_config, "iam", {"load_aws_managed_policies": True})
        patch.setattr("moto.iam.models.aws_managed_policies_data", of_aws)
        patch.setenv("AWS_ENDPOINT_URL", address)
        try:
            _reset(address)
            yield address
            _reset(address)
        finally:
            server.stop()


def _reset(address: str) -> None:
    with urllib.request.urlopen(urllib.request.Request(f"{address}/moto-api/reset", method="POST")):
        pass


def account(number: str) -> Account:
    """An account of the server that `AWS_ENDPOINT_URL` names."""
    sts = boto3.Session("testing", "testing", region_name=REGION).client("sts")
    role = sts.assume_role(RoleArn=f"arn:aws:iam::{number}:role/builder", RoleSessionName="builder")["Credentials"]
    session = boto3.Session(role["AccessKeyId"], role["SecretAccessKey"], role["SessionToken"], region_name=REGION)
    return Account(number, session)
