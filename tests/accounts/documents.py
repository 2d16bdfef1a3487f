"""Policy documents that more than one builder writes."""

from __future__ import annotations

import json
from typing import Any


def document(*statements: dict[str, Any]) -> str:
    """A policy document as JSON."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    """A statement that allows something."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def trust(principal: Any, action: str = "sts:AssumeRole", **more: Any) -> str:
    """The trust policy of a role."""
    return document({"Effect": "Allow", "Principal": principal, "Action": action, **more})


EVERYTHING = document(allow("*"))
READING = document(allow("s3:GetObject", "arn:aws:s3:::data/*"))
