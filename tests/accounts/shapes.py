"""What AWS's replies are made of, as boto3 knows it."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import boto3

from gsl.collectors.parts import Call


@functools.cache
def model(service: str) -> Any:
    """The model of a service."""
    session: Any = boto3.Session("testing", "testing", region_name="us-east-1")
    return session.client(service).meta.service_model


def output(call: Call) -> Any:
    """The shape of what a call gives: of the member `call.result`, when it names one."""
    shape = model(call.service).operation_model(call.operation_name).output_shape
    return shape.members[call.result] if call.result else shape


def unknown(value: Any, shape: Any, path: str = "") -> Iterator[str]:
    """Where a value has members that a shape has not."""
    if shape.type_name == "structure":
        for key, member in value.items():
            if key in shape.members:
                yield from unknown(member, shape.members[key], f"{path}.{key}")
            else:
                yield f"{path}.{key}"
    elif shape.type_name == "list":
        for member in value:
            yield from unknown(member, shape.member, f"{path}[]")
