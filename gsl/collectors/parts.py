"""What a collector is made of: calls, what they fill, and the place they are made from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol, TypeVar

from msgspec import Struct

Entity = dict[str, Any]
"""An entity under construction: CloudGuard's names, JSON values."""

Raw = Any
"""What AWS said of an entity, as boto3 gives it (dates may be `datetime` or text)."""

T = TypeVar("T")

NEVER = "0001-01-01T00:00:00Z"
"""The date of what never happened."""

_PREFIXES = {
    "accessanalyzer": "access-analyzer",
    "efs": "elasticfilesystem",
    "elb": "elasticloadbalancing",
    "elbv2": "elasticloadbalancing",
    "s3control": "s3",
}
"""Services whose permissions have another prefix than boto3's client."""


class Call(Struct, frozen=True, eq=False):
    """One AWS operation as collectors use it.

    `service` and `operation` are boto3's (`ec2`, `describe_vpcs`). `result` is the member of the
    reply that is wanted, all of it when empty. `permission` is the IAM action when it is not
    `service:Operation`. `arguments` are always given (page sizes at their maximum). Error codes in
    `absent` mean "not configured": the value is `None`.
    """

    service: str
    operation: str
    result: str = ""
    permission: str = ""
    arguments: Mapping[str, Any] = {}
    absent: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """How messages name it: `ec2:DescribeVpcs`."""
        return f"{self.service}:{self.operation_name}"

    @property
    def operation_name(self) -> str:
        """AWS's spelling of the operation."""
        return "".join([_WORDS.get(word, word.capitalize()) for word in self.operation.split("_")])

    @property
    def action(self) -> str:
        """The IAM action that allows it: `ec2:DescribeVpcs`."""
        return self.permission or f"{_PREFIXES.get(self.service, self.service)}:{self.operation_name}"


_WORDS = {"db": "DB", "mfa": "MFA"}


class CallFailed(Exception):
    """A call that gave nothing: which, and what AWS or the network said."""

    def __init__(self, call: Call, code: str, message: str, region: str | None = None) -> None:
        super().__init__(f"{call.name}: {code}: {message}")
        self.call = call
        self.code = code
        self.message = message
        self.region = region

    def at(self, path: str) -> dict[str, str]:
        """What `_errors` say of a path that it cost."""
        return {"path": path, "operation": self.call.name, "code": self.code, "message": self.message}


class Place(Protocol):
    """Where entities are: enough to write ARNs. `region` is AWS's spelling (`eu-west-1`)."""

    @property
    def account(self) -> str:
        """The account's twelve digits."""

    @property
    def region(self) -> str:
        """The region; of global services the partition's home region."""

    @property
    def partition(self) -> str:
        """`aws`, `aws-us-gov` or `aws-cn`."""


class View(Place, Protocol):
    """An account and region as collectors see it: calls can be made in it.

    Every method that makes a call raises `CallFailed`.
    """

    @property
    def now(self) -> str:
        """The instant of the run: `2024-06-01T00:00:00Z`."""

    def items(self, call: Call, **arguments: Any) -> Iterator[Any]:
        """The members of the list `call.result`, of all pages, page by page."""

    def value(self, call: Call, **arguments: Any) -> Any:
        """`call.result` of the one reply; `None` when it is not configured."""

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What `make` gives, made once for this account and region; so is its failure."""

    def at(self, region: str) -> View:
        """The same account in another region."""

    def wants(self, path: str) -> bool:
        """Whether anything at, above or below a path of the type that is collected is wanted."""


Fill = Callable[[Entity, Raw], None]
"""Fills properties of an entity. A `CallFailed` that it raises costs this entity those properties."""


class Part(Struct, frozen=True, eq=False):
    """Calls besides listing, and the paths (keys joined by dots) of an entity that they fill.

    `prepare` is called once for an account and region: there go bulk calls. It gives what fills one
    entity after the other. A `CallFailed` of `prepare` costs all entities there `fills`; one of the
    function it gives costs only that entity. `each` says that the function makes calls, so that it
    is worth a thread; of these, `shared` are made once for all entities.

    What a call fills that can fail alone should be a part alone.
    """

    fills: tuple[str, ...]
    calls: tuple[Call, ...]
    prepare: Callable[[View], Fill]
    each: bool = False
    shared: tuple[Call, ...] = ()


class Collector(Struct, frozen=True, eq=False):
    """How entities of a type are collected.

    `listing` gives each entity with what AWS said of it (which the parts get to see); `calls` are the
    calls that it makes. `is_global`: once for an account, in the partition's home region; the
    entities' region is then null unless they set it. Entities need `id`, `arn`, `name` and `tags`;
    `type`, `accountNumber`, `region`, `source` and `collectedAt` are added to them.
    """

    type: str
    service: str
    calls: tuple[Call, ...]
    listing: Callable[[View], Iterator[tuple[Entity, Raw]]]
    parts: tuple[Part, ...] = ()
    is_global: bool = False
