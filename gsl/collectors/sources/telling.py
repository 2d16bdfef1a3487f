"""What sources give besides entities, and how they say what they cannot tell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from gsl.collectors.parts import Call, Entity, Part

NOT_COLLECTED = "NotCollected"
_COMMANDS = {"s3": "s3api"}
"""Services that the AWS command names otherwise than boto3."""


class Fault(Struct, frozen=True):
    """What is wrong with a source, and in which line or item of it."""

    code: str
    message: str
    line: int | None = None


class Remark(Struct, frozen=True):
    """What is worth a note."""

    code: str
    message: str
    count: int = 1


Given = Entity | Fault | Remark


def command(call: Call) -> str:
    """The call as the AWS command makes it: `aws ec2 describe-vpcs`."""
    return f"aws {_COMMANDS.get(call.service, call.service)} {call.operation.replace('_', '-')}"


def untold(path: str, call: Call, message: str) -> dict[str, Any]:
    """The entry of `_errors` for a path that a source cannot tell."""
    return {"path": path, "operation": call.name, "code": NOT_COLLECTED, "message": message}


def untold_by(what: str, parts: Iterable[Part]) -> list[dict[str, Any]]:
    """The entries for all that some parts fill. The message names the last call: mostly the most particular one."""
    return [
        untold(path, part.calls[-1], f"{what} does not say it; `{command(part.calls[-1])}` does")
        for part in parts
        for path in part.fills
    ]
